"""Forms as PDF, read back: what stands on them, in which fonts, and whether there is ink where a character should be."""

from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import c_double
from typing import Any

import pypdfium2
import pytest
from pypdfium2 import raw

from account_center.plumbing.paper.fonts import usual_fonts

needs_chinese_font = pytest.mark.skipif(
    not usual_fonts(), reason="no font with Chinese characters is installed (Debian: apt-get install fonts-noto-cjk)"
)
# A surname outside GB 2312, a given name outside GBK, and one outside the 16 bits of the first plane.
RARE = "㑇䶮𬱖"
SCALE = 4  # pixels per point
DARK = 128


@contextmanager
def opened(pdf: bytes) -> Iterator[Any]:
    """The only page of the PDF."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        assert len(document) == 1
        yield document[0]
    finally:
        document.close()


def text_of(pdf: bytes) -> str:
    """What a reader can copy from the page, without line ends."""
    with opened(pdf) as page:
        return str(page.get_textpage().get_text_range()).replace("\r", "").replace("\n", "")


def fonts_are_embedded(pdf: bytes) -> bool:
    with opened(pdf) as page:
        texts = list(page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]))
        assert texts
        return all(raw.FPDFFont_GetIsEmbedded(raw.FPDFTextObj_GetFont(text)) == 1 for text in texts)


def ink_of(pdf: bytes, character: str) -> frozenset[tuple[int, int]]:
    """The dark pixels of the character's box where it stands first."""
    with opened(pdf) as page:
        left, right, bottom, top = _box(page.get_textpage(), character)
        picture = page.render(scale=SCALE, grayscale=True).to_pil()
    height = picture.height
    box = (int(left * SCALE), int(height - top * SCALE), int(right * SCALE) + 1, int(height - bottom * SCALE) + 1)
    part = picture.crop(box)
    return frozenset((x, y) for x in range(part.width) for y in range(part.height) if part.getpixel((x, y)) < DARK)


def _box(page: Any, character: str) -> tuple[float, float, float, float]:
    # PDFium counts in UTF-16, where a rare character is two.
    first = int.from_bytes(character.encode("utf-16-be")[:2])
    places = [
        place for place in range(page.count_chars()) if raw.FPDFText_GetUnicode(page, place) in (first, ord(character))
    ]
    assert places, f"U+{ord(character):X} is not on the page"
    sides = [c_double() for _ in range(4)]
    assert raw.FPDFText_GetCharBox(page, places[0], *sides)
    left, right, bottom, top = (side.value for side in sides)
    return left, right, bottom, top
