"""Invented numbers with valid check digits, for demo data and tests. They belong to nobody on purpose."""

from datetime import date
from hashlib import sha256

from stdnum import luhn
from stdnum.iso7064 import mod_11_2

from account_center.kit.organisation_code import credit_check, organisation_check

_DEMO_BIRTH = date(1990, 1, 1)


def demo_resident_id(area: str = "110101", birth: date = _DEMO_BIRTH, sequence: int = 2) -> str:
    """A resident identity number; an odd ``sequence`` (0 to 999) is a man's, an even one a woman's."""
    body = f"{area}{birth:%Y%m%d}{sequence:03d}"
    return body + mod_11_2.calc_check_digit(body)


def demo_card(prefix: str, length: int = 19, seed: int = 0) -> str:
    """A card number with a valid Luhn digit; the same ``prefix``, ``length`` and ``seed`` give the same card."""
    filler = str(int.from_bytes(sha256(f"{prefix}/{seed}".encode()).digest()))
    body = prefix + filler[: length - len(prefix) - 1]
    return body + luhn.calc_check_digit(body)


def demo_credit_code(pair: str = "91", area: str = "330106", seed: int = 0) -> str:
    """A unified social credit code with valid check characters; ``pair`` is department and kind (91: an enterprise).

    The same ``pair``, ``area`` and ``seed`` give the same code.
    """
    inside = f"{int.from_bytes(sha256(f'{pair}/{area}/{seed}'.encode()).digest()) % 10**8:08d}"
    body = f"{pair}{area}{inside}{organisation_check(inside)}"
    return body + credit_check(body)
