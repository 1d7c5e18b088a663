"""Outlines of single characters out of the system's fonts, as TrueType, whatever kind the font is. For the child.

A Chinese font has tens of thousands of characters and a form two hundred. Loading one whole costs a quarter of a second and
70 MiB before the first outline, so the tables that map characters and widths are read here, and fontTools draws.
"""

import struct
from bisect import bisect_right
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

EM = 1000  # units of the font that is made
ERROR = 1.0  # how far a quadratic curve may leave the cubic one, in units: 0.01 pt at 10 pt
RESTRICTED, NO_SUBSETS = 0x0002, 0x0100  # OS/2 fsType: the maker forbids to embed it, or a part of it
Glyph = tuple[Any, int]  # outline and advance width
Lookup = Callable[[int], int]
# (platform, encoding) of character tables: those that go past 16 bits first.
_TABLES = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3), (0, 2), (0, 1), (0, 0))
_SIMPLIFIED = (" sc", " gb", "simplified")


class CannotUse(Exception):
    """The font has no outlines that can be read, or its maker forbids to embed it."""


class Face:
    """One face of a font file, as long as the file is open."""

    def __init__(self, opened: BinaryIO, number: int) -> None:
        self.font = TTFont(opened, fontNumber=number, lazy=True)
        rights = self.font["OS/2"].fsType if "OS/2" in self.font else 0
        if rights & 0x000F == RESTRICTED or rights & NO_SUBSETS:
            raise CannotUse
        self.glyph_number = _lookup(self.font.reader["cmap"])
        self.draw = self._cubic() if "CFF " in self.font else self._quadratic()
        self.scale = EM / self.font["head"].unitsPerEm
        self.widths = self.font.reader["hmtx"]
        self.long_widths = self.font["hhea"].numberOfHMetrics

    def glyph(self, number: int) -> Glyph:
        """Outline and width of a glyph, in units of the font that is made."""
        pen = TTGlyphPen(None)
        self.draw(number, TransformPen(pen, (self.scale, 0, 0, self.scale, 0, 0)))
        at = 4 * min(number, self.long_widths - 1)
        return pen.glyph(), round(self.scale * struct.unpack_from(">H", self.widths, at)[0])

    def _cubic(self) -> Callable[[int, Any], None]:
        top = self.font["CFF "].cff[0]
        top.charset = range(top.numGlyphs)  # glyphs go by number: making 65,000 names is what costs memory
        outlines = top.CharStrings

        def draw(number: int, pen: Any) -> None:
            outlines[number].draw(Cu2QuPen(pen, ERROR / self.scale, reverse_direction=True))

        return draw

    def _quadratic(self) -> Callable[[int, Any], None]:
        if "glyf" not in self.font:
            raise CannotUse
        self.font.setGlyphOrder([str(number) for number in range(self.font["maxp"].numGlyphs)])
        glyphs = self.font.getGlyphSet()

        def draw(number: int, pen: Any) -> None:
            whole = DecomposingRecordingPen(glyphs)
            glyphs[str(number)].draw(whole)
            whole.replay(pen)

        return draw


def font_of(characters: Iterable[str], files: Iterable[str]) -> tuple[bytes, frozenset[str]]:
    """A TrueType font with just these characters, each from the first file that has it; and those that none has."""
    missing = set(characters)
    glyphs: dict[str, Glyph] = {}
    for file in files:
        if not missing:
            break
        found = _glyphs_in(file, missing)
        glyphs |= found
        missing -= found.keys()
    return _built(glyphs), frozenset(missing)


def _glyphs_in(file: str, characters: Iterable[str]) -> dict[str, Glyph]:
    path, _, number = file.partition("#")
    try:
        with Path(path).open("rb") as opened:
            face = Face(opened, int(number) if number else _simplified(opened))
            numbers = {character: face.glyph_number(ord(character)) for character in characters}
            return {character: face.glyph(number) for character, number in numbers.items() if number}
    except Exception:  # noqa: BLE001 fontTools raises what it likes; a font that cannot be read is as good as none
        return {}


def _simplified(opened: BinaryIO) -> int:
    """Which face of a collection: they draw one character as each country does, and ours is read in mainland China."""
    head = opened.read(12)
    faces = struct.unpack(">L", head[8:])[0] if head.startswith(b"ttcf") else 0
    return next((one for one in range(faces) if _is_simplified(opened, one)), 0 if faces else -1)


def _is_simplified(opened: BinaryIO, number: int) -> bool:
    family = TTFont(opened, fontNumber=number, lazy=True)["name"].getBestFamilyName() or ""
    return any(word in family.lower() for word in _SIMPLIFIED) and "mono" not in family.lower()


def _lookup(data: bytes) -> Lookup:
    """From code point to glyph number, 0 for none, out of a ``cmap`` table."""
    count = struct.unpack_from(">H", data, 2)[0]
    entries = {}
    for platform, encoding, offset in struct.iter_unpack(">HHL", data[4 : 4 + 8 * count]):
        entries[platform, encoding] = offset
    for one in _TABLES:
        if one in entries:
            made = _READERS.get(struct.unpack_from(">H", data, entries[one])[0])
            if made is not None:
                return made(data, entries[one])
    raise CannotUse


def _groups(data: bytes, at: int) -> Lookup:
    """Format 12: runs of code points with consecutive glyphs."""
    count = struct.unpack_from(">L", data, at + 12)[0]
    groups = list(struct.iter_unpack(">LLL", data[at + 16 : at + 16 + 12 * count]))
    starts = [group[0] for group in groups]

    def find(code: int) -> int:
        place = bisect_right(starts, code) - 1
        if place < 0:
            return 0
        start, end, glyph = groups[place]
        return int(glyph + code - start) if code <= end else 0

    return find


def _segments(data: bytes, at: int) -> Lookup:
    """Format 4: the same for 16 bits, where a run may also point into a list of glyphs."""
    count = struct.unpack_from(">H", data, at + 6)[0] // 2
    ends_at, each = at + 14, f">{count}H"
    ends, starts, deltas, offsets = (
        struct.unpack_from(each, data, place)
        for place in (ends_at, ends_at + 2 * count + 2, ends_at + 4 * count + 2, ends_at + 6 * count + 2)
    )

    def find(code: int) -> int:
        place = bisect_right(ends, code - 1)
        if place >= count or starts[place] > code:
            return 0
        if not offsets[place]:
            return int((code + deltas[place]) % 65536)
        glyph_at = ends_at + 6 * count + 2 + 2 * place + offsets[place] + 2 * (code - starts[place])
        glyph = struct.unpack_from(">H", data, glyph_at)[0]
        return int((glyph + deltas[place]) % 65536) if glyph else 0

    return find


_READERS: dict[int, Callable[[bytes, int], Lookup]] = {12: _groups, 4: _segments}


def _built(glyphs: dict[str, Glyph]) -> bytes:
    names = {character: f"u{ord(character):X}" for character in glyphs}
    outlines = {".notdef": (TTGlyphPen(None).glyph(), EM), "space": (TTGlyphPen(None).glyph(), EM // 4)}
    outlines |= {names[character]: glyph for character, glyph in glyphs.items()}
    made = FontBuilder(EM, isTTF=True)
    made.setupGlyphOrder(list(outlines))
    made.setupCharacterMap({0x20: "space", **{ord(character): name for character, name in names.items()}})
    made.setupGlyf({name: outline for name, (outline, _) in outlines.items()})
    boxes = made.font["glyf"]
    made.setupHorizontalMetrics({name: (width, _left(boxes[name])) for name, (_, width) in outlines.items()})
    made.setupHorizontalHeader(ascent=880, descent=-120)
    made.setupNameTable({"familyName": "Form", "styleName": "Regular", "psName": "Form"})
    made.setupOS2(sTypoAscender=880, sTypoDescender=-120, usWinAscent=880, usWinDescent=120)
    made.setupPost()
    whole = BytesIO()
    made.save(whole)
    return whole.getvalue()


def _left(glyph: Any) -> int:
    return int(getattr(glyph, "xMin", 0) or 0)
