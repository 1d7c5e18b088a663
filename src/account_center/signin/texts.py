"""What the messages say. The recipient's language is the active one."""

from datetime import datetime

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from account_center.signin.types import Change, Purpose, SensitiveAction

_WHAT_FOR = {
    Purpose.REGISTER: gettext_lazy("to register an account"),
    Purpose.SIGN_IN: gettext_lazy("to sign in"),
    Purpose.SECOND_STEP: gettext_lazy("to sign in"),
    Purpose.WAY_BACK: gettext_lazy("to sign in past your own list of networks"),
    Purpose.PROVE_OLD: gettext_lazy("to change the security data of your account"),
    Purpose.NEW_CONTACT: gettext_lazy("to bind this phone or e-mail to your account"),
    Purpose.BANK_CARD: gettext_lazy("for your real-name verification"),
    Purpose.RECOVER: gettext_lazy("to set a new password"),
    Purpose.APPEAL: gettext_lazy("for your request to support"),
}

# These go to somebody else than the owner of the account, so they say who asks, what for, and whom to tell.
_TO_A_CONTACT = {
    Purpose.CONTACT_NAME: gettext_lazy(
        "[%(operator)s] The owner of the account %(owner)s names you as an emergency contact, who helps after a forgotten password. If you agree, tell the owner this code: %(code)s. It counts for %(minutes)d minutes. Otherwise do nothing."
    ),
    Purpose.CONTACT_HELP: gettext_lazy(
        "[%(operator)s] Somebody wants to set a new password for the account %(owner)s; you are its emergency contact. Code: %(code)s (%(minutes)d minutes). Tell it ONLY to the owner, if you have been asked in person. Nobody asked you? Tell nobody, and warn the owner."
    ),
}


_WHAT_TASK = {
    SensitiveAction.PASSWORD: gettext_lazy("to set a new password"),
    SensitiveAction.CONTACTS: gettext_lazy("to change the phone or e-mail address of your account"),
    SensitiveAction.SECOND_FACTORS: gettext_lazy("to change the authenticator app, passkeys or recovery codes"),
    SensitiveAction.SIGN_IN_CHECK: gettext_lazy("to change what is asked when you sign in"),
    SensitiveAction.DEVICES: gettext_lazy("to change your trusted devices"),
    SensitiveAction.EMERGENCY_CONTACTS: gettext_lazy("to change your emergency contacts"),
    SensitiveAction.SECURITY_POLICY: gettext_lazy("to change the security policy"),
    SensitiveAction.COPY_OF_DATA: gettext_lazy("to fetch a copy of your data"),
    SensitiveAction.DELETE_ACCOUNT: gettext_lazy("to DELETE your account"),
    SensitiveAction.UPGRADE: gettext_lazy("to upgrade your account"),
    SensitiveAction.CHANGE_VERIFICATION: gettext_lazy("to change your real-name verification"),
}


def what_code_is_for(purpose: Purpose, action: SensitiveAction | None = None) -> str:
    """What the code allows, as its message says it: so that nobody gives it away for something else."""
    return str(_WHAT_TASK[action] if action else _WHAT_FOR[purpose])


def is_for_a_contact(purpose: Purpose) -> bool:
    """Whether the code goes to an emergency contact instead of the owner."""
    return purpose in _TO_A_CONTACT


def contact_code(purpose: Purpose, *, owner: str, code: str, minutes: int) -> tuple[str, str]:
    """Subject and text of the message to an emergency contact. ``owner`` is the name of the account."""
    told = {"operator": settings.OPERATOR, "owner": owner, "code": code, "minutes": minutes}
    return _("%(owner)s asks for your help") % told, str(_TO_A_CONTACT[purpose]) % told


def code_sms(what_for: str, *, code: str, minutes: int) -> str:
    """The text message that carries a code."""
    return _(
        "[%(operator)s] %(code)s is your code %(purpose)s. It counts for %(minutes)d minutes. Never pass it on."
    ) % {
        "operator": settings.OPERATOR,
        "code": code,
        "purpose": what_for,
        "minutes": minutes,
    }


def code_email(what_for: str, *, code: str, minutes: int) -> tuple[str, str]:
    """Subject and text of the e-mail that carries a code. The code stands in the text only."""
    subject = _("Your code %(purpose)s") % {"purpose": what_for}
    return subject, code_sms(what_for, code=code, minutes=minutes)


_CHANGED = {
    Change.PASSWORD: gettext_lazy("[%(operator)s] The password of your account %(name)s was changed."),
    Change.PHONE: gettext_lazy("[%(operator)s] The phone number of your account %(name)s was changed."),
    Change.EMAIL: gettext_lazy("[%(operator)s] The e-mail address of your account %(name)s was changed."),
    Change.APP_ADDED: gettext_lazy("[%(operator)s] An authenticator app was set up for your account %(name)s."),
    Change.APP_REMOVED: gettext_lazy("[%(operator)s] The authenticator app of your account %(name)s was removed."),
    Change.PASSKEY_ADDED: gettext_lazy("[%(operator)s] A passkey was added to your account %(name)s."),
    Change.PASSKEY_REMOVED: gettext_lazy("[%(operator)s] A passkey of your account %(name)s was removed."),
    Change.PASSKEY_COPIED: gettext_lazy(
        "[%(operator)s] A passkey of your account %(name)s seems to have been copied, so it was refused. Remove it."
    ),
    Change.RECOVERY_CODES_MADE: gettext_lazy("[%(operator)s] New recovery codes were made for your account %(name)s."),
    Change.RECOVERY_CODE_USED: gettext_lazy("[%(operator)s] A recovery code of your account %(name)s was used."),
    Change.SIGN_IN_CHECK: gettext_lazy(
        "[%(operator)s] What is asked when you sign in to your account %(name)s was changed."
    ),
    Change.POLICY: gettext_lazy(
        "[%(operator)s] The security policy of the tenant of your account %(name)s was changed."
    ),
    Change.WAY_BACK: gettext_lazy(
        "[%(operator)s] The account %(name)s opened a way back in past its own list of networks, for a short time and one address."
    ),
    Change.APP_TOKEN: gettext_lazy(
        "[%(operator)s] The app was signed out of your account %(name)s, because its sign-in was used from two places. Sign in again with the app."
    ),
}


def change_notice(change: Change, *, name: str, language: str) -> tuple[str, str]:
    """Subject and text of the notice, in the owner's language."""
    with override(language):
        told = str(_CHANGED[change]) % {"operator": settings.OPERATOR, "name": name}
        advice = _("If this was not you, set a new password at once and ask support.")
        return _("A change of your account"), f"{told} {advice}"


def unusual_notice(
    *, name: str, at: datetime, place: str, address: str, browser: str, link: str, language: str
) -> tuple[str, str]:
    """Subject and text that tell the owner of a sign-in unlike his own, in his language."""
    with override(language):
        when = date_format(localtime(at), "DATETIME_FORMAT")
        where = f"{place} ({address})" if place else address
        told = _(
            "[%(operator)s] Your account %(name)s was signed in to from a new place: %(when)s, %(where)s, %(browser)s. If this was you, do nothing. If not, open %(link)s: it ends every session and asks for a new password."
        ) % {
            "operator": settings.OPERATOR,
            "name": name,
            "when": when,
            "where": where,
            "browser": browser or _("unknown browser"),
            "link": link,
        }
        return _("An unusual sign-in to your account"), str(told)
