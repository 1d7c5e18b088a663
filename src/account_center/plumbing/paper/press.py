"""The child that makes a PDF: fonts and words in, one page out. Started by ``printing``; knows neither Django nor a key.

Order (first argument, JSON): ``fonts``, ``seconds``, ``memory_bytes``. On stdin the paper (JSON). Answers with the PDF on
stdout and status 0; with MISSING and the code points that no font has; with TOO_LONG.
"""

import json
import sys
from io import BytesIO

from reportlab.pdfbase import pdfmetrics, ttfonts
from reportlab.pdfgen.canvas import Canvas

from account_center.kit.confined import confine
from account_center.plumbing.paper.outlines import font_of
from account_center.plumbing.paper.sheet import DoesNotFit, draw_paper
from account_center.plumbing.paper.types import Paper, paper_of

MISSING, TOO_LONG = 3, 4
PLAIN = "Helvetica"  # every reader of PDF has it; it knows Latin letters only
LANGUAGES = {"zh-hans": "zh-CN", "en": "en"}
DRAWN = frozenset("0123456789.·")  # what the sheet itself puts before statements and notes
_BLOCK = 100  # PDF 32000-1, 9.10.3: no more entries in one block


class Missing(Exception):
    """Characters that no font has."""


def to_unicode(font_name: str, subset: list[int]) -> str:
    """Which characters the codes of a font stand for, so that text can be copied and found.

    Instead of reportlab's, which writes code points past 16 bits as they are and not in UTF-16: the rare characters of
    names would be copied as other ones.
    """
    entries = [f"<{code:02X}> <{chr(point).encode('utf-16-be').hex().upper()}>" for code, point in enumerate(subset)]
    blocks = [entries[at : at + _BLOCK] for at in range(0, len(entries), _BLOCK)]
    mapped = [line for block in blocks for line in (f"{len(block)} beginbfchar", *block, "endbfchar")]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            f"/CIDSystemInfo << /Registry ({font_name}) /Ordering ({font_name}) /Supplement 0 >> def",
            f"/CMapName /{font_name} def",
            "/CMapType 2 def",
            "1 begincodespacerange",
            f"<00> <{len(subset) - 1:02X}>",
            "endcodespacerange",
            *mapped,
            "endcmap",
            "CMapName currentdict /CMap defineresource pop",
            "end",
            "end",
        ]
    )


ttfonts.makeToUnicodeCMap = to_unicode


def typeface(characters: frozenset[str], files: list[str]) -> str:
    """The name of a font that has all these characters. Raises Missing."""
    if not files:
        return _plain(characters)
    font, missing = font_of(characters, files)
    if missing:
        raise Missing(missing)
    pdfmetrics.registerFont(ttfonts.TTFont("Form", BytesIO(font)))
    return "Form"


def _plain(characters: frozenset[str]) -> str:
    missing = {one for one in characters if not one.encode("cp1252", "ignore")}
    if missing:
        raise Missing(missing)
    return PLAIN


def pdf_of(paper: Paper, files: list[str]) -> bytes:
    """The PDF. It says of itself what form it is and in which language, and nothing of whoever it is for."""
    font = typeface(paper.characters() | DRAWN, files)
    whole = BytesIO()
    canvas = Canvas(whole, pageCompression=1, lang=LANGUAGES.get(paper.language, "en"), initialFontName=font)
    canvas.setTitle(paper.title)
    canvas.setAuthor(paper.operator)
    canvas.setSubject(paper.code)
    canvas.setCreator("Account Center")
    draw_paper(canvas, paper, font)
    canvas.save()
    return whole.getvalue()


def main() -> int:
    """Reads the order, gives up everything else, prints."""
    order = json.loads(sys.argv[1])
    confine(cpu_seconds=order["seconds"], memory_bytes=order["memory_bytes"])
    paper = paper_of(json.loads(sys.stdin.buffer.read()))
    try:
        pdf = pdf_of(paper, order["fonts"])
    except Missing as none:
        sys.stderr.write(" ".join(f"{ord(one):X}" for one in sorted(none.args[0])))
        return MISSING
    except DoesNotFit:
        return TOO_LONG
    sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    sys.exit(main())
