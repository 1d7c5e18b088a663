from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import Q


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"


UNFINISHED = (JobState.WAITING.value, JobState.RUNNING.value)


class Job(models.Model):
    """One piece of due work. Whoever moves ``due_at`` into the future holds the job until then: that is the lease."""

    name = models.CharField(max_length=80)
    payload = models.JSONField(default=dict)
    key = models.CharField(max_length=120, null=True)
    state = models.CharField(
        max_length=8, choices=[(state.value, state.value) for state in JobState], default=JobState.WAITING.value
    )
    due_at = models.DateTimeField()
    # The holder's mark. An outcome without the mark comes from a worker that lost its lease, and is dropped.
    lease = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key", "name"], condition=Q(finished_at__isnull=True), name="one_unfinished_job_per_key"
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNFINISHED, finished_at__isnull=True)
                | Q(state__in=[JobState.DONE.value, JobState.DEAD.value], finished_at__isnull=False),
                name="finished_jobs_say_when",
            ),
        ]
        indexes: ClassVar = [
            # "is null" and not the states: SQLite uses a partial index only where the query repeats its condition word by word.
            models.Index(fields=["due_at", "id"], condition=Q(finished_at__isnull=True), name="jobs_due"),
            models.Index(fields=["finished_at"], condition=Q(finished_at__isnull=False), name="jobs_finished"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.state}"


class Recurrence(models.Model):
    """When a recurring job is enqueued next."""

    name = models.CharField(max_length=80, unique=True)
    next_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
