"""Getting in: register, sign in, change how one gets in. Codes live in ``codes``, tries in ``guard``."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from account_center.accounts.passwords import password_matches
from account_center.accounts.queries import account, account_by_email, account_by_name, accounts_by_phone, stored_password
from account_center.accounts.services import open_account, prepare_password, refuse_taken_name, set_email, set_password
from account_center.accounts.services import set_phone as keep_phone
from account_center.accounts.types import AccountFacts, AccountKind, AccountState
from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.kit.email import BadEmail, EmailAddress, parse_email
from account_center.kit.limits import HOUR
from account_center.kit.masking import mask_phone
from account_center.kit.phone import BadPhone, PhoneNumber, parse_phone
from account_center.kit.typed import tidy
from account_center.plumbing.limiter import Budget, spend
from account_center.signin import codes, guard
from account_center.signin.errors import (
    BadEmailTyped,
    BadPhoneTyped,
    NotYourAccount,
    ProofMissing,
    SameContact,
    SignInLocked,
    TooManySignIns,
    WrongPassword,
    email_problem_text,
    phone_problem_text,
)
from account_center.signin.types import ChallengeView, Channel, GuardVerdict, Purpose, SignInOutcome, SignInVerdict

SIGN_IN_KINDS = (AccountKind.ID, AccountKind.LEGACY)


def read_phone(text: str, *, country: str) -> PhoneNumber:
    """The phone as E.164, however it was typed. Raises BadPhoneTyped with what is wrong."""
    try:
        return parse_phone(text, country=country)
    except BadPhone as bad:
        raise BadPhoneTyped(field="recipient", problem=phone_problem_text(bad.problem)) from bad


def read_email(text: str) -> EmailAddress:
    """The e-mail address as typed and its key. Raises BadEmailTyped with what is wrong."""
    try:
        return parse_email(text)
    except BadEmail as bad:
        raise BadEmailTyped(field="recipient", problem=email_problem_text(bad.problem)) from bad


def read_contact(text: str, *, country: str) -> tuple[Channel, str, str]:
    """(channel, normalised recipient, its country): an ``@`` means e-mail, everything else is read as a phone."""
    if "@" in tidy(text):
        return Channel.EMAIL, read_email(text).text, country
    phone = read_phone(text, country=country)
    return Channel.SMS, phone.e164, phone.country


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
    before = _opened_by(challenge_id)
    if before is not None:
        return before
    proof = codes.proven(challenge_id, purpose=Purpose.REGISTER, now=now)
    phone, email = _contact_of(proof)
    refuse_taken_name(name, kind=AccountKind.ID)
    stored = prepare_password(password, about=[name, phone, email.text if email else ""])
    with transaction.atomic():
        codes.use_proof(challenge_id, purpose=Purpose.REGISTER, now=now)
        opened = open_account(
            actor=actor,
            kind=AccountKind.ID,
            name=name,
            country=country,
            stored_password=stored,
            phone=phone,
            email=email,
            language=language,
            now=now,
        )
        codes.note_account(challenge_id, account_id=opened.id)
    return opened


def _opened_by(challenge_id: UUID) -> AccountFacts | None:
    seen = codes.challenge(challenge_id)
    used = seen is not None and seen.purpose is Purpose.REGISTER and seen.account_id is not None
    return account(seen.account_id) if used and seen and seen.account_id else None


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
    found = resolve(identifier, kind=kind, country=country)
    key = guard.guard_key(f"account:{found.id}" if found else f"name:{kind}:{tidy(identifier).casefold()}")
    reserved = guard.take_try(key, now=now)
    if not reserved.allowed:
        return SignInVerdict(SignInOutcome.LOCKED, locked_until=reserved.locked_until)
    stored = stored_password(found.id) if found else ""
    if password_matches(password, stored) and found is not None and found.state is not AccountState.DELETED:
        guard.clear_tries(key)
        return SignInVerdict(SignInOutcome.SIGNED_IN, account=found)
    _note_failure(actor, found, now=now)
    left = max(0, settings.LIMITS.wrong_passwords - reserved.tries)
    outcome = SignInOutcome.LOCKED if reserved.locked_until else SignInOutcome.WRONG
    return SignInVerdict(outcome, locked_until=reserved.locked_until, tries_left=left)


def resolve(identifier: str, *, kind: AccountKind, country: str) -> AccountFacts | None:
    """The one account meant by a name, e-mail or phone; None also for a phone of several accounts (1.44, 1.45)."""
    text = tidy(identifier)
    if "@" in text:
        return _by_email(text, kind=kind)
    if text[:1].isdigit() or text[:1] == "+":
        return _by_phone(text, kind=kind, country=country)
    return account_by_name(text, kind=kind)


def _by_email(text: str, *, kind: AccountKind) -> AccountFacts | None:
    try:
        return account_by_email(parse_email(text).key, kind=kind)
    except BadEmail:
        return None


def _by_phone(text: str, *, kind: AccountKind, country: str) -> AccountFacts | None:
    try:
        several = accounts_by_phone(parse_phone(text, country=country).e164, kind=kind)
    except BadPhone:
        return None
    return several[0] if len(several) == 1 else None


def _note_failure(actor: Actor, found: AccountFacts | None, *, now: datetime) -> None:
    budget = Budget("failed_sign_ins", actor.address, settings.LIMITS.sign_in_tries_per_address, HOUR)
    exhausted = spend([budget], now=now)
    record(actor=actor, event="signin:password:wrong", account_id=found.id if found else None)
    if exhausted is not None:
        raise TooManySignIns(retry_after=exhausted[1])


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
    return [found for found in by_kind if found is not None]


def choose_account(*, actor: Actor, challenge_id: UUID, account_id: int, now: datetime) -> AccountFacts:
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
    """Replaces the password; all other sessions end at once (3.1.21). Raises WrongPassword, WeakPassword, SignInLocked."""
    key = guard.guard_key(f"account:{account_id}")
    reserved = guard.take_try(key, now=now)
    if not reserved.allowed or not password_matches(old, stored_password(account_id)):
        raise refusal_of_try(reserved, now=now)
    guard.clear_tries(key)
    set_password(actor=actor, account_id=account_id, password=new, now=now)


def refusal_of_try(reserved: GuardVerdict, *, now: datetime) -> SignInLocked | WrongPassword:
    """What to tell after a wrong password of one's own: locked with the time left, or wrong."""
    if reserved.locked_until is None:
        return WrongPassword(field="old_password")
    return SignInLocked(field="old_password", retry_after=int((reserved.locked_until - now).total_seconds()))


def prove_old_contact(*, actor: Actor, account_id: int, channel: Channel, now: datetime) -> ChallengeView:
    """Sends a code to the phone or e-mail the account has, before either is changed (3.1.9, 3.1.11)."""
    owner = _account(account_id)
    recipient = owner.phone if channel is Channel.SMS else owner.email
    if not recipient:
        raise ProofMissing
    return codes.send_code(
        actor=actor,
        purpose=Purpose.PROVE_OLD,
        channel=channel,
        recipient=recipient,
        country=phone_country(recipient, owner.country) if channel is Channel.SMS else owner.country,
        account_id=account_id,
        now=now,
    )


def prove_new_contact(
    *, actor: Actor, account_id: int, channel: Channel, contact: str, old_proof: UUID | None, now: datetime
) -> ChallengeView:
    """Sends a code to the new phone or e-mail, after the old one was proven. Raises ProofMissing, SameContact."""
    owner = _account(account_id)
    _require_old_proof(owner, old_proof, now=now)
    if channel is Channel.SMS:
        phone = read_phone(contact, country=owner.country)
        recipient, country = phone.e164, phone.country
    else:
        recipient, country = read_email(contact).text, owner.country
    if recipient in (owner.phone, owner.email):
        raise SameContact(field="recipient")
    return codes.send_code(
        actor=actor,
        purpose=Purpose.NEW_CONTACT,
        channel=channel,
        recipient=recipient,
        country=country,
        account_id=account_id,
        now=now,
    )


@transaction.atomic
def change_contact(
    *, actor: Actor, account_id: int, new_proof: UUID, old_proof: UUID | None, now: datetime
) -> AccountFacts:
    """Binds the newly proven phone or e-mail. Both proofs are used up. Raises ProofMissing, EmailTaken, PhoneFull."""
    owner = _account(account_id)
    seen = codes.challenge(new_proof)
    if seen is None or seen.account_id != account_id:
        raise ProofMissing
    _require_old_proof(owner, old_proof, now=now)
    proof = codes.use_proof(new_proof, purpose=Purpose.NEW_CONTACT, now=now)
    if old_proof is not None:
        codes.use_proof(old_proof, purpose=Purpose.PROVE_OLD, now=now)
    if proof.channel is Channel.EMAIL:
        return set_email(actor=actor, account_id=account_id, email=parse_email(proof.recipient), now=now)
    return keep_phone(
        actor=actor, account_id=account_id, phone=proof.recipient, masked=mask_phone(proof.recipient), now=now
    )


def _require_old_proof(owner: AccountFacts, old_proof: UUID | None, *, now: datetime) -> None:
    proof = codes.proven(old_proof, purpose=Purpose.PROVE_OLD, now=now)
    if proof.account_id != owner.id:
        raise ProofMissing


def phone_country(e164: str, otherwise: str) -> str:
    """The country of a stored phone."""
    try:
        return parse_phone(e164, country=otherwise).country
    except BadPhone:
        return otherwise


def _account(account_id: int) -> AccountFacts:
    found = account(account_id)
    if found is None:
        raise ProofMissing
    return found
