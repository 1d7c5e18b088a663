"""Every action in every state, as a table written out by hand: it must not be computed from the rule it tests."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from account_center.plumbing.wording import known_codes, wording_of
from account_center.standing.errors import action_name
from account_center.standing.rules import (
    BLOCKED_BY_HOLD,
    blocked_until_verified,
    decide,
    next_turn,
    status_after,
)
from account_center.standing.types import (
    Action,
    CustomerKind,
    HoldFacts,
    HoldKind,
    HoldReason,
    StandingFacts,
    VerificationStatus,
)
from account_center.tenants.types import TenantState

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SIX = {"buy", "buy_on_demand", "use_resources", "request_invoice", "sign_online_contract", "join_public_beta"}
ALWAYS_OPEN = {"sign_in", "see_bills", "manage_account"}


def standing(
    *,
    state: TenantState = TenantState.OPEN,
    kind: CustomerKind = CustomerKind.INDIVIDUAL,
    verification: VerificationStatus = VerificationStatus.VERIFIED,
    holds: tuple[HoldFacts, ...] = (),
    student_until: datetime | None = None,
    name_since: datetime | None = None,
    name_waits_since: datetime | None = None,
) -> StandingFacts:
    return StandingFacts(
        tenant_id=1,
        tenant="t1",
        state=state,
        kind=kind,
        verification=verification,
        student_until=student_until,
        name_since=name_since,
        name_waits_since=name_waits_since,
        holds=holds,
    )


def hold(
    reason: HoldReason, *, since: datetime = NOW - HOUR, until: datetime | None = None, number: int = 1
) -> HoldFacts:
    return HoldFacts(id=number, reason=reason, since=since, until=until)


def blocked(facts: StandingFacts) -> set[str]:
    """Student offers have a table of their own below."""
    return {action.value for action in Action if not decide(action, facts, NOW).allowed} - {"student_offers"}


UNVERIFIED = [status for status in VerificationStatus if status is not VerificationStatus.VERIFIED]


@pytest.mark.clause("2.1.1")
@pytest.mark.parametrize("verification", UNVERIFIED)
@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (CustomerKind.UNDECLARED, SIX | {"become_partner"}),
        (CustomerKind.INDIVIDUAL, SIX),
        (CustomerKind.ENTERPRISE, SIX | {"become_partner"}),
    ],
)
def test_an_unverified_customer_is_blocked_from_exactly_this(
    kind: CustomerKind, expected: set[str], verification: VerificationStatus
) -> None:
    assert blocked(standing(kind=kind, verification=verification)) == expected
    assert {action.value for action in blocked_until_verified(kind)} == expected


@pytest.mark.clause("2.1.3")
def test_the_kind_of_verification_changes_nothing_about_what_can_be_bought() -> None:
    for kind in (CustomerKind.INDIVIDUAL, CustomerKind.ENTERPRISE):
        assert blocked(standing(kind=kind)) == set()
    assert [action for action in Action if action.value.startswith("buy")] == [Action.BUY, Action.BUY_ON_DEMAND]


@pytest.mark.clause("2.1.1")
@pytest.mark.parametrize(
    ("verification", "code"),
    [
        (VerificationStatus.NONE, "standing.not_verified"),
        (VerificationStatus.IN_PROGRESS, "standing.verification_in_progress"),
        (VerificationStatus.FAILED, "standing.verification_failed"),
    ],
)
def test_each_way_of_being_unverified_has_its_own_reason(verification: VerificationStatus, code: str) -> None:
    decision = decide(Action.BUY, standing(verification=verification), NOW)
    assert [reason.code for reason in decision.reasons] == [code]
    assert wording_of(code).ways[0].to == "portal:verification"


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (TenantState.OPEN, set()),
        (TenantState.CLOSED, SIX | {"become_partner"}),
        (TenantState.CANCELLED, SIX | {"become_partner"} | ALWAYS_OPEN),
    ],
)
def test_a_closed_tenant_may_only_look_and_a_cancelled_one_nothing(state: TenantState, expected: set[str]) -> None:
    assert blocked(standing(state=state)) == expected


@pytest.mark.clause("1.39", "1.40", "3.1.22", "3.1.23")
@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (
            HoldReason.FREEZE_VIOLATION,
            {"buy", "buy_on_demand", "use_resources", "sign_online_contract", "join_public_beta", "become_partner"},
        ),
        (HoldReason.FREEZE_ARREARS, {"buy", "buy_on_demand", "use_resources", "join_public_beta"}),
        (HoldReason.FREEZE_PARTNER, {"buy", "buy_on_demand"}),
        (
            HoldReason.FREEZE_BEFORE_CLOSING,
            {"buy", "buy_on_demand", "sign_online_contract", "join_public_beta", "become_partner"},
        ),
        (HoldReason.FREEZE_RESELLER_CONTROL, {"buy", "buy_on_demand", "use_resources"}),
        (HoldReason.RESTRICTION_MISUSE, {"buy", "buy_on_demand"}),
        (HoldReason.RESTRICTION_BALANCE_LOW, {"buy", "buy_on_demand"}),
        (HoldReason.RESTRICTION_PARTNER, {"buy", "buy_on_demand"}),
        (HoldReason.RESTRICTION_MEMBER_BUDGET, {"buy", "buy_on_demand"}),
        (HoldReason.RESTRICTION_ACCOUNT_RISK, {"buy_on_demand"}),
    ],
)
def test_each_hold_blocks_exactly_this(reason: HoldReason, expected: set[str]) -> None:
    assert blocked(standing(holds=(hold(reason),))) == expected


TOMORROW, YESTERDAY = NOW + 24 * HOUR, NOW - 24 * HOUR
NOT_VERIFIED, MISSING = "standing.student_not_verified", "standing.student_status_missing"
NOT_INDIVIDUAL, ENDED = "standing.student_not_individual", "standing.student_status_ended"


@pytest.mark.clause("2.1.16")
@pytest.mark.parametrize(
    ("kind", "verification", "until", "codes"),
    [
        ("individual", "verified", TOMORROW, []),
        ("individual", "verified", None, [MISSING]),
        ("individual", "verified", YESTERDAY, [ENDED]),
        ("individual", "verified", NOW, [ENDED]),
        ("individual", "none", None, [NOT_VERIFIED, MISSING]),
        ("individual", "in_progress", None, [NOT_VERIFIED, MISSING]),
        ("individual", "failed", TOMORROW, [NOT_VERIFIED]),
        ("undeclared", "none", None, [NOT_VERIFIED, MISSING]),
        ("enterprise", "none", None, [NOT_VERIFIED, MISSING]),
        ("enterprise", "verified", None, [NOT_INDIVIDUAL]),
        ("enterprise", "verified", TOMORROW, [NOT_INDIVIDUAL]),
    ],
)
def test_student_offers_need_a_verified_individual_who_is_a_student_now(
    kind: str, verification: str, until: datetime | None, codes: list[str]
) -> None:
    facts = standing(kind=CustomerKind(kind), verification=VerificationStatus(verification), student_until=until)
    assert [reason.code for reason in decide(Action.STUDENT_OFFERS, facts, NOW).reasons] == codes


@pytest.mark.clause("2.1.16")
def test_each_reason_against_student_offers_says_what_to_do_and_where() -> None:
    for code in (NOT_VERIFIED, NOT_INDIVIDUAL, MISSING, ENDED):
        wording = wording_of(code)
        assert wording.what
        assert wording.why
        assert wording.todo
        assert wording.ways
        assert wording.ticket == "realname.student"
        assert wording.faq == "2.1.16"


@pytest.mark.clause("2.1.16")
def test_the_end_of_a_student_status_names_its_last_day_as_the_schools_count() -> None:
    # The first moment of 1 August in China, which is still 31 July in UTC.
    end = datetime(2026, 7, 31, 16, tzinfo=UTC)
    (reason,) = decide(Action.STUDENT_OFFERS, standing(student_until=end), NOW).reasons
    assert reason.facts == {"ended": "2026-07-31"}


@pytest.mark.clause("2.1.16")
@pytest.mark.parametrize("reason", list(HoldReason))
def test_what_keeps_a_tenant_from_betas_keeps_it_from_student_offers(reason: HoldReason) -> None:
    facts = standing(student_until=TOMORROW, holds=(hold(reason),))
    assert decide(Action.STUDENT_OFFERS, facts, NOW).allowed is decide(Action.JOIN_PUBLIC_BETA, facts, NOW).allowed


def test_a_closed_or_cancelled_tenant_takes_no_student_offers() -> None:
    for state in (TenantState.CLOSED, TenantState.CANCELLED):
        assert not decide(Action.STUDENT_OFFERS, standing(state=state, student_until=TOMORROW), NOW).allowed


@pytest.mark.clause("2.1.16")
def test_an_answer_about_student_offers_is_not_kept_past_the_end_of_the_status() -> None:
    ends = standing(student_until=TOMORROW, holds=(hold(HoldReason.RESTRICTION_MISUSE, until=TOMORROW + HOUR),))
    assert next_turn(ends, NOW) == TOMORROW


def test_every_reason_is_returned_not_the_first() -> None:
    facts = standing(
        state=TenantState.CLOSED,
        verification=VerificationStatus.NONE,
        holds=(hold(HoldReason.FREEZE_ARREARS), hold(HoldReason.RESTRICTION_MISUSE, number=2)),
    )
    assert [reason.code for reason in decide(Action.BUY, facts, NOW).reasons] == [
        "standing.tenant_closed",
        "standing.not_verified",
        "standing.freeze_arrears",
        "standing.restriction_misuse",
    ]


def test_a_hold_counts_from_its_beginning_to_the_moment_before_its_end() -> None:
    held = standing(holds=(hold(HoldReason.RESTRICTION_MISUSE, since=NOW, until=NOW + HOUR),))
    allowed = [decide(Action.BUY, held, NOW + shift).allowed for shift in (-HOUR, 0 * HOUR, HOUR / 2, HOUR, 2 * HOUR)]
    assert allowed == [True, False, False, True, True]


def test_the_next_turn_is_the_earliest_moment_at_which_an_answer_may_change_by_itself() -> None:
    ended = hold(HoldReason.RESTRICTION_MISUSE, since=NOW - 2 * HOUR, until=NOW - HOUR)
    ends = hold(HoldReason.RESTRICTION_MISUSE, since=NOW - HOUR, until=NOW + 2 * HOUR)
    begins = hold(HoldReason.FREEZE_ARREARS, since=NOW + HOUR)
    assert next_turn(standing(holds=(ended, ends, begins)), NOW) == NOW + HOUR
    assert next_turn(standing(holds=(ended,)), NOW) is None


@pytest.mark.clause("2.1.14", "2.1.24")
def test_a_failed_later_attempt_takes_no_verification_away() -> None:
    for noted in VerificationStatus:
        assert status_after(VerificationStatus.VERIFIED, noted) is VerificationStatus.VERIFIED
        assert status_after(VerificationStatus.FAILED, noted) is noted


@pytest.mark.clause("1.39", "1.40")
def test_every_reason_has_words_a_number_and_a_kind() -> None:
    for reason in HoldReason:
        wording = wording_of(f"standing.{reason.value}")
        assert wording.faq == {HoldKind.FREEZE: "1.39", HoldKind.RESTRICTION: "1.40"}[reason.kind]
        assert wording.what
        assert wording.why
        assert wording.todo
    assert {"standing.tenant_closed", "standing.tenant_cancelled"} <= known_codes()
    assert all(action_name(action) for action in Action)


def test_every_hold_says_what_it_blocks() -> None:
    assert set(BLOCKED_BY_HOLD) == set(HoldReason)


moments = st.integers(-100, 100).map(lambda hours: NOW + hours * HOUR)
some_holds = st.builds(
    HoldFacts,
    id=st.integers(1, 9),
    reason=st.sampled_from(HoldReason),
    since=moments,
    until=st.none() | moments,
)
some_standings = st.builds(
    StandingFacts,
    tenant_id=st.just(1),
    tenant=st.just("t1"),
    state=st.sampled_from(TenantState),
    kind=st.sampled_from(CustomerKind),
    verification=st.sampled_from(VerificationStatus),
    student_until=st.none() | moments,
    holds=st.lists(some_holds, max_size=4).map(tuple),
)


@given(facts=some_standings, more=some_holds, action=st.sampled_from(Action), now=moments)
def test_one_more_hold_never_allows_more(facts: StandingFacts, more: HoldFacts, action: Action, now: datetime) -> None:
    held = StandingFacts(
        tenant_id=1,
        tenant="t1",
        state=facts.state,
        kind=facts.kind,
        verification=facts.verification,
        student_until=facts.student_until,
        holds=(*facts.holds, more),
    )
    before, after = decide(action, facts, now), decide(action, held, now)
    assert set(map(repr, before.reasons)) <= set(map(repr, after.reasons))
    assert before.allowed or not after.allowed


@given(facts=some_standings, action=st.sampled_from(Action), now=moments)
def test_nothing_changes_before_the_next_turn(facts: StandingFacts, action: Action, now: datetime) -> None:
    turn = next_turn(facts, now)
    just_before = (turn or now + 500 * HOUR) - timedelta(microseconds=1)
    assert decide(action, facts, now) == decide(action, facts, just_before)


# -- By which name invoices go ----------------------------------------------------------------------------------------

NEW, UNTIL = "standing.invoices_by_new_name", "standing.invoices_by_name_until_changed"
LONG_AGO = datetime(2026, 5, 3, 17, tzinfo=UTC)  # the fourth of May in China


@pytest.mark.clause("2.3.20")
@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (standing(), []),
        (standing(name_since=LONG_AGO), [(NEW, "2026-05-04")]),
        (standing(name_waits_since=NOW), [(UNTIL, "2026-11-23")]),
        (standing(name_since=LONG_AGO, name_waits_since=NOW), [(NEW, "2026-05-04"), (UNTIL, "2026-11-23")]),
        (standing(name_since=LONG_AGO, verification=VerificationStatus.NONE), []),
    ],
)
def test_a_decision_about_invoices_says_by_which_name_they_go(
    facts: StandingFacts, told: list[tuple[str, str]]
) -> None:
    for action in Action:
        decision = decide(action, facts, NOW)
        notes = [(note.code, note.facts["since"]) for note in decision.notes]
        assert notes == (told if action is Action.REQUEST_INVOICE else [])
    assert decide(Action.REQUEST_INVOICE, facts, NOW).allowed is facts.is_verified
