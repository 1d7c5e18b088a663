"""Changing the security policy of one's tenant: each change spends a fresh proof and is told to the owner (1.22, 1.23)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from account_center.accounts.errors import NoSuchAccount
from account_center.accounts.services import hold_account
from account_center.accounts.types import AccountFacts
from account_center.kit.actor import Actor
from account_center.kit.networks import is_allowed
from account_center.plumbing.sessions import end_one_session, sessions_of
from account_center.policy import services as policy
from account_center.policy.errors import OnlyOwnersSetPolicy, OwnerLacksSecondFactor
from account_center.policy.types import LeastCheck, PolicyFacts
from account_center.signin.queries import factors_of
from account_center.signin.services import app_sessions
from account_center.signin.services.fresh import use_fresh_proof
from account_center.signin.services.notices import tell_owner
from account_center.signin.types import Change, SensitiveAction


@transaction.atomic
def change_networks(
    *,
    actor: Actor,
    account_id: int,
    text: str,
    version: int,
    proof: UUID | None,
    now: datetime,
    session: UUID | None = None,
) -> PolicyFacts:
    """Says from where the tenant's users may sign in. Sessions that were begun outside the new list end at once.

    The one from which it is done (``session``) goes on: it is inside now, wherever it was begun. Raises FreshProofMissing, and what ``policy.services.set_networks`` raises; then nothing was changed.
    """
    owner = _with_proof(account_id, proof, now=now)
    kept = policy.set_networks(actor=actor, account_id=account_id, text=text, version=version, now=now)
    _end_sessions_outside(actor, owner, kept, but=session, now=now)
    tell_owner(owner, Change.POLICY)
    return kept


def _end_sessions_outside(
    actor: Actor, owner: AccountFacts, kept: PolicyFacts, *, but: UUID | None, now: datetime
) -> None:
    for of_app in app_sessions.sessions_of(account_id=owner.id, mark=owner.mark, now=now):
        if of_app.id != but and not is_allowed(of_app.address, kept.networks):
            app_sessions.end(actor=actor, account_id=owner.id, session=of_app.id)
    for one in sessions_of(owner.id, mark=owner.mark, now=now):
        if one.id != but and not is_allowed(one.address, kept.networks):
            end_one_session(owner.id, one.id)


@transaction.atomic
def change_password_rules(
    *,
    actor: Actor,
    account_id: int,
    days: int,
    history: int,
    min_hours: int,
    version: int,
    proof: UUID | None,
    now: datetime,
) -> PolicyFacts:
    """Says how long passwords count and which may come back (3.1.20); it counts from the next sign-in or change.

    Raises FreshProofMissing, and what ``policy.services.set_password_rules`` raises.
    """
    owner = _with_proof(account_id, proof, now=now)
    kept = policy.set_password_rules(
        actor=actor, account_id=account_id, days=days, history=history, min_hours=min_hours, version=version, now=now
    )
    tell_owner(owner, Change.POLICY)
    return kept


@transaction.atomic
def change_session_length(
    *, actor: Actor, account_id: int, minutes: int, version: int, proof: UUID | None, now: datetime
) -> PolicyFacts:
    """Says after how long without use a session ends; it counts from the next sign-in.

    Raises FreshProofMissing, and what ``policy.services.set_session_length`` raises.
    """
    owner = _with_proof(account_id, proof, now=now)
    kept = policy.set_session_length(actor=actor, account_id=account_id, minutes=minutes, version=version, now=now)
    tell_owner(owner, Change.POLICY)
    return kept


@transaction.atomic
def change_least_check(
    *, actor: Actor, account_id: int, check: LeastCheck, version: int, proof: UUID | None, now: datetime
) -> PolicyFacts:
    """Says what every sign-in must at least ask for. Who asks for a second factor must have one himself.

    Raises FreshProofMissing, OwnerLacksSecondFactor, and what ``policy.services.set_least_check`` raises.
    """
    owner = _with_proof(account_id, proof, now=now)
    if check is LeastCheck.SECOND_FACTOR and not factors_of(account_id).any:
        raise OwnerLacksSecondFactor(field="check")
    kept = policy.set_least_check(actor=actor, account_id=account_id, check=check, version=version, now=now)
    tell_owner(owner, Change.POLICY)
    return kept


def _with_proof(account_id: int, proof: UUID | None, *, now: datetime) -> AccountFacts:
    try:
        owner = hold_account(account_id)  # so that nothing which ends everything comes between the proof and the change
    except NoSuchAccount as gone:
        raise OnlyOwnersSetPolicy from gone
    use_fresh_proof(account_id=account_id, proof=proof, action=SensitiveAction.SECURITY_POLICY, now=now)
    return owner
