from account_center.plumbing.limiter import LimitCounter, Turn
from account_center.plumbing.session_row import Session
from account_center.plumbing.work.models import Job, Recurrence

__all__ = ["Job", "LimitCounter", "Recurrence", "Session", "Turn"]
