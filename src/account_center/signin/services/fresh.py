"""Fresh proofs: before a sensitive task a signed-in person shows again to be the owner (ASVS 7.5.1).

A proof is good for one task, once, for a few minutes, and as long as the account's mark is the same. Wrong tries are
counted in the database, apart from those at the door.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from account_center.accounts.errors import PasswordCheckBusy
from account_center.accounts.queries import account
from account_center.accounts.services import password_fits
from account_center.accounts.types import AccountFacts
from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.signin.errors import FreshProofMissing, WayNotOpen, WrongPassword
from account_center.signin.models import FreshProof
from account_center.signin.queries import factors_of
from account_center.signin.rules import ways_open
from account_center.signin.services import authenticator, codes, guard, passkeys, recovery_codes
from account_center.signin.services.identifiers import phone_country
from account_center.signin.types import (
    ChallengeView,
    Channel,
    PasskeyAsk,
    PasskeyUse,
    Purpose,
    SensitiveAction,
    WayToProve,
)

WAY_OF_CHANNEL = {Channel.SMS: WayToProve.SMS, Channel.EMAIL: WayToProve.EMAIL}


def ways_to_prove(account_id: int) -> list[WayToProve]:
    """How the owner may prove it, the one to offer first at the head. Never empty. Raises FreshProofMissing."""
    return ways_open(_owner(account_id), factors_of(account_id))


def send_proof_code(
    *, actor: Actor, account_id: int, action: SensitiveAction, channel: Channel, now: datetime
) -> ChallengeView:
    """Sends a code to the phone or e-mail the account has; the message names the task.

    Raises WayNotOpen, TooManyCodes.
    """
    owner = _open_way(account_id, WAY_OF_CHANNEL[channel])
    recipient = owner.phone if channel is Channel.SMS else owner.email
    return codes.send_code(
        actor=actor,
        purpose=Purpose.PROVE_OLD,
        channel=channel,
        recipient=recipient,
        country=phone_country(recipient, owner.country) if channel is Channel.SMS else owner.country,
        account_id=account_id,
        action=action,
        now=now,
    )


@transaction.atomic
def prove_by_code(*, actor: Actor, account_id: int, action: SensitiveAction, challenge_id: UUID, now: datetime) -> UUID:
    """The proof of whoever typed the right code (``codes.try_code``). Raises FreshProofMissing, ProofMissing, WayNotOpen."""
    seen = codes.challenge(challenge_id)
    if seen is None or seen.account_id != account_id or seen.action is not action:
        raise FreshProofMissing
    owner = _open_way(account_id, WAY_OF_CHANNEL[seen.channel])
    if seen.recipient not in (owner.phone, owner.email):
        raise FreshProofMissing  # the contact was changed meanwhile
    codes.use_proof(challenge_id, purpose=Purpose.PROVE_OLD, now=now)
    return _proven(actor, owner, action, WAY_OF_CHANNEL[seen.channel], now=now)


def prove_by_app(*, actor: Actor, account_id: int, action: SensitiveAction, digits: str, now: datetime) -> UUID:
    """The proof of whoever types the present code of the app. Raises WrongSecondFactor, FactorLocked, WayNotOpen."""
    owner = _open_way(account_id, WayToProve.APP)
    authenticator.check_app(actor=actor, account_id=account_id, digits=digits, now=now, signed_in=True)
    return _proven(actor, owner, action, WayToProve.APP, now=now)


def begin_passkey_proof(*, actor: Actor, account_id: int, now: datetime) -> PasskeyAsk:
    """The question to a passkey of the account. Raises WayNotOpen, TooManyPasskeyTries."""
    _open_way(account_id, WayToProve.PASSKEY)
    return passkeys.begin_check(actor=actor, account_id=account_id, use=PasskeyUse.PROVE, now=now)


def prove_by_passkey(
    *, actor: Actor, account_id: int, action: SensitiveAction, question_id: UUID, answer: str, now: datetime
) -> UUID:
    """The proof of whoever answers with a passkey of the account. Raises the refusals of ``finish_check``, WayNotOpen."""
    owner = _open_way(account_id, WayToProve.PASSKEY)
    passkeys.finish_check(
        actor=actor, account_id=account_id, question_id=question_id, answer=answer, use=PasskeyUse.PROVE, now=now
    )
    return _proven(actor, owner, action, WayToProve.PASSKEY, now=now)


def prove_by_recovery_code(*, actor: Actor, account_id: int, action: SensitiveAction, code: str, now: datetime) -> UUID:
    """The proof of whoever lost app and passkey; uses the code up. Raises WrongRecoveryCode, FactorLocked, WayNotOpen."""
    owner = _open_way(account_id, WayToProve.RECOVERY_CODE)
    recovery_codes.use_recovery_code(actor=actor, account_id=account_id, code=code, now=now, signed_in=True)
    return _proven(actor, owner, action, WayToProve.RECOVERY_CODE, now=now)


def prove_by_password(*, actor: Actor, account_id: int, action: SensitiveAction, password: str, now: datetime) -> UUID:
    """The proof of an account that has nothing but a password.

    Raises WrongPassword, FactorLocked, PasswordCheckBusy, WayNotOpen.
    """
    owner = _open_way(account_id, WayToProve.PASSWORD)
    key = guard.guard_key(f"password_inside:{account_id}")
    reserved = guard.take_factor_try(key, now=now)
    try:
        right = password_fits(account_id=account_id, password=password)
    except PasswordCheckBusy:
        guard.return_try(key, reserved)
        raise
    if not right:
        record(actor=actor, event="signin:password:wrong", account_id=account_id)
        raise WrongPassword(field="password")
    guard.clear_tries(key)
    return _proven(actor, owner, action, WayToProve.PASSWORD, now=now)


def require_fresh_proof(*, account_id: int, proof: UUID | None, action: SensitiveAction, now: datetime) -> None:
    """Raises FreshProofMissing unless ``use_fresh_proof`` would accept the proof; leaves it unused."""
    if proof is None or not _good(_owner(account_id), proof, action, now=now).exists():
        raise FreshProofMissing


def use_fresh_proof(*, account_id: int, proof: UUID | None, action: SensitiveAction, now: datetime) -> None:
    """Uses the proof up, once, in the task's own transaction. Raises FreshProofMissing."""
    if proof is None or not _good(_owner(account_id), proof, action, now=now).update(used_at=now):
        raise FreshProofMissing


def _good(owner: AccountFacts, proof: UUID, action: SensitiveAction, *, now: datetime) -> QuerySet[FreshProof]:
    oldest = now - timedelta(seconds=settings.LIMITS.proof_seconds)
    return FreshProof.objects.filter(
        public_id=proof,
        account_id=owner.id,
        action=action.value,
        mark=owner.mark,
        proven_at__gt=oldest,
        proven_at__lte=now + timedelta(seconds=settings.LIMITS.clock_skew_seconds),
        used_at__isnull=True,
    )


def _proven(actor: Actor, owner: AccountFacts, action: SensitiveAction, way: WayToProve, *, now: datetime) -> UUID:
    with transaction.atomic():
        row = FreshProof.objects.create(
            account_id=owner.id, action=action.value, way=way.value, mark=owner.mark, proven_at=now
        )
        facts = {"action": action.value, "way": way.value}
        record(actor=actor, event="signin:owner:proven", account_id=owner.id, facts=facts)
    return row.public_id


def _open_way(account_id: int, way: WayToProve) -> AccountFacts:
    owner = _owner(account_id)
    if way not in ways_open(owner, factors_of(account_id)):
        raise WayNotOpen
    return owner


def _owner(account_id: int) -> AccountFacts:
    found = account(account_id)
    if found is None:
        raise FreshProofMissing
    return found
