"""``python -m bench``: measures, prints the table, writes JSON."""

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from bench import decisions, history, lookups, machine, pages, review, signin, timing
from bench.plan import Plan, plan
from bench.ratios import Row
from bench.stage import Stage, stage
from bench.table import table

PARTS: dict[str, Callable[[Stage, Plan], list[Row]]] = {
    "signin": signin.measure,
    "decisions": decisions.measure,
    "lookups": lookups.measure,
    "history": history.measure,
    "review": review.measure,
    "timing": timing.measure,
    "requests": pages.measure,
}
RESULTS = Path(__file__).parent / "results"
TEN_MILLION = 10_000_000


def _sizes(text: str) -> tuple[int, ...]:
    found = tuple(int(part) for part in text.split(","))
    if not found or min(found) < 1_000:
        raise argparse.ArgumentTypeError("sizes are at least 1000")
    return found


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Speed and memory, as ratios measured in one run."
    )
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds, small databases")
    parser.add_argument("--only", choices=sorted(PARTS), action="append", help="this part only; may be repeated")
    parser.add_argument(
        "--accounts", type=_sizes, help="sizes of the databases for look-ups and histories (default 10000,1000000)"
    )
    parser.add_argument("--ten-million", action="store_true", help="look-ups among ten million accounts and events too")
    parser.add_argument("--json", type=Path, help="where to write the result (default bench/results/<date>.json)")
    return parser.parse_args()


def _chosen_sizes(given: argparse.Namespace) -> tuple[int, ...]:
    usual = (10_000, 100_000) if given.quick else (10_000, 1_000_000)
    return (given.accounts or usual) + ((TEN_MILLION,) if given.ten_million else ())


def _write(path: Path, rows: list[Row], about: dict[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    shown = [{**asdict(row), "target": row.target, "verdict": row.verdict} for row in rows]
    path.write_text(json.dumps({"machine": about, "rows": shown}, indent=1, ensure_ascii=False) + "\n")
    print(f"\nWritten to {path}")


def main() -> None:
    """Everything it starts has ended when it returns."""
    given = _arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    chosen = plan(quick=given.quick, sizes=_chosen_sizes(given))
    begun = datetime.now(UTC)
    about = {**machine.facts(), "begun": begun.isoformat(timespec="seconds"), "plan": asdict(chosen)}
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="account-center-bench-") as folder, stage(Path(folder)) as ready:
        about["database"] = "PostgreSQL" if ready.address else "SQLite (PostgreSQL was not found)"
        for name in given.only or PARTS:
            print(f"{name} …", file=sys.stderr, flush=True)
            rows += PARTS[name](ready, chosen)
    print(f"\n{about['processor']}, {about['cores']} cores, {about['database']}, Python {about['python']}\n")
    print(table(rows))
    _write(given.json or RESULTS / f"{begun:%Y-%m-%dT%H%M%S}.json", rows, about)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
