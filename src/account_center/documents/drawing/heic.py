"""Draws HEIC and HEIF anew, as iPhones write them. A program of its own: see ``sheet``.

Needs the extra ``heif``; whether it is there is asked by ``decoder`` before this is started.
"""

import io

from PIL import Image
from pillow_heif import register_heif_opener

from account_center.documents.drawing.sheet import DAMAGE, Allowed, Problem, check_size, drawn_anew, serve

# What the library raises for broken content, besides Pillow's.
BROKEN = (*DAMAGE, RuntimeError, MemoryError)


def draw(data: bytes, allowed: Allowed) -> Image.Image:
    """The first picture in ``data``: a burst or a live photo holds more. Raises Problem."""
    try:
        picture = Image.open(io.BytesIO(data), formats=["HEIF"])
    except BROKEN as wrong:
        raise Problem("damaged") from wrong
    check_size(*picture.size, allowed)
    try:
        picture.load()
        return drawn_anew(picture, allowed)
    except BROKEN as wrong:
        raise Problem("damaged") from wrong


if __name__ == "__main__":
    register_heif_opener(thumbnails=False)
    serve(draw)
