"""Pages that ask first whether it is still the owner."""

import pytest
from django.urls import reverse

from account_center.accounts.types import AccountFacts
from account_center.signin.models import FreshProof
from tests.portal.visiting import Customer, newest_code
from tests.signin.making import NOW, PASSWORD, a_phone, an_account
from tests.signin.test_authenticator import shown, with_app

pytestmark = pytest.mark.django_db


def somebody(**more: str) -> AccountFacts:
    return an_account(phone=a_phone(), **more)  # type: ignore[arg-type]


def test_a_sensitive_page_asks_first_and_then_comes_back() -> None:
    customer = Customer(somebody())
    page = customer.get("portal:contact_new", "email")
    assert page.path == reverse("portal:prove", args=["contacts"])
    assert "You are about to change the phone number or e-mail address." in page.text
    waiting = customer.send("portal:prove", "contacts", way="sms")
    assert waiting.path == reverse("portal:prove_code", args=["contacts"])
    page = customer.send("portal:prove_code", "contacts", code=newest_code())
    assert page.path == reverse("portal:contact_new", args=["email"])
    assert customer.get("portal:contact_new", "email").path == page.path  # looking again does not use the proof up


def test_a_second_click_that_comes_late_is_led_on_like_the_first() -> None:
    customer = Customer(somebody())
    customer.get("portal:contact_new", "email")
    customer.send("portal:prove", "contacts", way="sms")
    code, address = newest_code(), reverse("portal:prove_code", args=["contacts"])
    answers = [customer.client.post(address, {"code": code}) for _click in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert {answer["Location"] for answer in answers} == {reverse("portal:contact_new", args=["email"])}
    assert FreshProof.objects.count() == 1


def test_a_wrong_code_says_how_many_tries_are_left() -> None:
    customer = Customer(somebody())
    customer.get("portal:contact_new", "email")
    customer.send("portal:prove", "contacts", way="sms")
    wrong = f"{(int(newest_code()) + 1) % 1_000_000:06d}"
    page = customer.send("portal:prove_code", "contacts", code=wrong)
    assert page.status == 422
    assert "You have 4 tries left" in page.text
    assert not FreshProof.objects.exists()


def test_a_code_of_one_task_does_not_open_another() -> None:
    customer = Customer(somebody())
    customer.get("portal:contact_new", "email")
    customer.send("portal:prove", "contacts", way="sms")
    assert customer.send("portal:prove_code", "upgrade", code=newest_code()).status == 409
    assert not FreshProof.objects.exists()


def test_the_app_proves_it_however_its_code_is_spelled() -> None:
    account = somebody()
    secret, customer = with_app(account.id), Customer(account)
    customer.get("portal:contact_new", "email")
    digits = shown(secret, NOW)
    page = customer.send("portal:prove_app", "contacts", code=f"{digits[:3]} {digits[3:]}")
    assert page.path == reverse("portal:contact_new", args=["email"])


def test_an_account_with_nothing_but_a_password_proves_it_by_that() -> None:
    customer = Customer(an_account())
    assert "The password" in customer.get("portal:contact_new", "phone").text
    wrong = customer.send("portal:prove_password", "contacts", password="wrong")
    assert wrong.status == 422
    page = customer.send("portal:prove_password", "contacts", password=PASSWORD)
    assert page.path == reverse("portal:contact_new", args=["phone"])


def test_the_session_has_another_id_after_the_proof() -> None:
    customer = Customer(an_account())
    customer.get("portal:contact_new", "phone")
    before = customer.client.cookies["session"].value
    customer.send("portal:prove_password", "contacts", password=PASSWORD)
    assert customer.client.cookies["session"].value != before


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "\t//evil.example",
        "/console/",
    ],
)
def test_afterwards_one_stays_on_the_customers_own_pages(elsewhere: str) -> None:
    customer = Customer(an_account())
    customer.get("portal:prove", "contacts", next=elsewhere)
    answer = customer.client.post(reverse("portal:prove_password", args=["contacts"]), {"password": PASSWORD})
    assert answer.headers["Location"] == reverse("portal:security")


def test_an_unknown_task_is_not_found() -> None:
    assert Customer(somebody()).get("portal:prove", "anything").status == 404


def test_a_poll_is_led_as_a_whole_page() -> None:
    answer = Customer(somebody()).poll("portal:contact_new", "email")
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"].startswith(reverse("portal:prove", args=["contacts"]))


@pytest.mark.parametrize("name", ["prove", "prove_code", "prove_app", "prove_password"])
def test_a_stranger_is_asked_to_sign_in(name: str) -> None:
    assert Customer().get(f"portal:{name}", "contacts").path == reverse("portal:sign_in")
