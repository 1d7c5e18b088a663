"""Has a picture decoded by a child process with limits. This process never decodes what somebody uploaded."""

import contextlib
import json
import re
import subprocess
import sys
import threading
from functools import cache
from typing import IO, NoReturn

from django.conf import settings

from account_center.documents import errors, reencode, rules
from account_center.documents.types import CleanImage
from account_center.kit.limits import Limits

COMMAND = (sys.executable, "-I", "-m", reencode.__name__)
MEGA = 1_000_000
MEBI = 1024 * 1024
LARGEST_RESULT = 32 * MEBI  # a JPEG of the largest side is far below; past it the child is not ours any more
RESULT_LINE = 100
_REFUSALS = {"animated": errors.AnimatedImage, "damaged": errors.DamagedImage}


def check_file(data: bytes, limits: Limits) -> None:
    """What the first bytes and the length tell. Raises a refusal."""
    if not data:
        raise errors.EmptyFile
    if len(data) > limits.image_bytes:
        raise errors.FileTooLarge(megabytes=round(len(data) / MEBI, 1), limit=limits.image_bytes // MEBI)
    kind = rules.file_kind(data)
    if kind is rules.FileKind.UNKNOWN:
        raise errors.NotAnImage
    if kind not in rules.TAKEN:
        raise errors.WrongFileKind(kind=kind.value)


def decode(data: bytes) -> CleanImage:
    """The clean image, by a child process. Waits for a place; raises a refusal."""
    limits: Limits = settings.LIMITS
    places = _places(limits.uploads_at_once)
    if not places.acquire(timeout=limits.upload_wait_seconds):
        raise errors.DecodersBusy
    try:
        return _by_child(data, limits)
    finally:
        places.release()


@cache
def _places(at_once: int) -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(at_once)


def _by_child(data: bytes, limits: Limits) -> CleanImage:
    with _started(limits) as child:
        watchdog = threading.Timer(limits.decode_seconds, child.kill)
        watchdog.start()
        try:
            jpeg, line = _talk(child, data)
            status = child.wait()
        finally:
            watchdog.cancel()
            child.kill()
    if status == reencode.REFUSED:
        _refuse(line, limits)
    size = re.fullmatch(r"([1-9]\d{0,4}) ([1-9]\d{0,4})", line)
    if status != 0 or size is None or not jpeg.startswith(b"\xff\xd8\xff") or len(jpeg) > LARGEST_RESULT:
        raise errors.ImageTooHard
    return CleanImage(jpeg=jpeg, width=int(size[1]), height=int(size[2]))


def _started(limits: Limits) -> subprocess.Popen[bytes]:
    allowed = {
        "pixels": limits.image_pixels,
        "side": limits.image_side,
        "min_side": limits.image_min_side,
        "seconds": limits.decode_seconds,
        "memory_bytes": limits.decode_memory_bytes,
    }
    try:
        # An empty environment: the child has no use for addresses and secrets.
        return subprocess.Popen(  # noqa: S603 our own program; what was uploaded goes only through its stdin
            (*COMMAND, json.dumps(allowed)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={},
        )
    except OSError as wrong:
        raise errors.DecodersBusy from wrong


def _talk(child: subprocess.Popen[bytes], data: bytes) -> tuple[bytes, str]:
    # In turns, without deadlock: the child reads all before it writes anything, and the watchdog ends a child that does not.
    stdin, stdout, stderr = _pipes(child)
    # A broken pipe means that the child ended early; its status says why.
    with contextlib.suppress(BrokenPipeError):
        stdin.write(data)
    with contextlib.suppress(BrokenPipeError):
        stdin.close()
    jpeg = stdout.read(LARGEST_RESULT + 1)
    if len(jpeg) > LARGEST_RESULT:
        child.kill()
    return jpeg, stderr.read(RESULT_LINE).decode("ascii", "replace")


def _pipes(child: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
    if child.stdin is None or child.stdout is None or child.stderr is None:
        raise RuntimeError("the child was started without pipes")
    return child.stdin, child.stdout, child.stderr


def _refuse(line: str, limits: Limits) -> NoReturn:
    if line in _REFUSALS:
        raise _REFUSALS[line]
    told = re.fullmatch(r"(too_many_pixels|too_small) (\d{1,10}) (\d{1,10})", line)
    if told is None:
        raise errors.ImageTooHard
    width, height = int(told[2]), int(told[3])
    if told[1] == "too_small":
        raise errors.ImageTooSmall(width=width, height=height, limit=limits.image_min_side)
    raise errors.TooManyPixels(width=width, height=height, limit=limits.image_pixels // MEGA)
