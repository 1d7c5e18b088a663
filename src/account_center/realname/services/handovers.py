"""The link of a scan: made, moved and ended. In the transaction of the act that does it, on locked rows."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from account_center.realname.errors import LinkOver
from account_center.realname.models import Application, Handover
from account_center.realname.rules import HANDOVER_MOVES
from account_center.realname.scan_models import LIVE_HANDOVERS
from account_center.realname.subjects import link_digest
from account_center.realname.types import HandoverState

TOKEN_BYTES = 20


def make_link(row: Application, *, session_id: UUID | None, now: datetime) -> str:
    """Makes the link of an application that has none; returns its token, which nobody can read again."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    Handover.objects.create(
        application=row,
        state=HandoverState.WAITING.value,
        link_digest=link_digest(token),
        session_id=session_id,
        created_at=now,
        expires_at=now + timedelta(seconds=settings.LIMITS.handover_seconds),
    )
    return token


def link_again(row: Application, *, now: datetime) -> None:
    """The phone that sent a picture which could not be used has the application again. Nobody knows the token of this link."""
    before = row.handovers.filter(state=HandoverState.USED.value).latest("ended_at")
    Handover.objects.create(
        application=row,
        state=HandoverState.TAKEN.value,
        link_digest=link_digest(secrets.token_urlsafe(TOKEN_BYTES)),
        phone_digest=bytes(before.phone_digest or b""),
        phone_agent=before.phone_agent,
        session_id=before.session_id,
        created_at=now,
        taken_at=now,
        expires_at=now + timedelta(seconds=settings.LIMITS.handover_seconds),
    )


def move_link(link: Handover, state: HandoverState, *, now: datetime) -> None:
    """The only place where a link changes its state. Raises LinkOver on a move the table lacks."""
    if state not in HANDOVER_MOVES[HandoverState(link.state)]:
        raise LinkOver
    link.state = state.value
    if not HANDOVER_MOVES[state]:
        link.ended_at, link.link_digest = now, None
    link.save()


def stop_link(row: Application, state: HandoverState, *, now: datetime) -> None:
    """Ends the link of an application that ends or gets a new one; nothing happens if none counts."""
    for link in Handover.objects.select_for_update().filter(application=row, state__in=LIVE_HANDOVERS):
        move_link(link, HandoverState.EXPIRED if link.expires_at <= now else state, now=now)
