"""Many requests with wrk where it is installed, else with connections of our own (then the load is the bound)."""

import http.client
import re
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from bench.machine import cores

CONNECTIONS_PER_CORE = 8
SCRIPT = Path(__file__).parent / "post.lua"
RATE = re.compile(r"Requests/sec:\s+([0-9.]+)")


@dataclass(frozen=True, slots=True)
class Posts:
    """Bodies to post in turn, all to one address with the same headers."""

    path: str
    headers: dict[str, str]
    bodies: list[str]


def program() -> str | None:
    """wrk, if it is there."""
    return shutil.which("wrk")


def rate(port: int, posts: Posts, seconds: float, folder: Path) -> float:
    """Answers per second; ends the bench at any answer but 200."""
    wrk = program()
    return _by_wrk(wrk, port, posts, seconds, folder) if wrk else _by_ourselves(port, posts, seconds)


def one(port: int, posts: Posts, body: str) -> bytes:
    """The answer to one body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    answer = _post(connection, posts, body)
    connection.close()
    return answer


def _by_wrk(wrk: str, port: int, posts: Posts, seconds: float, folder: Path) -> float:
    task = folder / "posts.txt"
    headers = [f"{name}: {value}" for name, value in posts.headers.items()]
    task.write_text("\n".join([posts.path, str(len(headers)), *headers, *posts.bodies]))
    connections = CONNECTIONS_PER_CORE * cores()
    command = [wrk, "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "-s", str(SCRIPT)]
    command += [f"http://127.0.0.1:{port}", str(task)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = RATE.search(said)
    if found is None or "Non-2xx" in said or "Socket errors" in said:
        sys.exit(f"the load met errors:\n{said}")
    return float(found[1])


def _by_ourselves(port: int, posts: Posts, seconds: float) -> float:
    turn, until = count(), time.perf_counter() + seconds

    def visit() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while time.perf_counter() < until:
            _post(connection, posts, posts.bodies[next(turn) % len(posts.bodies)])
        connection.close()

    threads = [threading.Thread(target=visit) for _ in range(CONNECTIONS_PER_CORE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return next(turn) / seconds


def _post(connection: http.client.HTTPConnection, posts: Posts, body: str) -> bytes:
    connection.request("POST", posts.path, body=body.encode(), headers=posts.headers)
    response = connection.getresponse()
    answer = response.read()
    if response.status != http.client.OK:
        sys.exit(f"{posts.path} answered {response.status}: {answer!r}")
    return answer
