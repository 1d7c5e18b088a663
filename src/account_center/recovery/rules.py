"""Pure decisions about getting back in."""

from datetime import datetime, timedelta

from account_center.kit.limits import Limits
from account_center.kit.typed import fold
from account_center.recovery.types import ContactState, FurtherFacts, FurtherWay, RecoveryState

RECOVERY_MOVES: dict[RecoveryState, set[RecoveryState]] = {
    RecoveryState.BEGUN: {RecoveryState.FURTHER, RecoveryState.READY},
    RecoveryState.FURTHER: {RecoveryState.READY, RecoveryState.WAITING, RecoveryState.STOPPED},
    RecoveryState.READY: {RecoveryState.DONE, RecoveryState.STOPPED},
    RecoveryState.WAITING: {RecoveryState.DONE, RecoveryState.STOPPED},
    RecoveryState.DONE: set(),
    RecoveryState.STOPPED: set(),
}
CONTACT_MOVES: dict[ContactState, set[ContactState]] = {
    ContactState.NAMED: {ContactState.CONFIRMED},
    ContactState.CONFIRMED: set(),
}
_CHINESE_NAME = 4  # characters, at most: such a name shows its last one


def further_ways(facts: FurtherFacts) -> tuple[FurtherWay, ...]:
    """What a new device may show, the one to offer first at the head (1.16).

    Where there are emergency contacts, one of them has to confirm. Where there are none, any second proof does; and the
    waiting time stays open for whoever has lost everything but one phone or mailbox.
    """
    if facts.contacts:
        return (FurtherWay.CONTACT,)
    there = {
        FurtherWay.OTHER: facts.other_channel,
        FurtherWay.PASSKEY: facts.passkeys,
        FurtherWay.APP: facts.app,
        FurtherWay.RECOVERY_CODE: facts.recovery_codes,
        FurtherWay.WAIT: True,
    }
    return tuple(way for way, is_there in there.items() if is_there)


def has_waited(wait_until: datetime, *, now: datetime, limits: Limits) -> bool:
    """Whether a waiting time is over and still counts: whoever comes back too late waits again."""
    return wait_until <= now < wait_until + timedelta(seconds=limits.recovery_return_seconds)


def hint_of(name: str) -> str:
    """As much of a contact's name as its owner needs to know who is meant: ``王小明`` → ``**明``, ``Anna Berg`` → ``A*** B***``."""
    words = name.split()
    if len(words) == 1 and len(name) <= _CHINESE_NAME and not name.isascii():
        return "*" * (len(name) - 1) + name[-1:] if len(name) > 1 else "*"
    return " ".join(f"{word[0]}***" for word in words)


def plain_answer(text: str) -> str:
    """The one spelling of a typed answer: no case, no gaps, no punctuation."""
    return "".join(sign for sign in fold(text) if sign.isalnum())
