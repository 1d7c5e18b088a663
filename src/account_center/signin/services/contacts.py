"""Changing the phone or the e-mail of an account: first the owner is proven (``fresh``), then the new one."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from account_center.accounts.queries import account
from account_center.accounts.services import hold_account, set_email, set_phone
from account_center.accounts.types import AccountFacts
from account_center.kit.actor import Actor
from account_center.kit.email import parse_email
from account_center.kit.masking import mask_phone
from account_center.signin.errors import ProofMissing, SameContact
from account_center.signin.services import codes
from account_center.signin.services.fresh import require_fresh_proof, use_fresh_proof
from account_center.signin.services.identifiers import read_email, read_phone
from account_center.signin.services.notices import tell_owner
from account_center.signin.types import ChallengeView, Change, Channel, GoOn, Purpose, SensitiveAction


def prove_new_contact(
    *, actor: Actor, account_id: int, channel: Channel, contact: str, proof: UUID | None, now: datetime
) -> ChallengeView:
    """Sends a code to the new phone or e-mail, after the owner was proven: as a rule by a code to the old one (3.1.9).

    Raises FreshProofMissing, SameContact.
    """
    owner = _account(account_id)
    require_fresh_proof(account_id=account_id, proof=proof, action=SensitiveAction.CONTACTS, now=now)
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
    *, actor: Actor, account_id: int, new_proof: UUID, proof: UUID | None, now: datetime, go_on: GoOn | None = None
) -> AccountFacts:
    """Binds the newly proven phone or e-mail and tells the old one. Both proofs are used up; all other sessions end.

    ``go_on`` keeps the session that asks, in the same transaction. Raises FreshProofMissing, ProofMissing, NoSuchAccount, EmailTaken, PhoneFull; then nothing was changed.
    """
    owner = hold_account(account_id)  # so that nothing which ends everything comes between the proof and the change
    seen = codes.challenge(new_proof)
    if seen is None or seen.account_id != account_id:
        raise ProofMissing
    use_fresh_proof(account_id=account_id, proof=proof, action=SensitiveAction.CONTACTS, now=now)
    new = codes.use_proof(new_proof, purpose=Purpose.NEW_CONTACT, now=now)
    tell_owner(owner, Change.EMAIL if new.channel is Channel.EMAIL else Change.PHONE)
    changed = _bind(actor, account_id, new, now=now)
    if go_on:
        go_on(changed.mark)
    return changed


def _bind(actor: Actor, account_id: int, new: ChallengeView, *, now: datetime) -> AccountFacts:
    if new.channel is Channel.EMAIL:
        return set_email(actor=actor, account_id=account_id, email=parse_email(new.recipient), now=now)
    return set_phone(actor=actor, account_id=account_id, phone=new.recipient, masked=mask_phone(new.recipient), now=now)


def _account(account_id: int) -> AccountFacts:
    found = account(account_id)
    if found is None:
        raise ProofMissing
    return found
