"""SMS through any gateway that speaks the signed HTTP protocol of docs/reference/sms-gateway.md."""

import json
from uuid import UUID

import httpx

from account_center.kit.clock import now
from account_center.kit.signing import sign
from account_center.messaging.ports import GatewayAway, GatewayRefused, Receipt
from account_center.messaging.types import Problem

TIMES = httpx.Timeout(5.0, connect=3.0)
# They speak about us or about the moment, not about this message: a wrong secret must not cost the messages of an hour.
NOT_ABOUT_THE_MESSAGE = frozenset({401, 403, 408, 425, 429})
REFERENCE_LENGTH = 100


class HttpSms:
    """One POST per message, signed with the secret that both sides know."""

    def __init__(self, *, link: str, secret: str) -> None:
        self._link = link
        self._secret = secret.encode()

    def send(self, *, to: str, text: str, key: UUID) -> Receipt:
        """See SmsGateway."""
        body = json.dumps({"key": str(key), "to": to, "text": text}, ensure_ascii=False).encode()
        try:
            # Redirects are not followed: the signature is meant for this address only.
            with httpx.Client(timeout=TIMES, follow_redirects=False) as client:
                return _judge(client.post(self._link, content=body, headers=self._headers(body, key)))
        except (httpx.HTTPError, httpx.InvalidURL) as wrong:
            raise GatewayAway(type(wrong).__name__) from wrong

    def _headers(self, body: bytes, key: UUID) -> dict[str, str]:
        timestamp = str(int(now().timestamp()))
        return {
            "Content-Type": "application/json",
            "Idempotency-Key": str(key),
            "X-Timestamp": timestamp,
            "X-Signature": signature(self._secret, timestamp, body),
        }


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    """Hexadecimal HMAC-SHA256 over ``timestamp + "." + body``."""
    return sign(secret, timestamp.encode(), body)


def _judge(answer: httpx.Response) -> Receipt:
    said = _said(answer)
    if answer.is_success and said.get("accepted") is True:
        return Receipt(reference=str(said.get("reference", ""))[:REFERENCE_LENGTH])
    refused = answer.is_client_error and answer.status_code not in NOT_ABOUT_THE_MESSAGE
    if refused or (answer.is_success and said.get("accepted") is False):
        raise GatewayRefused(_problem(said))
    raise GatewayAway(f"status {answer.status_code}")


def _said(answer: httpx.Response) -> dict[str, object]:
    try:
        said = answer.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _problem(said: dict[str, object]) -> Problem:
    return Problem.UNREACHABLE if said.get("reason") == Problem.UNREACHABLE else Problem.REFUSED_BY_GATEWAY
