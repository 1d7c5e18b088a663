"""Children with limits: what they cannot do, how they are ended, and how many there may be on one machine."""

import os
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from account_center.plumbing import limited_child
from account_center.plumbing.limited_child import ChildFailed, NoPlace, place, python_child, run_child

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux is asked")


def soon(seconds: float = 300) -> float:
    return time.monotonic() + seconds


def run(program: str, given: bytes = b"", *, seconds: float = 300) -> limited_child.Ended:
    command = (sys.executable, "-I", "-c", textwrap.dedent(program))
    return run_child(command, given, ends_at=soon(seconds), answer_bytes=100_000)


CONFINED = """
    import os, socket, sys
    from account_center.kit.confined import confine
    confine(cpu_seconds=5, memory_bytes=600_000_000)
    try:
        {act}
    except BaseException as wrong:
        sys.stderr.write(type(wrong).__name__)
"""


@LINUX
@pytest.mark.parametrize(
    "act",
    [
        "socket.create_connection(('127.0.0.1', 9))",
        "socket.socket(socket.AF_UNIX)",
        "os.execv('/bin/true', ['true'])",
        "os.posix_spawn('/bin/true', ['true'], {{}})",
        "os.kill(os.getppid(), 0)",
        "os.setsid()",
        "open('{folder}/new', 'w')",
        "open('{folder}/old', 'r+')",
        "os.unlink('{folder}/old')",
        "os.rename('{folder}/old', '{folder}/new')",
        "os.chmod('{folder}/old', 0o777)",
        "os.truncate('{folder}/old', 0)",
        "os.mkdir('{folder}/new')",
        "os.symlink('{folder}/old', '{folder}/new')",
    ],
)
def test_a_confined_child_reaches_nothing_outside(act: str, tmp_path: Path) -> None:
    (tmp_path / "old").write_text("as it was")
    ended = run(CONFINED.format(act=act.format(folder=tmp_path)))
    assert ended.line == "PermissionError"
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("old", "as it was")]


@LINUX
def test_a_confined_child_may_read_files_such_as_fonts() -> None:
    assert run(CONFINED.format(act="sys.stdout.write(open('/proc/self/comm').read()[:2])")).answer == b"py"


@LINUX
def test_a_confined_child_gets_no_more_memory_than_it_may() -> None:
    assert run(CONFINED.format(act="bytearray(700_000_000)")).line == "MemoryError"


@LINUX
def test_a_confined_child_that_only_counts_is_ended_by_the_kernel() -> None:
    program = CONFINED.format(act="[0 for _ in iter(int, 1)]").replace("cpu_seconds=5", "cpu_seconds=1")
    assert run(program).status < 0


def test_a_child_gets_neither_environment_nor_open_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    with (tmp_path / "open").open("w"):
        ended = run("import os; print('DATABASE_URL' in os.environ, sorted(os.listdir('/dev/fd'))[:5])")
    assert ended.answer.startswith(b"False ['0', '1', '2'")
    assert len(eval(ended.answer.split(b" ", 1)[1])) <= 4  # the fourth is the listing itself


@pytest.mark.parametrize("posix", [True, False])
def test_what_it_is_given_it_gets_and_what_it_answers_is_heard(posix: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limited_child, "POSIX", posix)
    program = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read()[::-1][:50_000]); sys.exit(7)"
    ended = run(program, b"x" * 3_000_000 + b"end")
    assert (ended.status, ended.answer[:4], len(ended.answer)) == (7, b"dnex", 50_000)


@pytest.mark.parametrize("posix", [True, False])
def test_a_child_that_never_ends_is_ended(posix: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limited_child, "POSIX", posix)
    with pytest.raises(ChildFailed):
        run("import time; time.sleep(600)", seconds=1)


def test_a_child_that_talks_too_much_is_ended() -> None:
    with pytest.raises(ChildFailed):
        run("while True: print('x' * 1000)")


def lives(pid: int) -> bool:
    """Whether a process is there and not only waits to be asked how it ended."""
    shown = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(shown.strip()) and not shown.startswith("Z")


def test_what_a_child_started_ends_with_it(tmp_path: Path) -> None:
    program = f"""
        import os, time
        os.fork()
        open({str(tmp_path)!r} + f"/{{os.getpid()}}", "w").close()
        time.sleep(600)
    """
    with pytest.raises(ChildFailed):
        run(program, seconds=2)
    ended = [int(path.name) for path in tmp_path.iterdir()]
    late = soon()
    while any(lives(pid) for pid in ended):  # killed it is, but it may still wait for its turn to die
        assert time.monotonic() < late
        time.sleep(0.02)


def test_a_program_that_is_not_there_means_no_place() -> None:
    with pytest.raises(NoPlace):
        run_child(("/does/not/exist",), b"", ends_at=soon(), answer_bytes=10)


def test_the_order_stands_on_the_command_line_as_json() -> None:
    assert python_child("a.module", {"seconds": 3})[-3:] == ("-m", "a.module", '{"seconds": 3}')


HOLDER = """
import sys, time
from django.conf import settings
settings.configure(DATA_DIR=sys.argv[1])
from account_center.plumbing.limited_child import place
with place("test", at_once=1, ends_at=time.monotonic() + 300):
    print("here", flush=True)
    sys.stdin.read(1)
"""


def test_places_are_counted_across_processes_and_end_with_them(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        assert other.stdout.readline() == b"here\n"
        with pytest.raises(NoPlace), place("test", at_once=1, ends_at=soon(0.2)):
            pass
        with place("another kind", at_once=1, ends_at=soon(0.2)):
            pass
        other.kill()
        other.wait()
    with place("test", at_once=1, ends_at=soon()):
        pass


def test_there_are_never_more_places_than_cores(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with place("cores", at_once=8, ends_at=soon()):
            entered.set()
            leave.wait(300)

    holder = threading.Thread(target=hold)
    holder.start()
    assert entered.wait(300)
    with pytest.raises(NoPlace), place("cores", at_once=8, ends_at=soon(0.2)):
        pass
    leave.set()
    holder.join()


def test_a_data_folder_that_cannot_be_written_means_no_place(settings: Any, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    settings.DATA_DIR = blocked
    with pytest.raises(NoPlace), place("blocked", at_once=1, ends_at=soon(0.2)):
        pass
