"""Opening accounts, and what their names and phones must fulfil."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from account_center.accounts.errors import (
    BadAccountName,
    EmailTaken,
    NameTaken,
    NoSuchAccount,
    OnlyManagersRaise,
    PhoneFull,
    UnknownCountry,
    name_problem_text,
)
from account_center.accounts.models import Account, PhoneQuota
from account_center.accounts.queries import name_rests, phone_digest, suggest_name
from account_center.accounts.types import AccountFacts, AccountKind, AccountState
from account_center.audit.services import record
from account_center.kit.actor import Actor, StaffRole
from account_center.kit.countries import is_country
from account_center.kit.email import EmailAddress
from account_center.kit.names import BadName, name_key, parse_account_name
from account_center.plumbing.quota import places, raise_bound, take_place


def checked_name(name: str) -> str:
    """The name as it will be kept. Raises BadAccountName with what is wrong."""
    try:
        return parse_account_name(name)
    except BadName as bad:
        raise BadAccountName(field="name", problem=name_problem_text(bad.problem)) from bad


def open_account(
    *,
    actor: Actor,
    kind: AccountKind,
    name: str,
    country: str,
    stored_password: str,
    now: datetime,
    phone: str = "",
    email: EmailAddress | None = None,
    language: str = "zh-hans",
    staff_roles: tuple[StaffRole, ...] = (),
) -> AccountFacts:
    """Opens an account that works at once (3.1.5). ``phone`` (E.164) and ``email`` are proven by the caller.

    ``stored_password`` comes from ``prepare_password``. Raises BadAccountName, UnknownCountry, NameTaken, EmailTaken,
    PhoneFull.
    """
    kept = checked_name(name)
    if not is_country(country):
        raise UnknownCountry(field="country")
    refuse_taken_name(kept, kind=kind)
    row = Account(
        kind=kind.value,
        name=kept,
        name_key=name_key(kept),
        country=country,
        phone=phone,
        phone_proven_at=now if phone else None,
        email=email.text if email else "",
        email_key=email.key if email else None,
        email_proven_at=now if email else None,
        password=stored_password,
        password_changed_at=now,
        language=language,
        staff_roles=[role.value for role in staff_roles],
        created_at=now,
    )
    return _insert(row, actor=actor)


def _insert(row: Account, *, actor: Actor) -> AccountFacts:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            refuse_resting_name(row)
            take_phone(row)
            record(actor=actor, event="accounts:account:opened", account_id=row.pk, facts={"kind": row.kind})
    except IntegrityError as collision:
        raise what_collided(row) from collision
    return row.facts()


def take_phone(row: Account) -> None:
    if not row.phone or row.kind != AccountKind.ID:
        return
    allowed = settings.LIMITS.accounts_per_phone
    digest = phone_digest(row.phone)
    if not take_place(PhoneQuota, digest=digest, holder=row.pk, allowed=allowed):
        used, allowed = places(PhoneQuota, digest=digest, allowed=allowed)
        raise PhoneFull(field="phone", used=used, allowed=allowed)


def what_collided(row: Account) -> NameTaken | EmailTaken:
    same_name = Account.objects.filter(kind=row.kind, realm=row.realm, name_key=row.name_key).exclude(pk=row.pk)
    if same_name.exists():
        return NameTaken(field="name", suggestion=suggest_name(row.name, kind=AccountKind(row.kind)))
    return EmailTaken(field="email")


def refuse_taken_name(name: str, *, kind: AccountKind, but: int = 0) -> None:
    """Raises NameTaken with a free suggestion. Courtesy: the database has the last word."""
    key = name_key(name)
    same = Account.objects.filter(kind=kind.value, realm="", name_key=key)
    if (same.exclude(pk=but) if but else same).exists() or name_rests(key, kind=kind):
        raise NameTaken(field="name", suggestion=suggest_name(name, kind=kind))


def refuse_resting_name(row: Account) -> None:
    """Raises NameTaken if the name's last owner has just left. Call it after writing the row.

    Only then is it certain: whoever waited for a name that was being given up sees here that it rests.
    """
    if name_rests(row.name_key, kind=AccountKind(row.kind)):
        raise NameTaken(field="name", suggestion=suggest_name(row.name, kind=AccountKind(row.kind)))


@transaction.atomic
def allow_more_accounts(*, actor: Actor, phone: str, masked: str, allowed: int) -> int:
    """A customer manager's raise for one phone (3.1.15). Returns the bound in force. Raises OnlyManagersRaise."""
    if StaffRole.CUSTOMER_MANAGER not in actor.roles:
        raise OnlyManagersRaise
    bound = raise_bound(PhoneQuota, digest=phone_digest(phone), allowed=allowed)
    record(actor=actor, event="accounts:phone_quota:raised", facts={"phone": masked, "allowed": bound})
    return bound


def locked(account_id: int) -> Account:
    """The account, for the rest of the transaction. Raises NoSuchAccount, also when its owner has deleted it."""
    row = Account.objects.select_for_update().filter(pk=account_id).exclude(state=AccountState.DELETED.value).first()
    if row is None:
        raise NoSuchAccount
    return row


def hold_account(account_id: int) -> AccountFacts:
    """Keeps the account from being deleted until the caller's transaction ends. Raises NoSuchAccount if it is gone."""
    return locked(account_id).facts()
