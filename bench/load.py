"""People signing in through real HTTP. Reads a task in JSON from its input and prints what came of it.

A process of its own with a thread for each connection: hashing makes the server wait far longer than this program.
"""

import http.client
import json
import re
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from statistics import median
from urllib.parse import urlencode

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
ANSWERS_WITHIN = 60
SIGNED_IN = 302


@dataclass(frozen=True)
class Task:
    """What to do: each of ``connections`` opens the form once, then posts people's names and passwords in turn.

    It ends after ``seconds`` or after ``most`` sign-ins. ``names`` are used in a ring, one sign-in each.
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


class Visitors:
    """All connections together."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._turn = count()
        self._lock = threading.Lock()
        self._start = threading.Barrier(task.connections)
        self.statuses: Counter[int] = Counter()
        self.waited: list[float] = []
        self.begun = self.ended = 0.0

    def run(self) -> None:
        """Until the time or the number is reached."""
        threads = [threading.Thread(target=self._visit) for _ in range(self._task.connections)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _visit(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._task.port, timeout=ANSWERS_WITHIN)
        cookie, token = self._open_form(connection)
        self._start.wait()
        self.begun = self.begun or time.perf_counter()
        until = self.begun + self._task.seconds
        while time.perf_counter() < until:
            turn = next(self._turn)
            if turn >= self._task.most:
                break
            self._sign_in(connection, turn, cookie, token)
        connection.close()

    def _open_form(self, connection: http.client.HTTPConnection) -> tuple[str, str]:
        connection.request("GET", self._task.path, headers=self._headers(0))
        response = connection.getresponse()
        page = response.read().decode()
        cookies = [value.partition(";")[0] for name, value in response.getheaders() if name.lower() == "set-cookie"]
        found = TOKEN.search(page)
        if response.status != http.client.OK or found is None:
            sys.exit(f"no form at {self._task.path}: {response.status}")
        return "; ".join(cookies), found[1]

    def _sign_in(self, connection: http.client.HTTPConnection, turn: int, cookie: str, token: str) -> None:
        task = self._task
        fields = {task.name_field: task.names[turn % len(task.names)], "password": task.password, **task.form}
        body = urlencode({**fields, "csrfmiddlewaretoken": token})
        headers = {**self._headers(turn), "Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        begun = time.perf_counter()
        connection.request("POST", task.path, body=body, headers=headers)
        response = connection.getresponse()
        response.read()
        ended = time.perf_counter()
        with self._lock:
            self.statuses[response.status] += 1
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
    print(json.dumps(visitors.result()))


if __name__ == "__main__":
    main()
