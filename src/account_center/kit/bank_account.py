"""A company's bank account on the mainland: the account number, and the number of the bank's branch (CNAPS)."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from stdnum import luhn
from stdnum.iso7064 import mod_11_10

from account_center.kit.bank_card import recognise
from account_center.kit.masking import mask_number
from account_center.kit.typed import tidy

CNAPS_LENGTH = 12
SHORTEST_ACCOUNT, LONGEST_ACCOUNT = 8, 32
SHORTEST_PERSONAL_CARD = 16

_GAPS = re.compile(r"[\s\-]")
_DIGITS = re.compile(r"[0-9]+")


class AccountProblem(StrEnum):
    """Why a text is not a company's account, or not the number of a branch."""

    EMPTY = "empty"
    SHAPE = "shape"
    LENGTH = "length"
    CHECK_DIGIT = "check_digit"
    PERSONAL_CARD = "personal_card"  # 2.3.3


class BadBankAccount(ValueError):
    """Not a company's account or branch number; ``problem`` says why. Never carries the number itself."""

    def __init__(self, problem: AccountProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class CompanyAccount:
    """A company's account number. There is no public structure and no check digit: only the bank can tell."""

    number: str = field(repr=False)

    @property
    def masked(self) -> str:
        """The last four digits."""
        return mask_number(self.number, head=0, tail=4)


@dataclass(frozen=True, slots=True)
class Branch:
    """The number of a bank's branch (CNAPS): 3 digits bank, 4 city, 4 branch, 1 check (ISO 7064 MOD 11,10)."""

    number: str

    @property
    def bank(self) -> str:
        """The three digits of the bank, ``102`` for ICBC."""
        return self.number[:3]

    @property
    def city(self) -> str:
        """The four digits of the city."""
        return self.number[3:7]


def parse_company_account(text: str) -> CompanyAccount:
    """The account number in ``text``, spaces and dashes allowed. Raises BadBankAccount, for a personal card too (2.3.3)."""
    number = _digits(text)
    if not SHORTEST_ACCOUNT <= len(number) <= LONGEST_ACCOUNT:
        raise BadBankAccount(AccountProblem.LENGTH)
    if len(number) >= SHORTEST_PERSONAL_CARD and recognise(number) is not None and luhn.is_valid(number):
        raise BadBankAccount(AccountProblem.PERSONAL_CARD)
    return CompanyAccount(number)


def parse_branch(text: str) -> Branch:
    """The CNAPS number in ``text``. Raises BadBankAccount."""
    number = _digits(text)
    if len(number) != CNAPS_LENGTH:
        raise BadBankAccount(AccountProblem.LENGTH)
    if not mod_11_10.is_valid(number):
        raise BadBankAccount(AccountProblem.CHECK_DIGIT)
    return Branch(number)


def _digits(text: str) -> str:
    number = _GAPS.sub("", tidy(text))
    if not number:
        raise BadBankAccount(AccountProblem.EMPTY)
    if not _DIGITS.fullmatch(number):
        raise BadBankAccount(AccountProblem.SHAPE)
    return number
