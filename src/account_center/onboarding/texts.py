"""What the messages of this room say."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from account_center.accounts.types import AccountFacts
from account_center.kit.masking import mask_email, mask_phone


def upgraded_notice(account: AccountFacts) -> tuple[str, str]:
    """Subject and text that tell the owner of an upgraded account how to sign in from now on (1.14), in his language."""
    with override(account.language):
        phone = mask_phone(account.phone) if account.phone else ""
        email = mask_email(account.email) if account.email else ""
        ways = _(", ").join(way for way in (account.name, phone, email) if way)
        text = _(
            "[%(operator)s] Your legacy account is now the ID account %(name)s. Sign in with any of these and the same password: %(ways)s. If this was not you, set a new password at once and ask support."
        ) % {"operator": settings.OPERATOR, "name": account.name, "ways": ways}
        return _("Your account is now an ID account"), text
