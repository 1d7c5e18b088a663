"""Draws the pages of a PDF, one below the other, as one picture. A program of its own: see ``sheet``.

Only pixels come out: scripts, attachments, links, layers and text stay behind. PDFium is built without JavaScript.
Filled-in fields and visible signatures (seals of electronic licences are such) are drawn, since they are what counts.
"""

import pypdfium2 as pdfium
from PIL import Image, ImageDraw
from pypdfium2 import raw

from account_center.documents.drawing.sheet import Allowed, Problem, serve

POINTS_PER_INCH = 72
SHARPEST = 300  # dots per inch: a card scanned alone on a small page becomes no larger than that
GAP = 12  # pixels between two pages
GREY = "#808080"


def draw(data: bytes, allowed: Allowed) -> Image.Image:
    """All pages of the PDF in ``data``. Raises Problem."""
    try:
        with _opened(data) as document:
            _check_pages(document, allowed)
            pages = [_drawn(document, number, allowed) for number in range(len(document))]
    except pdfium.PdfiumError as wrong:
        raise Problem("locked" if wrong.err_code == raw.FPDF_ERR_PASSWORD else "damaged") from wrong
    if all(_is_blank(page) for page in pages):
        raise Problem("nothing_on_it")
    return _stacked(pages)


def _opened(data: bytes) -> pdfium.PdfDocument:
    document = pdfium.PdfDocument(data)
    if document.get_formtype() == raw.FORMTYPE_XFA_FULL:
        raise Problem("dynamic")  # its page says "please wait" to everybody but one maker's reader
    document.init_forms()
    return document


def _check_pages(document: pdfium.PdfDocument, allowed: Allowed) -> None:
    if not len(document):
        raise Problem("nothing_on_it")
    if len(document) > allowed.pages:
        raise Problem(f"too_many_pages {len(document)}")


def _drawn(document: pdfium.PdfDocument, number: int, allowed: Allowed) -> Image.Image:
    page = document[number]
    width, height = page.get_size()
    if not (width > 0 and height > 0):
        raise Problem("damaged")
    scale = min(SHARPEST / POINTS_PER_INCH, allowed.side / max(width, height))
    if min(width, height) * scale < allowed.min_side:
        raise Problem(f"too_small {max(1, round(width * scale))} {max(1, round(height * scale))}")
    drawn: Image.Image = page.render(scale=scale, may_draw_forms=True, rev_byteorder=True).to_pil()
    return drawn.convert("RGB")


def _is_blank(page: Image.Image) -> bool:
    lightest_and_darkest = page.convert("L").getextrema()
    return lightest_and_darkest[0] == lightest_and_darkest[1]


def _stacked(pages: list[Image.Image]) -> Image.Image:
    height = sum(page.height for page in pages) + GAP * (len(pages) - 1)
    sheet = Image.new("RGB", (max(page.width for page in pages), height), "white")
    top = 0
    for page in pages:
        if top:
            ImageDraw.Draw(sheet).rectangle((0, top - GAP, sheet.width, top - 1), fill=GREY)
        sheet.paste(page, (0, top))
        top += page.height + GAP
    return sheet


if __name__ == "__main__":
    serve(draw)
