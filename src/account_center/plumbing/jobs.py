from account_center.plumbing.retention import forget_ended_sessions, forget_finished_jobs
from account_center.plumbing.work import every


@every(seconds=3600, name="plumbing.forget_finished_jobs")
def forget() -> None:
    forget_finished_jobs()


@every(seconds=3600, name="plumbing.forget_ended_sessions")
def forget_sessions() -> None:
    forget_ended_sessions()
