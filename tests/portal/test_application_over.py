"""An application that is over: whatever its way was, the page that says so leads to it, and to the ways."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from account_center.realname.types import ApplicationView
from account_center.tenants.types import TenantFacts
from tests.portal.visiting import Customer
from tests.realname.changing import settle
from tests.realname.making import a_reviewer, a_tenant, all_reencoded, decide, submit, submit_company, verify
from tests.realname.scanning import scan, show
from tests.realname.transferring import cancel, submit_account
from tests.signin.making import a_phone, an_account

pytestmark = pytest.mark.django_db
Ended = Callable[[TenantFacts], ApplicationView]


@pytest.fixture(autouse=True)
def _quick_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("account_center.realname.services.evidence.reencode_images", all_reencoded)


def by_document(tenant: TenantFacts) -> ApplicationView:
    view = submit(tenant)
    decide(a_reviewer(), view)
    return view


def by_papers(tenant: TenantFacts) -> ApplicationView:
    view = submit_company(tenant)
    settle(view)
    return view


def by_scan(tenant: TenantFacts) -> ApplicationView:
    shown = show(tenant)
    scan(tenant)
    return shown.view


def by_account(tenant: TenantFacts) -> ApplicationView:
    view = submit_account(tenant)
    cancel(tenant, view)
    return view


@pytest.mark.clause("2.1.12")
@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    ("door", "ended"),
    [
        ("bank_card_cancel", verify),
        ("document_give_up", by_document),
        ("document_give_up", by_papers),
        ("scan_new_code", by_scan),
        ("transfer_cancel", by_account),
    ],
)
def test_a_step_of_what_is_over_leads_to_that_application_and_to_the_ways(
    door: str, ended: Ended, language: str
) -> None:
    account = an_account(phone=a_phone())
    view = ended(a_tenant(account))
    page = Customer(account, language=language).send(f"portal:{door}", view.reference)
    assert page.status == 409
    assert {"en": "This step of the application is over", "zh-hans": "本次申请的这一步已结束"}[language] in page.text
    own = reverse("portal:verification_application", args=[view.reference])
    after = page.links.index(own) + 1
    assert page.links[after] == reverse("portal:verification")
    assert reverse("portal:bank_card") not in page.links
