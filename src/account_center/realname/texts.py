"""What the messages of this room say, in the owner's language."""

from enum import StrEnum

from django.conf import settings
from django.utils.translation import gettext_lazy, override


class Result(StrEnum):
    """What the owner is told of an application."""

    APPROVED = "approved"
    REFUSED = "refused"
    ASKED_AGAIN = "asked_again"
    TRANSFER_SENT = "transfer_sent"
    CHANGE_BEGUN = "change_begun"
    CHANGED = "changed"
    CHANGE_REFUSED = "change_refused"
    DISOWNED = "disowned"
    REOPENED = "reopened"


_SUBJECTS = {
    Result.APPROVED: gettext_lazy("Your real-name verification is complete"),
    Result.REFUSED: gettext_lazy("Your real-name verification failed"),
    Result.ASKED_AGAIN: gettext_lazy("Your real-name verification needs another picture"),
    Result.TRANSFER_SENT: gettext_lazy("A small sum is on its way to your company's account"),
    Result.CHANGE_BEGUN: gettext_lazy("A change of your real-name verification was asked for"),
    Result.CHANGED: gettext_lazy("Your real-name verification is changed"),
    Result.CHANGE_REFUSED: gettext_lazy("Your real-name verification was not changed"),
    Result.DISOWNED: gettext_lazy("Your real-name verification was stopped at the phone"),
    Result.REOPENED: gettext_lazy("Your real-name verification is looked at again"),
}
_TEXTS = {
    Result.APPROVED: gettext_lazy(
        "[%(operator)s] Your real-name verification %(reference)s is complete. You can buy and use services now."
    ),
    Result.REFUSED: gettext_lazy(
        "[%(operator)s] Your real-name verification %(reference)s failed. "
        "Sign in to see the reason and what to do; nothing was charged."
    ),
    Result.ASKED_AGAIN: gettext_lazy(
        "[%(operator)s] Your real-name verification %(reference)s needs another picture. "
        "Sign in to see which one and why; everything else is kept."
    ),
    Result.DISOWNED: gettext_lazy(
        "[%(operator)s] At the phone that scanned the code, somebody said that the real-name verification %(reference)s is not theirs. "
        "It has ended and everything sent was erased. If you did not begin it yourself, change your password."
    ),
    Result.REOPENED: gettext_lazy(
        "[%(operator)s] We look at your refused real-name verification %(reference)s again. "
        "Sign in to see how far it is and whether a picture is needed once more."
    ),
    Result.TRANSFER_SENT: gettext_lazy(
        "[%(operator)s] For your real-name verification %(reference)s a small sum is on its way to the company's account. "
        "When it has arrived, sign in and type how much it was. We never ask for it by telephone or message."
    ),
    Result.CHANGE_BEGUN: gettext_lazy(
        "[%(operator)s] A change of your account's real-name verification was asked for: %(reference)s. "
        "The present verification holds until it is approved. Was it not you? Sign in, withdraw it and change your password."
    ),
    Result.CHANGED: gettext_lazy(
        "[%(operator)s] The change %(reference)s of your real-name verification is approved and counts from now on. "
        "Sign-in, contact data and resources stay as they were."
    ),
    Result.CHANGE_REFUSED: gettext_lazy(
        "[%(operator)s] The change %(reference)s of your real-name verification was not approved. "
        "Your present verification holds as before. Sign in to see the reason and what to do."
    ),
}


def result_sms(result: Result, *, reference: str, language: str) -> str:
    """The text message that tells a result."""
    with override(language):
        return str(_TEXTS[result]) % {"operator": settings.OPERATOR, "reference": reference}


def result_email(result: Result, *, reference: str, language: str) -> tuple[str, str]:
    """Subject and text of the e-mail that tells a result."""
    with override(language):
        return str(_SUBJECTS[result]), str(_TEXTS[result]) % {"operator": settings.OPERATOR, "reference": reference}
