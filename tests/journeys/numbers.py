"""Phones, mailboxes, names, identities and cards that no other journey has used. Invented, with valid check digits."""

import itertools
import secrets
from dataclasses import dataclass
from datetime import date

from account_center.kit.demo_numbers import demo_card, demo_resident_id

# A data folder may serve several runs, so each run has a part of its own.
RUN = secrets.randbelow(9000) + 1000
PREFIXES = (135, 136, 137, 138, 139, 150, 151, 152, 157, 158, 159, 182, 183, 187, 188)
_count = itertools.count(1000)

MATCH, WRONG_NAME, WRONG_PHONE, WRONG_ID = "990000", "990001", "990002", "990003"
NO_BANK, NO_UNIONPAY, NOT_VALID, NO_RECORD = "990004", "990005", "990006", "990007"
SILENT, BUSY, AWAY = "990011", "990012", "990013"
BANK_PLAIN, BANK_HINTED = "621700", "622260"  # CCB; Bank of Communications


def phone(*, ending: str = "") -> str:
    """A mainland mobile number, national: 11 digits."""
    number = next(_count)
    if ending:
        # Endings decide in the sandbox, so the counter stands in the middle.
        return f"{PREFIXES[RUN % len(PREFIXES)]}{number % 10000:04d}{ending}"
    # Runs of 10,000 numbers have a limit of their own, so neighbours stand far apart.
    return f"{PREFIXES[number % len(PREFIXES)]}{RUN}{number % 10000:04d}"


def email(local: str = "reader") -> str:
    return f"{local}.{RUN}.{next(_count)}@example.com"


def name(start: str = "tea") -> str:
    return f"{start}.{RUN}.{next(_count)}"


def card(answer: str = MATCH, bank: str = BANK_PLAIN) -> str:
    """A card that the sandbox's bank answers in this way."""
    return demo_card(f"{bank}{RUN % 100:02d}{next(_count) % 10000:04d}{answer}", length=19)


@dataclass(frozen=True)
class Person:
    name: str
    id_number: str
    phone: str


def person(month: date | None = None) -> Person:
    """Somebody born in this month, or in one that is the run's own, so that no earlier run has verified the same person."""
    number = next(_count)
    born = (month or date(1950 + RUN // 9 % 50, 1 + RUN // 450 % 12, 1)).replace(day=1 + number % 28)
    return Person("王小灯", demo_resident_id(f"{110101 + RUN % 9}", born, number % 1000), phone())
