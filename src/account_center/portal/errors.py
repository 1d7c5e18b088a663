"""Refusals of the customer's pages."""

from django.utils.translation import gettext_lazy as _

from account_center.kit.refused import Refused
from account_center.plumbing.wording import Way, Wording, words


class CloudNotActivated(Refused):
    """This page is about the tenant, and the account has none yet."""

    code = "portal.cloud_not_activated"


words(
    {
        CloudNotActivated: Wording(
            what=_("First activate the cloud."),
            why=_("Real-name verification and the tenant name belong to a tenant, and your account has none yet."),
            todo=_("Activating creates the tenant. It takes a minute and costs nothing; then come back here."),
            ways=(Way(_("Activate the cloud"), "portal:activate"), Way(_("Home"), "portal:home")),
            faq="1.2",
        ),
    }
)
