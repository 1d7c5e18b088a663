"""What every drawing child does: file on stdin, clean JPEG on stdout, one line on stderr.

Started by ``decoder`` as ``python -I -m account_center.documents.drawing.<kind> '<limits as JSON>'``. It limits itself
before it reads a byte, and is thrown away after one file.

Exit status 0 and ``<width> <height>`` on stderr, or 3 and a problem: a word, and its numbers (``PROBLEMS``). Any other
end means: over its limits.
"""

import io
import json
import struct
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from PIL import Image

from account_center.kit.confined import confine

REFUSED = 3
QUALITY = 90
# Each problem and how many numbers follow it.
PROBLEMS = {
    "animated": 0,
    "damaged": 0,
    "too_many_pixels": 2,
    "too_small": 2,
    "locked": 0,
    "dynamic": 0,
    "nothing_on_it": 0,
    "too_many_pages": 1,
}
ORIENTATION = 0x0112  # EXIF tag; TURNS makes each of its values upright
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What Pillow raises for damaged content, besides OSError; EOFError and zlib's errors arrive as these, too.
DAMAGE = (OSError, SyntaxError, ValueError, EOFError, struct.error, IndexError, KeyError, TypeError)


@dataclass(frozen=True, slots=True)
class Allowed:
    """The limits, from the command line. Sides in pixels."""

    pixels: int
    side: int
    min_side: int
    pages: int
    seconds: int
    memory_bytes: int


class Problem(Exception):
    """The file is refused; the text is the line for stderr."""


def check_size(width: int, height: int, allowed: Allowed) -> None:
    """Before a pixel is decoded. Raises Problem."""
    if width * height > allowed.pixels:
        raise Problem(f"too_many_pixels {width} {height}")
    shrink = min(1.0, allowed.side / max(width, height))
    if min(width, height) * shrink < allowed.min_side:
        raise Problem(f"too_small {width} {height}")


def drawn_anew(picture: Image.Image, allowed: Allowed) -> Image.Image:
    """Upright, RGB, at most ``allowed.side`` long, on a new sheet: whatever the old one carried stays behind."""
    turn = TURNS.get(_orientation(picture))
    small = _in_mode(picture, "RGBA" if picture.has_transparency_data else "RGB")
    small.thumbnail((allowed.side, allowed.side), Image.Resampling.LANCZOS)
    upright = small.transpose(turn) if turn is not None else small
    # EXIF, colour profile, comments, transparency: none of it is on white paper.
    fresh = Image.new("RGB", upright.size, "white")
    fresh.paste(upright, mask=upright.getchannel("A") if upright.mode == "RGBA" else None)
    return fresh


def _orientation(picture: Image.Image) -> int:
    try:
        return int(picture.getexif().get(ORIENTATION, 1))
    except DAMAGE:  # a broken note about the picture does not make the picture bad
        return 1


def _in_mode(picture: Image.Image, mode: str) -> Image.Image:
    return picture if picture.mode == mode else picture.convert(mode)


def serve(draw: Callable[[bytes, Allowed], Image.Image]) -> NoReturn:
    """Limits itself, reads, has it drawn, writes."""
    allowed = Allowed(**json.loads(sys.argv[1]))
    confine(cpu_seconds=allowed.seconds, memory_bytes=allowed.memory_bytes)
    Image.MAX_IMAGE_PIXELS = None  # check_size refuses before a pixel is decoded, and can say the size
    warnings.simplefilter("ignore")  # stderr belongs to the result
    try:
        fresh = draw(sys.stdin.buffer.read(), allowed)
    except Problem as problem:
        _end(REFUSED, str(problem))
    out = io.BytesIO()
    fresh.save(out, "JPEG", quality=QUALITY)
    sys.stdout.buffer.write(out.getvalue())
    sys.stdout.buffer.flush()
    _end(0, f"{fresh.width} {fresh.height}")


def _end(status: int, line: str) -> NoReturn:
    sys.stderr.write(line)
    sys.exit(status)
