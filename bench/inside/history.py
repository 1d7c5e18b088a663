"""Times pages of the busy account's history, each from a spot drawn by lot. Asked and answering as ``inside.lookups``."""

import json
import random
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from account_center.audit.queries import history_of
from account_center.audit.types import OPERATIONS, SIGN_INS, HistoryPage, SignInWay, Spot, Topic, Wanted, Whose
from account_center.kit.networks import parse_networks
from bench.inside.events import BEGUN, OWNER, TENANT, YEARS
from bench.inside.lookups import explained, scans_in

OWN = Whose(OWNER, (TENANT,))
YEAR = timedelta(days=365)
RARE = parse_networks("192.0.2.250")


def _page(wanted: Wanted, moment: datetime) -> HistoryPage:
    return history_of(whose=OWN, wanted=wanted, before=Spot(moment, 0))


PAGES: dict[str, Callable[[datetime], HistoryPage]] = {
    "a page of sign-ins": lambda moment: _page(Wanted(topics=SIGN_INS), moment),
    "a page of failed tries": lambda moment: _page(Wanted(topics=(Topic.FAILED,)), moment),
    "a page of operations": lambda moment: _page(Wanted(topics=OPERATIONS), moment),
    "a page of the whole history (staff)": lambda moment: _page(Wanted(), moment),
    "a page of one topic within a year": lambda moment: _page(
        Wanted(topics=(Topic.VERIFICATION,), since=moment - YEAR, until=moment), moment
    ),
    "a page of a rare network": lambda moment: _page(Wanted(topics=SIGN_INS, networks=RARE), moment),
    "a page of a rare way of signing in": lambda moment: _page(Wanted(topics=SIGN_INS, way=SignInWay.PASSKEY), moment),
}


def moments(count: int, seed: int) -> list[datetime]:
    """From the second half of the time, so that there is enough before each."""
    chance = random.Random(seed)
    return [BEGUN + YEARS * chance.uniform(0.5, 1) for _ in range(count)]


def timed(page: Callable[[datetime], HistoryPage], at: list[datetime]) -> float:
    """Microseconds in the middle."""
    taken = []
    for moment in at:
        begun = time.perf_counter()
        page(moment)
        taken.append(time.perf_counter() - begun)
    return median(taken) * 1_000_000


def plans(moment: datetime) -> dict[str, dict[str, Any]]:
    """For each page how many queries it is, their scans, and the pages of the database they touch."""
    return {name: _plan(page, moment) for name, page in PAGES.items()}


def _plan(page: Callable[[datetime], HistoryPage], moment: datetime) -> dict[str, Any]:
    with CaptureQueriesContext(connection) as seen:
        page(moment)
    tops = [explained(query["sql"]) for query in seen.captured_queries]
    touched = sum(top.get("Shared Hit Blocks", 0) + top.get("Shared Read Blocks", 0) for top in tops)
    return {"queries": len(seen), "scans": [scan for top in tops for scan in scans_in(top)], "pages": touched}


def main() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        if asked == "plans":
            print(json.dumps(plans(moments(1, 1)[0])), flush=True)
            continue
        drawn = moments(*asked)
        print(json.dumps({name: timed(page, drawn) for name, page in PAGES.items()}), flush=True)


if __name__ == "__main__":
    main()
