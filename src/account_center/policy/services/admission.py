"""Who may come in from where, and the owner's way back in past his own list (1.23)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.kit.limits import DAY, MINUTE
from account_center.plumbing.limiter import Budget, network_of, spend
from account_center.policy.errors import NetworkNotAllowed, NoListToPass, OwnerOutsideNetworks, TooManyWaysBack
from account_center.policy.models import SecurityPolicy
from account_center.policy.queries import sign_in_rules
from account_center.policy.types import SignInRules


def judge_network(*, account_id: int, address: str, now: datetime) -> None:
    """Raises NetworkNotAllowed, or OwnerOutsideNetworks, if the tenant's list does not hold ``address``."""
    require_network(rules=sign_in_rules(account_id), address=address, now=now)


def require_network(*, rules: SignInRules, address: str, now: datetime) -> None:
    """The same for rules that were read already: no query. Ask it only after the whole proof, for it tells of the list."""
    if rules.allows(address, now=now):
        return
    if rules.is_owner:
        raise OwnerOutsideNetworks(address=address, minutes=settings.LIMITS.way_back_seconds // MINUTE)
    raise NetworkNotAllowed(address=address)


def open_way_back(*, actor: Actor, account_id: int, now: datetime) -> datetime:
    """Lets the owner in from his present address for a while; the caller has his full proof and tells him.

    Returns until when. Raises NoListToPass, TooManyWaysBack.
    """
    rules = sign_in_rules(account_id)
    if not rules.is_owner or rules.tenant_id is None or rules.allows(actor.address, now=now):
        raise NoListToPass
    allowed = settings.LIMITS.way_backs_per_day
    exhausted = spend([Budget("way_back", str(rules.tenant_id), allowed, DAY)], now=now)
    if exhausted is not None:
        raise TooManyWaysBack(retry_after=exhausted[1], allowed=allowed)
    return _open(actor, rules.tenant_id, account_id, until=now + timedelta(seconds=settings.LIMITS.way_back_seconds))


@transaction.atomic
def _open(actor: Actor, tenant_id: int, account_id: int, *, until: datetime) -> datetime:
    # One statement and no version: the rules stay as they are, so nobody's open page goes stale by it.
    SecurityPolicy.objects.filter(pk=tenant_id).update(way_back=network_of(actor.address), way_back_until=until)
    record(
        actor=actor,
        event="policy:way_back:opened",
        account_id=account_id,
        tenant_id=tenant_id,
        facts={"address": actor.address, "minutes": settings.LIMITS.way_back_seconds // MINUTE},
    )
    return until


@transaction.atomic
def close_way_back(*, actor: Actor, account_id: int) -> None:
    """Ends the way back before its time; nothing happens if none is open."""
    closed = SecurityPolicy.objects.filter(tenant__owner_id=account_id).exclude(way_back="")
    tenant_id = closed.values_list("pk", flat=True).first()
    if tenant_id is not None and closed.update(way_back="", way_back_until=None):
        record(actor=actor, event="policy:way_back:closed", account_id=account_id, tenant_id=tenant_id)
