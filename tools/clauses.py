"""Which of the 142 clauses of the requirements are shown by a passing test.

Reads what the last whole runs recorded (var/test-results/*.json, written by tools/run_tests.py). A clause counts when at
least one of its tests passed and none failed, in every recorded run; a skipped test shows nothing.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "var" / "test-results"
SECTIONS = {"1": 47, "2.1": 24, "2.2": 10, "2.3": 28, "2.4": 10, "3.1": 23}
CLAUSES = [f"{section}.{number}" for section, last in SECTIONS.items() for number in range(1, last + 1)]


@dataclass
class Shown:
    """What is known of one clause: its tests with their outcomes, one per recorded run."""

    tests: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def outcomes(self) -> set[str]:
        return {outcome for outcomes in self.tests.values() for outcome in outcomes}

    @property
    def counts(self) -> bool:
        return "passed" in self.outcomes and "failed" not in self.outcomes

    @property
    def word(self) -> str:
        if not self.tests:
            return "NO TEST"
        if "failed" in self.outcomes:
            return "FAILED"
        if self.counts:
            return "shown"
        return "skipped" if "skipped" in self.outcomes else "not run"


Entry = Mapping[str, object]


def read_records() -> list[Entry]:
    """Every test of every recorded run."""
    return [entry for path in sorted(RESULTS.glob("*.json")) for entry in json.loads(path.read_text())]


def collect() -> list[Entry]:
    """The tests that exist, without running them."""
    with tempfile.TemporaryDirectory(prefix="account-center-collect-") as folder:
        target = Path(folder, "collected.json")
        environment = {**os.environ, "TEST_COLLECTION": str(target)}
        command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if not target.exists():
            sys.exit(f"the tests cannot be collected:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
        collected: list[Entry] = json.loads(target.read_text())
        return collected


def by_clause(entries: Iterable[Entry]) -> dict[str, Shown]:
    """The clauses in order, each with its tests. Ends the program on a number that is no clause."""
    shown = {clause: Shown() for clause in CLAUSES}
    for entry in entries:
        for clause in entry["clauses"]:  # type: ignore[attr-defined]
            if clause not in shown:
                sys.exit(f"{entry['nodeid']} names {clause!r}, which is no clause of the requirements")
            shown[clause].tests[str(entry["nodeid"])].append(str(entry["outcome"]))
    return shown


def print_table(shown: Mapping[str, Shown]) -> None:
    """One block per clause; the last line is the count."""
    for clause, state in shown.items():
        print(f"{clause:8} {state.word}")
        for nodeid, outcomes in sorted(state.tests.items()):
            print(f"{'':8}   {nodeid} [{', '.join(outcomes)}]")
    missing = [clause for clause, state in shown.items() if not state.counts]
    if missing:
        print(f"\nnot shown: {' '.join(missing)}")
    print(f"{len(shown) - len(missing)} of {len(shown)}")


def main() -> int:
    """Always 0: it tells, it does not judge."""
    entries = read_records()
    if not entries:
        print("No whole run is recorded (make test); these tests exist, and none counts:\n")
        entries = collect()
    print_table(by_clause(entries))
    return 0


if __name__ == "__main__":
    sys.exit(main())
