"""Finding banks and their branches in the list that the operator imported; without one, the banks of the product."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from django.db.models import QuerySet

from account_center.kit.company_banks import COMPANY_BANKS, CompanyBank, bank_called, find_banks
from account_center.realname.branch_models import BankBranch, BankBranchWord, ListedBank, ListedBankWord
from account_center.realname.branch_rules import beginning, letters, questions

MOST_SHOWN = 20
MOST_READ = 300  # rows that one question may read, however long the list is
_ASKED = 2  # words of a question that the index is asked for
_AFTER = b"\xff"  # greater than any letter in UTF-8
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class BranchShown:
    """A branch as it is offered."""

    number: str
    name: str
    city: str


@dataclass(frozen=True, slots=True)
class Branches:
    """What was found; ``more``: there may be others, so a longer question is needed to see them."""

    shown: tuple[BranchShown, ...] = ()
    more: bool = False


class Search(StrEnum):
    """How far a search came."""

    BANK_UNCLEAR = "bank_unclear"
    NONE = "none"
    FOUND = "found"


@dataclass(frozen=True, slots=True)
class Searched:
    """What is shown while somebody looks for a branch."""

    state: Search
    shown: tuple[BranchShown, ...] = ()
    more: bool = False


def search_branches(*, bank: str, text: str) -> Searched | None:
    """What the two texts of a form may mean together; None while nothing can be said about them.

    A whole number that the list lacks is nothing to warn of.
    """
    if not text.strip() or not has_branches():
        return None
    banks = banks_named(bank)
    if len(banks) != 1:
        return Searched(Search.BANK_UNCLEAR)
    found = find_branches(text, bank=banks[0])
    if not found.shown:
        digits = "".join(text.split())
        return None if digits.isdigit() else Searched(Search.NONE)
    return Searched(Search.FOUND, found.shown, found.more)


def has_branches() -> bool:
    """Whether a list was imported."""
    return BankBranch.objects.exists()


def banks_named(text: str) -> list[CompanyBank]:
    """The banks that ``text`` may mean: the one of exactly that name, else every one with all its words inside."""
    called = bank_called(text)
    if called:
        return [called]
    listed = _listed(text)
    exact = [bank for bank in listed if letters(bank.name) == letters(text)]
    return [_company_bank(bank) for bank in exact] or _together(find_banks(text), listed)


def branch_listed(number: str) -> tuple[BranchShown, CompanyBank] | None:
    """The branch of that number and its bank; None where the list lacks it, which says nothing about the branch."""
    found = BankBranch.objects.filter(pk=int(number)).select_related("bank").first()
    return (_shown(found), _company_bank(found.bank)) if found else None


def find_branches(text: str, *, bank: CompanyBank) -> Branches:
    """The branches of ``bank`` whose number begins with ``text``, or whose name and city have all its words.

    Costs the same however long the list is: at most three queries, which read MOST_READ rows at most each.
    """
    listed = _row_of(bank)
    if listed is None:
        return Branches()
    digits = "".join(text.split())
    if digits.isascii() and digits.isdigit():
        return _by_number(digits, listed)
    asked = questions(text, bank=listed.name)
    words = BankBranchWord.objects.filter(bank=listed).select_related("branch")
    found, more = _search(words, asked, of=lambda row: row.branch, text=lambda branch: branch.name + branch.city)
    shown = sorted(found, key=lambda branch: (len(branch.name), branch.name))[:MOST_SHOWN]
    return Branches(tuple(map(_shown, shown)), more=more or len(found) > MOST_SHOWN)


def _listed(text: str) -> list[ListedBank]:
    words = ListedBankWord.objects.select_related("bank")
    found, _more = _search(words, questions(text), of=lambda row: row.bank, text=lambda bank: bank.name)
    return sorted(found, key=lambda bank: (len(bank.name), bank.name))


def _search(
    words: QuerySet[Any], asked: list[str], *, of: Callable[[Any], Row], text: Callable[[Row], str]
) -> tuple[list[Row], bool]:
    """Rows with every word, and whether reading stopped early. The index is asked for the longest word."""
    found: dict[Row, None] = {}
    for question in asked[:_ASKED]:
        start = beginning(question)
        rows = list(words.filter(word__gte=start, word__lt=start + _AFTER).order_by("word")[:MOST_READ])
        found |= dict.fromkeys(row for row in map(of, rows) if all(one in letters(text(row)) for one in asked))
        if len(rows) < MOST_READ:
            return list(found), False  # nothing was left unread
    return list(found), bool(asked)


def _by_number(digits: str, bank: ListedBank) -> Branches:
    places = 12 - len(digits)
    if places < 0:
        return Branches()
    first = int(digits) * 10**places
    rows = BankBranch.objects.filter(bank=bank, pk__gte=first, pk__lt=first + 10**places).order_by("pk")
    found = list(rows[: MOST_SHOWN + 1])
    return Branches(tuple(map(_shown, found[:MOST_SHOWN])), more=len(found) > MOST_SHOWN)


def _row_of(bank: CompanyBank) -> ListedBank | None:
    wanted = {"code": bank.code} if bank.code else {"name": bank.name_zh}
    return ListedBank.objects.filter(**wanted).first()


def _together(known: Iterable[CompanyBank], listed: Iterable[ListedBank]) -> list[CompanyBank]:
    both = {bank.name_zh: bank for bank in (*known, *map(_company_bank, listed))}
    return list(both.values())


def _company_bank(listed: ListedBank) -> CompanyBank:
    return COMPANY_BANKS.get(listed.code) or CompanyBank("", listed.name, listed.name, "")


def _shown(branch: BankBranch) -> BranchShown:
    return BranchShown(number=branch.number, name=branch.name, city=branch.city)
