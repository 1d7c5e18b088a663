"""The invented people of the sandbox. Nobody of that name and number exists; check digits hold all the same."""

from dataclasses import dataclass
from datetime import date

from account_center.kit.demo_numbers import demo_resident_id

# Known to everybody, for the sandbox only: `check` refuses a sandbox with production settings.
DEMO_PASSWORD = "lantern harbour 42 tea"  # noqa: S105 - printed on the sandbox page


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """An account to try. ``phone`` is E.164; ``shows`` says in English what it is for (translated where shown)."""

    name: str
    country: str
    phone: str
    email: str
    shows: str


@dataclass(frozen=True, slots=True)
class DemoIdentity:
    """A person to verify: name, resident identity number, phone left with the bank."""

    name: str
    id_number: str
    phone: str
    shows: str


SEVERAL_PHONE = "+8613900000022"
FULL_PHONE = "+8613900000044"
TAKEN_EMAIL = "old.harbour@example.com"

DEMO_PEOPLE = (
    DemoPerson("zhou.verified", "CN", "+8613900000011", "zhou@example.com", "verified"),
    DemoPerson("lin.unverified", "CN", "+8613900000012", "lin@example.com", "unverified"),
    DemoPerson("sun.first", "CN", SEVERAL_PHONE, "sun@example.com", "several"),
    DemoPerson("sun.second", "CN", SEVERAL_PHONE, "", "several"),
    DemoPerson("sun.third", "CN", SEVERAL_PHONE, "", "several"),
    DemoPerson("emma.singapore", "SG", "", "emma@example.org", "international"),
    DemoPerson("otto.germany", "DE", "", "otto@example.org", "outside"),
    DemoPerson("mei.mailtaken", "CN", "+8613900000033", TAKEN_EMAIL, "email_taken"),
    DemoPerson("kwok.hongkong", "CN", "+85291234567", "kwok@example.com", "not_mainland"),
    DemoPerson("gao.fullphone", "CN", FULL_PHONE, "", "phone_full"),
)
DEMO_LEGACIES = (
    DemoPerson("old.harbour", "CN", "+8613900000055", TAKEN_EMAIL, "legacy"),
    DemoPerson("old.lighthouse", "CN", "+8613900000056", "lighthouse@example.com", "legacy_upgrade"),
    DemoPerson("old.pier", "CN", "+8613900000057", "", "legacy_upgrade"),
)
DEMO_STAFF = (
    ("li.support", ("support",)),
    ("chen.manager", ("support", "customer_manager")),
    ("wang.reviewer", ("support", "reviewer")),
)

DEMO_IDENTITIES = (
    DemoIdentity("王小灯", demo_resident_id(birth=date(1990, 3, 7), sequence=12), "+8613900000061", "adult"),
    DemoIdentity("陈海茶", demo_resident_id(birth=date(1985, 11, 23), sequence=27), "+8613900000062", "adult"),
    DemoIdentity("林幼星", demo_resident_id(birth=date(2015, 6, 1), sequence=31), "+8613900000063", "child"),
    # What the sandbox's face comparer says is decided by the area.
    DemoIdentity(
        "杜无名", demo_resident_id("659901", birth=date(1992, 4, 18), sequence=52), "+8613900000064", "unknown"
    ),
    DemoIdentity("何慢舟", demo_resident_id("659911", birth=date(1987, 9, 2), sequence=55), "+8613900000065", "slow"),
)
VERIFIED_IDENTITY = DemoIdentity(
    "周明港", demo_resident_id(birth=date(1978, 1, 15), sequence=44), "+8613900000011", "adult"
)

DEMO_CLIENT_ID = "demo-shop"
DEMO_CLIENT_SECRET = "demo-shop-secret-for-the-sandbox-only-0123456789"  # noqa: S105 - printed in the documentation
DEMO_SITE_ID = "demo-partner"
DEMO_SITE_SECRET = "demo-partner-secret-for-the-sandbox-only-0123456789"  # noqa: S105 - printed in the documentation
DEMO_SITE_KEY = "demo-partner-signing-key-for-the-sandbox-only-0123456789"
