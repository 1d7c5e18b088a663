"""Refusals of the privacy room."""

from django.utils.translation import gettext_lazy as _

from account_center.kit.refused import Invalid, Refused, TooOften
from account_center.plumbing.wording import Way, Wording, words

SUPPORT = Way(_("Ask support"), "portal:support")
ACCOUNT = Way(_("See your account"), "portal:account")


class FrozenAccountStays(Refused):
    code = "privacy.frozen_account_stays"


class TenantStillOpen(Refused):
    code = "privacy.tenant_still_open"


class TenantStillRetained(Refused):
    code = "privacy.tenant_still_retained"


class VerificationStillRuns(Refused):
    code = "privacy.verification_still_runs"


class TicketStillOpen(Refused):
    code = "privacy.ticket_still_open"


class RecoveryStillWaits(Refused):
    code = "privacy.recovery_still_waits"


class NameDoesNotMatch(Invalid):
    code = "privacy.name_does_not_match"


class TooManyCopies(TooOften):
    code = "privacy.too_many_copies"


words(
    {
        FrozenAccountStays: Wording(
            what=_("A frozen account cannot be deleted."),
            why=_("It was frozen for security or for a violation, and that has to be settled first."),
            todo=_("Have the freeze lifted; then come back."),
            ways=(SUPPORT,),
            ticket="account.frozen_or_restricted",
            faq="1.12",
        ),
        TenantStillOpen: Wording(
            what=_("The tenant {tenant} belongs to this account."),
            why=_("Contracts, funds, orders and resources hang on it, and nobody could reach them any more."),
            todo=_("Have the tenant closed and cancelled first; ask support for it. Then come back."),
            ways=(SUPPORT, ACCOUNT),
            ticket="account.closing",
            faq="1.12",
        ),
        TenantStillRetained: Wording(
            what=_("The tenant {tenant} is closed, but still in its retention period."),
            why=_("During that time it can be restored by this account only."),
            todo=_("Cancel the tenant, or wait until the retention period is over. Then come back."),
            ways=(ACCOUNT, SUPPORT),
            ticket="account.closing",
            faq="1.12",
        ),
        VerificationStillRuns: Wording(
            what=_("A real-name verification is under way."),
            why=_("Its answer would come for somebody who is gone."),
            todo=_("Wait for the answer, or cancel the verification."),
            ways=(Way(_("See the verification"), "portal:verification"),),
            faq="1.12",
        ),
        TicketStillOpen: Wording(
            what=_("A ticket or an appeal about this account is open."),
            why=_("Somebody is working on it, and the answer would reach nobody."),
            todo=_("Wait for the answer, or close the ticket yourself."),
            ways=(Way(_("See your tickets"), "portal:tickets"), SUPPORT),
            faq="1.12",
        ),
        RecoveryStillWaits: Wording(
            what=_("Somebody is waiting to set a new password for this account."),
            why=_("Until that has ended or was stopped, it is not certain who the owner is."),
            todo=_("If it was not you, stop it on the security page. If it was you, finish it first."),
            ways=(Way(_("Security"), "portal:security"),),
            faq="1.12",
        ),
        NameDoesNotMatch: Wording(
            what=_("This is not the name of the account."),
            why=_("Typing the name is the last protection against deleting the wrong account."),
            todo=_("Type {name}, or leave this page; nothing happens then."),
            faq="1.12",
        ),
        TooManyCopies: Wording(
            what=_("You have taken {limit} copies today already."),
            why=_(
                "Whoever gets into an account for a moment shall not be able to draw off everything again and again."
            ),
            todo=_("Use the copy you have, or take the next one tomorrow."),
        ),
    }
)
