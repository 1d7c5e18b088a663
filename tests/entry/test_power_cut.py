"""What was committed is on the disk before anybody is told of it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from account_center.plumbing.keys import write_new_key_file

ASKING = """
import django
django.setup()
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("PRAGMA synchronous")
    print(cursor.fetchone()[0])
"""
NORMAL, FULL = "1", "2"  # SQLite's own numbers


@pytest.mark.parametrize(("sandbox", "kept"), [("0", FULL), ("1", NORMAL)])
def test_sqlite_writes_through_except_in_the_sandbox(tmp_path: Path, sandbox: str, kept: str) -> None:
    keys = tmp_path / "keys.json"
    write_new_key_file(keys, kek_id="test")
    environment = {name: text for name, text in os.environ.items() if name != "DATABASE_URL"} | {
        "DATA_DIR": str(tmp_path),
        "ACCOUNT_CENTER_KEY_FILE": str(keys),
        "ACCOUNT_CENTER_SANDBOX": sandbox,
        "DJANGO_SETTINGS_MODULE": "account_center.entry.settings",
    }
    asked = subprocess.run([sys.executable, "-c", ASKING], env=environment, capture_output=True, text=True, check=True)
    assert asked.stdout.strip() == kept
