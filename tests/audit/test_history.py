"""The history of an account: filters, pages, files (3.1.19)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from account_center.audit import queries
from account_center.audit.errors import ExportPeriodTooLong, TooManyExports
from account_center.audit.queries import history_of, whole_history_of
from account_center.audit.rules import period_of_file, topic_of, ways_of
from account_center.audit.services import begin_export, record
from account_center.audit.types import (
    OPERATIONS,
    SIGN_INS,
    EventFacts,
    ExportFormat,
    HistoryPage,
    SignInWay,
    Spot,
    Topic,
    Wanted,
    Whose,
)
from account_center.kit.actor import Actor, ActorKind
from account_center.kit.networks import parse_networks

pytestmark = [pytest.mark.django_db, pytest.mark.clause("3.1.19")]
START = datetime(2026, 3, 1, tzinfo=UTC)
OWN = Whose(account_id=7, tenant_ids=(3,))


def note(
    event: str,
    *,
    hour: int = 0,
    address: str = "203.0.113.9",
    account_id: int | None = 7,
    tenant_id: int | None = None,
    **facts: str,
) -> None:
    actor = Actor(kind=ActorKind.CUSTOMER, account_id=account_id, name="lin.mei", address=address)
    with time_machine.travel(START + timedelta(hours=hour), tick=False):
        record(actor=actor, event=event, account_id=account_id, tenant_id=tenant_id, facts=facts)


def sign_ins(number: int) -> None:
    for hour in range(number):
        note("signin:session:started", hour=hour, way="password", second="app" if hour % 2 else "none")


def pages(wanted: Wanted, *, limit: int) -> Iterator[HistoryPage]:
    page = history_of(whose=OWN, wanted=wanted, limit=limit)
    yield page
    while page.older:
        page = history_of(whose=OWN, wanted=wanted, before=page.older, limit=limit)
        yield page


def names(page: HistoryPage) -> list[str]:
    return [event.name for event in page.events]


def hours(events: tuple[EventFacts, ...]) -> list[int]:
    return [(event.at - START) // timedelta(hours=1) for event in events]


@pytest.mark.parametrize(
    ("name", "topic"),
    [
        ("signin:session:started", Topic.SIGNED_IN),
        ("signin:session:ended", Topic.SIGNED_OUT),
        ("signin:password:wrong", Topic.FAILED),
        ("signin:device:trusted", Topic.SECURITY),
        ("accounts:password:changed", Topic.SECURITY),
        ("accounts:name:changed", Topic.ACCOUNT),
        ("realname:application:begun", Topic.VERIFICATION),
        ("standing:hold:placed", Topic.CLOUD),
        ("console:customer:looked_at", Topic.STAFF),
        ("unheard:of:room", Topic.OTHER),
    ],
)
def test_every_event_has_a_topic(name: str, topic: Topic) -> None:
    assert topic_of(name) is topic


@pytest.mark.parametrize(
    ("name", "facts", "ways"),
    [
        ("signin:session:started", {"way": "password", "second": "passkey"}, {"password", "passkey"}),
        ("signin:session:started", {"way": "password", "second": "none"}, {"password"}),
        ("signin:session:started", {"way": "second_factor"}, {"password", "app"}),
        ("signin:session:started", {"way": "code"}, {"code"}),
        ("signin:session:started", {"way": "something newer"}, set()),
        ("signin:password:wrong", {}, {"password"}),
        ("signin:second_factor:wrong", {}, {"app"}),
        ("signin:riddle:wrong", {}, set()),
        ("accounts:name:changed", {"way": "password"}, set()),
    ],
)
def test_the_ways_of_a_sign_in_are_read_from_its_event(name: str, facts: dict[str, str], ways: set[str]) -> None:
    assert ways_of(name, facts) == ways


def test_sign_ins_and_operations_are_two_views_of_one_history() -> None:
    note("signin:session:started", hour=0, way="password")
    note("signin:password:wrong", hour=1)
    note("accounts:name:changed", hour=2)
    note("standing:hold:placed", hour=3, tenant_id=3)
    note("standing:hold:lifted", hour=4, account_id=None, tenant_id=3)
    note("signin:session:ended", hour=5)
    note("accounts:name:changed", hour=6, account_id=8, tenant_id=4)
    assert hours(history_of(whose=OWN, wanted=Wanted(topics=SIGN_INS)).events) == [5, 1, 0]
    assert hours(history_of(whose=OWN, wanted=Wanted(topics=OPERATIONS)).events) == [4, 3, 2]
    assert hours(history_of(whose=OWN).events) == [5, 4, 3, 2, 1, 0]
    assert hours(history_of(whose=Whose(8)).events) == [6]
    assert history_of(whose=OWN, wanted=Wanted(topics=())).events == ()


def test_a_topic_alone_is_a_filter() -> None:
    note("signin:session:started", hour=0)
    note("signin:password:wrong", hour=1)
    note("realname:application:begun", hour=2, tenant_id=3)
    assert names(history_of(whose=OWN, wanted=Wanted(topics=(Topic.FAILED,)))) == ["signin:password:wrong"]
    assert hours(history_of(whose=OWN, wanted=Wanted(topics=(Topic.VERIFICATION,))).events) == [2]


def test_a_period_begins_at_its_first_moment_and_ends_before_its_last() -> None:
    sign_ins(6)
    wanted = Wanted(since=START + timedelta(hours=2), until=START + timedelta(hours=4))
    assert hours(history_of(whose=OWN, wanted=wanted).events) == [3, 2]


@pytest.mark.parametrize(
    ("network", "found"),
    [("203.0.113.9/32", [3, 0]), ("203.0.0.0/16", [3, 1, 0]), ("2001:db8::/32", [2]), ("10.0.0.0/8", [])],
)
def test_a_network_is_a_filter(network: str, found: list[int]) -> None:
    for hour, address in enumerate(["203.0.113.9", "203.0.40.1", "2001:db8::1", "203.0.113.9", "", "junk"]):
        note("signin:session:started", hour=hour, address=address)
    wanted = Wanted(topics=SIGN_INS, networks=parse_networks(network))
    assert hours(history_of(whose=OWN, wanted=wanted).events) == found


def test_a_way_is_a_filter_for_both_factors_and_for_failed_tries() -> None:
    sign_ins(4)
    note("signin:second_factor:wrong", hour=9)
    assert hours(history_of(whose=OWN, wanted=Wanted(way=SignInWay.APP)).events) == [9, 3, 1]
    assert hours(history_of(whose=OWN, wanted=Wanted(way=SignInWay.PASSKEY)).events) == []


@pytest.mark.parametrize("wanted", [Wanted(), Wanted(topics=SIGN_INS, way=SignInWay.PASSWORD)], ids=["all", "compared"])
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8])
def test_pages_follow_each_other_without_gap_or_repetition(wanted: Wanted, limit: int) -> None:
    sign_ins(7)
    read = list(pages(wanted, limit=limit))
    assert [hour for page in read for hour in hours(page.events)] == [6, 5, 4, 3, 2, 1, 0]
    assert all(len(page.events) == limit for page in read[:-1])
    assert all(page.compared_to is None for page in read)


def test_events_of_one_moment_are_not_lost_between_pages() -> None:
    for _ in range(5):
        note("accounts:name:changed", tenant_id=3)
    read = [event.id for page in pages(Wanted(), limit=2) for event in page.events]
    assert len(read) == len(set(read)) == 5
    assert all(newer > older for newer, older in pairwise(read))


def test_a_rare_filter_looks_at_so_many_events_a_page_and_goes_on_from_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "COMPARED", 4)
    note("signin:session:started", hour=0, address="192.0.2.1")
    for hour in range(1, 9):
        note("signin:session:started", hour=hour)
    wanted = Wanted(topics=SIGN_INS, networks=parse_networks("192.0.2.1"))
    first, second, third = pages(wanted, limit=50)
    assert (first.events, first.compared_to) == ((), START + timedelta(hours=5))
    assert (second.events, second.compared_to) == ((), START + timedelta(hours=1))
    assert (hours(third.events), third.compared_to) == ([0], None)


@pytest.mark.parametrize(
    "wanted",
    [Wanted(), Wanted(topics=SIGN_INS), Wanted(topics=SIGN_INS, way=SignInWay.CODE, since=START)],
    ids=["all", "sign-ins", "compared"],
)
def test_a_page_is_two_queries_that_read_ranges_of_an_index(wanted: Wanted) -> None:
    sign_ins(3)
    with CaptureQueriesContext(connection) as seen:
        history_of(whose=OWN, wanted=wanted, before=Spot(START + timedelta(hours=2), 1))
    assert 1 <= len(seen) <= 2
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = on"
            )
        cursor.execute(f"{'EXPLAIN' if connection.vendor == 'postgresql' else 'EXPLAIN QUERY PLAN'} {seen[0]['sql']}")
        plan = "\n".join(str(row) for row in cursor.fetchall())
    assert "Seq Scan on audit_event" not in plan
    assert "SCAN audit_event" not in plan
    assert plan.count("history_of_an_account") == len(wanted.topics)


def test_a_file_holds_all_events_of_its_period(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "CHUNK", 3)
    sign_ins(10)
    assert hours(tuple(whole_history_of(whose=OWN))) == list(range(9, -1, -1))
    wanted = Wanted(way=SignInWay.APP, until=START + timedelta(hours=6))
    assert hours(tuple(whole_history_of(whose=OWN, wanted=wanted))) == [5, 3, 1]


def test_a_file_is_of_the_newest_days_where_no_period_was_chosen() -> None:
    now = START + timedelta(days=400)
    bounded = period_of_file(Wanted(), now=now, days=30)
    assert bounded is not None
    assert (bounded.since, bounded.until) == (now - timedelta(days=30), now)
    assert period_of_file(Wanted(since=now - timedelta(days=31)), now=now, days=30) is None
    assert period_of_file(Wanted(since=START, until=START + timedelta(days=30)), now=now, days=30)


def test_taking_a_file_is_an_event_and_bounded_per_day(settings: object) -> None:
    owner = Actor(kind=ActorKind.CUSTOMER, account_id=7)
    now = datetime.now(UTC)
    for _ in range(10):
        begin_export(actor=owner, account_id=7, wanted=Wanted(), file=ExportFormat.CSV, now=now)
    with pytest.raises(TooManyExports):
        begin_export(actor=owner, account_id=7, wanted=Wanted(), file=ExportFormat.JSON, now=now)
    begin_export(actor=owner, account_id=8, wanted=Wanted(), file=ExportFormat.JSON, now=now)
    assert names(history_of(whose=Whose(7))) == ["audit:history:exported"] * 10


def test_a_file_of_too_long_a_period_is_refused_and_costs_nothing() -> None:
    owner = Actor(kind=ActorKind.CUSTOMER, account_id=7)
    with pytest.raises(ExportPeriodTooLong):
        begin_export(
            actor=owner,
            account_id=7,
            wanted=Wanted(since=START - timedelta(days=999)),
            file=ExportFormat.CSV,
            now=START,
        )
    assert history_of(whose=Whose(7)).events == ()


@pytest.mark.parametrize(
    "text",
    ["", "-", "1", "1-", "-1", "a-b", "1-2-3", "²-1", "9" * 30 + "-1", "9223372036854775808-1", "999999999999999999-1"],
)
def test_another_text_is_no_spot(text: str) -> None:
    assert Spot.parse(text) is None


def test_a_spot_is_the_same_after_its_text() -> None:
    spot = Spot(START + timedelta(microseconds=5), 2**62)
    assert Spot.parse(str(spot)) == spot
