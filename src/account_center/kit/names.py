"""Names that people choose (sign-in name, tenant name) and the name on a document."""

import re
import unicodedata
from enum import StrEnum

from account_center.kit.typed import fold, is_invisible, tidy

ACCOUNT_NAME_LENGTH = (4, 32)
TENANT_NAME_LENGTH = (2, 64)
CHINESE_NAME_LENGTH = (2, 30)
LATIN_NAME_LENGTH = (2, 100)
ORGANISATION_NAME_LENGTH = (2, 100)

_RESERVED_WORDS = """
    abuse account accountcenter accounts admin administrator administrators anonymous api audit auth billing cloud
    console contact customer customerservice daemon default everyone finance guest help helpdesk
    helpcenter hostmaster iam info legal login logout mail manager moderator nobody none noreply null
    official operator owner passkey password payment portal postmaster privacy register root sales security
    service services settings signin signout signup staff status superadmin superuser support sysadmin system
    tenant ticket tickets true false undefined unknown user username users verification verify webmaster www
"""
RESERVED_NAMES = frozenset(_RESERVED_WORDS.split())

_ACCOUNT_NAME = re.compile(r"[A-Za-z0-9_.\-]+")
_SEPARATORS = re.compile(r"[_.\-]")
_LIKE_PHONE = re.compile(r"\+?[0-9()\-. ]*[0-9][0-9()\-. ]*")
_LOOK_ALIKE_SCRIPTS = frozenset({"ARMENIAN", "CHEROKEE", "COPTIC", "CYRILLIC", "GREEK", "LISU"})

_MIDDLE_DOT = "·"
_MIDDLE_DOTS = str.maketrans(dict.fromkeys("•・‧∙⋅", _MIDDLE_DOT))
_FULL_WIDTH_BRACKETS = "（）"
_TENANT_PUNCTUATION = frozenset(" _-.()&" + _MIDDLE_DOT + _FULL_WIDTH_BRACKETS)
_MARKS_PER_LETTER = 4  # real scripts stack no more

# Unified ideographs with all extensions (planes 2 and 3 as a whole, since Python's tables lag behind), and the zero.
_IDEOGRAPH = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fffd\U00030000-\U0003fffd"
_ONE_IDEOGRAPH = re.compile(f"[{_IDEOGRAPH}]")
_CHINESE = re.compile(rf"[{_IDEOGRAPH}]+(?:{_MIDDLE_DOT}[{_IDEOGRAPH}]+)*")
_CHINESE_GAPS = re.compile(rf"(?<=[{_IDEOGRAPH}{_MIDDLE_DOT}]) +(?=[{_IDEOGRAPH}{_MIDDLE_DOT}])")
_CHINESE_FULL_STOP = re.compile(rf"(?<=[{_IDEOGRAPH}])\.(?=[{_IDEOGRAPH}])")
_LATIN_WORD = r"a[a\u0300-\u036f]*"  # every Latin letter stands as "a" while the shape is compared
_LATIN_NAME = re.compile(rf"{_LATIN_WORD}(?:(?:['\-]|'? ){_LATIN_WORD})*'?")
_APOSTROPHES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u2010": "-", "\u2011": "-"})
_NOT_COMPARED = re.compile(rf"[ .'\-{_MIDDLE_DOT}]")


class NameProblem(StrEnum):
    """Why a text cannot be the name that was asked for."""

    EMPTY = "empty"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    CHARACTERS = "characters"
    LOOK_ALIKE = "look_alike"
    LIKE_EMAIL = "like_email"
    LIKE_PHONE = "like_phone"
    START = "start"
    DOT_AT_END = "dot_at_end"
    RESERVED = "reserved"
    INVISIBLE = "invisible"
    ONLY_PUNCTUATION = "only_punctuation"
    DIGITS = "digits"


class BadName(ValueError):
    """The text cannot be that name; ``problem`` says why."""

    def __init__(self, problem: NameProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def parse_account_name(text: str) -> str:
    """A sign-in name: 4 to 32 of ASCII letters, digits and ``_ - .``; a letter first, no dot last. Raises BadName.

    It never looks like an e-mail or a phone, so that one sign-in field takes all three.
    """
    name = tidy(text)
    problem = _account_name_problem(name)
    if problem is not None:
        raise BadName(problem)
    return name


def name_key(name: str) -> str:
    """The form under which an account name is unique: ``Alice`` and ``alice`` are one name."""
    return fold(name)


def parse_tenant_name(text: str) -> str:
    """A tenant's name: 2 to 64 letters of any script, digits, spaces and ``_ - . ( ) （ ） & ·``. Raises BadName."""
    typed = _trim_invisible(text)
    if any(is_invisible(character) for character in typed):
        raise BadName(NameProblem.INVISIBLE)
    name = " ".join(_half_width(typed).translate(_MIDDLE_DOTS).split())
    _check_length(name, TENANT_NAME_LENGTH)
    if not all(_may_stand_in_tenant_name(character) for character in name) or _has_loose_marks(name):
        raise BadName(NameProblem.CHARACTERS)
    if not any(character.isalnum() for character in name):
        raise BadName(NameProblem.ONLY_PUNCTUATION)
    return name


def tenant_name_key(name: str) -> str:
    """The form by which two tenant names are the same: without case, width and repeated spaces."""
    return fold(name.translate(_MIDDLE_DOTS))


def parse_person_name(text: str) -> str:
    """The name on an identity document: Chinese (2 to 30, with ``·``) or Latin (2 to 100). Raises BadName.

    Rare ideographs outside the Basic Multilingual Plane are taken, one code point each.
    """
    name = _one_spelling(tidy(text))
    if any(character.isdecimal() for character in name):
        raise BadName(NameProblem.DIGITS)
    chinese = _CHINESE.fullmatch(name) is not None
    _check_length(name, CHINESE_NAME_LENGTH if chinese else LATIN_NAME_LENGTH)
    if not chinese and not _is_latin_name(name):
        raise BadName(NameProblem.CHARACTERS)
    return name


def parse_organisation_name(text: str) -> str:
    """The full name of an organisation as its certificate shows it, 2 to 100 characters. Raises BadName.

    Brackets of either width are the same; a name of digits or signs alone is none.
    """
    name = " ".join(_half_width(tidy(text)).translate(_MIDDLE_DOTS).split())
    _check_length(name, ORGANISATION_NAME_LENGTH)
    if not any(character.isalpha() for character in name):
        raise BadName(NameProblem.ONLY_PUNCTUATION)
    if any(unicodedata.category(character)[0] == "C" for character in name):
        raise BadName(NameProblem.CHARACTERS)
    return name


def organisation_name_key(name: str) -> str:
    """The form for comparing names of organisations: case, width, spaces and kinds of brackets do not count."""
    return fold(name.translate(_MIDDLE_DOTS)).replace(" ", "")


def person_name_key(name: str) -> str:
    """The form for comparing persons' names: case, spaces, hyphens, apostrophes and dots do not count."""
    return fold(_NOT_COMPARED.sub("", _one_spelling(tidy(name))))


def _account_name_problem(name: str) -> NameProblem | None:
    shortest, longest = ACCOUNT_NAME_LENGTH
    if not name:
        return NameProblem.EMPTY
    if problem := _other_identifier(name) or _foreign_letters(name):
        return problem
    if not shortest <= len(name) <= longest:
        return NameProblem.TOO_SHORT if len(name) < shortest else NameProblem.TOO_LONG
    if not name[0].isalpha():
        return NameProblem.START
    if name.endswith("."):
        return NameProblem.DOT_AT_END
    return NameProblem.RESERVED if _SEPARATORS.sub("", name_key(name)) in RESERVED_NAMES else None


def _other_identifier(name: str) -> NameProblem | None:
    if "@" in name:
        return NameProblem.LIKE_EMAIL
    return NameProblem.LIKE_PHONE if _LIKE_PHONE.fullmatch(name) else None


def _foreign_letters(name: str) -> NameProblem | None:
    if any(_is_look_alike(character) for character in name):
        return NameProblem.LOOK_ALIKE
    return None if _ACCOUNT_NAME.fullmatch(name) else NameProblem.CHARACTERS


def _is_look_alike(character: str) -> bool:
    """Letters drawn like a Latin one: of a sister script, or a Latin variant that is no plain letter with an accent."""
    if character.isascii() or not character.isalpha():
        return False
    script = unicodedata.name(character, "").partition(" ")[0]
    return script in _LOOK_ALIKE_SCRIPTS or (script == "LATIN" and not unicodedata.decomposition(character))


def _check_length(name: str, limits: tuple[int, int]) -> None:
    shortest, longest = limits
    if not name:
        raise BadName(NameProblem.EMPTY)
    if len(name) < shortest:
        raise BadName(NameProblem.TOO_SHORT)
    if len(name) > longest:
        raise BadName(NameProblem.TOO_LONG)


def _trim_invisible(text: str) -> str:
    """Copying from a page or a chat often brings marks at the ends; they are nobody's intention."""
    first, last = 0, len(text)
    while first < last and (text[first].isspace() or is_invisible(text[first])):
        first += 1
    while last > first and (text[last - 1].isspace() or is_invisible(text[last - 1])):
        last -= 1
    return text[first:last]


def _half_width(text: str) -> str:
    """NFKC except for the full-width brackets, which belong into Chinese company names."""
    parts = re.split(f"([{_FULL_WIDTH_BRACKETS}])", text)
    return "".join(part if part in _FULL_WIDTH_BRACKETS else unicodedata.normalize("NFKC", part) for part in parts)


def _may_stand_in_tenant_name(character: str) -> bool:
    kind = unicodedata.category(character)
    return kind[0] in "LM" or kind in {"Nd", "Nl"} or character in _TENANT_PUNCTUATION or _is_ideograph(character)


def _is_ideograph(character: str) -> bool:
    return _ONE_IDEOGRAPH.fullmatch(character) is not None


def _has_loose_marks(name: str) -> bool:
    """A combining mark without a letter, or a pile of them, which would draw over the lines around it."""
    marks = _MARKS_PER_LETTER
    for character in name:
        if unicodedata.category(character).startswith("M"):
            marks += 1
        else:
            marks = 0 if character.isalnum() else _MARKS_PER_LETTER
        if marks > _MARKS_PER_LETTER:
            return True
    return False


def _one_spelling(name: str) -> str:
    """One dot, one apostrophe, one hyphen; no gaps inside a Chinese name, single ones inside a Latin name."""
    plain = " ".join(name.translate(_MIDDLE_DOTS).translate(_APOSTROPHES).split())
    return _CHINESE_FULL_STOP.sub(_MIDDLE_DOT, _CHINESE_GAPS.sub("", plain))


def _is_latin_name(name: str) -> bool:
    """Latin words with accents, parted by a space, hyphen or apostrophe; an apostrophe may also end a word."""
    return _LATIN_NAME.fullmatch("".join("a" if _is_latin(letter) else letter for letter in name)) is not None


def _is_latin(letter: str) -> bool:
    return letter.isalpha() and unicodedata.name(letter, "").startswith("LATIN")
