"""A newcomer signs in to the console with the demo staff, over real HTTP."""

import re

from account_center.kit.demo_people import DEMO_PASSWORD
from tests.journeys.visiting import Sheet, Visitor


def code_of(visitor: Visitor, name: str) -> str:
    """What the sandbox's authenticator app shows for a member of staff."""
    found = re.search(rf"{re.escape(name)}\D*?(\d{{3}} ?\d{{3}})", visitor.get("/sandbox/").text)
    assert found
    return found[1].replace(" ", "")


def enter(visitor: Visitor, name: str) -> Sheet:
    asking = visitor.fill(visitor.get("/console/"), {"identifier": name, "password": DEMO_PASSWORD})
    assert asking.path == "/console/sign-in/code", asking.text
    return visitor.fill(asking, {"code": code_of(visitor, name)})


def test_support_finds_a_customer_and_sees_what_only_customer_managers_do(visitor: Visitor) -> None:
    start = enter(visitor, "li.support")
    assert start.path == "/console/", start.text
    found = visitor.fill(start, {"term": "zhou.verified"})
    link = re.search(r"/console/customers/\d+/", found.answer.text)
    assert link, found.text
    page = visitor.get(link[0])
    assert "Verified" in page.text
    assert "customer manager only" in page.text
    assert "13900000011" not in page.answer.text
    assert visitor.get(f"{link[0]}tenants-of-phone").status == 403
    assert visitor.get("/account/").status == 404, "staff have no account page of customers"
