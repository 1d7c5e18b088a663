"""What the messages say. The recipient's language is the active one."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from account_center.signin.types import Change, Purpose

_WHAT_FOR = {
    Purpose.REGISTER: gettext_lazy("to register an account"),
    Purpose.SIGN_IN: gettext_lazy("to sign in"),
    Purpose.PROVE_OLD: gettext_lazy("to change the security data of your account"),
    Purpose.NEW_CONTACT: gettext_lazy("to bind this phone or e-mail to your account"),
    Purpose.BANK_CARD: gettext_lazy("for your real-name verification"),
}


def code_sms(purpose: Purpose, *, code: str, minutes: int) -> str:
    """The text message that carries a code."""
    return _(
        "[%(operator)s] %(code)s is your code %(purpose)s. It counts for %(minutes)d minutes. Never pass it on."
    ) % {
        "operator": settings.OPERATOR,
        "code": code,
        "purpose": _WHAT_FOR[purpose],
        "minutes": minutes,
    }


def code_email(purpose: Purpose, *, code: str, minutes: int) -> tuple[str, str]:
    """Subject and text of the e-mail that carries a code. The code stands in the text only."""
    subject = _("Your code %(purpose)s") % {"purpose": _WHAT_FOR[purpose]}
    return subject, code_sms(purpose, code=code, minutes=minutes)


_CHANGED = {
    Change.PASSWORD: gettext_lazy("[%(operator)s] The password of your account %(name)s was changed."),
    Change.PHONE: gettext_lazy("[%(operator)s] The phone number of your account %(name)s was changed."),
    Change.EMAIL: gettext_lazy("[%(operator)s] The e-mail address of your account %(name)s was changed."),
}


def change_notice(change: Change, *, name: str, language: str) -> tuple[str, str]:
    """Subject and text of the notice, in the owner's language."""
    with override(language):
        told = str(_CHANGED[change]) % {"operator": settings.OPERATOR, "name": name}
        advice = _("If this was not you, set a new password at once and ask support.")
        return _("A change of your account"), f"{told} {advice}"
