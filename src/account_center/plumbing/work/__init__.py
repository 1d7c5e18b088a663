"""Background work: due rows in the product's own database, taken under a lease. docs/decisions/0001-background-work.md."""

from account_center.plumbing.work.loop import work_forever
from account_center.plumbing.work.queue import enqueue, enqueue_recurring
from account_center.plumbing.work.registry import JSON, RetryLater, UnknownJob, every, job
from account_center.plumbing.work.report import DeadJob, WorkReport, dead_jobs, revive, work_report
from account_center.plumbing.work.running import run_due

__all__ = [
    "JSON",
    "DeadJob",
    "RetryLater",
    "UnknownJob",
    "WorkReport",
    "dead_jobs",
    "enqueue",
    "enqueue_recurring",
    "every",
    "job",
    "revive",
    "run_due",
    "work_forever",
    "work_report",
]
