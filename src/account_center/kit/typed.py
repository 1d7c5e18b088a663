"""What people type and paste, made comparable. Every check of a number or a name starts here."""

import unicodedata

_CONTROL_SPACES = {ord(mark): " " for mark in "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029"}
_DROPPED_CATEGORIES = frozenset({"Cc", "Cf", "Cs"})
# Letters and marks that draw nothing; with them two names could look the same and yet differ.
_BLANKS = frozenset(
    {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0}
    | set(range(0x180B, 0x1810))
    | set(range(0xFE00, 0xFE10))
    | set(range(0xE0100, 0xE01F0))
)


def is_invisible(character: str) -> bool:
    """Whether a character draws nothing: control, zero-width, text direction, variation selector, filler."""
    return ord(character) in _BLANKS or unicodedata.category(character) in _DROPPED_CATEGORIES


def tidy(text: str) -> str:
    """``text`` as NFKC without invisible characters and without space around it.

    Tabs and line ends become a space, so that two words do not run together. Tidying twice changes nothing.
    """
    if text.isascii() and text.isprintable():
        return text.strip()  # as most of what is typed: nothing to take out
    seen = unicodedata.normalize("NFKC", text.translate(_CONTROL_SPACES))
    shown = "".join(character for character in seen if not is_invisible(character))
    # Once more, because taking a character out may bring a letter and its accent together.
    return unicodedata.normalize("NFKC", shown).strip()


def fold(text: str) -> str:
    """The form by which two spellings are the same: tidied, without case, runs of space as one."""
    return " ".join(tidy(tidy(text).casefold()).split())
