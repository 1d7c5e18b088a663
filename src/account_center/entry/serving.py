"""Web processes and, if wished, the worker beside them, started and watched by one parent."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.db import connection
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from account_center.entry.safety import sandbox_in_production
from account_center.plumbing.keys import keyring, write_new_key_file
from account_center.plumbing.translations import compile_translations

DEFAULT_PORT = 8000
# Requests wait for a thread, not for memory: each thread may hold one password hash (19 MiB).
THREADS_PER_PROCESS = min(16, 2 * (os.cpu_count() or 1) + 1)
BACKLOG = 1024
RESTART_SECONDS = 1.0
STOP_SECONDS = 15  # for requests under way, and for a process that was told to stop before it could listen
WORKER_STOP_SECONDS = 10  # for the job at hand

_starting = threading.Lock()


def serve(*, demo: bool, with_worker: bool, workers: int) -> int:
    """Prepares what a first start needs, then serves until Ctrl-C or SIGTERM. A demo always has its worker."""
    mistake = sandbox_in_production() or (_why_no_demo() if demo else "")
    if mistake:
        print(f"account-center: {mistake}", file=sys.stderr)
        return 2
    port = _free_port(int(os.environ.get("PORT", DEFAULT_PORT)), explicit="PORT" in os.environ)
    if port is None:
        print(
            f"Port {os.environ.get('PORT', DEFAULT_PORT)} is in use. Choose another: PORT=8080 make run",
            file=sys.stderr,
        )
        return 1
    fresh = demo and not settings.KEY_FILE.exists()
    moved = port != int(os.environ.get("PORT", DEFAULT_PORT))
    if fresh:
        write_new_key_file(settings.KEY_FILE, kek_id=time.strftime("%Y-%m-%d"))
    if fresh or moved:
        os.environ["PORT"] = str(port)
        # The settings were read without these keys, or with another port in their links, and web processes inherit
        # them: the whole program starts anew.
        os.execv(sys.executable, [sys.executable, "-m", "account_center.entry.cli", *sys.argv[1:]])  # noqa: S606
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    compile_translations(settings.PACKAGE)
    if demo:
        _prepare_demo()
    # Before the first visitor, not at the first form: without its keys an installation can do nothing right.
    keyring()
    stop = threading.Event()
    watcher = threading.Thread(target=_keep_worker, args=(stop,), daemon=True)
    with_worker = with_worker or demo
    _make_forks_harmless()
    if with_worker:
        watcher.start()
    _announce(port, demo=demo)
    try:
        _server(port, workers or min(4, os.cpu_count() or 1)).serve()
    finally:
        stop.set()
        if with_worker:
            watcher.join(timeout=WORKER_STOP_SECONDS + 5)
    return 0


def _free_port(port: int, *, explicit: bool) -> int | None:
    """The port itself; the next free one only where the person did not choose."""
    for candidate in range(port, port + (1 if explicit else 20)):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((_host(), candidate))
            except OSError:
                continue
            return candidate
    return None


def _host() -> str:
    return os.environ.get("HOST", "127.0.0.1")


def _shown_host() -> str:
    # Passkeys belong to a name: browsers refuse them at a number.
    return "localhost" if _host() == "127.0.0.1" else _host()


def _server(port: int, workers: int) -> MPServer:
    return MPServer(
        "account_center.entry.web_process:application",
        address=_host(),
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS_PER_PROCESS,
        backlog=BACKLOG,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        log_level=LogLevels.warning,
        websockets=False,
    )


def _make_forks_harmless() -> None:
    os.register_at_fork(after_in_child=_end_when_told)
    # A web process forked while the worker is being started would inherit the pipe on which that start is awaited, and
    # keep it open: the watcher would wait for ever, and a worker that ends later would never be started again.
    os.register_at_fork(before=_starting.acquire, after_in_parent=_starting.release, after_in_child=_starting.release)


def _end_when_told() -> None:
    # A web process begins with the parent's handler, which would swallow the signal until Granian sets its own.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _why_no_demo() -> str:
    """Why a demo cannot start here; empty if it can."""
    if not settings.SANDBOX:
        return "The demo needs the sandbox. Without ACCOUNT_CENTER_SANDBOX=0 it is on."
    if not settings.KEY_FILE.exists() and _has_tables():
        return (
            f"The database holds data, but its key file {settings.KEY_FILE} is missing. Restore it from its backup: "
            "new keys would open nothing of what is sealed."
        )
    return ""


def _has_tables() -> bool:
    # Looking into a SQLite file that is not there would make it.
    if connection.vendor == "sqlite" and not Path(str(connection.settings_dict["NAME"])).exists():
        return False
    return bool(connection.introspection.table_names())


def _prepare_demo() -> None:
    """Tables and demo data of a first start; a second start finds and keeps them."""
    for command in ("migrate", "seed-demo"):
        subprocess.run(  # noqa: S603 - our own command, nothing typed
            [sys.executable, "-m", "account_center.entry.cli", command], check=True, stdout=subprocess.DEVNULL
        )


def _keep_worker(stop: threading.Event) -> None:
    """Starts the worker again whenever it ends, also after a kill."""
    while not stop.is_set():
        with _starting:
            worker = subprocess.Popen([sys.executable, "-m", "account_center.entry.cli", "work"])
        while worker.poll() is None and not stop.wait(0.2):
            pass
        if stop.is_set():
            _end_worker(worker)
            return
        stop.wait(RESTART_SECONDS)


def _end_worker(worker: subprocess.Popen[bytes]) -> None:
    """Lets it finish the job at hand. A job that takes longer is done again after the next start, as after every kill."""
    worker.terminate()
    try:
        worker.wait(timeout=WORKER_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


def _announce(port: int, *, demo: bool) -> None:
    lines = ["", f"  Account Center: http://{_shown_host()}:{port}/"]
    if demo:
        lines.append(f"  Messages sent to the sandbox's phones and mailboxes: http://{_shown_host()}:{port}/sandbox/")
    lines += [f"  Ctrl-C stops it; the data stays in {settings.DATA_DIR} ", ""]
    # A log that cannot be written, for the disk is full, keeps nobody from being served.
    with suppress(OSError):
        print("\n".join(lines), flush=True)
