"""Sessions in the database, written once at the end of a request instead of up to three times."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import VALID_KEY_CHARS, CreateError, UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils.crypto import get_random_string

from account_center.kit.clock import now
from account_center.plumbing.prepared import LookUp
from account_center.plumbing.rows import insert_unless_there
from account_center.plumbing.session_row import Session

_BY_KEY = LookUp(Session, by=("session_key",))
KEY_LENGTH = 32  # of 36 letters: 165 bits, so nobody needs to ask whether a new key is taken
SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a signed-in session besides its content. It stays the same when the key changes."""

    public_id: UUID
    way: str
    address: str
    agent: str
    started_at: datetime
    seen_at: datetime
    ends_at: datetime
    idle_seconds: int

    @property
    def expires_at(self) -> datetime:
        """The end, if nobody uses it meanwhile."""
        return min(self.seen_at + timedelta(seconds=self.idle_seconds), self.ends_at)


class SessionStore(DatabaseStore):
    """What `SESSION_ENGINE` names. A new key is written by ``save``; whoever guesses one before finds nothing."""

    _unwritten = False
    overtaken = False  # somebody has ended it, or given it another key, while this request was under way
    in_use = True  # False where a page only follows by itself, which keeps no session alive
    ended = False  # by this very request: nothing else goes on with it, so its cookie is worth nothing
    about: About | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Our own row."""
        return Session

    def load(self) -> dict[str, Any]:
        """The content, if the session lives. Notes every few minutes that it is in use, which moves its end."""
        row = _BY_KEY.one(self.session_key) if self.session_key else None
        if row is None or row.expire_date <= now():
            # A key of nobody's is never taken over: whoever goes on from here gets a new one.
            self._session_key = None
            return {}
        self.about = _about(row)
        if self.in_use:
            self._note_use()
        return self.decode(row.session_data)

    def _note_use(self) -> None:
        moment = now()
        if self.about is None or moment - self.about.seen_at < SEEN_EVERY:
            return
        self.about = replace(self.about, seen_at=moment)
        same = Session.objects.filter(session_key=self.session_key)
        same.update(seen_at=moment, expire_date=self.about.expires_at)

    def create(self) -> None:
        """Gives the session a new key."""
        self._session_key = get_random_string(KEY_LENGTH, VALID_KEY_CHARS)
        self._get_session(no_load=True)  # type: ignore[attr-defined] # of the base class, unknown to its stubs
        self._unwritten = self.modified = True

    def cycle_key(self) -> None:
        """The same content under a new key, unless whoever was signed in here was signed out meanwhile.

        Then it is ``overtaken``, and ``save`` raises UpdateError. His row stays, so that at no moment there is none to end.
        """
        content, before = self._get_session(), self.session_key  # type: ignore[attr-defined] # unknown to the stubs
        stood = before is not None and not self._unwritten
        self.create()
        self._session_cache = content
        there = Session.objects.filter(session_key=before)
        if stood and self.about is not None:
            self._unwritten = self.overtaken = not there.update(session_key=self.session_key)
        elif stood:
            there.delete()

    def flush(self) -> None:
        """Ends the session, if it still goes by the key it came with; what was known of it is forgotten."""
        gone, _ = Session.objects.filter(session_key=self.session_key).delete() if self.session_key else (0, {})
        self.clear()
        self._session_key = None
        self.about, self.ended, self.overtaken = None, self.ended or bool(gone), False

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's signature
        """One statement. Raises CreateError if the new key is taken, UpdateError if the session ended meanwhile."""
        if self.overtaken:
            raise UpdateError
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

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row to write; with whose session it is, if somebody is signed in."""
        row = Session(
            session_key=self._get_or_create_session_key(),  # type: ignore[attr-defined] # unknown to the stubs
            session_data=self.encode(data),
            expire_date=now() + timedelta(seconds=settings.SESSION_COOKIE_AGE),
        )
        if data.get(SESSION_KEY):
            self.about = self.about or _unknown()
            _fill(row, self.about, account_id=int(data[SESSION_KEY]), mark=str(data.get(HASH_SESSION_KEY, "")))
        return row


def _unknown() -> About:
    moment = now()
    longest = timedelta(seconds=settings.LIMITS.session_longest_seconds)
    return About(uuid4(), "", "", "", moment, moment, moment + longest, settings.LIMITS.session_seconds)


def _about(row: Session) -> About | None:
    if row.started_at is None or row.seen_at is None or row.ends_at is None:
        return None
    return About(
        public_id=row.public_id,
        way=row.way,
        address=row.address,
        agent=row.agent,
        started_at=row.started_at,
        seen_at=row.seen_at,
        ends_at=row.ends_at,
        idle_seconds=row.idle_seconds,
    )


def _fill(row: Session, about: About, *, account_id: int, mark: str) -> None:
    row.account_id, row.mark = account_id, mark
    row.public_id, row.way, row.address, row.agent = about.public_id, about.way, about.address, about.agent
    row.started_at, row.seen_at, row.ends_at = about.started_at, about.seen_at, about.ends_at
    row.idle_seconds, row.expire_date = about.idle_seconds, about.expires_at


def _update(row: Session) -> int:
    same = Session.objects.filter(session_key=row.session_key)
    return same.update(session_data=row.session_data, expire_date=row.expire_date, mark=row.mark)
