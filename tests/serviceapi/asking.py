"""Asking the way other services do: through Django, or through the WSGI application with the short way in front."""

import json
from base64 import b64encode
from io import BytesIO
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.test import Client

from account_center.clients.services import register_client
from account_center.clients.types import NewSecret, Scope
from account_center.kit.clock import now
from account_center.serviceapi.lean import Lean
from tests.standing.making import SYSTEM

TOKEN = "/service/v1/token"
DECISIONS = "/service/v1/decisions"


def a_client(client_id: str = "billing", scopes: tuple[str, ...] = (Scope.DECISIONS_READ,)) -> NewSecret:
    return register_client(actor=SYSTEM, client_id=client_id, name=client_id, scopes=scopes, now=now())


def basic(client_id: str, secret: str) -> str:
    return "Basic " + b64encode(f"{client_id}:{secret}".encode()).decode()


def token_of(client: Client, new: NewSecret) -> str:
    form = {"grant_type": "client_credentials", "client_id": new.client.client_id, "client_secret": new.secret}
    answer = client.post(TOKEN, "&".join(f"{key}={value}" for key, value in form.items()), content_type=FORM)
    assert answer.status_code == 200, answer.content
    return str(answer.json()["access_token"])


FORM = "application/x-www-form-urlencoded"


def ask(client: Client, token: str, question: Any, language: str = "") -> Any:
    """Through Django's middleware and the full interface."""
    body = question if isinstance(question, bytes) else json.dumps(question).encode()
    return client.generic(
        "POST",
        DECISIONS,
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}", "Accept-Language": language},
    )


class Reply:
    """What a WSGI application answered."""

    def __init__(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status = int(status.split(maxsplit=1)[0])
        self.headers = dict(headers)
        self.body = body


def wsgi(app: Any, token: str, body: bytes, **changed: Any) -> Reply:
    """One request to a WSGI application; ``changed`` overrides parts of its environment."""
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": DECISIONS,
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "203.0.113.9",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_AUTHORIZATION": f"Bearer {token}",
        "wsgi.input": BytesIO(body),
        "wsgi.url_scheme": "http",
        "wsgi.version": (1, 0),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.errors": BytesIO(),
    } | changed
    started: list[Any] = []
    chunks = app(environ, lambda status, headers, *_: started.extend((status, headers)))
    return Reply(started[0], started[1], b"".join(chunks))


class Watched:
    """A WSGI application that counts how often it is reached."""

    def __init__(self) -> None:
        self.reached = 0
        self._django = WSGIHandler()

    def __call__(self, environ: Any, start_response: Any) -> Any:
        self.reached += 1
        return self._django(environ, start_response)


def short_way() -> tuple[Lean, Watched]:
    """The short way and, behind it, Django. The caller closes it."""
    behind = Watched()
    return Lean(behind), behind
