"""What the messages say. The recipient's language is the active one."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from account_center.signin.types import Purpose

_WHAT_FOR = {
    Purpose.REGISTER: gettext_lazy("to register an account"),
    Purpose.SIGN_IN: gettext_lazy("to sign in"),
    Purpose.PROVE_OLD: gettext_lazy("to change the security data of your account"),
    Purpose.NEW_CONTACT: gettext_lazy("to bind this phone or e-mail to your account"),
    Purpose.BANK_CARD: gettext_lazy("for your real-name verification"),
}


def code_sms(purpose: Purpose, *, code: str, minutes: int) -> str:
    """The text message that carries a code."""
    return _("[%(operator)s] %(code)s is your code %(purpose)s. It counts for %(minutes)d minutes. Never pass it on.") % {
        "operator": settings.OPERATOR,
        "code": code,
        "purpose": _WHAT_FOR[purpose],
        "minutes": minutes,
    }


def code_email(purpose: Purpose, *, code: str, minutes: int) -> tuple[str, str]:
    """Subject and text of the e-mail that carries a code. The code stands in the text only."""
    subject = _("Your code %(purpose)s") % {"purpose": _WHAT_FOR[purpose]}
    return subject, code_sms(purpose, code=code, minutes=minutes)
