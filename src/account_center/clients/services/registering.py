"""Registering services, giving them tokens, taking both away."""

import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from account_center.clients.errors import (
    BadClientId,
    ClientIdTaken,
    FixedSecretOutsideSandbox,
    NoSuchClient,
    TooManyFailures,
    UnknownScope,
)
from account_center.clients.models import ClientChange, ServiceClient, ServiceToken
from account_center.clients.queries import token_digest
from account_center.clients.rules import (
    CLIENT_ID_LENGTH,
    SECRET_PREFIX,
    TOKEN_PREFIX,
    WINDOW_SECONDS,
    granted,
    is_client_id,
    seconds_left,
    unknown_scope,
)
from account_center.clients.types import (
    ClientFacts,
    IssuedToken,
    NewSecret,
    RefusedToken,
    Scope,
)
from account_center.kit.actor import Actor
from account_center.plumbing.changes import announce
from account_center.plumbing.keys import keyring
from account_center.plumbing.limiter import Budget, spend, spent

TOPIC = "client"
NAME_LENGTH = 100
SECRET_BYTES = 32
NOBODY = bytes(32)


def register_client(
    *, actor: Actor, client_id: str, name: str, scopes: Iterable[str], now: datetime, secret: str | None = None
) -> NewSecret:
    """Registers a service; its secret is in the answer and nowhere else.

    ``secret`` may be chosen in the sandbox only, so that examples can be copied.
    Raises BadClientId, ClientIdTaken, UnknownScope, FixedSecretOutsideSandbox.
    """
    _check_new(client_id=client_id, scopes=scopes, secret=secret)
    plain = secret or _random_secret()
    row = ServiceClient(
        client_id=client_id,
        name=name.strip()[:NAME_LENGTH] or client_id,
        scopes=sorted(set(scopes)),
        secret_digest=_secret_digest(plain),
        created_at=now,
        changed_by=_name(actor),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as collision:
        raise ClientIdTaken(field="client_id") from collision
    return NewSecret(client=row.facts(), secret=plain)


@transaction.atomic
def rotate_secret(*, actor: Actor, client_id: str, now: datetime) -> NewSecret:
    """Makes a new secret; the one before works for ``client_secret_overlap_seconds`` more. Raises NoSuchClient."""
    row = lock_client(client_id)
    plain = _random_secret()
    row.previous_secret_digest = row.secret_digest
    row.previous_secret_until = now + timedelta(seconds=settings.LIMITS.client_secret_overlap_seconds)
    row.secret_digest, row.changed_by = _secret_digest(plain), _name(actor)
    row.save(update_fields=["previous_secret_digest", "previous_secret_until", "secret_digest", "changed_by"])
    return NewSecret(client=row.facts(), secret=plain)


@transaction.atomic
def set_scopes(*, actor: Actor, client_id: str, scopes: Iterable[str], now: datetime) -> ClientFacts:
    """What a client may do from now on; its tokens lose at once what it lost. Raises NoSuchClient, UnknownScope."""
    wanted = sorted(set(scopes))
    _require_known(wanted)
    row = lock_client(client_id)
    row.scopes, row.changed_by = wanted, _name(actor)
    row.save(update_fields=["scopes", "changed_by"])
    _changed(client_id, now)
    return row.facts()


@transaction.atomic
def disable_client(*, actor: Actor, client_id: str, now: datetime) -> ClientFacts:
    """Ends a client and all its tokens at once. Doing it twice is doing it once. Raises NoSuchClient."""
    row = lock_client(client_id)
    row.disabled_at, row.changed_by = row.disabled_at or now, _name(actor)
    row.save(update_fields=["disabled_at", "changed_by"])
    row.tokens.all().delete()
    _changed(client_id, now)
    return row.facts()


def issue_token(
    *, client_id: str, secret: str, scopes: Iterable[str], address: str, now: datetime
) -> IssuedToken | RefusedToken:
    """A bearer token for a client that shows its secret; without ``scopes`` it carries all that the client has.

    A wrong secret is a value, since it has to be counted. Raises TooManyFailures before anything is looked at.
    """
    _require_few_failures(address=address, client_id=client_id, now=now)
    row = _live(client_id)
    if not _is_secret_of(row, secret, now) or row is None:
        count_failure(address=address, client_id=client_id, now=now)
        return RefusedToken.INVALID_CLIENT
    carried = granted(frozenset(scopes), frozenset(row.scopes))
    return RefusedToken.INVALID_SCOPE if carried is None else _new_token(row.pk, carried, now)


@transaction.atomic
def revoke_token(*, token: str, now: datetime) -> bool:
    """Ends one token. Whether there was one."""
    found = ServiceToken.objects.select_related("client").filter(digest=token_digest(token)).first()
    if found is None:
        return False
    found.delete()
    _changed(found.client.client_id, now)
    return True


def count_failure(*, address: str, client_id: str = "", now: datetime) -> int | None:
    """Counts a failed authentication. If a limit was reached already: the seconds until it may be tried again."""
    exhausted = spend(_budgets(address, client_id), now=now)
    return exhausted[1] if exhausted else None


def _require_few_failures(*, address: str, client_id: str, now: datetime) -> None:
    for budget in _budgets(address, client_id):
        if spent(budget, now=now) >= budget.limit:
            raise TooManyFailures(retry_after=seconds_left(now))


def _budgets(address: str, client_id: str) -> list[Budget]:
    limits = settings.LIMITS
    of_address = Budget("service.address", address, limits.service_failures_per_address, WINDOW_SECONDS)
    if not client_id:
        return [of_address]
    # Together with the address: otherwise a stranger could lock a service out by failing in its name.
    subject = f"{client_id[:CLIENT_ID_LENGTH]}@{address}"
    return [of_address, Budget("service.client", subject, limits.service_failures_per_client, WINDOW_SECONDS)]


def _check_new(*, client_id: str, scopes: Iterable[str], secret: str | None) -> None:
    if not is_client_id(client_id):
        raise BadClientId(field="client_id")
    _require_known(scopes)
    if secret is not None and not settings.SANDBOX:
        raise FixedSecretOutsideSandbox(field="secret")


def _require_known(scopes: Iterable[str]) -> None:
    unknown = unknown_scope(scopes)
    if unknown is not None:
        raise UnknownScope(field="scopes", scope=unknown, known=[scope.value for scope in Scope])


def _is_secret_of(row: ServiceClient | None, secret: str, now: datetime) -> bool:
    # Both comparisons are made whatever the first one says, and for an unknown client too.
    shown = _secret_digest(secret)
    previous_counts = row is not None and row.previous_secret_until is not None and now < row.previous_secret_until
    current = bytes(row.secret_digest) if row else NOBODY
    previous = bytes(row.previous_secret_digest or NOBODY) if row else NOBODY
    is_current = hmac.compare_digest(shown, current)
    is_previous = hmac.compare_digest(shown, previous)
    return is_current or (is_previous and previous_counts)


@transaction.atomic
def _new_token(client: int, scopes: frozenset[str], now: datetime) -> IssuedToken | RefusedToken:
    # Locked and looked at again: a client disabled meanwhile must not get a token that outlives it.
    live = ServiceClient.objects.select_for_update().filter(pk=client, disabled_at__isnull=True).first()
    if live is None:
        return RefusedToken.INVALID_CLIENT
    token = TOKEN_PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    seconds = settings.LIMITS.service_token_seconds
    live.tokens.create(
        digest=token_digest(token),
        scopes=sorted(scopes),
        created_at=now,
        expires_at=now + timedelta(seconds=seconds),
    )
    return IssuedToken(token=token, expires_in=seconds, scopes=scopes)


def _name(actor: Actor) -> str:
    return f"{actor.kind.value}:{actor.name or actor.account_id or ''}"[:64]


def _live(client_id: str) -> ServiceClient | None:
    # What cannot be an ID is not looked up: PostgreSQL refuses some characters in a parameter.
    live = ServiceClient.objects.filter(disabled_at__isnull=True)
    return live.filter(client_id=client_id).first() if is_client_id(client_id) else None


def lock_client(client_id: str) -> ServiceClient:
    """The client's row, locked. Raises NoSuchClient."""
    row = ServiceClient.objects.select_for_update().filter(client_id=client_id).first()
    if row is None:
        raise NoSuchClient(field="client_id")
    return row


def end_all_tokens(*, now: datetime) -> int:
    """Ends every token of every service at once; each gets a new one with its secret. Returns how many."""
    ended = 0
    for client_id in ServiceClient.objects.filter(tokens__isnull=False).distinct().values_list("client_id", flat=True):
        with transaction.atomic():
            gone, _ = lock_client(client_id).tokens.all().delete()
            _changed(client_id, now)
        ended += gone
    return ended


def _changed(client_id: str, now: datetime) -> None:
    ClientChange.objects.create(client=client_id, at=now)
    announce(TOPIC, client_id)


def _random_secret() -> str:
    return SECRET_PREFIX + secrets.token_urlsafe(SECRET_BYTES)


def _secret_digest(secret: str) -> bytes:
    return keyring().digest("clients.secret", secret)
