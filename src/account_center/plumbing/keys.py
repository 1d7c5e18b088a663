"""The installation's keys: read once from the key file, never made silently beside existing data."""

import json
import os
import secrets
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed

from account_center.kit.sealing import KEY_BYTES, Keyring


@cache
def keyring() -> Keyring:
    """The keys of this installation. Raises ImproperlyConfigured if the key file is missing or damaged."""
    path = Path(settings.KEY_FILE)
    try:
        content = json.loads(path.read_text())
        return Keyring(
            keks={name: bytes.fromhex(key) for name, key in content["keks"].items()},
            index_key=bytes.fromhex(content["index"]),
        )
    except FileNotFoundError:
        raise ImproperlyConfigured(
            f"The key file {path} is missing. Restore it from its backup; without it nothing sealed can be opened. "
            "For a new installation make one with: account-center new-keys"
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise ImproperlyConfigured(f"The key file {path} is damaged: {wrong}") from wrong


def write_new_key_file(path: Path, *, kek_id: str) -> None:
    """Makes a key file for a new installation, readable by its owner only. Raises FileExistsError if there is one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "keks": {kek_id: secrets.token_hex(KEY_BYTES)},
        "index": secrets.token_hex(KEY_BYTES),
        "django": secrets.token_urlsafe(50),
    }
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(content, file, indent=1)


def _forget(*, setting: str, **_: object) -> None:
    if setting == "KEY_FILE":
        keyring.cache_clear()


setting_changed.connect(_forget)
