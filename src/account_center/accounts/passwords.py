"""Hashing and judging passwords. The pool of hashing threads is bounded, so that a burst cannot eat the memory."""

import os
import re
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from itertools import chain
from math import prod
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from zxcvbn import zxcvbn
from zxcvbn.matching import L33T_TABLE

from account_center.accounts.errors import PasswordCheckBusy, WeakPassword
from account_center.accounts.password_words import in_our_words
from account_center.accounts.types import PasswordStrength
from account_center.kit.limits import Limits

PLACES = max(1, os.cpu_count() or 1)
WAIT_SECONDS = 5
ZXCVBN_LENGTH = 72  # its own limit
SHORTEST_PART = 3
# Words that open doors in this trade and stand in no English list.
OWN_COMMON = frozenset({"huanying", "zhanghao", "mima", "yunfuwu", "account", "center", "lanyun"})

DIGITS = frozenset("0123456789")
MOST_READINGS = 12

_BETWEEN = re.compile(r"[\W_]+")
_LETTERS_OF = {
    sign: [letter for letter, signs in L33T_TABLE.items() if sign in signs] for sign in set(chain(*L33T_TABLE.values()))
}
# Signs that stand for nothing and lie on no keyboard, one for each.
_PLAIN_SIGN = {sign: chr(0x2200 + number) for number, sign in enumerate(sorted(_LETTERS_OF))}
Found = TypeVar("Found")

# libsodium gives its 19 MiB back to the system after each hash, so any thread may hash; only so many at once.
_places = threading.BoundedSemaphore(PLACES)
_common = CommonPasswordValidator()


def _in_a_hashing_place(work: Callable[[], Found]) -> Found:
    if not _places.acquire(timeout=WAIT_SECONDS):
        raise PasswordCheckBusy
    try:
        return work()
    finally:
        _places.release()


def hash_password(password: str) -> str:
    """The stored form of a password. Raises PasswordCheckBusy when no hashing place comes free."""
    return _in_a_hashing_place(lambda: make_password(password))


def password_matches(password: str, stored: str) -> bool:
    """Whether this is the password; an unusable ``stored`` costs the same time. Raises PasswordCheckBusy."""
    possible = len(password) <= settings.LIMITS.password_max_length and bool(stored)
    right = _in_a_hashing_place(lambda: check_password(password if possible else "", stored if possible else _decoy()))
    return right and possible


_decoys: dict[tuple[int, int, int], str] = {}


def _decoy() -> str:
    """A hash that nothing matches, so that an unknown name takes as long as a known one."""
    parameters = (settings.ARGON2_MEMORY_KIB, settings.ARGON2_PASSES, settings.ARGON2_LANES)
    if parameters not in _decoys:
        _decoys[parameters] = make_password(os.urandom(32).hex())
    return _decoys[parameters]


def matches_any(password: str, stored: Sequence[str]) -> bool:
    """Whether this was one of these passwords. Each costs one hash, one after the other, each in its own place.

    Raises PasswordCheckBusy.
    """
    return any(password_matches(password, one) for one in stored)


def judge_password(password: str, *, about: Sequence[str], limits: Limits) -> None:
    """Raises WeakPassword with the reason. ``about`` are the person's own words, which make guesses easy."""
    strength = look_at_password(password, about=about, limits=limits)
    if strength.problem:
        raise WeakPassword(field="password", problem=strength.problem)


def look_at_password(password: str, *, about: Sequence[str], limits: Limits) -> PasswordStrength:
    """How hard this password is to guess, whether it would be taken, and what would make it better."""
    judged = _judged(password[:ZXCVBN_LENGTH], own_words=[*_own_words(about), *OWN_COMMON])
    common = _is_common(password)
    score = 0 if common else int(judged["score"])
    problem = _length_problem(password, limits) or _guess_problem(score, common=common, limits=limits)
    said = [judged["feedback"]["warning"], *judged["feedback"]["suggestions"]]
    return PasswordStrength(score=score, problem=problem, hints=in_our_words(said))


def _judged(password: str, *, own_words: list[str]) -> dict[str, Any]:
    # zxcvbn breaks on an empty text.
    return zxcvbn(_bounded(password) or " ", user_inputs=own_words)  # type: ignore[no-any-return] # has no types


def _length_problem(password: str, limits: Limits) -> str:
    if len(password) < limits.password_min_length:
        return _("It has fewer than %d characters.") % limits.password_min_length
    if len(password) > limits.password_max_length:
        return _("It has more than %d characters.") % limits.password_max_length
    return ""


def _guess_problem(score: int, *, common: bool, limits: Limits) -> str:
    if common:
        return _("It stands in the lists that attackers try first.")
    return _("A computer would guess it soon: it follows a known pattern.") if score < limits.password_min_score else ""


def _bounded(password: str) -> str:
    """The same password with so few signs that can stand for letters that judging it takes a tenth of a second at most.

    zxcvbn tries every reading of such signs together: with all of them, one judgement took seven seconds.
    """
    readings = Counter(letter for digit in set(password) & DIGITS for letter in _LETTERS_OF[digit])
    for sign in dict.fromkeys(password):
        letters = _LETTERS_OF.get(sign, ())
        if not letters or sign in DIGITS:
            continue
        more = readings + Counter(letters)
        if prod(more.values()) > MOST_READINGS:
            password = password.replace(sign, _PLAIN_SIGN[sign])
        else:
            readings = more
    return password


def _own_words(about: Sequence[str]) -> set[str]:
    """``lin.mei@example.com`` gives itself, ``linmeiexamplecom`` and its parts: people leave the dots out."""
    parts = {part for text in about for part in _BETWEEN.split(text) if len(part) >= SHORTEST_PART}
    return {text for text in about if text} | parts | {_BETWEEN.sub("", text) for text in about if text}


def _is_common(password: str) -> bool:
    try:
        _common.validate(password)
    except ValidationError:
        return True
    return password.strip().lower() in _operators_list(str(settings.COMMON_PASSWORDS_FILE))


@cache
def _operators_list(path: str) -> frozenset[str]:
    """The operator's own list of common passwords, one per line; read once in each process."""
    if not path:
        return frozenset()
    lines = Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    return frozenset(word for line in lines if (word := line.strip().lower()))
