from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.db.models import ProtectedError

from account_center.audit.models import Event, Seal
from account_center.audit.queries import events_of_account
from account_center.audit.rules import is_event_name
from account_center.audit.services import _mac, check_chain, record, seal_events
from account_center.kit.actor import Actor, ActorKind
from tests.racing import race

pytestmark = pytest.mark.django_db
ACTOR = Actor(kind=ActorKind.CUSTOMER, account_id=7, name="lin.mei", address="203.0.113.9", agent="Browser")


def note(number: int = 1, *, tenant_id: int | None = None) -> None:
    record(
        actor=ACTOR, event="tests:thing:done", account_id=7, tenant_id=tenant_id, facts={"number": number, "为": "是"}
    )


def a_chain(*runs: int) -> None:
    for run in runs:
        for number in range(run):
            note(number)
        assert seal_events() == run


def broken() -> str:
    return check_chain().broken


@pytest.mark.parametrize(
    "name", ["signin:session:started", "realname:application:approved", "tenants:phone_quota:raised"]
)
def test_event_names_are_room_subject_action(name: str) -> None:
    assert is_event_name(name)


@pytest.mark.parametrize(
    "name", ["", "signin", "signin:session", "a:b:c:d", "Signin:Session:Started", "a:b:c ", "a::c"]
)
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="room:subject:action"):
        record(actor=ACTOR, event=name)
    assert not Event.objects.exists()


def test_an_event_says_who_did_what_from_where() -> None:
    note(3)
    event = events_of_account(account_id=7)[0]
    assert (event.name, event.actor_kind, event.actor_name, event.actor_id) == (
        "tests:thing:done",
        "customer",
        "lin.mei",
        7,
    )
    assert (event.address, event.agent, event.facts) == ("203.0.113.9", "Browser", {"number": 3, "为": "是"})


def test_an_event_and_its_act_happen_together_or_not_at_all() -> None:
    with transaction.atomic():
        note()
        transaction.set_rollback(True)
    assert not Event.objects.exists()


def test_very_long_agents_and_names_are_cut_and_still_fit_their_seal() -> None:
    record(actor=Actor(kind=ActorKind.ANONYMOUS, name="n" * 500, address="a" * 90, agent="b" * 900), event="a:b:c")
    event = Event.objects.get()
    assert (len(event.actor_name), len(event.address), len(event.agent)) == (64, 45, 300)
    assert broken() == ""


def test_an_untouched_chain_is_whole() -> None:
    a_chain(3, 1, 2)
    note()
    report = check_chain()
    assert (report.events, report.seals, report.unsealed, report.broken) == (6, 3, 1, "")
    assert seal_events() == 1
    assert seal_events() == 0


@pytest.mark.parametrize(
    "edit",
    [
        {"facts": {"number": 99}},
        {"account_id": 8},
        {"actor_id": 8},
        {"actor_name": "somebody"},
        {"actor_kind": "staff"},
        {"address": ""},
        {"agent": "Other"},
        {"name": "tests:thing:undone"},
        {"tenant_id": 1},
        {"topic": "staff"},
    ],
)
@pytest.mark.parametrize("sealed", [True, False])
def test_an_edited_event_shows(edit: dict[str, object], sealed: bool) -> None:
    a_chain(3)
    note()
    event = Event.objects.filter(seal__isnull=not sealed).order_by("-pk")[0]
    Event.objects.filter(pk=event.pk).update(**edit)
    assert broken() == f"event {event.pk}"


def test_an_event_moved_in_time_shows() -> None:
    a_chain(2)
    event = Event.objects.order_by("pk")[0]
    Event.objects.filter(pk=event.pk).update(at=event.at - timedelta(seconds=1))
    assert broken() == f"event {event.pk}"


def test_a_removed_event_shows() -> None:
    a_chain(3, 2)
    first, second = Seal.objects.order_by("pk")
    Event.objects.filter(seal=first).order_by("pk")[1].delete()
    assert broken() == f"seal {first.pk}"
    Seal.objects.filter(pk=first.pk).update(events=2)
    assert broken() == f"seal {first.pk}"
    assert second.pk


def test_a_forged_event_shows() -> None:
    a_chain(2)
    event = Event.objects.order_by("pk")[0]
    event.pk, event.facts = None, {"number": 7}
    event.save(force_insert=True)
    assert broken() == f"event {event.pk}"


def test_a_sealed_event_copied_into_the_chain_shows() -> None:
    a_chain(2)
    event = Event.objects.order_by("pk")[0]
    event.pk = None
    event.save(force_insert=True)
    assert broken() == f"event {event.pk}"


@pytest.mark.parametrize("sealed", [True, False])
def test_a_copied_event_that_waits_for_its_seal_shows(sealed: bool) -> None:
    a_chain(2)
    note()
    event = Event.objects.filter(seal__isnull=not sealed)[0]
    for number in (None, 7, event.pk + 1):
        copy = Event.objects.get(pk=event.pk)
        copy.pk, copy.seal = number, None
        copy.save(force_insert=True)
        assert broken() == f"event {copy.pk}"
        Event.objects.filter(pk=copy.pk).delete()
    assert broken() == ""


def an_older_event(number: int) -> Event:
    """As events were written when the database gave them their numbers."""
    note(number)
    event = Event.objects.order_by("-pk")[0]
    Event.objects.filter(pk=event.pk).delete()
    event.pk = number
    event.mac = _mac(event)
    event.save(force_insert=True)
    return event


@pytest.mark.parametrize("sealed", [True, False])
def test_events_of_before_our_own_numbers_still_fit_and_their_copies_show(sealed: bool) -> None:
    older = [an_older_event(number) for number in (1, 2, 3)]
    note()
    if sealed:
        seal_events()
    assert broken() == ""
    copy = Event.objects.get(pk=older[1].pk)
    copy.pk, copy.seal = 50, None
    copy.save(force_insert=True)
    assert broken() == "event 50"


def test_two_events_of_one_microsecond_get_numbers_of_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("secrets.randbits", lambda bits: 0)
    with time_machine.travel("2026-11-23T08:00:00Z", tick=False):
        for number in range(3):
            note(number)
    first, second, third = Event.objects.order_by("pk")
    assert (second.pk, third.pk) == (first.pk + 1, first.pk + 2)
    assert [event.facts["number"] for event in events_of_account(account_id=7)] == [2, 1, 0]
    assert broken() == ""


def test_a_cut_seal_shows() -> None:
    a_chain(2, 2, 2)
    middle = Seal.objects.order_by("pk")[1]
    with pytest.raises(ProtectedError):
        middle.delete()
    Event.objects.filter(seal=middle).delete()
    middle.delete()
    assert broken().startswith("seal ")


def test_an_emptied_seal_shows() -> None:
    a_chain(2, 2)
    last = Seal.objects.order_by("-pk")[0]
    Event.objects.filter(seal=last).delete()
    assert broken() == f"seal {last.pk}"


def test_the_log_keeps_the_head_so_that_a_cut_end_shows_against_it(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="account_center.audit"):
        a_chain(2, 2)
    logged = [record.getMessage().rpartition(" ")[2] for record in caplog.records]
    assert check_chain().head == logged[-1]
    last = Seal.objects.order_by("-pk")[0]
    Event.objects.filter(seal=last).delete()
    last.delete()
    assert check_chain().head == logged[0]


def test_two_seals_never_follow_the_same_link() -> None:
    a_chain(1)
    seal = Seal.objects.get()
    seal.pk = None
    with pytest.raises(Exception, match=r"(?i)unique"), transaction.atomic():
        seal.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_writers_and_sealing_runs_at_once_leave_one_whole_chain() -> None:
    def act(number: int) -> int:
        for step in range(5):
            note(step)
        return seal_events() if number % 2 else 0

    answers = race(act, 16)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    while seal_events():
        pass
    report = check_chain()
    assert (report.events, report.unsealed, report.broken) == (80, 0, "")
    assert report.seals >= 1
    assert connection.vendor in {"sqlite", "postgresql"}
