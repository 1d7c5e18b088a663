"""What the messages of this room say, in the owner's language."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override


def result_sms(*, approved: bool, reference: str, language: str) -> str:
    """The text message that tells a decision."""
    with override(language):
        return _text(approved) % {"operator": settings.OPERATOR, "reference": reference}


def result_email(*, approved: bool, reference: str, language: str) -> tuple[str, str]:
    """Subject and text of the e-mail that tells a decision."""
    with override(language):
        subject = _("Your real-name verification is complete") if approved else _("Your real-name verification failed")
        return subject, _text(approved) % {"operator": settings.OPERATOR, "reference": reference}


def _text(approved: object) -> str:
    if approved:
        return _(
            "[%(operator)s] Your real-name verification %(reference)s is complete. You can buy and use services now."
        )
    return _(
        "[%(operator)s] Your real-name verification %(reference)s failed. "
        "Sign in to see the reason and what to do; nothing was charged."
    )
