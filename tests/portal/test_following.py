"""The page of an application follows by itself what staff or another window do, and does not keep a session for ever."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from account_center.realname.services import claim_case, withdraw
from account_center.realname.types import ReviewReason
from tests.portal.test_document import customer
from tests.portal.visiting import Customer
from tests.realname.making import a_reviewer, actor_at, begin, decide, submit
from tests.signin.making import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.1.10")]
ASKS = re.compile(r'hx-get="([^"]+)" hx-trigger="every (\d+)s')


def asked_by(page_html: str) -> str:
    found = ASKS.search(page_html)
    assert found
    return found[1].replace("&amp;", "&")


def follow(who: Customer, path: str, asks: str) -> Any:
    return who.client.get(path + asks, headers={"hx-request": "true"})


def test_while_staff_look_the_page_asks_and_comes_anew_with_what_they_did() -> None:
    who, tenant = customer()
    view, reviewer = submit(tenant), a_reviewer()
    page = who.get("portal:verification_application", view.reference)
    asks = asked_by(page.html)
    assert follow(who, page.path, asks).status_code == 204
    claim_case(actor=reviewer, reference=view.reference, now=NOW)
    assert follow(who, page.path, asks)["HX-Refresh"] == "true"
    page = who.get("portal:verification_application", view.reference)
    asks = asked_by(page.html)
    decide(reviewer, view, back=ReviewReason.BLURRED)
    assert follow(who, page.path, asks)["HX-Refresh"] == "true"
    page = who.get("portal:verification_application", view.reference)
    assert "Another picture is needed" in page.text
    asks = asked_by(page.html)
    assert follow(who, page.path, asks).status_code == 204
    withdraw(actor=actor_at(tenant), tenant_id=tenant.id, reference=view.reference, now=NOW)
    assert follow(who, page.path, asks)["HX-Refresh"] == "true"
    assert not ASKS.search(who.get("portal:verification_application", view.reference).html)


def test_a_draft_that_is_given_up_in_another_window_is_seen() -> None:
    who, tenant = customer()
    view = begin(tenant)
    page = who.get("portal:verification_application", view.reference)
    asks = asked_by(page.html)
    assert follow(who, page.path, asks).status_code == 204
    who.send("portal:bank_card_cancel", view.reference)
    assert follow(who, page.path, asks)["HX-Refresh"] == "true"


def test_a_page_left_open_stops_asking_so_that_its_session_can_end() -> None:
    who, tenant = customer()
    page = who.get("portal:verification_application", submit(tenant).reference)
    with time_machine.travel(NOW + timedelta(minutes=31)):
        last = follow(who, page.path, asked_by(page.html))
    assert last.status_code == 286
    assert last["HX-Reswap"] == "none"
    assert not last.content


@pytest.mark.parametrize("since", ["", "x", "²", "-1", "9" * 400])
def test_an_odd_beginning_changes_nothing(since: str) -> None:
    who, tenant = customer()
    page = who.get("portal:verification_application", submit(tenant).reference)
    asks = asked_by(page.html).partition("&since=")[0]
    assert follow(who, page.path, f"{asks}&since={since}").status_code == 204
