"""People signing in through real HTTP. Reads a task in JSON from its input and prints what came of it.

A process of its own with a thread for each connection: hashing makes the server wait far longer than this program.
"""

import json
import re
import socket
import sys
import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from statistics import median
from urllib.parse import urlencode

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
ANSWERS_WITHIN = 60
FORM_SHOWN, SIGNED_IN = 200, 302
END_OF_HEAD = b"\r\n\r\n"
LENGTH = re.compile(r"^content-length: *([0-9]+)", re.IGNORECASE | re.MULTILINE)
COOKIE = re.compile(r"^set-cookie: *([^;\r\n]+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Task:
    """What to do: each of ``connections`` opens the form once, then posts people's names and passwords in turn.

    ``cookie`` is one that the browsers bring along. It ends after ``seconds`` or after ``most`` sign-ins. ``names`` are
    used in a ring, one sign-in each.
    """

    port: int
    path: str
    name_field: str
    password: str
    names: list[str]
    connections: int
    seconds: float
    most: int
    host: str
    form: dict[str, str] = field(default_factory=dict)
    cookie: str = ""


class LoadError(Exception):
    """What was measured is not what was meant to be."""


class Line:
    """One kept-alive connection. Plain sockets: the load runs on the cores that it measures, so it must cost little."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=ANSWERS_WITHIN)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, first: str, headers: dict[str, str], body: bytes = b"") -> tuple[int, str, bytes]:
        """(status, head, body) of the answer, which must say its length."""
        lines = [first, *(f"{name}: {value}" for name, value in headers.items()), f"Content-Length: {len(body)}"]
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        received = self._more(b"")
        while END_OF_HEAD not in received:
            received = self._more(received)
        head, _, content = received.partition(END_OF_HEAD)
        text = head.decode("latin-1")
        length = LENGTH.search(text)
        if length is None:
            raise LoadError(f"an answer does not say its length:\n{text}")
        while len(content) < int(length[1]):
            content = self._more(content)
        return int(text.split(" ", 2)[1]), text, content

    def close(self) -> None:
        """Ends the connection."""
        self._socket.close()

    def _more(self, so_far: bytes) -> bytes:
        part = self._socket.recv(65536)
        if not part:
            raise LoadError("the server closed a connection")
        return so_far + part


class Visitors:
    """All connections together."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._turn = count()
        self._lock = threading.Lock()
        self._start = threading.Barrier(task.connections)
        self.statuses: Counter[int] = Counter()
        self.waited: list[float] = []
        self.wrong: list[str] = []
        self.begun = self.ended = 0.0

    def run(self) -> None:
        """Until the time or the number is reached."""
        threads = [threading.Thread(target=self._try_to_visit) for _ in range(self._task.connections)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _try_to_visit(self) -> None:
        try:
            self._visit()
        except (LoadError, OSError) as wrong:
            self.wrong.append(str(wrong))
            self._start.abort()  # nobody waits for who will not come
        except threading.BrokenBarrierError:
            return

    def _visit(self) -> None:
        with closing(Line(self._task.port)) as line:
            cookie, token = self._open_form(line)
            self._start.wait()
            self.begun = self.begun or time.perf_counter()
            until = self.begun + self._task.seconds
            while time.perf_counter() < until:
                turn = next(self._turn)
                if turn >= self._task.most:
                    break
                self._sign_in(line, turn, cookie, token)

    def _open_form(self, line: "Line") -> tuple[str, str]:
        status, head, page = line.ask(f"GET {self._task.path} HTTP/1.1", self._headers(0))
        found = TOKEN.search(page.decode())
        if status != FORM_SHOWN or found is None:
            raise LoadError(f"no form at {self._task.path}: {status}")
        brought = [self._task.cookie] if self._task.cookie else []
        return "; ".join([*COOKIE.findall(head), *brought]), found[1]

    def _sign_in(self, line: "Line", turn: int, cookie: str, token: str) -> None:
        task = self._task
        fields = {task.name_field: task.names[turn % len(task.names)], "password": task.password, **task.form}
        body = urlencode({**fields, "csrfmiddlewaretoken": token}).encode()
        headers = {**self._headers(turn), "Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        begun = time.perf_counter()
        status, _, _ = line.ask(f"POST {task.path} HTTP/1.1", headers, body)
        ended = time.perf_counter()
        with self._lock:
            self.statuses[status] += 1
            self.waited.append(ended - begun)
            self.ended = max(self.ended, ended)

    def _headers(self, turn: int) -> dict[str, str]:
        # As a proxy in front hands it on; people come from everywhere, so each has a network of his own.
        origin = f"https://{self._task.host}"
        address = f"10.{turn >> 16 & 255}.{turn >> 8 & 255}.{turn & 255}"
        return {
            "Host": self._task.host,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": address,
            "Origin": origin,
            "Referer": f"{origin}{self._task.path}",
            "User-Agent": "Mozilla/5.0 (bench)",
        }

    def result(self) -> dict[str, object]:
        """Sign-ins per second over the time from the first question to the last answer."""
        good = self.statuses[SIGNED_IN]
        return {
            "rate": good / (self.ended - self.begun) if good else 0.0,
            "statuses": {str(status): number for status, number in sorted(self.statuses.items())},
            "median_ms": round(median(self.waited) * 1000, 1) if self.waited else None,
        }


def main() -> None:
    visitors = Visitors(Task(**json.load(sys.stdin)))
    visitors.run()
    if visitors.wrong:
        sys.exit("\n".join(visitors.wrong))
    print(json.dumps(visitors.result()))


if __name__ == "__main__":
    main()
