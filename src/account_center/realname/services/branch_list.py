"""Importing the list of banks' branches: read whole, judged line by line, then brought into the tables."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from django.db import transaction

from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.kit.bank_account import AccountProblem, BadBankAccount, Branch, parse_branch
from account_center.kit.company_banks import COMPANY_BANKS, CompanyBank, bank_called
from account_center.kit.typed import tidy
from account_center.realname.branch_models import (
    MOST_IN_A_NAME,
    BankBranch,
    BankBranchWord,
    ListedBank,
    ListedBankWord,
)
from account_center.realname.branch_rules import words_of_bank, words_of_branch

LARGEST_LIST = 100 * 1024 * 1024
MOST_THAT_MAY_GO = 0.1  # share of the list; more looks like half a file
_MOST_IN_A_CITY = 40
_BATCH = 500
_COLUMNS = {
    "number": ("number", "联行号", "行号"),
    "name": ("name", "支行名称", "开户行名称", "行名"),
    "bank": ("bank", "银行", "银行名称"),
    "city": ("city", "城市"),
}
_NO_NUMBER = {
    AccountProblem.EMPTY: "the number is missing",
    AccountProblem.SHAPE: "the number has other characters than digits",
    AccountProblem.LENGTH: "the number has not 12 digits",
    AccountProblem.CHECK_DIGIT: "the check digit of the number is wrong",
}
_BY_DIGITS = {bank.cnaps: bank for bank in COMPANY_BANKS.values() if bank.cnaps}
Item = TypeVar("Item")


class BadList(ValueError):
    """Nothing that can be read as a list of branches, or nothing that should be taken as one; the text says why."""


class BadLine(ValueError):
    """A line that cannot be taken; the text says why."""


@dataclass(frozen=True, slots=True)
class ListedBranch:
    """A line of the list. ``code``: the bank that the product knows by itself, else empty."""

    number: int
    name: str
    city: str
    bank: str
    code: str


@dataclass(frozen=True, slots=True)
class BranchList:
    """What a file holds, and its bad lines by number with their reasons."""

    branches: tuple[ListedBranch, ...]
    bad: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did."""

    total: int
    added: int
    changed: int
    removed: int


def read_list(data: bytes) -> BranchList:
    """The branches in a CSV file (UTF-8 or GB18030, separated by comma, semicolon or tab). Raises BadList."""
    if len(data) > LARGEST_LIST:
        raise BadList("the file is too large to be a list of branches")
    rows = _rows(_text(data))
    columns = _header(next(rows, (1, []))[1])
    branches: dict[int, ListedBranch] = {}
    bad: list[tuple[int, str]] = []
    for line, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        try:
            _add(branches, _branch({name: row[at] if at < len(row) else "" for name, at in columns.items()}))
        except BadLine as wrong:
            bad.append((line, str(wrong)))
    return BranchList(tuple(branches.values()), tuple(bad))


def _add(branches: dict[int, ListedBranch], branch: ListedBranch) -> None:
    if branches.setdefault(branch.number, branch) != branch:
        raise BadLine("the number stands in the file before, with another name, bank or city")


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadList("the file is neither UTF-8 nor GB18030")


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as wrong:
        raise BadList(f"line {reader.line_num} is no line of a CSV file: {wrong}") from None


def _header(cells: Sequence[str]) -> dict[str, int]:
    named = [tidy(cell).casefold() for cell in cells]
    found = {column: named.index(name) for column, names in _COLUMNS.items() for name in names if name in named}
    missing = [column for column in ("number", "name") if column not in found]
    if missing:
        raise BadList(f"the first line names no column {' and no column '.join(missing)}")
    return found


def _branch(cells: Mapping[str, str]) -> ListedBranch:
    number = _number(cells["number"])
    name, city = _named("name", cells["name"]), tidy(cells.get("city", ""))
    if not name:
        raise BadLine("the name is missing")
    if len(city) > _MOST_IN_A_CITY:
        raise BadLine(f"the city has more than {_MOST_IN_A_CITY} characters")
    called, known = _bank(_named("bank", cells.get("bank", "")), number)
    return ListedBranch(int(number.number), name, city, called, known.code if known else "")


def _number(text: str) -> Branch:
    try:
        return parse_branch(text)
    except BadBankAccount as wrong:
        raise BadLine(_NO_NUMBER[wrong.problem]) from None


def _named(column: str, text: str) -> str:
    name = tidy(text)
    if len(name) > MOST_IN_A_NAME:
        raise BadLine(f"the {column} has more than {MOST_IN_A_NAME} characters")
    return name


def _bank(named: str, number: Branch) -> tuple[str, CompanyBank | None]:
    by_name, by_digits = bank_called(named) if named else None, _BY_DIGITS.get(number.bank)
    if not named and by_digits is None:
        raise BadLine("the bank is missing, and the number does not tell it")
    if by_name and by_name.cnaps and by_name.cnaps != number.bank:
        raise BadLine(f"the numbers of this bank begin with {by_name.cnaps}")
    known = by_name if named else by_digits
    return (known.name_zh, known) if known else (named, None)


def import_branches(*, actor: Actor, branches: Sequence[ListedBranch], many_may_go: bool = False) -> ImportReport:
    """Makes the list what ``branches`` says: new ones in, changed ones anew, what is not among them out.

    A few hundred branches in each transaction, so that nobody waits long for the database; whoever searches meanwhile
    finds the old or the new of each. Killed, it is finished by the next import. Raises BadList if it is empty, or if more
    than MOST_THAT_MAY_GO of the list would go and ``many_may_go`` does not allow that.
    """
    there = _there()
    wanted = {branch.number: branch for branch in branches}
    gone = [number for number in there if number not in wanted]
    _refuse_half_a_list(wanted, gone=len(gone), there=len(there), many_may_go=many_may_go)
    fresh = [branch for number, branch in wanted.items() if there.get(number) != branch]
    changed = sum(branch.number in there for branch in fresh)
    banks = _banks(branches)
    for part in _parts(fresh):
        _write(part, banks)
    for numbers in _parts(gone):
        BankBranch.objects.filter(pk__in=numbers).delete()
    report = ImportReport(total=len(wanted), added=len(fresh) - changed, changed=changed, removed=len(gone))
    _finish(actor, report)
    return report


def _there() -> dict[int, ListedBranch]:
    rows = BankBranch.objects.values_list("pk", "name", "city", "bank__name", "bank__code")
    return {row[0]: ListedBranch(*row) for row in rows.iterator(chunk_size=5000)}


def _refuse_half_a_list(wanted: Mapping[int, object], *, gone: int, there: int, many_may_go: bool) -> None:
    if not wanted:
        raise BadList("the file holds no branch")
    if gone > there * MOST_THAT_MAY_GO and not many_may_go:
        raise BadList(f"the file lacks {gone} of the {there} branches of the list: is it whole?")


def _banks(branches: Iterable[ListedBranch]) -> dict[str, ListedBank]:
    """Every bank of the list by its name, with the new ones written."""
    known = {bank.name: bank for bank in ListedBank.objects.all()}
    new = {branch.bank: branch.code for branch in branches if branch.bank not in known}
    for name, code in new.items():
        known[name] = _new_bank(name, code)
    # A bank that the product has learned to know since the last import.
    for name, code in {(one.bank, one.code) for one in branches if known[one.bank].code != one.code}:
        ListedBank.objects.filter(pk=known[name].pk).update(code=code)
    return known


@transaction.atomic
def _new_bank(name: str, code: str) -> ListedBank:
    bank, _ = ListedBank.objects.get_or_create(name=name, defaults={"code": code})
    words = [ListedBankWord(bank=bank, word=word) for word in sorted(words_of_bank(name))]
    ListedBankWord.objects.bulk_create(words, ignore_conflicts=True)
    return bank


@transaction.atomic
def _write(part: Sequence[ListedBranch], banks: Mapping[str, ListedBank]) -> None:
    rows = [BankBranch(id=one.number, bank=banks[one.bank], name=one.name, city=one.city) for one in part]
    BankBranch.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=["bank", "name", "city"]
    )
    BankBranchWord.objects.filter(branch__in=[one.number for one in part]).delete()
    words = [
        BankBranchWord(bank=row.bank, word=word, branch=row)
        for row in rows
        for word in sorted(words_of_branch(row.name, bank=row.bank.name, city=row.city))
    ]
    BankBranchWord.objects.bulk_create(words, ignore_conflicts=True)


@transaction.atomic
def _finish(actor: Actor, report: ImportReport) -> None:
    ListedBank.objects.filter(branches__isnull=True).delete()
    facts = {"total": report.total, "added": report.added, "changed": report.changed, "removed": report.removed}
    record(actor=actor, event="realname:branches:imported", facts=facts)


def _parts(items: Iterable[Item]) -> Iterator[list[Item]]:
    left = iter(items)
    while part := list(islice(left, _BATCH)):
        yield part
