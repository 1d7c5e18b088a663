"""The sandbox's partner site: it signs, and speaks to the real interface over HTTP (2.4.10, 2.1.16)."""

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from pytest_django.live_server_helper import LiveServer

from account_center.clients.services import new_signing_key, register_client
from account_center.clients.types import Scope
from account_center.kit.clock import now
from account_center.kit.demo_people import DEMO_IDENTITIES, DEMO_SITE_ID, DEMO_SITE_KEY, DEMO_SITE_SECRET
from account_center.realname.queries import student_status_of, verification_of
from account_center.realname.types import Purpose, TrustedSite
from account_center.tenants.types import TenantFacts
from tests.portal.visiting import Page, _page
from tests.realname.making import a_tenant
from tests.realname.partnering import agreed
from tests.standing.making import SYSTEM

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("2.4.10")]
SITE = TrustedSite(DEMO_SITE_ID, "Demo partner site")
ADULT, CHILD = DEMO_IDENTITIES[0], DEMO_IDENTITIES[2]


@pytest.fixture(autouse=True)
def _center(live_server: LiveServer, settings: LazySettings) -> None:
    settings.OWN_ADDRESS = live_server.url
    scopes = [Scope.VERIFICATIONS_WRITE, Scope.STUDENTS_WRITE]
    register_client(
        actor=SYSTEM, client_id=DEMO_SITE_ID, name=SITE.name, scopes=scopes, secret=DEMO_SITE_SECRET, now=now()
    )
    new_signing_key(client_id=DEMO_SITE_ID, key=DEMO_SITE_KEY, now=now())


def tell(about: str, tenant: TenantFacts, code: str, who: str, **more: str) -> Page:
    address = f"{reverse('portal:sandbox_partner')}?about={about}"
    return _page(Client().post(address, {"tenant": tenant.public_id, "agreement": code, "who": who, **more}))


def a_code(tenant: TenantFacts, purpose: Purpose = Purpose.VERIFICATION) -> str:
    return agreed(tenant, SITE, purpose=purpose, now=now()).code


def test_whoever_plays_the_site_verifies_a_customer_who_agreed_and_then_calls_him_a_student() -> None:
    tenant = a_tenant()
    page = tell("person", tenant, a_code(tenant), ADULT.id_number)
    assert ("HTTP 200" in page.text, '"state": "approved"' in page.text, "X-Signature" in page.text) == (True,) * 3
    held = verification_of(tenant.id)
    assert held
    assert held.partner
    assert held.partner.site == SITE
    study = {"school": "浙江大学", "level": "master", "until": "2028-07-31"}
    page = tell("student", tenant, a_code(tenant, Purpose.STUDENT), ADULT.id_number, **study)
    assert "HTTP 200" in page.text, page.text
    status = student_status_of(tenant.id)
    assert status
    assert status.site == SITE.name


def test_it_shows_every_refusal_as_the_interface_words_it() -> None:
    tenant = a_tenant()
    code = a_code(tenant)
    assert "realname.no_agreement" in tell("person", tenant, "AAAA-BBBB-CCCC", ADULT.id_number).text
    assert "realname.too_young" in tell("person", tenant, code, CHILD.id_number).text
    assert verification_of(tenant.id) is None
    assert "HTTP 200" in tell("person", tenant, code, ADULT.id_number).text


def test_a_center_that_does_not_answer_is_told(settings: LazySettings) -> None:
    settings.OWN_ADDRESS = "http://127.0.0.1:9"
    tenant = a_tenant()
    page = tell("organisation", tenant, a_code(tenant), "91330106MA00000001")
    assert page.status == 422
    page = tell("person", tenant, a_code(tenant), ADULT.id_number)
    assert "did not answer the partner site" in page.text


def test_outside_the_sandbox_there_is_no_such_page(settings: LazySettings) -> None:
    settings.SANDBOX = False
    assert Client().get(reverse("portal:sandbox_partner")).status_code == 404
