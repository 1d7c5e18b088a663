"""The child process that decodes pictures: picture on stdin, clean JPEG on stdout, one line of result on stderr.

Started as ``python -I -m account_center.documents.reencode '<settings as JSON>'``. It limits its own memory, time and
files before it reads a byte, knows neither Django nor a key, and is thrown away after one picture.

Exit status 0 and ``<width> <height>`` on stderr, or 3 and a problem: ``animated``, ``damaged``,
``too_many_pixels <width> <height>``, ``too_small <width> <height>``. Any other end means: over its limits.
"""

import io
import json
import resource
import struct
import sys
import warnings
from dataclasses import dataclass
from typing import NoReturn

from PIL import Image

REFUSED = 3
QUALITY = 90
FORMATS = ("JPEG", "PNG", "WEBP")
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
    seconds: int
    memory_bytes: int


class Problem(Exception):
    """The picture is refused; the text is the line for stderr."""


def reencode(data: bytes, allowed: Allowed) -> tuple[bytes, int, int]:
    """``data`` as (JPEG, width, height), upright, RGB, without metadata. Raises Problem."""
    picture = _opened(data)
    _check_size(picture, allowed)
    try:
        return _drawn_anew(picture, allowed)
    except DAMAGE as wrong:
        raise Problem("damaged") from wrong


def _opened(data: bytes) -> Image.Image:
    try:
        picture = Image.open(io.BytesIO(data), formats=FORMATS)
    except DAMAGE as wrong:
        raise Problem("damaged") from wrong
    # Phones write portraits and HDR as MPO: a JPEG with more pictures behind it. Its first picture is the photo.
    if getattr(picture, "is_animated", False) and picture.format != "MPO":
        raise Problem("animated")
    return picture


def _check_size(picture: Image.Image, allowed: Allowed) -> None:
    width, height = picture.size
    if width * height > allowed.pixels:
        raise Problem(f"too_many_pixels {width} {height}")
    shrink = min(1.0, allowed.side / max(width, height))
    if min(width, height) * shrink < allowed.min_side:
        raise Problem(f"too_small {width} {height}")


def _drawn_anew(picture: Image.Image, allowed: Allowed) -> tuple[bytes, int, int]:
    picture.draft("RGB", (allowed.side, allowed.side))
    picture.load()
    turn = TURNS.get(_orientation(picture))
    small = _in_mode(picture, "RGBA" if picture.has_transparency_data else "RGB")
    small.thumbnail((allowed.side, allowed.side), Image.Resampling.LANCZOS)
    upright = small.transpose(turn) if turn is not None else small
    # Onto a new sheet: whatever the old picture carried (EXIF, profile, comments, transparency) stays behind.
    fresh = Image.new("RGB", upright.size, "white")
    fresh.paste(upright, mask=upright.getchannel("A") if upright.mode == "RGBA" else None)
    out = io.BytesIO()
    fresh.save(out, "JPEG", quality=QUALITY)
    return out.getvalue(), fresh.width, fresh.height


def _orientation(picture: Image.Image) -> int:
    try:
        return int(picture.getexif().get(ORIENTATION, 1))
    except DAMAGE:  # a broken note about the picture does not make the picture bad
        return 1


def _in_mode(picture: Image.Image, mode: str) -> Image.Image:
    return picture if picture.mode == mode else picture.convert(mode)


def _limit_yourself(allowed: Allowed) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (allowed.seconds, allowed.seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # elsewhere the kernel refuses or ignores this one
        resource.setrlimit(resource.RLIMIT_AS, (allowed.memory_bytes, allowed.memory_bytes))
    Image.MAX_IMAGE_PIXELS = None  # _check_size refuses before a pixel is decoded, and can say the size
    warnings.simplefilter("ignore")  # stderr belongs to the result


def _end(status: int, line: str) -> NoReturn:
    sys.stderr.write(line)
    sys.exit(status)


def main() -> NoReturn:
    """Reads, limits, draws, writes."""
    allowed = Allowed(**json.loads(sys.argv[1]))
    _limit_yourself(allowed)
    try:
        jpeg, width, height = reencode(sys.stdin.buffer.read(), allowed)
    except Problem as problem:
        _end(REFUSED, str(problem))
    sys.stdout.buffer.write(jpeg)
    sys.stdout.buffer.flush()
    _end(0, f"{width} {height}")


if __name__ == "__main__":
    main()
