"""What must stand before the settings are read: a data folder, keys, the sandbox and a cheap password hash.

pytest loads this as a plugin (see pyproject.toml), earlier than any conftest.py. Each xdist worker has a folder and
with it an SQLite file of its own; on PostgreSQL pytest-django gives each worker its own database.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from account_center.plumbing.keys import write_new_key_file

# Whatever a test asks stands on this machine, so no proxy of the surroundings may be asked for it.
os.environ.update(NO_PROXY="*", no_proxy="*")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
PRODUCT_ENVIRONMENT = dict(os.environ)
"""The environment as it was: what a real product started by a test gets."""


def _base() -> tuple[Path, bool]:
    """The folder of this run, and whether it is ours to remove."""
    given = os.environ.get("TESTS_FOLDER") or os.environ.get("DATA_DIR")
    if given:
        return Path(given).resolve(), False
    return Path(tempfile.mkdtemp(prefix="account-center-tests-")), True


def _cache_of_worker(address: str) -> str:
    """Two workers must not empty each other's cache: each has a database of its own in the same Valkey."""
    number = int(WORKER.removeprefix("gw")) + 1 if WORKER else 0
    return urlsplit(address)._replace(path=f"/{number}").geturl()


BASE, OWN_FOLDER = _base()
DATA = BASE / (WORKER or "tests")
KEY_FILE = DATA / "keys.json"

(DATA / "static").mkdir(parents=True, exist_ok=True)
if not KEY_FILE.exists():
    write_new_key_file(KEY_FILE, kek_id="2026-01")

os.environ.update(
    TESTS_FOLDER=str(BASE),
    DATA_DIR=str(DATA),
    ACCOUNT_CENTER_KEY_FILE=str(KEY_FILE),
    ACCOUNT_CENTER_SANDBOX="1",
    # Seconds for each picture; what shows it asks the reader itself.
    ACCOUNT_CENTER_READ_PICTURES="0",
    # Measured for a machine of its own; here other tests are at work beside it. What ends at such a clock sets its own.
    ACCOUNT_CENTER_UPLOAD_WAIT_SECONDS="300",
    ACCOUNT_CENTER_UPLOAD_SECONDS="600",
    ACCOUNT_CENTER_DECODE_SECONDS="100",
    ACCOUNT_CENTER_PAPER_SECONDS="300",
    ACCOUNT_CENTER_OCR_SECONDS="200",
    # The hash stays Argon2id; only its price is lowered, since hundreds of tests sign in.
    ACCOUNT_CENTER_ARGON2_MEMORY_KIB="256",
    ACCOUNT_CENTER_ARGON2_PASSES="1",
)
if os.environ.get("CACHE_URL"):
    os.environ["CACHE_URL"] = _cache_of_worker(os.environ["CACHE_URL"])
if OWN_FOLDER:
    atexit.register(shutil.rmtree, BASE, ignore_errors=True)
