"""Delivering one message: reserve, call the gateway outside any transaction, note the outcome."""

import logging
import random
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from account_center.kit.clock import now
from account_center.messaging import rules
from account_center.messaging.adapters import gateways
from account_center.messaging.models import Message, Unsubscribed
from account_center.messaging.ports import GatewayAway, GatewayRefused
from account_center.messaging.sealed import empty, reveal
from account_center.messaging.types import Channel, Content, MessageKind, MessageState, Problem

log = logging.getLogger(__name__)
LONGEST_DECOY_PAUSE = 8.0


@dataclass(frozen=True, slots=True)
class Reserved:
    """An attempt that is ours to make. ``key`` is the same for every attempt at this message."""

    message: int
    key: UUID
    channel: Channel
    content: Content
    attempt: int
    decoy: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What an attempt brought: accepted if there is no problem. ``final`` problems are not tried again."""

    problem: Problem | None = None
    final: bool = False
    reference: str = ""
    took_ms: int = 0


def deliver_message(*, message_id: int) -> timedelta | None:
    """One attempt at a message; returns how long to wait before the next one, None if the message is done with."""
    reserved = reserve(message_id=message_id)
    if reserved is None:
        return None
    result = _pretend(reserved) if reserved.decoy else _hand_over(reserved)
    return note_result(reserved=reserved, result=result)


@transaction.atomic
def reserve(*, message_id: int) -> Reserved | None:
    """Counts an attempt before it is made; None if there is nothing (more) to send."""
    row = Message.objects.select_for_update().filter(pk=message_id).first()
    if row is None or MessageState(row.state) in rules.OVER:
        return None
    # A worker that was killed while sending leaves the state as it is: the same attempt is made again, with its key.
    if row.state != MessageState.SENDING:
        row.state = rules.moved(MessageState(row.state), MessageState.SENDING)
    if problem := _not_worth_sending(row):
        _give_up(row, problem)
        return None
    row.attempts, row.next_try_at = row.attempts + 1, None
    row.save()
    return Reserved(row.pk, row.public_id, Channel(row.channel), reveal(row), row.attempts, row.decoy)


@transaction.atomic
def note_result(*, reserved: Reserved, result: Result) -> timedelta | None:
    """Writes down what the attempt brought. "Accepted" always counts, also when a later attempt has begun."""
    row = Message.objects.select_for_update().filter(pk=reserved.message).first()
    if row is None or MessageState(row.state) in rules.OVER:
        return None
    row.tried_at, row.took_ms = now(), result.took_ms
    if result.problem is None:
        _accept(row, result.reference)
        return None
    if row.attempts == reserved.attempt:
        return _after_problem(row, result)
    return None


def _hand_over(reserved: Reserved) -> Result:
    begun = time.monotonic()
    try:
        reference = _call(reserved)
    except GatewayRefused as refused:
        log.info("message %s is refused: %s", reserved.key, refused.problem)
        return Result(problem=refused.problem, final=True, took_ms=_since(begun))
    except GatewayAway as away:
        log.warning("message %s waits, the gateway is away: %s", reserved.key, away)
        return Result(problem=Problem.GATEWAY_AWAY, took_ms=_since(begun))
    return Result(reference=reference, took_ms=_since(begun))


def _call(reserved: Reserved) -> str:
    content = reserved.content
    if reserved.channel is Channel.SMS:
        return gateways().sms.send(to=content.to, text=content.text, key=reserved.key).reference
    return gateways().mail.send(content=content, key=reserved.key).reference


def _pretend(reserved: Reserved) -> Result:
    """The decoy's attempt fares like the newest real one on its channel, and takes as long."""
    recent = now() - timedelta(seconds=rules.NEWS_SECONDS)
    newest = (
        Message.objects.filter(channel=reserved.channel.value, decoy=False, tried_at__gte=recent)
        .order_by("-tried_at")
        .values_list("state", "last_problem", "took_ms")
        .first()
    )
    if newest is None:
        return Result()
    state, problem, took_ms = newest
    time.sleep(min(took_ms / 1000, LONGEST_DECOY_PAUSE))
    failing = rules.gateway_is_failing(MessageState(state), Problem(problem) if problem else None)
    return Result(problem=Problem.GATEWAY_AWAY if failing else None)


def _since(begun: float) -> int:
    return round((time.monotonic() - begun) * 1000)


def _not_worth_sending(row: Message) -> Problem | None:
    if row.kind == MessageKind.MARKETING and _has_unsubscribed(bytes(row.recipient_index)):
        return Problem.UNSUBSCRIBED
    return Problem.GATEWAY_AWAY if _is_spent(row, now()) else None


def _has_unsubscribed(index: bytes) -> bool:
    return Unsubscribed.objects.filter(recipient_index=index).exists()


def _is_spent(row: Message, moment: datetime) -> bool:
    allowed = settings.LIMITS.message_attempts
    return rules.is_spent(attempts=row.attempts, allowed=allowed, expires_at=row.expires_at, now=moment)


def _after_problem(row: Message, result: Result) -> timedelta | None:
    moment = now()
    pause = rules.pause_after(row.attempts, chance=random.random)
    if result.final or _is_spent(row, moment + pause):
        _give_up(row, result.problem or Problem.GATEWAY_AWAY)
        return None
    row.state = rules.moved(MessageState(row.state), MessageState.RETRYING)
    row.last_problem, row.next_try_at = (result.problem or Problem.GATEWAY_AWAY).value, moment + pause
    row.save()
    return pause


def _accept(row: Message, reference: str) -> None:
    # A worker that lost its lease may bring the good news while another waits to try again.
    if row.state != MessageState.SENDING:
        row.state = rules.moved(MessageState(row.state), MessageState.SENDING)
    row.state = rules.moved(MessageState(row.state), MessageState.ACCEPTED)
    row.accepted_at, row.reference, row.last_problem, row.next_try_at = now(), reference, "", None
    empty(row)
    row.save()


def _give_up(row: Message, problem: Problem) -> None:
    row.state = rules.moved(MessageState(row.state), MessageState.FAILED)
    row.last_problem, row.next_try_at = problem.value, None
    empty(row)
    row.save()
    log.warning("message %s is given up: %s", row.public_id, problem)
