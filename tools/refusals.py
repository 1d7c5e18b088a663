"""Writes docs/reference/refusals.md from the catalogue of refusals: --update, or --check that it is up to date."""

import argparse
import os
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "account_center.entry.settings")
django.setup()

from django.utils import translation  # noqa: E402 - the settings come first
from django.utils.functional import Promise  # noqa: E402

from account_center.kit.refused import Refused  # noqa: E402
from account_center.plumbing.wording import known_codes, wording_of  # noqa: E402

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "refusals.md"
LANGUAGE = "en"
HEAD = """# Refusals

Every refusal and every reason of a decision, by its stable code. Pages, the console and the API for services show these words, in English or Chinese.
Words in braces are filled in. *Status* is that of HTTP; a code without one is a reason inside an answer. *Clause* is that of the requirements.

This page is written by `tools/refusals.py --update` from the program's own catalogue; `make check` compares them.
"""
COLUMNS = """
| Code | Status | What happened | Why | What to do | Clause |
|---|---|---|---|---|---|
"""


def statuses(base: type[Refused] = Refused) -> Iterator[tuple[str, int]]:
    """The code and HTTP status of every refusal that can be raised."""
    yield base.code, base.status
    for child in base.__subclasses__():
        yield from statuses(child)


def page() -> str:
    """The whole page as it should be."""
    status = dict(statuses())
    with translation.override(LANGUAGE):
        parts = [
            f"\n## {room}\n{COLUMNS}" + "".join(_row(code, status.get(code)) for code in codes)
            for room, codes in groupby(sorted(known_codes(), key=_place), key=_room)
        ]
    return HEAD + "".join(parts)


def _room(code: str) -> str:
    return code.partition(".")[0] if "." in code else "General"


def _place(code: str) -> tuple[bool, str]:
    return "." in code, code


def _row(code: str, status: int | None) -> str:
    wording = wording_of(code)
    cells = [f"`{code}`", str(status or ""), *map(_cell, (wording.what, wording.why, wording.todo)), wording.faq]
    return f"| {' | '.join(cells)} |\n"


def _cell(text: str | Promise) -> str:
    # Doubled braces are how a sentence with facts writes a single one.
    return str(text).replace("{{", "{").replace("}}", "}").replace("|", "\\|").replace("\n", " ")


def main() -> int:
    """--update writes; --check ends with 1 if the page is not what --update would write."""
    parser = argparse.ArgumentParser(description=__doc__)
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--update", action="store_true")
    chosen.add_argument("--check", action="store_true")
    if parser.parse_args().update:
        PAGE.write_text(page())
        return 0
    if PAGE.exists() and PAGE.read_text() == page():
        return 0
    print(f"{PAGE.name} does not show the refusals as they are: run tools/refusals.py --update")
    return 1


if __name__ == "__main__":
    sys.exit(main())
