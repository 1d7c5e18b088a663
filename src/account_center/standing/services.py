"""Changing what a tenant may do. Each change tells the other processes in its own transaction."""

from datetime import datetime

from django.db import transaction

from account_center.accounts.services import end_trust
from account_center.audit.services import record
from account_center.kit.actor import Actor, ActorKind
from account_center.kit.clock import now as present
from account_center.plumbing.changes import announce
from account_center.standing.errors import (
    HoldAlreadyLifted,
    HoldEndsBeforeItBegins,
    KindIsVerified,
    KindNeeded,
    MayNotHold,
    NoSuchHold,
)
from account_center.standing.models import Hold, StandingChange, TenantStanding
from account_center.standing.rules import status_after
from account_center.standing.types import CustomerKind, HoldFacts, HoldKind, HoldReason, VerificationStatus
from account_center.tenants.errors import NoSuchTenant
from account_center.tenants.queries import tenant
from account_center.tenants.types import TenantFacts

TOPIC = "standing"
MAY_HOLD = frozenset({ActorKind.STAFF, ActorKind.SERVICE, ActorKind.SYSTEM})
NOTE_LENGTH = 300


@transaction.atomic
def open_standing(*, tenant_id: int) -> None:
    """Gives a new tenant its standing: undeclared and not verified. Doing it twice is doing it once."""
    TenantStanding.objects.get_or_create(tenant_id=tenant_id, defaults={"updated_at": present()})
    tenant_changed(tenant_id=tenant_id)


@transaction.atomic
def declare_kind(*, actor: Actor, tenant_id: int, kind: CustomerKind, now: datetime) -> None:
    """The customer says whether he is an individual or an enterprise. Raises KindIsVerified, KindNeeded, NoSuchTenant."""
    if kind is CustomerKind.UNDECLARED:
        raise KindNeeded(field="kind")
    known = _tenant(tenant_id)
    standing = _locked(tenant_id)
    if standing.customer_kind == kind:
        return
    if standing.verification == VerificationStatus.VERIFIED:
        raise KindIsVerified
    standing.customer_kind = kind.value
    _keep(standing, now)
    record(
        actor=actor,
        event="standing:kind:declared",
        account_id=known.owner_id,
        tenant_id=tenant_id,
        facts={"kind": kind.value},
    )


@transaction.atomic
def note_verification(
    *, tenant_id: int, status: VerificationStatus, kind: CustomerKind, now: datetime, changed: bool = False
) -> None:
    """What the real-name room found; it records the event. Raises KindNeeded, NoSuchTenant.

    A verified tenant stays verified, whatever becomes of a later attempt; a later success may change the kind (2.1.14).
    ``changed``: it replaces what held before, so that another name counts from now on (2.3.20).
    """
    if kind is CustomerKind.UNDECLARED:
        raise KindNeeded
    _tenant(tenant_id)
    standing = _locked(tenant_id)
    was_verified = standing.verification == VerificationStatus.VERIFIED
    is_verified = status is VerificationStatus.VERIFIED
    if was_verified and not is_verified:
        return
    standing.verification = status_after(VerificationStatus(standing.verification), status).value
    standing.customer_kind = kind.value
    standing.verified_at = now if is_verified else None
    if is_verified:
        standing.student_until = None  # it was about the person the tenant was verified as before
        standing.name_waits_since = None
        standing.name_since = now if changed else standing.name_since
    _keep(standing, now)


@transaction.atomic
def note_name_change(*, tenant_id: int, waiting: bool, now: datetime) -> None:
    """Whether another verified name waits to be approved (2.3.20). Raises NoSuchTenant."""
    _tenant(tenant_id)
    standing = _locked(tenant_id)
    if waiting == (standing.name_waits_since is not None):
        return
    standing.name_waits_since = now if waiting else None
    _keep(standing, now)


@transaction.atomic
def note_student(*, tenant_id: int, until: datetime | None, now: datetime) -> None:
    """What the real-name room knows of a student status; it records the event. None ends it. Raises NoSuchTenant."""
    _tenant(tenant_id)
    standing = _locked(tenant_id)
    standing.student_until = until
    _keep(standing, now)


@transaction.atomic
def place_hold(
    *,
    actor: Actor,
    tenant_id: int,
    reason: HoldReason,
    now: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
    note: str = "",
) -> HoldFacts:
    """Freezes or restricts a tenant from ``since`` (now) until ``until`` (until lifted).

    Raises MayNotHold, HoldEndsBeforeItBegins, NoSuchTenant.
    """
    _require_holder(actor)
    begins = since or now
    if until is not None and until <= max(begins, now):
        raise HoldEndsBeforeItBegins(field="until")
    known = _tenant(tenant_id)
    hold = Hold.objects.create(
        tenant_id=tenant_id,
        reason=reason.value,
        since=begins,
        until=until,
        note=note.strip()[:NOTE_LENGTH],
        placed_by=_name(actor),
        placed_at=now,
    )
    if reason.kind is HoldKind.FREEZE:
        end_trust(
            actor=actor, account_id=known.owner_id, reason="freeze"
        )  # sessions go on: the owner must see why (1.47)
    _told(known)
    _record_hold(actor, "standing:hold:placed", known, hold)
    return hold.facts()


@transaction.atomic
def lift_hold(*, actor: Actor, hold_id: int, now: datetime, note: str = "") -> None:
    """Ends one hold; others on the same tenant stay. Raises MayNotHold, NoSuchHold, HoldAlreadyLifted."""
    _require_holder(actor)
    hold = Hold.objects.select_for_update().filter(pk=hold_id).first()
    if hold is None:
        raise NoSuchHold
    if hold.lifted_at is not None:
        raise HoldAlreadyLifted
    hold.lifted_at, hold.lifted_by, hold.lift_note = now, _name(actor), note.strip()[:NOTE_LENGTH]
    hold.save(update_fields=["lifted_at", "lifted_by", "lift_note"])
    known = _tenant(hold.tenant_id)
    _told(known)
    _record_hold(actor, "standing:hold:lifted", known, hold)


@transaction.atomic
def tenant_changed(*, tenant_id: int) -> None:
    """To be called by whoever changes a tenant's state, in the same transaction. Raises NoSuchTenant."""
    _told(_tenant(tenant_id))


def _told(known: TenantFacts) -> None:
    StandingChange.objects.create(tenant=known.public_id, at=present())
    announce(TOPIC, known.public_id)


def _tenant(tenant_id: int) -> TenantFacts:
    known = tenant(tenant_id)
    if known is None:
        raise NoSuchTenant
    return known


def _locked(tenant_id: int) -> TenantStanding:
    TenantStanding.objects.get_or_create(tenant_id=tenant_id, defaults={"updated_at": present()})
    return TenantStanding.objects.select_for_update().get(tenant_id=tenant_id)


def _keep(standing: TenantStanding, now: datetime) -> None:
    standing.updated_at = now
    standing.save()
    tenant_changed(tenant_id=standing.tenant_id)


def _require_holder(actor: Actor) -> None:
    if actor.kind not in MAY_HOLD:
        raise MayNotHold


def _name(actor: Actor) -> str:
    return f"{actor.kind.value}:{actor.name or actor.account_id or ''}"[:64]


def _record_hold(actor: Actor, event: str, known: TenantFacts, hold: Hold) -> None:
    record(
        actor=actor,
        event=event,
        account_id=known.owner_id,
        tenant_id=known.id,
        facts={"hold": hold.pk, "reason": hold.reason, "until": hold.until.isoformat() if hold.until else None},
    )
