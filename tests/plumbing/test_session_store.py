"""Sessions are written once, and mean what Django's own mean."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.db import transaction
from django.test.utils import CaptureQueriesContext

from account_center.plumbing.session_row import Session
from account_center.plumbing.session_store import About, SessionStore
from account_center.plumbing.sessions import end_one_session, end_other_sessions, sessions_of

pytestmark = pytest.mark.django_db


def test_a_new_session_costs_one_query() -> None:
    session = SessionStore()
    with CaptureQueriesContext(transaction.get_connection()) as seen:
        session["pending"] = "code"
        session.cycle_key()
        session.save()
    assert [query["sql"].split()[0] for query in seen.captured_queries] == ["INSERT"]
    assert SessionStore(session.session_key)["pending"] == "code"


def test_a_session_that_stood_in_the_database_is_gone_under_its_old_key_when_the_key_changes() -> None:
    session = SessionStore()
    session["step"] = 1
    session.save()
    before = session.session_key
    again = SessionStore(before)
    again.cycle_key()
    again.save()
    assert again.session_key != before
    assert not Session.objects.filter(session_key=before).exists()
    assert SessionStore(again.session_key)["step"] == 1


def test_a_session_that_ended_meanwhile_is_not_brought_back() -> None:
    session = SessionStore()
    session["step"] = 1
    session.save()
    Session.objects.all().delete()
    session["step"] = 2
    with pytest.raises(UpdateError):
        session.save()
    assert not Session.objects.exists()


def test_a_signed_in_session_that_ended_meanwhile_is_not_brought_back_under_a_new_key() -> None:
    with time_machine.travel(START, tick=False):
        session = SessionStore(signed_in().session_key)
        session.load()
        session["step"] = 2
        Session.objects.all().delete()
        session.cycle_key()
        assert session.overtaken
        with pytest.raises(UpdateError):
            session.save()
    assert not Session.objects.exists()


def test_of_two_requests_that_renew_a_session_one_does() -> None:
    with time_machine.travel(START, tick=False):
        key = signed_in().session_key
        first, second = SessionStore(key), SessionStore(key)
        for session in (first, second):
            assert session.get(SESSION_KEY)
        for session in (first, second):
            session.cycle_key()
        first.save()
        with pytest.raises(UpdateError):
            second.save()
    assert Session.objects.get().session_key == first.session_key


def test_of_two_clicks_of_a_stranger_each_goes_on_with_a_session_of_its_own() -> None:
    session = SessionStore()
    session["step"] = 1
    session.save()
    first, second = SessionStore(session.session_key), SessionStore(session.session_key)
    for one in (first, second):
        assert one["step"] == 1
    for one in (first, second):
        one.cycle_key()
        one.save()
    assert Session.objects.count() == len((first, second))


def test_a_key_that_was_never_given_out_is_worth_nothing() -> None:
    session = SessionStore("a" * 32)
    assert session.get("step") is None
    session["step"] = 1
    session.save()
    assert session.session_key != "a" * 32


def test_flushing_leaves_nothing_behind() -> None:
    session = SessionStore()
    session["step"] = 1
    session.save()
    session.flush()
    assert not Session.objects.exists()
    session["step"] = 2
    session.save()
    assert Session.objects.count() == 1


def test_two_sessions_never_share_a_key() -> None:
    session = SessionStore()
    session.save()
    twin = SessionStore(session.session_key)
    with transaction.atomic(), pytest.raises(CreateError), transaction.atomic():
        twin.save(must_create=True)


# -- who is signed in, and until when ---------------------------------------------------------------------------------

START = datetime(2026, 11, 23, 10, 2, tzinfo=UTC)
IDLE, LONGEST = timedelta(hours=12), timedelta(days=7)


def signed_in(account_id: int = 7, mark: str = "m") -> SessionStore:
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(account_id), mark
    session.about = About(uuid4(), "password", "203.0.113.9", "Browser", START, START, START + LONGEST, 12 * 3600)
    session.cycle_key()
    session.save()
    return session


def lives(session: SessionStore, at: datetime) -> bool:
    with time_machine.travel(at, tick=False):
        return SessionStore(session.session_key).get(SESSION_KEY) is not None


def test_a_session_ends_when_nobody_uses_it_for_twelve_hours() -> None:
    with time_machine.travel(START, tick=False):
        session = signed_in()
    assert lives(session, START + timedelta(minutes=4))
    assert not lives(session, START + IDLE)


def test_use_moves_the_end_of_a_session_but_never_past_its_last_day() -> None:
    with time_machine.travel(START, tick=False):
        session = signed_in()
    for hours in range(11, 7 * 24, 11):
        assert lives(session, START + timedelta(hours=hours))
    assert lives(session, START + LONGEST - timedelta(seconds=1))
    assert not lives(session, START + LONGEST)


def test_use_is_written_down_every_five_minutes_at_most() -> None:
    with time_machine.travel(START, tick=False):
        session = signed_in()
    for minutes, writes in ((4, 0), (5, 1), (9, 0), (10, 1)):
        with (
            time_machine.travel(START + timedelta(minutes=minutes), tick=False),
            CaptureQueriesContext(transaction.get_connection()) as seen,
        ):
            SessionStore(session.session_key).get(SESSION_KEY)
        assert [query["sql"].split()[0] for query in seen.captured_queries] == ["SELECT"] + ["UPDATE"] * writes


def test_a_page_that_only_follows_by_itself_moves_no_end() -> None:
    with time_machine.travel(START, tick=False):
        session = signed_in()
    for hours in range(1, 12):
        following = SessionStore(session.session_key)
        following.in_use = False
        with time_machine.travel(START + timedelta(hours=hours), tick=False):
            assert following.get(SESSION_KEY) == "7"
    assert not lives(session, START + IDLE)


def test_a_new_key_keeps_what_is_known_of_the_session() -> None:
    with time_machine.travel(START, tick=False):
        session = signed_in()
        before = Session.objects.get()
        again = SessionStore(session.session_key)
        again[HASH_SESSION_KEY] = "another mark"
        again.cycle_key()
        again.save()
    after = Session.objects.get()
    assert after.session_key != before.session_key
    assert (after.public_id, after.account_id, after.started_at) == (before.public_id, 7, before.started_at)
    assert after.mark == "another mark"


def test_an_owner_sees_his_own_living_sessions_only_and_ends_them() -> None:
    with time_machine.travel(START, tick=False):
        mine, _other, _gone = signed_in(), signed_in(8), signed_in(7, mark="before the password was changed")
        here, there = signed_in(), signed_in()
    listed = [one.id for one in sessions_of(7, mark="m", now=START)]
    assert sorted(listed) == sorted(one.about.public_id for one in (mine, here, there) if one.about)
    assert here.about
    assert there.about
    assert not end_one_session(8, there.about.public_id)
    assert end_one_session(7, there.about.public_id)
    assert not lives(there, START)
    assert end_other_sessions(7, but=here.about.public_id) == 2
    assert [one.id for one in sessions_of(7, mark="m", now=START)] == [here.about.public_id]
    assert Session.objects.filter(account_id=8).count() == 1
