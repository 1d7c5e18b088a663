"""A newcomer signs in to the console with the demo staff, over real HTTP."""

import re

from tests.journeys.staff import sign_in
from tests.journeys.visiting import Visitor


def test_support_finds_a_customer_and_sees_what_only_customer_managers_do(visitor: Visitor) -> None:
    start = sign_in(visitor, "li.support")
    found = visitor.fill(start, {"term": "zhou.verified"})
    link = re.search(r"/console/customers/\d+/", found.answer.text)
    assert link, found.text
    page = visitor.get(link[0])
    assert "Verified" in page.text
    assert "customer manager only" in page.text
    assert "13900000011" not in page.answer.text
    assert visitor.get(f"{link[0]}raise/tenants-of-phone").status == 403
    assert visitor.get("/account/").status == 404, "staff have no account page of customers"
