"""Sessions are written once, and mean what Django's own mean."""

import pytest
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.contrib.sessions.models import Session
from django.db import transaction
from django.test.utils import CaptureQueriesContext

from account_center.plumbing.session_store import SessionStore

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
