"""The name that an organisation gives itself before it is verified (3.1.7)."""

from django.db import transaction

from account_center.kit.actor import Actor
from account_center.realname.errors import OrganisationNameIsVerified
from account_center.realname.services.changes import live_verification
from account_center.realname.types import Party
from account_center.tenants import services as tenants
from account_center.tenants.types import TenantFacts


@transaction.atomic
def state_organisation_name(*, actor: Actor, tenant_id: int, name: str) -> TenantFacts:
    """Edited freely while the tenant is unverified; afterwards only a new verification changes it (2.4.5).

    Raises OrganisationNameIsVerified, and the refusals of ``tenants.services.state_organisation_name``.
    """
    live = live_verification(tenant_id)
    if live is not None and live.application.party == Party.ORGANISATION:
        raise OrganisationNameIsVerified(field="name")
    return tenants.state_organisation_name(actor=actor, tenant_id=tenant_id, name=name)
