"""Sealing of sensitive values: envelope keys, AES-256-GCM bound to its row, keyed blind index.

A *key-encrypting key* (KEK) from the key file wraps one random *data key* (DEK) per record (RFC 3394). A value is
``version || nonce || ciphertext`` with the place where it stands (``table.column:id``) as associated data, so that a
value moved to another row does not open. Numbers that must be found again get an HMAC-SHA256 under a separate key.
"""

import hmac
import os
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

VERSION = b"\x01"
NONCE_BYTES = 12
KEY_BYTES = 32
_NUMBERS = re.compile(r"([0-9]+)")


class CannotOpen(Exception):
    """The sealed value, its place or its key is not the one it was sealed with."""


@dataclass(frozen=True, slots=True)
class DataKey:
    """A record's own key: ``plain`` to use, ``wrapped`` (with ``kek_id``) to store. Never store ``plain``."""

    plain: bytes
    wrapped: bytes
    kek_id: str

    def __repr__(self) -> str:
        return f"DataKey(kek_id={self.kek_id!r})"


class Keyring:
    """All secret keys of one installation.

    ``keks`` maps id to 32 bytes; the greatest id writes, with numbers in it compared as numbers (``k10`` after ``k9``).
    ``added`` is asked for the KEKs of today when a record names one that is not among them: while processes are started
    anew one by one, those that know a new KEK and those that do not yet read each other's records.
    """

    def __init__(
        self, *, keks: Mapping[str, bytes], index_key: bytes, added: Callable[[], Mapping[str, bytes]] | None = None
    ) -> None:
        if not keks:
            raise ValueError("the key file holds no key-encrypting key")
        for key in (*keks.values(), index_key):
            if len(key) != KEY_BYTES:
                raise ValueError("every key must be 32 bytes")
        self._keks = dict(keks)
        self._index_key = index_key
        self._added = added
        self._derived: dict[str, bytes] = {}

    @property
    def current_kek_id(self) -> str:
        return newest(self._keks)

    @property
    def kek_ids(self) -> frozenset[str]:
        """Every KEK that the keyring holds."""
        return frozenset(self._keks)

    def new_data_key(self) -> DataKey:
        """A fresh random data key, wrapped with the current KEK."""
        plain = secrets.token_bytes(KEY_BYTES)
        kek_id = self.current_kek_id
        return DataKey(plain=plain, wrapped=aes_key_wrap(self._keks[kek_id], plain), kek_id=kek_id)

    def unwrap(self, *, wrapped: bytes, kek_id: str) -> DataKey:
        """The data key that was stored. Raises CannotOpen if its KEK is missing or wrong."""
        try:
            plain = aes_key_unwrap(self._kek(kek_id), wrapped)
        except (KeyError, InvalidUnwrap) as wrong:
            raise CannotOpen(f"no key {kek_id} opens this record") from wrong
        return DataKey(plain=plain, wrapped=wrapped, kek_id=kek_id)

    def rewrap(self, *, wrapped: bytes, kek_id: str) -> DataKey:
        """The same data key, wrapped with the current KEK: what it sealed stays as it is. Raises CannotOpen."""
        plain = self.unwrap(wrapped=wrapped, kek_id=kek_id).plain
        current = self.current_kek_id
        return DataKey(plain=plain, wrapped=aes_key_wrap(self._keks[current], plain), kek_id=current)

    def blind_index(self, field: str, normalised: str) -> bytes:
        """32 bytes by which a sensitive number is found again; ``field`` separates the kinds of number."""
        return hmac.digest(self._derive(f"index/{field}/v1"), normalised.encode(), sha256)

    def digest(self, purpose: str, secret: str) -> bytes:
        """32 bytes that stand for a random secret or code that must not be stored itself."""
        return hmac.digest(self._derive(f"digest/{purpose}/v1"), secret.encode(), sha256)

    def fingerprint(self) -> str:
        """Tells two keyrings apart without telling anything about the keys."""
        return self.digest("keyring", "fingerprint").hex()[:16]

    def _kek(self, kek_id: str) -> bytes:
        if kek_id not in self._keks and self._added is not None:
            self._keks = {**self._added(), **self._keks}  # one step, for the other threads
        return self._keks[kek_id]

    def _derive(self, info: str) -> bytes:
        found = self._derived.get(info)
        if found is None:
            found = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info.encode()).derive(self._index_key)
            self._derived[info] = found
        return found


def newest(kek_ids: Iterable[str]) -> str:
    """The one of these KEKs that writes."""
    return max(kek_ids, key=_age)


def _age(kek_id: str) -> list[str | int]:
    """By letters, numbers, letters …: always the same kind at the same position, so any two compare."""
    parts = _NUMBERS.split(kek_id)
    return [int(part) if position % 2 else part for position, part in enumerate(parts)]


def seal(key: DataKey, plain: bytes, *, place: str) -> bytes:
    """``plain`` sealed for ``place`` (``table.column:id``)."""
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + nonce + AESGCM(key.plain).encrypt(nonce, plain, place.encode())


def unseal(key: DataKey, sealed: bytes, *, place: str) -> bytes:
    """What was sealed for ``place``. Raises CannotOpen if anything differs."""
    if sealed[:1] != VERSION:
        raise CannotOpen("unknown version of sealed value")
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return AESGCM(key.plain).decrypt(nonce, body, place.encode())
    except (InvalidTag, ValueError) as wrong:
        raise CannotOpen(f"the value does not belong to {place}") from wrong
