"""The number of a mainland resident identity card (GB 11643): 6 area, 8 birth, 3 sequence, 1 check character."""

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

from stdnum.iso7064 import mod_11_2

from account_center.kit.masking import mask_number
from account_center.kit.typed import tidy

Sex = Literal["male", "female"]

_SHAPE = re.compile(r"[1-9][0-9]{16}[0-9X]")
_FIRST_GENERATION = re.compile(r"[1-9][0-9]{14}")
_OLD_FOREIGNER_CARD = re.compile(r"[A-Z]{3}[0-9]{12}")
_GAPS = re.compile(r"[\s\-]")
_EARLIEST_YEAR = 1900
_RESIDENCE_PERMITS = frozenset({"81", "82", "83"})
# Only the province level: counties are renamed and founded every year, while a number once given never changes.
_PROVINCES = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71))
    for code in range(first, last + 1)
)


class IdProblem(StrEnum):
    """Why a text is not the number of a mainland resident identity card."""

    EMPTY = "empty"
    FIFTEEN_DIGITS = "fifteen_digits"
    SHAPE = "shape"
    PROVINCE = "province"
    BIRTH_DATE = "birth_date"
    FUTURE = "future"
    CHECK_DIGIT = "check_digit"
    RESIDENCE_PERMIT = "residence_permit"
    FOREIGNER_CARD = "foreigner_card"


class BadResidentId(ValueError):
    """Not a resident identity number; ``problem`` says why. Never carries the number itself."""

    def __init__(self, problem: IdProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class ResidentId:
    """A checked number with what it says: birth date, sex, and the area (6 digits) where it was given."""

    number: str = field(repr=False)
    birth: date = field(repr=False)
    sex: Sex
    area: str

    @property
    def masked(self) -> str:
        """``11010519491231002X`` as ``110***********002X``."""
        return mask_number(self.number)

    def age_on(self, day: date) -> int:
        """Full years on ``day``: 18 on the 18th birthday itself; who was born on 29 February waits until 1 March."""
        return day.year - self.birth.year - ((day.month, day.day) < (self.birth.month, self.birth.day))


def parse_resident_id(text: str, *, today: date) -> ResidentId:
    """The resident identity number in ``text``; ``today`` is the date in Asia/Shanghai. Raises BadResidentId.

    Residence permits (2.2.2) and foreigners' cards have problems of their own, because they have another way.
    """
    number = _GAPS.sub("", tidy(text)).upper()
    problem = _shape_problem(number)
    if problem is None and number[:2] not in _PROVINCES:
        problem = IdProblem.PROVINCE
    if problem is not None:
        raise BadResidentId(problem)
    birth = _birth(number[6:14], today)
    if not mod_11_2.is_valid(number):
        raise BadResidentId(IdProblem.CHECK_DIGIT)
    return ResidentId(number=number, birth=birth, sex="male" if int(number[16]) % 2 else "female", area=number[:6])


def _shape_problem(number: str) -> IdProblem | None:
    if not number:
        return IdProblem.EMPTY
    if _FIRST_GENERATION.fullmatch(number):
        return IdProblem.FIFTEEN_DIGITS
    if _OLD_FOREIGNER_CARD.fullmatch(number):
        return IdProblem.FOREIGNER_CARD
    if not _SHAPE.fullmatch(number):
        return IdProblem.SHAPE
    if number.startswith("9"):
        return IdProblem.FOREIGNER_CARD
    return IdProblem.RESIDENCE_PERMIT if number[:2] in _RESIDENCE_PERMITS else None


def _birth(digits: str, today: date) -> date:
    try:
        birth = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError as wrong:
        raise BadResidentId(IdProblem.BIRTH_DATE) from wrong
    if birth.year < _EARLIEST_YEAR:
        raise BadResidentId(IdProblem.BIRTH_DATE)
    if birth > today:
        raise BadResidentId(IdProblem.FUTURE)
    return birth
