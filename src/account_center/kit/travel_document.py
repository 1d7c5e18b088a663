"""Numbers of documents other than the resident identity card: permits, passports, and their machine-readable zone."""

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from stdnum.iso7064 import mod_11_2

from account_center.kit.masking import mask_number
from account_center.kit.typed import tidy

_GAPS = re.compile(r"[\s\-.·/()]")
_EARLIEST_YEAR = 1900


class DocumentKind(StrEnum):
    """The five documents that individuals may use instead of a resident identity card (2.2.10)."""

    PASSPORT = "passport"  # of another country
    HKM_PERMIT = "hkm_permit"  # Mainland Travel Permit for Hong Kong and Macau residents
    TAIWAN_PERMIT = "taiwan_permit"  # Mainland Travel Permit for Taiwan residents
    RESIDENCE_PERMIT = "residence_permit"  # for residents of Hong Kong, Macau and Taiwan
    DRIVING_LICENCE = "driving_licence"  # of another country


FOREIGN_ONLY = frozenset({DocumentKind.PASSPORT, DocumentKind.DRIVING_LICENCE})  # never issued in China (2.2.10)


class DocumentProblem(StrEnum):
    """Why a text is not the number of such a document."""

    EMPTY = "empty"
    LENGTH = "length"
    SHAPE = "shape"
    FIRST_LETTER = "first_letter"
    AREA = "area"
    BIRTH_DATE = "birth_date"
    FUTURE = "future"
    CHECK_DIGIT = "check_digit"
    RESIDENT_CARD = "resident_card"  # the mainland identity card has other ways: scan or bank card


class BadDocumentNumber(ValueError):
    """Not the number of such a document; ``problem`` says why. Never carries the number itself."""

    def __init__(self, problem: DocumentProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """A checked number. ``identity`` is what stays the same when the document is issued again: quotas count by it."""

    kind: DocumentKind
    number: str = field(repr=False)
    identity: str = field(repr=False)
    birth: date | None = field(default=None, repr=False)

    @property
    def masked(self) -> str:
        """The first two and the last two characters."""
        return mask_number(self.number, head=2, tail=2)


_SHAPES = {
    DocumentKind.PASSPORT: re.compile(r"[A-Z0-9]{5,20}"),
    DocumentKind.HKM_PERMIT: re.compile(r"[HM](?:[0-9]{8}|[0-9]{10})"),
    DocumentKind.TAIWAN_PERMIT: re.compile(r"(?:[0-9]{8}|[0-9]{10})[A-Z]?"),
    DocumentKind.RESIDENCE_PERMIT: re.compile(r"[0-9]{17}[0-9X]"),
    DocumentKind.DRIVING_LICENCE: re.compile(r"[A-Z0-9*]{4,30}"),
}
_LENGTHS = {
    DocumentKind.PASSPORT: range(5, 21),
    DocumentKind.HKM_PERMIT: (9, 11),
    DocumentKind.TAIWAN_PERMIT: (8, 9, 10, 11),
    DocumentKind.RESIDENCE_PERMIT: (18,),
    DocumentKind.DRIVING_LICENCE: range(4, 31),
}
# Digits that never change for a person; what follows them counts how often the permit was issued.
_LIFELONG = {DocumentKind.HKM_PERMIT: 9, DocumentKind.TAIWAN_PERMIT: 8}
_RESIDENCE_AREAS = ("810000", "820000", "830000")
_RESIDENT_CARD = re.compile(r"[1-7][0-9]{16}[0-9X]")


def parse_document_number(text: str, *, kind: DocumentKind, today: date) -> DocumentNumber:
    """The number in ``text``; ``today`` is the date in Asia/Shanghai. Raises BadDocumentNumber."""
    number = _GAPS.sub("", tidy(text)).upper()
    problem = _problem(number, kind)
    if problem is not None:
        raise BadDocumentNumber(problem)
    birth = _birth_of(number, today) if kind is DocumentKind.RESIDENCE_PERMIT else None
    return DocumentNumber(kind=kind, number=number, identity=f"{kind}:{number[: _LIFELONG.get(kind)]}", birth=birth)


def _problem(number: str, kind: DocumentKind) -> DocumentProblem | None:
    if not number:
        return DocumentProblem.EMPTY
    if _RESIDENT_CARD.fullmatch(number) and mod_11_2.is_valid(number):
        return DocumentProblem.RESIDENT_CARD
    if kind is DocumentKind.HKM_PERMIT and number[0] not in "HM":
        return DocumentProblem.FIRST_LETTER
    if len(number) not in _LENGTHS[kind]:
        return DocumentProblem.LENGTH
    if not _SHAPES[kind].fullmatch(number):
        return DocumentProblem.SHAPE
    return _residence_problem(number) if kind is DocumentKind.RESIDENCE_PERMIT else None


def _residence_problem(number: str) -> DocumentProblem | None:
    if not number.startswith(_RESIDENCE_AREAS):
        return DocumentProblem.AREA
    return None if mod_11_2.is_valid(number) else DocumentProblem.CHECK_DIGIT


def _birth_of(number: str, today: date) -> date:
    try:
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError as wrong:
        raise BadDocumentNumber(DocumentProblem.BIRTH_DATE) from wrong
    if birth.year < _EARLIEST_YEAR:
        raise BadDocumentNumber(DocumentProblem.BIRTH_DATE)
    if birth > today:
        raise BadDocumentNumber(DocumentProblem.FUTURE)
    return birth


# -- The machine-readable zone of a passport (ICAO 9303, part 4: TD3, two lines of 44) ----------------------------------

MRZ_LINE = 44
_MRZ = re.compile(r"[A-Z0-9<]{44}")
_MRZ_WEIGHTS = (7, 3, 1)
_EXPIRY_REACH = 50  # a passport's expiry lies within so many years of today
_CENTURY = 100


@dataclass(frozen=True, slots=True)
class MachineZone:
    """What a passport's two lines say. Countries are three letters (ISO 3166-1 or ICAO's own, such as ``D``)."""

    issuer: str
    surname: str
    given_names: str
    number: str = field(repr=False)
    nationality: str
    birth: date = field(repr=False)
    expiry: date
    sex: str


def read_machine_zone(first: str, second: str, *, today: date) -> MachineZone | None:
    """Reads both lines; None if any of the five check digits is wrong, or it is no passport's zone."""
    if not (_MRZ.fullmatch(first) and _MRZ.fullmatch(second) and first[0] == "P") or not _all_checks_hold(second):
        return None
    birth, expiry = _past(second[13:19], today), _near(second[21:27], today)
    if birth is None or expiry is None:
        return None
    surname, _, given = first[5:].partition("<<")
    return MachineZone(
        issuer=_plain(first[2:5]),
        surname=_plain(surname),
        given_names=_plain(given),
        number=_plain(second[0:9]),
        nationality=_plain(second[10:13]),
        birth=birth,
        expiry=expiry,
        sex=second[20].replace("<", ""),
    )


def mrz_check(text: str) -> str:
    """The check digit over ``0-9A-Z<`` (weights 7, 3, 1; a filler counts 0, A counts 10)."""
    values = (0 if character == "<" else int(character, 36) for character in text)
    return str(sum(value * _MRZ_WEIGHTS[place % 3] for place, value in enumerate(values)) % 10)


def _all_checks_hold(line: str) -> bool:
    optional = line[42] == mrz_check(line[28:42]) or (line[42] == "<" and not line[28:42].strip("<"))
    composite = line[0:10] + line[13:20] + line[21:43]
    single = ((line[0:9], line[9]), (line[13:19], line[19]), (line[21:27], line[27]), (composite, line[43]))
    return optional and all(mrz_check(text) == digit for text, digit in single)


def _past(digits: str, today: date) -> date | None:
    found = _date(digits, today.year // _CENTURY * _CENTURY)
    if found is not None and found > today:
        found = _date(digits, found.year - int(digits[:2]) - _CENTURY)
    return found


def _near(digits: str, today: date) -> date | None:
    found = _date(digits, today.year // _CENTURY * _CENTURY)
    if found is not None and found.year > today.year + _EXPIRY_REACH:
        return _date(digits, found.year - int(digits[:2]) - _CENTURY)
    if found is not None and found.year < today.year - _EXPIRY_REACH:
        return _date(digits, found.year - int(digits[:2]) + _CENTURY)
    return found


def _date(digits: str, century: int) -> date | None:
    try:
        return date(century + int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        return None


def _plain(text: str) -> str:
    return " ".join(text.replace("<", " ").split())
