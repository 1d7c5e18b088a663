"""Draws JPEG, PNG and WebP anew. A program of its own: see ``sheet``."""

import io

from PIL import Image

from account_center.documents.drawing.sheet import DAMAGE, Allowed, Problem, check_size, drawn_anew, serve

FORMATS = ("JPEG", "PNG", "WEBP")


def draw(data: bytes, allowed: Allowed) -> Image.Image:
    """The picture in ``data``. Raises Problem."""
    picture = _opened(data)
    check_size(*picture.size, allowed)
    try:
        picture.draft("RGB", (allowed.side, allowed.side))
        picture.load()
        return drawn_anew(picture, allowed)
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


if __name__ == "__main__":
    serve(draw)
