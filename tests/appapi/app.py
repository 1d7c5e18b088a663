"""An app: it keeps a device secret and two tokens, and no cookies."""

import json
from typing import Any
from uuid import UUID

from django.test import Client

from account_center.accounts.types import AccountFacts
from account_center.signin.models import Challenge
from account_center.signin.services.codes import challenge
from tests.signin.making import PASSWORD, code_in

HERE = "203.0.113.9"
AGENT = "Lanyun/3.2 (Android 16; Pixel 9)"
APP = "Lanyun for Android, Pixel 9"


class Answer:
    """A response, read."""

    def __init__(self, response: Any) -> None:
        self.status = int(response.status_code)
        self.headers = response.headers
        self.cookies = response.cookies
        self.json: Any = response.json() if response.content else None

    def __repr__(self) -> str:
        return f"{self.status} {self.json}"

    @property
    def code(self) -> str:
        """The code of a refusal."""
        return str(self.json["code"])


class App:
    def __init__(self, *, address: str = HERE, language: str = "en") -> None:
        self._client = Client(
            headers={"user-agent": AGENT, "accept-language": language}, REMOTE_ADDR=address, enforce_csrf_checks=True
        )
        self.device = ""
        self.access = ""
        self.refresh = ""

    def ask(self, method: str, path: str, body: Any = None, *, token: str | None = None) -> Answer:
        shown = self.access if token is None else token
        return Answer(
            self._client.generic(
                method,
                f"/api/v1{path}",
                data=body if isinstance(body, bytes) else b"" if body is None else _json(body),
                content_type="application/json",
                headers={"authorization": f"Bearer {shown}"} if shown else {},
            )
        )

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def post(self, path: str, **body: Any) -> Answer:
        return self._keep(self.ask("POST", path, body))

    def put(self, path: str, **body: Any) -> Answer:
        return self._keep(self.ask("PUT", path, body))

    def delete(self, path: str, **body: Any) -> Answer:
        return self._keep(self.ask("DELETE", path, body or None))

    def step(self, attempt: str, what: str, **body: Any) -> Answer:
        return self.post(f"/sign-in/{attempt}/{what}", device=self.device, **body)

    def sign_in(self, account: AccountFacts, *, identifier: str = "", trust: bool = False) -> Answer:
        """The whole way with password and code; signed in at the end."""
        more = {"device": self.device} if self.device else {}
        answer = self.post("/sign-in", identifier=identifier or account.name, password=PASSWORD, app=APP, **more)
        if answer.status == 200 and answer.json["state"] == "waiting":
            attempt = answer.json["attempt"]["id"]
            if answer.json["attempt"]["needs"] == "code":
                channel = answer.json["attempt"]["channels"][0]["channel"]
                sent = self.step(attempt, "code", channel=channel)
                answer = self.step(attempt, "code/check", code=code_of(sent.json["id"]))
            answer = self.step(attempt, "finish", trust=trust, app=APP)
        assert answer.status == 200, answer
        return answer

    def renew(self, token: str = "") -> Answer:
        return self.post("/token/refresh", refresh_token=token or self.refresh)

    def _keep(self, answer: Answer) -> Answer:
        found = answer.json if isinstance(answer.json, dict) and answer.status == 200 else {}
        self.device = found.get("device") or self.device
        tokens = found.get("tokens") or (found if "access_token" in found else None)
        if tokens:
            self.access, self.refresh = tokens["access_token"], tokens["refresh_token"]
        return answer


def code_of(challenge_id: str) -> str:
    """What the newest message of a challenge carries."""
    view = challenge(UUID(challenge_id))
    assert view
    return code_in(view)


def newest_code() -> str:
    view = challenge(Challenge.objects.latest("pk").public_id)
    assert view
    return code_in(view)


def _json(body: Any) -> bytes:
    return json.dumps(body).encode()
