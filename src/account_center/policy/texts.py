"""What the messages of this room say."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override


def password_runs_out(*, name: str, days: int, language: str) -> tuple[str, str]:
    """Subject and text of the notice some days before a password runs out, in the owner's language."""
    with override(language):
        told = ngettext(
            "[%(operator)s] The password of your account %(name)s runs out within %(days)d day, as the security policy of the tenant asks. Change it on the security page; otherwise the next sign-in after that asks for a new one.",
            "[%(operator)s] The password of your account %(name)s runs out in %(days)d days, as the security policy of the tenant asks. Change it on the security page; otherwise the next sign-in after that asks for a new one.",
            days,
        )
        return _("Your password runs out soon"), told % {"operator": settings.OPERATOR, "name": name, "days": days}
