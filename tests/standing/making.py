"""An account and its tenant, made through the rooms' own services where there are any."""

from itertools import count

from account_center.accounts.models import Account
from account_center.kit.actor import Actor, ActorKind, system_actor
from account_center.kit.clock import now
from account_center.standing.services import note_verification, open_standing
from account_center.standing.types import CustomerKind, VerificationStatus
from account_center.tenants.services import open_tenant
from account_center.tenants.types import TenantFacts

NUMBERS = count(1)
SYSTEM = system_actor("tests")
STAFF = Actor(kind=ActorKind.STAFF, account_id=None, name="staff.lin")
CUSTOMER = Actor(kind=ActorKind.CUSTOMER, account_id=None, name="someone")


def a_tenant() -> TenantFacts:
    """A tenant that is open and not verified."""
    number = next(NUMBERS)
    owner = Account.objects.create(
        kind="id",
        name=f"buyer{number}",
        name_key=f"buyer{number}",
        country="CN",
        password_changed_at=now(),
        created_at=now(),
    )
    made = open_tenant(
        actor=SYSTEM, owner_id=owner.pk, name=f"Buyer {number} Works", country="CN", phone="", email="", now=now()
    )
    open_standing(tenant_id=made.id)
    return made


def verify(tenant: TenantFacts, kind: CustomerKind = CustomerKind.INDIVIDUAL) -> None:
    """What the real-name room does at the end of its journey."""
    note_verification(tenant_id=tenant.id, status=VerificationStatus.VERIFIED, kind=kind, now=now())
