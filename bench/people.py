"""Invented people by the million: person ``n`` is always the same, and every number has valid check digits.

Pure Python, so that the same people can be asked for again without reading them back.
"""

from base64 import b32encode
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import blake2b

from account_center.kit.demo_numbers import demo_card, demo_resident_id

FIRST_BIRTH = date(1950, 1, 1)
BIRTHDAYS = 20_011  # a prime, so that areas, birthdays and families run through all combinations
SEQUENCES = 999
MOST_PEOPLE = BIRTHDAYS * SEQUENCES
AREAS = ("110101", "310104", "320106", "330106", "370102", "420106", "440305", "500103", "510104", "610113", "650102")
PREFIXES = ("130", "135", "136", "138", "139", "150", "151", "158", "159", "166", "176", "180", "186", "188", "189")
SUBSCRIBERS = 10**8
STRIDE = 48_271  # has no factor in common with SUBSCRIBERS: no number comes twice
SHARING = 20  # every twentieth account has its phone together with the one before
BANKS = ("622202", "622848", "621700", "622588")
FAMILIES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "海明灯港茶星雨山云舟松竹梅兰溪石桥霞岚泉"
WORDS = ("harbour", "lantern", "willow", "granite", "saffron", "kestrel", "orchid", "tundra", "meadow", "cobalt")
LETTERS = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789abcdefghjkmnpqrstvwxyz")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account, and with a tenant and a verification if ``has_tenant`` and ``is_verified``."""

    number: int
    name: str
    phone: str
    email: str
    tenant_id: str
    tenant_name: str

    # Worked out only when asked for: most people of the bench are never verified.
    @property
    def real_name(self) -> str:
        """Three characters."""
        second, third = self.number // 20 % 20, self.number // 400 % 20
        return FAMILIES[self.number % 20] + GIVEN[second] + GIVEN[third]

    @property
    def id_number(self) -> str:
        """A resident identity number of an adult."""
        birth = FIRST_BIRTH + timedelta(days=self.number % BIRTHDAYS)
        return demo_resident_id(AREAS[self.number % len(AREAS)], birth, self.number // BIRTHDAYS % SEQUENCES + 1)

    @property
    def card(self) -> str:
        """A bank card of 19 digits."""
        return demo_card(BANKS[self.number % len(BANKS)], 19, self.number)

    @property
    def name_key(self) -> str:
        """The name is plain ASCII in lower case: its own key."""
        return self.name

    @property
    def tenant_name_key(self) -> str:
        """The tenant's name is plain ASCII with single spaces."""
        return self.tenant_name.lower()

    @property
    def has_tenant(self) -> bool:
        """Four of five."""
        return self.number % 5 != 0

    @property
    def is_verified(self) -> bool:
        """Two of five."""
        return self.number % 5 in (1, 2)


def person(number: int) -> Person:
    """Person ``number``, counted from 1 to ``MOST_PEOPLE``."""
    word, other = WORDS[number % len(WORDS)], WORDS[number // len(WORDS) % len(WORDS)]
    name = f"{word}.{other}.{number:x}"
    return Person(
        number=number,
        name=name,
        phone=_phone(number - 1 if number % SHARING == 0 else number),
        email=f"{name}@example.com",
        tenant_id=_tenant_id(number),
        tenant_name=f"{word.capitalize()} & {other} {number:x}",
    )


def _phone(number: int) -> str:
    prefix, place = PREFIXES[number % len(PREFIXES)], number // len(PREFIXES)
    return f"+86{prefix}{(place * STRIDE + 20_000_019) % SUBSCRIBERS:08d}"


def _tenant_id(number: int) -> str:
    digest = blake2b(number.to_bytes(8, "big"), digest_size=10).digest()
    return b32encode(digest).translate(LETTERS).decode()
