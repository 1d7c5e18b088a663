"""The new password, once; and stopping what somebody else began."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from account_center.accounts.queries import account
from account_center.accounts.services import end_everything, hold_account, keep_password
from account_center.accounts.types import AccountFacts
from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.policy.types import PasswordUse
from account_center.recovery.errors import LinkUnknown, RecoveryOver
from account_center.recovery.models import Recovery
from account_center.recovery.services import links, rows, telling
from account_center.recovery.types import RecoveryState, RecoveryView
from account_center.signin.services import guard
from account_center.signin.services.passwords import prepare_new_password
from account_center.signin.services.unusual import not_me_link

OPEN = (RecoveryState.FURTHER, RecoveryState.READY, RecoveryState.WAITING)


def ready(*, recovery_id: UUID, now: datetime) -> AccountFacts:
    """The account whose password may be set now. Raises RecoveryOver."""
    return rows.owner_of(rows.find(recovery_id, RecoveryState.READY, now=now))


def set_new_password(*, actor: Actor, recovery_id: UUID, password: str, now: datetime) -> RecoveryView:
    """Sets the password; ends every session and trust and the lock, and tells every phone and mailbox of the account.

    Of many at once one succeeds. What is asked at sign-in besides the password stays as it was: a second factor is
    neither removed nor counted as shown. Raises RecoveryOver, WeakPassword, SamePassword, PasswordUsedBefore,
    PasswordCheckBusy.
    """
    owner = ready(recovery_id=recovery_id, now=now)
    stored = prepare_new_password(account_id=owner.id, new=password, now=now, use=PasswordUse.RECOVERED)
    with transaction.atomic():
        # Held before it is judged again: whoever changes the account at this moment comes before, or afterwards.
        hold_account(owner.id)
        row = rows.find(recovery_id, RecoveryState.READY, now=now)
        rows.move(row, RecoveryState.DONE, now=now)
        keep_password(actor=actor, account_id=owner.id, stored=stored, now=now)
        end_everything(actor=actor, account_id=owner.id, reason="recovery")
        _end_others(owner, row, now=now)
        link = not_me_link(actor=actor, account=owner, now=now)
        telling.tell_new_password(owner, actor=actor, link=link, now=now)
        facts = {"way": row.further or "known_device"}
        record(actor=actor, event="recovery:password:set", account_id=owner.id, facts=facts)
        _note_mark(row)
    guard.clear_tries(guard.guard_key(f"account:{owner.id}"))
    return rows.view_of(row)


def _note_mark(row: Recovery) -> None:
    """Under the mark of the new password: as long as it stands, emergency contacts may be named without more proof."""
    Recovery.objects.filter(pk=row.pk).update(mark=rows.owner_of(row).mark)


def _end_others(owner: AccountFacts, done: Recovery, *, now: datetime) -> None:
    """A waiting time has served; everything else that was begun for this account is worth nothing any more."""
    for row in _under_way(owner.id).exclude(pk=done.pk):
        served = row.state == RecoveryState.WAITING
        rows.move(row, RecoveryState.DONE if served else RecoveryState.STOPPED, now=now)


def whom_to_stop(token: str) -> str:
    """The name of the account that a stop link is about, while there is something to stop. Raises LinkUnknown."""
    return _owner_of_link(token).name


@transaction.atomic
def stop(*, actor: Actor, token: str, now: datetime) -> None:
    """Whoever has the link stops every recovery of the account that is under way. Raises LinkUnknown."""
    _stop_all(_owner_of_link(token), actor=actor, now=now)


@transaction.atomic
def stop_waiting(*, actor: Actor, account_id: int, now: datetime) -> None:
    """The signed-in owner stops it. Raises RecoveryOver if nothing is under way."""
    owner = account(account_id)
    if owner is None:
        raise RecoveryOver
    _stop_all(owner, actor=actor, now=now)


def _stop_all(owner: AccountFacts, *, actor: Actor, now: datetime) -> None:
    hold_account(
        owner.id
    )  # whoever chooses this account or sets its password at this moment comes before, or afterwards
    running = list(_under_way(owner.id))
    if not running:
        raise RecoveryOver
    for row in running:
        rows.move(row, RecoveryState.STOPPED, now=now)
    telling.tell_stopped(owner)
    record(actor=actor, event="recovery:wait:stopped", account_id=owner.id)


def _under_way(account_id: int) -> QuerySet[Recovery]:
    # Locked: a step that is taken at this moment must not keep the others from ending.
    rows = Recovery.objects.select_for_update().filter(account_id=account_id, state__in=[state.value for state in OPEN])
    return rows.order_by("pk")


def _owner_of_link(token: str) -> AccountFacts:
    waiting = Recovery.objects.filter(public_id=links.read(links.STOP, token), state=RecoveryState.WAITING.value)
    row = waiting.first()
    if row is None:
        raise LinkUnknown
    return rows.owner_of(row)
