"""A stranger who uses up what may be asked and typed in the owner's name leaves the owner his own way in (1.19, 1.20)."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from account_center.accounts.types import AccountFacts, AccountKind
from account_center.messaging.models import Message
from account_center.recovery.services import begin_by_contact, send_to
from account_center.signin.errors import CodeTooSoon, TooManyCodes
from account_center.signin.models import Challenge
from account_center.signin.services import begin_code_sign_in
from account_center.signin.services.codes import challenge
from account_center.signin.types import ChallengeView, Channel, CodeVerdict
from tests.portal.visiting import Customer
from tests.recovery.making import begun_by_name, knows_device
from tests.signin.making import NOW, VISITOR, a_phone, an_account, another_code, code_in, typed, visitor

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
OWNERS, STRANGERS = "o" * 43, "s" * 43
STRANGER = visitor("198.51.100.66")
Ask = Callable[[AccountFacts, str], ChallengeView]


def by_sign_in(made: AccountFacts, device: str) -> ChallengeView:
    return begin_code_sign_in(actor=VISITOR, contact=made.phone, country="CN", device=device, now=NOW + 5 * MINUTE)


def by_recovery(made: AccountFacts, device: str) -> ChallengeView:
    begin_by_contact(actor=VISITOR, contact=made.phone, country="CN", device=device, now=NOW + 5 * MINUTE)
    return newest()


def by_name(made: AccountFacts, device: str) -> ChallengeView:
    view = begun_by_name(made.name)
    return send_to(
        actor=VISITOR,
        recovery_id=view.id,
        channel=Channel.SMS,
        contact=made.phone,
        country="CN",
        device=device,
        now=NOW + 5 * MINUTE,
    )


def newest() -> ChallengeView:
    view = challenge(Challenge.objects.latest("pk").public_id)
    assert view
    return view


def stranger_asks(made: AccountFacts, *, minute: int = 0) -> ChallengeView:
    return begin_code_sign_in(
        actor=STRANGER, contact=made.phone, country="CN", device=STRANGERS, now=NOW + minute * MINUTE
    )


def use_up_codes(made: AccountFacts) -> None:
    for minute in range(5):
        stranger_asks(made, minute=minute)
    with pytest.raises(TooManyCodes):
        stranger_asks(made, minute=5)


def use_up_tries(made: AccountFacts) -> None:
    for minute in range(4):
        view = stranger_asks(made, minute=minute)
        for step in range(1, 6):
            typed(view, another_code(code_in(view), step), now=NOW + minute * MINUTE)


@pytest.fixture(params=[AccountKind.ID, AccountKind.LEGACY])
def made(request: pytest.FixtureRequest) -> AccountFacts:
    account = an_account(phone=a_phone(), kind=request.param)
    knows_device(account, OWNERS)
    return account


@pytest.mark.clause("1.19", "1.20")
@pytest.mark.parametrize("ask", [by_sign_in, by_recovery, by_name])
def test_codes_that_strangers_ask_for_use_up_none_on_a_device_the_account_knows(made: AccountFacts, ask: Ask) -> None:
    use_up_codes(made)
    with pytest.raises(TooManyCodes):
        ask(made, STRANGERS)
    view = ask(made, OWNERS)
    assert typed(view, code_in(view), now=NOW + 5 * MINUTE).verdict is CodeVerdict.RIGHT


@pytest.mark.clause("1.19", "1.20")
@pytest.mark.parametrize("ask", [by_sign_in, by_recovery, by_name])
def test_codes_that_strangers_type_use_up_no_try_on_a_device_the_account_knows(made: AccountFacts, ask: Ask) -> None:
    use_up_tries(made)
    late = ask(made, STRANGERS)
    assert typed(late, code_in(late), now=NOW + 5 * MINUTE).verdict is CodeVerdict.TOO_MANY_TODAY
    view = ask(made, OWNERS)
    assert typed(view, code_in(view), now=NOW + 5 * MINUTE).verdict is CodeVerdict.RIGHT


@pytest.mark.clause("1.19")
def test_a_stranger_who_asks_first_makes_the_owner_wait_nowhere_he_is_known(made: AccountFacts) -> None:
    stranger_asks(made, minute=5)
    with pytest.raises(CodeTooSoon):
        by_sign_in(made, "")
    by_sign_in(made, OWNERS)
    with pytest.raises(CodeTooSoon):
        by_sign_in(made, OWNERS)
    assert Message.objects.count() == 2


@pytest.mark.clause("1.19")
def test_a_known_device_has_its_limits_too(made: AccountFacts) -> None:
    for minute in range(5):
        begin_code_sign_in(actor=VISITOR, contact=made.phone, country="CN", device=OWNERS, now=NOW + minute * MINUTE)
    with pytest.raises(TooManyCodes):
        by_sign_in(made, OWNERS)


@pytest.mark.clause("1.19", "3.1.17")
def test_a_device_of_another_account_helps_nobody(made: AccountFacts) -> None:
    knows_device(an_account(phone=a_phone()), STRANGERS)
    use_up_codes(made)
    with pytest.raises(TooManyCodes):
        by_sign_in(made, STRANGERS)


@pytest.mark.clause("3.1.17")
@pytest.mark.parametrize("device", ["", STRANGERS, OWNERS])
def test_a_phone_that_nobody_has_takes_the_same_queries(made: AccountFacts, device: str) -> None:
    asked = []
    for phone in (made.phone, a_phone()):
        with CaptureQueriesContext(connection) as seen:
            begin_code_sign_in(actor=VISITOR, contact=phone, country="CN", device=device, now=NOW)
        asked.append([query["sql"][:60] for query in seen])
    assert len(asked[0]) == len(asked[1])
    assert [sql.partition(" ")[0] for sql in asked[0]] == [sql.partition(" ")[0] for sql in asked[1]]


@pytest.mark.clause("1.19")
def test_the_pages_know_the_owners_browser(made: AccountFacts) -> None:
    use_up_codes(made)
    stranger, owner = Customer(), Customer()
    owner.client.cookies["device"] = OWNERS
    for name, path in (("portal:sign_in_code", "/sign-in/code/wait/"), ("portal:recovery", "/recovery/code/")):
        assert stranger.send(name, recipient=made.phone).status == 422
        assert owner.send(name, recipient=made.phone).path == path


@pytest.mark.clause("1.19")
def test_a_storm_of_strangers_stops_codes_of_a_country_and_the_operator_reads_of_it_once(
    made: AccountFacts, settings: LazySettings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.LIMITS = replace(settings.LIMITS, codes_per_country_day=2)
    for _ in range(2):
        begin_code_sign_in(actor=STRANGER, contact=a_phone(), country="CN", now=NOW)
    for _ in range(3):
        with pytest.raises(TooManyCodes):
            begin_code_sign_in(actor=STRANGER, contact=a_phone(), country="CN", now=NOW)
    told = [record for record in caplog.records if record.levelname == "ERROR"]
    assert [record.args for record in told] == [("CN", 86_400, 2)]
    assert by_sign_in(made, OWNERS).recipient == made.phone, "on a device that the account knows codes still come"


@pytest.mark.clause("1.19")
def test_a_run_of_numbers_that_is_pumped_is_told_without_any_whole_number(
    settings: LazySettings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.LIMITS = replace(settings.LIMITS, codes_per_prefix_hour=1)
    for number in range(4):
        with suppress(TooManyCodes):
            begin_code_sign_in(actor=STRANGER, contact=f"1391234{number:04d}", country="CN", now=NOW)
    told = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert len(told) == 1
    assert "+861391234 " in told[0]
