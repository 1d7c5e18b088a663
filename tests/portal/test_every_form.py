"""Whatever is typed into any form of the portal is answered: never with an error of ours."""

import pytest
from django.test import Client

from tests.odd_input import Walk
from tests.portal.visiting import Customer
from tests.realname.making import a_tenant
from tests.signin.making import a_phone, an_account

pytestmark = pytest.mark.django_db(transaction=True)


def test_odd_input_of_strangers_is_answered() -> None:
    walk = Walk(Client()).through("/", "/sign-in/", "/register/", "/recovery/", "/support/")
    assert len(walk.forms) > 5
    assert list(walk.faults()) == []


def test_odd_input_of_customers_is_answered() -> None:
    account = an_account(phone=a_phone())
    a_tenant(account)
    walk = Walk(Customer(account).client).through("/")
    assert len(walk.forms) > 20
    assert list(walk.faults()) == []
