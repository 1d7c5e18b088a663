"""Registering an ID account: a proven phone or e-mail, a name, a password."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from account_center.accounts.errors import EmailTaken, NameTaken
from account_center.accounts.queries import account
from account_center.accounts.services import (
    checked_name,
    open_account,
    prepare_password,
    refuse_taken_name,
)
from account_center.accounts.types import AccountFacts, AccountKind
from account_center.kit.actor import Actor
from account_center.kit.email import EmailAddress, parse_email
from account_center.signin.errors import ProofMissing, SignInLocked, WrongPassword
from account_center.signin.services import codes
from account_center.signin.services.identifiers import (
    read_contact,
)
from account_center.signin.services.passwords import require_password
from account_center.signin.types import (
    ChallengeView,
    Channel,
    Purpose,
)


def begin_registration(*, actor: Actor, contact: str, country: str, now: datetime) -> ChallengeView:
    """Sends the code that proves the phone or e-mail of a new account. A known and an unknown one answer alike."""
    channel, recipient, contact_country = read_contact(contact, country=country)
    return codes.send_code(
        actor=actor, purpose=Purpose.REGISTER, channel=channel, recipient=recipient, country=contact_country, now=now
    )


def finish_registration(
    *, actor: Actor, challenge_id: UUID, country: str, name: str, password: str, language: str, now: datetime
) -> AccountFacts:
    """Opens the account; the same proof posted again with the same password finds the account that it opened.

    Raises ProofMissing and the refusals of ``accounts.open_account`` and ``prepare_password``.
    """
    before = _opened_by(challenge_id, password, now=now)
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
        twin = _opened_by(challenge_id, password, now=now)
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


def _opened_by(challenge_id: UUID, password: str, *, now: datetime) -> AccountFacts | None:
    seen = codes.challenge(challenge_id)
    if seen is None or seen.purpose is not Purpose.REGISTER or seen.account_id is None:
        return None
    # A repeated post comes soon, and brings the password: the proof's number alone opens nothing.
    if now >= seen.expires_at + timedelta(seconds=settings.LIMITS.proof_seconds):
        return None
    try:
        require_password(seen.account_id, password, now=now)
    except (WrongPassword, SignInLocked):
        return None
    return account(seen.account_id)


def _contact_of(proof: ChallengeView) -> tuple[str, EmailAddress | None]:
    if proof.channel is Channel.SMS:
        return proof.recipient, None
    return "", parse_email(proof.recipient)
