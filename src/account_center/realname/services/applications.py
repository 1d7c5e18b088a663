"""What every way shares: references, and ending an attempt that leads to nothing."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.db import IntegrityError

from account_center.realname.errors import BeingChecked
from account_center.realname.models import OPEN_STATES, Application
from account_center.realname.services.evidence import erase_pictures
from account_center.realname.services.handovers import stop_link
from account_center.realname.services.holding import let_go_of_subject
from account_center.realname.services.settling import let_go_of_face, move
from account_center.realname.types import ApplicationState, HandoverState

CONSENT_VERSION = "2026-11"
REFERENCE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
TWINS = 3  # parallel posts of one form that may get into each other's way

Kept = TypeVar("Kept")


def new_reference() -> str:
    """Short enough for the telephone, without letters that look like digits."""
    return "RN" + "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(10))


def keep_draft(tenant_id: int, replace: Callable[[], Kept]) -> Kept:
    """What ``replace`` answers, a transaction that drops the tenant's draft and keeps a new one.

    Raises BeingChecked if another window of the same customer has handed in an attempt meanwhile.
    """
    busy = [state for state in OPEN_STATES if state != ApplicationState.DRAFT]
    checking = Application.objects.filter(tenant_id=tenant_id, state__in=busy)
    for _ in range(TWINS):
        try:
            return replace()
        except IntegrityError:  # another window was faster
            if checking.exists():
                break
    raise BeingChecked


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
