"""Hashing and judging passwords. The pool of hashing threads is bounded, so that a burst cannot eat the memory."""

import os
import re
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from zxcvbn import zxcvbn

from account_center.accounts.errors import PasswordCheckBusy, WeakPassword
from account_center.kit.limits import Limits

PLACES = max(1, os.cpu_count() or 1)
WAIT_SECONDS = 5
ZXCVBN_LENGTH = 72  # its own limit
SHORTEST_PART = 3
# Words that open doors in this trade and stand in no English list.
OWN_COMMON = frozenset({"huanying", "zhanghao", "mima", "yunfuwu", "account", "center", "lanyun"})

_BETWEEN = re.compile(r"[\W_]+")
Found = TypeVar("Found")

_places = threading.BoundedSemaphore(PLACES)
# Threads of its own: the allocator leaves each thread that ever hashed its 19 MiB, and a server has many threads.
_hashing = ThreadPoolExecutor(max_workers=PLACES, thread_name_prefix="hashing")
_common = CommonPasswordValidator()


def _in_a_hashing_place(work: Callable[[], Found]) -> Found:
    if not _places.acquire(timeout=WAIT_SECONDS):
        raise PasswordCheckBusy
    try:
        return _hashing.submit(work).result()
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


def judge_password(password: str, *, about: Sequence[str], limits: Limits) -> None:
    """Raises WeakPassword with the reason. ``about`` are the person's own words, which make guesses easy."""
    if len(password) < limits.password_min_length:
        raise WeakPassword(field="password", problem=_("It has fewer than %d characters.") % limits.password_min_length)
    if len(password) > limits.password_max_length:
        raise WeakPassword(field="password", problem=_("It has more than %d characters.") % limits.password_max_length)
    if _is_common(password):
        raise WeakPassword(field="password", problem=_("It stands in the lists that attackers try first."))
    if (
        zxcvbn(password[:ZXCVBN_LENGTH], user_inputs=[*_own_words(about), *OWN_COMMON])["score"]
        < limits.password_min_score
    ):
        raise WeakPassword(field="password", problem=_("A computer would guess it soon: it follows a known pattern."))


def _own_words(about: Sequence[str]) -> set[str]:
    """``lin.mei@example.com`` gives itself, ``linmeiexamplecom`` and its parts: people leave the dots out."""
    parts = {part for text in about for part in _BETWEEN.split(text) if len(part) >= SHORTEST_PART}
    return {text for text in about if text} | parts | {_BETWEEN.sub("", text) for text in about if text}


def _is_common(password: str) -> bool:
    try:
        _common.validate(password)
    except ValidationError:
        return True
    return False
