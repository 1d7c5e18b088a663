"""The worker beside the web processes, when everything is told to stop."""

import subprocess
import sys
from pathlib import Path

import pytest

from account_center.entry import serving

BUSY = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('busy', flush=True); time.sleep(600)"


def test_a_worker_that_does_not_finish_in_time_does_not_outlive_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "WORKER_STOP_SECONDS", 0.2)
    with subprocess.Popen([sys.executable, "-c", BUSY], stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"busy\n"
        serving._end_worker(worker)
        assert worker.poll() is not None


def test_a_log_without_room_keeps_nobody_from_being_served() -> None:
    announcing = (
        "from account_center.entry import serving; serving._announce(8000, demo=True); "
        "import sys; print('serves', file=sys.stderr)"
    )
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", announcing], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.stderr.startswith("serves"), done.stderr
