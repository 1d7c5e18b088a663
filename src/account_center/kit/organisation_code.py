"""The numbers of mainland organisations: unified social credit code (GB 32100-2015) and organisation code (GB 11714-1997)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from account_center.kit.typed import tidy

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: without I, O, S, V and Z, which look like digits or each other
CREDIT_LENGTH, ORGANISATION_LENGTH = 18, 9
_WEIGHTS = tuple(pow(3, place, 31) for place in range(CREDIT_LENGTH - 1))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_GAPS = re.compile(r"[\s\-]")
_CREDIT = re.compile(f"[{ALPHABET}]{{{CREDIT_LENGTH}}}")
_LOOKALIKES = re.compile(r"[IOSVZ]")
_ORGANISATION = re.compile(r"[0-9A-Z]{8}[0-9X]")

# GB 32100, table 1 with the amendment of 2016: who registered the organisation, and as what.
DEPARTMENTS: Mapping[str, frozenset[str]] = {
    "1": frozenset("1239"),  # 机构编制: 机关, 事业单位, 群众团体
    "2": frozenset("19"),  # 外交
    "3": frozenset("123459"),  # 司法行政: 律师, 公证, 基层法律服务, 司法鉴定, 仲裁
    "4": frozenset("19"),  # 文化
    "5": frozenset("1239"),  # 民政: 社会团体, 民办非企业单位, 基金会
    "6": frozenset("129"),  # 旅游
    "7": frozenset("129"),  # 宗教
    "8": frozenset("19"),  # 工会
    "9": frozenset("1239"),  # 市场监管: 企业, 个体工商户, 农民专业合作社
    "A": frozenset("19"),  # 中央军委
    "N": frozenset("1239"),  # 农业: 组, 村, 乡镇集体经济
    "Y": frozenset("1"),
}


class CodeProblem(StrEnum):
    """Why a text is not the number of an organisation."""

    EMPTY = "empty"
    LENGTH = "length"
    LOOKALIKE = "lookalike"  # I, O, S, V or Z, which such a code never has
    SHAPE = "shape"
    CHECK_DIGIT = "check_digit"


class BadOrganisationCode(ValueError):
    """Not the number of an organisation; ``problem`` says why."""

    def __init__(self, problem: CodeProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A checked unified social credit code.

    ``is_usual``: department and kind are a pair of the standard, and the organisation code inside has its check
    character. If not, the code may still be right (new pairs are added): a reviewer looks, nobody is refused for it.
    """

    number: str
    department: str
    kind: str
    area: str
    is_usual: bool

    @property
    def pair(self) -> str:
        """Department and kind, ``91`` for an enterprise."""
        return self.department + self.kind

    @property
    def organisation_code(self) -> str:
        """The nine characters of the organisation code inside."""
        return self.number[8:17]


def parse_credit_code(text: str) -> CreditCode:
    """The unified social credit code in ``text``, full-width and lower-case letters allowed. Raises BadOrganisationCode."""
    number = _GAPS.sub("", tidy(text)).upper()
    problem = _problem(number)
    if problem is not None:
        raise BadOrganisationCode(problem)
    known = number[1] in DEPARTMENTS.get(number[0], frozenset())
    usual = known and organisation_check(number[8:16]) == number[16]
    return CreditCode(number=number, department=number[0], kind=number[1], area=number[2:8], is_usual=usual)


def parse_organisation_code(text: str) -> str:
    """The nine characters of an organisation code, written with or without its dash. Raises BadOrganisationCode."""
    number = _GAPS.sub("", tidy(text)).upper()
    if not number:
        raise BadOrganisationCode(CodeProblem.EMPTY)
    if len(number) != ORGANISATION_LENGTH:
        raise BadOrganisationCode(CodeProblem.LENGTH)
    if not _ORGANISATION.fullmatch(number):
        raise BadOrganisationCode(CodeProblem.SHAPE)
    if organisation_check(number[:8]) != number[8]:
        raise BadOrganisationCode(CodeProblem.CHECK_DIGIT)
    return number


def credit_check(body: str) -> str:
    """The check character of the first 17 characters (MOD 31, weights 3^i)."""
    total = sum(ALPHABET.index(character) * weight for character, weight in zip(body, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def _problem(number: str) -> CodeProblem | None:
    if not number:
        return CodeProblem.EMPTY
    if len(number) != CREDIT_LENGTH:
        return CodeProblem.LENGTH
    if not _CREDIT.fullmatch(number):
        return CodeProblem.LOOKALIKE if _LOOKALIKES.search(number) else CodeProblem.SHAPE
    return None if credit_check(number[:-1]) == number[-1] else CodeProblem.CHECK_DIGIT


def organisation_check(body: str) -> str:
    """The check character of the first 8 characters of an organisation code (GB 11714)."""
    total = sum(int(character, 36) * weight for character, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True))
    found = (11 - total % 11) % 11
    return "X" if found == 10 else str(found)  # noqa: PLR2004 - one character for the value ten
