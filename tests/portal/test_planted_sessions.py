"""Whoever planted a session's number in somebody else's browser gains nothing by the codes that are typed there."""

import pytest
from django.test import Client
from django.urls import reverse

from account_center.accounts.models import Account
from account_center.support.models import Ticket
from tests.portal.visiting import Customer, begin_registration, name_and_password, newest_code
from tests.signin.making import a_phone, an_account

pytestmark = pytest.mark.django_db


def planted_in(victim: Customer) -> Customer:
    """The thief's browser, which has the session that the victim goes on with, and every other cookie of hers."""
    thief = Customer()
    thief.client.cookies.update(victim.client.cookies)
    return thief


def key_of(client: Client) -> str:
    return client.cookies["session"].value


@pytest.mark.clause("3.1.5")
def test_registering_goes_on_under_a_new_session_once_the_code_was_typed() -> None:
    victim = Customer()
    begin_registration(victim, a_phone())
    thief = planted_in(victim)
    victim.send("portal:register_code", code=newest_code())
    assert key_of(victim.client) != key_of(thief.client)
    page = thief.send("portal:register_finish", **name_and_password("thief.lamp"))
    assert page.path == reverse("portal:register_code")
    assert not Account.objects.exists()
    page = victim.send("portal:register_finish", **name_and_password("sea.lamp"))
    assert page.path == reverse("portal:register_done")
    assert "sea.lamp" in victim.get("portal:account").text
    assert thief.get("portal:account").path.startswith(reverse("portal:sign_in"))


@pytest.mark.clause("1.44")
def test_a_sign_in_by_code_goes_on_under_a_new_session_once_the_code_was_typed() -> None:
    phone = a_phone()
    made = [an_account(name, phone=phone) for name in ("one.lamp", "two.lamp")]
    victim = Customer()
    victim.send("portal:sign_in_code", recipient=phone)
    thief = planted_in(victim)
    victim.send("portal:sign_in_code_wait", code=newest_code())
    for page in (thief.get("portal:sign_in_choose"), thief.send("portal:sign_in_choose", account=str(made[0].id))):
        assert page.path == reverse("portal:sign_in_code_wait")
        assert "one.lamp" not in page.html
    victim.send("portal:sign_in_choose", account=str(made[0].id))
    assert "Hello one.lamp" in victim.send("portal:sign_in_trust", trust="no").text
    assert thief.get("portal:account").path.startswith(reverse("portal:sign_in"))


@pytest.mark.clause("1.18")
def test_an_appeal_is_stated_and_seen_only_where_the_code_was_typed() -> None:
    victim, phone, typed = Customer(), a_phone(), {"key": "0b54f2a2-5c57-4a39-9a2e-6f1f4f0c7a11", "text": "Stolen."}
    victim.send("portal:appeal", happened="phone_lost", named="somebody", contact=phone, country="CN")
    thief = planted_in(victim)
    victim.send("portal:appeal_code", code=newest_code())
    assert thief.send("portal:appeal_statement", **typed).status == 422
    assert not Ticket.objects.exists()
    assert victim.send("portal:appeal_statement", **typed).path == reverse("portal:appeal_progress")
    assert thief.get("portal:appeal_progress").status == 409


@pytest.mark.clause("1.18")
def test_an_appeal_that_is_looked_up_is_shown_only_where_the_code_was_typed() -> None:
    first, phone = Customer(), a_phone()
    first.send("portal:appeal", happened="phone_lost", named="somebody", contact=phone, country="CN")
    first.send("portal:appeal_code", code=newest_code())
    first.send("portal:appeal_statement", key="0b54f2a2-5c57-4a39-9a2e-6f1f4f0c7a11", text="Stolen.")
    victim = Customer()
    victim.send("portal:appeal_find", reference=Ticket.objects.get().reference, contact=phone)
    thief = planted_in(victim)
    assert victim.send("portal:appeal_find_code", code=newest_code()).path == reverse("portal:appeal_progress")
    assert thief.get("portal:appeal_progress").status == 409


@pytest.mark.clause("1.19")
def test_the_second_of_two_clicks_with_the_right_code_goes_on_like_the_first() -> None:
    visitor = Customer()
    begin_registration(visitor, a_phone())
    late, digits = planted_in(visitor), newest_code()
    for browser in (visitor, late):
        assert browser.send("portal:register_code", code=digits).path == reverse("portal:register_finish")
    page = late.send("portal:register_finish", **name_and_password("sea.lamp"))
    assert page.path == reverse("portal:register_done")
