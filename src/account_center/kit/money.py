"""Small sums of money as people type them."""

import re
from decimal import Decimal

from account_center.kit.typed import tidy

FEN_PER_YUAN = 100
LEAST_FEN, MOST_FEN = 1, 99  # 2.3.1: a transfer for verification is CNY 0.01 to 0.99

_NOISE = re.compile(r"\s|¥|RMB|CNY|元", re.IGNORECASE)
_YUAN = re.compile(r"[0-9]{0,3}[.,。][0-9]{1,2}")
_FEN = re.compile(r"([0-9]{1,2})分")


class NotASmallSum(ValueError):
    """Not a sum between CNY 0.01 and 0.99. Never carries what was typed."""


def parse_small_sum(text: str) -> int:
    """Fen, from ``0.37``, ``.37``, ``37分`` or ``¥０．３７``. A bare ``37`` could be yuan or fen. Raises NotASmallSum."""
    typed = _NOISE.sub("", tidy(text))
    fen = _fen(typed)
    if not LEAST_FEN <= fen <= MOST_FEN:
        raise NotASmallSum
    return fen


def _fen(typed: str) -> int:
    in_fen = _FEN.fullmatch(typed)
    if in_fen:
        return int(in_fen[1])
    if not _YUAN.fullmatch(typed):
        raise NotASmallSum
    return int(Decimal(typed.replace(",", ".").replace("。", ".")) * FEN_PER_YUAN)


def yuan(fen: int) -> str:
    """``37`` as ``0.37``, as banks write it."""
    return f"{fen // FEN_PER_YUAN}.{fen % FEN_PER_YUAN:02d}"
