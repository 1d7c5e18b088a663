"""What the queue looks like, for metrics and staff."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min, Q

from account_center.kit.clock import now as present
from account_center.plumbing.work.models import Job, JobState


@dataclass(frozen=True, slots=True)
class WorkReport:
    """Jobs by state; ``late_seconds`` is how long the oldest due job has been waiting (0 when none is)."""

    waiting: int
    running: int
    dead: int
    late_seconds: float


@dataclass(frozen=True, slots=True)
class DeadJob:
    """A job that was given up and is kept for a person to look at."""

    id: int
    name: str
    attempts: int
    problem: str
    given_up_at: datetime


def work_report() -> WorkReport:
    """The queue now, in one query."""
    moment = present()
    found = Job.objects.exclude(state=JobState.DONE).aggregate(
        waiting=Count("pk", filter=Q(state=JobState.WAITING)),
        running=Count("pk", filter=Q(state=JobState.RUNNING)),
        dead=Count("pk", filter=Q(state=JobState.DEAD)),
        oldest=Min("due_at", filter=Q(finished_at__isnull=True)),
    )
    oldest = found.pop("oldest")
    late = max((moment - oldest).total_seconds(), 0.0) if oldest else 0.0
    return WorkReport(**found, late_seconds=late)


def dead_jobs(limit: int = 50) -> list[DeadJob]:
    """Given-up jobs, newest first."""
    rows = Job.objects.filter(state=JobState.DEAD).order_by("-finished_at", "-pk")[:limit]
    return [DeadJob(row.pk, row.name, row.attempts, row.problem, row.finished_at or row.due_at) for row in rows]


def revive(job_id: int) -> bool:
    """Lets a given-up job run again from now, with all its attempts; False if it is not dead or its key is taken."""
    job = Job.objects.filter(pk=job_id, state=JobState.DEAD).first()
    if job is None or _key_taken(job):
        return False
    return bool(
        Job.objects.filter(pk=job_id, state=JobState.DEAD).update(
            state=JobState.WAITING, attempts=0, due_at=present(), finished_at=None
        )
    )


def forget_finished(moment: datetime) -> int:
    """Removes jobs done longer than ``job_keep_days`` ago; dead ones stay until somebody has dealt with them."""
    before = moment - timedelta(days=settings.LIMITS.job_keep_days)
    gone, _ = Job.objects.filter(state=JobState.DONE, finished_at__lt=before).delete()
    return gone


def _key_taken(job: Job) -> bool:
    return job.key is not None and Job.objects.filter(name=job.name, key=job.key, finished_at__isnull=True).exists()
