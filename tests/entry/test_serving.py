"""The worker beside the web processes, when everything is told to stop."""

import subprocess
import sys

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
