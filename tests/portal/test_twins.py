"""Two clicks on one form at one moment: it is done once, and whichever answer is shown leads on like a single click's."""

from collections import Counter
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.urls import reverse

from account_center.accounts.types import AccountFacts
from tests.between_each import after_each
from tests.portal.test_recovery import DEVICE_COOKIE
from tests.portal.twins import Click, a_browser, rows
from tests.portal.visiting import Customer, newest_code
from tests.recovery.making import NEW, knows_device
from tests.signin.making import NOW, PASSWORD, a_phone, an_account

pytestmark = pytest.mark.django_db(transaction=True)
# What was written before matters, and which session and which proof were read.
ABOUT = (
    r"^(INSERT|UPDATE|DELETE|BEGIN)|FROM .?(plumbing_session|signin_challenge|signin_signinattempt|recovery_recovery)"
)


@pytest.fixture(autouse=True)
def _the_clock_stands_still() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def visitor(account: AccountFacts | None = None) -> Customer:
    customer = Customer(account)
    customer.client.defaults["REMOTE_ADDR"] = a_browser().defaults["REMOTE_ADDR"]
    return customer


def click(customer: Customer, name: str, /, *args: str, **typed: str) -> Click:
    return Click(customer.client, reverse(f"portal:{name}", args=args), typed)


def owner() -> tuple[AccountFacts, Customer]:
    made = an_account(phone=a_phone())
    return made, visitor(made)


def at_code_of_sign_in() -> Customer:
    made, there = an_account(phone=a_phone()), visitor()
    there.send("portal:sign_in", identifier=made.name, password=PASSWORD)
    return there


def step_code() -> Click:
    return click(at_code_of_sign_in(), "sign_in_step_code", code=newest_code())


def step_trust() -> Click:
    there = at_code_of_sign_in()
    there.send("portal:sign_in_step_code", code=newest_code())
    return click(there, "sign_in_trust", trust="yes")


def code_choose() -> Click:
    phone, there = a_phone(), visitor()
    made = [an_account(phone=phone) for _ in range(2)]
    there.send("portal:sign_in_code", recipient=phone)
    there.send("portal:sign_in_code_wait", code=newest_code())
    return click(there, "sign_in_choose", account=str(made[0].id))


def at_code_of_recovery() -> Customer:
    made, there = an_account(phone=a_phone()), visitor()
    there.client.cookies["device"] = DEVICE_COOKIE
    knows_device(made, DEVICE_COOKIE)
    there.send("portal:recovery", recipient=made.phone)
    return there


def recovery_code() -> Click:
    return click(at_code_of_recovery(), "recovery_code", code=newest_code())


def recovery_password() -> Click:
    there = at_code_of_recovery()
    there.send("portal:recovery_code", code=newest_code())
    return click(there, "recovery_password", password=NEW, password_again=NEW)


def proof_asked() -> Click:
    there = owner()[1]
    there.get("portal:contact_new", "email")
    return click(there, "prove", "contacts", way="sms")


def contact_new() -> Click:
    made, there = owner()
    there.get("portal:contact_new", "email")
    there.send("portal:prove", "contacts", way="sms")
    there.send("portal:prove_code", "contacts", code=newest_code())
    return click(there, "contact_new", "email", recipient=f"mei{made.id}@example.com")


def sign_out() -> Click:
    return click(owner()[1], "sign_out")


def rename() -> Click:
    made, there = owner()
    return click(there, "account_name", name=f"other{made.id}")


STORIES: list[Callable[[], Click]] = [
    step_code,
    step_trust,
    code_choose,
    recovery_code,
    recovery_password,
    proof_asked,
    contact_new,
    sign_out,
    rename,
]


SEND_A_CODE = (proof_asked, contact_new)


def done_by(clicked: Click) -> Counter[str]:
    change = rows()
    change.subtract(clicked.before)
    return Counter({name: number for name, number in change.items() if number})


@pytest.mark.parametrize("make", STORIES, ids=lambda make: make.__name__)
def test_two_clicks_do_it_once_and_lead_on_like_one(make: Callable[[], Click]) -> None:
    def begun() -> Click:
        clicked = make()
        clicked.before = rows()
        return clicked

    alone = begun()
    alone.send()
    once = done_by(alone)
    (led,) = {(seen.status, seen.path, seen.told, bool(seen.account)) for seen in alone.seen()}
    for clicked, _ in after_each(begun, Click.send, Click.send, about=ABOUT):
        assert done_by(clicked) == once
        # Until the first one's message is written down, the second can only say that a code is on its way.
        early = {(422, clicked.path, ("signin.code_too_soon",), led[3])} if make in SEND_A_CODE else set()
        assert {(seen.status, seen.path, seen.told, bool(seen.account)) for seen in clicked.seen()} <= {led} | early


def test_a_second_click_on_a_new_password_is_told_what_the_first_has_done() -> None:
    there = owner()[1]
    clicked = click(there, "security_password", old_password=PASSWORD, password=NEW, password_again=NEW)
    for _ in range(2):
        clicked.before = rows()
        clicked.send()
        there.client.cookies.update(clicked.answers[-1].cookies)
    assert [answer.status_code for answer in clicked.answers] == [302, 302]
    assert not done_by(clicked), "the second one did nothing, and counts as no wrong try"
    assert all(seen.account for seen in clicked.seen())
