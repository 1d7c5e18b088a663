"""Staff look at partner sites, stop trusting one, give student statuses and mark tenants (2.4.10, 2.1.16, 2.1.23)."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from account_center.audit.models import Event
from account_center.clients.queries import client_by_id
from account_center.clients.services import register_client
from account_center.clients.types import Scope
from account_center.realname.models import StudentStatus
from account_center.realname.queries import student_status_of
from account_center.realname.types import Purpose, TrustedSite
from account_center.tenants.queries import tenant as tenant_now
from account_center.tenants.types import TenantFacts, ZoneMark
from tests.console.making import BECAUSE, MOMENT, SYSTEM, a_customer, newest_event
from tests.realname.partnering import a_result, send, taken, told
from tests.realname.partnering import agreed as agreed_at

STUDY = {
    "school": "浙江大学",
    "level": "master",
    "until": "2028-07-31",
    "ticket": "TK2345ABCD",
    "evidence": "card seen",
}


def a_site(*scopes: Scope) -> TrustedSite:
    rights = scopes or (Scope.VERIFICATIONS_WRITE, Scope.DECISIONS_READ)
    register_client(actor=SYSTEM, client_id="blue-harbour", name="Blue Harbour", scopes=rights, now=MOMENT)
    return TrustedSite("blue-harbour", "Blue Harbour")


def verified_by(site: TrustedSite, tenant: TenantFacts, reference: str = "P-1") -> None:
    agreement = agreed_at(tenant, site, purpose=Purpose.VERIFICATION, now=MOMENT)
    taken(send(a_result(told(tenant, agreement, reference=reference)), now=MOMENT))


def page(client: Client, name: str, *args: str) -> str:
    return client.get(reverse(f"console:{name}", args=args)).content.decode()


@pytest.mark.clause("2.4.10")
def test_staff_see_which_sites_are_trusted_and_whom_each_verified(support: Client) -> None:
    assert "No site is trusted." in page(support, "sites")
    site = a_site()
    account, tenant = a_customer()
    verified_by(site, tenant, "P-77")
    listed = page(support, "sites")
    assert ("Blue Harbour" in listed, "sends verifications" in listed) == (True, True)
    shown = page(support, "site", "blue-harbour")
    for said in (tenant.name, tenant.public_id, "P-77", "2026-11-20", "Face"):
        assert said in shown, said
    assert reverse("console:customer", args=[account.id]) in shown
    assert "欧阳小明" not in shown
    assert reverse("console:site_stop", args=["blue-harbour"]) not in shown


@pytest.mark.clause("2.4.10")
def test_the_customers_page_says_where_a_verification_came_from(support: Client) -> None:
    account, tenant = a_customer()
    verified_by(a_site(), tenant, "P-77")
    shown = page(support, "customer", str(account.id))
    assert ("Blue Harbour" in shown, "P-77" in shown, "Face, on 2026-11-20" in shown) == (True, True, True)


@pytest.mark.clause("2.4.10")
def test_the_list_goes_on_page_by_page(support: Client) -> None:
    site = a_site()
    for number in range(21):
        _account, tenant = a_customer(phone=f"+86139{number:08d}")
        verified_by(site, tenant, f"P-{number}")
    first = support.get(reverse("console:site", args=[site.client_id]))
    after = first.context["after"]
    assert ("P-20<" in first.content.decode(), "P-0<" in first.content.decode()) == (True, False)
    second = support.get(reverse("console:site", args=[site.client_id]), {"after": after}).content.decode()
    assert ("P-0<" in second, "P-20<" in second) == (True, False)
    assert support.get(reverse("console:site", args=[site.client_id]), {"after": "x"}).status_code == 200


@pytest.mark.clause("2.4.10")
def test_a_manager_ends_the_trust_and_says_why(manager: Client) -> None:
    site = a_site()
    _account, tenant = a_customer()
    verified_by(site, tenant)
    assert reverse("console:site_stop", args=[site.client_id]) in page(manager, "site", site.client_id)
    address = reverse("console:site_stop", args=[site.client_id])
    assert manager.post(address, {}).status_code == 422
    answer = manager.post(address, BECAUSE, follow=True)
    assert "Nothing is taken over from Blue Harbour any more." in answer.content.decode()
    client = client_by_id(site.client_id)
    assert client
    assert client.scopes == {"decisions:read"}
    facts = newest_event("clients:scopes:changed").facts
    assert facts == {"client": "blue-harbour", "scopes": "decisions:read", "reason": "ticket", "note": "Ticket T-4711"}
    shown = page(manager, "site", site.client_id)
    assert ("what was taken over before still holds" in shown, tenant.name in shown) == (True, True)


@pytest.mark.clause("2.4.10")
def test_only_a_manager_ends_the_trust(support: Client) -> None:
    site = a_site()
    assert support.post(reverse("console:site_stop", args=[site.client_id]), BECAUSE).status_code == 403
    client = client_by_id(site.client_id)
    assert client
    assert "verifications:write" in client.scopes


@pytest.mark.clause("2.4.10")
def test_an_ordinary_service_is_no_site(support: Client) -> None:
    register_client(actor=SYSTEM, client_id="shop", name="Shop", scopes=[Scope.DECISIONS_READ], now=MOMENT)
    assert "Shop" not in strip_tags(page(support, "sites"))
    assert support.get(reverse("console:site", args=["shop"])).status_code == 404


@pytest.mark.clause("2.1.16")
def test_staff_give_a_student_status_by_ticket_and_take_it_back(support: Client) -> None:
    account, tenant = a_customer()
    assert "Give a student status" not in page(support, "customer", str(account.id))
    verified_by(a_site(), tenant)
    assert reverse("console:student", args=[tenant.public_id]) in page(support, "customer", str(account.id))
    answer = support.post(reverse("console:student", args=[tenant.public_id]), STUDY, follow=True)
    assert "a student&#x27;s until 2028-07-31" in answer.content.decode()
    held = student_status_of(tenant.id)
    assert held
    assert (held.study.school, held.ticket) == ("浙江大学", "TK2345ABCD")
    shown = page(support, "customer", str(account.id))
    assert "浙江大学, Master, until 2028-07-31" in shown
    support.post(reverse("console:student_end", args=[tenant.public_id]), BECAUSE)
    assert student_status_of(tenant.id) is None
    assert newest_event("realname:student:ended").facts == {"because": "Ticket T-4711"}


@pytest.mark.clause("2.1.16")
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"until": "2020-01-01"}, "would have ended already"),
        ({"until": "2040-01-01"}, "count for too long"),
        ({"ticket": "4711"}, "number of the ticket"),
        ({"evidence": ""}, "Please fill this in"),
    ],
)
def test_a_student_status_needs_a_day_a_ticket_and_a_proof(support: Client, changed: dict[str, str], said: str) -> None:
    _account, tenant = a_customer()
    verified_by(a_site(), tenant)
    answer = support.post(reverse("console:student", args=[tenant.public_id]), STUDY | changed)
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert not StudentStatus.objects.exists()


@pytest.mark.clause("2.1.16")
def test_an_organisation_gets_no_student_status(support: Client) -> None:
    _account, tenant = a_customer()
    answer = support.post(reverse("console:student", args=[tenant.public_id]), STUDY)
    assert "This tenant is not verified yet." in answer.content.decode()


@pytest.mark.clause("2.1.23")
def test_a_manager_marks_an_internal_employees_tenant_and_takes_the_mark_off(manager: Client) -> None:
    account, tenant = a_customer()
    address = reverse("console:mark", args=[tenant.public_id])
    assert address in page(manager, "customer", str(account.id))
    answer = manager.post(address, BECAUSE | {"act": "set:internal"}, follow=True)
    assert "Marked as: Internal employee." in answer.content.decode()
    marked = tenant_now(tenant.id)
    assert marked
    assert marked.marks == {ZoneMark.INTERNAL}
    assert newest_event("tenants:mark:set").facts == {"mark": "internal", "reason": "ticket: Ticket T-4711"}
    again = manager.post(address, BECAUSE | {"act": "set:internal"})
    assert again.status_code == 422
    manager.post(address, BECAUSE | {"act": "clear:internal"})
    marked = tenant_now(tenant.id)
    assert marked
    assert marked.marks == frozenset()


@pytest.mark.clause("2.1.23")
def test_support_marks_nobody(support: Client) -> None:
    _account, tenant = a_customer()
    address = reverse("console:mark", args=[tenant.public_id])
    assert support.post(address, BECAUSE | {"act": "set:internal"}).status_code == 403
    assert not Event.objects.filter(name="tenants:mark:set").exists()
