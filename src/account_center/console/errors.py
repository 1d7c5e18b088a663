"""Refusals of the console."""

from django.utils.translation import gettext_lazy as _

from account_center.kit.refused import Invalid, NotFound, Refused, TooOften
from account_center.plumbing.wording import Way, Wording, words

SIGN_IN = Way(_("To the staff sign-in"), "console:sign_in")
SEARCH = Way(_("Search again"), "console:home")


class WrongStaffSignIn(Invalid):
    code = "console.wrong_sign_in"


class StaffSignInLocked(TooOften):
    code = "console.locked"


class NetworkUsedUp(TooOften):
    code = "console.network_used_up"


class SignInTooOld(Refused):
    code = "console.sign_in_too_old"


class NoSuchCustomer(NotFound):
    code = "console.no_such_customer"


class NoPhoneThere(Refused):
    code = "console.no_phone"


class NamesSentTooOften(TooOften):
    code = "console.names_sent_too_often"


class NobodyToRaiseFor(Refused):
    code = "console.nobody_to_raise_for"


class SameCountry(Invalid):
    code = "console.same_country"


words(
    {
        WrongStaffSignIn: Wording(
            what=_("Name or password is not right."),
            why=_("For safety we do not say which of the two. This door takes staff accounts only."),
            todo=_("Type both again. If you forgot the password, ask the colleague who manages staff accounts."),
            faq="1.14",
        ),
        StaffSignInLocked: Wording(
            what=_("Signing in is locked for {minutes} minutes."),
            why=_(
                "Too many wrong passwords or codes were typed for this account. The lock keeps others from guessing."
            ),
            todo=_("Wait, then begin again with the password. If it was not you, report it at once."),
            ways=(SIGN_IN,),
            faq="1.20",
        ),
        NetworkUsedUp: Wording(
            what=_("Too many failed sign-ins came from your network."),
            why=_("The limit protects all accounts against guessing."),
            todo=_("Try again in {minutes} minutes."),
            faq="1.20",
        ),
        SignInTooOld: Wording(
            what=_("This sign-in has to begin again."),
            why=_("Between the password and the code of the app only a few minutes may pass."),
            todo=_("Type name and password once more."),
            ways=(SIGN_IN,),
            faq="1.22",
        ),
        NoSuchCustomer: Wording(
            what=_("There is no such customer."),
            why=_("The address is wrong, or the record no longer exists."),
            todo=_("Search by name, phone, e-mail, tenant ID or document number."),
            ways=(SEARCH,),
        ),
        NoPhoneThere: Wording(
            what=_("This account has no phone number."),
            why=_("The list of names goes to the phone itself and nowhere else."),
            todo=_("Help the customer by e-mail or with a ticket."),
            faq="1.45",
        ),
        NamesSentTooOften: Wording(
            what=_("This phone has got the list {limit} times today."),
            why=_("The limit keeps the phone's holder from being flooded."),
            todo=_("Try again in {minutes} minutes. The messages sent before are still on the phone."),
            faq="1.45",
        ),
        NobodyToRaiseFor: Wording(
            what=_("No person stands behind this tenant yet."),
            why=_("A person's limit is counted by the document of a verification, and this tenant has tried none."),
            todo=_("Let the customer begin a verification, or look for the person's document number."),
            ways=(SEARCH,),
            faq="2.2.9",
        ),
        SameCountry: Wording(
            what=_("The tenant has this country already."),
            todo=_("Choose the country that the proof of identity shows, or leave everything as it is."),
            faq="1.7",
        ),
    }
)
