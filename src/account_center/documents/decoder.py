"""Has a file drawn anew by a child process with limits. This process never decodes what somebody uploaded."""

import importlib.util
import re
import time
from functools import cache
from typing import NoReturn

from django.conf import settings

from account_center.documents import errors, rules
from account_center.documents.drawing import sheet
from account_center.documents.types import CleanImage, FileKind
from account_center.kit.limits import Limits
from account_center.kit.refused import Invalid
from account_center.plumbing.limited_child import ChildFailed, Command, Ended, NoPlace, place, python_child, run_child

MEGA = 1_000_000
MEBI = 1024 * 1024
LARGEST_RESULT = 32 * MEBI  # a JPEG of the largest side is far below; past it the child is not ours any more
CLOCK = 2  # a child may take so many times its processor time, for a busy machine gives it only part of a core
PLACES = "drawing"
_PROGRAMS = {FileKind.PDF: "pdf", FileKind.HEIC: "heic"}
_REFUSALS: dict[str, type[Invalid]] = {
    "animated": errors.AnimatedImage,
    "damaged": errors.DamagedImage,
    "locked": errors.LockedPdf,
    "dynamic": errors.DynamicPdf,
    "nothing_on_it": errors.EmptyPdf,
}


@cache
def heic_is_taken() -> bool:
    """Whether the extra ``heif`` is installed."""
    return importlib.util.find_spec("pillow_heif") is not None


def check_file(data: bytes, limits: Limits, *, paper: bool) -> FileKind:
    """What the first bytes and the length tell. Raises a refusal."""
    if not data:
        raise errors.EmptyFile
    if len(data) > limits.image_bytes:
        raise errors.FileTooLarge(limit=limits.image_bytes // MEBI)
    kind = rules.file_kind(data)
    if kind is FileKind.UNKNOWN:
        raise errors.NotAnImage
    if kind in rules.taken(paper=paper, heic=heic_is_taken()):
        return kind
    if kind is FileKind.HEIC:
        raise errors.HeicNotHere
    if kind is FileKind.PDF:
        raise errors.PdfNotHere
    raise errors.WrongFileKind(kind=kind.value)


def decode(data: bytes, kind: FileKind, *, ends_at: float) -> CleanImage:
    """The clean image, by a child process. Waits for a place; raises a refusal, at ``ends_at`` (monotonic) at the latest."""
    limits: Limits = settings.LIMITS
    line_until = min(ends_at, time.monotonic() + limits.upload_wait_seconds)
    try:
        with place(PLACES, at_once=limits.uploads_at_once, ends_at=line_until):
            ended = _by_child(data, kind, limits, ends_at=ends_at)
    except NoPlace as wrong:
        raise errors.DecodersBusy from wrong
    if ended.status == sheet.REFUSED:
        _refuse(ended.line, kind, limits)
    size = re.fullmatch(r"([1-9]\d{0,4}) ([1-9]\d{0,4})", ended.line)
    if ended.status != 0 or size is None or not ended.answer.startswith(b"\xff\xd8\xff"):
        raise _too_hard(kind)
    return CleanImage(jpeg=ended.answer, width=int(size[1]), height=int(size[2]))


def _by_child(data: bytes, kind: FileKind, limits: Limits, *, ends_at: float) -> Ended:
    own_end = time.monotonic() + CLOCK * limits.decode_seconds
    try:
        return run_child(command(kind, limits), data, ends_at=min(own_end, ends_at), answer_bytes=LARGEST_RESULT)
    except ChildFailed as wrong:
        # It had not used up its own time: then the form's time was over, and the machine is busy.
        if ends_at <= time.monotonic() < own_end:
            raise errors.DecodersBusy from wrong
        raise _too_hard(kind) from wrong


def command(kind: FileKind, limits: Limits) -> Command:
    """The program that draws this kind, with its limits."""
    allowed = {
        "pixels": limits.image_pixels,
        "side": limits.image_side,
        "min_side": limits.image_min_side,
        "pages": limits.pdf_pages,
        "seconds": limits.decode_seconds,
        "memory_bytes": limits.decode_memory_bytes,
    }
    program = _PROGRAMS.get(kind, "picture")
    return python_child(f"account_center.documents.drawing.{program}", allowed)


def _refuse(line: str, kind: FileKind, limits: Limits) -> NoReturn:
    problem, *numbers = line.split(" ")
    told = all(re.fullmatch(r"\d{1,10}", number) for number in numbers)
    if not told or sheet.PROBLEMS.get(problem) != len(numbers):
        raise _too_hard(kind)
    if problem == "damaged" and kind is FileKind.PDF:
        raise errors.DamagedPdf
    if problem in _REFUSALS:
        raise _REFUSALS[problem]
    if problem == "too_many_pages":
        raise errors.TooManyPages(pages=int(numbers[0]), limit=limits.pdf_pages)
    width, height = int(numbers[0]), int(numbers[1])
    if problem == "too_small":
        raise errors.ImageTooSmall(width=width, height=height, limit=limits.image_min_side)
    raise errors.TooManyPixels(width=width, height=height, limit=limits.image_pixels // MEGA)


def _too_hard(kind: FileKind) -> Invalid:
    return errors.PdfTooHard() if kind is FileKind.PDF else errors.ImageTooHard()
