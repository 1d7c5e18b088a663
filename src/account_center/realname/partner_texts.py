"""What messages about trusted sites and students say, in the owner's language (2.4.10, 2.1.16)."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

Message = tuple[str, str]


def taken_over(*, site: str, reference: str, language: str) -> Message:
    """Subject and text: a partner site's result counts now."""
    with override(language):
        text = _(
            "[%(operator)s] The verification by %(site)s was taken over, as you agreed: %(reference)s. You can buy and use services now. Was it not you? Sign in and open a ticket."
        )
        return _("Your verification was taken over"), text % {**_facts(), "site": site, "reference": reference}


def student(*, until: str, language: str) -> Message:
    """Subject and text: a student status counts."""
    with override(language):
        text = _("[%(operator)s] You count as a student until %(until)s. Student offers are open to you.")
        return _("Your student status"), text % {**_facts(), "until": until}


def student_ended(*, language: str) -> Message:
    """Subject and text: staff took a student status back."""
    with override(language):
        text = _(
            "[%(operator)s] Your student status was taken back. Sign in to see the reason; if it is wrong, open a ticket."
        )
        return _("Your student status has ended"), text % _facts()


def _facts() -> dict[str, str]:
    return {"operator": settings.OPERATOR}
