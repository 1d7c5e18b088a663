"""What ends the sessions of an account."""

from collections.abc import Callable

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from account_center.accounts.services import set_email, set_password, set_phone
from account_center.accounts.types import AccountFacts
from account_center.kit.actor import system_actor
from account_center.kit.clock import now
from account_center.kit.email import parse_email
from tests.signin.making import an_account

ACTOR = system_actor("tests")


def new_password(owner: AccountFacts) -> None:
    set_password(actor=ACTOR, account_id=owner.id, password="seven quiet lamps 88", now=now())


def new_phone(owner: AccountFacts) -> None:
    set_phone(actor=ACTOR, account_id=owner.id, phone="+8613900000777", masked="+86 139****0777", now=now())


def new_email(owner: AccountFacts) -> None:
    set_email(actor=ACTOR, account_id=owner.id, email=parse_email("elsewhere@example.com"), now=now())


@pytest.mark.clause("3.1.21")
@pytest.mark.django_db
@pytest.mark.parametrize("change", [new_password, new_phone, new_email])
def test_a_change_of_what_signs_in_ends_every_session(change: Callable[[AccountFacts], None]) -> None:
    owner = an_account()
    browser = Client()
    browser.force_login(get_user_model()._default_manager.get(pk=owner.id))
    assert browser.get(reverse("portal:account")).status_code == 200
    change(owner)
    assert browser.get(reverse("portal:account")).status_code == 302
