"""The number with which somebody has just met a limit, kept in the session: as a keyed digest and masked."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest

from account_center.kit.refused import Refused
from account_center.realname.services.full_numbers import Claim, full_number
from account_center.realname.services.quotas import counted
from account_center.realname.types import Counted, CountedNumber

FULL = "full_number"


@dataclass(frozen=True, slots=True)
class Remembered:
    """The number with what is used of its limit now, and the masked name to it."""

    number: CountedNumber
    name: str


def remember_full(request: HttpRequest, claim: Claim | None, wrong: Iterable[Refused]) -> None:
    """If a limit of verifications stood in the way: the form that asks for more need not ask which number it was."""
    for refusal in wrong:
        found = full_number(refusal, claim) if claim else None
        if found is not None:
            number, name = found
            request.session[FULL] = [number.kind.value, number.digest.hex(), number.masked, name]


def remembered_full(request: HttpRequest) -> Remembered | None:
    """What was kept, if anything was."""
    kept = request.session.get(FULL)
    if not isinstance(kept, list):
        return None
    kind, digest, masked, name = kept
    return Remembered(counted(Counted(kind), digest=bytes.fromhex(digest), masked=masked), name)


def forget_full(request: HttpRequest) -> None:
    """The ticket is open."""
    request.session.pop(FULL, None)
