"""The short way for decisions: before Django's middleware, with process memory in front of one query.

It answers only what it can answer with 200; everything else goes through Django with the body put back, so both ways
refuse in the same words. What is remembered is used only while the feed of changes is alive (``feed.Pulse``).
"""

import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any, Final

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.db import InterfaceError, OperationalError, connection

from account_center.clients.queries import caller_of, token_digest
from account_center.clients.types import LONGEST_TOKEN, Caller, Scope
from account_center.kit.clock import now as present
from account_center.kit.refused import Refused
from account_center.plumbing.middleware import away_answer
from account_center.serviceapi.decisions import answer_to, language_in, question_in
from account_center.serviceapi.feed import CLIENT, STANDING, ChangeFeed, Pulse
from account_center.serviceapi.memory import Remembered

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
WSGI = Callable[[Environ, StartResponse], Iterable[bytes]]

PATH: Final = "/service/v1/decisions"
JSON_TYPES: Final = frozenset({"application/json", "application/json; charset=utf-8", "application/json;charset=utf-8"})
BEARER: Final = "Bearer "
TOKENS: Final = 10_000
TOKEN_BYTES: Final = 400


@dataclass(frozen=True, slots=True)
class Reply:
    """Ready to send. ``good_until`` is the moment at which it may change without an act."""

    headers: tuple[tuple[str, str], ...]
    body: bytes
    good_until: datetime | None


class Memory:
    """What this process knows about tokens and answers, and the thread that keeps it true."""

    def __init__(self) -> None:
        limits = settings.LIMITS
        self.pid = os.getpid()
        self.tokens: Remembered[bytes, Caller] = Remembered(entries=TOKENS, size=TOKENS * TOKEN_BYTES * 4)
        self.replies: Remembered[tuple[str, bytes], Reply] = Remembered(
            entries=limits.decision_memory_entries, size=limits.decision_memory_bytes
        )
        self.pulse = Pulse(seconds=limits.decision_fresh_seconds)
        self.feed = ChangeFeed(hearer=self, pulse=self.pulse)

    def changed(self, topic: str, key: str) -> None:
        """A tenant's answers, or a client's tokens, are different now."""
        if topic == STANDING:
            self.replies.forget(key)
        elif topic == CLIENT:
            self.tokens.forget(key)

    def missed(self) -> None:
        """Anything may be different now."""
        self.replies.forget_all()
        self.tokens.forget_all()


class Lean:
    """``lean(django_app)``: a WSGI application. ``close`` ends its thread."""

    def __init__(self, django_app: WSGI) -> None:
        self._django = django_app
        self._lock = threading.Lock()
        self._memory: Memory | None = None

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answers a decision, or hands the request on to Django."""
        if environ["PATH_INFO"] != PATH or not _is_plain_post(environ):
            return self._django(environ, start_response)
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        try:
            reply = self._reply(environ, body)
        except (OperationalError, InterfaceError):
            return _away(environ, body, start_response)
        if reply is None:
            environ["wsgi.input"] = BytesIO(body)
            return self._django(environ, start_response)
        start_response("200 OK", list(reply.headers))
        return [reply.body]

    def close(self) -> None:
        """Ends the thread of this process."""
        if self._memory is not None:
            self._memory.feed.stop()
            self._memory = None

    def _reply(self, environ: Environ, body: bytes) -> Reply | None:
        header = environ.get("HTTP_AUTHORIZATION", "")
        if not header.startswith(BEARER) or len(header) > LONGEST_TOKEN:
            return None
        memory, moment = self._mine(), present()
        fresh = memory.pulse.is_fresh()
        if not fresh:
            memory.feed.ensure_running()
        caller = self._caller(memory, header[len(BEARER) :], moment, fresh=fresh)
        if caller is None or Scope.DECISIONS_READ not in caller.scopes:
            return None
        return self._answer(memory, environ.get("HTTP_ACCEPT_LANGUAGE", ""), body, moment, fresh=fresh)

    def _caller(self, memory: Memory, token: str, moment: datetime, *, fresh: bool) -> Caller | None:
        digest = token_digest(token)
        known = memory.tokens.get(digest) if fresh else None
        if known is not None:
            return known if moment < known.expires_at else None
        mark = memory.tokens.mark()
        found: Caller | None = _with_connection(lambda: caller_of(token, moment))
        if found is not None:
            memory.tokens.put(digest, found, group=found.client_id, size=TOKEN_BYTES, mark=mark)
        return found

    def _answer(self, memory: Memory, accepted: str, body: bytes, moment: datetime, *, fresh: bool) -> Reply | None:
        key = (language_in(accepted), body)
        known = memory.replies.get(key) if fresh else None
        if known is not None and (known.good_until is None or moment < known.good_until):
            return known
        mark = memory.replies.mark()
        try:
            question = question_in(body)
        except Refused:
            return None
        answer = _with_connection(lambda: answer_to(question, language=key[0], now=moment))
        if answer is None:
            return None
        reply = Reply(headers=_headers(answer.body, answer.language), body=answer.body, good_until=answer.good_until)
        memory.replies.put(key, reply, group=answer.tenant, size=len(body) + len(answer.body), mark=mark)
        return reply

    def _mine(self) -> Memory:
        # A forked child has the parent's memory but not its thread: it starts with an empty one of its own.
        memory = self._memory
        if memory is not None and memory.pid == os.getpid():
            return memory
        with self._lock:
            if self._memory is None or self._memory.pid != os.getpid():
                self._memory = Memory()
            return self._memory


def lean(django_app: WSGI) -> Lean:
    """Puts the short way for decisions in front of a Django application."""
    return Lean(django_app)


def _is_plain_post(environ: Environ) -> bool:
    length = environ.get("CONTENT_LENGTH", "")
    return (
        environ["REQUEST_METHOD"] == "POST"
        and environ.get("CONTENT_TYPE", "").lower() in JSON_TYPES
        and "HTTP_CONTENT_ENCODING" not in environ
        and not environ.get("QUERY_STRING")
        and length.isascii()
        and length.isdigit()
        and int(length) <= settings.LIMITS.decision_body_bytes
    )


def _headers(body: bytes, language: str) -> tuple[tuple[str, str], ...]:
    return (
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("Content-Language", language),
        ("Cache-Control", "no-store"),
        ("Vary", "Accept-Language, Authorization"),
        ("X-Content-Type-Options", "nosniff"),
    )


def _with_connection(read: Callable[[], Any]) -> Any:
    # Django does this around each of its requests; here nobody else would notice a connection that died or is too old.
    _let_go_of_stale()
    try:
        return read()
    finally:
        _let_go_of_stale()


def _let_go_of_stale() -> None:
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


def _away(environ: Environ, body: bytes, start_response: StartResponse) -> Iterable[bytes]:
    environ["wsgi.input"] = BytesIO(body)
    response = away_answer(WSGIRequest(environ))
    start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
    return [response.content]
