"""Draws a paper on one page of A4. Everything is measured first: what would not fit is set smaller, never cut off."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from account_center.plumbing.paper.lines import broken
from account_center.plumbing.paper.types import Box, Paper, Row, Table

WIDTH, HEIGHT = A4  # points, as everything here
SIDE, TOP, BOTTOM = 54.0, 44.0, 58.0
COLUMN = WIDTH - 2 * SIDE
LABELS = 0.29  # of the column: the labels of a table
SCALES = (1.24, 1.2, 1.16, 1.12, 1.08, 1.04, 1.0, 0.96, 0.92, 0.88, 0.84, 0.8, 0.76, 0.72, 0.68, 0.64, 0.6)
LEADING = 1.42  # of the size: from line to line
PAD = 5.0
LOW, TALL = 19.0, 36.0  # the least height of a line of a table; to write by hand one needs 6 mm
BOX_HEIGHT, BOX_MOST = 96.0, 132.0
SEAL = 100.0  # across; an official seal is 38 to 45 mm, and its place may be a little smaller
INK, SOFT, LINE, SHADE = 0.0, 0.35, 0.55, 0.95  # greys


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the page: how high it is, and how it is drawn below a height."""

    height: float
    draw: Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table, with its lines broken."""

    width: float
    size: float
    lines: list[str]


class DoesNotFit(Exception):
    """Not even in the smallest size."""


class Sheet:
    """One paper on one canvas, in one size."""

    def __init__(self, canvas: Canvas, paper: Paper, font: str, scale: float) -> None:
        self.canvas, self.paper, self.font, self.scale = canvas, paper, font, scale
        self.gap = 9 * scale

    def blocks(self) -> list[Block]:
        """The page from top to bottom, without the boxes, whose height is what is left."""
        paper = self.paper
        return [
            *self._heads(),
            *(block for table in paper.tables for block in self._table(table)),
            *self._numbered(paper.statements),
        ]

    def after(self) -> list[Block]:
        """What stands below the boxes."""
        return [self._text(f"· {note}", 8.2, SOFT, indent=7) for note in self.paper.notes]

    def _heads(self) -> list[Block]:
        if not self.paper.addressed:
            return [self._space()]
        return [self._text(self.paper.addressed, 10.5, bold=True), self._space(0.5)]

    def _space(self, times: float = 1) -> Block:
        return Block(self.gap * times, lambda _top: None)

    def _table(self, table: Table) -> list[Block]:
        rows = [self._row(row) for row in table.rows]
        if table.columns:
            rows.insert(0, self._row(Row("", table.columns), heading=True))
        heading = [self._text(table.heading, 10, bold=True), self._space(0.35)] if table.heading else []
        return [*heading, *rows, self._space()]

    def _row(self, row: Row, *, heading: bool = False) -> Block:
        cell = (1 - LABELS) * COLUMN / len(row.cells)
        measured = [
            self._cell(row.label, LABELS * COLUMN, 9),
            *(self._cell(text, cell, 9 if heading else 10) for text in row.cells),
        ]
        needed = max(len(one.lines) * one.size * LEADING for one in measured) + 7
        height = max(needed, TALL if row.tall else LOW) * self.scale
        return Block(height, partial(self._draw_row, measured, height, heading=heading))

    def _cell(self, text: str, width: float, size: float) -> Cell:
        return Cell(width, size, self._lines(text, size, width - 2 * PAD))

    def _draw_row(self, cells: Sequence[Cell], height: float, top: float, *, heading: bool) -> None:
        left = SIDE
        for place, cell in enumerate(cells):
            label = place == 0
            self.canvas.setFillGray(SHADE if heading or label else 1)
            self._pen()
            self.canvas.rect(left, top - height, cell.width, height, fill=1, stroke=1)
            over = (height - len(cell.lines) * cell.size * LEADING * self.scale) / 2
            self._write(cell.lines, left + PAD, top - over, cell.size, SOFT if label else INK, bold=heading)
            left += cell.width

    def _numbered(self, statements: Iterable[str]) -> list[Block]:
        found: list[Block] = []
        for number, statement in enumerate(statements, 1):
            found += [self._text(f"{number}. {statement}", 9.4, indent=13), self._space(0.2)]
        return [*found, self._space(0.5)]

    def _text(self, text: str, size: float, grey: float = INK, *, bold: bool = False, indent: float = 0) -> Block:
        """A paragraph whose first word hangs out by ``indent``."""
        head, _, rest = text.partition(" ") if indent else ("", "", text)
        lines = self._lines(rest, size, COLUMN - indent * self.scale)
        height = len(lines) * size * LEADING * self.scale

        def draw(top: float) -> None:
            self._write([head], SIDE, top, size, grey, bold=bold)
            self._write(lines, SIDE + indent * self.scale, top, size, grey, bold=bold)

        return Block(height, draw)

    def boxes(self, height: float) -> Block:
        """Where the parties sign, side by side."""
        boxes = self.paper.boxes
        width = (COLUMN - self.gap * (len(boxes) - 1)) / max(1, len(boxes))

        def draw(top: float) -> None:
            for place, box in enumerate(boxes):
                self._draw_box(box, SIDE + place * (width + self.gap), top, width, height)

        return Block(height, draw)

    def _draw_box(self, box: Box, left: float, top: float, width: float, height: float) -> None:
        canvas, size = self.canvas, 9.0
        self._pen()
        canvas.rect(left, top - height, width, height)
        if box.seal:
            # Where little height is left, its place is smaller, and still inside the box.
            across = min(SEAL * self.scale, height - 2 * PAD)
            self._draw_seal(box.seal, left + width - 8 - across / 2, top - height / 2, across)
        heading = self._lines(box.label, 9.4, width - 2 * PAD)
        self._write(heading, left + PAD, top - 4, 9.4, INK, bold=True)
        for place, line in enumerate(box.lines, 1):
            base = top - height + 9 + (len(box.lines) - place) * 22 * self.scale
            self._write([line], left + PAD, base + size * self.scale, size, SOFT)
            begins = left + 2 * PAD + stringWidth(line, self.font, size * self.scale)
            self._pen()
            canvas.line(begins, base - 1.5, left + width - PAD, base - 1.5)

    def _draw_seal(self, word: str, middle: float, height: float, across: float) -> None:
        canvas, size = self.canvas, 8.2 * self.scale
        canvas.saveState()
        canvas.setDash(3, 3)
        canvas.setStrokeGray(0.75)
        canvas.circle(middle, height, across / 2)
        canvas.restoreState()
        canvas.setFillGray(0.6)
        canvas.setFont(self.font, size)
        canvas.drawCentredString(middle, height + 14 * self.scale, word)

    def head(self) -> None:
        """Operator and form, above the title."""
        height = HEIGHT - TOP + 14
        self._write([self.paper.operator], SIDE, height, 8.2, SOFT, fixed=True)
        code = stringWidth(self.paper.code, self.font, 8.2)
        self._write([self.paper.code], WIDTH - SIDE - code, height, 8.2, SOFT, fixed=True)
        self._pen()
        self.canvas.line(SIDE, HEIGHT - TOP - 1, WIDTH - SIDE, HEIGHT - TOP - 1)

    def foot(self) -> None:
        """When it was printed and where it goes."""
        lines = broken(self.paper.foot, COLUMN, lambda text: stringWidth(text, self.font, 7.6))
        self._pen()
        self.canvas.line(SIDE, BOTTOM - 8, WIDTH - SIDE, BOTTOM - 8)
        self._write(lines, SIDE, BOTTOM - 11, 7.6, SOFT, fixed=True)

    def _pen(self) -> None:
        self.canvas.setStrokeGray(LINE)
        self.canvas.setLineWidth(0.6)

    def title(self) -> Block:
        """In the middle, larger when it has room."""
        wide = stringWidth(self.paper.title, self.font, 17)
        size = 17 * min(1, COLUMN / wide)

        def draw(top: float) -> None:
            self._write([self.paper.title], (WIDTH - wide * size / 17) / 2, top, size, INK, bold=True, fixed=True)

        return Block(size * 1.75, draw)

    def _lines(self, text: str, size: float, width: float) -> list[str]:
        return broken(text, width, lambda part: stringWidth(part, self.font, size * self.scale))

    def _write(
        self,
        lines: Sequence[str],
        left: float,
        top: float,
        size: float,
        grey: float,
        *,
        bold: bool = False,
        fixed: bool = False,
    ) -> None:
        """Lines below ``top``. Bold is drawn by a thin outline: a second font would take as long again."""
        size *= 1 if fixed else self.scale
        text = self.canvas.beginText(left, top - size * (LEADING + 0.76) / 2)
        text.setFont(self.font, size, size * LEADING)
        text.setTextRenderMode(2 if bold else 0)
        self.canvas.setFillGray(grey)
        self.canvas.setStrokeGray(grey)
        self.canvas.setLineWidth(size * 0.028)
        for line in lines:
            text.textLine(line)
        text.setTextRenderMode(0)
        self.canvas.drawText(text)


def draw_paper(canvas: Canvas, paper: Paper, font: str) -> None:
    """Draws the paper in the largest size in which all of it is on one page. Raises DoesNotFit."""
    room = HEIGHT - TOP - BOTTOM - 14
    for scale in SCALES:
        sheet = Sheet(canvas, paper, font, scale)
        before, after = [sheet.title(), *sheet.blocks()], sheet.after()
        left = room - sum(block.height for block in (*before, *after)) - sheet.gap
        box = min(left, BOX_MOST) if paper.boxes else 0
        if left >= (BOX_HEIGHT * scale if paper.boxes else 0):
            sheet.head()
            _stack([*before, sheet.boxes(box), Block(sheet.gap, lambda _top: None), *after])
            sheet.foot()
            return
    raise DoesNotFit


def _stack(blocks: Iterable[Block]) -> None:
    top = HEIGHT - TOP - 6
    for block in blocks:
        block.draw(top)
        top -= block.height
