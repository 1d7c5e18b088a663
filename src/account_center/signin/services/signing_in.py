"""The first factor: signing in with a password or a code, and signing out. Codes live in ``codes``, tries in ``guard``."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from account_center.accounts.errors import PasswordCheckBusy
from account_center.accounts.queries import account_by_email, accounts_by_phone
from account_center.accounts.services import password_is_of
from account_center.accounts.types import AccountFacts, AccountKind, AccountState
from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.kit.email import parse_email
from account_center.kit.limits import HOUR
from account_center.plumbing.limiter import Budget, give_back, network_of, spend
from account_center.signin.errors import NotYourAccount, PasskeyUnknown, TooManySignIns
from account_center.signin.services import codes, devices, guard, passkeys
from account_center.signin.services.identifiers import (
    meant_by,
    one_spelling,
    read_contact,
)
from account_center.signin.types import (
    ChallengeView,
    Channel,
    GuardVerdict,
    KnownDevice,
    PasskeyUse,
    Purpose,
    SignInOutcome,
    SignInVerdict,
)

SIGN_IN_KINDS = (AccountKind.ID, AccountKind.LEGACY)


@dataclass(frozen=True, slots=True)
class _Door:
    """Where a try is counted: the guard's key, and what the network may still fail."""

    key: bytes
    failures: tuple[Budget, ...]
    known: tuple[KnownDevice, ...] | None = None


def sign_in_with_password(
    *,
    actor: Actor,
    identifier: str,
    password: str,
    kind: AccountKind,
    country: str,
    now: datetime,
    device: str = "",
) -> SignInVerdict:
    """Judges a name, phone or e-mail with its password (1.11, 1.20). Unknown names cost the same and lock the same.

    ``device`` is the secret the browser keeps: on a device that the account trusts, tries are counted apart, so that a
    stranger's do not lock the owner out. Raises TooManySignIns when the network has used up its failures,
    PasswordCheckBusy when all hashing places are taken.
    """
    form, spelling = one_spelling(identifier, country=country)
    found = meant_by(form, spelling, kind=kind)
    door = _door(actor, found, f"{form}:{kind}:{spelling}", device=device, now=now)
    # Spent before anything is judged and given back after a success: otherwise many at once would share the last one.
    exhausted = spend(list(door.failures), now=now) if door.failures else None
    if exhausted is not None:
        raise TooManySignIns(retry_after=exhausted[1])
    verdict = _judge(actor, found, password, door=door, now=now)
    if verdict.outcome is SignInOutcome.SIGNED_IN:
        give_back(list(door.failures), now=now)
    return verdict


def _door(actor: Actor, found: AccountFacts | None, unknown: str, *, device: str, now: datetime) -> _Door:
    # Asked for whenever a browser keeps a secret, so that a name nobody bears takes the same look-ups.
    known = devices.known_devices(found.id if found else devices.NOBODY) if device else None
    own = devices.find(known, found.id, device) if known and found else None
    if found is not None and own is not None and devices.trusts(own, found, now=now):
        return _Door(guard.guard_key(f"account:{found.id}:device:{own.number}"), (), known)
    key = guard.guard_key(f"account:{found.id}" if found else unknown)
    allowed = settings.LIMITS.sign_in_tries_per_address
    return _Door(key, (Budget("failed_sign_ins", network_of(actor.address), allowed, HOUR),), known)


def _judge(actor: Actor, found: AccountFacts | None, password: str, *, door: _Door, now: datetime) -> SignInVerdict:
    reserved = guard.take_try(door.key, now=now)
    if not reserved.allowed:
        return SignInVerdict(SignInOutcome.LOCKED, locked_until=reserved.locked_until)
    try:
        right = password_is_of(found, password)
    except PasswordCheckBusy:
        guard.return_try(door.key, reserved)
        give_back(list(door.failures), now=now)
        raise
    if right and found is not None and found.state is not AccountState.DELETED:
        guard.clear_tries(door.key)
        return SignInVerdict(SignInOutcome.SIGNED_IN, account=found, known=door.known)
    record(actor=actor, event="signin:password:wrong", account_id=found.id if found else None)
    return _failed(reserved)


def _failed(reserved: GuardVerdict) -> SignInVerdict:
    left = max(0, settings.LIMITS.wrong_passwords - reserved.tries)
    outcome = SignInOutcome.LOCKED if reserved.locked_until else SignInOutcome.WRONG
    return SignInVerdict(outcome, locked_until=reserved.locked_until, tries_left=left)


def sign_in_with_passkey(*, actor: Actor, question_id: UUID, answer: str, now: datetime) -> AccountFacts:
    """Whose passkey has answered; it counts once. Raises the refusals of ``passkeys.finish_check``."""
    found = passkeys.finish_check(
        actor=actor, account_id=None, question_id=question_id, answer=answer, use=PasskeyUse.SIGN_IN, now=now
    )
    if found.kind is AccountKind.STAFF or found.state is AccountState.DELETED:
        raise PasskeyUnknown
    return found


def begin_code_sign_in(*, actor: Actor, contact: str, country: str, now: datetime, device: str = "") -> ChallengeView:
    """Sends a sign-in code to a phone or e-mail that has an account; to any other only the page is shown.

    ``device`` is the secret the browser keeps: on a device that such an account knows, codes are counted apart, so that
    strangers who ask in the owner's name do not use his up.
    """
    channel, recipient, contact_country = read_contact(contact, country=country)
    there = accounts_behind(channel, recipient)
    return codes.send_code(
        actor=actor,
        purpose=Purpose.SIGN_IN,
        channel=channel,
        recipient=recipient,
        country=contact_country,
        decoy=not there,
        known_device=devices.is_known_to_one([one.id for one in there], device),
        now=now,
    )


def accounts_behind(channel: Channel, recipient: str) -> list[AccountFacts]:
    """The accounts of a proven phone or e-mail, ID accounts first (3.1.17). Only for whoever proved it."""
    if channel is Channel.SMS:
        return [found for kind in SIGN_IN_KINDS for found in accounts_by_phone(recipient, kind=kind)]
    by_kind = (account_by_email(parse_email(recipient).key, kind=kind) for kind in SIGN_IN_KINDS)
    return [found for found in by_kind if found is not None and found.state is not AccountState.DELETED]


def choose_account(
    *,
    actor: Actor,  # noqa: ARG001 - the door notes the sign-in when the session has begun
    challenge_id: UUID,
    account_id: int,
    now: datetime,
) -> AccountFacts:
    """Signs in to one account of the proven phone or e-mail; the proof counts once (1.44, 1.45).

    Raises ProofMissing, NotYourAccount.
    """
    proof = codes.proven(challenge_id, purpose=Purpose.SIGN_IN, now=now)
    chosen = next((one for one in accounts_behind(proof.channel, proof.recipient) if one.id == account_id), None)
    if chosen is None:
        raise NotYourAccount
    with transaction.atomic():
        codes.use_proof(challenge_id, purpose=Purpose.SIGN_IN, now=now)
        codes.note_account(challenge_id, account_id=account_id)
    guard.clear_tries(guard.guard_key(f"account:{chosen.id}"))
    return chosen


def note_sign_in(*, actor: Actor, account_id: int, way: str) -> None:
    """Enters a sign-in into the account's history. ``way`` is ``password``, ``code`` or ``second_factor``."""
    record(actor=actor, event="signin:session:started", account_id=account_id, facts={"way": way})


def note_sign_out(*, actor: Actor) -> None:
    """Enters a sign-out into the account's history."""
    record(actor=actor, event="signin:session:ended", account_id=actor.account_id)
