from account_center.plumbing.work.models import Job, Recurrence

__all__ = ["Job", "Recurrence"]
