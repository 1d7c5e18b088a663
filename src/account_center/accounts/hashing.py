"""Argon2id (RFC 9106) for passwords, by libsodium: its vector instructions make the same hash for two thirds of the time."""

import re
import secrets
from base64 import b64decode, b64encode
from typing import Any

from cryptography.hazmat.primitives.kdf import argon2
from django.conf import settings
from django.contrib.auth.hashers import BasePasswordHasher
from nacl.exceptions import InvalidkeyError
from nacl.pwhash import argon2id

SALT_BYTES = 16
HASH_BYTES = 32
KIB = 1024

_ENCODED = re.compile(r"argon2\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)", re.ASCII)


class Argon2id(BasePasswordHasher):
    """Argon2id with the operator's parameters (OWASP by default), in the format that Django's own hasher writes."""

    algorithm = "argon2"

    def salt(self) -> str:
        """128 random bits as base64 without padding."""
        return _text(secrets.token_bytes(SALT_BYTES))

    def encode(self, password: str, salt: str) -> str:
        """The stored form; ``salt`` as ``salt()`` gives it."""
        memory, passes, lanes = _parameters()
        raw = _derive(password.encode(), _bytes(salt), memory=memory, passes=passes, lanes=lanes)
        return f"{self.algorithm}$argon2id$v=19$m={memory},t={passes},p={lanes}${salt}${_text(raw)}"

    def decode(self, encoded: str) -> dict[str, Any]:
        """What the stored form says. Raises ValueError if it is none of ours."""
        found = _ENCODED.fullmatch(encoded)
        if found is None:
            raise ValueError("not an Argon2id hash")
        memory, passes, lanes, salt, digest = found.groups()
        return {
            "algorithm": self.algorithm,
            "memory_cost": int(memory),
            "time_cost": int(passes),
            "parallelism": int(lanes),
            "salt": salt,
            "hash": digest,
        }

    def verify(self, password: str, encoded: str) -> bool:
        """Whether it is this password; whatever length of salt and parameters the stored form has."""
        if _ENCODED.fullmatch(encoded) is None:
            return False
        try:
            return bool(argon2id.verify(encoded.removeprefix(self.algorithm).encode(), password.encode()))
        except InvalidkeyError:
            return False

    def must_update(self, encoded: str) -> bool:
        """Whether the operator's parameters have changed since."""
        kept = self.decode(encoded)
        return (kept["memory_cost"], kept["time_cost"], kept["parallelism"]) != _parameters()

    def safe_summary(self, encoded: str) -> Any:
        """For a page of Django that shows hashes; we have none."""
        kept = self.decode(encoded)
        return {name: value for name, value in kept.items() if name not in ("salt", "hash")}

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Nothing to even out: other parameters cost what they cost, once, until the next sign-in renews the hash."""


def _parameters() -> tuple[int, int, int]:
    return int(settings.ARGON2_MEMORY_KIB), int(settings.ARGON2_PASSES), int(settings.ARGON2_LANES)


def _derive(password: bytes, salt: bytes, *, memory: int, passes: int, lanes: int) -> bytes:
    if lanes == 1:
        return bytes(argon2id.kdf(HASH_BYTES, password, salt, opslimit=passes, memlimit=memory * KIB))
    # libsodium makes hashes of one lane only; it verifies the others.
    return argon2.Argon2id(salt=salt, length=HASH_BYTES, iterations=passes, lanes=lanes, memory_cost=memory).derive(
        password
    )


def _text(raw: bytes) -> str:
    return b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return b64decode(text + "=" * (-len(text) % 4))
