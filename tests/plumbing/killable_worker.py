"""A worker process of its own, for the tests that kill it: ``python -m tests.plumbing.killable_worker <database>``."""

import sys
import threading

import django
from django.conf import settings

settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()

# Models load only after the set-up.
from account_center.plumbing.work import work_forever  # noqa: E402
from tests.plumbing import effects  # noqa: E402, F401

print("ready", flush=True)  # noqa: T201
work_forever(threading.Event(), poll_seconds=0.05)
