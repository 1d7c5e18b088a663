"""Changing a tenant's security policy: one task, one service. Two who save at once do not undo each other unseen."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction

from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.kit.limits import MINUTE
from account_center.kit.networks import BadNetworks, Network, is_allowed, parse_networks
from account_center.plumbing.rows import insert_unless_there
from account_center.policy.errors import (
    BadNetworkList,
    OnlyOwnersSetPolicy,
    PolicyChangedMeanwhile,
    PolicyOutOfBounds,
    TooManyNetworks,
    WouldLockYouOut,
    network_problem_text,
)
from account_center.policy.models import SecurityPolicy
from account_center.policy.queries import policy_of_tenant
from account_center.policy.rules import Bounds, bound_broken_by_password_rules, bound_broken_by_session
from account_center.policy.types import LeastCheck, PolicyFacts
from account_center.tenants.queries import tenant, tenant_of
from account_center.tenants.services import require_customer_manager
from account_center.tenants.types import TenantFacts

PROOF_LENGTH = 200
Change = Mapping[str, int | str | list[str]]


def read_networks(text: str, *, address: str) -> tuple[Network, ...]:
    """The list as it would be kept, for somebody who is at ``address``.

    Raises BadNetworkList, TooManyNetworks, WouldLockYouOut.
    """
    try:
        networks = parse_networks(text)
    except BadNetworks as bad:
        told = [network_problem_text(one.problem, entry=one.text, offer=one.offer) for one in bad.entries]
        raise BadNetworkList(field="networks", problems=" ".join(told)) from bad
    if len(networks) > settings.LIMITS.policy_networks:
        raise TooManyNetworks(field="networks", entries=len(networks), allowed=settings.LIMITS.policy_networks)
    if not is_allowed(address, networks):
        raise WouldLockYouOut(field="networks", address=address)
    return networks


@transaction.atomic
def set_networks(*, actor: Actor, account_id: int, text: str, version: int, now: datetime) -> PolicyFacts:
    """Says from where the tenant's users may sign in; an empty list is from everywhere (1.23). An open way back ends.

    Raises BadNetworkList, TooManyNetworks, WouldLockYouOut, PolicyChangedMeanwhile, OnlyOwnersSetPolicy.
    """
    owned = _owned(account_id)
    kept = [network.text for network in read_networks(text, address=actor.address)]
    _save(owned, {"networks": kept, "way_back": ""}, version=version, now=now)
    _record(actor, "policy:networks:changed", owned, {"networks": ", ".join(kept), "entries": len(kept)})
    return policy_of_tenant(owned.id)


@transaction.atomic
def set_password_rules(
    *, actor: Actor, account_id: int, days: int, history: int, min_hours: int, version: int, now: datetime
) -> PolicyFacts:
    """Says how long passwords count (``days``, 0: for ever), how many old ones may not come back, and how old one must be.

    Raises PolicyOutOfBounds, PolicyChangedMeanwhile, OnlyOwnersSetPolicy (3.1.20).
    """
    owned = _owned(account_id)
    _require(bound_broken_by_password_rules(days=days, history=history, min_hours=min_hours))
    rules: Change = {"password_days": days, "password_history": history, "password_min_hours": min_hours}
    _save(owned, rules, version=version, now=now)
    facts = {"days": days, "history": history, "min_hours": min_hours}
    _record(actor, "policy:passwords:changed", owned, facts)
    return policy_of_tenant(owned.id)


@transaction.atomic
def set_session_length(*, actor: Actor, account_id: int, minutes: int, version: int, now: datetime) -> PolicyFacts:
    """Says after how many minutes without use one signs in again; 0 leaves it to the operator.

    Raises PolicyOutOfBounds, PolicyChangedMeanwhile, OnlyOwnersSetPolicy.
    """
    owned = _owned(account_id)
    _require(bound_broken_by_session(minutes, longest=settings.LIMITS.session_seconds // MINUTE))
    _save(owned, {"session_minutes": minutes}, version=version, now=now)
    _record(actor, "policy:session:changed", owned, {"minutes": minutes})
    return policy_of_tenant(owned.id)


@transaction.atomic
def set_least_check(*, actor: Actor, account_id: int, check: LeastCheck, version: int, now: datetime) -> PolicyFacts:
    """Says what each sign-in must at least ask for after the password (1.22). Whether the owner has it, the caller knows.

    Raises PolicyChangedMeanwhile, OnlyOwnersSetPolicy.
    """
    owned = _owned(account_id)
    _save(owned, {"least_check": check.value}, version=version, now=now)
    _record(actor, "policy:check:changed", owned, {"check": check.value})
    return policy_of_tenant(owned.id)


@transaction.atomic
def lift_networks(*, actor: Actor, tenant_id: int, proof: str, now: datetime) -> bool:
    """A customer manager takes the list away, for an owner who cannot get in by himself; False if there is none.

    Raises OnlyCustomerManagers. ``proof`` says on what the decision rests.
    """
    require_customer_manager(actor)
    found = tenant(tenant_id)
    listed = SecurityPolicy.objects.select_for_update().filter(pk=tenant_id).exclude(networks=[]).first()
    if found is None or listed is None:
        return False
    _save(found, {"networks": [], "way_back": ""}, version=listed.version, now=now)
    _record(actor, "policy:networks:lifted", found, {"entries": len(listed.networks), "proof": proof[:PROOF_LENGTH]})
    return True


def _owned(account_id: int) -> TenantFacts:
    owned = tenant_of(account_id)
    if owned is None or owned.owner_id != account_id:
        raise OnlyOwnersSetPolicy
    return owned


def _require(broken: Bounds | None) -> None:
    if broken is not None:
        raise PolicyOutOfBounds(field=broken.field, least=broken.least, most=broken.most)


def _save(owned: TenantFacts, change: Change, *, version: int, now: datetime) -> None:
    """Writes only over the version that was seen: the statement itself compares, so that no two win."""
    ends_way_back = {"way_back_until": None} if change.get("way_back") == "" else {}
    columns = {**change, **ends_way_back, "changed_at": now}
    if version == 0:
        saved = insert_unless_there(SecurityPolicy(tenant_id=owned.id, **columns))
    else:
        seen = SecurityPolicy.objects.filter(pk=owned.id, version=version)
        saved = bool(seen.update(version=version + 1, **columns))
    if not saved:
        raise PolicyChangedMeanwhile


def _record(actor: Actor, event: str, owned: TenantFacts, facts: Mapping[str, str | int]) -> None:
    record(actor=actor, event=event, account_id=owned.owner_id, tenant_id=owned.id, facts=facts)
