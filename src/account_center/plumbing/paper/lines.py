"""Breaking text into lines: between Chinese characters, between Latin words, never before closing punctuation. Pure."""

import re
from collections.abc import Callable, Iterator

Measure = Callable[[str], float]
_CLOSING = "，。、；：！？）》」』】〕”’％…,.;:!?)]}%"
_OPENING = "（《「『【〔“‘([{"
_WORD = r"[^\s\u2e80-\ua4cf\uf900-\ufaff\ufe30-\uffef\U00020000-\U0003ffff]+"  # everything that is not Chinese
_PIECE = re.compile(rf"\s+|[{re.escape(_OPENING)}]*(?:{_WORD}|\S)[{re.escape(_CLOSING)}]*")


def broken(text: str, width: float, measure: Measure) -> list[str]:
    """The lines of a text no wider than ``width``; one empty line for an empty text."""
    lines = [""]
    for piece in _fitting(text, width, measure):
        if measure(lines[-1] + piece.rstrip()) <= width:
            lines[-1] += piece
        else:
            lines.append(piece.lstrip())
    return [line.strip() for line in lines]


def _fitting(text: str, width: float, measure: Measure) -> Iterator[str]:
    """The pieces between which a line may end; one that is wider than a whole line falls apart."""
    for piece in _PIECE.findall(text):
        if measure(piece) > width:
            yield from piece
        else:
            yield piece
