"""The stage: a throw-away PostgreSQL, databases with invented people, servers, and child processes. All of it ends."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGTERM
from typing import Any
from urllib.parse import urlsplit

from account_center.entry.serving import BACKLOG, THREADS_PER_PROCESS
from bench.machine import cores
from tools.run_tests import free_port, postgres_programs, private_postgres, running

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = (sys.executable, "-m", "account_center.entry.cli")
# Unlike the tests', durable: a sign-in that is answered has been written to disk.
POSTGRES = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "1GB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
    # With these two, what is loaded into a new table is written once.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
}
OPERATORS = {
    "ACCOUNT_CENTER_SANDBOX": "0",
    "ACCOUNT_CENTER_HTTPS": "1",
    "ACCOUNT_CENTER_ADDRESS": "https://id.example.com",
    "ACCOUNT_CENTER_HOSTS": "id.example.com",
    "ACCOUNT_CENTER_TRUSTED_PROXIES": "1",
}
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SSL_CERT_FILE", "PIP_INDEX_URL", "PIP_CONFIG_FILE")


@dataclass
class Stage:
    """Where everything of one run lies. ``address`` is that of the cluster; empty: SQLite."""

    folder: Path
    address: str
    programs: Path | None
    filled: dict[int, float] = field(default_factory=dict)

    def environment(self, people: int, **more: str) -> dict[str, str]:
        """The product's environment on the database with that many people, as an operator sets it in production."""
        data = self.folder / f"data-{people}"
        data.mkdir(exist_ok=True)
        return {
            **{name: os.environ[name] for name in KEPT if name in os.environ},
            **OPERATORS,
            "DJANGO_SETTINGS_MODULE": "account_center.entry.settings",
            "PYTHONPATH": str(ROOT),
            "DATA_DIR": str(data),
            "ACCOUNT_CENTER_KEY_FILE": str(self.folder / "keys.json"),
            **({"DATABASE_URL": self.database(f"center_{people}")} if self.address else {}),
            **more,
        }

    def database(self, name: str) -> str:
        """The address of one database of the cluster."""
        return urlsplit(self.address)._replace(path=f"/{name}").geturl()

    def make_database(self, name: str) -> None:
        """An empty one."""
        if self.programs is None:
            return
        parts = urlsplit(self.address)
        where = ["-h", str(parts.hostname), "-p", str(parts.port), "-U", str(parts.username)]
        subprocess.run([str(self.programs / "createdb"), *where, name], check=True)

    def people(self, count: int) -> dict[str, str]:
        """The environment of a database with ``count`` people, filled when first asked for."""
        environment = self.environment(count)
        if count not in self.filled:
            print(f"  filling a database with {count:,} people …", file=sys.stderr, flush=True)
            self.make_database(f"center_{count}")
            quietly([*PRODUCT, "migrate"], environment)
            self.filled[count] = float(answer("bench.inside.filling", environment, 1, count)["seconds"])
        return environment

    def events(self, count: int) -> dict[str, str]:
        """The environment of a database with ``count`` events and no people. PostgreSQL only."""
        return self._full_of("events", count)

    def applications(self, count: int) -> dict[str, str]:
        """The environment of a database with ``count`` applications and their tenants. PostgreSQL only."""
        return self._full_of("applications", count)

    def _full_of(self, what: str, count: int) -> dict[str, str]:
        environment = self.environment(0, DATABASE_URL=self.database(f"{what}_{count}"))
        print(f"  filling a database with {count:,} {what} …", file=sys.stderr, flush=True)
        self.make_database(f"{what}_{count}")
        quietly([*PRODUCT, "migrate"], environment)
        answer(f"bench.inside.{what}", environment, count)
        return environment


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    """PostgreSQL where its programs are found, else SQLite."""
    programs = postgres_programs()
    with ExitStack() as servers:
        address = servers.enter_context(private_postgres(programs, POSTGRES)) if programs else ""
        ready = Stage(folder=folder, address=address, programs=programs)
        quietly([*PRODUCT, "new-keys"], ready.environment(0))
        yield ready


@contextmanager
def product(environment: Mapping[str, str]) -> Iterator[int]:
    """The real server with one process per core; yields its port."""
    port = free_port()
    command = [*PRODUCT, "serve", "--workers", str(cores())]
    with running(command, Path(environment["DATA_DIR"]), port, SIGTERM, {**environment, "PORT": str(port)}):
        yield port


@contextmanager
def beside(application: str, environment: Mapping[str, str], python: str = sys.executable) -> Iterator[int]:
    """Another WSGI application behind the same server with the same settings; yields its port."""
    port = free_port()
    # By its parts, because the program of a virtual environment holds the path of the folder it was made in.
    command = [python, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", str(cores()), "--blocking-threads", str(THREADS_PER_PROCESS)]
    command += ["--backlog", str(BACKLOG), "--no-ws", "--log-level", "warning", application]
    with running(command, Path(environment["DATA_DIR"]), port, SIGTERM, environment):
        yield port


def quietly(command: Sequence[str], environment: Mapping[str, str]) -> str:
    """Runs a program to its end and returns what it said; ends the bench with its words if it failed."""
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command[-3:])} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def answer(module: str, environment: Mapping[str, str], *arguments: object) -> Any:
    """The JSON that a module of ours prints."""
    return json.loads(quietly([sys.executable, "-m", module, *map(str, arguments)], environment))


class Asked:
    """A child process that answers one JSON line to each line it is sent."""

    def __init__(self, module: str, environment: Mapping[str, str], *arguments: object) -> None:
        command = [sys.executable, "-m", module, *map(str, arguments)]
        self._process = subprocess.Popen(
            command, env=environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, question: object) -> Any:
        """Sends the question and waits for the answer."""
        self.send(question)
        return self.receive()

    def send(self, question: object) -> None:
        """Without waiting, so that several children work at once."""
        if self._process.stdin is None:
            raise RuntimeError("the child has no input")
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()

    def receive(self) -> Any:
        """The next answer."""
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            sys.exit("a measuring process ended early")
        return json.loads(line)

    def close(self) -> None:
        """Ends the process."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(timeout=20)
