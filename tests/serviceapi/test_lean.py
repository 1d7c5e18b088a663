import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from account_center.clients.services import disable_client, revoke_token
from account_center.kit.clock import now
from account_center.kit.limits import Limits
from account_center.serviceapi import lean as lean_module
from account_center.serviceapi.lean import Lean
from account_center.standing.services import lift_hold, place_hold
from account_center.standing.types import HoldReason
from tests.serviceapi.asking import Watched, a_client, ask, short_way, token_of, wsgi
from tests.standing.making import STAFF, SYSTEM, a_tenant, verify

TRIES = 2_000
REAL_COMMITS = pytest.mark.django_db(transaction=True)


@pytest.fixture
def short(settings: LazySettings) -> Iterator[tuple[Lean, Watched]]:
    # A busy machine may keep the thread waiting for seconds; what that does is shown with a clock of our own.
    settings.LIMITS = replace(settings.LIMITS, decision_fresh_seconds=600)
    app, behind = short_way()
    yield app, behind
    app.close()


def until(condition: Callable[[], bool]) -> None:
    """Asks again until it is so; how long that takes is not judged here."""
    for _ in range(TRIES):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("it never became so")


def body_for(tenant: str, *actions: str) -> bytes:
    return json.dumps({"tenant": tenant, "actions": list(actions or ("buy",))}).encode()


def warm(app: Lean) -> None:
    """Waits until the process hears of changes."""
    until(lambda: app._memory is not None and app._memory.pulse.is_fresh())


@REAL_COMMITS
@pytest.mark.parametrize("language", ["", "en", "zh-CN", "fr;q=0.3, zh;q=0.2", "*", "x" * 3000])
def test_both_ways_give_the_same_bytes(client: Client, short: tuple[Lean, Watched], language: str) -> None:
    app, behind = short
    tenant, token = a_tenant(), token_of(client, a_client())
    for reason in HoldReason:
        place_hold(actor=STAFF, tenant_id=tenant.id, reason=reason, now=now())
    body = body_for(tenant.public_id, "buy", "sign_in", "become_partner")
    long = ask(client, token, body, language)
    for _ in range(2):
        reply = wsgi(app, token, body, HTTP_ACCEPT_LANGUAGE=language)
        assert (reply.status, reply.body) == (200, long.content)
        for name in ("Content-Type", "Content-Language", "Cache-Control"):
            assert reply.headers[name] == long[name]
    assert behind.reached == 0


@REAL_COMMITS
@pytest.mark.parametrize(
    "changed",
    [
        {"HTTP_AUTHORIZATION": ""},
        {"HTTP_AUTHORIZATION": "Bearer act_wrong"},
        {"HTTP_AUTHORIZATION": "Basic YTpi"},
        {"CONTENT_TYPE": "text/plain"},
        {"CONTENT_LENGTH": ""},
        {"CONTENT_LENGTH": "-1"},
        {"CONTENT_LENGTH": "9" * 5000},
        {"CONTENT_LENGTH": "99999"},
        {"CONTENT_LENGTH": "٣"},
        {"HTTP_CONTENT_ENCODING": "gzip"},
        {"QUERY_STRING": "tenant=other"},
        {"REQUEST_METHOD": "GET"},
        {"PATH_INFO": "/service/v1/decisions/"},
    ],
    ids=str,
)
def test_what_is_not_exactly_a_decision_goes_through_django(
    client: Client, short: tuple[Lean, Watched], changed: dict[str, str]
) -> None:
    app, behind = short
    token = token_of(client, a_client())
    wsgi(app, token, body_for(a_tenant().public_id), **changed)
    assert behind.reached == 1


@REAL_COMMITS
@pytest.mark.parametrize("question", [b"{", b"{}", b'{"tenant":"t","action":"fly"}', b'{"tenant":"t","action":"buy"}'])
def test_refusals_are_the_same_on_both_ways(client: Client, short: tuple[Lean, Watched], question: bytes) -> None:
    token = token_of(client, a_client())
    long, reply = ask(client, token, question), wsgi(short[0], token, question)
    assert (reply.status, json.loads(reply.body)) == (long.status_code, long.json())
    assert reply.headers["Content-Type"] == "application/problem+json"


@REAL_COMMITS
def test_a_client_without_the_scope_is_refused(client: Client, short: tuple[Lean, Watched]) -> None:
    token = token_of(client, a_client(scopes=()))
    assert wsgi(short[0], token, body_for(a_tenant().public_id)).status == 403


@REAL_COMMITS
def test_a_known_answer_needs_no_query(client: Client, short: tuple[Lean, Watched]) -> None:
    app, _ = short
    tenant, token = a_tenant(), token_of(client, a_client())
    body = body_for(tenant.public_id)
    wsgi(app, token, body)
    warm(app)
    first = wsgi(app, token, body)
    with CaptureQueriesContext(connection) as asked:
        assert wsgi(app, token, body).body == first.body
    assert len(asked) == 0


@REAL_COMMITS
def test_a_change_is_seen_and_other_tenants_stay_known(client: Client, short: tuple[Lean, Watched]) -> None:
    app, _ = short
    one, other, token = a_tenant(), a_tenant(), token_of(client, a_client())
    wsgi(app, token, body_for(one.public_id))
    warm(app)

    def may_buy() -> bool:
        return bool(json.loads(wsgi(app, token, body_for(one.public_id)).body)["decisions"][0]["allowed"])

    wsgi(app, token, body_for(other.public_id))
    assert not may_buy()
    verify(one)
    until(may_buy)
    hold = place_hold(actor=STAFF, tenant_id=one.id, reason=HoldReason.FREEZE_VIOLATION, now=now())
    until(lambda: not may_buy())
    lift_hold(actor=STAFF, hold_id=hold.id, now=now())
    until(may_buy)
    assert app._memory is not None
    with CaptureQueriesContext(connection) as asked:
        wsgi(app, token, body_for(other.public_id))
    assert len(asked) == 0


@REAL_COMMITS
@pytest.mark.parametrize("end", ["revoke", "disable"])
def test_a_token_that_was_ended_is_refused(client: Client, short: tuple[Lean, Watched], end: str) -> None:
    app, _ = short
    token, body = token_of(client, a_client()), body_for(a_tenant().public_id)
    wsgi(app, token, body)
    warm(app)
    assert wsgi(app, token, body).status == 200
    if end == "revoke":
        revoke_token(token=token, now=now())
    else:
        disable_client(actor=SYSTEM, client_id="billing", now=now())
    until(lambda: wsgi(app, token, body).status == 401)


@REAL_COMMITS
def test_a_token_in_memory_ends_in_time_and_a_hold_too(client: Client, short: tuple[Lean, Watched]) -> None:
    app, _ = short
    tenant, token = a_tenant(), token_of(client, a_client())
    verify(tenant)
    ends = now() + timedelta(minutes=30)
    place_hold(actor=STAFF, tenant_id=tenant.id, reason=HoldReason.RESTRICTION_MISUSE, now=now(), until=ends)
    body = body_for(tenant.public_id)
    wsgi(app, token, body)
    warm(app)
    assert b'"allowed":false' in wsgi(app, token, body).body
    with time_machine.travel(ends, tick=True):
        assert b'"allowed":true' in wsgi(app, token, body).body
    with time_machine.travel(now() + timedelta(hours=1, seconds=1), tick=True):
        assert wsgi(app, token, body).status == 401


@REAL_COMMITS
def test_without_a_sign_of_life_each_answer_comes_from_the_database(
    client: Client, short: tuple[Lean, Watched], settings: LazySettings
) -> None:
    # So short that no sign of life is ever young enough.
    settings.LIMITS = Limits(decision_fresh_seconds=0.000_001)
    app, _ = short
    tenant, token = a_tenant(), token_of(client, a_client())
    body = body_for(tenant.public_id)
    assert b'"allowed":false' in wsgi(app, token, body).body
    verify(tenant)
    assert b'"allowed":true' in wsgi(app, token, body).body
    with CaptureQueriesContext(connection) as asked:
        wsgi(app, token, body)
    assert len(asked) == 2


@REAL_COMMITS
def test_a_database_that_is_away_is_told_and_nothing_old_is_answered(
    client: Client, short: tuple[Lean, Watched], monkeypatch: pytest.MonkeyPatch
) -> None:
    token, body = token_of(client, a_client()), body_for(a_tenant().public_id)

    def away(*_: Any) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(lean_module, "caller_of", away)
    reply = wsgi(short[0], token, body)
    assert reply.status == 503
    assert int(reply.headers["Retry-After"]) > 0
    assert json.loads(reply.body)["code"] == "database_away"


@REAL_COMMITS
def test_the_thread_starts_over_after_the_database_was_away(
    client: Client, short: tuple[Lean, Watched], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, _ = short
    tenant, token = a_tenant(), token_of(client, a_client())
    body = body_for(tenant.public_id)
    wsgi(app, token, body)
    warm(app)
    wsgi(app, token, body)
    assert app._memory is not None
    memory = app._memory
    assert len(memory.replies) == 1

    def away(_: int) -> list[tuple[int, str]]:
        raise OperationalError("server closed the connection")

    with monkeypatch.context() as patch:
        patch.setattr("account_center.standing.queries.changes_after", away)
        until(lambda: not memory.pulse.is_fresh())
        verify(tenant)
        assert b'"allowed":true' in wsgi(app, token, body).body
    until(memory.pulse.is_fresh)
    assert b'"allowed":true' in wsgi(app, token, body).body


@REAL_COMMITS
def test_a_connection_that_died_meanwhile_is_replaced(client: Client, short: tuple[Lean, Watched]) -> None:
    app, behind = short
    token, body = token_of(client, a_client()), body_for(a_tenant().public_id)
    assert wsgi(app, token, body).status == 200
    if connection.vendor == "postgresql":
        other = connection.copy()
        with other.cursor() as cursor:
            # It waits until they are dead: a connection that dies while it is asked is another story.
            cursor.execute(
                "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        other.close()
    else:
        connection.close()
    assert wsgi(app, token, body + b" ").status == 200
    warm(app)
    assert behind.reached == 0


@REAL_COMMITS
def test_a_forked_child_does_not_use_its_parents_memory(client: Client, short: tuple[Lean, Watched]) -> None:
    app, _ = short
    wsgi(app, token_of(client, a_client()), body_for(a_tenant().public_id))
    mine = app._mine()
    mine.pid += 1
    assert app._mine() is not mine
    mine.feed.stop()


@pytest.fixture
def other_process() -> Iterator[str]:
    environment = os.environ | {"DATABASE_NAME": str(connection.settings_dict["NAME"])}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.serviceapi.serving"], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    port = process.stdout.readline().strip()
    yield f"http://127.0.0.1:{port}/service/v1/decisions"
    process.terminate()
    process.wait(60)
    process.stdout.close()


def over_http(address: str, token: str, body: bytes) -> tuple[int, bytes]:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    try:
        with urllib.request.urlopen(urllib.request.Request(address, body, headers), timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read()


@REAL_COMMITS
@pytest.mark.clause("2.1.1")
def test_a_change_made_here_is_seen_by_another_process(
    client: Client, transactional_db: None, other_process: str
) -> None:
    tenant, token = a_tenant(), token_of(client, a_client())
    body = body_for(tenant.public_id)

    def says(part: bytes) -> bool:
        status, answer = over_http(other_process, token, body)
        return status == 200 and part in answer

    for _ in range(20):
        assert says(b'"standing.not_verified"')
        time.sleep(0.05)
    verify(tenant)
    until(lambda: says(b'"allowed":true'))
    place_hold(actor=STAFF, tenant_id=tenant.id, reason=HoldReason.FREEZE_ARREARS, now=now())
    until(lambda: says(b'"standing.freeze_arrears"'))
    revoke_token(token=token, now=now())
    until(lambda: over_http(other_process, token, body)[0] == 401)
