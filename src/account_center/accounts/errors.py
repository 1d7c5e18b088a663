"""Refusals of the accounts room."""

from django.utils.translation import gettext_lazy as _

from account_center.kit.names import NameProblem
from account_center.kit.refused import Busy, Invalid, NotAllowed, NotFound, Refused
from account_center.plumbing.wording import Way, Wording, words

SIGN_IN = Way(_("Sign in"), "portal:sign_in")


class NameTaken(Refused):
    code = "accounts.name_taken"


class EmailTaken(Refused):
    code = "accounts.email_taken"


class PhoneFull(Refused):
    code = "accounts.phone_full"


class BadAccountName(Invalid):
    code = "accounts.bad_name"


class WeakPassword(Invalid):
    code = "accounts.weak_password"


class PasswordChangedMeanwhile(Refused):
    code = "accounts.password_changed_meanwhile"


class EmailStays(Refused):
    code = "accounts.email_stays"


class UnknownCountry(Invalid):
    code = "accounts.unknown_country"


class OnlyManagersRaise(NotAllowed):
    code = "accounts.only_managers_raise"


class NoSuchAccount(NotFound):
    code = "accounts.no_such_account"


class OnlyIdAccountsAreDeleted(Refused):
    code = "accounts.only_id_accounts_are_deleted"


class PasswordCheckBusy(Busy):
    code = "accounts.password_check_busy"


words(
    {
        NameTaken: Wording(
            what=_("This account name is taken."),
            why=_("An account name belongs to one account only; upper and lower case count as the same."),
            todo=_("Choose another name, for example {suggestion}. If the account is yours, sign in to it."),
            ways=(SIGN_IN,),
            faq="3.1.6",
        ),
        EmailTaken: Wording(
            what=_("This e-mail address belongs to another account."),
            why=_("One e-mail address can belong to one account only."),
            todo=_("Use another address, or sign in with this one."),
            ways=(SIGN_IN,),
            faq="3.1.12",
        ),
        PhoneFull: Wording(
            what=_("This phone number has reached its limit of {allowed} accounts."),
            why=_("One phone number can carry {allowed} accounts, and {used} exist already."),
            todo=_(
                "Sign in to one of them, use another phone number, or ask your customer manager for a higher limit."
            ),
            ways=(SIGN_IN, Way(_("See the accounts of this phone"), "portal:sign_in_code")),
            ticket="account.phone_limit",
            faq="3.1.15",
        ),
        BadAccountName: Wording(
            what=_("This cannot be an account name."),
            why=_("{problem}"),
            todo=_("Use 4 to 32 letters (a–z), digits, dots, hyphens or underscores, starting with a letter."),
            faq="3.1.6",
        ),
        WeakPassword: Wording(
            what=_("This password is too easy to guess."),
            why=_("{problem}"),
            todo=_(
                "Take a longer one, for example four words that do not belong together. Spaces and Chinese are allowed."
            ),
            faq="1.22",
        ),
        PasswordChangedMeanwhile: Wording(
            what=_("The password was changed a moment ago."),
            why=_("Of two changes at the same time the first one counts."),
            todo=_(
                "Sign in with the new password. If you did not set it, get back into the account and choose another."
            ),
            ways=(SIGN_IN,),
            faq="3.1.21",
        ),
        EmailStays: Wording(
            what=_("An e-mail address cannot be removed from an account."),
            why=_("It is a way back into the account when the phone is lost."),
            todo=_("You can change it to another address."),
            ways=(Way(_("Change the e-mail address"), "portal:change_email"),),
            faq="3.1.11",
        ),
        UnknownCountry: Wording(
            what=_("There is no such country or region."),
            why=_("The country or region of an account is chosen from the list and never changes."),
            todo=_("Choose one from the list."),
            faq="1.7",
        ),
        OnlyManagersRaise: Wording(
            what=_("Only a customer manager can raise this limit."),
            why=_("More accounts for one phone number are granted by customer managers on request."),
            todo=_("Hand the case to a customer manager."),
            faq="3.1.15",
        ),
        NoSuchAccount: Wording(what=_("There is no such account."), todo=_("Check what you typed."), faq="1.11"),
        OnlyIdAccountsAreDeleted: Wording(
            what=_("This account cannot be deleted here."),
            why=_(
                "Only ID accounts are deleted by their owners. A legacy account belongs to its tenant and goes when that is closed; an IAM user is deleted by the tenant's administrator."
            ),
            todo=_("Ask support to close the tenant, or upgrade to an ID account first."),
            ways=(Way(_("Upgrade to an ID account"), "portal:upgrade"), Way(_("Ask support"), "portal:support")),
            ticket="account.closing",
            faq="1.12",
        ),
        PasswordCheckBusy: Wording(
            what=_("Very many people are signing in at this moment."),
            why=_("Checking a password takes real work, and all places are taken."),
            todo=_("Nothing was counted against you. Try again in a few seconds."),
            faq="1.41",
        ),
    }
)

_NAME_PROBLEMS = {
    NameProblem.EMPTY: _("Nothing was typed."),
    NameProblem.TOO_SHORT: _("It is too short."),
    NameProblem.TOO_LONG: _("It is too long."),
    NameProblem.CHARACTERS: _("It contains a character that is not allowed."),
    NameProblem.LOOK_ALIKE: _("It contains letters of another script that only look like a–z."),
    NameProblem.LIKE_EMAIL: _("It looks like an e-mail address."),
    NameProblem.LIKE_PHONE: _("It looks like a phone number."),
    NameProblem.START: _("It does not start with a letter."),
    NameProblem.DOT_AT_END: _("It ends with a dot."),
    NameProblem.RESERVED: _("This word is reserved for the operator."),
    NameProblem.INVISIBLE: _("It contains invisible characters."),
    NameProblem.ONLY_PUNCTUATION: _("It has no letter and no digit."),
    NameProblem.DIGITS: _("It contains digits."),
}


def name_problem_text(problem: NameProblem) -> str:
    """What is wrong with an account name, in the reader's language."""
    return str(_NAME_PROBLEMS.get(problem, _("It has another form than account names have.")))
