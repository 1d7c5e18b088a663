"""What the messages of this room say, in the owner's language."""

from enum import StrEnum

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override


class Result(StrEnum):
    """What the owner is told of an application."""

    APPROVED = "approved"
    REFUSED = "refused"
    ASKED_AGAIN = "asked_again"
    TRANSFER_SENT = "transfer_sent"


_SUBJECTS = {
    Result.APPROVED: gettext_lazy("Your real-name verification is complete"),
    Result.REFUSED: gettext_lazy("Your real-name verification failed"),
    Result.ASKED_AGAIN: gettext_lazy("Your real-name verification needs another picture"),
    Result.TRANSFER_SENT: gettext_lazy("A small sum is on its way to your company's account"),
}


def result_sms(result: Result, *, reference: str, language: str) -> str:
    """The text message that tells a result."""
    with override(language):
        return _text(result) % {"operator": settings.OPERATOR, "reference": reference}


def result_email(result: Result, *, reference: str, language: str) -> tuple[str, str]:
    """Subject and text of the e-mail that tells a result."""
    with override(language):
        return str(_SUBJECTS[result]), _text(result) % {"operator": settings.OPERATOR, "reference": reference}


def _text(result: Result) -> str:
    match result:
        case Result.APPROVED:
            return _(
                "[%(operator)s] Your real-name verification %(reference)s is complete. "
                "You can buy and use services now."
            )
        case Result.REFUSED:
            return _(
                "[%(operator)s] Your real-name verification %(reference)s failed. "
                "Sign in to see the reason and what to do; nothing was charged."
            )
        case Result.ASKED_AGAIN:
            return _(
                "[%(operator)s] Your real-name verification %(reference)s needs another picture. "
                "Sign in to see which one and why; everything else is kept."
            )
        case Result.TRANSFER_SENT:
            return _(
                "[%(operator)s] For your real-name verification %(reference)s a small sum is on its way to the company's account. "
                "When it has arrived, sign in and type how much it was. We never ask for it by telephone or message."
            )
