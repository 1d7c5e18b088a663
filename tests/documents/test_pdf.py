"""PDFs: their pages become one picture and nothing else of them stays; what cannot be drawn is refused with its reason."""

import dataclasses
from typing import Any

import pytest

from account_center.documents import errors, services
from account_center.kit.refused import Invalid
from account_center.plumbing.wording import explain_refusal
from tests.documents import pdfs, pictures


def drawn(data: bytes) -> Any:
    clean = services.reencode_image(data, paper=True)
    picture = pictures.opened(clean.jpeg)
    assert picture.size == (clean.width, clean.height)
    return picture


def is_red(colour: tuple[int, int, int]) -> bool:
    return colour[0] > 200 and colour[1] < 60 and colour[2] < 60


@pytest.mark.clause("2.1.8")
def test_a_page_becomes_a_picture_as_sharp_as_a_photo() -> None:
    picture = drawn(pdfs.scan())
    assert picture.size == (1697, 2400)
    assert is_red(picture.getpixel((50, 50)))


def test_pages_stand_one_below_the_other() -> None:
    picture = drawn(pdfs.scan(3))
    assert picture.width == 1697
    assert picture.height == 3 * 2400 + 2 * 12
    assert [is_red(picture.getpixel((50, top + 50))) for top in (0, 2412, 4824)] == [True, True, True]


def test_a_small_page_is_not_blown_up_without_end() -> None:
    card = drawn(pdfs.scan(size=(243, 153)))  # points: a bank card
    assert 1000 < card.width < 1030


def test_what_stands_in_a_field_is_drawn_since_it_is_what_counts() -> None:
    written, empty = drawn(pdfs.filled_in()), drawn(pdfs.filled_in(text=""))
    assert sum(written.convert("L").histogram()[:60]) > sum(empty.convert("L").histogram()[:60]) + 1000


def test_title_author_and_the_place_of_a_photo_inside_are_gone() -> None:
    data = pdfs.with_photo()
    assert b"Invented Author" in data
    clean = services.reencode_image(data, paper=True)
    assert not pictures.opened(clean.jpeg).getexif()
    for trace in (b"Invented", b"private", b"%PDF"):
        assert trace not in clean.jpeg


def test_a_pdf_that_only_asks_for_a_password_to_be_changed_is_taken() -> None:
    assert drawn(pdfs.scan(owner_password="kept")).size == (1697, 2400)


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"%PDF-1.7\n", errors.DamagedPdf),
        (b"%PDF-" + bytes(5000), errors.DamagedPdf),
        (pdfs.scan()[:700], errors.DamagedPdf),
        (pdfs.scan(password="secret"), errors.LockedPdf),
        (pdfs.scan(4), errors.TooManyPages),
        (pdfs.scan(300), errors.TooManyPages),
        (pdfs.page(b""), errors.EmptyPdf),
        (pdfs.page(b"", kids=b"[]", count=0), errors.DamagedPdf),
        (pdfs.page(pdfs.RED, box="0 0 14400 20"), errors.ImageTooSmall),
        (pdfs.page(pdfs.RED, box="0 0 20 20"), errors.ImageTooSmall),
        (
            pdfs.page(
                pdfs.RED,
                catalogue=b"/AcroForm << /Fields [] /XFA 5 0 R >> /NeedsRendering true",
                more=[pdfs.stream(b'<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"></xdp:xdp>')],
            ),
            errors.DynamicPdf,
        ),
    ],
)
def test_a_pdf_that_cannot_be_drawn_is_refused_with_what_to_do_instead(data: bytes, refusal: type[Invalid]) -> None:
    with pytest.raises(Invalid) as refused:
        services.reencode_image(data, paper=True)
    assert type(refused.value) is refusal
    told = explain_refusal(refused.value)
    assert told.what
    assert told.why
    assert told.todo
    assert "{" not in told.what + told.why + told.todo


def test_a_picture_of_a_person_is_not_taken_as_pdf() -> None:
    with pytest.raises(errors.PdfNotHere):
        services.reencode_image(pdfs.scan())


def test_a_page_that_takes_for_ever_is_given_up(settings: Any) -> None:
    settings.LIMITS = dataclasses.replace(settings.LIMITS, decode_seconds=1)
    # Each of the nested patterns paints the one inside a thousand times.
    slow = pdfs.page(
        b"/Pattern cs /P0 scn 0 0 595 842 re f",
        entries=b"/Resources << /Pattern << /P0 5 0 R >> >>",
        more=[_pattern(level) for level in range(4)],
    )
    with pytest.raises(errors.PdfTooHard):
        services.reencode_image(slow, paper=True)


def _pattern(level: int) -> bytes:
    inside = b"/Pattern cs /P scn 0 0 595 842 re f" if level < 3 else b"1 0 0 rg 0 0 1 1 re f"
    return pdfs.stream(
        inside * 200,
        b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 2 2] /XStep 0.3 /YStep 0.3",
        b"/Resources << /Pattern << /P %d 0 R >> >>" % (level + 6),
    )


def test_a_page_that_needs_too_much_memory_is_given_up(settings: Any) -> None:
    settings.LIMITS = dataclasses.replace(settings.LIMITS, decode_memory_bytes=300_000_000)
    bomb = pdfs.page(b"0 " * 120_000_000 + pdfs.RED, packed=True)
    assert len(bomb) < 500_000
    with pytest.raises(Invalid) as refused:
        services.reencode_image(bomb, paper=True)
    assert type(refused.value) in {errors.PdfTooHard, errors.DamagedPdf}
