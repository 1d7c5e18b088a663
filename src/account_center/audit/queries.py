"""Reading events: the customer's history and the staff's audit come from the same rows."""

from django.db.models import QuerySet

from account_center.audit.models import Event
from account_center.audit.telling import doer_of, sentence_of, way_words
from account_center.audit.types import EventFacts

__all__ = ["PAGE", "doer_of", "events_of_account", "events_of_tenant", "sentence_of", "way_words"]
PAGE = 50


def events_of_account(*, account_id: int, before: int | None = None, limit: int = PAGE) -> list[EventFacts]:
    """The newest events of an account; ``before`` is the last id of the page before (keyset paging)."""
    rows = Event.objects.filter(account_id=account_id)
    return _page(rows, before=before, limit=limit)


def events_of_tenant(*, tenant_id: int, before: int | None = None, limit: int = PAGE) -> list[EventFacts]:
    """The newest events of a tenant; paging as above."""
    rows = Event.objects.filter(tenant_id=tenant_id)
    return _page(rows, before=before, limit=limit)


def _page(rows: QuerySet[Event], *, before: int | None, limit: int) -> list[EventFacts]:
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [row.as_facts() for row in rows.order_by("-pk")[:limit]]
