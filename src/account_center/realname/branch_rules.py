"""How a branch is found by a part of its name.

A database finds beginnings by its index, not middles. So every end of a name is kept as a word: 武林 of 杭州武林支行 is the
beginning of one of them. What ends nearly every name (支行, 营业部) distinguishes nothing and is left out.
"""

import re

from account_center.kit.typed import fold

LONGEST_WORD = 12  # characters of a word that the index holds; the rest is compared afterwards
MOST_WORDS = 4  # words of a question that count
_NO_LETTER = re.compile(r"[\W_省市]")  # left out of names as often as not
_LEGAL_FORM = re.compile(r"^(股份有限公司|有限责任公司|有限公司)")
_TAIL = re.compile(r"(支行|分行|分理处|储蓄所|营业部|营业室|营业厅|营业所|信用社|专柜|部)+$")


def letters(name: str) -> str:
    """What of a name is compared: no spaces, signs, case, nor the words for province and city."""
    return _NO_LETTER.sub("", fold(name))


def bank_letters(name: str) -> str:
    """The same for a bank, without its legal form."""
    plain = letters(name)
    return re.sub(_LEGAL_FORM.pattern[1:] + "$", "", plain)


def inside_bank(name: str, bank: str) -> str:
    """The letters of a branch's name without the bank that it begins with, in full or without its country."""
    plain, called = letters(name), bank_letters(bank)
    for start in (called, called.removeprefix("中国")):
        if start and plain.startswith(start):
            return _LEGAL_FORM.sub("", plain.removeprefix(start))
    return plain


def words_of_bank(name: str) -> set[bytes]:
    """The words under which a bank is found."""
    return _ends(bank_letters(name))


def words_of_branch(name: str, *, bank: str, city: str) -> set[bytes]:
    """The words under which a branch is found within its bank."""
    rest = inside_bank(name, bank)
    place = letters(city)
    return _ends(_core(rest)) | (_ends(place) if place not in rest else set())


def questions(text: str, *, bank: str = "") -> list[str]:
    """The words that a person typed, those first that distinguish most."""
    typed = [inside_bank(part, bank) if bank else bank_letters(part) for part in fold(text).split()]
    return sorted(filter(None, typed), key=lambda word: len(_TAIL.sub("", word)), reverse=True)[:MOST_WORDS]


def beginning(question: str) -> bytes:
    """What the index is asked for."""
    return _word(_core(question))


def _core(name: str) -> str:
    return _TAIL.sub("", name) or name


def _ends(name: str) -> set[bytes]:
    return {_word(name[start:]) for start in range(max(len(name) - 1, 1))} if name else set()


def _word(text: str) -> bytes:
    return text[:LONGEST_WORD].encode()
