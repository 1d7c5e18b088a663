"""Deleting an ID account (1.12): every room erases its part, all of them or none."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import override

from account_center.accounts.errors import NoSuchAccount
from account_center.accounts.queries import account
from account_center.accounts.services import delete_account, hold_account
from account_center.accounts.types import AccountFacts, AccountState
from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.kit.names import name_key
from account_center.kit.refused import Refused
from account_center.messaging.services import queue_email, queue_sms
from account_center.plumbing import retention as sessions
from account_center.plumbing.erasures import Again
from account_center.policy import retention as policy
from account_center.privacy.errors import NameDoesNotMatch
from account_center.privacy.queries import deletion_obstacles
from account_center.privacy.texts import farewell
from account_center.recovery import retention as recovery
from account_center.signin import retention as signin
from account_center.signin.services import phone_country
from account_center.signin.services.fresh import use_fresh_proof
from account_center.signin.types import SensitiveAction
from account_center.support import retention as support

PURPOSE = "account_deleted"


def delete_id_account(*, actor: Actor, account_id: int, typed_name: str, proof: UUID, now: datetime) -> None:
    """Erases the ID account for good and tells its owner once more. Nobody signs in to it after this.

    Raises NameDoesNotMatch, the refusals of ``deletion_obstacles``, FreshProofMissing, NoSuchAccount (also when another
    click was faster); then nothing was changed.
    """
    owner = account(account_id)
    if owner is None or owner.state is AccountState.DELETED:
        raise NoSuchAccount
    if name_key(typed_name) != name_key(owner.name):
        raise NameDoesNotMatch(field="name", name=owner.name)
    try:
        _delete(actor, account_id, proof=proof, now=now)
    except Refused as refusal:
        record(actor=actor, event="privacy:deletion:refused", account_id=account_id, facts={"code": refusal.code})
        raise


@transaction.atomic
def _delete(actor: Actor, account_id: int, *, proof: UUID, now: datetime) -> None:
    # Held from here on: whoever opens a tenant for this account at the same moment comes before, or finds nobody.
    owner = hold_account(account_id)
    obstacles = deletion_obstacles(owner)
    if obstacles:
        raise next(iter(obstacles.values()))
    use_fresh_proof(account_id=account_id, proof=proof, action=SensitiveAction.DELETE_ACCOUNT, now=now)
    _say_farewell(owner)
    _erase_everywhere(owner, now=now)
    delete_account(actor=actor, account_id=account_id, now=now)


@transaction.atomic
def delete_again(*, actor: Actor, account_id: int, deleted_at: datetime, now: datetime) -> Again:
    """Deletes an account that its owner had deleted at ``deleted_at``, and that a backup brought back. Tells nobody once more.

    Not an account that was opened later: after a restore the numbers of the time that is lost are given anew.
    """
    known = account(account_id)
    if known is None or known.created_at > deleted_at:
        return Again.NOT_HERE
    if known.state is AccountState.DELETED:
        return Again.WAS_ERASED
    owner = hold_account(account_id)
    if deletion_obstacles(owner):
        return Again.KEPT
    _erase_everywhere(owner, now=now)
    delete_account(actor=actor, account_id=account_id, now=now)
    return Again.ERASED


def _erase_everywhere(owner: AccountFacts, *, now: datetime) -> None:
    """From the top of the house to the bottom; a test finds a table that points at an account and stands nowhere here."""
    support.erase_account(account_id=owner.id, now=now)
    recovery.erase_account(account_id=owner.id)
    signin.erase_account(account_id=owner.id, contacts=[one for one in (owner.phone, owner.email) if one])
    policy.erase_account(account_id=owner.id)
    sessions.erase_account(account_id=owner.id)


def _say_farewell(owner: AccountFacts) -> None:
    subject, text = farewell(owner)
    if owner.email:
        with override(owner.language):  # for the footer
            queue_email(to=owner.email, subject=subject, text=text, purpose=PURPOSE)
    if owner.phone:
        country = phone_country(owner.phone, owner.country)
        queue_sms(to=owner.phone, country=country, text=text, purpose=PURPOSE)
