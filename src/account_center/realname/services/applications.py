"""What every way shares: references, and ending an attempt that leads to nothing."""

import secrets
from datetime import datetime

from account_center.realname.models import Application
from account_center.realname.services.evidence import erase_pictures
from account_center.realname.services.handovers import stop_link
from account_center.realname.services.holding import let_go_of_subject
from account_center.realname.services.settling import let_go_of_face, move
from account_center.realname.types import ApplicationState, HandoverState

CONSENT_VERSION = "2026-11"
REFERENCE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def new_reference() -> str:
    """Short enough for the telephone, without letters that look like digits."""
    return "RN" + "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(10))


def drop_draft(tenant_id: int, *, now: datetime) -> None:
    """A draft makes room for another attempt, in the caller's transaction."""
    drafts = Application.objects.select_for_update().filter(tenant_id=tenant_id, state=ApplicationState.DRAFT.value)
    for draft in drafts.select_related("subject"):
        end(draft, ApplicationState.CANCELLED, now=now)


def end(row: Application, state: ApplicationState, *, now: datetime) -> None:
    """Ends an attempt without a decision; what was typed and every picture are erased. On the locked row."""
    move(row, state)
    stop_link(row, HandoverState.CANCELLED, now=now)
    row.decided_at = now
    let_go_of_face(row, now=now)
    erase_pictures(row, now=now)
    let_go_of_subject(row, now=now)
    row.save()
