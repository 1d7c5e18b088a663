"""Bank card numbers and the bank that a number shows (ISO/IEC 7812, UnionPay)."""

import csv
import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple, cast

from stdnum import luhn

from account_center.kit.masking import mask_number
from account_center.kit.typed import tidy

CardKind = Literal["debit", "credit", "unknown"]

SHORTEST_CARD = 13
LONGEST_CARD = 19
HINT_DIGITS = 6  # fewer digits show no bank reliably

_GAPS = re.compile(r"[\s\-]")
_DIGITS = re.compile(r"[0-9]+")
# Some old local cards ignore the Luhn digit; cards under UnionPay's own prefixes never do.
_ALWAYS_LUHN = ("62", "81")
# Networks without mainland issuers: Mir, Discover, Troy.
_FOREIGN_NETWORKS = ("2200", "2201", "2202", "2203", "2204", "6011", "644", "645", "646", "647", "648", "649", "9792")


class CardProblem(StrEnum):
    """Why a text is not the number of a mainland bank card."""

    EMPTY = "empty"
    SHAPE = "shape"
    LUHN = "luhn"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NOT_MAINLAND = "not_mainland"


class BadCard(ValueError):
    """Not a mainland bank card's number; ``problem`` says why. Never carries the number itself."""

    def __init__(self, problem: CardProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Bank:
    """A mainland bank. ``needs_unionpay_online``: UnionPay online payment must be switched on first (2.1.5)."""

    code: str
    name_zh: str
    name_en: str
    needs_unionpay_online: bool


@dataclass(frozen=True, slots=True)
class BankCard:
    """A checked card number; ``bank`` is None where the prefix is not known to us."""

    number: str = field(repr=False)
    bank: Bank | None
    kind: CardKind

    @property
    def masked(self) -> str:
        """The first and the last four digits."""
        return mask_number(self.number, head=4, tail=4)


_NEEDS_UNIONPAY_ONLINE = frozenset({"COMM", "BJBANK", "SHBANK", "GDB", "SPDB", "PINGAN"})
_NAMES = (
    ("ICBC", "中国工商银行", "Industrial and Commercial Bank of China"),
    ("ABC", "中国农业银行", "Agricultural Bank of China"),
    ("BOC", "中国银行", "Bank of China"),
    ("CCB", "中国建设银行", "China Construction Bank"),
    ("COMM", "交通银行", "Bank of Communications"),
    ("PSBC", "中国邮政储蓄银行", "Postal Savings Bank of China"),
    ("CMB", "招商银行", "China Merchants Bank"),
    ("CITIC", "中信银行", "China CITIC Bank"),
    ("CEB", "中国光大银行", "China Everbright Bank"),
    ("HXBANK", "华夏银行", "Hua Xia Bank"),
    ("CMBC", "中国民生银行", "China Minsheng Bank"),
    ("GDB", "广发银行", "China Guangfa Bank"),
    ("PINGAN", "平安银行", "Ping An Bank"),
    ("CIB", "兴业银行", "Industrial Bank"),
    ("SPDB", "浦发银行", "Shanghai Pudong Development Bank"),
    ("BJBANK", "北京银行", "Bank of Beijing"),
    ("SHBANK", "上海银行", "Bank of Shanghai"),
    ("NBBANK", "宁波银行", "Bank of Ningbo"),
    ("JSBANK", "江苏银行", "Bank of Jiangsu"),
    ("NJCB", "南京银行", "Bank of Nanjing"),
    ("HZCB", "杭州银行", "Bank of Hangzhou"),
    ("CZBANK", "浙商银行", "China Zheshang Bank"),
    ("BOHAIB", "渤海银行", "China Bohai Bank"),
    ("EGBANK", "恒丰银行", "Hengfeng Bank"),
)
BANKS = {code: Bank(code, zh, en, code in _NEEDS_UNIONPAY_ONLINE) for code, zh, en in _NAMES}


class _Known(NamedTuple):
    bank: Bank
    kind: CardKind
    length: int


def parse_card(text: str) -> BankCard:
    """The card number in ``text``, spaces and dashes allowed. An unknown bank is no refusal. Raises BadCard."""
    number = _GAPS.sub("", tidy(text))
    problem = _problem(number)
    if problem is not None:
        raise BadCard(problem)
    known = _look_up(number)
    if known is None:
        return BankCard(number=number, bank=None, kind="unknown")
    # One prefix may serve products of several lengths; then only the bank is sure.
    return BankCard(number=number, bank=known.bank, kind=known.kind if known.length == len(number) else "unknown")


def recognise(prefix: str) -> tuple[Bank, CardKind] | None:
    """The bank that the first digits (six or more) show, for the hint while typing; None if not known."""
    digits = _GAPS.sub("", tidy(prefix))
    known = _look_up(digits) if len(digits) >= HINT_DIGITS else None
    return None if known is None else (known.bank, known.kind)


def _problem(number: str) -> CardProblem | None:
    if not number:
        return CardProblem.EMPTY
    if not _DIGITS.fullmatch(number):
        return CardProblem.SHAPE
    if not SHORTEST_CARD <= len(number) <= LONGEST_CARD:
        return CardProblem.TOO_SHORT if len(number) < SHORTEST_CARD else CardProblem.TOO_LONG
    if number.startswith(_ALWAYS_LUHN) and not luhn.is_valid(number):
        return CardProblem.LUHN
    return CardProblem.NOT_MAINLAND if number.startswith(_FOREIGN_NETWORKS) else None


def _look_up(digits: str) -> _Known | None:
    table = _table()
    lengths = range(min(len(digits), _longest_prefix()), 0, -1)
    return next((table[digits[:length]] for length in lengths if digits[:length] in table), None)


@cache
def _table() -> dict[str, _Known]:
    text = (files("account_center.kit") / "data" / "bank_prefixes.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {row["prefix"]: _Known(BANKS[row["bank"]], cast(CardKind, row["kind"]), int(row["length"])) for row in rows}


@cache
def _longest_prefix() -> int:
    return max(map(len, _table()))
