"""The installation's keys: read once from the key file, never made silently beside existing data."""

import json
import os
import re
import secrets
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed

from account_center.kit.sealing import KEY_BYTES, Keyring, newest

MOST_IN_AN_ID = 32  # what the narrowest column of an id takes
_AN_ID = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{MOST_IN_AN_ID - 1}}}")


class BadKeyId(ValueError):
    """No id for a new key-encrypting key; the text says why."""


@cache
def keyring() -> Keyring:
    """The keys of this installation. Raises ImproperlyConfigured if the key file is missing or damaged."""
    path = Path(settings.KEY_FILE)
    content = _read(path)
    try:
        index_key = bytes.fromhex(content["index"])
        return Keyring(keks=_keks(content), index_key=index_key, added=lambda: _keks_of_today(path))
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise ImproperlyConfigured(f"The key file {path} is damaged: {wrong}") from wrong


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text())
        if not isinstance(content, dict):
            raise TypeError("it is no JSON object")  # noqa: TRY301 - damaged in one more way
    except FileNotFoundError:
        raise ImproperlyConfigured(
            f"The key file {path} is missing. Restore it from its backup; without it nothing sealed can be opened. "
            "For a new installation make one with: account-center new-keys"
        ) from None
    except OSError as wrong:
        raise ImproperlyConfigured(f"The key file {path} cannot be read: {wrong.strerror}") from wrong
    except (ValueError, TypeError) as wrong:
        raise ImproperlyConfigured(f"The key file {path} is damaged: {wrong}") from wrong
    return content


def _keks(content: Mapping[str, Any]) -> dict[str, bytes]:
    return {name: bytes.fromhex(key) for name, key in content["keks"].items()}


def _keks_of_today(path: Path) -> dict[str, bytes]:
    """A file that is away or half copied while the program runs has nothing new to say."""
    try:
        keks = _keks(_read(path))
    except (ImproperlyConfigured, ValueError, KeyError, TypeError, AttributeError):
        return {}
    return {name: key for name, key in keks.items() if len(key) == KEY_BYTES}


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


def add_kek(path: Path, *, kek_id: str) -> None:
    """Adds a key-encrypting key that writes from the next start on. Raises BadKeyId, ImproperlyConfigured."""
    content = _read(path)
    keks: dict[str, str] = content["keks"]
    if not _AN_ID.fullmatch(kek_id):
        raise BadKeyId(f"a key's name has up to {MOST_IN_AN_ID} letters, digits, dots and dashes")
    if kek_id in keks or newest([*keks, kek_id]) != kek_id:
        raise BadKeyId(f"the newest key is {newest(keks)}; a new one needs a greater name, or it would not write")
    keks[kek_id] = secrets.token_hex(KEY_BYTES)
    _replace(path, content)


def remove_kek(path: Path, *, kek_id: str) -> None:
    """Takes a key-encrypting key out of the file. Whether a row needs it, the caller has asked. Raises BadKeyId."""
    content = _read(path)
    keks: dict[str, str] = content["keks"]
    if kek_id not in keks:
        raise BadKeyId(f"the key file has no key {kek_id}")
    if kek_id == newest(keks):
        raise BadKeyId(f"{kek_id} is the newest key, under which new records are sealed")
    del keks[kek_id]
    _replace(path, content)


def _replace(path: Path, content: Mapping[str, Any]) -> None:
    """The old file or the new one, never half of one; owner and rights stay."""
    half, before = path.with_name(f".{path.name}.part"), path.stat()
    half.unlink(missing_ok=True)
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        os.fchmod(handle, before.st_mode & 0o777)
        if os.geteuid() == 0:
            os.fchown(handle, before.st_uid, before.st_gid)
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(handle)
    half.replace(path)


def _forget(*, setting: str, **_: object) -> None:
    if setting == "KEY_FILE":
        keyring.cache_clear()


setting_changed.connect(_forget)
