"""Signing in through the pages: the code after the password, trust in a device, and the choice of an account."""

import pytest
from django.urls import reverse

from account_center.accounts.types import AccountFacts
from tests.portal.visiting import Customer, Page, newest_code
from tests.signin.making import PASSWORD, PHONE, an_account

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "tandem quelle 93 birkenrinde"


def password_typed(visitor: Customer, made: AccountFacts, password: str = PASSWORD, **more: str) -> Page:
    return visitor.send("portal:sign_in", identifier=made.name, password=password, **more)


def code_typed(visitor: Customer, digits: str = "") -> Page:
    return visitor.send("portal:sign_in_step_code", code=digits or newest_code())


def trust(visitor: Customer, answer: str = "yes") -> Page:
    return visitor.send("portal:sign_in_trust", trust=answer)


def is_in(visitor: Customer) -> bool:
    return visitor.client.get(reverse("portal:account")).status_code == 200


def trusting(made: AccountFacts) -> Customer:
    """A browser that is signed in and trusted."""
    visitor = Customer()
    password_typed(visitor, made)
    code_typed(visitor)
    trust(visitor)
    assert is_in(visitor)
    return visitor


def out(visitor: Customer) -> Customer:
    visitor.send("portal:sign_out")
    return visitor


@pytest.mark.clause("1.47")
def test_a_code_is_asked_for_at_every_sign_in_until_the_device_is_trusted() -> None:
    made, visitor = an_account(phone=PHONE), Customer()
    for _ in range(2):
        page = password_typed(visitor, made)
        assert page.path == reverse("portal:sign_in_step_code")
        assert "+86 138****8000" in page.text
        assert not is_in(visitor)
        assert code_typed(visitor).path == reverse("portal:sign_in_trust")
        assert not is_in(visitor)
        assert trust(visitor, "no").path == "/"
        assert is_in(visitor)
        out(visitor)
    trusted = out(trusting(made))
    assert password_typed(trusted, made).path == "/"
    assert is_in(trusted)
    assert password_typed(Customer(), made).path == reverse("portal:sign_in_step_code")
