"""Queries, memory and processor time of single requests, inside one process. Argument: repetitions. Prints JSON."""

import json
import sys
import time
import tracemalloc
from collections.abc import Callable
from io import BytesIO
from statistics import median
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from account_center.entry.wsgi import application
from bench.inside.token import fresh_token
from bench.load import TOKEN
from bench.passwords import DEVICE, PASSWORD
from bench.people import person

HOST = "id.example.com"
KIB = 1024
FRESH_WITHIN = 5
Request = Callable[[int], Any]


def browser() -> Client:
    """Speaks HTTPS as a proxy of ours hands it on."""
    client = Client(
        enforce_csrf_checks=True,
        SERVER_NAME=HOST,
        HTTP_X_FORWARDED_PROTO="https",
        HTTP_X_FORWARDED_FOR="192.0.2.7",
        HTTP_ORIGIN=f"https://{HOST}",
        HTTP_ACCEPT_LANGUAGE="zh-CN",
    )
    client.cookies[settings.DEVICE_COOKIE_NAME] = DEVICE
    return client


def signed_in(number: int) -> Client:
    """A browser in which somebody has signed in."""
    client = browser()
    sign_in(client, number)
    return client


def sign_in(client: Client, number: int) -> None:
    """The form, then name and password."""
    form = client.get("/sign-in/").content.decode()
    _post(client, number, _token(form))


def _token(page: str) -> str:
    found = TOKEN.search(page)
    if found is None:
        sys.exit("the form has no token")
    return found[1]


def _post(client: Client, number: int, token: str) -> None:
    fields = {"identifier": person(number).name, "password": PASSWORD, "csrfmiddlewaretoken": token}
    answer = client.post("/sign-in/", fields)
    if answer.status_code != 302 or answer["Location"] != "/":
        sys.exit(f"signing in answered {answer.status_code}: {answer.content.decode()[:500]}")


def _get(client: Client, path: str) -> None:
    answer = client.get(path)
    if answer.status_code != 200:
        sys.exit(f"{path} answered {answer.status_code}")


def decision(token: str, number: int) -> None:
    """Through the whole program, as a server would call it."""
    body = json.dumps({"tenant": person(number).tenant_id, "action": "buy"}).encode()
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/service/v1/decisions",
        "SERVER_NAME": HOST,
        "SERVER_PORT": "443",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_AUTHORIZATION": f"Bearer {token}",
        "HTTP_ACCEPT_LANGUAGE": "en",
        "wsgi.input": BytesIO(body),
    }
    said: list[str] = []
    b"".join(application(environ, lambda status, _headers: said.append(status)))
    if said != ["200 OK"]:
        sys.exit(f"a decision answered {said}")


def requests(repetitions: int) -> dict[str, Request]:
    """What is measured, by name; each is called with the number of the repetition."""
    stranger, customer, token = browser(), signed_in(1), fresh_token()
    form = stranger.get("/sign-in/").content.decode()
    fresh = [_copy_of(stranger) for _ in range(repetitions * 3 + 1)]
    tenants = [number for number in range(1, 9_999) if person(number).has_tenant]
    return {
        "welcome page": lambda _: _get(stranger, "/"),
        "sign-in page": lambda _: _get(stranger, "/sign-in/"),
        "sign-in": lambda turn: _post(fresh[turn], turn + 2, _token(form)),
        "home page": lambda _: _get(customer, "/"),
        "account page": lambda _: _get(customer, "/account/"),
        "verification page": lambda _: _get(customer, "/verification/"),
        "decision, first time": lambda turn: decision(token, tenants[turn]),
        "decision, remembered": lambda _: decision(token, tenants[0]),
    }


def _copy_of(client: Client) -> Client:
    """Another browser that holds the same form."""
    copy = browser()
    # A server builds its middleware once; so do all browsers here together.
    copy.handler = client.handler
    copy.cookies.update(client.cookies)
    return copy


def measured(name: str, request: Request, repetitions: int) -> dict[str, Any]:
    """Queries of one request, KiB at its highest point above its beginning, milliseconds of processor time."""
    turns = iter(range(repetitions * 3 + 1))
    request(next(turns))
    if name == "decision, remembered":
        _until_remembered(request)
    with CaptureQueriesContext(connection) as seen:
        request(next(turns))
    # Read at once: the next request clears the log.
    queries = [query["sql"] for query in seen.captured_queries]
    milliseconds = [_processor_time(request, next(turns)) for _ in range(repetitions)]
    tracemalloc.start()
    heights = [_height(request, next(turns)) for _ in range(repetitions)]
    tracemalloc.stop()
    return {
        "queries": len(queries),
        "peak_kib": round(median(heights), 1),
        "processor_ms": round(median(milliseconds), 2),
        "sql": [" ".join(query.split())[:160] for query in queries],
    }


def _until_remembered(request: Request) -> None:
    until = time.monotonic() + FRESH_WITHIN
    while time.monotonic() < until:
        with CaptureQueriesContext(connection) as seen:
            request(0)
        if not len(seen):
            return
        time.sleep(0.1)


def _processor_time(request: Request, turn: int) -> float:
    begun = time.thread_time()
    request(turn)
    return (time.thread_time() - begun) * 1000


def _height(request: Request, turn: int) -> float:
    tracemalloc.reset_peak()
    before, _ = tracemalloc.get_traced_memory()
    request(turn)
    _, peak = tracemalloc.get_traced_memory()
    return (peak - before) / KIB


def main() -> None:
    repetitions = int(sys.argv[1])
    print(json.dumps({name: measured(name, act, repetitions) for name, act in requests(repetitions).items()}))


if __name__ == "__main__":
    main()
