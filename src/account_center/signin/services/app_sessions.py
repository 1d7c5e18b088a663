"""Sessions of the operator's app, which keeps no cookies (1.46): a short access token, and a refresh token used once.

A session ends at once with whatever changes the account's mark. A refresh token that comes back long after its use tells
that somebody has a copy: the session ends, and its owner is told. The same one asked again within
``app_refresh_repeat_seconds`` is a phone whose network lost the answer: it gets the very same pair, however many ask.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from account_center.accounts.queries import account
from account_center.accounts.types import AccountFacts, AccountState
from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.plumbing.keys import keyring
from account_center.policy.queries import sign_in_rules
from account_center.policy.services import require_network
from account_center.signin.models import AppSession
from account_center.signin.services.notices import tell_everywhere
from account_center.signin.types import AppCaller, AppRefusal, AppSessionFacts, AppTokens, Change

ACCESS_PREFIX, REFRESH_PREFIX = "aat_", "art_"  # mark our tokens for secret scanners
FAMILY_BYTES, SECRET_BYTES = 16, 32
LONGEST_TOKEN = 100
APP_LENGTH = 80
SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class _Pair:
    """Both tokens in clear, as they go into one answer."""

    access: str
    refresh: str


def start_app_session(
    *, actor: Actor, account: AccountFacts, way: str, app: str, now: datetime, session_seconds: int | None = None
) -> AppTokens:
    """Begins a session for somebody who has just signed in; the sign-in itself is recorded by ``attempts``.

    ``app`` is what the app says of itself and its device. ``session_seconds`` is what the tenant's rules say
    (``AttemptView.session_seconds``), if the caller has just read them. Of more than ``app_sessions_per_account`` the
    oldest end; if we are stopped before, they end with the next sign-in.
    """
    pair = _new_pair(secrets.token_urlsafe(FAMILY_BYTES))
    idle = _idle(sign_in_rules(account.id).session_seconds if session_seconds is None else session_seconds)
    ends_at = now + timedelta(seconds=settings.LIMITS.app_session_longest_seconds)
    row = AppSession(
        account_id=account.id,
        mark=account.mark,
        way=way,
        app=app[:APP_LENGTH],
        agent=actor.agent,
        address=actor.address,
        family_digest=_family_digest(pair.refresh),
        started_at=now,
        ends_at=ends_at,
        **_columns(pair, idle, ends_at, now=now),
    )
    row.save(force_insert=True)
    _end_oldest(account.id)
    return _tokens(row, pair, now=now)


def caller_of(*, token: str, now: datetime) -> AppCaller | None:
    """Who calls with an access token; None for one that is unknown, has run out or has ended. One query as a rule."""
    if not token.startswith(ACCESS_PREFIX) or len(token) > LONGEST_TOKEN or not token.isascii():
        return None
    # Given in a time to come, before the clock was set back, it would count for longer: then the app refreshes.
    latest = now + timedelta(seconds=settings.LIMITS.app_access_seconds + settings.LIMITS.clock_skew_seconds)
    live = AppSession.objects.filter(
        access_digest=_access_digest(token), access_ends_at__gt=now, access_ends_at__lte=latest
    )
    row = next(iter(live.select_related("account")[:1]), None)
    if row is None:
        return None
    owner = row.account.facts()
    if not _counts(row, owner):
        return None
    _note_use(row, now=now)
    return AppCaller(session=row.public_id, account=owner)


def refresh(*, actor: Actor, token: str, now: datetime) -> AppTokens | AppRefusal:
    """A new pair for a refresh token, once. What cannot be is a value, since it is remembered.

    Raises NetworkNotAllowed, OwnerOutsideNetworks where the tenant's list does not hold the address; the session lives on.
    """
    row = _of_family(token, now=now)
    owner = row.account.facts() if row else None
    if row is None or owner is None or not _counts(row, owner):
        return AppRefusal.OVER
    rules = sign_in_rules(owner.id)
    require_network(rules=rules, address=actor.address, now=now)
    # A tenant that asks for shorter sessions means those too that have begun already.
    idle = _idle(rules.session_seconds)
    if now >= row.refreshed_at + idle:
        return AppRefusal.OVER
    return _rotate(actor, row, owner, token, idle, now=now)


def _rotate(
    actor: Actor, row: AppSession, owner: AccountFacts, token: str, idle: timedelta, *, now: datetime
) -> AppTokens | AppRefusal:
    digest, salt = _refresh_digest(token), secrets.token_bytes(SECRET_BYTES)
    pair = _next_pair(token, salt)
    # One statement finds the token unused and uses it: of many at once, one makes the new pair.
    unused = AppSession.objects.filter(pk=row.pk, refresh_digest=digest, mark=row.mark)
    columns = _columns(pair, idle, row.ends_at, now=now)
    taken = unused.update(previous_digest=digest, salt=salt, agent=actor.agent, address=actor.address, **columns)
    if not taken:
        return _used_before(actor, owner, token, now=now)
    _set(row, columns)
    return _tokens(row, pair, now=now)


def _used_before(actor: Actor, owner: AccountFacts, token: str, *, now: datetime) -> AppTokens | AppRefusal:
    row = _of_family(token, now=now)
    if row is None or not _counts(row, owner):
        return AppRefusal.OVER
    lost_for = timedelta(seconds=settings.LIMITS.app_refresh_repeat_seconds)
    is_last = hmac.compare_digest(bytes(row.previous_digest or b""), _refresh_digest(token))
    if is_last and now - row.refreshed_at < lost_for:
        return _tokens(row, _next_pair(token, bytes(row.salt or b"")), now=now)
    return _end_as_copied(actor, row, owner)


@transaction.atomic
def _end_as_copied(actor: Actor, row: AppSession, owner: AccountFacts) -> AppRefusal:
    gone, _ = AppSession.objects.filter(pk=row.pk).delete()
    if gone:
        record(
            actor=actor,
            event="signin:app_session:token_reused",
            account_id=owner.id,
            facts={"app": row.app, "address": actor.address},
        )
        tell_everywhere(owner, Change.APP_TOKEN)
    return AppRefusal.REUSED


@transaction.atomic
def keep_app_session(*, session: UUID, account_id: int, mark: str, now: datetime) -> AppTokens | None:
    """After a change that ends all sessions, the one that made it goes on with new tokens. None if it has ended.

    ``mark`` is the account's as that very change has left it: whatever has ended everything since ends this one, too.
    """
    row = AppSession.objects.select_for_update().filter(public_id=session, account_id=account_id).first()
    owner = account(account_id)
    if row is None or owner is None or owner.mark != mark or owner.state is AccountState.DELETED:
        return None
    pair = _new_pair(secrets.token_urlsafe(FAMILY_BYTES))
    _set(row, _columns(pair, _idle(sign_in_rules(account_id).session_seconds), row.ends_at, now=now))
    row.mark, row.family_digest = owner.mark, _family_digest(pair.refresh)
    row.previous_digest = row.salt = None
    row.save()
    return _tokens(row, pair, now=now)


def sessions_of(*, account_id: int, mark: str, now: datetime) -> list[AppSessionFacts]:
    """The app's sessions that live, the one used last first. ``mark`` is the account's: those of another have ended."""
    live = AppSession.objects.filter(account_id=account_id, mark=mark, idle_ends_at__gt=now).order_by("-seen_at")
    return [_facts(row) for row in live]


@transaction.atomic
def end(*, actor: Actor, account_id: int, session: UUID) -> bool:
    """Ends one session at once and notes it; False if it is none of this account."""
    row = AppSession.objects.filter(account_id=account_id, public_id=session).first()
    gone, _ = AppSession.objects.filter(pk=row.pk).delete() if row else (0, {})
    if row is None or not gone:
        return False
    record(actor=actor, event="signin:app_session:ended", account_id=account_id, facts={"app": row.app})
    return True


def end_others(*, account_id: int, but: UUID | None = None) -> int:
    """Ends all sessions of the app but one. Returns how many; the caller records what he did."""
    rows = AppSession.objects.filter(account_id=account_id)
    gone, _ = (rows.exclude(public_id=but) if but else rows).delete()
    return gone


def _of_family(token: str, *, now: datetime) -> AppSession | None:
    if not token.startswith(REFRESH_PREFIX) or len(token) > LONGEST_TOKEN or not token.isascii():
        return None
    live = AppSession.objects.filter(family_digest=_family_digest(token), idle_ends_at__gt=now)
    return next(iter(live.select_related("account")[:1]), None)


def _counts(row: AppSession, owner: AccountFacts) -> bool:
    return hmac.compare_digest(row.mark, owner.mark) and owner.state is not AccountState.DELETED


def _note_use(row: AppSession, *, now: datetime) -> None:
    if now - row.seen_at >= SEEN_EVERY:
        AppSession.objects.filter(pk=row.pk, seen_at__lt=now).update(seen_at=now)


def _end_oldest(account_id: int) -> None:
    newest: QuerySet[AppSession, int] = (
        AppSession.objects.filter(account_id=account_id).order_by("-started_at", "-pk").values_list("pk", flat=True)
    )
    beyond = list(newest[settings.LIMITS.app_sessions_per_account :])
    if beyond:
        AppSession.objects.filter(pk__in=beyond).delete()


def _idle(session_seconds: int) -> timedelta:
    """How long a session lives without a refresh: the app's own time, unless the tenant asks for shorter sessions."""
    limits = settings.LIMITS
    by_tenant = session_seconds < limits.session_seconds
    return timedelta(seconds=session_seconds if by_tenant else limits.app_session_idle_seconds)


def _columns(pair: _Pair, idle: timedelta, ends_at: datetime, *, now: datetime) -> dict[str, datetime | bytes]:
    # An app in use asks for a new pair before its session counts as unused.
    access = min(timedelta(seconds=settings.LIMITS.app_access_seconds), idle / 2)
    return {
        "access_digest": _access_digest(pair.access),
        "access_ends_at": min(now + access, ends_at),
        "refresh_digest": _refresh_digest(pair.refresh),
        "refreshed_at": now,
        "seen_at": now,
        "idle_ends_at": min(now + idle, ends_at),
    }


def _set(row: AppSession, columns: dict[str, datetime | bytes]) -> None:
    for name, value in columns.items():
        setattr(row, name, value)


def _new_pair(family: str) -> _Pair:
    secret = secrets.token_urlsafe(SECRET_BYTES)
    return _Pair(ACCESS_PREFIX + secrets.token_urlsafe(SECRET_BYTES), f"{REFRESH_PREFIX}{family}.{secret}")


def _next_pair(used: str, salt: bytes) -> _Pair:
    """What follows a used refresh token: from the token, our key and the salt of the row, so never stored and yet the same."""
    family, seed = used.removeprefix(REFRESH_PREFIX).partition(".")[0], f"{salt.hex()}:{used}"
    access, following = (_text(keyring().digest(f"app.next_{kind}", seed)) for kind in ("access", "refresh"))
    return _Pair(ACCESS_PREFIX + access, f"{REFRESH_PREFIX}{family}.{following}")


def _text(digest: bytes) -> str:
    return urlsafe_b64encode(digest).decode().rstrip("=")


def _access_digest(token: str) -> bytes:
    return keyring().digest("app.access", token)


def _refresh_digest(token: str) -> bytes:
    return keyring().digest("app.refresh", token)


def _family_digest(token: str) -> bytes:
    return keyring().digest("app.family", token.removeprefix(REFRESH_PREFIX).partition(".")[0])


def _tokens(row: AppSession, pair: _Pair, *, now: datetime) -> AppTokens:
    return AppTokens(
        session=row.public_id,
        access_token=pair.access,
        access_seconds=max(0, int((row.access_ends_at - now).total_seconds())),
        refresh_token=pair.refresh,
        refresh_seconds=max(0, int((row.idle_ends_at - now).total_seconds())),
        ends_at=row.ends_at,
    )


def _facts(row: AppSession) -> AppSessionFacts:
    return AppSessionFacts(
        id=row.public_id,
        app=row.app,
        way=row.way,
        address=row.address,
        agent=row.agent,
        started_at=row.started_at,
        seen_at=row.seen_at,
        ends_at=row.ends_at,
    )
