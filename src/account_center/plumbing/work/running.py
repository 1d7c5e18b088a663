"""Taking due work under a lease, doing it, noting the outcome."""

import logging
import random
import traceback
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from account_center.kit.clock import now as present
from account_center.plumbing.work.models import Job, JobState
from account_center.plumbing.work.registry import JSON, RetryLater, handler_of, known_jobs
from account_center.plumbing.work.timing import pause_after

log = logging.getLogger(__name__)
NO_OUTCOME = "the worker ended without an outcome"


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that is ours until the lease ends."""

    job_id: int
    name: str
    payload: dict[str, JSON]
    attempts: int
    lease: UUID
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a claimed job; ``due_at`` is set when it is to run again."""

    claim: Claim
    state: JobState
    due_at: datetime | None = None
    problem: str = ""
    counts: bool = True


def run_due(limit: int = 100) -> int:
    """Runs what is due now, one after the other, in this process; returns how many jobs were run."""
    done = 0
    while done < limit and (claim := claim_next()) is not None:
        note(run(claim))
        done += 1
    return done


def claim_next(*, slow: bool | None = None) -> Claim | None:
    """Takes the job that has been due longest; None if nothing is due. No two workers get the same one.

    ``slow`` True or False: only of the slow ones, or of the others.
    """
    while (claim := _claim_one(present(), slow=slow)) is not None:
        if claim.attempts <= settings.LIMITS.job_attempts:
            return claim
        # A job that ends its worker every time would otherwise do so for ever.
        note(Outcome(claim=claim, state=JobState.DEAD, problem=NO_OUTCOME))
    return None


def run(claim: Claim) -> Outcome:
    """Does the job, outside any transaction of ours. Never raises what the job raises."""
    try:
        handler_of(claim.name)(claim.payload)
    except RetryLater as later:
        due = present() + timedelta(seconds=later.after_seconds)
        return Outcome(claim=claim, state=JobState.WAITING, due_at=due, counts=False)
    except Exception as wrong:  # noqa: BLE001 - whatever a job raises is its outcome
        return _failed(claim, wrong)
    return Outcome(claim=claim, state=JobState.DONE)


def note(outcome: Outcome) -> bool:
    """Writes the outcome down; False if the lease was lost meanwhile, then somebody else's outcome counts."""
    claim, moment = outcome.claim, present()
    finished = outcome.state in (JobState.DONE, JobState.DEAD)
    noted = Job.objects.filter(pk=claim.job_id, lease=claim.lease).update(
        state=outcome.state.value,
        due_at=outcome.due_at or moment,
        attempts=claim.attempts if outcome.counts else claim.attempts - 1,
        problem=outcome.problem,
        lease=None,
        finished_at=moment if finished else None,
    )
    if outcome.state is JobState.DEAD:
        log.error("job %s (%s) is given up: %s", claim.job_id, claim.name, outcome.problem)
    return noted == 1


def renew(claim: Claim) -> bool:
    """Holds the job for one more lease; False if it is lost or has run for longer than any job may."""
    moment = present()
    if moment - claim.taken_at > timedelta(seconds=settings.LIMITS.job_longest_seconds):
        return False
    return bool(Job.objects.filter(pk=claim.job_id, lease=claim.lease).update(due_at=moment + _lease()))


def due_now(moment: datetime, *, slow: bool | None = None) -> QuerySet[Job]:
    """Jobs that may be taken: waiting ones, and running ones whose worker is gone.

    Only those this program knows: a newer program's jobs wait for a newer worker.
    """
    return Job.objects.filter(finished_at__isnull=True, due_at__lte=moment, name__in=known_jobs(slow=slow))


def _claim_one(moment: datetime, *, slow: bool | None) -> Claim | None:
    # Asked without a transaction first: an idle worker must not take SQLite's only write lock four times a second.
    if not due_now(moment, slow=slow).exists():
        return None
    with transaction.atomic():
        # SQLite has no row locks; there the IMMEDIATE transaction lets one worker at a time in here.
        row = due_now(moment, slow=slow).select_for_update(skip_locked=True).order_by("due_at", "id").first()
        return _lease_out(row, moment) if row else None


def _lease_out(row: Job, moment: datetime) -> Claim:
    row.state, row.lease = JobState.RUNNING.value, uuid4()
    row.due_at, row.attempts = moment + _lease(), row.attempts + 1
    row.save(update_fields=["state", "lease", "due_at", "attempts"])
    return Claim(row.pk, row.name, row.payload, row.attempts, row.lease, moment)


def _lease() -> timedelta:
    return timedelta(seconds=settings.LIMITS.job_lease_seconds)


def _failed(claim: Claim, wrong: Exception) -> Outcome:
    # Frames only: an exception's message may carry a phone number or a code.
    frames = "".join(traceback.format_tb(wrong.__traceback__))
    log.warning("job %s (%s) failed with %s\n%s", claim.job_id, claim.name, type(wrong).__name__, frames)
    problem = _place(wrong)
    if claim.attempts >= settings.LIMITS.job_attempts:
        return Outcome(claim=claim, state=JobState.DEAD, problem=problem)
    due = present() + pause_after(claim.attempts, chance=random.random)
    return Outcome(claim=claim, state=JobState.WAITING, due_at=due, problem=problem)


def _place(wrong: Exception) -> str:
    last = traceback.extract_tb(wrong.__traceback__)[-1]
    return f"{type(wrong).__name__} at {Path(last.filename).name}:{last.lineno}"
