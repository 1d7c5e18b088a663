"""Taking away a tenant's list of networks, on proof."""

import pytest
from django.test import Client
from django.urls import reverse

from account_center.audit.models import Event
from account_center.messaging.models import Message
from account_center.policy.models import SecurityPolicy
from account_center.policy.queries import policy_of_tenant
from tests.console.making import BECAUSE, MOMENT, Desk, a_customer, newest_event

PHONE = "+8613912345678"


@pytest.mark.clause("1.23")
def test_a_customer_manager_takes_the_list_away_on_proof_and_the_owner_is_told(desk: Desk, manager: Client) -> None:
    account, tenant = a_customer("wang.shop", phone=PHONE)
    SecurityPolicy.objects.create(tenant_id=tenant.id, networks=["203.0.113.0/24"], changed_at=MOMENT)
    page = reverse("console:lift_networks", args=[tenant.public_id])
    assert page in manager.get(reverse("console:customer", args=[account.id])).content.decode()
    assert "Sign-ins are allowed only from: 203.0.113.0/24" in manager.get(page).content.decode()
    assert manager.post(page, BECAUSE).status_code == 422, "the proof is missing"
    assert manager.post(page, {**BECAUSE, "proof": "Passport, file 7"}).status_code == 302
    assert policy_of_tenant(tenant.id).networks == ()
    lifted = newest_event("policy:networks:lifted")
    assert (lifted.account_id, lifted.tenant_id) == (account.id, tenant.id)
    assert lifted.facts == {"entries": 1, "proof": "Passport, file 7"}
    assert newest_event("console:networks:explained").facts["note"]
    assert Message.objects.filter(purpose="security_notice").exists()


def test_without_a_list_the_page_says_so_and_nothing_is_written(desk: Desk, manager: Client) -> None:
    _account, tenant = a_customer("wang.shop", phone=PHONE)
    page = reverse("console:lift_networks", args=[tenant.public_id])
    assert "The tenant has no list of networks" in manager.get(page).content.decode()
    manager.post(page, {**BECAUSE, "proof": "Passport, file 7"})
    assert not Event.objects.filter(name__in=["policy:networks:lifted", "console:networks:explained"]).exists()


def test_support_does_not_find_the_page(desk: Desk, support: Client) -> None:
    _account, tenant = a_customer("wang.shop", phone=PHONE)
    assert support.get(reverse("console:lift_networks", args=[tenant.public_id])).status_code in (403, 404)
