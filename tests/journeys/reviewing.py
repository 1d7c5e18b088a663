"""A reviewer at the console: by plain HTTP, and in a browser."""

import time
from collections.abc import Mapping

from playwright.sync_api import Page, expect

from tests.journeys.staff import enter
from tests.journeys.visiting import ARRIVES_WITHIN, Sheet, Visitor, lend_session

REVIEWER = "wang.reviewer"
QUEUE = "/console/reviews/"


def decide(staff: Visitor, reference: str, verdicts: Mapping[str, str], *, shows: str = "") -> Sheet:
    """Takes the case as soon as it waits, and says of each picture what it is worth. ``shows`` stands on its page."""
    case = take(staff, reference)
    assert shows in case.text
    done = staff.fill(case, verdicts)
    assert done.status == 200, done.text
    return done


def take(staff: Visitor, reference: str) -> Sheet:
    """The case, from the queue, as soon as it waits there."""
    deadline = time.monotonic() + ARRIVES_WITHIN
    while (queue := _page_with(staff, reference)) is None:
        assert time.monotonic() < deadline, staff.get(QUEUE).text
        time.sleep(0.3)
    case = staff.send(queue, next(one for one in queue.paper.forms if f"/{reference}/" in one.action), {})
    assert case.path == f"{QUEUE}{reference}/", case.text
    return case


def _page_with(staff: Visitor, reference: str) -> Sheet | None:
    """The page of the queue with this case; other tests may have left cases that were promised earlier."""
    sheet = staff.get(QUEUE)
    while reference not in sheet.text:
        onward = next((one.attrs["href"] for one in sheet.paper.root.all("a") if one.attrs.get("rel") == "next"), None)
        if onward is None:
            return None
        sheet = staff.get(QUEUE + onward)
    return sheet


class Desk:
    """The console in a browser, with a reviewer signed in."""

    def __init__(self, page: Page, visitor: Visitor) -> None:
        self.page = page
        enter(visitor, REVIEWER)
        lend_session(visitor, page)

    def take(self, reference: str) -> None:
        """From the queue to the case, by clicks."""
        deadline = time.monotonic() + ARRIVES_WITHIN
        self.page.goto(QUEUE)
        button = self.page.locator(f'form[action$="/{reference}/take"] button')
        while not button.count():
            assert time.monotonic() < deadline, f"{reference} is not in the queue"
            onward = self.page.locator("a[rel=next]").first
            self.page.wait_for_timeout(300)  # the worker that brings the case needs the machine, too
            self.page.goto(QUEUE + (onward.get_attribute("href") or "") if onward.count() else QUEUE)
        button.click()
        expect(self.page.locator("h1")).to_contain_text(reference)

    def judge(self, **verdicts: str) -> None:
        """A verdict for each picture; then the queue comes again."""
        for slot, verdict in verdicts.items():
            expect(self.page.locator(f'img[src$="/{slot}.jpg"]')).to_be_visible()
            self.page.select_option(f"[name={slot}]", verdict)
        self.page.locator("[data-decide]").click()
        self.page.wait_for_url(f"**{QUEUE}")
