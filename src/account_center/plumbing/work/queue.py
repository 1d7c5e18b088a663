"""Putting work into the queue, inside the transaction of the act that needs it."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from account_center.kit.clock import now as present
from account_center.plumbing.work.models import Job, Recurrence
from account_center.plumbing.work.registry import JSON, handler_of, periods
from account_center.plumbing.work.timing import next_period


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
    due = Recurrence.objects.filter(next_at__gt=moment).values_list("name", flat=True)
    candidates = periods().keys() - set(due)
    return sum(_begin_period(name, moment) for name in sorted(candidates))


def _begin_period(name: str, moment: datetime) -> bool:
    Recurrence.objects.bulk_create([Recurrence(name=name, next_at=moment)], ignore_conflicts=True)
    with transaction.atomic():
        # One conditional update decides which worker begins the period.
        begun = Recurrence.objects.filter(name=name, next_at__lte=moment).update(
            next_at=next_period(moment, periods()[name])
        )
        if begun:
            enqueue(name, {}, key="every")
    return bool(begun)
