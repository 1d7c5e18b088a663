"""What the messages of this room say."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from account_center.accounts.types import AccountFacts


def farewell(account: AccountFacts) -> tuple[str, str]:
    """Subject and text of the last message to the owner of a deleted account, in his language."""
    with override(account.language):
        text = _(
            "[%(operator)s] Your ID account %(name)s was deleted. It cannot be restored. You can register again with this phone number or e-mail address at any time. If this was not you, ask support at once."
        ) % {"operator": settings.OPERATOR, "name": account.name}
        return _("Your ID account was deleted"), text
