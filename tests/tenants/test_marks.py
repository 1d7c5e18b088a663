"""Marks of tenants: set and taken off by customer managers, with a reason (1.43, 2.1.23)."""

import pytest

from account_center.audit.models import Event
from account_center.kit.actor import Actor, ActorKind, StaffRole
from account_center.tenants.errors import NoSuchTenant, OnlyCustomerManagers, ReasonMissing
from account_center.tenants.queries import tenant as tenant_now
from account_center.tenants.services import set_mark
from account_center.tenants.types import ZoneMark
from tests.racing import race
from tests.standing.making import CUSTOMER, STAFF, a_tenant

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.1.23")]
MANAGER = Actor(kind=ActorKind.STAFF, account_id=None, name="li", roles=frozenset({StaffRole.CUSTOMER_MANAGER}))
WHY = "Ticket TK2345ABCD"


def marks(tenant_id: int) -> frozenset[ZoneMark]:
    found = tenant_now(tenant_id)
    assert found
    return found.marks


def test_a_mark_is_set_and_taken_off_and_both_are_events_with_their_reason() -> None:
    tenant = a_tenant()
    made = set_mark(actor=MANAGER, tenant_id=tenant.id, mark=ZoneMark.INTERNAL, present=True, reason=WHY)
    assert made.marks == marks(tenant.id) == {ZoneMark.INTERNAL}
    set_mark(actor=MANAGER, tenant_id=tenant.id, mark=ZoneMark.INTERNAL, present=False, reason="left us")
    assert marks(tenant.id) == frozenset()
    said = [
        (event.name, event.facts, event.actor_name)
        for event in Event.objects.filter(name__startswith="tenants:mark").order_by("pk")
    ]
    assert said == [
        ("tenants:mark:set", {"mark": "internal", "reason": WHY}, "li"),
        ("tenants:mark:cleared", {"mark": "internal", "reason": "left us"}, "li"),
    ]


def test_what_is_so_already_is_no_event() -> None:
    tenant = a_tenant()
    for _ in range(2):
        set_mark(actor=MANAGER, tenant_id=tenant.id, mark=ZoneMark.INTERNAL, present=True, reason=WHY)
    assert Event.objects.filter(name="tenants:mark:set").count() == 1


def test_only_customer_managers_mark_and_always_say_why() -> None:
    tenant = a_tenant()
    for actor in (STAFF, CUSTOMER):
        with pytest.raises(OnlyCustomerManagers):
            set_mark(actor=actor, tenant_id=tenant.id, mark=ZoneMark.INTERNAL, present=True, reason=WHY)
    with pytest.raises(ReasonMissing):
        set_mark(actor=MANAGER, tenant_id=tenant.id, mark=ZoneMark.INTERNAL, present=True, reason=" ")
    with pytest.raises(NoSuchTenant):
        set_mark(actor=MANAGER, tenant_id=0, mark=ZoneMark.INTERNAL, present=True, reason=WHY)
    assert marks(tenant.id) == frozenset()


@pytest.mark.django_db(transaction=True)
def test_two_marks_at_once_are_both_kept() -> None:
    tenant = a_tenant()
    both = [ZoneMark.INTERNAL, ZoneMark.FINANCE]
    race(lambda one: set_mark(actor=MANAGER, tenant_id=tenant.id, mark=both[one], present=True, reason=WHY), 2)
    assert marks(tenant.id) == set(both)
