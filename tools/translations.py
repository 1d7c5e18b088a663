"""Keeps the rooms' translation files: --update, --check, --compile.

Words are taken from Python (gettext and its kin, also as ``_``) and from templates, room by room; each room's file is
``src/account_center/<room>/locale/zh_Hans/LC_MESSAGES/django.po``. Words of parts that are no Django app (``entry``,
``kit``) stand in ``src/account_center/locale``. Needs no GNU gettext.
"""

import argparse
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation import templatize

from account_center.plumbing.translations import PACKAGE, compile_translations

LANGUAGE = "zh_Hans"
NOT_APPS = ("entry", "kit")
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|(?<!\{)\{\w*\}(?!\})|%[sd]")
HEADER = "# Simplified Chinese words of this room. Kept by tools/translations.py; compiled when the product starts."
Words = tuple[str | tuple[str, ...], str | None]  # msgid (with its plural), context


def rooms() -> list[Path]:
    """Every package that may hold words."""
    return sorted(path.parent for path in PACKAGE.glob("*/__init__.py"))


def po_file(room: Path) -> Path:
    """Where the words of ``room`` stand."""
    home = PACKAGE if room.name in NOT_APPS else room
    return home / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def words_of(room: Path) -> dict[Words, None]:
    """The words in a room's Python files and templates, in the order of the files."""
    found: dict[Words, None] = {}
    for path in sorted(room.rglob("*.py")):
        if "migrations" not in path.parts:
            found |= dict.fromkeys(_in_python(path.read_text()))
    for path in sorted(path for path in room.glob("templates/**/*") if path.is_file()):
        found |= dict.fromkeys(_in_python(templatize(path.read_text(), origin=str(path))))
    return found


def _in_python(source: str) -> Iterator[Words]:
    for _line, message, _comments, context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
        yield message, context


def words_by_file() -> dict[Path, dict[Words, None]]:
    """Per translation file the words that belong into it."""
    wanted: dict[Path, dict[Words, None]] = {}
    for room in rooms():
        wanted.setdefault(po_file(room), {}).update(words_of(room))
    return {path: words for path, words in wanted.items() if words or path.exists()}


def read(path: Path) -> Catalog:
    """The catalogue in ``path``; an empty one where there is none yet."""
    if not path.exists():
        return _new_catalogue()
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def _new_catalogue() -> Catalog:
    return Catalog(locale=LANGUAGE, header_comment=HEADER, project="account-center", fuzzy=False, charset="utf-8")


def update(path: Path, wanted: dict[Words, None]) -> None:
    """Brings one file up to date: keeps translations, adds words, marks what is no longer used as obsolete."""
    old, new = read(path), _new_catalogue()
    for message, context in wanted:
        known = old.get(message, context) or old.obsolete.get(_one(message))
        same_form = known is not None and isinstance(known.id, tuple) == isinstance(message, tuple)
        flags = {flag for flag in known.flags if flag == "fuzzy"} if known else set()
        new.add(message, known.string if known and same_form else None, context=context, flags=flags)
    gone = [known for known in (*old, *old.obsolete.values()) if known.id and _gone(known, new)]
    new.obsolete.update({_one(known.id): known for known in gone if known.string})
    path.parent.mkdir(parents=True, exist_ok=True)
    before, after = path.read_bytes() if path.exists() else b"", _as_bytes(new)
    if before != after:
        path.write_bytes(after)


def _one(message: str | tuple[str, ...] | list[str]) -> str:
    return message if isinstance(message, str) else message[0]


def _gone(known: Message, new: Catalog) -> bool:
    return new.get(known.id, known.context) is None


def _as_bytes(catalogue: Catalog) -> bytes:
    """Without dates, line numbers and the maker's version: a change shows only where a word changed."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=100, no_location=True, omit_header=True, include_previous=False)
    plural = f"nplurals={catalogue.num_plurals}; plural={catalogue.plural_expr};"
    head = (
        f'{HEADER}\nmsgid ""\nmsgstr ""\n"Language: {LANGUAGE}\\n"\n"MIME-Version: 1.0\\n"\n'
        f'"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {plural}\\n"\n'
    )
    return (head + "\n" + buffer.getvalue().decode().strip()).rstrip().encode() + b"\n"


def problems() -> list[str]:
    """What is wrong with the translations, one line each; empty when they are complete."""
    found: list[str] = []
    files = {path.relative_to(PACKAGE): (read(path), wanted) for path, wanted in words_by_file().items()}
    for name, (catalogue, wanted) in files.items():
        found += [f"{name}: {problem}" for problem in _problems_of(catalogue, wanted)]
    return found + list(_contradictions([catalogue for catalogue, _wanted in files.values()]))


def _contradictions(catalogues: list[Catalog]) -> Iterator[str]:
    """Django joins all files into one, so the same words in two rooms must have the same translation."""
    known: dict[tuple[str, str | None], object] = {}
    for message in (message for catalogue in catalogues for message in catalogue if message.id and message.string):
        key = (_one(message.id), message.context)
        if known.setdefault(key, message.string) != message.string:
            yield f"two translations of {key[0]!r}: {known[key]!r} and {message.string!r}"


def _problems_of(catalogue: Catalog, wanted: dict[Words, None]) -> Iterator[str]:
    for message, context in wanted:
        known = catalogue.get(message, context)
        if known is None:
            yield f"missing: {_one(message)!r}"
        else:
            yield from _problems_of_message(known)
    for known in catalogue:
        if known.id and (_as_key(known.id), known.context) not in wanted:
            yield f"no longer used: {_one(known.id)!r}"
    for gone in catalogue.obsolete.values():
        yield f"obsolete, take it out: {_one(gone.id)!r}"


def _as_key(message: str | tuple[str, ...] | list[str]) -> str | tuple[str, ...]:
    return message if isinstance(message, str) else tuple(message)


def _problems_of_message(known: Message) -> Iterator[str]:
    strings = [known.string] if isinstance(known.string, str) else list(known.string or ())
    if not strings or not all(strings):
        yield f"not translated: {_one(known.id)!r}"
        return
    if known.fuzzy:
        yield f"fuzzy: {_one(known.id)!r}"
    # In a plural every form may use what the last one uses.
    ids = [known.id] if isinstance(known.id, str) else list(known.id)
    allowed = {placeholder for text in ids for placeholder in PLACEHOLDER.findall(text)}
    for string in strings:
        used = set(PLACEHOLDER.findall(string))
        if used - allowed or (len(ids) == 1 and used != allowed):
            yield f"other placeholders than the English words: {_one(known.id)!r}"


def main() -> int:
    """Returns 0 when all is well."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    group = parser.add_mutually_exclusive_group(required=True)
    group.add_argument("--update", action="store_true", help="take words from the source into the files")
    group.add_argument("--check", action="store_true", help="say what is missing, fuzzy, obsolete or wrongly filled in")
    group.add_argument("--compile", action="store_true", help="write the .mo files")
    chosen = parser.parse_args()
    if chosen.compile:
        print(f"{compile_translations()} files compiled")
        return 0
    if chosen.update:
        for path, wanted in words_by_file().items():
            update(path, wanted)
    found = problems()
    print("\n".join(found) or "every word has its translation")
    return 1 if found and chosen.check else 0


if __name__ == "__main__":
    sys.exit(main())
