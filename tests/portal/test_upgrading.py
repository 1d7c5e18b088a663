"""The upgrade of a legacy account on its pages."""

import pytest
from django.urls import reverse

from account_center.accounts.models import Account
from account_center.accounts.queries import account
from account_center.accounts.types import AccountFacts, AccountKind
from account_center.signin.types import SensitiveAction, WayToProve
from account_center.tenants.types import ZoneMark
from tests.onboarding.test_upgrading import EMAIL, a_legacy, its_tenant
from tests.portal.visiting import Customer, Page, newest_code
from tests.signin.making import PHONE, a_phone, an_account

pytestmark = pytest.mark.django_db


def proven(
    customer: Customer, action: SensitiveAction = SensitiveAction.UPGRADE, way: WayToProve = WayToProve.SMS
) -> None:
    """The customer shows that it is still the owner, by a code."""
    customer.send("portal:prove", action.value, way=way.value)
    customer.send("portal:prove_code", action.value, code=newest_code())


def kind_of(owner: AccountFacts) -> AccountKind:
    found = account(owner.id)
    assert found
    return found.kind


def pressed(customer: Customer, name: str) -> Page:
    return customer.send("portal:upgrade_confirm", name=name)


@pytest.mark.clause("1.13", "1.29")
def test_a_legacy_session_finds_the_offer_at_home_and_on_the_account_page() -> None:
    customer = Customer(a_legacy())
    for name in ("portal:home", "portal:account"):
        page = customer.get(name)
        assert "upgrade-offer" in page.ids
        assert reverse("portal:upgrade") in page.links
    text = customer.get("portal:upgrade").text
    assert "One account and one password for every site" in text
    assert "stay signed in" in text


@pytest.mark.clause("1.30")
def test_not_now_changes_nothing_and_the_next_sign_in_offers_it_again() -> None:
    legacy = a_legacy()
    customer = Customer(legacy)
    page = customer.send("portal:upgrade_later")
    assert page.path == reverse("portal:home")
    assert "upgrade-offer" not in page.ids
    assert reverse("portal:upgrade") in customer.get("portal:account").links
    assert account(legacy.id) == legacy
    assert "upgrade-offer" in Customer(legacy).get("portal:home").ids


@pytest.mark.clause("1.29", "1.34")
def test_the_upgrade_asks_for_a_proof_and_this_session_goes_on_as_an_id_account() -> None:
    legacy = a_legacy("old.lamp")
    tenant = its_tenant(legacy)
    customer, elsewhere = Customer(legacy), Customer(legacy)
    asked = customer.get("portal:upgrade_confirm")
    assert "Show that it is you" in asked.text
    assert "You are about to upgrade your account." in asked.text
    proven(customer)
    assert tenant.public_id in customer.get("portal:upgrade_confirm").text
    done = pressed(customer, "old.lamp")
    assert done.path == reverse("portal:upgrade")
    assert "You have an ID account" in done.text
    assert kind_of(legacy) is AccountKind.ID
    for browser in (customer, elsewhere):
        page = browser.get("portal:account")
        assert "id-account" in page.ids
        assert "upgrade-offer" not in page.ids
        assert tenant.public_id in page.text


def test_the_second_of_two_clicks_sees_the_same_page() -> None:
    customer = Customer(a_legacy("old.lamp"))
    customer.get("portal:upgrade_confirm")
    proven(customer)
    pressed(customer, "old.lamp")
    assert "You have an ID account" in pressed(customer, "old.lamp").text


def test_a_taken_name_asks_for_another_one() -> None:
    an_account("old.lamp")
    legacy = a_legacy("old.lamp")
    customer = Customer(legacy)
    customer.get("portal:upgrade_confirm")
    proven(customer)
    assert "Another ID account has the name old.lamp" in customer.get("portal:upgrade_confirm").text
    refused = pressed(customer, "old.lamp")
    assert refused.status == 422
    assert "This account name is taken." in refused.text
    assert "You have an ID account" in pressed(customer, "new.lamp").text


@pytest.mark.clause("1.36")
@pytest.mark.parametrize(
    ("mark", "words"),
    [
        (ZoneMark.PARTNER, "The account of a partner's administrator cannot be upgraded yet."),
        (ZoneMark.OFFICIAL_SITE, "An official-site account cannot be upgraded yet."),
    ],
)
def test_partners_and_official_site_accounts_read_that_it_is_not_open_to_them(mark: ZoneMark, words: str) -> None:
    legacy = a_legacy()
    its_tenant(legacy, mark)
    page = Customer(legacy).get("portal:upgrade")
    assert words in page.text
    assert reverse("portal:upgrade_confirm") not in page.links


@pytest.mark.clause("1.32", "1.33")
def test_only_after_the_proof_the_page_names_id_accounts_of_the_same_phone_or_address() -> None:
    an_account("lin.phone", phone=PHONE)
    an_account("mei.email", email=EMAIL, country="SG")
    customer = Customer(a_legacy())
    assert "li******e" not in customer.get("portal:upgrade").text
    assert "li******e" not in customer.get("portal:upgrade_confirm").text
    proven(customer)
    page = customer.get("portal:upgrade_confirm")
    assert "li******e" in page.text
    assert "free" in page.texts
    assert "another country or region" in page.texts
    assert "lin.phone" not in page.html
    assert "The ID account with the e-mail address la***@example.com is registered in another country" in page.text
    refused = pressed(customer, "any.name")
    assert refused.status == 422
    assert Account.objects.filter(kind=AccountKind.LEGACY).exists()


@pytest.mark.clause("1.32")
def test_where_no_id_account_is_found_the_page_says_why_that_may_be() -> None:
    customer = Customer(a_legacy(phone=a_phone()))
    customer.get("portal:upgrade_confirm")
    proven(customer)
    text = customer.get("portal:upgrade_confirm").text
    assert "We found none with this phone number or e-mail address." in text
    assert "make one of them equal, and it will be shown here" in text


@pytest.mark.clause("1.13")
def test_an_id_account_is_offered_nothing() -> None:
    customer = Customer(an_account("lin.mei", phone=PHONE))
    assert "upgrade-offer" not in customer.get("portal:home").ids
    assert "You have an ID account" in customer.get("portal:upgrade").text
    assert "You have an ID account" in pressed(customer, "other.name").text
    assert account(Account.objects.get().pk).name == "lin.mei"  # type: ignore[union-attr]
