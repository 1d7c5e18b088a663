"""Getting in: register, sign in, change the password. Codes live in ``codes``, tries in ``guard``."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from account_center.accounts.errors import EmailTaken, NameTaken, PasswordCheckBusy
from account_center.accounts.queries import account, account_by_email, accounts_by_phone
from account_center.accounts.services import (
    checked_name,
    keep_password,
    open_account,
    password_fits,
    prepare_password,
    refuse_taken_name,
)
from account_center.accounts.types import AccountFacts, AccountKind, AccountState
from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.kit.email import EmailAddress, parse_email
from account_center.kit.limits import HOUR
from account_center.plumbing.limiter import Budget, give_back, network_of, spend
from account_center.signin import codes, guard
from account_center.signin.contacts import change_contact, prove_new_contact, prove_old_contact
from account_center.signin.errors import NotYourAccount, ProofMissing, SignInLocked, TooManySignIns, WrongPassword
from account_center.signin.identifiers import (
    meant_by,
    one_spelling,
    phone_country,
    read_contact,
    read_email,
    read_phone,
    resolve,
)
from account_center.signin.notices import tell_owner
from account_center.signin.types import (
    ChallengeView,
    Change,
    Channel,
    GuardVerdict,
    Purpose,
    SignInOutcome,
    SignInVerdict,
)

__all__ = [
    "accounts_behind",
    "begin_code_sign_in",
    "begin_registration",
    "change_contact",
    "change_password",
    "choose_account",
    "finish_registration",
    "note_sign_in",
    "note_sign_out",
    "phone_country",
    "prove_new_contact",
    "prove_old_contact",
    "read_contact",
    "read_email",
    "read_phone",
    "refusal_of_try",
    "resolve",
    "sign_in_with_password",
]

NOBODY = 0  # no account's id: an unknown name takes the same look-ups as a known one
SIGN_IN_KINDS = (AccountKind.ID, AccountKind.LEGACY)


# -- Registering ------------------------------------------------------------------------------------------------------


def begin_registration(*, actor: Actor, contact: str, country: str, now: datetime) -> ChallengeView:
    """Sends the code that proves the phone or e-mail of a new account. A known and an unknown one answer alike."""
    channel, recipient, contact_country = read_contact(contact, country=country)
    return codes.send_code(
        actor=actor, purpose=Purpose.REGISTER, channel=channel, recipient=recipient, country=contact_country, now=now
    )


def finish_registration(
    *, actor: Actor, challenge_id: UUID, country: str, name: str, password: str, language: str, now: datetime
) -> AccountFacts:
    """Opens the account; the same proof posted again finds the account that it opened.

    Raises ProofMissing and the refusals of ``accounts.open_account`` and ``prepare_password``.
    """
    before = _opened_by(challenge_id, now=now)
    if before is not None:
        return before
    try:
        return _open_proven(
            actor=actor,
            challenge_id=challenge_id,
            country=country,
            name=name,
            password=password,
            language=language,
            now=now,
        )
    except (ProofMissing, NameTaken, EmailTaken):
        # A double click: the first one was faster by a moment and opened the account.
        twin = _opened_by(challenge_id, now=now)
        if twin is None:
            raise
        return twin


def _open_proven(
    *, actor: Actor, challenge_id: UUID, country: str, name: str, password: str, language: str, now: datetime
) -> AccountFacts:
    proof = codes.proven(challenge_id, purpose=Purpose.REGISTER, now=now)
    phone, email = _contact_of(proof)
    kept = checked_name(name)
    refuse_taken_name(kept, kind=AccountKind.ID)
    stored = prepare_password(password, about=[kept, phone, email.text if email else ""])
    with transaction.atomic():
        codes.use_proof(challenge_id, purpose=Purpose.REGISTER, now=now)
        opened = open_account(
            actor=actor,
            kind=AccountKind.ID,
            name=kept,
            country=country,
            stored_password=stored,
            phone=phone,
            email=email,
            language=language,
            now=now,
        )
        codes.note_account(challenge_id, account_id=opened.id)
    return opened


def _opened_by(challenge_id: UUID, *, now: datetime) -> AccountFacts | None:
    seen = codes.challenge(challenge_id)
    if seen is None or seen.purpose is not Purpose.REGISTER or seen.account_id is None:
        return None
    # A repeated post comes soon. Much later this would be a way into the account without its password.
    fresh = now < seen.expires_at + timedelta(seconds=settings.LIMITS.proof_seconds)
    return account(seen.account_id) if fresh else None


def _contact_of(proof: ChallengeView) -> tuple[str, EmailAddress | None]:
    if proof.channel is Channel.SMS:
        return proof.recipient, None
    return "", parse_email(proof.recipient)


# -- Signing in -------------------------------------------------------------------------------------------------------


def sign_in_with_password(
    *, actor: Actor, identifier: str, password: str, kind: AccountKind, country: str, now: datetime
) -> SignInVerdict:
    """Judges a name, phone or e-mail with its password (1.11, 1.20). Unknown names cost the same and lock the same.

    Raises TooManySignIns when the network has used up its failures, PasswordCheckBusy when all hashing places are taken.
    """
    failures = Budget("failed_sign_ins", network_of(actor.address), settings.LIMITS.sign_in_tries_per_address, HOUR)
    # Spent before anything is judged and given back after a success: otherwise many at once would share the last one.
    exhausted = spend([failures], now=now)
    if exhausted is not None:
        raise TooManySignIns(retry_after=exhausted[1])
    verdict = _judge(actor, identifier, password, kind=kind, country=country, failures=failures, now=now)
    if verdict.outcome is SignInOutcome.SIGNED_IN:
        give_back([failures], now=now)
    return verdict


def _judge(
    actor: Actor, identifier: str, password: str, *, kind: AccountKind, country: str, failures: Budget, now: datetime
) -> SignInVerdict:
    form, spelling = one_spelling(identifier, country=country)
    found = meant_by(form, spelling, kind=kind)
    key = guard.guard_key(f"account:{found.id}" if found else f"{form}:{kind}:{spelling}")
    reserved = guard.take_try(key, now=now)
    if not reserved.allowed:
        return SignInVerdict(SignInOutcome.LOCKED, locked_until=reserved.locked_until)
    try:
        right = password_fits(account_id=found.id if found else NOBODY, password=password)
    except PasswordCheckBusy:
        guard.return_try(key, reserved)
        give_back([failures], now=now)
        raise
    if right and found is not None and found.state is not AccountState.DELETED:
        guard.clear_tries(key)
        return SignInVerdict(SignInOutcome.SIGNED_IN, account=found)
    record(actor=actor, event="signin:password:wrong", account_id=found.id if found else None)
    return _failed(reserved)


def _failed(reserved: GuardVerdict) -> SignInVerdict:
    left = max(0, settings.LIMITS.wrong_passwords - reserved.tries)
    outcome = SignInOutcome.LOCKED if reserved.locked_until else SignInOutcome.WRONG
    return SignInVerdict(outcome, locked_until=reserved.locked_until, tries_left=left)


def begin_code_sign_in(*, actor: Actor, contact: str, country: str, now: datetime) -> ChallengeView:
    """Sends a sign-in code to a phone or e-mail that has an account; to any other only the page is shown."""
    channel, recipient, contact_country = read_contact(contact, country=country)
    known = bool(accounts_behind(channel, recipient))
    return codes.send_code(
        actor=actor,
        purpose=Purpose.SIGN_IN,
        channel=channel,
        recipient=recipient,
        country=contact_country,
        decoy=not known,
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


# -- Changing how one gets in -----------------------------------------------------------------------------------------


def change_password(*, actor: Actor, account_id: int, old: str, new: str, now: datetime) -> None:
    """Replaces the password and tells the owner; all other sessions end at once (3.1.21).

    Raises WrongPassword, WeakPassword, SignInLocked, PasswordCheckBusy.
    """
    owner = account(account_id)
    if owner is None:
        raise ProofMissing
    _require_password(account_id, old, now=now)
    stored = prepare_password(new, about=[owner.name, owner.phone, owner.email])
    with transaction.atomic():
        keep_password(actor=actor, account_id=account_id, stored=stored, now=now)
        tell_owner(owner, Change.PASSWORD)


def _require_password(account_id: int, password: str, *, now: datetime) -> None:
    key = guard.guard_key(f"account:{account_id}")
    reserved = guard.take_try(key, now=now)
    if not reserved.allowed:
        raise refusal_of_try(reserved, now=now)
    try:
        right = password_fits(account_id=account_id, password=password)
    except PasswordCheckBusy:
        guard.return_try(key, reserved)
        raise
    if not right:
        raise refusal_of_try(reserved, now=now)
    guard.clear_tries(key)


def refusal_of_try(reserved: GuardVerdict, *, now: datetime) -> SignInLocked | WrongPassword:
    """What to tell after a wrong password of one's own: locked with the time left, or wrong."""
    if reserved.locked_until is None:
        return WrongPassword(field="old_password")
    return SignInLocked(field="old_password", retry_after=int((reserved.locked_until - now).total_seconds()))
