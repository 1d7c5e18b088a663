"""Papers as PDF, printed by a child process.

Fonts and the library that writes PDF would add 40 MiB to every web process for something that is asked for now and then; in a
child they cost half a second and are gone afterwards.
"""

import json
import logging
import time
from dataclasses import asdict

from django.conf import settings

from account_center.kit.limits import Limits
from account_center.plumbing.limited_child import ChildFailed, NoPlace, place, python_child, run_child
from account_center.plumbing.paper.fonts import font_files
from account_center.plumbing.paper.types import Paper

log = logging.getLogger(__name__)
PRESS = "account_center.plumbing.paper.press"
MISSING = 3  # status of the child: a character that no font has
LARGEST = 8 * 1024 * 1024


class CharactersMissing(Exception):
    """No font of this system has these ``characters``."""

    def __init__(self, characters: str) -> None:
        super().__init__(characters)
        self.characters = characters


class PressBusy(Exception):
    """Too many papers at once, or printing failed; the log says which."""


def may_be_pdf(paper: Paper) -> bool:
    """Whether a PDF can be expected: there are fonts, or Latin letters are enough. A rare character may still be missing."""
    return bool(font_files()) or not _beyond_latin(paper)


def pdf_of(paper: Paper) -> bytes:
    """The paper as PDF, one page. Takes up to LIMITS.paper_seconds. Raises CharactersMissing, PressBusy."""
    limits: Limits = settings.LIMITS
    files = font_files()
    if not files and (missing := _beyond_latin(paper)):
        raise CharactersMissing(missing)
    order = {"fonts": files, "seconds": limits.paper_seconds, "memory_bytes": limits.paper_memory_bytes}
    ends_at = time.monotonic() + limits.paper_seconds
    try:
        with place("papers", at_once=limits.papers_at_once, ends_at=ends_at):
            ended = run_child(
                python_child(PRESS, order), json.dumps(asdict(paper)).encode(), ends_at=ends_at, answer_bytes=LARGEST
            )
    except (ChildFailed, NoPlace) as wrong:
        log.warning("a paper could not be printed: %s", type(wrong).__name__)
        raise PressBusy from wrong
    if ended.status == MISSING:
        raise CharactersMissing("".join(chr(int(point, 16)) for point in ended.line.split()))
    if ended.status or not ended.answer.startswith(b"%PDF-"):
        log.error("a paper could not be printed: status %s", ended.status)
        raise PressBusy
    return ended.answer


def _beyond_latin(paper: Paper) -> str:
    """The characters that the fonts which every reader of PDF has do not know."""
    return "".join(sorted(one for one in paper.characters() if not one.encode("cp1252", "ignore")))
