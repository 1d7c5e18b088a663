"""What the signed-in owner does with second factors and the check at sign-in. Each act uses up a fresh proof (1.22)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from account_center.accounts.services import hold_account, set_sign_in_check
from account_center.accounts.types import AccountFacts, SignInCheck
from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.policy.queries import sign_in_rules
from account_center.signin.errors import CheckNotPossible, CheckTooWeak, NoSuchPasskey, WrongSecondFactor
from account_center.signin.models import Passkey
from account_center.signin.queries import factors_of
from account_center.signin.rules import can_check, check_in_force, check_without
from account_center.signin.services import authenticator, passkeys, recovery_codes
from account_center.signin.services.fresh import require_fresh_proof, use_fresh_proof
from account_center.signin.services.notices import tell_owner
from account_center.signin.types import Change, SensitiveAction

FACTORS, CHECK = SensitiveAction.SECOND_FACTORS, SensitiveAction.SIGN_IN_CHECK
STRONGEST_FIRST = (SignInCheck.PASSKEY, SignInCheck.APP, SignInCheck.CODE, SignInCheck.NONE)


def add_app(*, actor: Actor, account_id: int, digits: str, proof: UUID | None, now: datetime) -> None:
    """Puts the app that was begun (``authenticator.begin_app``) in force by its first code.

    A wrong code is counted and leaves the proof as it is. Raises FreshProofMissing, WrongSecondFactor, FactorLocked.
    """
    require_fresh_proof(account_id=account_id, proof=proof, action=FACTORS, now=now)
    step = authenticator.judge_new_app(actor=actor, account_id=account_id, digits=digits, now=now)
    with transaction.atomic():
        owner = hold_account(account_id)
        use_fresh_proof(account_id=account_id, proof=proof, action=FACTORS, now=now)
        if not authenticator.put_in_force(account_id=account_id, step=step, now=now):
            raise WrongSecondFactor(field="code")
        record(actor=actor, event="signin:second_factor:added", account_id=account_id)
        tell_owner(owner, Change.APP_ADDED)


@transaction.atomic
def remove_app(*, actor: Actor, account_id: int, proof: UUID | None, now: datetime) -> AccountFacts:
    """Removes the app. If the check at sign-in needs it, another factor or a code takes its place; see the answer.

    Raises FreshProofMissing.
    """
    owner = hold_account(account_id)
    use_fresh_proof(account_id=account_id, proof=proof, action=FACTORS, now=now)
    if not authenticator.forget_app(actor=actor, account_id=account_id):
        return owner  # gone already
    tell_owner(owner, Change.APP_REMOVED)
    return _with_possible_check(actor, owner)


def add_passkey(
    *, actor: Actor, account_id: int, question_id: UUID, answer: str, name: str, proof: UUID | None, now: datetime
) -> UUID:
    """Keeps the passkey that the browser has made. ``name`` is the owner's word for it, 1 to 40 characters.

    Raises FreshProofMissing, PasskeyTooLate, PasskeyRefused, PasskeyThereAlready, TooManyPasskeys.
    """
    require_fresh_proof(account_id=account_id, proof=proof, action=FACTORS, now=now)
    new = passkeys.read_new(account_id=account_id, question_id=question_id, answer=answer, now=now)
    with transaction.atomic():
        owner = hold_account(account_id)
        use_fresh_proof(account_id=account_id, proof=proof, action=FACTORS, now=now)
        public_id = passkeys.keep_new(account_id=account_id, new=new, name=name, now=now)
        record(actor=actor, event="signin:passkey:added", account_id=account_id, facts={"name": name})
        tell_owner(owner, Change.PASSKEY_ADDED)
    return public_id


def rename_passkey(*, actor: Actor, account_id: int, passkey: UUID, name: str) -> None:
    """Another name for one of the owner's passkeys. Raises NoSuchPasskey."""
    with transaction.atomic():
        if not Passkey.objects.filter(account_id=account_id, public_id=passkey).update(name=name):
            raise NoSuchPasskey
        record(actor=actor, event="signin:passkey:renamed", account_id=account_id, facts={"name": name})


@transaction.atomic
def remove_passkey(*, actor: Actor, account_id: int, passkey: UUID, proof: UUID | None, now: datetime) -> AccountFacts:
    """Removes one of the owner's passkeys; the check at sign-in as in ``remove_app``.

    Raises FreshProofMissing, NoSuchPasskey.
    """
    owner = hold_account(account_id)
    use_fresh_proof(account_id=account_id, proof=proof, action=FACTORS, now=now)
    row = Passkey.objects.filter(account_id=account_id, public_id=passkey).first()
    if row is None:
        raise NoSuchPasskey
    row.delete()
    record(actor=actor, event="signin:passkey:removed", account_id=account_id, facts={"name": row.name})
    tell_owner(owner, Change.PASSKEY_REMOVED)
    return _with_possible_check(actor, owner)


@transaction.atomic
def new_recovery_codes(*, actor: Actor, account_id: int, proof: UUID | None, now: datetime) -> list[str]:
    """A new set, to be shown once; the old one is worth nothing any more. Raises FreshProofMissing."""
    owner = hold_account(account_id)
    use_fresh_proof(account_id=account_id, proof=proof, action=FACTORS, now=now)
    made = recovery_codes.replace_codes(account_id=account_id, now=now)
    record(actor=actor, event="signin:recovery_codes:made", account_id=account_id, facts={"codes": len(made)})
    tell_owner(owner, Change.RECOVERY_CODES_MADE)
    return made


def possible_checks(owner: AccountFacts) -> list[SignInCheck]:
    """What can be asked of this account at sign-in, the strongest first."""
    there = factors_of(owner.id)
    return [one for one in STRONGEST_FIRST if can_check(one, owner, there)]


def present_check(owner: AccountFacts) -> SignInCheck:
    """What the next sign-in really asks for: the owner's choice, or more if the tenant's policy says so."""
    asked = check_in_force(owner.check, sign_in_rules(owner.id).least_check)
    return check_without(replace(owner, check=asked), factors_of(owner.id))


def barred_checks(account_id: int) -> list[SignInCheck]:
    """What the security policy of the tenant does not allow as a check at sign-in."""
    least = sign_in_rules(account_id).least_check
    return [one for one in STRONGEST_FIRST if check_in_force(one, least) is not one]


@transaction.atomic
def choose_check(
    *, actor: Actor, account_id: int, check: SignInCheck, proof: UUID | None, now: datetime
) -> AccountFacts:
    """Chooses what is asked at sign-in after the password. Raises FreshProofMissing, CheckNotPossible, CheckTooWeak."""
    owner = hold_account(account_id)
    use_fresh_proof(account_id=account_id, proof=proof, action=CHECK, now=now)
    if not can_check(check, owner, factors_of(account_id)):
        raise CheckNotPossible(field="check")
    if check in barred_checks(account_id):
        raise CheckTooWeak(field="check")
    if check is owner.check:
        return owner
    tell_owner(owner, Change.SIGN_IN_CHECK)
    return set_sign_in_check(actor=actor, account_id=account_id, check=check)


def _with_possible_check(actor: Actor, owner: AccountFacts) -> AccountFacts:
    possible = check_without(owner, factors_of(owner.id))
    if possible is owner.check:
        return owner
    return set_sign_in_check(actor=actor, account_id=owner.id, check=possible)
