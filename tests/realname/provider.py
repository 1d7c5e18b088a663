"""A verification provider on this machine that speaks docs/reference/verification-providers.md, with moods."""

import hmac
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import unquote

SECRET = "shared-with-the-provider"
ANSWERS_WITHIN = 60  # seconds; only a test that would hang needs them


@dataclass
class Provider:
    """What it answers, what it did. ``mood`` decides how the next POST ends."""

    answer: str = "match"
    more: dict[str, Any] = field(default_factory=dict)
    mood: str = "good"
    secret: str = SECRET
    address: str = ""
    done: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    times_done: int = 0
    patience: Event = field(default_factory=Event)
    finished: Event = field(default_factory=Event)
    """Set once something was done, answered or not."""

    def trusts(self, headers: Any, signed: bytes) -> bool:
        stamp = headers.get("X-Timestamp", "")
        good = hmac.digest(self.secret.encode(), stamp.encode() + b"." + signed, sha256).hex()
        recent = stamp.isdigit() and abs(time.time() - int(stamp)) < 300
        return recent and hmac.compare_digest(headers.get("X-Signature", ""), good)

    def do_once(self, key: str) -> dict[str, Any]:
        if key not in self.done:
            self.times_done += 1
            self.done[key] = {"key": key, "answer": self.answer, "reference": f"REF-{self.times_done}", **self.more}
            self.finished.set()
        return self.done[key]


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not self.provider.trusts(self.headers, body):
            return self._say(401, b"{}")
        asked = json.loads(body)
        self.provider.asked.append(asked)
        self.provider.headers.append(dict(self.headers))
        return self._in_mood(self.provider.mood, asked["key"])

    def do_GET(self) -> None:
        key = unquote(self.path.rpartition("/")[2])
        if not self.provider.trusts(self.headers, key.encode()):
            return self._say(401, b"{}")
        if self.provider.mood == "working":
            return self._say(202, b"{}")
        found = self.provider.done.get(key)
        return self._say(200, json.dumps(found).encode()) if found else self._say(404, b"{}")

    def _in_mood(self, mood: str, key: str) -> None:
        if mood.isdigit():
            return self._say(int(mood), b"{}")
        good = self.provider.do_once(key)
        if mood == "silent":
            self.provider.patience.wait(300)
            return None
        bodies = {
            "good": json.dumps(good).encode(),
            "malformed": b'{"key": ',
            "deep": b"[" * 9_000,
            "list": b"[]",
            "huge": b" " * 5_000_000,
            "foreign key": json.dumps({**good, "key": "another"}).encode(),
            "no reference": json.dumps({**good, "reference": ""}).encode(),
            "odd reference": json.dumps({**good, "reference": "a\nb"}).encode(),
            "long reference": json.dumps({**good, "reference": "a" * 65}).encode(),
            "number": json.dumps({**good, "answer": 1}).encode(),
            "cut": json.dumps(good).encode(),
        }
        return self._say(200, bodies[mood], claimed=9_999 if mood == "cut" else None)

    def _say(self, status: int, body: bytes, *, claimed: int | None = None) -> None:
        self.send_response(status)
        if status in (301, 302, 307, 308):
            self.send_header("Location", f"{self.provider.address}/elsewhere")
        self.send_header("Content-Length", str(claimed or len(body)))
        self.end_headers()
        with suppress(OSError):  # who asked has gone; that is what some tests are about
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        return


@contextmanager
def running_provider() -> Iterator[Provider]:
    provider = Provider()
    handler = type("Handler", (_Handler,), {"provider": provider})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        provider.address = f"http://127.0.0.1:{server.server_port}/checks"
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield provider
        finally:
            provider.patience.set()
            server.shutdown()
            thread.join()
