"""Whatever staff type into any form of the console is answered: never with an error of ours."""

import pytest
from django.urls import reverse

from account_center.kit.actor import StaffRole
from tests.console.making import Clock, Desk, an_application
from tests.console.making import a_customer as a_verified_customer
from tests.odd_input import Walk
from tests.realname.making import a_document_claim, a_tenant, submit
from tests.realname.partnering import a_site, agreed
from tests.support.making import a_ticket

pytestmark = pytest.mark.django_db(transaction=True)


def test_odd_input_of_staff_is_answered(clock: Clock) -> None:
    account, tenant = a_verified_customer("wang.shop")
    an_application(tenant)
    waiting = submit(a_tenant(), a_document_claim(number="H55667788", name="陳大文"))
    ticket = a_ticket(account)
    agreed(a_tenant(), a_site())
    browser = Desk(clock, *StaffRole).enter()
    browser.post(reverse("console:review_take", args=[waiting.reference]))
    browser.post(reverse("console:ticket_claim", args=[ticket]))
    starts = [
        reverse("console:home"),
        reverse("console:customer", args=[account.id]),
        reverse("console:review", args=[waiting.reference]),
        reverse("console:ticket", args=[ticket]),
    ]
    walk = Walk(browser).through(*starts)
    assert len(walk.forms) > 20
    assert list(walk.faults()) == []
