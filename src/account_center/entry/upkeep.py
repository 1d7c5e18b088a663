"""Commands that prepare and check an installation."""

import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from account_center.audit.services import check_chain
from account_center.documents.services import lost_files
from account_center.entry.health import is_disk_short, takes_writes
from account_center.entry.rotation import key_hints, key_problems
from account_center.entry.safety import sandbox_in_production
from account_center.plumbing.keys import keyring
from account_center.plumbing.places import mistake_in_file
from account_center.plumbing.work import dead_jobs


def migrate() -> int:
    """Brings the database up to date; a second run changes nothing."""
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)
    print("The database is up to date.")
    return 0


def check() -> int:
    """Prints every mistake found; 0 only if there is none."""
    data_problems, hints = _data_problems()
    problems = [*_settings_problems(), *data_problems]
    for hint in hints:
        print(f"Note: {hint}")
    for problem in problems:
        print(f"- {problem}", file=sys.stderr)
    print("No mistakes found." if not problems else f"{len(problems)} to mend.")
    return 1 if problems else 0


def _settings_problems() -> list[str]:
    found = [mistake for mistake in (sandbox_in_production(), mistake_in_file()) if mistake]
    if is_disk_short():
        found.append(f"There is little room at {settings.DATA_DIR}: make some, or uploads will be refused.")
    if not settings.SANDBOX:
        found += [f"{name} is not set." for name in _missing_in_production()]
        if not settings.HTTPS:
            found.append("ACCOUNT_CENTER_HTTPS is off: cookies would travel in clear.")
    return found


def _missing_in_production() -> list[str]:
    needed = {
        "ACCOUNT_CENTER_ADDRESS": settings.PUBLIC_ADDRESS,
        "ACCOUNT_CENTER_HOSTS": settings.ALLOWED_HOSTS,
        "SMTP_HOST": settings.EMAIL_HOST,
        "SMS_GATEWAY_LINK": settings.SMS_GATEWAY_LINK,
        "SMS_GATEWAY_SECRET": settings.SMS_GATEWAY_SECRET,
        "CARD_CHECK_LINK": settings.CARD_CHECK_LINK,
        "CARD_CHECK_SECRET": settings.CARD_CHECK_SECRET,
        "FACE_CHECK_LINK": settings.FACE_CHECK_LINK,
        "FACE_CHECK_SECRET": settings.FACE_CHECK_SECRET,
        "REGISTER_LINK": settings.REGISTER_LINK,
        "REGISTER_SECRET": settings.REGISTER_SECRET,
    }
    return [name for name, value in needed.items() if not value]


def _data_problems() -> tuple[list[str], list[str]]:
    """What has to be mended, and what is only worth knowing."""
    try:
        keyring()
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return ["The database is not up to date: run account-center migrate."], []
        if not takes_writes():
            return ["The database only reads: is it a standby, or a file without the right to write?"], []
        return _content_problems(), key_hints()
    except ImproperlyConfigured as wrong:
        return [str(wrong)], []
    except DatabaseError as wrong:
        return [f"The database does not answer: {type(wrong).__name__}."], []


def _content_problems() -> list[str]:
    found = key_problems()
    report = check_chain()
    if report.broken:
        found.append(f"The event chain does not fit at {report.broken}: events were changed or removed.")
    lost = lost_files()
    if lost:
        found.append(
            f"{len(lost)} pictures have lost their file; the first: {lost[0]}. Bring DATA_DIR/documents back from a "
            "backup of the same day as the database, or later."
        )
    dead = dead_jobs()
    if dead:
        found.append(f"{len(dead)} background jobs were given up; the first: {dead[0].name}.")
    return found
