"""The row of a browser's session: who is signed in, since when, from where, and until when."""

from uuid import uuid4

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class Session(AbstractBaseSession):
    """One session. A stranger's has no account; the columns of a signed-in one are what its owner sees in his list.

    ``expire_date`` slides with use, ``ends_at`` never moves. ``mark`` is what the account was signed in with: when that
    changes, the session is worth nothing at its next request.
    """

    public_id = models.UUIDField(default=uuid4, unique=True)
    account_id = models.BigIntegerField(null=True, db_index=True)
    mark = models.CharField(max_length=64, blank=True, default="")
    way = models.CharField(max_length=16, blank=True, default="")
    address = models.CharField(max_length=45, blank=True, default="")
    agent = models.CharField(max_length=300, blank=True, default="")
    started_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    idle_seconds = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(account_id__isnull=True)
                | models.Q(started_at__isnull=False, seen_at__isnull=False, ends_at__isnull=False),
                name="a_signed_in_session_has_its_times",
            ),
        )
