"""Refusals of the standing room, and the words of every reason against an action."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from account_center.kit.refused import Invalid, NotAllowed, NotFound, Refused
from account_center.plumbing.wording import Way, Wording, words

VERIFY = Way(_("Verify now"), "portal:verification")
PROGRESS = Way(_("See how far the verification is"), "portal:verification")
AGAIN = Way(_("See the cause and verify again"), "portal:verification")
STUDENT = Way(_("Prove that you are a student"), "portal:student")
CHANGE = Way(_("See how far the change is"), "portal:verification")
RECORD = Way(_("See what is verified since when"), "portal:verification")
OVERVIEW = Way(_("See what this tenant may do"), "portal:home")
HOLD_TICKET = "account.frozen_or_restricted"


class MayNotHold(NotAllowed):
    code = "standing.may_not_hold"


class NoSuchHold(NotFound):
    code = "standing.no_such_hold"


class HoldAlreadyLifted(Refused):
    code = "standing.hold_already_lifted"


class HoldEndsBeforeItBegins(Invalid):
    code = "standing.hold_ends_before_it_begins"


class KindIsVerified(Refused):
    code = "standing.kind_is_verified"


class KindNeeded(Invalid):
    code = "standing.kind_needed"


_ACTIONS = {
    "buy": pgettext_lazy("action", "Buy cloud services"),
    "buy_on_demand": pgettext_lazy("action", "Buy on demand"),
    "use_resources": pgettext_lazy("action", "Use existing resources"),
    "request_invoice": pgettext_lazy("action", "Request invoices"),
    "sign_online_contract": pgettext_lazy("action", "Sign contracts online"),
    "join_public_beta": pgettext_lazy("action", "Join public betas"),
    "become_partner": pgettext_lazy("action", "Become a partner"),
    "student_offers": pgettext_lazy("action", "Student offers"),
    "sign_in": pgettext_lazy("action", "Sign in"),
    "see_bills": pgettext_lazy("action", "See bills"),
    "manage_account": pgettext_lazy("action", "Manage the account"),
}


def action_name(action: str) -> str:
    """The name of an ``Action`` in the reader's language. Raises KeyError for anything else."""
    return str(_ACTIONS[action])


words(
    {
        "standing.not_verified": Wording(
            what=_("This tenant is not verified."),
            why=_(
                "Until the real-name verification is done, nothing can be bought, existing resources cannot be used, and "
                "invoices, online contracts and public betas cannot be applied for. An enterprise cannot become a partner either."
            ),
            todo=_("Verify the tenant; as an individual with a bank card, or as an enterprise."),
            ways=(VERIFY,),
            ticket="realname.question",
            faq="2.1.1",
        ),
        "standing.verification_in_progress": Wording(
            what=_("The real-name verification is not finished yet."),
            why=_("What needs a verified tenant opens by itself as soon as the verification has passed."),
            todo=_("Wait for the result, or finish the step that is still open."),
            ways=(PROGRESS,),
            ticket="realname.question",
            faq="2.1.1",
        ),
        "standing.verification_failed": Wording(
            what=_("The real-name verification did not pass."),
            why=_("A tenant whose verification failed counts as not verified."),
            todo=_("Read the cause, correct it and verify again."),
            ways=(AGAIN,),
            ticket="realname.question",
            faq="2.1.1",
        ),
        "standing.invoices_by_new_name": Wording(
            what=_("The verified name changed on {since}."),
            why=_("An invoice names whoever is verified, so from that day on invoices go by the new name."),
            todo=_("Check that contracts and the invoice details carry the new name too."),
            ways=(RECORD,),
            ticket="realname.question",
            faq="2.3.20",
        ),
        "standing.invoices_by_name_until_changed": Wording(
            what=_("A change of the verified name has been waiting since {since}."),
            why=_(
                "An invoice names whoever is verified: until the change is approved invoices go by the present name, and none can be made out to the new one."
            ),
            todo=_("If an invoice must carry the new name, ask for it after the approval."),
            ways=(CHANGE,),
            ticket="realname.question",
            faq="2.3.20",
        ),
        "standing.student_not_verified": Wording(
            what=_("Student offers need a verified individual, and this tenant is not verified."),
            why=_("A student status belongs to a person, so we have to know first who that person is."),
            todo=_("Verify yourself as an individual; then prove that you are a student."),
            ways=(VERIFY,),
            ticket="realname.student",
            faq="2.1.16",
        ),
        "standing.student_not_individual": Wording(
            what=_("Student offers are for individuals, and this tenant is verified as an organisation."),
            why=_("An organisation cannot be a student, and it cannot become an individual again."),
            todo=_("Register another ID account, verify it as yourself, and prove there that you are a student."),
            ways=(OVERVIEW,),
            ticket="realname.student",
            faq="2.1.16",
        ),
        "standing.student_status_missing": Wording(
            what=_("Nothing shows yet that the person behind this tenant is a student."),
            why=_("Student offers open with a student status, from an education service we trust or given by staff."),
            todo=_("Prove on the verification page that you are a student: at an education service, or with a ticket."),
            ways=(STUDENT,),
            ticket="realname.student",
            faq="2.1.16",
        ),
        "standing.student_status_ended": Wording(
            what=_("The student status ended on {ended}."),
            why=_("It counts until the day that the school or the proof names."),
            todo=_("If you still study, prove it again on the verification page."),
            ways=(STUDENT,),
            ticket="realname.student",
            faq="2.1.16",
        ),
        "standing.tenant_closed": Wording(
            what=_("This tenant is closed and in its retention period."),
            why=_(
                "After closing, only signing in, bills and the account itself stay open until the tenant is cancelled."
            ),
            todo=_("Restore the tenant if it is needed again."),
            ways=(OVERVIEW,),
            ticket="account.closing",
            faq="1.28",
        ),
        "standing.tenant_cancelled": Wording(
            what=_("This tenant was cancelled."),
            why=_("A cancelled tenant cannot do anything any more and cannot be restored."),
            todo=_("Activate the cloud again to get a new tenant."),
            ways=(Way(_("Activate the cloud"), "portal:activate"),),
            ticket="account.closing",
            faq="1.28",
        ),
        "standing.freeze_violation": Wording(
            what=_("This tenant has been frozen since {since} because of a violation."),
            why=_(
                "Laws or the security rules of the service were broken. Nothing new can be bought and resources cannot be used."
            ),
            todo=_("Ask support what has to be put right."),
            ways=(OVERVIEW,),
            ticket=HOLD_TICKET,
            faq="1.39",
        ),
        "standing.freeze_arrears": Wording(
            what=_("This tenant has been frozen since {since} because of unpaid services."),
            why=_("A service entered its retention period and was not renewed."),
            todo=_("Pay what is owed; the freeze ends with the payment."),
            ways=(OVERVIEW,),
            ticket=HOLD_TICKET,
            faq="1.39",
        ),
        "standing.freeze_partner": Wording(
            what=_("This tenant became a partner on {since} and can no longer buy for itself."),
            why=_("A partner, such as a reseller, does not buy cloud services with its partner account."),
            todo=_("Buy with another account, or ask your customer manager."),
            ways=(OVERVIEW,),
            ticket=HOLD_TICKET,
            faq="1.39",
        ),
        "standing.freeze_before_closing": Wording(
            what=_("This tenant has been frozen since {since} because it is being closed."),
            why=_("While a tenant is being closed nothing new may be bought or agreed."),
            todo=_("Finish the closing, or withdraw it to go on using the tenant."),
            ways=(OVERVIEW,),
            ticket="account.closing",
            faq="1.39",
        ),
        "standing.freeze_reseller_control": Wording(
            what=_("Your reseller has frozen this tenant since {since}."),
            why=_("A reseller controls what its customers spend and use, for example when spending passed the budget."),
            todo=_("Ask your reseller to raise the budget or to end the freeze."),
            ways=(OVERVIEW,),
            ticket=HOLD_TICKET,
            faq="1.39",
        ),
        "standing.restriction_misuse": Wording(
            what=_("Buying has been restricted since {since} because of misuse."),
            why=_(
                "Examples are unlawful use, on-demand services left unpaid, attacked hosts that did damage, and spam."
            ),
            todo=_("End the misuse, pay what is owed, and write to support."),
            ways=(OVERVIEW,),
            ticket=HOLD_TICKET,
            faq="1.40",
        ),
        "standing.restriction_balance_low": Wording(
            what=_("Buying has been restricted since {since} because the balance is too low."),
            why=_("The balance does not cover a purchase."),
            todo=_("Top up the balance and try again."),
            ways=(OVERVIEW,),
            ticket=HOLD_TICKET,
            faq="1.40",
        ),
        "standing.restriction_partner": Wording(
            what=_("Buying has been restricted since {since} because this tenant applied to become a partner."),
            why=_("A partner, such as a reseller, does not buy cloud services with its partner account."),
            todo=_("Buy with another account, or ask your customer manager."),
            ways=(OVERVIEW,),
            ticket=HOLD_TICKET,
            faq="1.40",
        ),
        "standing.restriction_member_budget": Wording(
            what=_("Buying has been restricted since {since} because the budget of this member account is used up."),
            why=_("The enterprise's master account sets the budget of its members."),
            todo=_("Ask the administrator of the master account for a higher budget."),
            ways=(OVERVIEW,),
            ticket=HOLD_TICKET,
            faq="1.40",
        ),
        "standing.restriction_account_risk": Wording(
            what=_("Buying on demand has been restricted since {since} because the account is at risk."),
            why=_(
                "Signs that somebody else might use the account were seen. The restriction protects what you own; other purchases stay possible."
            ),
            todo=_(
                "Write to support and prove your identity, with a photo or a five-second video; the restriction is then lifted."
            ),
            ways=(OVERVIEW,),
            ticket=HOLD_TICKET,
            faq="1.40",
        ),
        "standing.restriction_identity_doubt": Wording(
            what=_("Since {since} it is in doubt whether this tenant's real-name verification is right."),
            why=_(
                "A verification is never taken back. While it is in doubt, what needs a verified tenant is closed; signing in, bills and the account stay open."
            ),
            todo=_(
                "Write to support: your papers settle it. If another person or organisation stands behind the tenant by now, change the verification."
            ),
            ways=(PROGRESS,),
            ticket=HOLD_TICKET,
            faq="1.40",
        ),
        MayNotHold: Wording(
            what=_("You may not freeze or restrict tenants."),
            why=_("Only the operator's staff, its systems and services with that right may do so."),
            todo=_("Hand the case to a colleague who may."),
            faq="1.39",
        ),
        NoSuchHold: Wording(
            what=_("There is no such freeze or restriction."),
            todo=_("Open the tenant again and look at what is in force."),
            faq="1.39",
        ),
        HoldAlreadyLifted: Wording(
            what=_("This freeze or restriction was lifted already."),
            todo=_("Open the tenant again and look at what is in force."),
            faq="1.39",
        ),
        HoldEndsBeforeItBegins: Wording(
            what=_("The end lies before the beginning."),
            why=_("A freeze or restriction can end only after it began."),
            todo=_("Choose a later end, or none."),
            faq="1.39",
        ),
        KindIsVerified: Wording(
            what=_("This tenant is verified, so its kind is fixed."),
            why=_("An individual becomes an enterprise, or the other way round, by changing the verification."),
            todo=_("Change the real-name verification."),
            ways=(Way(_("Change the verification"), "portal:verification"),),
            faq="2.1.24",
        ),
        KindNeeded: Wording(
            what=_("Say whether this is an individual or an enterprise."),
            why=_("A tenant is verified as one of the two."),
            todo=_("Choose one of the two."),
            faq="2.1.3",
        ),
    }
)
