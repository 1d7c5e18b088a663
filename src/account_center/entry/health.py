"""For load balancers: is the process alive, and can it do its work."""

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
    """200 when keys and database are there, 503 otherwise. ``short_of`` names what will soon be missing."""
    keyring()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"ready": False, "missing": "database"}, status=503)
    # Ready all the same: who only reads is served, and without any machine nobody would be.
    return JsonResponse({"ready": True, "short_of": ["disk"]} if is_disk_short() else {"ready": True})


def is_disk_short() -> bool:
    """Whether there is less room than ``disk_spare_bytes`` where pictures lie, and with SQLite the database."""
    try:
        return shutil.disk_usage(settings.DATA_DIR).free < settings.LIMITS.disk_spare_bytes
    except OSError:
        return True
