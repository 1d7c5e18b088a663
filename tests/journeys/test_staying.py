"""A page that follows by itself stays out of its reader's way once a form is sent or a link is clicked."""

import pytest
from playwright.sync_api import Page

# Asks for a page as a part that follows does, and tells whether the answer came into the place for it. ``before`` and
# ``meanwhile`` are what the browser tells the page before it asks, and while it waits for the answer; ``typed`` is what
# somebody did that made it ask.
ASK = """async ([before, meanwhile, typed]) => {
  const happen = (what) => { if (what) window.dispatchEvent(new Event(what)); };
  const place = document.getElementById("live");
  place.replaceChildren();
  happen(before);
  const cause = typed && new Event(typed);
  if (typed === "focus") window.dispatchEvent(cause);
  const asked = htmx.ajax("GET", "/support/", { target: place, event: cause });
  happen(meanwhile);
  await asked;
  return place.children.length > 0;
}"""
LEAVES, COMES_BACK = "beforeunload", "pageshow"


@pytest.mark.parametrize("language", ["en"])
def test_nothing_comes_into_a_page_that_is_being_left(page: Page) -> None:
    page.goto("/register/")
    assert page.evaluate(ASK, ["", "", ""])
    assert not page.evaluate(ASK, [LEAVES, "", ""])
    assert page.evaluate(ASK, [COMES_BACK, "", ""])
    assert not page.evaluate(ASK, ["", LEAVES, ""])
    assert page.evaluate(ASK, ["", "", "input"]), "a search goes on beside a file that is being loaded"
    # Somebody comes back to the window by clicking a link in it: that is two events, and the link is what he wants.
    assert not page.evaluate(ASK, ["", "", "focus"])
    assert page.evaluate(ASK, [COMES_BACK, "", "focus"])
    assert not page.evaluate(ASK, ["", LEAVES, "focus"])
    # Back again, but a form is on its way.
    assert page.evaluate(ASK, [COMES_BACK, "", ""])
    page.evaluate("() => { document.querySelector('main form').dataset.sent = '1'; }")
    assert not page.evaluate(ASK, ["", "", ""])
    assert page.evaluate(ASK, [COMES_BACK, "", ""])


@pytest.mark.clause("1.23")
@pytest.mark.parametrize("language", ["en"])
@pytest.mark.parametrize("typed", ["", "input"])
def test_a_page_that_asks_by_itself_says_so(page: Page, typed: str) -> None:
    page.goto("/register/")
    with page.expect_request("**/support/") as asked:
        page.evaluate(ASK, ["", "", typed])
    assert ("x-by-itself" in asked.value.headers) == (not typed)
