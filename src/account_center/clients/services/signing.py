"""Requests that a client signs: each is from whom it says, unchanged, and taken once."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q

from account_center.clients.errors import (
    FixedSecretOutsideSandbox,
    RequestReplayed,
    SignatureRefused,
    TimestampRefused,
)
from account_center.clients.models import SigningKey, UsedNonce
from account_center.clients.rules import SIGNING_PREFIX, is_near, is_nonce
from account_center.clients.services.registering import SECRET_BYTES, lock_client
from account_center.clients.types import NewSigningKey, SignedRequest
from account_center.kit.sealing import seal, unseal
from account_center.kit.signing import is_signed
from account_center.plumbing.keys import keyring


@transaction.atomic
def new_signing_key(*, client_id: str, now: datetime, key: str | None = None) -> NewSigningKey:
    """Makes a key to sign with; the one before works for ``client_secret_overlap_seconds`` more.

    It is in the answer and nowhere else in clear. ``key`` may be chosen in the sandbox only, so that examples can be
    copied. Raises NoSuchClient, FixedSecretOutsideSandbox.
    """
    if key is not None and not settings.SANDBOX:
        raise FixedSecretOutsideSandbox(field="key")
    client = lock_client(client_id)
    ends_at = now + timedelta(seconds=settings.LIMITS.client_secret_overlap_seconds)
    client.signing_keys.filter(ends_at__isnull=True).update(ends_at=ends_at)
    plain, own = key or SIGNING_PREFIX + secrets.token_urlsafe(SECRET_BYTES), keyring().new_data_key()
    row = SigningKey(client=client, wrapped_key=own.wrapped, kek_id=own.kek_id, created_at=now)
    row.sealed_key = seal(own, plain.encode(), place=_place(row))
    row.save(force_insert=True)
    return NewSigningKey(client=client.facts(), key=plain)


def require_signed(*, client_id: str, request: SignedRequest, now: datetime) -> None:
    """Lets a request pass that the client signed and that never came before; it will not pass again.

    Raises SignatureRefused, TimestampRefused, RequestReplayed. Its own transaction: a nonce stays used whatever follows.
    """
    # Only what is signed may leave a trace in the table.
    if not is_nonce(request.nonce):
        raise SignatureRefused
    seconds = settings.LIMITS.signature_seconds
    if not is_near(request.timestamp, now, seconds=seconds):
        raise TimestampRefused(seconds=seconds)
    parts = (request.timestamp.encode(), request.nonce.encode(), request.path.encode(), request.body)
    keys = [_opened(row) for row in _live_keys(client_id, now)]
    if not any(is_signed(request.signature, key, *parts) for key in keys):
        raise SignatureRefused
    _use_once(client_id, request.nonce, now)


def _use_once(client_id: str, nonce: str, now: datetime) -> None:
    digest = keyring().digest("clients.nonce", f"{client_id}:{nonce}")
    try:
        with transaction.atomic():
            UsedNonce.objects.create(digest=digest, at=now)
    except IntegrityError as twin:
        raise RequestReplayed from twin


def _live_keys(client_id: str, now: datetime) -> list[SigningKey]:
    rows = SigningKey.objects.filter(client__client_id=client_id, client__disabled_at__isnull=True)
    return list(rows.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now)))


def _opened(row: SigningKey) -> bytes:
    own = keyring().unwrap(wrapped=bytes(row.wrapped_key), kek_id=row.kek_id)
    return unseal(own, bytes(row.sealed_key), place=_place(row))


def _place(row: SigningKey) -> str:
    return f"clients_signingkey.key:{row.pk}"
