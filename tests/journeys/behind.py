"""Behind a running center: its tables, its processes, its database taken away."""

import os
import signal
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from tests.product import Center

Row = tuple[object, ...]
COMES_BACK_WITHIN = 180  # seconds; only ends a test that would hang


def rows(center: Center, query: str) -> list[Row]:
    """What the center's own database holds."""
    if center.database_url:
        with psycopg.connect(center.database_url) as database:
            return list(database.execute(query.encode()))
    with closing(sqlite3.connect(center.data_dir / "account-center.sqlite3", timeout=30)) as file:
        return list(file.execute(query))


def change(center: Center, statement: str) -> None:
    """Changes the tables behind the product's back."""
    if center.database_url:
        with psycopg.connect(center.database_url) as database:
            database.execute(statement.encode())
        return
    with closing(sqlite3.connect(center.data_dir / "account-center.sqlite3", timeout=30)) as file, file:
        file.execute(statement)


def processes(center: Center) -> dict[int, str]:
    """Every process of the center with its command line; all are in the group of the first."""
    assert center.process is not None
    return group(center.process.pid)


def group(leader: int) -> dict[int, str]:
    """The living processes of a group."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError):
            state, _, number = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
            if state != "Z" and int(number) == leader:
                found[int(folder.name)] = (folder / "cmdline").read_text().replace("\0", " ").strip()
    return found


def kill_worker(center: Center) -> None:
    """``kill -9`` of the background worker alone."""
    for number, command in processes(center).items():
        if command.endswith(" work"):
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)


def servers(center: Center) -> list[int]:
    """The web processes."""
    assert center.process is not None
    alive = processes(center).items()
    return [number for number, command in alive if number != center.process.pid and " serve" in command]


def kill_one_server(center: Center) -> None:
    """``kill -9`` of one web process."""
    os.kill(max(servers(center)), signal.SIGKILL)


def _replace_servers(center: Center) -> None:
    """New web processes have no connection from before. One by one: of two that end at once Granian may overlook one."""
    before = servers(center)
    for gone, number in enumerate(before, 1):
        os.kill(number, signal.SIGKILL)
        deadline = time.monotonic() + COMES_BACK_WITHIN
        while len(set(servers(center)) - set(before)) < gone or not _listens(center.port):
            assert time.monotonic() < deadline, f"the web processes did not come back:\n{center.last_words()}"
            time.sleep(0.1)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def without_database(center: Center) -> Iterator[None]:
    """The database cannot be reached until the end of the block; then it is as before."""
    if center.database_url:
        with _closed_to_all(center.database_url):
            yield
        return
    file = center.data_dir / "account-center.sqlite3"
    aside = file.with_name("aside.sqlite3")
    file.rename(aside)
    file.mkdir()
    _replace_servers(center)
    try:
        yield
    finally:
        file.rmdir()
        aside.rename(file)


@contextmanager
def _closed_to_all(address: str) -> Iterator[None]:
    name = urlsplit(address).path.lstrip("/")
    maintenance = urlsplit(address)._replace(path="/postgres").geturl()
    with psycopg.connect(maintenance, autocommit=True) as server:
        server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
        server.execute("SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = %s", [name])
        try:
            yield
        finally:
            server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'.encode())
