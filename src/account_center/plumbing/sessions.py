"""Starting, listing and ending sessions. The session id changes at every step up (ASVS 7.2.4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_user,
    get_user_model,
    logout,
)
from django.http import HttpRequest
from django.middleware.csrf import rotate_token
from django.utils.functional import SimpleLazyObject

from account_center.kit.clock import now as present
from account_center.plumbing.actors import AGENT_LENGTH, client_address
from account_center.plumbing.session_row import Session
from account_center.plumbing.session_store import About

BACKEND = "account_center.accounts.backend.AccountBackend"


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """A session that lives, as its owner sees it."""

    id: UUID
    way: str
    address: str
    agent: str
    started_at: datetime
    seen_at: datetime
    ends_at: datetime


def start_session(
    request: HttpRequest, account_id: int, *, seconds: int, longest: int = 0, way: str = "", mark: str = ""
) -> None:
    """Signs the browser in under a new session id; whatever the visitor had pending is gone.

    It ends after ``seconds`` without use, and ``longest`` seconds after now in any case (0: the operator's limit).
    ``mark`` is the account's (``AccountFacts.mark``), if the caller has just read it.
    """
    request.session.flush()
    moment = present()
    longest = longest or settings.LIMITS.session_longest_seconds
    store: Any = request.session
    store.about = About(
        public_id=uuid4(),
        way=way,
        address=client_address(request),
        agent=request.META.get("HTTP_USER_AGENT", "")[:AGENT_LENGTH],
        started_at=moment,
        seen_at=moment,
        ends_at=moment + timedelta(seconds=longest),
        idle_seconds=min(seconds, longest),
    )
    request.session[SESSION_KEY] = str(account_id)
    request.session[BACKEND_SESSION_KEY] = BACKEND
    request.session[HASH_SESSION_KEY] = mark or _mark_of(account_id)
    request.session.set_expiry(longest)  # of the cookie; the row knows better
    request.session.cycle_key()
    rotate_token(request)
    request.user = SimpleLazyObject(lambda: get_user(request))  # type: ignore[assignment]


def _mark_of(account_id: int) -> str:
    account: Any = get_user_model()._default_manager.get(pk=account_id)
    return str(account.get_session_auth_hash())


def end_session(request: HttpRequest) -> None:
    """Signs out; the old session id is worth nothing afterwards."""
    logout(request)
    store: Any = request.session
    store.ended = True


def keep_session(request: HttpRequest, mark: str) -> None:
    """After a change of the password this session goes on under a new id, every other one ends (3.1.21).

    To be called in the transaction of the change: between the two, the second of two clicks would find a session that has
    ended, and end it. ``mark`` is the account's as that very change has left it: whatever has ended everything since ends
    this session, too. So does whoever has ended it while the change was under way.
    """
    store: Any = request.session
    store.cycle_key()
    store[HASH_SESSION_KEY] = mark
    if store.overtaken:
        store.flush()


def renew_session(request: HttpRequest) -> bool:
    """Gives this session a new id. False if it has ended meanwhile, or another request was faster: then nothing is kept."""
    store: Any = request.session
    store.cycle_key()
    if store.overtaken:
        store.modified = False
    return not store.overtaken


def this_session(request: HttpRequest) -> UUID | None:
    """The public number of the session that asks."""
    store: Any = request.session
    store.get(SESSION_KEY)  # so that it is loaded
    return store.about.public_id if store.about else None


def sessions_of(account_id: int, *, mark: str, now: datetime) -> list[SessionFacts]:
    """The sessions that live, the one used last first. ``mark`` is the account's: those of another have ended."""
    rows = Session.objects.filter(account_id=account_id, mark=mark, expire_date__gt=now).order_by("-seen_at")
    return [_facts(row) for row in rows]


def _facts(row: Session) -> SessionFacts:
    started = row.started_at or row.expire_date
    return SessionFacts(
        id=row.public_id,
        way=row.way,
        address=row.address,
        agent=row.agent,
        started_at=started,
        seen_at=row.seen_at or started,
        ends_at=row.ends_at or row.expire_date,
    )


def end_one_session(account_id: int, session_id: UUID) -> bool:
    """Ends one session of an account at once; False if it is none of its own."""
    gone, _ = Session.objects.filter(account_id=account_id, public_id=session_id).delete()
    return bool(gone)


def end_all_sessions() -> int:
    """Ends every session at once, strangers' too. Returns how many people were signed in."""
    signed_in = Session.objects.filter(account_id__isnull=False).count()
    Session.objects.all().delete()
    return signed_in


def end_other_sessions(account_id: int, *, but: UUID | None) -> int:
    """Ends all sessions of an account at once but one. Returns how many."""
    rows = Session.objects.filter(account_id=account_id)
    gone, _ = (rows.exclude(public_id=but) if but else rows).delete()
    return gone
