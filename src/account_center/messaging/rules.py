"""Decisions about messages. Pure; times and facts are arguments."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from account_center.messaging.types import MessageState, Problem

# Drawn in docs/states/message.md.
MOVES: Mapping[MessageState, frozenset[MessageState]] = {
    MessageState.QUEUED: frozenset({MessageState.SENDING}),
    MessageState.SENDING: frozenset({MessageState.ACCEPTED, MessageState.RETRYING, MessageState.FAILED}),
    MessageState.RETRYING: frozenset({MessageState.SENDING}),
    MessageState.ACCEPTED: frozenset(),
    MessageState.FAILED: frozenset(),
}
OVER = frozenset(state for state, following in MOVES.items() if not following)

FIRST_PAUSE = 5.0
LONGEST_PAUSE = 3600.0
GROWTH = 3
# How long an attempt tells something about its gateway: a little longer than the longest pause between two attempts.
NEWS_SECONDS = 1.25 * LONGEST_PAUSE

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_MAILBOX = re.compile(r"[^\s@<>,;:\"\\()\[\]\x00-\x20\x7f]+@[^\s@<>,;:\"\\()\[\]\x00-\x20\x7f]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


class WrongMove(Exception):
    """A state may not follow another: a mistake in the program."""


def moved(state: MessageState, following: MessageState) -> MessageState:
    """``following``, if it may follow ``state``. Raises WrongMove."""
    if following not in MOVES[state]:
        raise WrongMove(f"{state} --> {following}")
    return following


def pause_after(attempts: int, *, chance: Callable[[], float]) -> timedelta:
    """5 s, 15 s, 45 s … one hour at most, times 0.8 to 1.2.

    Quick at first, since somebody waits for a code; eight attempts still outlast an hour without the gateway.
    """
    grown = min(FIRST_PAUSE * GROWTH ** min(attempts - 1, 20), LONGEST_PAUSE)
    return timedelta(seconds=grown * (0.8 + 0.4 * chance()))


def is_spent(*, attempts: int, allowed: int, expires_at: datetime | None, now: datetime) -> bool:
    """Whether trying again is useless: all attempts are used, or nobody can use the message any more."""
    return attempts >= allowed or (expires_at is not None and now >= expires_at)


def gateway_is_failing(state: MessageState, problem: Problem | None) -> bool:
    """Whether the newest real attempt says that the gateway is away. A refused recipient is an answer of the gateway."""
    return state is MessageState.RETRYING or problem is Problem.GATEWAY_AWAY


def checked_phone(e164: str) -> str:
    """The number itself. Raises ValueError if it is not E.164: the caller should have parsed it."""
    if not _E164.fullmatch(e164):
        raise ValueError("the recipient is not a phone number in E.164")
    return e164


def checked_mailbox(address: str) -> str:
    """The address itself. Raises ValueError if it could name more than one mailbox or begin another header."""
    if not _MAILBOX.fullmatch(address):
        raise ValueError("the recipient is not one e-mail address")
    return address


def one_line(text: str) -> str:
    """Fit for a header: no line breaks, no control characters."""
    return " ".join(_CONTROLS.sub(" ", text).split())


def plain_text(text: str) -> str:
    """Unix line breaks and no other control characters but the tab."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
