"""What a sign-in asks for after its first factor: the rules, case by case."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from account_center.accounts.types import SignInCheck
from account_center.kit.limits import Limits
from account_center.policy.types import LeastCheck
from account_center.signin.rules import (
    answers_to,
    check_in_force,
    is_trusted,
    is_unusual,
    kilometres,
    next_step,
    offers_trust,
)
from account_center.signin.types import Factors, FirstWay, SecondWay, Sight, Step, StepFacts

NONE, CODE, APP, PASSKEY = SignInCheck.NONE, SignInCheck.CODE, SignInCheck.APP, SignInCheck.PASSKEY
WITH_APP, WITH_KEY, BOTH = Factors(app=True), Factors(passkeys=1), Factors(app=True, passkeys=2)
WITH_CODES = Factors(app=True, recovery_codes=8)
NOW = datetime(2026, 11, 23, 10, 2, tzinfo=UTC)
LIMITS = Limits()


def facts(check: SignInCheck = CODE, way: FirstWay = FirstWay.PASSWORD, **more: Any) -> StepFacts:
    return StepFacts(check=check, first_way=way, **more)


@pytest.mark.clause("1.47", "1.22")
@pytest.mark.parametrize(
    ("seen", "asked"),
    [
        (facts(), Step.CODE),
        (facts(device_trusted=True), None),
        (facts(can_receive_code=False), None),
        (facts(way=FirstWay.CODE), None),
        (facts(way=FirstWay.RECOVERY), None),
        (facts(way=FirstWay.PASSKEY), None),
        (facts(shown=SecondWay.CODE), None),
        (facts(shown=SecondWay.APP), None),
        (facts(NONE), None),
        (facts(NONE, factors=BOTH), None),
        # Chosen, so asked each time: also on a trusted device, and after a code.
        (facts(APP, factors=WITH_APP), Step.APP),
        (facts(APP, factors=WITH_APP, device_trusted=True), Step.APP),
        (facts(APP, FirstWay.CODE, factors=WITH_APP), Step.APP),
        (facts(APP, FirstWay.RECOVERY, factors=WITH_APP), Step.APP),
        (facts(APP, factors=BOTH), Step.APP),
        (facts(APP, factors=WITH_KEY), Step.PASSKEY),
        (facts(PASSKEY, factors=WITH_KEY), Step.PASSKEY),
        (facts(PASSKEY, factors=BOTH), Step.PASSKEY),
        (facts(PASSKEY, factors=WITH_APP), Step.APP),
        (facts(APP, FirstWay.PASSKEY, factors=BOTH), None),
        (facts(APP, factors=WITH_APP, shown=SecondWay.RECOVERY_CODE), None),
        # Nothing of it is set up: as with a code.
        (facts(APP), Step.CODE),
        (facts(APP, device_trusted=True), None),
    ],
)
def test_who_it_is(seen: StepFacts, asked: Step | None) -> None:
    assert next_step(seen) is asked


@pytest.mark.clause("3.1.20")
@pytest.mark.parametrize("why", ["must_change_password", "password_expired"])
def test_a_new_password_is_asked_for_last_and_always(why: str) -> None:
    because: dict[str, Any] = {why: True}
    assert next_step(facts(**because)) is Step.CODE
    for seen in (
        facts(shown=SecondWay.CODE, **because),
        facts(device_trusted=True, **because),
        facts(NONE, **because),
        facts(way=FirstWay.PASSKEY, **because),
        facts(APP, factors=WITH_APP, shown=SecondWay.APP, **because),
    ):
        assert next_step(seen) is Step.NEW_PASSWORD


@pytest.mark.parametrize(
    ("step", "factors", "answers"),
    [
        (Step.CODE, Factors(), {SecondWay.CODE}),
        (Step.CODE, WITH_CODES, {SecondWay.CODE, SecondWay.APP}),
        (Step.CODE, BOTH, {SecondWay.CODE, SecondWay.APP, SecondWay.PASSKEY}),
        (Step.APP, WITH_APP, {SecondWay.APP}),
        (Step.APP, WITH_CODES, {SecondWay.APP, SecondWay.RECOVERY_CODE}),
        (Step.PASSKEY, BOTH, {SecondWay.APP, SecondWay.PASSKEY}),
        (Step.NEW_PASSWORD, BOTH, set()),
        (None, BOTH, set()),
    ],
)
def test_what_may_answer_a_step(step: Step | None, factors: Factors, answers: set[SecondWay]) -> None:
    assert answers_to(step, factors) == answers


@pytest.mark.clause("1.47")
@pytest.mark.parametrize(
    ("seen", "offered"),
    [
        (facts(shown=SecondWay.CODE), True),
        (facts(way=FirstWay.CODE), True),
        (facts(), False),
        (facts(way=FirstWay.CODE, device_trusted=True), False),
        (facts(shown=SecondWay.APP), False),
        (facts(NONE, FirstWay.CODE), False),
        (facts(APP, FirstWay.CODE, factors=WITH_APP, shown=SecondWay.APP), False),
        (facts(way=FirstWay.RECOVERY), False),
        (facts(way=FirstWay.PASSKEY), False),
    ],
)
def test_trust_is_offered_only_after_a_code_that_it_would_spare(seen: StepFacts, offered: bool) -> None:
    assert offers_trust(seen) is offered


@pytest.mark.parametrize(
    ("chosen", "least", "asked"),
    [
        (NONE, LeastCheck.ANY, NONE),
        (NONE, LeastCheck.CODE, CODE),
        (CODE, LeastCheck.CODE, CODE),
        (APP, LeastCheck.CODE, APP),
        (NONE, LeastCheck.SECOND_FACTOR, APP),
        (CODE, LeastCheck.SECOND_FACTOR, APP),
        (PASSKEY, LeastCheck.SECOND_FACTOR, PASSKEY),
    ],
)
def test_a_tenants_policy_can_ask_for_more_never_for_less(
    chosen: SignInCheck, least: LeastCheck, asked: SignInCheck
) -> None:
    assert check_in_force(chosen, least) is asked


@pytest.mark.clause("1.47")
@pytest.mark.parametrize(
    ("days", "mark", "trusted"), [(0, "m.0", True), (29, "m.0", True), (30, "m.0", False), (0, "m.1", False)]
)
def test_trust_lasts_thirty_days_and_as_long_as_the_mark(days: int, mark: str, trusted: bool) -> None:
    assert is_trusted(NOW, "m.0", mark, now=NOW + timedelta(days=days), limits=LIMITS) is trusted
    assert not is_trusted(None, "", "", now=NOW, limits=LIMITS)


SHANGHAI, BEIJING, BERLIN = (31.23, 121.47), (39.9, 116.4), (52.5, 13.4)
HOME = Sight(at=NOW, place="CN Shanghai", degrees=SHANGHAI)


def later(hours: float, place: str, degrees: tuple[float, float] | None, *, new_device: bool = False) -> Sight:
    return Sight(at=NOW + timedelta(hours=hours), place=place, degrees=degrees, new_device=new_device)


@pytest.mark.clause("3.1.19")
@pytest.mark.parametrize(
    ("new", "unusual"),
    [
        (later(1, "CN Shanghai", SHANGHAI, new_device=True), False),  # a new phone at home
        (later(48, "CN Beijing", BEIJING), False),  # one's own phone on a journey
        (later(48, "CN Beijing", BEIJING, new_device=True), True),
        (later(48, "203.0.113.9", None, new_device=True), True),  # no place known: another network
        (later(48, "203.0.113.9", None), False),
        (later(1, "DE Berlin", BERLIN), True),  # nobody flies that fast, also with a known device
        (later(12, "DE Berlin", BERLIN), False),
        (later(0.01, "CN Suzhou", (31.3, 120.6)), False),  # near: the networks of operators jump about
    ],
)
def test_unusual_is_a_new_device_in_a_new_place_or_a_journey_nobody_makes(new: Sight, unusual: bool) -> None:
    assert is_unusual([HOME], new, limits=LIMITS) is unusual


def test_the_first_sign_in_of_an_account_is_never_unusual() -> None:
    assert not is_unusual([], later(0, "DE Berlin", BERLIN, new_device=True), limits=LIMITS)


def test_the_journey_is_judged_from_the_last_sign_in_of_all_devices() -> None:
    there = later(40, "DE Berlin", BERLIN)
    assert not is_unusual([HOME, there], later(41, "DE Berlin", BERLIN), limits=LIMITS)
    assert is_unusual([HOME, there], later(41, "CN Shanghai", SHANGHAI), limits=LIMITS)


@pytest.mark.parametrize(
    ("one", "other", "about"),
    [(SHANGHAI, SHANGHAI, 0), (SHANGHAI, BEIJING, 1_070), ((0, 179.5), (0, -179.5), 111), ((90, 0), (-90, 0), 20_015)],
)
def test_distances(one: tuple[float, float], other: tuple[float, float], about: float) -> None:
    assert kilometres(one, other) == pytest.approx(about, rel=0.01)
