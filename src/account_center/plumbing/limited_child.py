"""Runs what may be hurt by a stranger's file in a child process: bounded in time and answer, few of them per machine.

The child is a module of ours, started as ``python -I -m <module> '<order as JSON>'`` with an empty environment: it has
neither keys nor addresses. It gets the file on stdin, answers on stdout, and says one line on stderr. It gives up network,
memory and files by ``kit.confined`` before it reads a byte; here stands what it cannot do itself: the clock, and its end.
"""

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO, cast

from django.conf import settings

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows: places are then counted per process only
    LOCKABLE = False
else:
    LOCKABLE = True

POSIX = os.name == "posix"
PIPE_CHUNK = 64 * 1024
LOOK_AGAIN = 0.05  # seconds between two looks at places that other processes hold

Command = tuple[str, ...]


class ChildFailed(Exception):
    """The child went over its limits, was killed, or answered too much. Nothing it said counts."""


class NoPlace(Exception):
    """All places were taken for as long as the caller could wait, or no child could be started."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended by itself: exit status, what it answered, and its line."""

    status: int
    answer: bytes = field(repr=False)
    line: str


def python_child(module: str, order: Mapping[str, object]) -> Command:
    """The command for a module of ours. ``order`` must hold nothing that other users of the machine may not see."""
    return (sys.executable, "-I", "-m", module, json.dumps(order))


def run_child(command: Command, given: bytes, *, ends_at: float, answer_bytes: int) -> Ended:
    """Runs the command with ``given`` as its stdin and waits for its end, never past ``ends_at`` (``time.monotonic``).

    Whatever it started is killed with it. Raises ChildFailed, NoPlace.
    """
    with _started(command) as child:
        try:
            answer, line = _talk(child, given, ends_at, answer_bytes) if POSIX else _wait(child, given, ends_at)
            status = child.wait(max(0.1, ends_at - time.monotonic()))
        except subprocess.TimeoutExpired as late:
            raise ChildFailed from late
        finally:
            _end(child)
    return Ended(status=status, answer=answer, line=line.decode("ascii", "replace"))


def _started(command: Command) -> subprocess.Popen[bytes]:
    pipe = subprocess.PIPE
    try:
        # An empty environment: the child has no use for addresses and secrets.
        return subprocess.Popen(  # noqa: S603 our own program; what was uploaded goes only through its stdin
            command, stdin=pipe, stdout=pipe, stderr=pipe, env={}, bufsize=0, start_new_session=True
        )
    except OSError as wrong:
        raise NoPlace from wrong


def _talk(child: subprocess.Popen[bytes], given: bytes, ends_at: float, answer_bytes: int) -> tuple[bytes, bytes]:
    """Feeds the child and collects what it says, never waiting past ``ends_at``, whoever holds the pipes."""
    stdin, stdout, stderr = _pipes(child)
    heard = {stdout: bytearray(), stderr: bytearray()}
    left = memoryview(given)
    with selectors.DefaultSelector() as pipes:
        for pipe, event in (
            (stdin, selectors.EVENT_WRITE),
            (stdout, selectors.EVENT_READ),
            (stderr, selectors.EVENT_READ),
        ):
            os.set_blocking(pipe.fileno(), False)
            pipes.register(pipe, event)
        while pipes.get_map():
            for pipe in _ready(pipes, ends_at):
                if pipe is stdin:
                    left = left[_written(stdin, left) :]
                    over = not left
                else:
                    over = _is_over(pipe, heard[pipe], answer_bytes)
                if over:
                    pipes.unregister(pipe)
                    pipe.close()
    return bytes(heard[stdout]), bytes(heard[stderr])


def _ready(pipes: selectors.BaseSelector, ends_at: float) -> list[IO[bytes]]:
    ready = pipes.select(max(0.0, ends_at - time.monotonic()))
    if not ready or time.monotonic() > ends_at:
        raise ChildFailed
    return [cast("IO[bytes]", key.fileobj) for key, _ in ready]


def _written(stdin: IO[bytes], left: memoryview) -> int:
    try:
        return os.write(stdin.fileno(), left[:PIPE_CHUNK])
    except BrokenPipeError:
        return len(left)  # the child ended early; its status says why


def _is_over(pipe: IO[bytes], heard: bytearray, answer_bytes: int) -> bool:
    chunk = os.read(pipe.fileno(), PIPE_CHUNK)
    heard += chunk
    if len(heard) > answer_bytes:
        raise ChildFailed
    return not chunk


def _wait(child: subprocess.Popen[bytes], given: bytes, ends_at: float) -> tuple[bytes, bytes]:
    """The same where pipes cannot be waited for together (Windows): only the clock is watched."""
    return child.communicate(given, timeout=max(0.1, ends_at - time.monotonic()))


def _end(child: subprocess.Popen[bytes]) -> None:
    if not POSIX:
        child.kill()
        return
    # The whole group: a child that was taken over may have started others.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)


def _pipes(child: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
    if child.stdin is None or child.stdout is None or child.stderr is None:
        raise RuntimeError("the child was started without pipes")
    return child.stdin, child.stdout, child.stderr


@contextlib.contextmanager
def place(kind: str, *, at_once: int, ends_at: float) -> Iterator[None]:
    """One of ``at_once`` places for children of this kind on this machine, and never more than it has cores.

    Waits until ``ends_at`` (``time.monotonic``). Raises NoPlace.
    """
    places = min(at_once, os.cpu_count() or 1)
    line = _of_this_process(kind, places)
    if not line.acquire(timeout=max(0.0, ends_at - time.monotonic())):
        raise NoPlace
    try:
        with _of_this_machine(kind, places, ends_at):
            yield
    finally:
        line.release()


@cache
def _of_this_process(_kind: str, places: int) -> threading.BoundedSemaphore:
    """Threads of one process stand in line here, so that only few of them look at the locks again and again."""
    return threading.BoundedSemaphore(places)


def _of_this_machine(kind: str, places: int, ends_at: float) -> contextlib.AbstractContextManager[object]:
    if not LOCKABLE:
        return contextlib.nullcontext()
    folder = Path(settings.DATA_DIR) / "places"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        while True:
            for number in range(places):
                lock = _locked(folder / f"{kind}-{number}")
                if lock is not None:
                    return lock
            if time.monotonic() >= ends_at:
                raise NoPlace
            time.sleep(LOOK_AGAIN)
    except OSError as wrong:
        raise NoPlace from wrong


def _locked(path: Path) -> IO[bytes] | None:
    """The file, locked by the kernel until it is closed or the process ends, however that ends."""
    file = path.open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file
