from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from account_center.kit.limits import HOUR
from account_center.plumbing.session_row import Session
from tests.portal.visiting import Customer
from tests.signin.making import NOW, an_account

pytestmark = pytest.mark.django_db


def test_an_answer_that_was_on_its_way_during_a_sign_in_takes_no_cookie_away() -> None:
    browser = Client()
    browser.cookies["session"] = "k" * 32  # the session before, which the sign-in has replaced meanwhile
    for answer in (
        browser.get(reverse("portal:register")),
        browser.post(reverse("portal:password_hints"), {"password": "lantern harbour"}),
    ):
        assert "session" not in answer.cookies


def test_signing_out_takes_the_cookie() -> None:
    customer = Customer(an_account())
    answer = customer.client.post(reverse("portal:sign_out"))
    assert answer.cookies["session"].value == ""
    assert not Session.objects.filter(account_id__isnull=False).exists()


@pytest.mark.clause("3.1.21")
def test_a_session_that_ended_by_a_change_elsewhere_loses_its_cookie() -> None:
    customer = Customer(an_account())
    Session.objects.update(mark="another")
    session = customer.client.session
    session["_auth_user_hash"] = "another"
    session.save()
    answer = customer.client.get(reverse("portal:security"))
    assert answer.status_code == 302
    assert answer.cookies["session"].value == ""


@pytest.mark.clause("1.23")
@pytest.mark.parametrize(("header", "is_use"), [({}, True), ({"x-by-itself": "1"}, False)])
def test_a_page_that_follows_by_itself_does_not_keep_its_session_alive(header: dict[str, str], is_use: bool) -> None:
    customer, long_ago = Customer(an_account()), NOW - timedelta(hours=1)
    session = Session.objects.get()
    session.started_at = session.seen_at = long_ago
    session.ends_at, session.idle_seconds = NOW + timedelta(days=7), 12 * HOUR
    session.save()
    assert customer.client.get(reverse("portal:security"), headers=header).status_code == 200
    session.refresh_from_db()
    assert (session.seen_at > long_ago) == is_use
