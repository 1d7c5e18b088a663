import hmac
import json
import smtplib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from uuid import UUID, uuid4

import httpx
import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from account_center.kit.clock import now
from account_center.messaging.adapters import gateways, http_sms
from account_center.messaging.adapters.http_sms import HttpSms
from account_center.messaging.adapters.smtp_mail import SmtpMail
from account_center.messaging.ports import GatewayAway, GatewayRefused
from account_center.messaging.types import Content, Problem

SECRET = "a shared secret"
PHONE = "+8613800138000"


@dataclass
class Operator:
    """A real HTTP server that an operator might run: checks the signature and remembers what it sent."""

    status: int = 200
    body: bytes = b'{"accepted": true, "reference": "op-7"}'
    headers: dict[str, str] = field(default_factory=dict)
    seen: list[dict[str, Any]] = field(default_factory=list)
    port: int = 0

    @property
    def link(self) -> str:
        return f"http://127.0.0.1:{self.port}/sms"

    def check(self, headers: Any, body: bytes) -> None:
        signed = headers["X-Timestamp"].encode() + b"." + body
        right = hmac.compare_digest(headers["X-Signature"], hmac.new(SECRET.encode(), signed, sha256).hexdigest())
        fresh = abs(now().timestamp() - int(headers["X-Timestamp"])) < 300
        self.seen.append({**json.loads(body), "header_key": headers["Idempotency-Key"], "signed": right and fresh})


@pytest.fixture
def operator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Operator]:
    monkeypatch.setattr(http_sms, "TIMES", httpx.Timeout(60.0))  # only a test that would hang needs them
    standing = Operator()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            standing.check(self.headers, self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(standing.status)
            for name, value in standing.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(standing.body)))
            self.end_headers()
            self.wfile.write(standing.body)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    standing.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield standing
    server.shutdown()
    thread.join()
    server.server_close()


def send(operator: Operator, key: UUID | None = None) -> str:
    return HttpSms(link=operator.link, secret=SECRET).send(to=PHONE, text="验证码 482913", key=key or uuid4()).reference


def test_an_sms_is_handed_over_signed_and_with_its_key(operator: Operator) -> None:
    key = uuid4()
    assert send(operator, key) == "op-7"
    assert operator.seen == [
        {"key": str(key), "to": PHONE, "text": "验证码 482913", "header_key": str(key), "signed": True}
    ]


@pytest.mark.parametrize(
    ("status", "body", "problem"),
    [
        (422, b'{"accepted": false, "reason": "unreachable"}', Problem.UNREACHABLE),
        (400, b"bad", Problem.REFUSED_BY_GATEWAY),
        (404, b"[]", Problem.REFUSED_BY_GATEWAY),
        (200, b'{"accepted": false}', Problem.REFUSED_BY_GATEWAY),
    ],
)
def test_a_no_to_the_message_is_final(operator: Operator, status: int, body: bytes, problem: Problem) -> None:
    operator.status, operator.body = status, body
    with pytest.raises(GatewayRefused) as refused:
        send(operator)
    assert refused.value.problem is problem


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, b""), (503, b"{}"), (200, b"<html>"), (200, b"{}"), (401, b"{}"), (429, b"{}"), (204, b"")],
)
def test_everything_else_is_tried_again(operator: Operator, status: int, body: bytes) -> None:
    operator.status, operator.body = status, body
    with pytest.raises(GatewayAway):
        send(operator)


def test_a_redirect_is_not_followed(operator: Operator) -> None:
    operator.status, operator.headers = 307, {"Location": operator.link}
    with pytest.raises(GatewayAway):
        send(operator)
    assert len(operator.seen) == 1


def test_a_gateway_nobody_listens_at_is_away(operator: Operator) -> None:
    with pytest.raises(GatewayAway):
        HttpSms(link="http://127.0.0.1:9/sms", secret=SECRET).send(to=PHONE, text="x", key=uuid4())


def test_the_configured_gateways_are_used_outside_the_sandbox(operator: Operator, settings: Any) -> None:
    settings.SANDBOX = False
    settings.SMS_GATEWAY_LINK, settings.SMS_GATEWAY_SECRET = operator.link, SECRET
    settings.EMAIL_HOST = "mail.example.org"
    assert gateways().sms.send(to=PHONE, text="x", key=uuid4()).reference == "op-7"
    assert isinstance(gateways().mail, SmtpMail)


CONTENT = Content(to="li.wei@example.org", subject="您好", text="正文", headers={"List-Unsubscribe": "<https://x/u>"})


def test_an_email_carries_its_headers_and_its_key_as_message_id(settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "Lanyun Cloud <no-reply@lanyun.example>"
    key = uuid4()
    assert SmtpMail().send(content=CONTENT, key=key).reference == f"<{key}@lanyun.example>"
    sent = mail.outbox[0].message()
    assert sent["Message-ID"] == f"<{key}@lanyun.example>"
    assert sent["List-Unsubscribe"] == "<https://x/u>"
    assert mail.outbox[0].to == ["li.wei@example.org"]


@dataclass
class Failing:
    wrong: Exception

    def send_messages(self: Self, *_: object) -> int:
        raise self.wrong


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (smtplib.SMTPRecipientsRefused({"a": (550, b"no such user")}), Problem.UNREACHABLE),
        (smtplib.SMTPDataError(554, b"spam"), Problem.REFUSED_BY_GATEWAY),
        (smtplib.SMTPRecipientsRefused({"a": (450, b"greylisted")}), None),
        (smtplib.SMTPAuthenticationError(535, b"no"), None),
        (smtplib.SMTPServerDisconnected("gone"), None),
        (TimeoutError(), None),
    ],
)
def test_only_a_final_reply_of_the_mail_server_is_final(
    monkeypatch: pytest.MonkeyPatch, wrong: Exception, problem: Problem | None
) -> None:
    monkeypatch.setattr(EmailBackend, "send_messages", Failing(wrong).send_messages)
    with pytest.raises(GatewayRefused if problem else GatewayAway) as raised:
        SmtpMail().send(content=CONTENT, key=uuid4())
    if isinstance(raised.value, GatewayRefused):
        assert raised.value.problem is problem
