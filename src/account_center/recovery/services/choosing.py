"""After the first code: which accounts it opens, and what the chosen one still asks for."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from account_center.accounts.errors import NoSuchAccount
from account_center.accounts.queries import account
from account_center.accounts.services import hold_account
from account_center.accounts.types import AccountFacts, AccountKind
from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.recovery.errors import NotOfThisContact
from account_center.recovery.models import Recovery
from account_center.recovery.services import rows
from account_center.recovery.services.beginning import accounts_of, belongs
from account_center.recovery.services.further import waited
from account_center.recovery.types import FurtherWay, RecoveryState, RecoveryView
from account_center.signin.errors import ProofMissing
from account_center.signin.services import codes, devices
from account_center.signin.types import ChallengeView, Purpose


def candidates(*, recovery_id: UUID, now: datetime) -> tuple[ChallengeView, list[AccountFacts]]:
    """The proven phone or e-mail and the accounts it opens, for whoever typed the right code.

    Raises RecoveryOver, ProofMissing.
    """
    return _proven(rows.find(recovery_id, RecoveryState.BEGUN, now=now), now=now)


def choose(*, actor: Actor, recovery_id: UUID, account_id: int, device: str, now: datetime) -> RecoveryView:
    """Takes the code as proof for one account, once. ``device`` is the secret that the browser keeps, or empty.

    The result is READY, or FURTHER where an ID account does not know this device. Raises RecoveryOver, ProofMissing,
    NotOfThisContact.
    """
    row = rows.find(recovery_id, RecoveryState.BEGUN, now=now)
    proof, found = _proven(row, now=now)
    owner = next((one for one in found if one.id == account_id), None)
    if owner is None:
        raise NotOfThisContact
    with transaction.atomic():
        _hold(owner)
        known = is_known(owner, device)
        has_waited = not known and waited(owner, proof.channel, now=now)
        ready = known or has_waited or owner.kind is not AccountKind.ID
        codes.use_proof(proof.id, purpose=Purpose.RECOVER, now=now)
        rows.move(
            row,
            RecoveryState.READY if ready else RecoveryState.FURTHER,
            now=now,
            account_id=owner.id,
            mark=owner.mark,
            further=FurtherWay.WAIT.value if has_waited else "",
        )
        facts = {"way": proof.channel.value, "known_device": known}
        record(actor=actor, event="recovery:account:chosen", account_id=owner.id, facts=facts)
    return rows.view_of(row)


def _hold(owner: AccountFacts) -> None:
    """Whoever stops a waiting time or changes the account comes before this, or afterwards. Raises NotOfThisContact."""
    try:
        held = hold_account(owner.id)
    except NoSuchAccount as gone:
        raise NotOfThisContact from gone
    if held.mark != owner.mark:
        raise NotOfThisContact


def is_known(owner: AccountFacts, device: str) -> bool:
    """Whether this account was signed in to on this device before."""
    return devices.find(devices.known_devices(owner.id), owner.id, device) is not None


def _proven(row: Recovery, *, now: datetime) -> tuple[ChallengeView, list[AccountFacts]]:
    proof = codes.proven(row.challenge, purpose=Purpose.RECOVER, now=now)
    if not row.by_name:
        return proof, accounts_of(proof.channel, proof.recipient)
    owner = account(row.account_id or 0)
    if owner is None or not belongs(owner, proof.channel, proof.recipient):
        raise ProofMissing
    return proof, [owner]
