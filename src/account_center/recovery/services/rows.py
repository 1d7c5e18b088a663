"""Finding and moving recoveries. A row is looked up by its random id, which one browser knows, and its account's mark."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from account_center.accounts.queries import account
from account_center.accounts.types import AccountFacts, AccountState
from account_center.recovery.errors import RecoveryOver
from account_center.recovery.models import Recovery
from account_center.recovery.rules import RECOVERY_MOVES
from account_center.recovery.types import FurtherWay, RecoveryState, RecoveryView
from account_center.signin.types import ChallengeView


def begin(*, by_name: bool, account_id: int | None, sent: ChallengeView | None, now: datetime) -> RecoveryView:
    """A new row; with ``account_id`` only when it was begun by a name that exists."""
    row = Recovery.objects.create(
        by_name=by_name,
        account_id=account_id,
        challenge=sent.id if sent else None,
        channel=sent.channel.value if sent else "",
        created_at=now,
        expires_at=now + timedelta(seconds=settings.LIMITS.recovery_seconds),
    )
    return view_of(row)


def recovery_of(*, recovery_id: UUID, now: datetime) -> RecoveryView:
    """How far it is, whatever its state. Raises RecoveryOver when its time has passed or the account was changed."""
    return view_of(find(recovery_id, *RecoveryState, now=now))


def find(recovery_id: UUID, *states: RecoveryState, now: datetime) -> Recovery:
    """The row, if it is in one of ``states``, its time has not passed and its account is unchanged. Raises RecoveryOver."""
    row = Recovery.objects.filter(public_id=recovery_id, state__in=[state.value for state in states]).first()
    if row is None or now >= row.expires_at:
        raise RecoveryOver
    if row.mark and owner_of(row).mark != row.mark:
        raise RecoveryOver
    return row


def owner_of(row: Recovery) -> AccountFacts:
    """The account of a row past its first proof. Raises RecoveryOver if it is gone."""
    found = account(row.account_id or 0)
    if found is None or found.state is AccountState.DELETED:
        raise RecoveryOver
    return found


def move(row: Recovery, to: RecoveryState, *, now: datetime, **changed: object) -> None:
    """The one place where a state changes: only as the table says, and only from the state that was seen, once.

    Raises RecoveryOver when another request was faster, ValueError for a move that the table lacks.
    """
    if to not in RECOVERY_MOVES[RecoveryState(row.state)]:
        raise ValueError(f"no move from {row.state} to {to}")
    ended = {} if RECOVERY_MOVES[to] else {"ended_at": now}
    same = Recovery.objects.filter(pk=row.pk, state=row.state)
    columns = {"state": to.value, **ended, **changed}
    if not same.update(**columns):
        raise RecoveryOver
    for name, value in columns.items():
        setattr(row, name, value)


def view_of(row: Recovery) -> RecoveryView:
    """What a page may know. The account stays hidden while nothing is proven."""
    state = RecoveryState(row.state)
    shown = row.account_id is not None and state is not RecoveryState.BEGUN
    return RecoveryView(
        id=row.public_id,
        state=state,
        by_name=row.by_name,
        account=account(row.account_id) if shown and row.account_id else None,
        challenge=row.challenge,
        further=FurtherWay(row.further) if row.further else None,
        further_challenge=row.further_challenge,
        expires_at=row.expires_at,
    )
