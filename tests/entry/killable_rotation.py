"""``account-center rotate-keys`` row by row, for the test that kills it: ``python -m tests.entry.killable_rotation DB``."""

import sys
import time
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


def slowly(model: type[Model], pk: Any, wrapped: bytes, kek_id: str) -> data_keys.Step:
    time.sleep(0.01)
    return _rewrap(model, pk, wrapped, kek_id)


data_keys._rewrap = slowly
sys.exit(rotation.rotate_keys())
