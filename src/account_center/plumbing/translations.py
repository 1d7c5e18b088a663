"""Compiles the rooms' .po files with Babel, so that no GNU gettext is needed where the product runs."""

import os
import tempfile
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).resolve().parent.parent


def compile_translations(root: Path = PACKAGE) -> int:
    """Writes every .mo file below ``root`` that is missing or older than its .po; returns how many were written."""
    stale = [source for source in sorted(root.glob("**/LC_MESSAGES/*.po")) if _is_stale(source)]
    for source in stale:
        _compile(source)
    return len(stale)


def _is_stale(source: Path) -> bool:
    target = source.with_suffix(".mo")
    return not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns


def _compile(source: Path) -> None:
    with source.open("rb") as file:
        catalogue = read_po(file)
    # Moved into place whole: another process may be reading or writing the same file.
    handle, name = tempfile.mkstemp(dir=source.parent, suffix=".tmp")
    with os.fdopen(handle, "wb") as file:
        write_mo(file, catalogue)
    Path(name).chmod(0o644)
    Path(name).replace(source.with_suffix(".mo"))
