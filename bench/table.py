"""The result as a table for people."""

from collections.abc import Sequence

from bench.ratios import Row

HEADS = ("measured", "value", "target", "", "note")


def shown(value: float | None, unit: str) -> str:
    """Three meaningful digits, with the unit."""
    if value is None:
        return "not measured"
    text = f"{value:,.0f}" if abs(value) >= 100 or float(value).is_integer() else f"{value:.3g}"
    return f"{text} {unit}".strip()


def table(rows: Sequence[Row]) -> str:
    """All rows, grouped by part in the order given."""
    lines = [(row.what, shown(row.value, row.unit), row.target, row.verdict, row.note) for row in rows]
    widths = [max(len(line[column]) for line in [HEADS, *lines]) for column in range(len(HEADS) - 1)]
    drawn, part = [_drawn(HEADS, widths)], ""
    for row, line in zip(rows, lines, strict=True):
        if row.part != part:
            part = row.part
            drawn += ["", part]
        drawn.append(_drawn(line, widths))
    return "\n".join(drawn)


def _drawn(cells: Sequence[str], widths: Sequence[int]) -> str:
    what, value, *rest, note = cells
    padded = [what.ljust(widths[0]), value.rjust(widths[1])]
    padded += [cell.ljust(width) for cell, width in zip(rest, widths[2:], strict=True)]
    return "  " + "  ".join([*padded, note]).rstrip()
