"""Cells for spreadsheet programs."""

# What a cell may not begin with: the program would compute it, and a formula can send away what stands beside it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(text: str) -> str:
    """The text as a spreadsheet program shows it and never computes it: an apostrophe stands before a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
