"""Verifying an individual by scan: form on the computer, a link as QR code, the face on a phone that is not signed in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from account_center.kit.actor import Actor
from account_center.kit.limits import DAY
from account_center.kit.refused import Refused
from account_center.realname.errors import (
    ApplicationIsOver,
    CodesUsedUp,
    NoSuchApplication,
)
from account_center.realname.models import Application, Handover
from account_center.realname.scan_models import LIVE_HANDOVERS
from account_center.realname.services.applications import CONSENT_VERSION, drop_draft, keep_draft, new_reference
from account_center.realname.services.changes import Change, bind_change, prepare
from account_center.realname.services.claims import refusals_of, spend_form
from account_center.realname.services.handovers import make_link, move_link, stop_link
from account_center.realname.services.telling import note_application, note_kind
from account_center.realname.subjects import keep_subject
from account_center.realname.types import ApplicationState, ChangeAsked, HandoverState, PersonClaim, ShownLink, Way

BATCH = 200


@dataclass(frozen=True, slots=True)
class Draft:
    """What becomes a draft."""

    actor: Actor
    tenant_id: int
    owner_id: int
    claim: PersonClaim
    session_id: UUID | None
    change: Change | None
    now: datetime


def begin_scan(
    *,
    actor: Actor,
    tenant_id: int,
    owner_id: int,
    claim: PersonClaim,
    session_id: UUID | None,
    now: datetime,
    change: ChangeAsked | None = None,
) -> tuple[ShownLink | None, list[Refused]]:
    """Keeps the form sealed and makes the link for the phone; or every refusal at once.

    A draft that waits, of this way or another, is replaced. ``session_id`` is the session that shows the code: the link
    counts only while it lives. The token is returned here once. ``change``: what a verified tenant wants changed
    (2.4.4); raises FreshProofMissing.
    """
    refusals = spend_form(tenant_id, now=now) or refusals_of(claim, tenant_id=tenant_id, now=now, change=change)
    if refusals:
        return None, refusals
    changed, wrong = prepare(change, tenant_id=tenant_id, now=now)
    if wrong:
        return None, wrong
    draft = Draft(actor, tenant_id, owner_id, claim, session_id, changed, now)
    try:
        return keep_draft(tenant_id, lambda: _replace_draft(draft)), []
    except Refused as refusal:
        return None, [refusal]


@transaction.atomic
def _replace_draft(draft: Draft) -> ShownLink:
    now = draft.now
    drop_draft(draft.tenant_id, now=now)
    row = Application.objects.create(
        reference=new_reference(),
        tenant_id=draft.tenant_id,
        way=Way.SCAN.value,
        state=ApplicationState.DRAFT.value,
        subject=keep_subject(
            draft.claim, now=now, erase_at=now + timedelta(days=settings.LIMITS.application_keep_days)
        ),
        consented_at=now,
        consent_version=CONSENT_VERSION,
        created_at=now,
    )
    bind_change(row, draft.change, now=now)
    token = make_link(row, session_id=draft.session_id, now=now)
    note_kind(row, actor=draft.actor, now=now)
    note_application(row, "realname:application:begun", actor=draft.actor, owner_id=draft.owner_id)
    return ShownLink(view=row.view(), token=token)


@transaction.atomic
def show_new_code(*, actor: Actor, tenant_id: int, reference: str, session_id: UUID | None, now: datetime) -> ShownLink:
    """Another link for a draft; whoever has the one before is shut out.

    Raises NoSuchApplication, ApplicationIsOver, CodesUsedUp.
    """
    rows = Application.objects.select_for_update().select_related("subject", "tenant")
    row = rows.filter(tenant_id=tenant_id, reference=reference, way=Way.SCAN.value).first()
    if row is None:
        raise NoSuchApplication
    if row.state != ApplicationState.DRAFT:
        raise ApplicationIsOver(reference=reference)
    allowed = settings.LIMITS.handovers_per_application
    if row.handovers.count() >= allowed:
        raise CodesUsedUp(allowed=allowed)
    stop_link(row, HandoverState.CANCELLED, now=now)
    token = make_link(row, session_id=session_id, now=now)
    note_application(row, "realname:handover:renewed", actor=actor, owner_id=row.tenant.owner_id)
    return ShownLink(view=row.view(), token=token)


def expire_links(*, now: datetime) -> int:
    """Ends links whose time is over, and forgets the phones of those that ended a day ago. Returns how many ended."""
    old = Handover.objects.filter(ended_at__lt=now - timedelta(seconds=DAY), phone_digest__isnull=False)
    old.exclude(phone_digest=b"").update(phone_digest=b"", phone_agent="")
    due = Handover.objects.filter(ended_at__isnull=True, expires_at__lte=now)
    return sum(_expire(pk, now=now) for pk in due.values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def _expire(pk: UUID, *, now: datetime) -> bool:
    link = Handover.objects.select_for_update().get(pk=pk)
    if link.state not in LIVE_HANDOVERS or link.expires_at > now:
        return False
    move_link(link, HandoverState.EXPIRED, now=now)
    return True
