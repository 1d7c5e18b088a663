"""Reading tickets. A customer sees his own without the notes of staff; every list is one query and some opening of seals."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet

from account_center.accounts.queries import account
from account_center.accounts.types import AccountKind
from account_center.documents.types import DocumentKind
from account_center.plumbing.moment import one_moment
from account_center.realname.queries import verification_of
from account_center.standing.queries import standing_of
from account_center.standing.types import CustomerKind
from account_center.support.models import OPEN_REMEDIES, Appeal, Remedy, Ticket
from account_center.support.objections import is_objection_tag
from account_center.support.rules.materials import APPEAL, CHANGE_PHONE, materials_in_groups, required_materials
from account_center.support.rules.states import can_reopen
from account_center.support.sealed import key_of, open_text
from account_center.support.types import (
    AppealFacts,
    Category,
    ClosedBecause,
    Condition,
    Demand,
    EntryView,
    Group,
    Happened,
    QueueFilter,
    Reach,
    RemedyKind,
    RemedyState,
    RemedyView,
    TicketLine,
    TicketState,
    TicketView,
    Voice,
)
from account_center.tenants.queries import site_for, tenant_of
from account_center.tenants.types import Site, TenantFacts, ZoneMark

PAGE = 20
QUEUE_PAGE = 50
HIDDEN = (Voice.NOTE.value,)


def tickets_of(account_id: int, *, before: int | None = None) -> list[TicketLine]:
    """A customer's tickets, newest first; ``before`` is the last id of the page before."""
    rows = _own(account_id)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [_line(row) for row in rows.order_by("-pk")[:PAGE]]


def ticket_of(*, account_id: int, reference: str, now: datetime) -> TicketView | None:
    """One of the customer's own."""
    return _whole(_own(account_id).filter(reference=reference), now=now, for_staff=False)


def appeal_for_appellant(reference: str, *, now: datetime) -> TicketView | None:
    """An appeal for whoever has just proven its contact: without what is known of the account."""
    return _whole(_rows().filter(reference=reference, appeal__isnull=False), now=now, for_staff=False)


def appeals_about(account_id: int) -> list[TicketLine]:
    """Appeals and changes under way about an account, for whoever is signed in to it."""
    running = Q(appeal__isnull=False) | Q(remedies__state__in=OPEN_REMEDIES)
    rows = _rows().filter(running, account_id=account_id).exclude(state=TicketState.CLOSED.value).distinct()
    return [_line(row) for row in rows.order_by("-pk")[:PAGE]]


def objection_about(reference: str, tag: str) -> TicketLine | None:
    """What the page behind an owner's link shows before anything is done; None if the link is none of ours, or over."""
    row = _rows().filter(reference=reference, account__isnull=False).exclude(state=TicketState.CLOSED.value).first()
    return _line(row) if row and is_objection_tag(row, tag) else None


def ticket_for_staff(reference: str, *, now: datetime) -> TicketView | None:
    """Everything, the notes of staff too. ``services.desk`` records the look."""
    return _whole(_rows().filter(reference=reference), now=now, for_staff=True)


def _whole(found: QuerySet[Ticket], *, now: datetime, for_staff: bool) -> TicketView | None:
    """The ticket, what was written and what is done about it, as they stand beside each other."""
    with one_moment():
        row = found.first()
        return _view(row, now=now, for_staff=for_staff) if row else None


def queue(wanted: QueueFilter) -> list[TicketLine]:
    """What waits for staff, the longest first, page by page (keyset on the time of the last move)."""
    rows = _rows()
    if wanted.state is not None:
        rows = rows.filter(state=wanted.state.value)
    if wanted.category is not None:
        rows = rows.filter(category=wanted.category.value)
    if wanted.mine is not None:
        rows = rows.filter(claimed_by_id=wanted.mine)
    if wanted.unclaimed:
        rows = rows.filter(claimed_by__isnull=True)
    if wanted.after is not None:
        moved_at, last = wanted.after
        rows = rows.filter(Q(moved_at__gt=moved_at) | Q(moved_at=moved_at, pk__gt=last))
    return [_line(row) for row in rows.order_by("moved_at", "pk")[:QUEUE_PAGE]]


def tickets_about(account_id: int) -> list[TicketLine]:
    """A customer's tickets and the appeals about the account, for staff."""
    rows = _rows().filter(account_id=account_id).order_by("-pk")
    return [_line(row) for row in rows[:PAGE]]


def materials_of_appeal(account_id: int | None) -> tuple[Demand, ...]:
    """What proves this account (1.18), for staff; None while nobody knows which account it is: the whole table."""
    return required_materials(APPEAL, _facts_of(account_id) if account_id else {})


def materials_for_strangers(country: str = "") -> list[tuple[Group, tuple[Demand, ...]]]:
    """The table in parts, for somebody to whom nothing is told about an account; ``country`` as he typed it."""
    return materials_in_groups(home=site_for(country) is Site.CHINA if country else None)


def materials_of_phone_change(account_id: int) -> tuple[Demand, ...]:
    """What a signed-in customer hands in to get another phone (3.1.9, 3.1.14)."""
    return required_materials(CHANGE_PHONE, _facts_of(account_id))


def _facts_of(account_id: int) -> dict[Condition, bool | None]:
    owner, tenant = account(account_id), tenant_of(account_id)
    facts: dict[Condition, bool | None] = {
        Condition.LEGACY: owner is not None and owner.kind is AccountKind.LEGACY,
        Condition.HOME: owner is not None and site_for(owner.country) is Site.CHINA,
        Condition.TENANT: tenant is not None,
    }
    return facts | _facts_of_tenant(tenant)


def _facts_of_tenant(tenant: TenantFacts | None) -> dict[Condition, bool | None]:
    # Cards, offline payments and who advances the money are known to other services: unknown here, asked by staff.
    if tenant is None:
        return {Condition.ENTERPRISE: None, Condition.VERIFIED: False, Condition.PARTNER: False}
    kind = standing_of(tenant.id).kind
    return {
        Condition.ENTERPRISE: None if kind is CustomerKind.UNDECLARED else kind is CustomerKind.ENTERPRISE,
        Condition.VERIFIED: verification_of(tenant.id) is not None,
        Condition.PARTNER: ZoneMark.PARTNER in tenant.marks,
    }


def _rows() -> QuerySet[Ticket]:
    return Ticket.objects.select_related("claimed_by", "appeal")


def _own(account_id: int) -> QuerySet[Ticket]:
    return _rows().filter(account_id=account_id, appeal__isnull=True)


def _line(row: Ticket) -> TicketLine:
    return TicketLine(
        id=row.pk,
        reference=row.reference,
        category=Category(row.category),
        state=TicketState(row.state),
        subject=open_text(key_of(row), row.sealed_subject, column="subject", row=row.public_id),
        about=row.about,
        opened_at=row.opened_at,
        moved_at=row.moved_at,
        account_id=row.account_id,
        claimed_by=row.claimed_by_id,
        claimed_name=row.claimed_by.name if row.claimed_by else "",
        happened=Happened(row.appeal.happened) if hasattr(row, "appeal") else None,
    )


def _view(row: Ticket, *, now: datetime, for_staff: bool) -> TicketView:
    appeal = row.appeal if hasattr(row, "appeal") else None
    return TicketView(
        line=_line(row),
        tenant_id=row.tenant_id,
        entries=tuple(_entries(row, for_staff=for_staff)),
        closed_because=ClosedBecause(row.closed_because) if row.closed_because else None,
        closed_at=row.closed_at,
        can_reopen=can_reopen(state=TicketState(row.state), closed_at=row.closed_at, now=now, limits=settings.LIMITS),
        erased=row.erased_at is not None,
        new_contact=row.contact_masked,
        appeal=_appeal(row, appeal) if appeal else None,
        remedies=tuple(_remedy(one) for one in _remedies(row)),
    )


def _entries(row: Ticket, *, for_staff: bool) -> Iterable[EntryView]:
    key = key_of(row)
    found = row.entries.select_related("staff").order_by("pk")
    for entry in found if for_staff else found.exclude(voice__in=HIDDEN):
        yield EntryView(
            id=entry.public_id,
            voice=Voice(entry.voice),
            by=entry.staff.name if entry.staff and for_staff else "",
            at=entry.at,
            text=open_text(key, entry.sealed_text, column="entry", row=entry.public_id),
            image_id=entry.image_id,
            shows=DocumentKind(entry.shows) if entry.shows else None,
        )


def _appeal(row: Ticket, appeal: Appeal) -> AppealFacts:
    key = key_of(row)
    return AppealFacts(
        happened=Happened(appeal.happened),
        reach=Reach(row.reach),
        contact=open_text(key, row.sealed_contact, column="contact", row=row.public_id) or "",
        masked=row.contact_masked,
        named=open_text(key, appeal.sealed_named, column="named", row=row.public_id) or "",
        country=appeal.country,
        objected_at=appeal.objected_at,
    )


def _remedies(row: Ticket) -> QuerySet[Remedy]:
    return row.remedies.select_related("proposed_by", "approved_by").order_by("pk")


def _remedy(one: Remedy) -> RemedyView:
    return RemedyView(
        id=one.public_id,
        kind=RemedyKind(one.kind),
        state=RemedyState(one.state),
        account_id=one.account_id,
        proposed_by=one.proposed_by_id,
        proposed_name=one.proposed_by.name,
        proposed_at=one.proposed_at,
        approved_name=one.approved_by.name if one.approved_by else "",
        approved_at=one.approved_at,
        due_at=one.due_at,
        ended_at=one.ended_at,
        obstacle=one.obstacle,
    )


def has_open_ticket(account_id: int) -> bool:
    """Whether a ticket, an appeal or a change by staff about this account is still under way."""
    open_ones = Ticket.objects.filter(account_id=account_id).exclude(state=TicketState.CLOSED.value)
    return open_ones.exists() or Remedy.objects.filter(account_id=account_id, state__in=OPEN_REMEDIES).exists()
