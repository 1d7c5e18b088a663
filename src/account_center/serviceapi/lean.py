"""The short way for decisions: before Django's middleware, with process memory in front of one query.

It answers only what it can answer with 200; everything else goes through Django with the body put back, so both ways
refuse in the same words. What is remembered is used only while the feed of changes is alive (``feed.Pulse``).
"""

import os
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from io import BytesIO
from typing import Any, Final, TypeVar

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.db import InterfaceError, OperationalError, connection

from account_center.clients.queries import caller_of
from account_center.clients.types import Caller, Scope
from account_center.kit.clock import now as present
from account_center.kit.refused import Refused
from account_center.plumbing.middleware import away_answer
from account_center.serviceapi.decisions import Answer, answer_to, language_in, question_in
from account_center.serviceapi.feed import CLIENT, STANDING, ChangeFeed, Pulse
from account_center.serviceapi.memory import Remembered

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Found = TypeVar("Found")
WSGI = Callable[[Environ, StartResponse], Iterable[bytes]]

PATH: Final = "/service/v1/decisions"
JSON_TYPES: Final = frozenset({"application/json", "application/json; charset=utf-8", "application/json;charset=utf-8"})
BEARER: Final = "Bearer "
TOKENS: Final = 10_000
TOKEN_BYTES: Final = 1000
LENGTH_DIGITS: Final = 10
FOR_EVER: Final = float("inf")


@dataclass(frozen=True, slots=True)
class Reply:
    """Ready to send. At ``ends`` (seconds since 1970) the token ends, or a hold begins or ends by itself."""

    headers: tuple[tuple[str, str], ...]
    body: bytes
    ends: float


class Memory:
    """What this process knows about tokens and answers, and the thread that keeps it true."""

    def __init__(self) -> None:
        limits = settings.LIMITS
        self.pid = os.getpid()
        self._key = secrets.token_bytes(32)
        self.tokens: Remembered[bytes, Caller] = Remembered(entries=TOKENS, size=TOKENS * TOKEN_BYTES)
        self.replies: Remembered[bytes, Reply] = Remembered(
            entries=limits.decision_memory_entries, size=limits.decision_memory_bytes
        )
        self.pulse = Pulse(seconds=limits.decision_fresh_seconds)
        self.feed = ChangeFeed(hearer=self, pulse=self.pulse)

    def digest(self, *parts: bytes) -> bytes:
        """Under which something is remembered: keyed, so that no token lies here, and cheap."""
        return blake2b(b"\0".join(parts), key=self._key, digest_size=32).digest()

    def changed(self, topic: str, key: str) -> None:
        """A tenant's answers, or a client's tokens, are different now."""
        self.replies.forget(f"{topic}:{key}")
        self.tokens.forget(f"{topic}:{key}")

    def missed(self) -> None:
        """Anything may be different now."""
        self.replies.forget_all()
        self.tokens.forget_all()


class Lean:
    """``lean(django_app)``: a WSGI application. ``close`` ends its thread."""

    def __init__(self, django_app: WSGI) -> None:
        self._django = django_app
        self._longest = settings.LIMITS.decision_body_bytes
        self._lock = threading.Lock()
        self._memory: Memory | None = None

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answers a decision, or hands the request on to Django."""
        length = _length_of_plain_post(environ) if environ["PATH_INFO"] == PATH else None
        if length is None or length > self._longest:
            return self._django(environ, start_response)
        body = environ["wsgi.input"].read(length)
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
        memory = self._mine()
        header, accepted = environ.get("HTTP_AUTHORIZATION", ""), environ.get("HTTP_ACCEPT_LANGUAGE", "")
        key = memory.digest(_bytes(header), _bytes(accepted), body)
        if not memory.pulse.is_fresh():
            memory.feed.ensure_running()
            return self._find_out(memory, key, header, accepted, body)
        known = memory.replies.get(key)
        if known is not None and time.time() < known.ends:
            return known
        return self._find_out(memory, key, header, accepted, body)

    def _find_out(self, memory: Memory, key: bytes, header: str, accepted: str, body: bytes) -> Reply | None:
        if not header.startswith(BEARER):
            return None
        mark, moment = memory.replies.mark(), present()
        caller = self._caller(memory, header[len(BEARER) :], moment)
        if caller is None or Scope.DECISIONS_READ not in caller.scopes:
            return None
        answer = _answer(language_in(accepted), body, moment)
        if answer is None:
            return None
        reply = Reply(headers=_headers(answer), body=answer.body, ends=_end(caller, answer))
        groups = (f"{STANDING}:{answer.tenant}", f"{CLIENT}:{caller.client_id}")
        memory.replies.put(key, reply, groups=groups, size=len(answer.body), mark=mark)
        return reply

    def _caller(self, memory: Memory, token: str, moment: datetime) -> Caller | None:
        key = memory.digest(_bytes(token))
        known = memory.tokens.get(key) if memory.pulse.is_fresh() else None
        if known is not None:
            return known if moment < known.expires_at else None
        mark = memory.tokens.mark()
        found = _with_connection(lambda: caller_of(token, moment))
        if found is not None:
            memory.tokens.put(key, found, groups=(f"{CLIENT}:{found.client_id}",), size=TOKEN_BYTES, mark=mark)
        return found

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


def _length_of_plain_post(environ: Environ) -> int | None:
    """The length of the body if this is exactly what the short way understands."""
    length = environ.get("CONTENT_LENGTH", "")
    is_plain = (
        environ["REQUEST_METHOD"] == "POST"
        and environ.get("CONTENT_TYPE") in JSON_TYPES
        and "HTTP_CONTENT_ENCODING" not in environ
        and not environ.get("QUERY_STRING")
        and length.isascii()
        and length.isdigit()
        and len(length) < LENGTH_DIGITS
    )
    return int(length) if is_plain else None


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


def _answer(language: str, body: bytes, moment: datetime) -> Answer | None:
    try:
        question = question_in(body)
    except Refused:
        return None
    return _with_connection(lambda: answer_to(question, language=language, now=moment))


def _end(caller: Caller, answer: Answer) -> float:
    turn = answer.good_until.timestamp() if answer.good_until else FOR_EVER
    return min(turn, caller.expires_at.timestamp())


def _headers(answer: Answer) -> tuple[tuple[str, str], ...]:
    return (
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(answer.body))),
        ("Content-Language", answer.language),
        ("Cache-Control", "no-store"),
        ("Vary", "Accept-Language, Authorization"),
        ("X-Content-Type-Options", "nosniff"),
    )


def _with_connection(read: Callable[[], Found]) -> Found:
    """Reads on this thread's connection. One that died since its last use is replaced, without asking it first each time."""
    reused = connection.connection is not None and not connection.in_atomic_block
    if reused and _is_too_old():
        connection.close()
    connection.health_check_done = True  # type: ignore[attr-defined]
    try:
        return read()
    except (OperationalError, InterfaceError):
        if not reused or connection.is_usable():
            raise
        connection.close()
        return read()


def _is_too_old() -> bool:
    # A file has no server that could move; opening it costs ten times what a question does.
    ends = connection.close_at
    return connection.vendor != "sqlite" and ends is not None and time.monotonic() >= ends


def _away(environ: Environ, body: bytes, start_response: StartResponse) -> Iterable[bytes]:
    environ["wsgi.input"] = BytesIO(body)
    response = away_answer(WSGIRequest(environ))
    start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
    return [response.content]
