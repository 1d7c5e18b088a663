"""Two clicks on a form whose answer renews the session: the second one never signs the customer out."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from account_center.accounts.models import Account
from account_center.accounts.services import password_fits
from account_center.accounts.types import AccountFacts
from account_center.audit.models import Event
from tests.between_each import after_each
from tests.portal.visiting import Customer, newest_code
from tests.signin.making import NOW, PASSWORD, a_phone, an_account

pytestmark = pytest.mark.django_db(transaction=True)
ANOTHER = "harbour crane 77 lantern"
SESSION_AND_ACCOUNT = "plumbing_session|accounts_account|COMMIT|signin_freshproof"


@pytest.fixture(autouse=True)
def _the_clock_stands_still() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@dataclass
class TwoClicks:
    """A browser with one form open, sent twice with the same cookies."""

    account: AccountFacts
    browser: Client
    address: str
    typed: dict[str, str]
    answers: list[Any] = field(default_factory=list)

    def click(self) -> None:
        clicking = browser_with(self.browser.cookies)
        self.answers.append(clicking.post(self.address, self.typed))

    def is_in_whatever_comes_last(self) -> bool:
        return all(self._is_in_after(order) for order in (self.answers, self.answers[::-1]))

    def _is_in_after(self, answers: list[Any]) -> bool:
        browser = browser_with(self.browser.cookies)
        for answer in answers:
            browser.cookies.update(answer.cookies)
        return browser.get(reverse("portal:security")).status_code == 200


def browser_with(cookies: SimpleCookie) -> Client:
    browser = Client(headers={"accept-language": "en"})
    browser.cookies = SimpleCookie({name: morsel.value for name, morsel in cookies.items()})
    return browser


def new_password() -> TwoClicks:
    account = an_account()
    typed = {"old_password": PASSWORD, "password": ANOTHER, "password_again": ANOTHER}
    return TwoClicks(account, Customer(account).client, reverse("portal:security_password"), typed)


def new_address() -> TwoClicks:
    account = an_account(phone=a_phone())
    customer = Customer(account)
    customer.send("portal:prove", "contacts", way="sms")
    customer.send("portal:prove_code", "contacts", code=newest_code())
    customer.get("portal:contact_new", "email")
    customer.send("portal:contact_new", "email", recipient=f"mei{account.id}@example.com")
    return TwoClicks(
        account, customer.client, reverse("portal:contact_confirm", args=["email"]), {"code": newest_code()}
    )


def events(clicked: TwoClicks, name: str) -> int:
    return Event.objects.filter(name=name, account_id=clicked.account.id).count()


@pytest.mark.clause("3.1.21")
def test_two_clicks_on_a_new_password_keep_the_customer_in() -> None:
    for clicked, _ in after_each(new_password, TwoClicks.click, TwoClicks.click, about=SESSION_AND_ACCOUNT):
        assert all(answer.status_code in (302, 422) for answer in clicked.answers)
        assert password_fits(account_id=clicked.account.id, password=ANOTHER)
        assert events(clicked, "accounts:password:changed") == 1
        assert clicked.is_in_whatever_comes_last()


@pytest.mark.clause("3.1.9", "3.1.11")
def test_two_clicks_on_a_new_address_keep_the_customer_in() -> None:
    for clicked, _ in after_each(new_address, TwoClicks.click, TwoClicks.click, about=SESSION_AND_ACCOUNT):
        assert 302 in {answer.status_code for answer in clicked.answers}
        assert all(answer.status_code in (302, 409, 422) for answer in clicked.answers)
        assert Account.objects.get(pk=clicked.account.id).email == f"mei{clicked.account.id}@example.com"
        assert events(clicked, "accounts:email:bound") == 1
        assert clicked.is_in_whatever_comes_last()
