"""Takes the pictures of the README from a running sandbox with demo data.

    make run                                  # in another terminal
    python tools/pictures.py [address]        # default http://127.0.0.1:8000

Needs Chromium. Writes docs/pictures/verification.png and docs/pictures/refusal.png, 1280 pixels wide.
"""

import os
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from account_center.kit.demo_people import DEMO_PASSWORD

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
SIZE = {"width": 1280, "height": 900}
COLOURS = 128  # a page has few; so each picture stays far below 150 KB
PICTURES = (
    ("verification", "lin.unverified", "/verification/"),
    ("refusal", "gao.fullphone", "/cloud/activate/"),
)


def main() -> int:
    """Takes every picture; 0 if all are there."""
    address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    browser = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        print("no Chromium found; set CHROMIUM")
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        for name, who, path in PICTURES:
            visitor = chromium.new_context(base_url=address, locale="en", viewport=SIZE)  # type: ignore[arg-type]
            _take(visitor.new_page(), who, path, FOLDER / f"{name}.png")
            visitor.close()
        chromium.close()
    return 0


def _take(page: Page, who: str, path: str, target: Path) -> None:
    page.goto("/sign-in/")
    page.fill("[name=identifier]", who)
    page.fill("[name=password]", DEMO_PASSWORD)
    page.locator("main form .buttons button").first.click()
    page.wait_for_url("**/")
    page.goto(path)
    page.mouse.move(0, 0)
    page.screenshot(path=target)
    Image.open(target).convert("RGB").quantize(COLOURS).save(target, optimize=True)
    print(f"{target.name}: {target.stat().st_size // 1024} KB")


if __name__ == "__main__":
    sys.exit(main())
