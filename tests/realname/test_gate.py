"""Internal employees do not go through the usual ways (2.1.23)."""

import pytest

from account_center.kit.actor import Actor, ActorKind, StaffRole
from account_center.realname.models import Application
from account_center.realname.services import begin_bank_card, submit_document, submit_papers
from account_center.realname.types import Slot
from account_center.tenants.services import set_mark
from account_center.tenants.types import TenantFacts, ZoneMark
from tests.realname.making import (
    GOOD_FACE,
    a_claim,
    a_document_claim,
    a_tenant,
    actor_at,
    an_organisation_claim,
    papers,
    pictures,
)
from tests.realname.partnering import a_result, a_site, agreed, codes_of, send, taken, told
from tests.signin.making import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.1.23")]
MANAGER = Actor(kind=ActorKind.STAFF, account_id=1, name="li", roles=frozenset({StaffRole.CUSTOMER_MANAGER}))
CODE = "realname.internal_employee"


def an_employees_tenant() -> TenantFacts:
    tenant = a_tenant()
    return set_mark(actor=MANAGER, tenant_id=tenant.id, mark=ZoneMark.INTERNAL, present=True, reason="TK2345ABCD")


def test_no_usual_way_takes_an_employee() -> None:
    tenant = an_employees_tenant()
    who = {"actor": actor_at(tenant), "tenant_id": tenant.id, "owner_id": tenant.owner_id, "now": NOW}
    with pytest.raises(Exception, match=CODE):
        begin_bank_card(claim=a_claim(), face=GOOD_FACE, **who)  # type: ignore[arg-type]
    _view, wrong = submit_document(claim=a_document_claim(), uploads=pictures(*Slot), **who)  # type: ignore[arg-type]
    assert codes_of(wrong) == [CODE]
    _view, wrong = submit_papers(claim=an_organisation_claim(), uploads=papers(), **who)  # type: ignore[arg-type]
    assert codes_of(wrong) == [CODE]
    assert not Application.objects.exists()


def test_the_operators_personnel_service_verifies_employees_as_a_trusted_site() -> None:
    tenant = an_employees_tenant()
    assert taken(send(a_result(told(tenant, agreed(tenant, a_site()))))).state == "approved"
