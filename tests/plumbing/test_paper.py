"""Papers as PDF: lines, fonts, and what a reader finds on the page."""

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from django.conf import LazySettings
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from pypdfium2 import raw

from account_center.plumbing.paper import fonts
from account_center.plumbing.paper.lines import broken
from account_center.plumbing.paper.outlines import font_of
from account_center.plumbing.paper.printing import CharactersMissing, PressBusy, may_be_pdf, pdf_of
from account_center.plumbing.paper.sheet import SEAL
from account_center.plumbing.paper.types import Box, Paper, Row, Table
from tests.papers import RARE, fonts_are_embedded, ink_of, needs_chinese_font, opened, text_of

NOBODY_HAS = "\U0001f9ff"  # a picture character
PAPER = Paper(
    title="Letter",
    language="en",
    operator="Lanyun Cloud",
    code="Form 1",
    addressed="To: Lanyun Cloud",
    tables=(Table("Account", (Row("Name", ("Ana Núñez",)), Row("Phone"))),),
    statements=("We agree.", "All of it is true."),
    boxes=(Box("Holder", ("Signature", "Date")), Box("Company", ("Signature", "Date"), "Official seal")),
    notes=("Fill it in.",),
    foot="Printed on 2026-11-23.",
)


def chinese(*names: str) -> Paper:
    return replace(
        PAPER, title="授权书", language="zh-hans", tables=(Table("", (Row("姓名", names),), names[1:] and names),)
    )


@pytest.mark.parametrize("rows", range(1, 30, 4))
def test_the_place_of_a_seal_is_inside_the_box_where_it_belongs(rows: int) -> None:
    table = Table("Account", tuple(Row(f"Line {number}", ("Ana",)) for number in range(rows)))
    with opened(pdf_of(replace(PAPER, tables=(table,)))) as page:
        drawn = [one.get_bounds() for one in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH])]
    round_ones = [one for one in drawn if SEAL / 2 < one[2] - one[0] == pytest.approx(one[3] - one[1], abs=0.5)]
    [seal] = round_ones
    around = [one for one in drawn if one not in round_ones and one[0] < seal[0] and one[2] > seal[2]]
    assert any(one[1] < seal[1] and one[3] > seal[3] for one in around), (seal, around)


def wide(text: str) -> float:
    """Chinese characters are twice as wide as Latin ones."""
    return sum(2 if ord(character) > 0x2E80 else 1 for character in text)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, [""]),
        ("one two three", 8, ["one two", "three"]),
        ("实名认证变更申请表", 8, ["实名认证", "变更申请", "表"]),
        ("双方同意。", 8, ["双方同", "意。"]),  # a line never begins with a full stop
        ("我们（双方）同意", 6, ["我们", "（双", "方）同", "意"]),  # nor ends with an opening bracket
        ("abcdefghijkl", 5, ["abcde", "fghij", "kl"]),  # a word that no line can hold falls apart
        ("向Lanyun申请", 8, ["向Lanyun", "申请"]),
        ("龚䶮𬱖印", 6, ["龚䶮𬱖", "印"]),
    ],
)
def test_lines_break_where_a_reader_expects_it(text: str, width: float, lines: list[str]) -> None:
    assert broken(text, width, wide) == lines


@needs_chinese_font
def test_rare_characters_are_drawn_copied_and_embedded() -> None:
    pdf = pdf_of(chinese(f"王{RARE}", "龚䶮"))
    assert f"王{RARE}" in text_of(pdf)
    assert "授权书" in text_of(pdf)
    assert fonts_are_embedded(pdf)
    drawn = [ink_of(pdf, character) for character in RARE]
    assert all(len(pixels) > 40 for pixels in drawn)
    # Each has its own shape: an empty box instead of a glyph would be the same three times.
    assert len(set(drawn)) == len(RARE)


@needs_chinese_font
def test_a_pdf_says_what_it_is_and_nothing_of_whoever_it_is_for() -> None:
    document = pypdfium2.PdfDocument(pdf_of(chinese("欧阳小明", "龚䶮")))
    said = document.get_metadata_dict()
    document.close()
    assert (said["Title"], said["Author"], said["Subject"]) == ("授权书", "Lanyun Cloud", "Form 1")
    assert "欧阳" not in str(said)


@needs_chinese_font
def test_it_is_one_page_of_a4_however_much_stands_on_it() -> None:
    much = replace(
        chinese("甲" * 100, "乙" * 100),
        statements=("上述各方确认：" + "所填内容真实、准确、完整；" * 8,) * 6,
        notes=("请将整页清晰拍照。" * 5,) * 5,
    )
    pdf = pdf_of(much)
    with opened(pdf) as page:
        assert [round(side) for side in page.get_size()] == [595, 842]
    # As heading of a column and as value.
    assert text_of(pdf).count("甲") == text_of(pdf).count("乙") == 100 * 2


@needs_chinese_font
def test_a_character_that_no_font_has_is_named_and_not_drawn_as_a_box() -> None:
    with pytest.raises(CharactersMissing) as refused:
        pdf_of(chinese(f"王{NOBODY_HAS}", "龚䶮"))
    assert refused.value.characters == NOBODY_HAS


def test_without_fonts_latin_papers_are_printed_and_chinese_ones_are_not(settings: LazySettings) -> None:
    settings.PDF_FONTS = []
    assert may_be_pdf(PAPER)
    assert "Ana Núñez" in text_of(pdf_of(PAPER))
    assert not may_be_pdf(chinese("王", "龚"))
    with pytest.raises(CharactersMissing) as refused:
        pdf_of(chinese("王", "龚"))
    assert "王" in refused.value.characters


def test_a_press_that_does_not_answer_in_time_is_a_busy_one(settings: LazySettings) -> None:
    settings.LIMITS = replace(settings.LIMITS, paper_seconds=0)
    with pytest.raises(PressBusy):
        pdf_of(PAPER)


def test_fonts_are_found_where_systems_put_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("opentype/noto/NotoSansCJK-Regular.ttc", "hana/HanaMinB.ttf", "other/Comic.ttf"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    monkeypatch.setattr(fonts, "FOLDERS", (str(tmp_path),))
    found = [Path(file).name for file in fonts.usual_fonts.__wrapped__()]
    assert found == ["NotoSansCJK-Regular.ttc", "HanaMinB.ttf"]
    # One that only helps out is none: it has no everyday characters.
    (tmp_path / "opentype/noto/NotoSansCJK-Regular.ttc").unlink()
    assert fonts.usual_fonts.__wrapped__() == ()


def a_font(path: Path, characters: str, *, rights: int = 0, units: int = 2048, wide: int = 1024) -> str:
    """A TrueType font in which every character is a square."""
    pen = TTGlyphPen(None)
    corners = [(0, 0), (0, units // 2), (units // 2, units // 2), (units // 2, 0)]
    pen.moveTo(corners[0])
    for corner in corners[1:]:
        pen.lineTo(corner)
    pen.closePath()
    square = pen.glyph()
    names = {f"g{number}": character for number, character in enumerate(characters)}
    made = FontBuilder(units, isTTF=True)
    made.setupGlyphOrder([".notdef", *names])
    made.setupCharacterMap({ord(character): name for name, character in names.items()})
    made.setupGlyf({".notdef": TTGlyphPen(None).glyph(), **dict.fromkeys(names, square)})
    made.setupHorizontalMetrics(dict.fromkeys((".notdef", *names), (wide, 0)))
    made.setupHorizontalHeader(ascent=units, descent=0)
    made.setupNameTable({"familyName": "Square", "styleName": "Regular"})
    made.setupOS2(fsType=rights)
    made.setupPost()
    made.save(path)
    return str(path)


def test_each_character_comes_from_the_first_font_that_has_it(tmp_path: Path) -> None:
    latin = a_font(tmp_path / "latin.ttf", "ab", units=1000, wide=500)
    both = a_font(tmp_path / "both.ttf", "b王𬱖")
    font, missing = font_of("ab王𬱖龚", [latin, both])
    assert missing == {"龚"}
    made = TTFont(BytesIO(font))
    widths = {chr(point): made["hmtx"][name][0] for point, name in made.getBestCmap().items()}
    # Whatever the units of their fonts are, they fit together: a half and a half of the em.
    assert widths == {" ": 250, "a": 500, "b": 500, "王": 500, "𬱖": 500}
    assert made["glyf"]["u2CC56"].xMax == 500


@pytest.mark.parametrize("rights", [0x0002, 0x0100])
def test_a_font_that_its_maker_forbids_to_embed_is_left_out(rights: int, tmp_path: Path) -> None:
    forbidden = a_font(tmp_path / "forbidden.ttf", "王", rights=rights)
    assert font_of("王", [forbidden])[1] == {"王"}


def test_a_file_that_is_no_font_is_left_out(tmp_path: Path) -> None:
    broken_one, good = tmp_path / "broken.ttc", a_font(tmp_path / "good.ttf", "王")
    broken_one.write_bytes(b"ttcf" + b"\xff" * 60)
    assert font_of("王", [str(broken_one), str(tmp_path / "nowhere.ttf"), good])[1] == set()


@needs_chinese_font
def test_the_child_writes_nothing_but_the_pdf() -> None:
    assert re.fullmatch(rb"%PDF-1\.\d.*%%EOF\s*", pdf_of(PAPER), re.DOTALL)
