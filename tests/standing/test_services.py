from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from account_center.audit.models import Event
from account_center.standing import queries
from account_center.standing.errors import (
    HoldAlreadyLifted,
    HoldEndsBeforeItBegins,
    KindIsVerified,
    KindNeeded,
    MayNotHold,
    NoSuchHold,
)
from account_center.standing.models import Hold, StandingChange, TenantStanding
from account_center.standing.retention import forget_changes
from account_center.standing.services import (
    declare_kind,
    lift_hold,
    note_verification,
    open_standing,
    place_hold,
    tenant_changed,
)
from account_center.standing.types import Action, CustomerKind, HoldReason, VerificationStatus
from account_center.tenants.errors import NoSuchTenant
from account_center.tenants.models import Tenant
from tests.standing.making import CUSTOMER, STAFF, SYSTEM, a_tenant, verify

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def codes(tenant_id: int, action: Action = Action.BUY, now: datetime = NOW) -> list[str]:
    return [reason.code for reason in queries.decisions_for(tenant_id, [action], now)[action].reasons]


def changes_of(public_id: str) -> int:
    return StandingChange.objects.filter(tenant=public_id).count()


@pytest.mark.clause("2.1.1", "2.1.3")
@pytest.mark.parametrize("kind", [CustomerKind.INDIVIDUAL, CustomerKind.ENTERPRISE])
def test_a_tenant_may_buy_once_it_is_verified_as_either_kind(kind: CustomerKind) -> None:
    tenant = a_tenant()
    assert codes(tenant.id) == ["standing.not_verified"]
    verify(tenant, kind)
    assert codes(tenant.id) == []
    assert queries.what_is_blocked(tenant.id) == ()


@pytest.mark.clause("2.1.1")
def test_the_page_can_say_what_stays_closed_without_verification() -> None:
    tenant = a_tenant()
    declare_kind(actor=CUSTOMER, tenant_id=tenant.id, kind=CustomerKind.ENTERPRISE, now=NOW)
    assert Action.BECOME_PARTNER in queries.what_is_blocked(tenant.id)
    declare_kind(actor=CUSTOMER, tenant_id=tenant.id, kind=CustomerKind.INDIVIDUAL, now=NOW)
    assert Action.BECOME_PARTNER not in queries.what_is_blocked(tenant.id)


def test_a_tenant_without_a_standing_row_is_undeclared_and_not_verified() -> None:
    tenant = a_tenant()
    TenantStanding.objects.all().delete()
    found = queries.standing_of(tenant.id)
    assert (found.kind, found.verification) == (CustomerKind.UNDECLARED, VerificationStatus.NONE)
    open_standing(tenant_id=tenant.id)
    open_standing(tenant_id=tenant.id)
    assert TenantStanding.objects.count() == 1


@pytest.mark.clause("2.1.14")
def test_a_verified_tenant_stays_verified_when_a_later_attempt_fails() -> None:
    tenant = a_tenant()
    verify(tenant)
    since = queries.standing_of(tenant.id).verified_at
    for status in (VerificationStatus.IN_PROGRESS, VerificationStatus.FAILED, VerificationStatus.NONE):
        note_verification(tenant_id=tenant.id, status=status, kind=CustomerKind.ENTERPRISE, now=NOW)
        found = queries.standing_of(tenant.id)
        assert (found.kind, found.is_verified, found.verified_at) == (CustomerKind.INDIVIDUAL, True, since)
    verify(tenant, CustomerKind.ENTERPRISE)
    assert queries.standing_of(tenant.id).kind is CustomerKind.ENTERPRISE


def test_the_kind_of_a_verified_tenant_is_not_declared_anew() -> None:
    tenant = a_tenant()
    with pytest.raises(KindNeeded):
        declare_kind(actor=CUSTOMER, tenant_id=tenant.id, kind=CustomerKind.UNDECLARED, now=NOW)
    verify(tenant)
    declare_kind(actor=CUSTOMER, tenant_id=tenant.id, kind=CustomerKind.INDIVIDUAL, now=NOW)
    with pytest.raises(KindIsVerified):
        declare_kind(actor=CUSTOMER, tenant_id=tenant.id, kind=CustomerKind.ENTERPRISE, now=NOW)


@pytest.mark.clause("1.39", "1.40")
def test_holds_stand_side_by_side_and_are_lifted_one_by_one() -> None:
    tenant = a_tenant()
    verify(tenant)
    first = place_hold(actor=STAFF, tenant_id=tenant.id, reason=HoldReason.FREEZE_VIOLATION, now=NOW, note="case 12")
    second = place_hold(actor=SYSTEM, tenant_id=tenant.id, reason=HoldReason.RESTRICTION_MISUSE, now=NOW)
    assert codes(tenant.id) == ["standing.freeze_violation", "standing.restriction_misuse"]
    lift_hold(actor=STAFF, hold_id=first.id, now=NOW + HOUR)
    assert codes(tenant.id) == ["standing.restriction_misuse"]
    lift_hold(actor=STAFF, hold_id=second.id, now=NOW + HOUR)
    assert codes(tenant.id) == []
    kept = Hold.objects.get(pk=first.id)
    assert (kept.placed_by, kept.lifted_by, kept.note) == ("staff:staff.lin", "staff:staff.lin", "case 12")


def test_placing_and_lifting_a_hold_are_events_of_the_tenant() -> None:
    tenant = a_tenant()
    hold = place_hold(actor=STAFF, tenant_id=tenant.id, reason=HoldReason.FREEZE_ARREARS, now=NOW)
    lift_hold(actor=STAFF, hold_id=hold.id, now=NOW)
    events = list(Event.objects.filter(tenant_id=tenant.id, name__startswith="standing:hold:").order_by("pk"))
    assert [event.name for event in events] == ["standing:hold:placed", "standing:hold:lifted"]
    assert events[0].facts["reason"] == "freeze_arrears"
    assert events[0].account_id == tenant.owner_id


def test_a_hold_ends_by_itself() -> None:
    tenant = a_tenant()
    verify(tenant)
    place_hold(
        actor=STAFF,
        tenant_id=tenant.id,
        reason=HoldReason.RESTRICTION_MISUSE,
        now=NOW,
        since=NOW + HOUR,
        until=NOW + 2 * HOUR,
    )
    assert [codes(tenant.id, now=NOW + shift * HOUR) for shift in (0, 1, 2)] == [
        [],
        ["standing.restriction_misuse"],
        [],
    ]


def test_a_hold_is_refused_when_it_makes_no_sense() -> None:
    tenant = a_tenant()
    with pytest.raises(MayNotHold):
        place_hold(actor=CUSTOMER, tenant_id=tenant.id, reason=HoldReason.FREEZE_ARREARS, now=NOW)
    with pytest.raises(HoldEndsBeforeItBegins):
        place_hold(actor=STAFF, tenant_id=tenant.id, reason=HoldReason.FREEZE_ARREARS, now=NOW, until=NOW)
    with pytest.raises(NoSuchTenant):
        place_hold(actor=STAFF, tenant_id=999_999, reason=HoldReason.FREEZE_ARREARS, now=NOW)
    assert not Hold.objects.exists()


def test_a_hold_is_lifted_once_and_not_by_its_customer() -> None:
    tenant = a_tenant()
    hold = place_hold(actor=STAFF, tenant_id=tenant.id, reason=HoldReason.FREEZE_ARREARS, now=NOW)
    with pytest.raises(MayNotHold):
        lift_hold(actor=CUSTOMER, hold_id=hold.id, now=NOW)
    lift_hold(actor=STAFF, hold_id=hold.id, now=NOW)
    with pytest.raises(HoldAlreadyLifted):
        lift_hold(actor=STAFF, hold_id=hold.id, now=NOW)
    with pytest.raises(NoSuchHold):
        lift_hold(actor=STAFF, hold_id=hold.id + 1, now=NOW)


def test_every_change_is_told_to_the_other_processes() -> None:
    tenant = a_tenant()
    seen = changes_of(tenant.public_id)
    declare_kind(actor=CUSTOMER, tenant_id=tenant.id, kind=CustomerKind.INDIVIDUAL, now=NOW)
    verify(tenant)
    hold = place_hold(actor=STAFF, tenant_id=tenant.id, reason=HoldReason.FREEZE_ARREARS, now=NOW)
    lift_hold(actor=STAFF, hold_id=hold.id, now=NOW)
    tenant_changed(tenant_id=tenant.id)
    assert changes_of(tenant.public_id) == seen + 5
    last = queries.last_change()
    tenant_changed(tenant_id=tenant.id)
    assert queries.changes_after(last) == [(queries.last_change(), tenant.public_id)]


def test_a_change_that_is_rolled_back_is_not_told() -> None:
    tenant = a_tenant()
    seen = changes_of(tenant.public_id)
    with transaction.atomic():
        verify(tenant)
        transaction.set_rollback(True)
    assert changes_of(tenant.public_id) == seen
    assert codes(tenant.id) == ["standing.not_verified"]


def test_a_closed_tenant_is_decided_by_its_state() -> None:
    tenant = a_tenant()
    verify(tenant)
    Tenant.objects.filter(pk=tenant.id).update(state="closed")
    assert codes(tenant.id) == ["standing.tenant_closed"]
    assert codes(tenant.id, Action.SEE_BILLS) == []
    Tenant.objects.filter(pk=tenant.id).update(state="cancelled")
    assert codes(tenant.id, Action.SIGN_IN) == ["standing.tenant_cancelled"]


def test_the_decision_reads_the_database_once() -> None:
    tenant = a_tenant()
    for reason in HoldReason:
        place_hold(actor=STAFF, tenant_id=tenant.id, reason=reason, now=NOW)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = queries.standing_by_public_id(tenant.public_id)
    assert found is not None
    assert [hold.reason for hold in found.holds] == list(HoldReason)
    assert len(asked) == 1
    assert queries.standing_by_public_id("nobody") is None
    with pytest.raises(NoSuchTenant):
        queries.standing_of(999_999)


def test_the_database_refuses_a_verification_without_date_or_kind() -> None:
    tenant = a_tenant()
    for wrong in ({"verification": "verified"}, {"verification": "verified", "verified_at": NOW}, {"verified_at": NOW}):
        with pytest.raises(IntegrityError), transaction.atomic():
            TenantStanding.objects.filter(tenant_id=tenant.id).update(**wrong)


def test_old_changes_are_forgotten() -> None:
    tenant = a_tenant()
    StandingChange.objects.update(at=NOW - timedelta(days=2))
    kept = StandingChange.objects.create(tenant=tenant.public_id, at=NOW)
    forget_changes(NOW)
    assert list(StandingChange.objects.all()) == [kept]
