"""A real browser for journeys: Chromium through Playwright. A pytest plugin.

A test chooses with parametrize: ``language`` ("zh-CN", "en"), ``viewport`` ("desktop", "phone"), ``scripts`` (True,
False), ``scheme`` ("light", "dark").
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

from tests.product import Center
from tests.records import FAILED, FOLDER

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",  # small in containers
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
VIEWPORTS: dict[str, ViewportSize] = {
    "desktop": {"width": 1280, "height": 800},
    "phone": {"width": 360, "height": 740},
}
# These only end a test that would hang. A machine that is busy with other things may be slower than a person's patience.
ACTS_WITHIN = SHOWS_WITHIN = 120_000
expect.set_options(timeout=SHOWS_WITHIN)
# Chromium and htmx report every refusal (4xx) of a page or a form as an error; a missing file of ours stays one.
A_REFUSAL = re.compile(r"the server responded with a status of 4\d\d|Response Status Error Code 4\d\d")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, once per module. Skips with its reason where there is none.

    Playwright keeps an event loop in the thread of the tests while it runs, and there Django refuses to query. So a
    journey asks the product, not the tables, and the loop ends with the module.
    """
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip(f"no browser found (looked for {', '.join(NAMES)}): the journeys are not shown")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS, timeout=ACTS_WITHIN)
        yield started
        started.close()


@pytest.fixture
def language() -> str:
    return "zh-CN"


@pytest.fixture
def viewport() -> str:
    return "desktop"


@pytest.fixture
def scripts() -> bool:
    return True


@pytest.fixture
def scheme() -> str:
    return "light"


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained about: errors, CSP violations, missing files. A test that expects one clears it."""
    return []


@pytest.fixture
def new_context(
    request: pytest.FixtureRequest,
    browser: Browser,
    center: Center,
    language: str,
    viewport: str,
    scripts: bool,
    scheme: str,
    complaints: list[str],
) -> Iterator[Callable[[], BrowserContext]]:
    """Makes a visitor: a browser profile of its own, with its own cookies. All are watched and closed."""
    opened: list[BrowserContext] = []

    def make() -> BrowserContext:
        context = browser.new_context(
            base_url=center.base_url,
            locale=language,
            viewport=VIEWPORTS[viewport],
            java_script_enabled=scripts,
            color_scheme="dark" if scheme == "dark" else "light",
            has_touch=viewport == "phone",
        )
        context.set_default_timeout(ACTS_WITHIN)
        context.on("console", lambda message: _note_message(message, complaints))
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        opened.append(context)
        return context

    yield make
    if complaints or request.node.stash.get(FAILED, False):
        _take_pictures(request.node.nodeid, opened)
        print(f"the product's last words:\n{center.last_words()}")  # noqa: T201 - shown beside the failure
    for context in opened:
        context.close()
    assert not complaints, "the browser complained:\n" + "\n".join(complaints)


@pytest.fixture
def page(new_context: Callable[[], BrowserContext]) -> Page:
    """One visitor's page; its ``goto("/...")`` is relative to the running center."""
    return new_context().new_page()


def _note_message(message: ConsoleMessage, complaints: list[str]) -> None:
    if message.type != "error":
        return
    address = message.location.get("url", "")
    if A_REFUSAL.search(message.text) and "/static/" not in address:
        return
    complaints.append(f"{message.text} ({address})")


def _take_pictures(nodeid: str, contexts: list[BrowserContext]) -> None:
    folder = FOLDER / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^\w.-]+", "_", nodeid)[-150:]
    for number, page in enumerate(page for context in contexts for page in context.pages):
        path = Path(folder, f"{name}.{number}.png")
        try:
            page.screenshot(path=path, full_page=True)
        except Error as problem:
            print(f"no picture of {page.url}: {problem}")  # noqa: T201
        else:
            print(f"picture: {path}")  # noqa: T201
