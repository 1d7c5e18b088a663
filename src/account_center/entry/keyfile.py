"""The key file of a new installation."""

import sys

from django.conf import settings

from account_center.kit.clock import now
from account_center.plumbing.keys import write_new_key_file


def new_keys() -> int:
    """Makes the key file; never over one that is there."""
    try:
        write_new_key_file(settings.KEY_FILE, kek_id=now().strftime("%Y-%m-%d"))
    except FileExistsError:
        print(f"{settings.KEY_FILE} is there already; keys are never overwritten.", file=sys.stderr)
        return 1
    print(f"Keys written to {settings.KEY_FILE}. Back this file up apart from the database, and guard it.")
    return 0
