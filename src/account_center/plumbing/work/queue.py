"""Putting work into the queue, inside the transaction of the act that needs it."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from account_center.kit.clock import now as present
from account_center.plumbing.work.models import Job, Recurrence
from account_center.plumbing.work.registry import JSON, handler_of, is_final, periods
from account_center.plumbing.work.timing import next_period

log = logging.getLogger(__name__)
# How long a clock that jumped has to be right again before anything is destroyed by it.
SURE_AFTER = timedelta(minutes=15)
# Two workers on machines whose clocks differ by less do not begin each other's periods anew.
CLOCKS_DIFFER = timedelta(hours=1)


def enqueue(name: str, payload: Mapping[str, JSON], *, key: str | None = None, due: datetime | None = None) -> None:
    """Work to be done after the caller's transaction commits, not before ``due``; gone if it rolls back.

    ``payload`` holds ids only, never personal data or secrets. While an unfinished job of this name has the same
    ``key``, nothing is added. Raises UnknownJob.
    """
    handler_of(name)
    moment = present()
    row = Job(name=name, payload=dict(payload), key=key, due_at=due or moment, created_at=moment)
    # "On conflict do nothing" also waits for a rival that has not committed yet; a look before the insert would not.
    Job.objects.bulk_create([row], ignore_conflicts=True)


def enqueue_recurring() -> int:
    """Enqueues the recurring jobs whose period has begun; returns how many. Safe to call from any number of workers."""
    moment = present()
    stands = dict(Recurrence.objects.values_list("name", "next_at"))
    begins = [name for name, seconds in periods().items() if not _goes_on(stands.get(name), moment, seconds)]
    return sum(_begin_period(name, moment) for name in sorted(begins))


def _goes_on(next_at: datetime | None, moment: datetime, seconds: int) -> bool:
    # Much further ahead than one period: that was noted while the clock was wrong.
    return next_at is not None and moment < next_at <= moment + timedelta(seconds=seconds) + CLOCKS_DIFFER


def _begin_period(name: str, moment: datetime) -> bool:
    seconds = periods()[name]
    Recurrence.objects.bulk_create([Recurrence(name=name, next_at=moment)], ignore_conflicts=True)
    with transaction.atomic():
        # Locked and looked at again: of many workers one begins the period.
        row = Recurrence.objects.select_for_update().get(name=name)
        if _goes_on(row.next_at, moment, seconds):
            return False
        jumped = abs(moment - row.next_at) > timedelta(seconds=seconds)
        waits = jumped and is_final(name)
        row.next_at = moment + min(SURE_AFTER, timedelta(seconds=seconds)) if waits else next_period(moment, seconds)
        row.save(update_fields=["next_at"])
        if waits:
            log.warning("%s waits: the clock jumped, or nobody worked for some time", name)
            return False
        enqueue(name, {}, key="every")
    return True
