"""The privacy centre on its pages: a copy of one's data, and deleting the ID account."""

import io
import json
import zipfile
from typing import Any

import pytest
from django.urls import reverse

from account_center.accounts.queries import account
from account_center.accounts.types import AccountFacts, AccountKind, AccountState
from account_center.audit.models import Event
from account_center.signin.types import SensitiveAction
from tests.portal.test_upgrading import proven
from tests.portal.visiting import Customer, Page
from tests.privacy.test_deleting import EMAIL, somebody
from tests.realname.making import NAME, a_claim, a_tenant, verify
from tests.signin.making import PASSWORD, PHONE, an_account

pytestmark = pytest.mark.django_db


def state_of(owner: AccountFacts) -> AccountState:
    found = account(owner.id)
    assert found
    return found.state


def at_copy(owner: AccountFacts, *, language: str = "en") -> Customer:
    """A customer who may take a copy now."""
    customer = Customer(owner, language=language)
    customer.get("portal:privacy_copy")
    proven(customer, SensitiveAction.COPY_OF_DATA)
    return customer


def download(customer: Customer) -> Any:
    return customer.client.post(reverse("portal:privacy_copy"))


def unpacked(response: Any) -> tuple[dict[str, Any], str]:
    """data.json and data.html."""
    assert response.status_code == 200
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert archive.namelist() == ["data.json", "data.html"]
        return json.loads(archive.read("data.json")), archive.read("data.html").decode()


def at_deletion(owner: AccountFacts) -> Customer:
    """A customer at the last step."""
    customer = Customer(owner)
    customer.get("portal:privacy_delete_confirm")
    proven(customer, SensitiveAction.DELETE_ACCOUNT)
    return customer


def press(customer: Customer, name: str, **more: str) -> Page:
    return customer.send("portal:privacy_delete_confirm", name=name, **({"understood": "on"} | more))


# -- A copy -----------------------------------------------------------------------------------------------------------


@pytest.mark.clause("1.12")
def test_the_copy_holds_what_is_known_for_people_and_for_programs() -> None:
    owner = somebody()
    tenant = a_tenant(owner)
    claim = a_claim()
    reference = verify(tenant, claim).reference
    data, page = unpacked(download(at_copy(owner)))
    assert data["account"][0]["name"] == "lin.mei"
    assert (data["account"][0]["phone"], data["account"][0]["email"]) == (PHONE, EMAIL)
    assert data["tenants"][0]["id"] == tenant.public_id
    assert data["verifications"][0]["reference"] == reference
    assert data["sessions"]
    assert {one["to"] for one in data["consents"]} == {"terms", "verification", "advertising"}
    assert "accounts:account:opened" in {one["event"] for one in data["history"]}
    for told in ("lin.mei", PHONE, EMAIL, tenant.public_id, reference, "The account was opened"):
        assert told in page, told
    assert claim.id_number not in page + json.dumps(data, ensure_ascii=False)
    assert NAME not in page + json.dumps(data, ensure_ascii=False)


def test_neither_codes_nor_passwords_nor_other_peoples_accounts_stand_in_a_copy() -> None:
    owner = somebody()
    an_account("sun.other", phone=PHONE, email="sun@example.com")
    data, page = unpacked(download(at_copy(owner)))
    everything = page + json.dumps(data, ensure_ascii=False)
    for secret in ("argon2", PASSWORD, "sun.other", "sun@example.com"):
        assert secret not in everything
    assert all(set(one) == {"channel", "purpose", "to", "state", "at"} for one in data["messages"])


def test_the_readable_page_speaks_the_owners_language() -> None:
    _data, page = unpacked(download(at_copy(somebody(), language="zh-hans")))
    assert "账号" in page
    assert "Network address" not in page


def test_a_copy_needs_a_proof_each_time_and_is_noted() -> None:
    owner = somebody()
    assert "Show that it is you" in Customer(owner).get("portal:privacy_copy").text
    customer = at_copy(owner)
    assert download(customer).status_code == 200
    again = download(customer)
    assert again.status_code == 302
    assert reverse("portal:prove", args=["copy_of_data"]) in again["Location"]
    assert Event.objects.filter(name="privacy:copy:taken", account_id=owner.id).count() == 1


def test_only_so_many_copies_a_day() -> None:
    owner = somebody()
    for _ in range(3):
        assert download(at_copy(owner)).status_code == 200
    refused = download(at_copy(owner))
    assert refused.status_code == 429
    assert "You have taken 3 copies today already." in refused.content.decode()


def test_a_file_is_kept_in_no_cache() -> None:
    response = download(at_copy(somebody()))
    assert "no-store" in response["Cache-Control"]
    assert response["Content-Disposition"].startswith('attachment; filename="account-data-')


def test_a_name_that_looks_like_markup_is_text_in_the_page() -> None:
    owner = somebody()
    customer = at_copy(owner)
    customer.client.post(reverse("portal:ticket_new"), {"subject": "<script>alert(1)</script>", "text": "<img src=x>"})
    _data, page = unpacked(download(customer))
    assert "<script>" not in page
    assert "<img" not in page


# -- What one agreed to -----------------------------------------------------------------------------------------------


def test_the_centre_shows_what_one_agreed_to_and_both_ways() -> None:
    owner = somebody()
    reference = verify(a_tenant(owner)).reference
    page = Customer(owner).get("portal:privacy")
    assert "Terms of use and privacy notice" in page.text
    assert reference in page.text
    assert "not refused" in page.text
    assert {reverse("portal:privacy_copy"), reverse("portal:privacy_delete")} <= set(page.links)


def test_a_legacy_account_is_not_offered_to_delete_itself() -> None:
    page = Customer(an_account("old.lamp", phone=PHONE, kind=AccountKind.LEGACY)).get("portal:privacy")
    assert reverse("portal:privacy_delete") not in page.links
    assert reverse("portal:upgrade") in page.links


# -- Deleting ---------------------------------------------------------------------------------------------------------


@pytest.mark.clause("1.7", "1.12")
def test_a_wrong_country_leads_from_the_account_page_to_deleting() -> None:
    page = Customer(somebody()).get("portal:account")
    assert "If it is wrong: delete the account and register again" in page.text
    assert reverse("portal:privacy_delete") in page.links


@pytest.mark.clause("1.12")
def test_with_a_tenant_the_page_names_the_check_that_failed_and_offers_no_button() -> None:
    owner = somebody()
    tenant = a_tenant(owner)
    page = Customer(owner).get("portal:privacy_delete")
    assert "No tenant belongs to it, open or in its retention period. not yet" in page.text
    assert f"The tenant {tenant.name} belongs to this account." in page.text
    assert reverse("portal:privacy_delete_confirm") not in page.links
    refused = press(at_deletion(owner), "lin.mei")
    assert refused.status == 422
    assert state_of(owner) is AccountState.OPEN


@pytest.mark.clause("1.12")
def test_the_account_is_deleted_after_a_proof_its_name_and_a_yes() -> None:
    owner = somebody()
    overview = Customer(owner).get("portal:privacy_delete")
    assert "What is kept, and why" in overview.text
    assert reverse("portal:privacy_copy") in overview.links
    elsewhere, customer = Customer(owner), at_deletion(owner)
    for wrong in ({"name": "lin.me"}, {"name": "lin.mei", "understood": ""}):
        assert press(customer, **wrong).status == 422
        assert state_of(owner) is AccountState.OPEN
    left = press(customer, "lin.mei")
    assert left.path == reverse("portal:goodbye")
    assert "Your ID account is deleted" in left.text
    assert state_of(owner) is AccountState.DELETED
    for browser in (customer, elsewhere):
        assert browser.get("portal:account").path == reverse("portal:sign_in")
    assert "Your ID account is deleted" in customer.get("portal:goodbye").text


def test_the_second_of_two_clicks_deletes_nothing_more() -> None:
    owner = somebody()
    customer = at_deletion(owner)
    press(customer, "lin.mei")
    assert press(customer, "lin.mei").path == reverse("portal:sign_in")
    assert Event.objects.filter(name="accounts:account:deleted").count() == 1


def test_nobody_else_is_told_goodbye() -> None:
    assert Customer().get("portal:goodbye").path == reverse("portal:home")
    assert "Your ID account is deleted" not in Customer(somebody()).get("portal:goodbye").text
