"""Times pages of the reviewers' queue, and submissions of a document. Argument: how many applications there are.

Asked and answering as ``inside.lookups``; with the plans come the queries of one submission.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from statistics import median
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from account_center.documents.types import CleanImage
from account_center.kit.actor import Actor, ActorKind
from account_center.kit.refused import Refused
from account_center.kit.travel_document import DocumentKind
from account_center.realname.queries import review_queue
from account_center.realname.services import documents
from account_center.realname.types import DocumentClaim, Party, ReviewFilter, Slot
from bench.inside.applications import BEGUN, FRESH, REVIEWER, tenants_of
from bench.inside.lookups import explained, scans_in

PAGE = 20
MIDDLE = BEGUN + timedelta(days=150)
PAGES: dict[str, Callable[[], object]] = {
    "the queue's first page": lambda: review_queue(limit=PAGE),
    "a page in the middle of the queue": lambda: review_queue(after=(MIDDLE, 0), limit=PAGE),
    "the queue's organisations": lambda: review_queue(ReviewFilter(party=Party.ORGANISATION), limit=PAGE),
    "the queue's overdue ones": lambda: review_queue(ReviewFilter(overdue_at=MIDDLE), limit=PAGE),
    "the cases of one reviewer": lambda: review_queue(ReviewFilter(mine=REVIEWER), limit=PAGE),
}
SUBMISSION = "submitting a document"
# What is drawn anew before it is kept costs the same at every size, and much more than everything that is measured here.
PICTURE = CleanImage(jpeg=bytes(range(256)) * 80, width=640, height=480)
SLOTS = (Slot.FRONT, Slot.BACK, Slot.HOLDING)


def _drawn_before(uploads: Mapping[Slot, object]) -> tuple[dict[Slot, CleanImage], list[Refused]]:
    return dict.fromkeys(uploads, PICTURE), []


def submissions(applications: int) -> Iterator[Callable[[], object]]:
    """One after the other, each of a tenant that has not applied yet."""
    first = tenants_of(applications) + 1
    for tenant in range(first, first + FRESH):
        yield partial(_submit, tenant)


def _submit(tenant: int) -> None:
    number = f"H{tenant:08d}"
    claim = DocumentClaim(
        kind=DocumentKind.HKM_PERMIT,
        name="陳大文",
        number=number,
        identity=f"hkm_permit:{number}",
        number_masked=f"H9*****{tenant % 100:02d}",
        birth=date(1990, 5, 17),
        nationality="HK",
        expires=date(2036, 5, 16),
    )
    actor = Actor(kind=ActorKind.CUSTOMER, account_id=tenant, name=f"visitor.{tenant}", address="192.0.2.7")
    view, wrong = documents.submit_document(
        actor=actor,
        tenant_id=tenant,
        owner_id=tenant,
        claim=claim,
        uploads=dict.fromkeys(SLOTS, b""),
        now=datetime.now(UTC),
    )
    if view is None:
        sys.exit(f"tenant {tenant} was refused: {[refusal.code for refusal in wrong]}")


def timed(act: Callable[[], object]) -> float:
    """Microseconds."""
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1_000_000


def answer(times: int, waiting: Iterator[Callable[[], object]]) -> dict[str, float]:
    """The median of each page, and of submissions."""
    found = {name: median(timed(page) for _ in range(times)) for name, page in PAGES.items()}
    return {**found, SUBMISSION: median(timed(next(waiting)) for _ in range(times))}


def plans() -> dict[str, dict[str, Any]]:
    """For each page how many queries it is, their scans, and the pages of the database they touch."""
    return {name: _plan(page) for name, page in PAGES.items()}


def _plan(page: Callable[[], object]) -> dict[str, Any]:
    with CaptureQueriesContext(connection) as seen:
        page()
    tops = [explained(query["sql"]) for query in seen.captured_queries]
    touched = sum(top.get("Shared Hit Blocks", 0) + top.get("Shared Read Blocks", 0) for top in tops)
    return {"queries": len(seen), "scans": [scan for top in tops for scan in scans_in(top)], "pages": touched}


def queries_of(act: Callable[[], object]) -> list[str]:
    """What it asks the database, beginnings and ends of transactions too."""
    with CaptureQueriesContext(connection) as seen:
        act()
    return [" ".join(query["sql"].split())[:160] for query in seen.captured_queries]


def main() -> None:
    documents.clean_pictures = _drawn_before  # type: ignore[attr-defined] # the room does not offer it; only the drawing is left out
    waiting = submissions(int(sys.argv[1]))
    for line in sys.stdin:
        asked = json.loads(line)
        if asked == "plans":
            said: object = {**plans(), SUBMISSION: queries_of(next(waiting))}
        else:
            said = answer(asked[0], waiting)
        print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main()
