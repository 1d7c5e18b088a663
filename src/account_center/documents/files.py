"""Sealed files under DATA_DIR/documents: written whole or not at all, named by us, never by who uploads."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from django.conf import settings

SEALED = ".sealed"
PART = ".part"


def folder() -> Path:
    """Where the sealed files lie."""
    return Path(settings.DATA_DIR) / "documents"


def path_of(image_id: UUID) -> Path:
    """The place of one image; spread over 256 folders."""
    return folder() / image_id.hex[:2] / f"{image_id}{SEALED}"


def write(image_id: UUID, sealed: bytes) -> None:
    """Puts the file there, durable and complete. Raises OSError and leaves nothing behind."""
    path = path_of(image_id)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f".{image_id}.{secrets.token_hex(4)}{PART}")
    try:
        _write_durably(part, sealed)
        part.replace(path)
        _sync_folder(path.parent)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def read(image_id: UUID) -> bytes:
    """The sealed content. Raises OSError."""
    return path_of(image_id).read_bytes()


def exists(image_id: UUID) -> bool:
    """Whether the file is there."""
    return path_of(image_id).exists()


def remove(image_id: UUID) -> None:
    """Removes the file; nothing happens if it is gone already. Raises OSError."""
    path = path_of(image_id)
    path.unlink(missing_ok=True)
    if path.parent.exists():
        _sync_folder(path.parent)


def images() -> Iterator[tuple[UUID, float]]:
    """Every image file and when it was written (seconds since 1970)."""
    for path in folder().glob(f"??/*{SEALED}"):
        with contextlib.suppress(ValueError, FileNotFoundError):
            yield UUID(path.name.removesuffix(SEALED)), path.stat().st_mtime


def remove_parts(*, older_than: float) -> int:
    """Removes what interrupted writes left before ``older_than`` (seconds since 1970). Returns how many."""
    gone = 0
    for path in folder().glob(f"??/.*{PART}"):
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < older_than:
                path.unlink()
                gone += 1
    return gone


def _write_durably(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
