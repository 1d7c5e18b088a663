"""What a tenant may do now, read in one query."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db import connection

from account_center.standing.models import Hold, StandingChange, TenantStanding
from account_center.standing.rules import blocked_until_verified, decide_all, next_turn
from account_center.standing.types import (
    Action,
    CustomerKind,
    Decision,
    HoldFacts,
    HoldReason,
    Judged,
    StandingFacts,
    VerificationStatus,
)
from account_center.tenants.errors import NoSuchTenant
from account_center.tenants.types import TenantState

Row = Sequence[Any]
CHANGES_AT_ONCE = 1000
_OF_TENANT = 9  # columns before those of a hold


def standing_of(tenant_id: int) -> StandingFacts:
    """Everything the decision reads. Raises NoSuchTenant."""
    found = _read(f"{_select()} WHERE t.id = %s ORDER BY h.id", tenant_id)
    if found is None:
        raise NoSuchTenant
    return found


def standing_by_public_id(public_id: str) -> StandingFacts | None:
    """The same by the tenant ID that other services know, or None."""
    return _read(f"{_select()} WHERE t.public_id = %s ORDER BY h.id", public_id)


def decisions_for(tenant_id: int, actions: Iterable[Action], now: datetime) -> Mapping[Action, Decision]:
    """May the tenant do these things now? In the order asked. Raises NoSuchTenant."""
    return decisions_in(standing_of(tenant_id), actions, now)


def decisions_in(standing: StandingFacts, actions: Iterable[Action], now: datetime) -> Mapping[Action, Decision]:
    """The same for what was read already, so that both are shown as of one moment."""
    return decide_all(actions, standing, now)


def judged(public_id: str, actions: Iterable[Action], now: datetime) -> Judged | None:
    """The same by the tenant ID that other services know, in one query; None if there is no such tenant."""
    standing = standing_by_public_id(public_id)
    if standing is None:
        return None
    decisions = decide_all(actions, standing, now)
    return Judged(tenant=standing.tenant, decisions=tuple(decisions.values()), good_until=next_turn(standing, now))


def what_is_blocked(tenant_id: int) -> tuple[Action, ...]:
    """What the tenant cannot do as long as it is not verified (2.1.1); nothing once it is. Raises NoSuchTenant."""
    standing = standing_of(tenant_id)
    return () if standing.is_verified else blocked_until_verified(standing.kind)


def changes_after(change_id: int) -> list[tuple[int, str]]:
    """(id, tenant's public ID) of the changes after ``change_id``, oldest first, a thousand at most."""
    later = StandingChange.objects.filter(pk__gt=change_id).order_by("pk")
    return list(later.values_list("pk", "tenant")[:CHANGES_AT_ONCE])


def last_change() -> int:
    """The id of the newest change; 0 before the first."""
    return StandingChange.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


@cache
def _select() -> str:
    # Written out once: building it with the ORM for every question costs more than the question.
    tenants = Hold._meta.get_field("tenant").related_model
    tenant, standing, hold = (model._meta.db_table for model in (tenants, TenantStanding, Hold))
    return (
        "SELECT t.id, t.public_id, t.state, s.customer_kind, s.verification, s.verified_at, s.student_until, "  # noqa: S608 - table names
        f's.name_since, s.name_waits_since, h.id, h.reason, h.since, h.until FROM "{tenant}" t '
        f'LEFT JOIN "{standing}" s ON s.tenant_id = t.id '
        f'LEFT JOIN "{hold}" h ON h.tenant_id = t.id AND h.lifted_at IS NULL'
    )


def _read(query: str, key: int | str) -> StandingFacts | None:
    with connection.cursor() as cursor:
        cursor.execute(query, [key])
        rows: list[Row] = cursor.fetchall()
    return _facts(rows) if rows else None


def _facts(rows: list[Row]) -> StandingFacts:
    tenant_id, public_id, state, kind, verification, *moments = rows[0][:_OF_TENANT]
    verified_at, student_until, name_since, name_waits_since = map(_aware, moments)
    return StandingFacts(
        tenant_id=tenant_id,
        tenant=public_id,
        state=TenantState(state),
        kind=CustomerKind(kind or CustomerKind.UNDECLARED),
        verification=VerificationStatus(verification or VerificationStatus.NONE),
        verified_at=verified_at,
        student_until=student_until,
        name_since=name_since,
        name_waits_since=name_waits_since,
        holds=tuple(_hold(*row[_OF_TENANT:]) for row in rows if row[_OF_TENANT] is not None),
    )


def _hold(hold_id: int, reason: str, since: datetime, until: datetime | None) -> HoldFacts:
    return HoldFacts(id=hold_id, reason=HoldReason(reason), since=_utc(since), until=_aware(until))


def _aware(moment: datetime | None) -> datetime | None:
    return None if moment is None else _utc(moment)


def _utc(moment: datetime) -> datetime:
    # SQLite hands out naive moments, which Django wrote in UTC.
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
