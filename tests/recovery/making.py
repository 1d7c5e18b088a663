"""Ways back into an account, walked through the services alone."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import override

from account_center.accounts.queries import account
from account_center.accounts.types import AccountFacts
from account_center.messaging.models import Message
from account_center.messaging.sealed import reveal
from account_center.recovery.models import Recovery
from account_center.recovery.services import (
    begin_by_contact,
    begin_by_name,
    choose,
    confirm_contact,
    name_contact,
    new_check,
    questions,
    send_contact_code,
    send_to,
    set_new_password,
)
from account_center.recovery.types import CheckKind, ContactView, RecoveryView
from account_center.signin.models import Device, FreshProof
from account_center.signin.services.codes import challenge
from account_center.signin.services.devices import digest_of
from account_center.signin.types import ChallengeView, Channel, SensitiveAction, WayToProve
from tests.signin.making import NOW, VISITOR, owner_of, prove

NEW = "granite teapot 88 window"
DEVICE = "the secret of a browser"
Answer = Callable[[Mapping[str, str], list[str], Mapping[str, int]], Any]


def knows_device(owner: AccountFacts, device: str = DEVICE) -> None:
    """As if the owner had signed in with this browser before."""
    Device.objects.create(account_id=owner.id, digest=digest_of(owner.id, device), first_seen=NOW, last_used=NOW)


def begun(contact: str, *, now: datetime = NOW) -> RecoveryView:
    return begin_by_contact(actor=VISITOR, contact=contact, country="CN", now=now)


def prove_first(view: RecoveryView, *, now: datetime = NOW) -> None:
    """Types the right code of the first step."""
    sent = Recovery.objects.get(public_id=view.id).challenge
    seen = challenge(sent) if sent else None
    assert seen
    prove(seen, now=now)


def chosen(owner: AccountFacts, *, contact: str = "", device: str = "", now: datetime = NOW) -> RecoveryView:
    """Up to the choice of the account."""
    view = begun(contact or owner.phone or owner.email, now=now)
    prove_first(view, now=now)
    return choose(actor=VISITOR, recovery_id=view.id, account_id=owner.id, device=device, now=now)


def ready(owner: AccountFacts, *, now: datetime = NOW) -> RecoveryView:
    """Up to the new password, on a device the owner has used before."""
    knows_device(owner)
    return chosen(owner, device=DEVICE, now=now)


def finished(view: RecoveryView, password: str = NEW, *, now: datetime = NOW) -> RecoveryView:
    return set_new_password(actor=VISITOR, recovery_id=view.id, password=password, now=now)


def a_passed_check() -> tuple[UUID, str]:
    """A question and its answer."""
    with override("en"):
        shown = new_check(actor=VISITOR, kind=CheckKind.QUESTION, now=NOW)
    return shown.id, answer_of(shown.question)


def answer_of(question: str, language: str = "en") -> str:
    """What a person would answer."""
    with override(language):
        numbers = {str(word): number for number, word in enumerate(questions.NUMBERS)}
        for wordings, answer in ANSWERS:
            for wording in wordings:
                found = re.fullmatch(_pattern(str(wording)), question)
                if found:
                    words = re.split("[,、] ?", found["list"]) if "list" in found.groupdict() else []
                    return str(answer(found.groupdict(), words, numbers))
    raise AssertionError(f"nobody knows {question!r}")


def _pattern(wording: str) -> str:
    return re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(wording))


def _one_of(kind: Sequence[object]) -> Answer:
    return lambda _parts, words, _numbers: next(word for word in words if word in {str(one) for one in kind})


ANSWERS: list[tuple[Sequence[object], Answer]] = [
    (questions._SUMS, lambda parts, _words, numbers: numbers[parts["a"]] + numbers[parts["b"]]),
    (questions._RESTS, lambda parts, _words, numbers: numbers[parts["a"]] - numbers[parts["b"]]),
    (questions._GREATEST, lambda _parts, words, numbers: max(numbers[word] for word in words)),
    (questions._SMALLEST, lambda _parts, words, numbers: min(numbers[word] for word in words)),
    (questions._WHICH_ANIMAL, _one_of(questions.ANIMALS)),
    (questions._WHICH_FRUIT, _one_of(questions.FRUITS)),
]


def begun_by_name(name: str, user: str = "") -> RecoveryView:
    check, answer = a_passed_check()
    return begin_by_name(name=name, user=user, check_id=check, answer=answer, now=NOW)


def sent_to(view: RecoveryView, channel: Channel, contact: str) -> ChallengeView:
    return send_to(actor=VISITOR, recovery_id=view.id, channel=channel, contact=contact, country="CN", now=NOW)


def a_proof(owner: AccountFacts, action: SensitiveAction = SensitiveAction.EMERGENCY_CONTACTS) -> UUID:
    fresh = account(owner.id)
    assert fresh
    row = FreshProof.objects.create(
        account_id=owner.id, action=action.value, way=WayToProve.SMS.value, mark=fresh.mark, proven_at=NOW
    )
    return row.public_id


def named(owner: AccountFacts, name: str = "王小明", contact: str = "helper@example.org") -> ContactView:
    return name_contact(
        actor=owner_of(owner), account_id=owner.id, name=name, contact=contact, proof=a_proof(owner), now=NOW
    )


def with_contact(owner: AccountFacts, name: str = "王小明", contact: str = "helper@example.org") -> ContactView:
    """An emergency contact who has agreed."""
    view = named(owner, name, contact)
    sent = send_contact_code(actor=owner_of(owner), account_id=owner.id, contact_id=view.id, now=NOW)
    prove(sent)
    return confirm_contact(actor=owner_of(owner), account_id=owner.id, contact_id=view.id, now=NOW)


def texts_to(masked: str) -> list[str]:
    """Everything queued for a phone or mailbox, newest first."""
    return [reveal(row).text for row in Message.objects.filter(masked=masked, decoy=False).order_by("-pk")]
