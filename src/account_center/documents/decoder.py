"""Has a picture decoded by a child process with limits. This process never decodes what somebody uploaded."""

import contextlib
import json
import os
import re
import selectors
import signal
import subprocess
import sys
import threading
import time
from functools import cache
from typing import IO, NoReturn, cast

from django.conf import settings

from account_center.documents import errors, reencode, rules
from account_center.documents.types import CleanImage
from account_center.kit.limits import Limits

COMMAND = (sys.executable, "-I", "-m", reencode.__name__)
MEGA = 1_000_000
MEBI = 1024 * 1024
LARGEST_RESULT = 32 * MEBI  # a JPEG of the largest side is far below; past it the child is not ours any more
PIPE_CHUNK = 64 * 1024
_REFUSALS = {"animated": errors.AnimatedImage, "damaged": errors.DamagedImage}


def check_file(data: bytes, limits: Limits) -> None:
    """What the first bytes and the length tell. Raises a refusal."""
    if not data:
        raise errors.EmptyFile
    if len(data) > limits.image_bytes:
        raise errors.FileTooLarge(limit=limits.image_bytes // MEBI)
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
    ends_at = time.monotonic() + limits.decode_seconds
    with _started(limits) as child:
        try:
            jpeg, line = _talk(child, data, ends_at)
            status = child.wait(max(0.1, ends_at - time.monotonic()))
        except subprocess.TimeoutExpired as wrong:
            raise errors.ImageTooHard from wrong
        finally:
            _end(child)
    if status == reencode.REFUSED:
        _refuse(line, limits)
    size = re.fullmatch(r"([1-9]\d{0,4}) ([1-9]\d{0,4})", line)
    if status != 0 or size is None or not jpeg.startswith(b"\xff\xd8\xff"):
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
            bufsize=0,
            start_new_session=True,
        )
    except OSError as wrong:
        raise errors.DecodersBusy from wrong


def _talk(child: subprocess.Popen[bytes], data: bytes, ends_at: float) -> tuple[bytes, str]:
    """Feeds the child and collects what it says, never waiting past ``ends_at`` (monotonic), whoever holds the pipes."""
    stdin, stdout, stderr = _pipes(child)
    heard = {stdout: bytearray(), stderr: bytearray()}
    left = memoryview(data)
    with selectors.DefaultSelector() as pipes:
        for pipe, event in (
            (stdin, selectors.EVENT_WRITE),
            (stdout, selectors.EVENT_READ),
            (stderr, selectors.EVENT_READ),
        ):
            os.set_blocking(pipe.fileno(), False)
            pipes.register(pipe, event)
        while pipes.get_map():
            for pipe in _ready(pipes, ends_at):
                if pipe is stdin:
                    left = left[_written(stdin, left) :]
                    over = not left
                else:
                    over = _is_over(pipe, heard[pipe])
                if over:
                    pipes.unregister(pipe)
                    pipe.close()
    return bytes(heard[stdout]), heard[stderr].decode("ascii", "replace")


def _ready(pipes: selectors.BaseSelector, ends_at: float) -> list[IO[bytes]]:
    ready = pipes.select(max(0.0, ends_at - time.monotonic()))
    if not ready or time.monotonic() > ends_at:
        raise errors.ImageTooHard
    return [cast("IO[bytes]", key.fileobj) for key, _ in ready]


def _written(stdin: IO[bytes], left: memoryview) -> int:
    try:
        return os.write(stdin.fileno(), left[:PIPE_CHUNK])
    except BrokenPipeError:
        return len(left)  # the child ended early; its status says why


def _is_over(pipe: IO[bytes], heard: bytearray) -> bool:
    chunk = os.read(pipe.fileno(), PIPE_CHUNK)
    heard += chunk
    if len(heard) > LARGEST_RESULT:
        raise errors.ImageTooHard
    return not chunk


def _end(child: subprocess.Popen[bytes]) -> None:
    # The whole group: a decoder that was taken over may have started others.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


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
