"""The background worker as a process."""

import signal
import threading
from types import FrameType

from account_center.plumbing.keys import keyring
from account_center.plumbing.work import work_forever


def work() -> int:
    """Works until SIGTERM or Ctrl-C; the job at hand is finished first."""
    keyring()
    stop = threading.Event()

    def _stop(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    work_forever(stop)
    return 0
