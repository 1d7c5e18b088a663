"""Part 1: sign-ins per second, against the bare hash and against a plain allauth project."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from statistics import median
from typing import Any

from bench import rival
from bench.machine import cores
from bench.passwords import DEVICE, PASSWORD
from bench.people import person
from bench.plan import Plan
from bench.processes import peaks, processor_seconds
from bench.ratios import Row, interleaved, medians, ratio
from bench.stage import KEPT, ROOT, Asked, Stage, beside, product, quietly

PART = "Signing in"
PEOPLE = 10_000
RIVAL_PEOPLE = 2_000
HOST = "id.example.com"
CONNECTIONS_PER_CORE = 4
BURST, BURST_SECONDS = 64, 60
MOST = 100_000
TARGET_HASH, TARGET_RIVAL, TARGET_MEMORY = 0.80, 1.4, 200
OURS, RIVAL = "account center", "plain allauth"
CFFI, OPENSSL, SODIUM = "argon2-cffi", "cryptography", "libsodium"


def measure(stage: Stage, plan: Plan) -> list[Row]:
    """All rows of this part. One server of each kind stands ready; they are asked in turn."""
    environment = stage.people(PEOPLE)
    with ExitStack() as open_until_the_end:
        port = open_until_the_end.enter_context(product(environment))
        hashes = BareHash(environment)
        open_until_the_end.callback(hashes.close)
        runs: list[dict[str, Any]] = []
        subjects: dict[str, Callable[[], float]] = {
            OURS: lambda: _ours(port, plan.seconds, runs),
            CFFI: lambda: hashes.rate(CFFI, plan.seconds),
            OPENSSL: lambda: hashes.rate(OPENSSL, plan.seconds),
            SODIUM: lambda: hashes.rate(SODIUM, plan.seconds),
        }
        rival_port, why_not = _rival(stage, open_until_the_end)
        if rival_port:
            subjects[RIVAL] = lambda: float(visit(_rival_task(rival_port, plan.seconds))["rate"])
        interleaved(1, subjects)
        runs.clear()
        hashes.processor_ms.clear()
        rates = interleaved(plan.rounds, subjects)
        return [*_rows(rates, runs, why_not), _processor(runs, hashes), _memory(port)]


def _rows(rates: dict[str, list[float]], runs: list[dict[str, Any]], why_not: str) -> list[Row]:
    found = medians(rates)
    each = f"{found[OURS]:.1f} against {{:.1f}} in a second"
    waited = [run["median_ms"] for run in runs]
    rows = [
        Row(PART, "rate against the bare hash of the usual wheel", ratio(rates, OURS, CFFI), "×", least=TARGET_HASH,
            note=f"{each.format(found[CFFI])}, {CFFI}", details={"rates": rates, "median_ms": waited}),
        Row(PART, "rate against the bare hash that we use", ratio(rates, OURS, SODIUM), "×",
            note=f"{each.format(found[SODIUM])}, {SODIUM}"),
        Row(PART, "libsodium against argon2-cffi", ratio(rates, SODIUM, CFFI), "×", note="bare hash, one process per core"),
        Row(PART, "cryptography against argon2-cffi", ratio(rates, OPENSSL, CFFI), "×", note="the same"),
    ]  # fmt: skip
    if RIVAL not in rates:
        return [*rows, Row(PART, "rate against plain allauth", None, "×", least=TARGET_RIVAL, note=why_not)]
    note = each.format(found[RIVAL])
    return [
        *rows,
        Row(PART, "rate against plain allauth", ratio(rates, OURS, RIVAL), "×", least=TARGET_RIVAL, note=note),
    ]


class BareHash:
    """As many hashing processes as cores."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.processor_ms: list[float] = []
        self._children = [Asked("bench.inside.hashing", environment) for _ in range(cores())]

    def rate(self, name: str, seconds: float) -> float:
        """Of all together."""
        for child in self._children:
            child.send([name, seconds])
        answers = [child.receive() for child in self._children]
        if name == SODIUM:
            self.processor_ms += [1000 * float(used) for _, used in answers]
        return sum(float(rate) for rate, _ in answers)

    def close(self) -> None:
        """Ends them."""
        for child in self._children:
            child.close()


def _ours(port: int, seconds: float, runs: list[dict[str, Any]]) -> float:
    before = processor_seconds(port)
    run = visit(_our_task(port, seconds))
    used = processor_seconds(port) - before
    run["processor_ms"] = 1000 * used / max(1, sum(run["statuses"].values()))
    runs.append(run)
    return float(run["rate"])


def _our_task(port: int, seconds: float, **more: Any) -> dict[str, Any]:
    return {
        "port": port,
        "path": "/sign-in/",
        "name_field": "identifier",
        "names": [person(number).name for number in range(1, PEOPLE)],
        "cookie": f"__Host-device={DEVICE}",
        **_common(seconds),
        **more,
    }


def _rival_task(port: int, seconds: float) -> dict[str, Any]:
    return {
        "port": port,
        "path": "/accounts/login/",
        "name_field": "login",
        "names": [f"user{number}" for number in range(1, RIVAL_PEOPLE + 1)],
        **_common(seconds),
    }


def _common(seconds: float) -> dict[str, Any]:
    connections = CONNECTIONS_PER_CORE * cores()
    return {"host": HOST, "password": PASSWORD, "connections": connections, "seconds": seconds, "most": MOST}


def visit(task: dict[str, Any]) -> dict[str, Any]:
    """Lets a crowd sign in; ends the bench if anybody was refused."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        cwd=ROOT,
        input=json.dumps(task),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"the crowd could not sign in: {done.stdout}{done.stderr}")
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def _rival(stage: Stage, servers: ExitStack) -> tuple[int, str]:
    python, why_not = rival.python()
    if not python:
        return 0, why_not
    data = stage.folder / "allauth"
    data.mkdir()
    environment = {
        **{name: os.environ[name] for name in KEPT if name in os.environ},
        "DJANGO_SETTINGS_MODULE": "bench.plain_allauth.settings",
        "PYTHONPATH": str(ROOT),
        "DATA_DIR": str(data),
        **({"DATABASE_URL": stage.database("allauth")} if stage.address else {}),
    }
    stage.make_database("allauth")
    quietly([python, "-m", "bench.plain_allauth.filling", str(RIVAL_PEOPLE)], environment)
    return servers.enter_context(beside("bench.plain_allauth.wsgi:application", environment, python)), ""


def _processor(runs: list[dict[str, Any]], hashes: BareHash) -> Row:
    ours, bare = median(run["processor_ms"] for run in runs), median(hashes.processor_ms)
    note = f"{ours:.1f} against {bare:.1f} ms; other work on the machine disturbs it less than the rates"
    return Row(
        PART, "processor time of a bare hash against a whole sign-in's", bare / ours if ours else None, "×", note=note
    )


def _memory(port: int) -> Row:
    what = f"memory of a web process, {BURST} sign-ins at once"
    run = visit(_our_task(port, BURST_SECONDS, connections=BURST, most=BURST))
    found = peaks(port)
    if not found:
        return Row(PART, what, None, "MiB", most=TARGET_MEMORY, note="this system has no /proc")
    answers = ", ".join(f"{number} × {status}" for status, number in run["statuses"].items())
    return Row(
        PART, what, found[-1], "MiB", most=TARGET_MEMORY, note=f"highest so far; answers: {answers}", details=run
    )
