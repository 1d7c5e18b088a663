"""As whom a tenant was verified, when, by which evidence, and who decided: the chain at the console (2.1.24)."""

import pytest
from django.test import Client
from django.urls import reverse

from account_center.accounts.queries import account
from account_center.kit.actor import StaffRole
from account_center.realname.types import ChangeKind
from tests.console.making import Clock, Desk
from tests.realname.changing import a_person_tenant, asked, begun, by_card, by_papers, settle
from tests.realname.making import a_claim, a_reviewer, decide

pytestmark = pytest.mark.django_db


@pytest.fixture
def support(clock: Clock) -> Client:
    return Desk(clock, StaffRole.SUPPORT).enter()


def page_of(browser: Client, owner_id: int) -> str:
    return browser.get(reverse("console:customer", args=[owner_id])).content.decode()


@pytest.mark.clause("2.1.14", "2.1.24", "2.4.4", "2.4.2")
def test_staff_read_every_verification_with_its_dates_and_who_decided(support: Client) -> None:
    tenant, reviewer = a_person_tenant(), a_reviewer()
    assert "Every verification" not in page_of(support, tenant.owner_id)
    another = by_card(tenant, a_claim(name="赵小草"), asked(tenant, ChangeKind.ANOTHER_PERSON))
    decide(reviewer, another)
    last = begun(by_papers(tenant, None, asked(tenant, ChangeKind.TO_ORGANISATION, form=b"")))
    settle(last)
    page = page_of(support, tenant.owner_id)
    table = page[page.index("Every verification") :]
    table = table[: table.index("</table>")]
    staff = account(reviewer.account_id or 0)
    assert staff
    said = (
        "***明",
        "**草",
        "First verification",
        "Another individual",
        "An organisation instead",
        "holds now",
        staff.name,
    )
    for words in said:
        assert words in table
    assert "without staff" in table
    for view in (another, last):
        assert reverse("console:application", args=[view.reference]) in table
    assert "赵小草" not in page
