"""Runs the suite on SQLite and, where its programs are found, on a private PostgreSQL (with Valkey or Redis).

    python tools/run_tests.py [--only sqlite|postgres] [arguments for pytest]

Nothing of what it starts outlives it, and no server of the machine is touched. It needs only the standard library.
"""

import argparse
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from account_center.plumbing.translations import compile_translations

ROOT = Path(__file__).resolve().parent.parent
STARTS_WITHIN = 240  # only ends a run that would hang
STOPS_WITHIN = 20
NO_TESTS_FOUND = 5
# A browser walks each journey in both languages. When the whole suite runs on both databases, it does so once in each.
LANGUAGES = {"sqlite": "zh", "postgres": "en"}
# What the surroundings say of these does not count. Workers and the dozens of products they start run the same source,
# which each would compile anew if nobody kept it compiled.
NOT_FOR_TESTS = ("DATABASE_URL", "CACHE_URL", "PYTHONDONTWRITEBYTECODE")
POSTGRES_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "shared_buffers": "64MB",
}


def free_port() -> int:
    """A loopback port that is free at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def postgres_programs() -> Path | None:
    """The folder with initdb and postgres: the newest below /usr/lib/postgresql, else where PATH finds initdb."""
    versions = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()]
    if versions:
        return max(versions, key=lambda path: float(path.parent.name))
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def cache_program() -> str | None:
    """A Valkey or Redis server."""
    return shutil.which("valkey-server") or shutil.which("redis-server")


def servant() -> tuple[str, list[str]]:
    """The user PostgreSQL runs as, and how to become it: it refuses to run as root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name, []
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        # Said here again: a change of user clears the death signal that was set before.
        return name, [
            "setpriv",
            "--pdeathsig=INT",
            f"--reuid={entry.pw_uid}",
            f"--regid={entry.pw_gid}",
            "--clear-groups",
        ]
    sys.exit("neither the user postgres nor nobody exists, and PostgreSQL does not run as root")


@contextmanager
def running(
    command: Sequence[str],
    folder: Path,
    port: int,
    last_act: signal.Signals,
    environment: Mapping[str, str] | None = None,
) -> Iterator[None]:
    """A server until the end of the block. Its words go to ``server.log`` in ``folder``."""
    log = folder / "server.log"
    with log.open("ab") as words:
        # A session of its own: Ctrl-C reaches this program first, which then stops the server in order.
        process = subprocess.Popen(
            [*_dying_with_us(last_act), *command],
            cwd=folder,
            env=environment,
            stdout=words,
            stderr=words,
            start_new_session=True,
        )
    try:
        _wait_for(port, process, log)
        yield
    finally:
        process.send_signal(last_act)
        try:
            process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _dying_with_us(last_act: signal.Signals) -> list[str]:
    """On Linux the server does not outlive this program even if that is killed."""
    return ["setpriv", f"--pdeathsig={last_act.name.removeprefix('SIG')}"] if shutil.which("setpriv") else []


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    sys.exit(f"the server did not start:\n{log.read_text(errors='replace')}")


@contextmanager
def private_postgres(programs: Path, wishes: Mapping[str, str] | None = None) -> Iterator[str]:
    """A throw-away cluster; yields its DATABASE_URL. ``wishes`` are settings of its own, instead of the tests' hasty ones."""
    with tempfile.TemporaryDirectory(prefix="account-center-pg-") as name:
        folder, port = Path(name), free_port()
        user, become = servant()
        shutil.chown(folder, user)
        data = str(folder / "data")
        initdb = [str(programs / "initdb"), "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
        done = subprocess.run([*become, *initdb], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"initdb failed:\n{done.stdout}{done.stderr}")
        settings = {
            **POSTGRES_SETTINGS,
            **(wishes or {}),
            "unix_socket_directories": name,
            "listen_addresses": "127.0.0.1",
        }
        chosen = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        command = [*become, str(programs / "postgres"), "-D", data, "-p", str(port), *chosen]
        # SIGINT is the fast stop: open connections are ended.
        with running(command, folder, port, signal.SIGINT):
            _wait_until_it_answers(programs, port)
            yield f"postgresql://tests@127.0.0.1:{port}/center"


def _wait_until_it_answers(programs: Path, port: int) -> None:
    asking = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port), "-U", "tests"]
    deadline = time.monotonic() + STARTS_WITHIN
    while subprocess.run(asking, check=False).returncode:
        if time.monotonic() > deadline:
            sys.exit("PostgreSQL started but does not answer")
        time.sleep(0.1)


@contextmanager
def private_cache(program: str) -> Iterator[str]:
    """A throw-away Valkey or Redis that writes nothing to disk; yields its CACHE_URL."""
    with tempfile.TemporaryDirectory(prefix="account-center-cache-") as name:
        port = free_port()
        command = [program, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
        with running(command, Path(name), port, signal.SIGTERM):
            yield f"redis://127.0.0.1:{port}/0"


def pytest_run(name: str, environment: dict[str, str], extra: Sequence[str]) -> int:
    """The suite once; writes var/test-results/<name>.json when the whole suite ran."""
    surroundings = {key: value for key, value in os.environ.items() if key not in NOT_FOR_TESTS}
    surroundings |= environment
    if not extra:
        surroundings["TEST_RECORD"] = name
    spread = ["-n", "2", "--dist", "loadgroup"] if (os.cpu_count() or 1) > 1 and "-n" not in extra else []
    command = [sys.executable, "-m", "pytest", "-q", *spread, *extra]
    process = subprocess.Popen(command, cwd=ROOT, env=surroundings)
    try:
        return process.wait()
    except KeyboardInterrupt:
        # pytest got the same Ctrl-C and is closing its fixtures.
        process.wait(STOPS_WITHIN)
        raise


def on_sqlite(extra: Sequence[str], share: Mapping[str, str]) -> int:
    _headline("SQLite")
    return pytest_run("sqlite", dict(share), extra)


def on_postgres(extra: Sequence[str], share: Mapping[str, str]) -> int | None:
    """Exit code of the run, or None when there is no PostgreSQL."""
    programs = postgres_programs()
    if programs is None:
        _headline("PostgreSQL: not found (initdb), so nothing is shown about it")
        return None
    cache = cache_program()
    missing = "" if cache else ", without Valkey or Redis (not found): the shared cache is not shown"
    _headline(f"PostgreSQL ({programs}){missing}")
    with ExitStack() as servers:
        environment = {**share, "DATABASE_URL": servers.enter_context(private_postgres(programs))}
        if cache:
            environment["CACHE_URL"] = servers.enter_context(private_cache(cache))
        return pytest_run("postgres", environment, extra)


def _headline(text: str) -> None:
    print(f"\n=== {text}", flush=True)


def _forget_old_records(names: Sequence[str]) -> None:
    for name in names:
        (ROOT / "var" / "test-results" / f"{name}.json").unlink(missing_ok=True)


def _summary(codes: dict[str, int | None]) -> int:
    """Prints one line per run; 0 only if every run that took place passed."""
    words = {None: "not run (not found)", 0: "passed", NO_TESTS_FOUND: "no tests found"}
    _headline("summary")
    for name, code in codes.items():
        print(f"{name:10} {words.get(code, f'FAILED (pytest ended with {code})')}")
    return 1 if any(codes.values()) or set(codes.values()) == {None} else 0


def main() -> int:
    """Returns the exit code of the whole."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=("sqlite", "postgres"))
    chosen, extra = parser.parse_known_args()
    # Ends by SIGTERM like by Ctrl-C: the servers are stopped.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    compile_translations()
    runs = {"sqlite": on_sqlite, "postgres": on_postgres}
    names = [chosen.only] if chosen.only else list(runs)
    whole = not chosen.only and not extra and postgres_programs() is not None
    shares = {name: {"JOURNEYS_LANGUAGE": language} for name, language in LANGUAGES.items()} if whole else {}
    if not extra:
        _forget_old_records(names)
    try:
        return _summary({name: runs[name](extra, shares.get(name, {})) for name in names})
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
