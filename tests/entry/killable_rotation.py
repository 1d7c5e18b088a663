"""``account-center rotate-keys``, one row for each line on stdin, for the test that kills it.

``python -m tests.entry.killable_rotation DB``
"""

import sys
from typing import Any

import django
from django.conf import settings
from django.db.models import Model

settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()

# Models load only after the set-up.
from account_center.entry import rotation  # noqa: E402
from account_center.plumbing import data_keys  # noqa: E402

data_keys.BATCH = 1
_rewrap = data_keys._rewrap


def when_told(model: type[Model], pk: Any, wrapped: bytes, kek_id: str) -> data_keys.Step:
    sys.stdin.readline()
    return _rewrap(model, pk, wrapped, kek_id)


data_keys._rewrap = when_told
sys.exit(rotation.rotate_keys())
