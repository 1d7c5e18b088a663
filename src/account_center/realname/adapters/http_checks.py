"""Live adapters: card check, face comparison and register over signed HTTP, as docs/reference/verification-providers.md describes."""

import base64
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import quote

import httpx

from account_center.kit.signing import sign
from account_center.realname.ports import (
    CardClaim,
    CardResult,
    FaceResult,
    ProviderAway,
    ProviderBusy,
    ProviderSilent,
    RegisterQuestion,
)
from account_center.realname.types import CardAnswer, FaceAnswer, RegisterAnswer, RegisterState

Answer = TypeVar("Answer", bound=StrEnum)
CONNECT_SECONDS = 3.0
OUTCOME_SECONDS = 8.0
LARGEST_ANSWER = 16 * 1024
LONGEST_REFERENCE = 64
BUSY_STATUSES = frozenset({429, 503})
UNKNOWN_STATUSES = frozenset({502, 504})  # a gateway in between speaks: what stands behind it may have worked


@dataclass(frozen=True, slots=True)
class SignedLink:
    """One provider's address and our shared secret with it."""

    address: str
    secret: str = field(repr=False)

    def ask(self, content: Mapping[str, str], *, key: str, seconds: float) -> dict[str, Any]:
        """POST: do it once under ``key``. Raises ProviderAway, ProviderBusy or ProviderSilent."""
        body = json.dumps({"key": key, **content}, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": key,
            **signature(self.secret, body),
        }
        request = httpx.Request("POST", self.address, content=body, headers=headers)
        status, answer = _exchange(request, seconds)
        if status != httpx.codes.OK:
            raise _failure(status)
        return _read(answer, key)

    def ask_again(self, *, key: str) -> dict[str, Any] | None:
        """GET: what ``key`` was answered; None if it never arrived. Raises like ``ask``."""
        headers = signature(self.secret, key.encode())
        request = httpx.Request("GET", f"{self.address.rstrip('/')}/{quote(key, safe='')}", headers=headers)
        status, answer = _exchange(request, OUTCOME_SECONDS)
        if status == httpx.codes.NOT_FOUND:
            return None
        if status == httpx.codes.ACCEPTED:
            raise ProviderSilent("the provider is still at work on it")
        if status != httpx.codes.OK:
            raise _failure(status)
        return _read(answer, key)


@dataclass(frozen=True, slots=True)
class HttpCardChecker:
    """BankCardChecker over a SignedLink."""

    link: SignedLink

    def check(self, claim: CardClaim, *, key: str, seconds: float) -> CardResult:
        """Asks the provider."""
        content = {
            "name": claim.name,
            "id_number": claim.id_number,
            "card_number": claim.card_number,
            "phone": claim.phone_e164,
        }
        return _card_result(self.link.ask(content, key=key, seconds=seconds))

    def outcome(self, *, key: str) -> CardResult | None:
        """Asks again by key."""
        answer = self.link.ask_again(key=key)
        return None if answer is None else _card_result(answer)


@dataclass(frozen=True, slots=True)
class HttpFaceComparer:
    """FaceComparer over a SignedLink."""

    link: SignedLink

    def compare(self, *, name: str, id_number: str, jpeg: bytes, key: str, seconds: float) -> FaceResult:
        """Asks the provider; the picture goes as Base64."""
        content = {"name": name, "id_number": id_number, "jpeg": base64.b64encode(jpeg).decode()}
        return _face_result(self.link.ask(content, key=key, seconds=seconds))

    def outcome(self, *, key: str) -> FaceResult | None:
        """Asks again by key."""
        answer = self.link.ask_again(key=key)
        return None if answer is None else _face_result(answer)


@dataclass(frozen=True, slots=True)
class HttpRegisterLookup:
    """RegisterLookup over a SignedLink."""

    link: SignedLink

    def look_up(self, question: RegisterQuestion, *, key: str, seconds: float) -> RegisterAnswer:
        """Asks the provider."""
        content = {
            "name": question.name,
            "number": question.number,
            "representative": question.representative,
            "representative_id": question.representative_id,
            "country": question.country,
        }
        return _register_answer(self.link.ask(content, key=key, seconds=seconds))

    def outcome(self, *, key: str) -> RegisterAnswer | None:
        """Asks again by key."""
        answer = self.link.ask_again(key=key)
        return None if answer is None else _register_answer(answer)


def signature(secret: str, signed: bytes) -> dict[str, str]:
    """The two headers that prove who asks and when: HMAC-SHA256 over ``<timestamp>.<signed>``."""
    timestamp = str(int(time.time()))
    return {"X-Timestamp": timestamp, "X-Signature": sign(secret.encode(), timestamp.encode(), signed)}


def _exchange(request: httpx.Request, seconds: float) -> tuple[int, bytes]:
    ends_at = time.monotonic() + seconds
    with _failures_named(), _client(seconds) as client:
        response = client.send(request, stream=True)
        try:
            return response.status_code, _bounded(response, ends_at)
        finally:
            response.close()


def _client(seconds: float) -> httpx.Client:
    # Straight to the configured address: no proxy, no password file, no redirect decides where identity numbers go.
    timeout = httpx.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS))
    return httpx.Client(timeout=timeout, follow_redirects=False, trust_env=False)


@contextmanager
def _failures_named() -> Iterator[None]:
    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout) as wrong:
        raise ProviderAway("no connection to the provider") from wrong
    except httpx.TransportError as wrong:
        raise ProviderSilent("the connection to the provider broke or took too long") from wrong


def _bounded(response: httpx.Response, ends_at: float) -> bytes:
    body = b""
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise ProviderSilent("the provider's answer is too long to be one")
        if time.monotonic() > ends_at:
            raise ProviderSilent("the provider's answer took too long")
    return body


def _failure(status: int) -> Exception:
    if status in BUSY_STATUSES:
        return ProviderBusy(f"the provider is busy ({status})")
    if status in UNKNOWN_STATUSES:
        return ProviderSilent(f"a gateway before the provider gave up ({status})")
    return ProviderAway(f"the provider refused to work ({status})")


def _read(body: bytes, key: str) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict) or answer.get("key") != key:
        raise ProviderSilent("the provider's answer cannot be read")
    return answer


def _card_result(answer: dict[str, Any]) -> CardResult:
    return CardResult(one_of(CardAnswer, answer), reference_in(answer))


def _face_result(answer: dict[str, Any]) -> FaceResult:
    return FaceResult(one_of(FaceAnswer, answer), reference_in(answer))


def _register_answer(answer: dict[str, Any]) -> RegisterAnswer:
    return RegisterAnswer(
        state=one_of(RegisterState, answer),
        name_agrees=_truth("name_agrees", answer),
        representative_agrees=_truth("representative_agrees", answer),
        provider_reference=reference_in(answer),
    )


def _truth(name: str, answer: dict[str, Any]) -> bool:
    said = answer.get(name)
    if not isinstance(said, bool):
        raise ProviderSilent(f"the provider's answer does not say {name}")
    return said


def one_of(answers: type[Answer], answer: dict[str, Any]) -> Answer:
    try:
        return answers(str(answer.get("answer")))
    except ValueError as wrong:
        raise ProviderSilent("the provider's answer is none that we know") from wrong


def reference_in(answer: dict[str, Any]) -> str:
    reference = answer.get("reference")
    if not isinstance(reference, str) or not 0 < len(reference) <= LONGEST_REFERENCE:
        raise ProviderSilent("the provider's answer has no usable reference")
    if not (reference.isascii() and reference.isprintable()):
        raise ProviderSilent("the provider's answer has no usable reference")
    return reference
