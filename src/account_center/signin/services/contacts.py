"""Changing the phone or the e-mail of an account: first the old one is proven, then the new one."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from account_center.accounts.queries import account
from account_center.accounts.services import set_email, set_phone
from account_center.accounts.types import AccountFacts
from account_center.kit.actor import Actor
from account_center.kit.email import parse_email
from account_center.kit.masking import mask_phone
from account_center.signin.errors import ProofMissing, SameContact
from account_center.signin.services import codes
from account_center.signin.services.identifiers import phone_country, read_email, read_phone
from account_center.signin.services.notices import tell_owner
from account_center.signin.types import ChallengeView, Change, Channel, Purpose


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
    if recipient.lower() in (owner.phone, owner.email.lower()):
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
    """Binds the newly proven phone or e-mail and tells the old one. Both proofs are used up.

    Raises ProofMissing, EmailTaken, PhoneFull; then nothing was changed.
    """
    owner = _account(account_id)
    seen = codes.challenge(new_proof)
    if seen is None or seen.account_id != account_id:
        raise ProofMissing
    _require_old_proof(owner, old_proof, now=now)
    proof = codes.use_proof(new_proof, purpose=Purpose.NEW_CONTACT, now=now)
    if old_proof is not None:
        codes.use_proof(old_proof, purpose=Purpose.PROVE_OLD, now=now)
    tell_owner(owner, Change.EMAIL if proof.channel is Channel.EMAIL else Change.PHONE)
    if proof.channel is Channel.EMAIL:
        return set_email(actor=actor, account_id=account_id, email=parse_email(proof.recipient), now=now)
    return set_phone(
        actor=actor, account_id=account_id, phone=proof.recipient, masked=mask_phone(proof.recipient), now=now
    )


def _require_old_proof(owner: AccountFacts, old_proof: UUID | None, *, now: datetime) -> None:
    proof = codes.proven(old_proof, purpose=Purpose.PROVE_OLD, now=now)
    if proof.account_id != owner.id:
        raise ProofMissing


def _account(account_id: int) -> AccountFacts:
    found = account(account_id)
    if found is None:
        raise ProofMissing
    return found
