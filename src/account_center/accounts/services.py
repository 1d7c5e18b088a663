"""Opening and changing accounts. Who may do it, and on which proof, is decided by the rooms above."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

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
from account_center.accounts.passwords import hash_password, judge_password, password_matches
from account_center.accounts.queries import phone_digest, stored_password, suggest_name
from account_center.accounts.types import AccountFacts, AccountKind, SignInCheck
from account_center.audit.services import record
from account_center.kit.actor import Actor, StaffRole
from account_center.kit.countries import is_country
from account_center.kit.email import EmailAddress
from account_center.kit.names import BadName, name_key, parse_account_name
from account_center.plumbing.quota import give_place_back, lock_in_order, places, raise_bound, take_place


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


def prepare_password(password: str, *, about: Sequence[str]) -> str:
    """The stored form of a password that is good enough. Raises WeakPassword, PasswordCheckBusy.

    Slow on purpose: call it outside a transaction, so that no lock is held meanwhile.
    """
    judge_password(password, about=about, limits=settings.LIMITS)
    return hash_password(password)


def _insert(row: Account, *, actor: Actor) -> AccountFacts:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            _take_phone(row)
            record(actor=actor, event="accounts:account:opened", account_id=row.pk, facts={"kind": row.kind})
    except IntegrityError as collision:
        raise _what_collided(row) from collision
    return row.facts()


def _take_phone(row: Account) -> None:
    if not row.phone or row.kind != AccountKind.ID:
        return
    allowed = settings.LIMITS.accounts_per_phone
    digest = phone_digest(row.phone)
    if not take_place(PhoneQuota, digest=digest, holder=row.pk, allowed=allowed):
        used, allowed = places(PhoneQuota, digest=digest, allowed=allowed)
        raise PhoneFull(field="phone", used=used, allowed=allowed)


def _what_collided(row: Account) -> NameTaken | EmailTaken:
    same_name = Account.objects.filter(kind=row.kind, realm=row.realm, name_key=row.name_key).exclude(pk=row.pk)
    if same_name.exists():
        return NameTaken(field="name", suggestion=suggest_name(row.name, kind=AccountKind(row.kind)))
    return EmailTaken(field="email")


def refuse_taken_name(name: str, *, kind: AccountKind, but: int = 0) -> None:
    """Raises NameTaken with a free suggestion. Courtesy: the database has the last word."""
    same = Account.objects.filter(kind=kind.value, realm="", name_key=name_key(name))
    if (same.exclude(pk=but) if but else same).exists():
        raise NameTaken(field="name", suggestion=suggest_name(name, kind=kind))


@transaction.atomic
def rename_account(*, actor: Actor, account_id: int, name: str) -> AccountFacts:
    """Changes the account name (3.1.6); the old one stops working at once. Raises BadAccountName, NameTaken."""
    row = _locked(account_id)
    kept = checked_name(name)
    refuse_taken_name(kept, kind=AccountKind(row.kind), but=row.pk)
    before, row.name, row.name_key = row.name, kept, name_key(kept)
    try:
        with transaction.atomic():
            row.save(update_fields=["name", "name_key"])
    except IntegrityError as collision:
        raise NameTaken(field="name", suggestion=suggest_name(kept, kind=AccountKind(row.kind))) from collision
    record(actor=actor, event="accounts:name:changed", account_id=row.pk, facts={"before": before, "after": kept})
    return row.facts()


@transaction.atomic
def set_email(*, actor: Actor, account_id: int, email: EmailAddress, now: datetime) -> AccountFacts:
    """Binds or replaces the e-mail address, proven by the caller (3.1.10, 3.1.11). Raises EmailTaken."""
    row = _locked(account_id)
    first = not row.email
    row.email, row.email_key, row.email_proven_at = email.text, email.key, now
    try:
        with transaction.atomic():
            row.save(update_fields=["email", "email_key", "email_proven_at"])
    except IntegrityError as collision:
        raise EmailTaken(field="email") from collision
    event = "accounts:email:bound" if first else "accounts:email:changed"
    record(actor=actor, event=event, account_id=row.pk, facts={"email": email.masked})
    return row.facts()


@transaction.atomic
def set_phone(*, actor: Actor, account_id: int, phone: str, masked: str, now: datetime) -> AccountFacts:
    """Binds or replaces the phone (E.164), proven by the caller. Raises PhoneFull; then the old phone stays."""
    row = _locked(account_id)
    if row.phone == phone:
        return row.facts()
    if row.phone:
        lock_in_order(PhoneQuota, digests=[phone_digest(row.phone), phone_digest(phone)])
        give_place_back(PhoneQuota, digest=phone_digest(row.phone), holder=row.pk)
    row.phone, row.phone_proven_at = phone, now
    _take_phone(row)
    row.save(update_fields=["phone", "phone_proven_at"])
    record(actor=actor, event="accounts:phone:changed", account_id=row.pk, facts={"phone": masked})
    return row.facts()


def set_password(*, actor: Actor, account_id: int, password: str, now: datetime) -> None:
    """Replaces the password; every other session ends at its next request (3.1.21). Raises WeakPassword."""
    row = Account.objects.filter(pk=account_id).first()
    if row is None:
        raise NoSuchAccount
    stored = prepare_password(password, about=[row.name, row.phone, row.email])
    keep_password(actor=actor, account_id=account_id, stored=stored, now=now)


@transaction.atomic
def end_everything(*, actor: Actor, account_id: int, reason: str) -> None:
    """Ends every session, trusted device and half-done sign-in of the account at once. ``reason`` goes into its history.

    Raises NoSuchAccount.
    """
    if not Account.objects.filter(pk=account_id).update(epoch=F("epoch") + 1):
        raise NoSuchAccount
    record(actor=actor, event="accounts:sessions:ended", account_id=account_id, facts={"reason": reason})


@transaction.atomic
def set_sign_in_check(*, actor: Actor, account_id: int, check: SignInCheck) -> AccountFacts:
    """Chooses what is asked at sign-in after the password (1.22)."""
    row = _locked(account_id)
    before, row.sign_in_check = row.sign_in_check, check.value
    row.save(update_fields=["sign_in_check"])
    record(
        actor=actor,
        event="accounts:sign_in_check:changed",
        account_id=row.pk,
        facts={"before": before, "after": check.value},
    )
    return row.facts()


def require_new_password(*, account_id: int) -> None:
    """The next sign-in asks for a new password."""
    Account.objects.filter(pk=account_id).update(must_change_password=True)


def password_fits(*, account_id: int, password: str) -> bool:
    """Whether this is the account's password; an account that is not there costs the same. Raises PasswordCheckBusy."""
    return password_matches(password, stored_password(account_id))


@transaction.atomic
def keep_password(*, actor: Actor, account_id: int, stored: str, now: datetime) -> None:
    """The same with what ``prepare_password`` gave. Raises NoSuchAccount."""
    if not Account.objects.filter(pk=account_id).update(
        password=stored, password_changed_at=now, must_change_password=False
    ):
        raise NoSuchAccount
    record(actor=actor, event="accounts:password:changed", account_id=account_id)


@transaction.atomic
def allow_more_accounts(*, actor: Actor, phone: str, masked: str, allowed: int) -> int:
    """A customer manager's raise for one phone (3.1.15). Returns the bound in force. Raises OnlyManagersRaise."""
    if StaffRole.CUSTOMER_MANAGER not in actor.roles:
        raise OnlyManagersRaise
    bound = raise_bound(PhoneQuota, digest=phone_digest(phone), allowed=allowed)
    record(actor=actor, event="accounts:phone_quota:raised", facts={"phone": masked, "allowed": bound})
    return bound


def _locked(account_id: int) -> Account:
    row = Account.objects.select_for_update().filter(pk=account_id).first()
    if row is None:
        raise NoSuchAccount
    return row
