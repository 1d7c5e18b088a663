"""The bare hash at the product's parameters, and nothing else.

Asked with ``[implementation, seconds]``, answers with hashes per second of this process and processor seconds of one.
"""

import json
import sys
import time
from collections.abc import Callable

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from django.conf import settings
from nacl.pwhash import argon2id

SECRET = b"lantern harbour 42 tea"
SALT = b"0123456789abcdef"
LENGTH = 32


def argon2_cffi() -> bytes:
    """By argon2-cffi."""
    passes, memory, lanes = settings.ARGON2_PASSES, settings.ARGON2_MEMORY_KIB, settings.ARGON2_LANES
    return hash_secret_raw(SECRET, SALT, passes, memory, lanes, LENGTH, Type.ID)


def cryptography() -> bytes:
    """By cryptography (OpenSSL)."""
    passes, memory, lanes = settings.ARGON2_PASSES, settings.ARGON2_MEMORY_KIB, settings.ARGON2_LANES
    kdf = Argon2id(salt=SALT, length=LENGTH, iterations=passes, lanes=lanes, memory_cost=memory)
    return kdf.derive(SECRET)


def libsodium() -> bytes:
    """By PyNaCl (libsodium), which the product uses. It makes hashes of one lane only."""
    passes, memory = settings.ARGON2_PASSES, settings.ARGON2_MEMORY_KIB
    return bytes(argon2id.kdf(LENGTH, SECRET, SALT, opslimit=passes, memlimit=memory * 1024))


IMPLEMENTATIONS: dict[str, Callable[[], bytes]] = {
    "argon2-cffi": argon2_cffi,
    "cryptography": cryptography,
    "libsodium": libsodium,
}


def rate(hashing: Callable[[], bytes], seconds: float) -> tuple[float, float]:
    """(hashes per second, processor seconds of one) over about that time."""
    done, begun, used = 0, time.perf_counter(), time.process_time()
    while time.perf_counter() - begun < seconds:
        hashing()
        done += 1
    return done / (time.perf_counter() - begun), (time.process_time() - used) / done


def main() -> None:
    if len({hashing() for hashing in IMPLEMENTATIONS.values()}) != 1:
        sys.exit("the implementations disagree")
    for line in sys.stdin:
        name, seconds = json.loads(line)
        print(json.dumps(rate(IMPLEMENTATIONS[name], seconds)), flush=True)


if __name__ == "__main__":
    main()
