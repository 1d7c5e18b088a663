import itertools
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import OperationalError, connection, connections, transaction

from account_center.plumbing.retention import forget_finished_jobs
from account_center.plumbing.work import (
    JSON,
    RetryLater,
    UnknownJob,
    dead_jobs,
    enqueue,
    enqueue_recurring,
    every,
    job,
    loop,
    revive,
    run_due,
    work_forever,
    work_report,
)
from account_center.plumbing.work.models import Job, JobState, Recurrence
from account_center.plumbing.work.registry import periods
from account_center.plumbing.work.running import Outcome, claim_next, note, renew, run
from account_center.plumbing.work.timing import next_period, pause_after
from tests.killing import name_for_killing, until_forgotten
from tests.plumbing.effects import EFFECTS, SHORTER_THAN_A_LONG_JOB, create_effects, drop_effects

SECRET = "+8613800138000"
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ran: list[Mapping[str, JSON]] = []
behaviour: list[Callable[[], None]] = []
slow_behaviour: list[Callable[[], None]] = []


@job("test.act")
def act(payload: Mapping[str, JSON]) -> None:
    ran.append(payload)
    if behaviour:
        behaviour.pop(0)()


@job("test.read", slow=True)
def read(payload: Mapping[str, JSON]) -> None:
    if slow_behaviour:
        slow_behaviour.pop(0)()


@every(seconds=3600, name="test.hourly")
def hourly() -> None:
    ran.append({"hourly": True})


@every(seconds=3600, name="test.erase", final=True)
def erase() -> None:
    ran.append({"erased": True})


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    ran.clear()
    behaviour.clear()
    slow_behaviour.clear()
    yield
    connections.close_all() if not connection.in_atomic_block else None


@pytest.fixture
def only_hourly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("account_center.plumbing.work.queue.periods", lambda: {"test.hourly": periods()["test.hourly"]})


def fail() -> None:
    raise ValueError(SECRET)


def limits(settings: Any, **changes: float) -> None:
    settings.LIMITS = replace(settings.LIMITS, **changes)


@pytest.mark.django_db
def test_a_job_runs_once_with_its_payload() -> None:
    enqueue("test.act", {"message_id": 1})
    assert run_due() == 1
    assert run_due() == 0
    assert ran == [{"message_id": 1}]
    assert Job.objects.get().state == JobState.DONE


@pytest.mark.django_db(transaction=True)
def test_work_disappears_with_the_act_that_rolled_back() -> None:
    with transaction.atomic():
        enqueue("test.act", {})
        transaction.set_rollback(True)
    assert run_due() == 0


@pytest.mark.django_db
def test_an_unknown_job_is_refused_at_once() -> None:
    with pytest.raises(UnknownJob):
        enqueue("test.nobody_wrote_this", {})


@pytest.mark.django_db
def test_a_key_keeps_one_unfinished_job_and_is_free_again_afterwards() -> None:
    enqueue("test.act", {"n": 1}, key="deliver:1")
    enqueue("test.act", {"n": 2}, key="deliver:1")
    assert run_due() == 1
    enqueue("test.act", {"n": 3}, key="deliver:1")
    assert run_due() == 1
    assert ran == [{"n": 1}, {"n": 3}]


@pytest.mark.django_db
def test_jobs_without_a_key_do_not_hinder_each_other() -> None:
    enqueue("test.act", {})
    enqueue("test.act", {})
    assert run_due() == 2


@pytest.mark.django_db(transaction=True)
def test_parallel_enqueues_of_one_key_make_one_job() -> None:
    def one(_: int) -> None:
        try:
            with transaction.atomic():
                enqueue("test.act", {}, key="same")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(16)))
    assert Job.objects.count() == 1


@pytest.mark.django_db
def test_work_waits_until_it_is_due() -> None:
    with time_machine.travel(START, tick=False) as clock:
        enqueue("test.act", {}, due=START + timedelta(hours=1))
        assert run_due() == 0
        clock.shift(timedelta(hours=1))
        assert run_due() == 1


@pytest.mark.django_db
def test_a_failing_job_comes_back_later_and_later_and_is_kept_when_given_up(settings: Any) -> None:
    limits(settings, job_attempts=3)
    behaviour.extend([fail] * 9)
    pauses = []
    with time_machine.travel(START, tick=False) as clock, patch.object(random, "random", return_value=0.5):
        enqueue("test.act", {}, key="k")
        while run_due():
            row = Job.objects.get()
            pauses.append((row.due_at - datetime.now(UTC)).total_seconds())
            clock.move_to(row.due_at)
    assert pauses == [5.0, 10.0, 0.0]
    dead = dead_jobs()
    assert [(found.name, found.attempts) for found in dead] == [("test.act", 3)]
    assert work_report().dead == 1


@pytest.mark.django_db
def test_a_problem_is_noted_without_the_exceptions_words(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    limits(settings, job_attempts=1)
    behaviour.append(fail)
    enqueue("test.act", {})
    run_due()
    assert dead_jobs()[0].problem.startswith("ValueError at test_work.py:")
    assert SECRET not in caplog.text + dead_jobs()[0].problem


@pytest.mark.django_db
def test_a_given_up_job_can_be_revived_unless_its_key_is_taken(settings: Any) -> None:
    limits(settings, job_attempts=1)
    behaviour.append(fail)
    enqueue("test.act", {}, key="k")
    run_due()
    enqueue("test.act", {}, key="k")
    dead = dead_jobs()[0].id
    assert revive(dead) is False
    run_due()
    assert revive(dead) is True
    assert run_due() == 1
    assert dead_jobs() == []


@pytest.mark.django_db
def test_retry_later_is_no_failure() -> None:
    def later() -> None:
        raise RetryLater(after_seconds=90)

    with time_machine.travel(START, tick=False) as clock:
        behaviour.extend([later] * 20)
        enqueue("test.act", {})
        for _ in range(20):
            assert run_due() == 1
            assert run_due() == 0
            clock.shift(timedelta(seconds=90))
        assert run_due() == 1
    assert Job.objects.get().state == JobState.DONE


def test_pauses_grow_to_an_hour_and_are_spread() -> None:
    middle = [pause_after(failures, chance=lambda: 0.5).total_seconds() for failures in (1, 2, 3, 9, 50)]
    assert middle == [5, 10, 20, 1280, 3600]
    spread = {pause_after(1, chance=random.random) for _ in range(20)}
    assert len(spread) > 1
    assert all(timedelta(seconds=2.5) <= pause <= timedelta(seconds=7.5) for pause in spread)


def test_every_worker_computes_the_same_next_period() -> None:
    assert next_period(START + timedelta(minutes=7), 3600) == START + timedelta(hours=1)
    assert next_period(START, 3600) == START + timedelta(hours=1)


@pytest.mark.django_db
def test_a_job_whose_worker_is_gone_is_taken_again_after_its_lease() -> None:
    with time_machine.travel(START, tick=False) as clock:
        enqueue("test.act", {})
        lost = claim_next()
        assert lost is not None
        assert run_due() == 0
        clock.shift(timedelta(seconds=django_settings.LIMITS.job_lease_seconds))
        assert run_due() == 1


@pytest.mark.django_db
def test_the_outcome_of_a_lost_lease_is_dropped() -> None:
    with time_machine.travel(START, tick=False) as clock:
        enqueue("test.act", {})
        first = claim_next()
        clock.shift(timedelta(seconds=django_settings.LIMITS.job_lease_seconds))
        second = claim_next()
        assert first is not None
        assert second is not None
        assert note(Outcome(claim=first, state=JobState.DEAD)) is False
        assert renew(first) is False
        assert note(run(second)) is True
    assert Job.objects.get().state == JobState.DONE


@pytest.mark.django_db
def test_a_renewed_lease_holds_but_not_for_ever() -> None:
    lease, longest = django_settings.LIMITS.job_lease_seconds, django_settings.LIMITS.job_longest_seconds
    with time_machine.travel(START, tick=False) as clock:
        enqueue("test.act", {})
        claim = claim_next()
        assert claim is not None
        clock.shift(timedelta(seconds=lease - 1))
        assert renew(claim) is True
        clock.shift(timedelta(seconds=lease - 1))
        assert run_due() == 0
        clock.shift(timedelta(seconds=longest))
        assert renew(claim) is False
        assert run_due() == 1


@pytest.mark.django_db
def test_a_job_that_ends_its_worker_every_time_is_given_up(settings: Any) -> None:
    limits(settings, job_attempts=2)
    with time_machine.travel(START, tick=False) as clock:
        enqueue("test.act", {})
        for _ in range(2):
            assert claim_next() is not None
            clock.shift(timedelta(seconds=settings.LIMITS.job_lease_seconds))
        assert claim_next() is None
    assert dead_jobs()[0].problem == "the worker ended without an outcome"


@pytest.mark.django_db(transaction=True)
def test_parallel_workers_never_take_the_same_job() -> None:
    for number in range(40):
        enqueue("test.act", {"n": number})

    def drain(_: int) -> list[int]:
        try:
            taken = []
            while (claim := claim_next()) is not None:
                taken.append(claim.job_id)
            return taken
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        taken = [job_id for part in pool.map(drain, range(4)) for job_id in part]
    assert len(taken) == len(set(taken)) == 40


@pytest.mark.django_db
@pytest.mark.usefixtures("only_hourly")
def test_a_recurring_job_is_enqueued_once_per_period() -> None:
    with time_machine.travel(START, tick=False) as clock:
        assert enqueue_recurring() == 1
        assert enqueue_recurring() == 0
        assert run_due() == 1
        assert enqueue_recurring() == 0
        clock.shift(timedelta(hours=5))
        assert enqueue_recurring() == 1
        assert run_due() == 1
    assert ran == [{"hourly": True}] * 2


@pytest.fixture
def only_erase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("account_center.plumbing.work.queue.periods", lambda: {"test.erase": periods()["test.erase"]})


def begun_at(moment: datetime) -> list[Mapping[str, JSON]]:
    """What the worker does in a second at which its clock shows this."""
    ran.clear()
    with time_machine.travel(moment, tick=False):
        enqueue_recurring()
        run_due()
    return list(ran)


@pytest.mark.django_db
@pytest.mark.usefixtures("only_erase")
@pytest.mark.parametrize("jump", [timedelta(days=2), timedelta(days=400), timedelta(hours=3)])
def test_nothing_is_destroyed_by_a_clock_that_jumps_for_a_moment(jump: timedelta) -> None:
    assert begun_at(START) == [{"erased": True}]
    assert begun_at(START + timedelta(hours=1)) == [{"erased": True}]
    jumped = START + timedelta(hours=2) + jump
    assert begun_at(jumped) == []
    assert begun_at(jumped + timedelta(minutes=14)) == []
    back = START + timedelta(hours=2, minutes=20)
    assert begun_at(back) == [], "right after it jumped back, either"
    assert begun_at(back + timedelta(minutes=15)) == [{"erased": True}]
    assert begun_at(back + timedelta(minutes=16)) == []


@pytest.mark.django_db
@pytest.mark.usefixtures("only_erase")
def test_what_is_to_be_destroyed_is_once_the_clock_stays_where_it_is() -> None:
    assert begun_at(START) == [{"erased": True}]
    late = START + timedelta(days=3)  # nobody worked for three days
    assert begun_at(late) == []
    assert begun_at(late + timedelta(minutes=15)) == [{"erased": True}]
    assert begun_at(late + timedelta(hours=1)) == [{"erased": True}]


@pytest.mark.django_db
@pytest.mark.usefixtures("only_hourly")
def test_a_clock_that_was_ahead_for_a_moment_stops_no_recurring_job() -> None:
    hour, once = timedelta(hours=1), [{"hourly": True}]
    assert begun_at(START) == begun_at(START + timedelta(days=2)) == begun_at(START + hour) == once
    assert begun_at(START + hour + timedelta(minutes=1)) == []
    assert begun_at(START - timedelta(days=1)) == once, "nor one that was behind"
    assert begun_at(START + 2 * hour) == once


@pytest.mark.django_db
@pytest.mark.usefixtures("only_hourly")
def test_two_workers_whose_clocks_differ_a_little_do_not_begin_each_others_periods() -> None:
    assert begun_at(START + timedelta(minutes=50))
    for minute in range(5):
        assert begun_at(START + timedelta(minutes=minute)) == []
        assert begun_at(START + timedelta(minutes=50 + minute)) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("only_hourly")
def test_many_workers_begin_a_period_once() -> None:
    def begin(_: int) -> int:
        try:
            return enqueue_recurring()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        begun = list(pool.map(begin, range(12)))
    assert sum(begun) == 1
    assert Job.objects.count() == Recurrence.objects.count() == 1


@pytest.mark.django_db
def test_done_jobs_are_forgotten_and_given_up_jobs_stay(settings: Any) -> None:
    limits(settings, job_attempts=1)
    with time_machine.travel(START, tick=False) as clock:
        behaviour.append(fail)
        enqueue("test.act", {})
        enqueue("test.act", {})
        run_due()
        clock.shift(timedelta(days=settings.LIMITS.job_keep_days, seconds=1))
        assert forget_finished_jobs() == 1
    assert [row.state for row in Job.objects.all()] == [JobState.DEAD]


@pytest.mark.django_db
def test_a_job_of_a_newer_program_is_left_for_a_newer_worker() -> None:
    moment = datetime.now(UTC)
    Job.objects.create(name="test.of_tomorrow", due_at=moment, created_at=moment)
    assert run_due() == 0


def until(condition: Callable[[], bool], seconds: float = 600) -> None:
    """Waits for something to happen; the bound only ends a test that would hang."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


@pytest.mark.django_db(transaction=True)
def test_the_worker_finishes_the_running_job_when_told_to_stop() -> None:
    stop, started = threading.Event(), threading.Event()

    def linger() -> None:
        started.set()
        stop.wait()

    behaviour.append(linger)
    enqueue("test.act", {})
    worker = threading.Thread(target=work_forever, args=(stop, 0.02))
    worker.start()
    assert started.wait(300)
    stop.set()
    worker.join()
    assert Job.objects.get(name="test.act").state == JobState.DONE


@pytest.mark.django_db(transaction=True)
def test_no_other_job_waits_behind_a_slow_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "SLOW_POLL_SECONDS", 0.02)
    stop, reading, go_on = threading.Event(), threading.Event(), threading.Event()

    def linger() -> None:
        reading.set()
        go_on.wait(600)

    slow_behaviour.append(linger)
    enqueue("test.read", {})
    worker = threading.Thread(target=work_forever, args=(stop, 0.02))
    worker.start()
    assert reading.wait(300)
    enqueue("test.act", {})
    until(lambda: Job.objects.filter(name="test.act", state=JobState.DONE).exists())
    assert Job.objects.get(name="test.read").state == JobState.RUNNING
    go_on.set()
    stop.set()
    worker.join()
    assert Job.objects.get(name="test.read").state == JobState.DONE


@pytest.mark.django_db(transaction=True)
def test_the_worker_waits_for_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "LONGEST_SLEEP", 0.01)
    real, away = claim_next, [True] * 5

    def claim(**which: Any) -> Any:
        if away and away.pop():
            raise OperationalError("server closed the connection unexpectedly")
        return real(**which)

    monkeypatch.setattr(loop, "claim_next", claim)
    enqueue("test.act", {})
    stop = threading.Event()
    worker = threading.Thread(target=work_forever, args=(stop, 0.02))
    worker.start()
    until(lambda: Job.objects.filter(name="test.act", state=JobState.DONE).exists())
    stop.set()
    worker.join()
    assert len(ran) >= 1


@pytest.mark.django_db(transaction=True)
def test_a_done_job_is_not_done_again_because_the_database_went_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "LONGEST_SLEEP", 0.01)
    away = [True] * 3

    def noting(outcome: Outcome) -> bool:
        if away and away.pop():
            raise OperationalError("the connection is lost")
        return note(outcome)

    monkeypatch.setattr(loop, "note", noting)
    enqueue("test.act", {"only": "once"})
    stop = threading.Event()
    worker = threading.Thread(target=work_forever, args=(stop, 0.02))
    worker.start()
    until(lambda: Job.objects.filter(name="test.act", state=JobState.DONE).exists())
    stop.set()
    worker.join()
    assert ran.count({"only": "once"}) == 1


def reads_only() -> None:
    """What this connection leads to has become a server, or a file, that takes no writing. Another connection finds one that does."""
    how = "SET default_transaction_read_only = on" if connection.vendor == "postgresql" else "PRAGMA query_only = ON"
    with connection.cursor() as cursor:
        cursor.execute(how)


@pytest.mark.django_db(transaction=True)
def test_a_worker_whose_database_only_reads_goes_on_with_another_connection_and_loses_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loop, "LONGEST_SLEEP", 0.01)
    monkeypatch.setattr("account_center.plumbing.work.running.pause_after", lambda *_, **__: timedelta(0))

    def fails_over() -> None:
        reads_only()
        enqueue("test.act", {"written by": "the job"})  # what the job wanted to write is not there

    behaviour.extend([fails_over, lambda: None, reads_only])
    for only in ("first", "second", "third"):
        enqueue("test.act", {"only": only})
    stop = threading.Event()
    worker = threading.Thread(target=work_forever, args=(stop, 0.02))
    worker.start()
    until(lambda: Job.objects.filter(name="test.act", state=JobState.DONE).count() == 3)
    stop.set()
    worker.join()
    done = Counter(str(payload["only"]) for payload in ran if "only" in payload)
    assert done["first"] == 2, "its own writing was refused: it is done again"
    assert sorted(done) == ["first", "second", "third"]
    assert done.total() == 4, "what was done and could not be noted is noted later, and not done again"
    assert Job.objects.filter(name="test.act").count() == 3


@pytest.fixture
def effects() -> Iterator[None]:
    create_effects()
    yield
    drop_effects()


def rows(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def more_than(before: int, query: str) -> Callable[[], bool]:
    return lambda: bool(rows(query)[0][0] > before)


@contextmanager
def worker_process(lease: int = 1) -> Iterator[None]:
    """A worker in a process of its own, ended by SIGKILL. ``lease`` in seconds."""
    limits = {"ACCOUNT_CENTER_JOB_LEASE_SECONDS": str(lease), "ACCOUNT_CENTER_JOB_ATTEMPTS": "1000"}
    environment = {**os.environ, **limits, "PGAPPNAME": (name := name_for_killing())}
    command = [sys.executable, "-m", "tests.plumbing.killable_worker", str(connection.settings_dict["NAME"])]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as worker:
        try:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
            yield
        finally:
            worker.kill()
    until_forgotten(name)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("effects")
def test_killed_workers_lose_no_effect_and_double_none() -> None:
    numbers = itertools.count()

    def enqueue_more(jobs: int) -> None:
        for number in itertools.islice(numbers, jobs):
            enqueue("test.leave_effect", {"key": f"effect-{number}"}, key=str(number))

    enqueue_more(120)
    done = f"SELECT count(*) FROM {EFFECTS} WHERE effects = 1"
    for round_number in range(6):
        with worker_process():
            enqueue_more(1)  # so that there is one to wait for, however many the last worker did
            until(more_than(rows(done)[0][0], done))
            time.sleep(random.Random(round_number).uniform(0, 0.1))
    # However quick or slow the machine is, one kill hits a running job.
    while not (running := Job.objects.filter(name="test.leave_effect", state=JobState.RUNNING)).exists():
        with worker_process():
            enqueue_more(50)  # as many are there to be hit, however many the last worker did
            until(running.exists)
    with worker_process():
        until(lambda: not Job.objects.filter(name="test.leave_effect").exclude(state=JobState.DONE).exists())
    found = rows(f"SELECT effects, starts FROM {EFFECTS}")
    assert [effect for effect, _ in found] == [1] * next(numbers)
    assert Job.objects.filter(name="test.leave_effect", attempts__gt=1).exists(), "no kill hit a running job"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("effects")
def test_a_job_longer_than_its_lease_is_not_done_twice_at_once() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {EFFECTS} VALUES ('long', 0, 0, 0)")
    enqueue("test.take_long", {"key": "long"})
    # A worker that a busy machine keeps from running for as long as its lease loses the job, and rightly so.
    with worker_process(lease=SHORTER_THAN_A_LONG_JOB), worker_process(lease=SHORTER_THAN_A_LONG_JOB):
        until(lambda: Job.objects.filter(name="test.take_long", state=JobState.DONE).exists())
    assert rows(f"SELECT starts, effects FROM {EFFECTS}") == [(1, 1)]
