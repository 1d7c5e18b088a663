"""Telling people from programs without asking an outside service: a picture to read, or a question to answer."""

import hmac
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from account_center.kit.actor import Actor
from account_center.kit.limits import HOUR
from account_center.plumbing.keys import keyring
from account_center.plumbing.limiter import Budget, network_of, spend
from account_center.recovery.errors import TooManyChecks, WrongAnswer
from account_center.recovery.models import HumanCheck
from account_center.recovery.services import drawing, questions
from account_center.recovery.types import CheckKind, ShownCheck


def new_check(*, actor: Actor, kind: CheckKind, now: datetime) -> ShownCheck:
    """A fresh picture or question, good for one answer. Raises TooManyChecks."""
    _spend(actor, now=now)
    row = HumanCheck(
        kind=kind.value, created_at=now, expires_at=now + timedelta(seconds=settings.LIMITS.human_check_seconds)
    )
    if kind is CheckKind.PICTURE:
        text = drawing.random_text()
        shown = ShownCheck(row.public_id, kind, picture=drawing.draw(text))
    else:
        question, text = questions.ask()
        shown = ShownCheck(row.public_id, kind, question=question)
    row.answer_digest = _digest(row, text)
    row.save()
    return shown


def answer_check(*, check_id: UUID, answer: str, now: datetime) -> bool:
    """Whether the answer is right. Right or wrong it uses the check up, so that parallel answers share no try."""
    open_one = HumanCheck.objects.filter(public_id=check_id, answered_at__isnull=True, expires_at__gt=now)
    if not open_one.update(answered_at=now):
        return False
    row = HumanCheck.objects.get(public_id=check_id)
    return hmac.compare_digest(bytes(row.answer_digest), _digest(row, answer))


def require_human(*, check_id: UUID | None, answer: str, now: datetime) -> None:
    """The same as a refusal. Call it outside a transaction: what was used up stays so. Raises WrongAnswer."""
    if check_id is None or not answer_check(check_id=check_id, answer=answer, now=now):
        raise WrongAnswer(field="answer")


def _spend(actor: Actor, *, now: datetime) -> None:
    limit = settings.LIMITS.human_checks_per_address_hour
    exhausted = spend([Budget("human_checks", network_of(actor.address), limit, HOUR)], now=now)
    if exhausted is not None:
        raise TooManyChecks(retry_after=exhausted[1])


def _digest(row: HumanCheck, answer: str) -> bytes:
    return keyring().digest("human_check", f"{row.public_id}:{questions.in_digits(answer)}")
