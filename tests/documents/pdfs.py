"""PDFs for the tests: good ones from reportlab, and hostile ones written object by object."""

import io
import zlib
from collections.abc import Sequence

from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from tests.documents import pictures

A4_POINTS = (595, 842)


def scan(pages: int = 1, *, size: tuple[float, float] = A4, password: str = "", owner_password: str = "") -> bytes:
    """Pages as a scanner writes them: a red corner, a blue corner, and a number."""
    out = io.BytesIO()
    locked = StandardEncryption(password, owner_password or "owner") if password or owner_password else None
    canvas = Canvas(out, pagesize=size, encrypt=locked, invariant=1)
    for number in range(pages):
        width, height = size
        canvas.setFillColorRGB(1, 0, 0)
        canvas.rect(0, height * 3 / 4, width / 4, height / 4, stroke=0, fill=1)
        canvas.setFillColorRGB(0, 0, 1)
        canvas.rect(width * 3 / 4, 0, width / 4, height / 4, stroke=0, fill=1)
        canvas.setFillColorRGB(0, 0, 0)
        canvas.setFont("Helvetica", min(width, height) / 12)
        canvas.drawString(width / 3, height / 2, f"Page {number + 1}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def with_photo() -> bytes:
    """A page with a photo in it that tells where it was taken."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    canvas.drawImage(ImageReader(Image.open(io.BytesIO(pictures.photo_with_position()))), 50, 300, 500, 375)
    canvas.setTitle("A private title")
    canvas.setAuthor("Invented Author")
    canvas.save()
    return out.getvalue()


def filled_in(text: str = "SEALED") -> bytes:
    """A form whose field is filled in: what counts stands in the field, not on the page."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(400, 400), invariant=1)
    canvas.drawString(50, 350, "Name")
    canvas.acroForm.textfield(name="name", value=text, x=50, y=100, width=300, height=150, fontSize=72, borderWidth=0)
    canvas.save()
    return out.getvalue()


def raw(*objects: bytes, trailer: bytes = b"/Root 1 0 R", header: bytes = b"%PDF-1.7\n") -> bytes:
    """A PDF of these objects, numbered from 1, with a right table of where they are."""
    body, places = header, []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    table += b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        body + table + b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, len(body))
    )


def stream(content: bytes, *entries: bytes, packed: bool = False) -> bytes:
    """A stream object."""
    data = zlib.compress(content, 9) if packed else content
    how = (b"/Filter /FlateDecode", *entries) if packed else entries
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), b" ".join(how), data)


def page(
    content: bytes,
    *,
    box: str = "0 0 595 842",
    catalogue: bytes = b"",
    entries: bytes = b"",
    more: Sequence[bytes] = (),
    kids: bytes = b"[3 0 R]",
    count: int = 1,
    packed: bool = False,
) -> bytes:
    """One page with this content; ``more`` objects begin with number 5."""
    return raw(
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalogue,
        b"<< /Type /Pages /Kids %s /Count %d >>" % (kids, count),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R %s >>" % (box.encode(), entries),
        stream(content, packed=packed),
        *more,
    )


RED = b"1 0 0 rg 100 100 300 300 re f\n"
