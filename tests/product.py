"""The real product in a process of its own, on the database of this run. A pytest plugin."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.environment import BASE, PRODUCT_ENVIRONMENT, WORKER

STARTS_WITHIN = 240
STOPS_WITHIN = 120
CLI = str(Path(sys.executable).with_name("account-center"))
NOT_FOR_THE_PRODUCT = ("DJANGO_SETTINGS_MODULE", "TESTS_FOLDER", "ACCOUNT_CENTER_KEY_FILE", "DATABASE_URL")
# Reading takes seconds of a core for each picture of each journey; it is shown by tests of its own.
READ_PICTURES = PRODUCT_ENVIRONMENT.get("ACCOUNT_CENTER_READ_PICTURES", "0")
WIDE_LIMITS = {
    # All visitors of the journeys come from one address, which would soon have asked for too many codes.
    "ACCOUNT_CENTER_CODES_PER_ADDRESS_HOUR": "10000",
    "ACCOUNT_CENTER_SIGN_IN_TRIES_PER_ADDRESS": "10000",
    # Measured for a machine of its own; here a browser, databases and other tests are at work beside it.
    "ACCOUNT_CENTER_UPLOAD_WAIT_SECONDS": "120",
    "ACCOUNT_CENTER_UPLOAD_SECONDS": "240",
    "ACCOUNT_CENTER_DECODE_SECONDS": "100",
    "ACCOUNT_CENTER_PAPER_SECONDS": "120",
    "ACCOUNT_CENTER_READ_PICTURES": READ_PICTURES,
    # `check` would complain of a machine with little room, which is none of the product's doing.
    "ACCOUNT_CENTER_DISK_SPARE_BYTES": "1",
}
CACHE_OF_PRODUCTS = 8  # number in Valkey; the workers of the tests use the lower ones


def free_port() -> int:
    """A loopback port that is free at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Center:
    """A running account center. ``environment`` is what its processes see; change it before ``start()``."""

    data_dir: Path
    environment: dict[str, str]
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def base_url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def log(self) -> Path:
        return self.data_dir.parent / f"{self.data_dir.name}.log"

    @property
    def database_url(self) -> str:
        """Empty for SQLite, whose file lies in ``data_dir``."""
        return self.environment.get("DATABASE_URL", "")

    def start(self, *arguments: str) -> None:
        """Starts ``serve`` (with ``--demo`` unless told otherwise) and waits until it says it is ready."""
        self._wait_for_port()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [CLI, "serve", *(arguments or ("--demo",))],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.data_dir,
                start_new_session=True,
            )
        self._wait_until_ready()

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One command of ``account-center`` beside the running one."""
        return subprocess.run(
            [CLI, *arguments],
            env=self.environment,
            cwd=self.data_dir,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=STARTS_WITHIN,
            check=False,
        )

    def stop(self) -> int | None:
        """Asks it to stop, as an operator would; returns its exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> int | None:
        """The machine fails: every process is gone at once."""
        return self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> int | None:
        process, self.process = self.process, None
        if process is None:
            return None
        _signal_group(process, how)
        try:
            return process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            _signal_group(process, signal.SIGKILL)
            return process.wait(STOPS_WITHIN)
        finally:
            # A worker that outlived its parent.
            _signal_group(process, signal.SIGKILL)

    def _wait_for_port(self) -> None:
        """Of processes that were killed, one may hold it a moment longer. Who holds it for good is told by the product."""
        deadline = time.monotonic() + STOPS_WITHIN
        while not _is_free(self.port) and time.monotonic() < deadline:
            time.sleep(0.1)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                break
            if _answers(f"http://127.0.0.1:{self.port}/health/ready"):
                return
            time.sleep(0.1)
        self.kill()
        pytest.fail(f"the product did not become ready; its last words:\n{self.last_words()}", pytrace=False)

    def last_words(self) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-4000:] if self.log.exists() else ""


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _signal_group(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, how)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def new_center(folder: Path, database_url: str = "") -> Center:
    """A center that has not started yet, with its own data folder and port."""
    folder.mkdir(parents=True, exist_ok=True)
    environment = {name: text for name, text in PRODUCT_ENVIRONMENT.items() if name not in NOT_FOR_THE_PRODUCT}
    center = Center(data_dir=folder, environment=environment)
    environment.update(WIDE_LIMITS, DATA_DIR=str(folder), PORT=str(center.port))
    if "CACHE_URL" in environment:
        number = CACHE_OF_PRODUCTS + int(WORKER.removeprefix("gw") or 0)
        environment["CACHE_URL"] = urlsplit(environment["CACHE_URL"])._replace(path=f"/{number}").geturl()
    if database_url:
        environment["DATABASE_URL"] = database_url
    return center


def fresh_database(name: str) -> str:
    """On PostgreSQL an empty database of this name and its address; on SQLite the empty string."""
    address = PRODUCT_ENVIRONMENT.get("DATABASE_URL", "")
    if not address:
        return ""
    _in_server(address, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"')
    return urlsplit(address)._replace(path=f"/{name}").geturl()


def drop_database(name: str) -> None:
    """Removes what fresh_database made."""
    address = PRODUCT_ENVIRONMENT.get("DATABASE_URL", "")
    if address:
        _in_server(address, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _in_server(address: str, *statements: str) -> None:
    maintenance = urlsplit(address)._replace(path="/postgres").geturl()
    with psycopg.connect(maintenance, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


@pytest.fixture(scope="session")
def center() -> Iterator[Center]:
    """The product with demo data, running for all journeys of this run."""
    name = f"center_{WORKER or 'tests'}"
    made = new_center(BASE / name, fresh_database(name))
    try:
        made.start()
        yield made
    finally:
        made.stop()
        drop_database(name)
