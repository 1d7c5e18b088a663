"""For load balancers: is the process alive, and can it do its work."""

import os
import shutil

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from account_center.plumbing.keys import keyring


@login_not_required
def alive(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers."""
    return JsonResponse({"alive": True})


@login_not_required
def ready(request: HttpRequest) -> HttpResponse:
    """200 when keys and database are there, 503 otherwise. ``short_of`` names what is missing, or will soon be, for writing."""
    keyring()
    try:
        missing = [] if takes_writes() else ["writes"]
    except DatabaseError:
        return JsonResponse({"ready": False, "missing": "database"}, status=503)
    missing += ["disk"] if is_disk_short() else []
    # Ready all the same: who only reads is served, and without any machine nobody would be.
    return JsonResponse({"ready": True, "short_of": missing} if missing else {"ready": True})


def takes_writes() -> bool:
    """Whether the database can be written, and is no standby and no file that may only be read. Raises DatabaseError."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SHOW transaction_read_only")
            return bool(cursor.fetchone() == ("off",))
        cursor.execute("PRAGMA query_only")
        return cursor.fetchone() == (0,) and os.access(connection.settings_dict["NAME"], os.W_OK)


def is_disk_short() -> bool:
    """Whether there is less room than ``disk_spare_bytes`` where pictures lie, and with SQLite the database."""
    try:
        return shutil.disk_usage(settings.DATA_DIR).free < settings.LIMITS.disk_spare_bytes
    except OSError:
        return True
