"""Sessions in the database, written once at the end of a request instead of up to three times."""

from typing import Any

from django.contrib.sessions.backends.base import VALID_KEY_CHARS, CreateError, UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.models import Session
from django.utils.crypto import get_random_string

from account_center.plumbing.rows import insert_unless_there

KEY_LENGTH = 32  # of 36 letters: 165 bits, so nobody needs to ask whether a new key is taken


class SessionStore(DatabaseStore):
    """What `SESSION_ENGINE` names. A new key is written by ``save``; whoever guesses one before finds nothing."""

    _unwritten = False

    def create(self) -> None:
        """Gives the session a new key."""
        self._session_key = get_random_string(KEY_LENGTH, VALID_KEY_CHARS)
        self._get_session(no_load=True)  # type: ignore[attr-defined] # of the base class, unknown to its stubs
        self._unwritten = self.modified = True

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's signature
        """One statement. Raises CreateError if the new key is taken, UpdateError if the session ended meanwhile."""
        if self.session_key is None:
            self.create()
        new = must_create or self._unwritten
        content: dict[str, Any] = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        row = self.create_model_instance(content)
        if new and not insert_unless_there(row):
            raise CreateError
        if not new and not _update(row):
            raise UpdateError
        self._unwritten = False


def _update(row: AbstractBaseSession) -> int:
    same = Session.objects.filter(session_key=row.session_key)
    return same.update(session_data=row.session_data, expire_date=row.expire_date)
