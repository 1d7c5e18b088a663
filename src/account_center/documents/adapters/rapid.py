"""RapidOCR (PP-OCR models on ONNX Runtime) in a child process with limits; the extra ``ocr``."""

import json
import time

from django.conf import settings

from account_center.documents.ports import CannotRead, ReaderBusy
from account_center.documents.types import TextLine
from account_center.kit.limits import Limits
from account_center.plumbing.limited_child import ChildFailed, Command, Ended, NoPlace, place, python_child, run_child

PLACES = "reading"
CLOCK = 3  # by the clock it may take so many times its processor time: the machine serves pages first
ANSWER_BYTES = 256 * 1024
WAIT_SECONDS = 1.0


class RapidReader:
    """One picture at a time on this machine."""

    def read(self, jpeg: bytes) -> tuple[TextLine, ...]:
        """Every line from top to bottom. Raises ReaderBusy, CannotRead."""
        ended = self._run(jpeg, settings.LIMITS)
        try:
            found = json.loads(ended.answer) if ended.status == 0 else None
            if found is not None:
                return tuple(TextLine(text=str(text), sure=float(sure)) for text, sure in found)
        except (ValueError, TypeError) as wrong:
            raise CannotRead from wrong
        raise CannotRead

    def _run(self, jpeg: bytes, limits: Limits) -> Ended:
        now = time.monotonic()
        try:
            with place(PLACES, at_once=1, ends_at=now + WAIT_SECONDS):
                ends_at = now + CLOCK * limits.ocr_seconds
                return run_child(command(limits), jpeg, ends_at=ends_at, answer_bytes=ANSWER_BYTES)
        except NoPlace as wrong:
            raise ReaderBusy from wrong
        except ChildFailed as wrong:
            raise CannotRead from wrong


def command(limits: Limits) -> Command:
    """The program that reads, with its limits."""
    order = {"seconds": limits.ocr_seconds, "memory_bytes": limits.ocr_memory_bytes, "side": limits.ocr_side}
    return python_child("account_center.documents.text_child", order)
