"""Reading accounts. Every look-up is one index look-up, at ten thousand accounts as at ten million."""

import secrets
from collections.abc import Sequence

from django.conf import settings

from account_center.accounts.models import Account, OldPassword, PhoneQuota, RestingName
from account_center.accounts.passwords import look_at_password
from account_center.accounts.types import AccountFacts, AccountKind, AccountState, PasswordStrength
from account_center.kit.actor import Actor, ActorKind, StaffRole
from account_center.kit.names import name_key
from account_center.plumbing.keys import keyring
from account_center.plumbing.prepared import LookUp
from account_center.plumbing.quota import places

LISTED = 20
# Asked at every sign-in and on every page.
_BY_ID = LookUp(Account, by=("id",))
_BY_NAME = LookUp(Account, by=("kind", "realm", "name_key"))
_BY_EMAIL = LookUp(Account, by=("kind", "email_key"))
_BY_PHONE = LookUp(Account, by=("phone", "kind"), order=("id",), limit=LISTED)


def phone_digest(phone: str) -> bytes:
    """The key under which the quota of a phone (E.164) counts."""
    return keyring().blind_index("phone", phone)


def name_digest(key: str) -> bytes:
    """The key under which the name of a deleted ID account rests."""
    return keyring().blind_index("resting_name", key)


def name_rests(key: str, *, kind: AccountKind) -> bool:
    """Whether an ID account of this name (``name_key``) was deleted not long ago, so that nobody may take it yet."""
    return kind is AccountKind.ID and RestingName.objects.filter(digest=name_digest(key)).exists()


def account(account_id: int) -> AccountFacts | None:
    """The account, whatever its state."""
    return _facts(_BY_ID.one(account_id))


def staff_member(account_id: int) -> Actor | None:
    """A member of staff with the roles that count at this moment; None for everybody else, and for who left."""
    row = Account.objects.filter(pk=account_id, kind=AccountKind.STAFF.value, state=AccountState.OPEN.value).first()
    if row is None:
        return None
    roles = frozenset(StaffRole(role) for role in row.staff_roles)
    return Actor(kind=ActorKind.STAFF, account_id=row.pk, name=row.name, roles=roles)


def account_by_name(name: str, *, kind: AccountKind) -> AccountFacts | None:
    """By account name, upper and lower case alike. ID and legacy names live in separate name spaces."""
    return _facts(_BY_NAME.one(kind.value, "", name_key(name)))


def account_by_email(key: str, *, kind: AccountKind) -> AccountFacts | None:
    """By the normalised e-mail address (``EmailAddress.key``)."""
    return _facts(_BY_EMAIL.one(kind.value, key))


def accounts_by_phone(phone: str, *, kind: AccountKind) -> list[AccountFacts]:
    """The accounts a phone (E.164) belongs to, oldest first. Show them only to whoever proved the phone (3.1.17)."""
    rows = _BY_PHONE(phone, kind.value) if phone else []
    return [row.facts() for row in rows if row.state != AccountState.DELETED]


def iam_users(name: str, *, realms: Sequence[str]) -> list[AccountFacts]:
    """The IAM users of that name under tenants, given by their public IDs."""
    rows = Account.objects.filter(kind=AccountKind.IAM.value, realm__in=realms, name_key=name_key(name))
    return [row.facts() for row in rows.exclude(state=AccountState.DELETED.value).order_by("pk")[:LISTED]]


def stored_password(account_id: int) -> str:
    """The stored form of the password, for checking only."""
    row = _BY_ID.one(account_id)
    return row.password if row else ""


def old_passwords(account_id: int, *, newest: int) -> list[str]:
    """The stored forms of the newest passwords that were in use before, for checking only; the last one first."""
    rows = OldPassword.objects.filter(account_id=account_id).order_by("-pk")
    return list(rows.values_list("password", flat=True)[:newest])


def password_strength(password: str, *, about: Sequence[str]) -> PasswordStrength:
    """How hard a password is to guess, and what would make it better. Nothing is kept or written down."""
    return look_at_password(password, about=about, limits=settings.LIMITS)


def places_of_phone(phone: str) -> tuple[int, int]:
    """(used, allowed) accounts of a phone."""
    return places(PhoneQuota, digest=phone_digest(phone), allowed=settings.LIMITS.accounts_per_phone)


def suggest_name(name: str, *, kind: AccountKind) -> str:
    """A free name like ``name``."""
    stem = name[:27]
    tries = [f"{stem}{secrets.randbelow(9000) + 1000}" for _ in range(5)]
    taken = set(
        Account.objects.filter(
            kind=kind.value, realm="", name_key__in=[name_key(option) for option in tries]
        ).values_list("name_key", flat=True)
    )
    return next((option for option in tries if name_key(option) not in taken), tries[0])


def _facts(row: Account | None) -> AccountFacts | None:
    return row.facts() if row else None
