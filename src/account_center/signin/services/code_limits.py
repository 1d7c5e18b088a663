"""How many codes are sent, how soon after each other and to where, and how many may be tried (1.19)."""

import logging
from dataclasses import replace
from datetime import datetime

from django.conf import settings

from account_center.kit.actor import Actor
from account_center.kit.limits import DAY, HOUR
from account_center.kit.phone import parse_phone
from account_center.plumbing.limiter import Budget, Pause, end_turn, network_of, seconds_left, spend, take_turn
from account_center.signin.errors import CodeTooSoon, CountryNotServed, TooManyCodes
from account_center.signin.models import Challenge
from account_center.signin.types import Channel, Purpose

OF_PREFIX, OF_COUNTRY = "codes_prefix", "codes_country"
ASKED_BY_OWNER = frozenset({Purpose.SECOND_STEP, Purpose.PROVE_OLD, Purpose.WAY_BACK})

log = logging.getLogger(__name__)


def serves(country: str) -> bool:
    """Whether codes are sent to phones of this country."""
    return not settings.SMS_COUNTRIES or country in settings.SMS_COUNTRIES


def refuse_unserved(channel: Channel, country: str) -> None:
    """Raises CountryNotServed."""
    if channel is Channel.SMS and not serves(country):
        raise CountryNotServed(field="phone", country=country)


def reserve_sending(actor: Actor, row: Challenge, *, now: datetime) -> None:
    """Takes what a new challenge's code needs. Raises CodeTooSoon, TooManyCodes; then nothing was taken."""
    take_code_turn(row, now=now)
    try:
        spend_sending(sending_budgets(actor, row), now=now)
    except TooManyCodes:
        end_code_turn(row)
        raise


def take_code_turn(row: Challenge, *, now: datetime) -> None:
    """One code at a time for one thing: two posts at one moment, or two windows, send one message. Raises CodeTooSoon."""
    taken = take_turn(_pause(row), holder=row.public_id, now=now)
    if taken is not None:
        raise CodeTooSoon(retry_after=taken.seconds, challenge=taken.holder)


def end_code_turn(row: Challenge) -> None:
    """The code was typed, or counts no more: for another one nobody has to wait."""
    end_turn(_pause(row), holder=row.public_id)


def _pause(row: Challenge) -> Pause:
    what_for = f"{row.purpose}:{row.action}:{row.account_id or ''}:{_counted_as(row)}"
    return Pause("code", what_for, settings.LIMITS.code_resend_seconds)


def sending_budgets(actor: Actor, row: Challenge) -> list[Budget]:
    """What one more message takes from: the recipient's, the visitor's, the number range's and the country's."""
    limits, subject = settings.LIMITS, _counted_as(row)
    budgets = [
        Budget("codes_to", subject, limits.codes_per_recipient_hour, HOUR),
        Budget("codes_to", subject, limits.codes_per_recipient_day, DAY),
        Budget("codes_from", network_of(actor.address), limits.codes_per_address_hour, HOUR),
    ]
    if row.purpose == Purpose.CONTACT_HELP:
        # Sent again or asked for anew: both reach the same person.
        asked = f"{row.account_id}:{subject}"
        budgets.append(Budget("codes_to_contact", asked, limits.emergency_codes_per_day, DAY))
    if row.channel == Channel.SMS:
        prefix = parse_phone(row.recipient, country=row.country).prefix
        budgets.append(Budget(OF_PREFIX, _apart(row, prefix), limits.codes_per_prefix_hour, HOUR))
        budgets.append(Budget(OF_COUNTRY, _apart(row, row.country), limits.codes_per_country_day, DAY))
    return budgets


def spend_sending(budgets: list[Budget], *, now: datetime) -> None:
    """One message more. Raises TooManyCodes."""
    exhausted = spend(budgets, now=now)
    if exhausted is not None:
        _tell_operator(exhausted[0], now=now)
        raise TooManyCodes(retry_after=exhausted[1], field="recipient")


def _tell_operator(budget: Budget, *, now: datetime) -> None:
    """Once in a window: whoever pumps, or wants nobody to get codes, is stopped here, and so is everybody else."""
    if budget.purpose not in (OF_PREFIX, OF_COUNTRY):
        return
    if spend([replace(budget, purpose=f"{budget.purpose}_told", limit=1)], now=now) is None:
        log.error(
            "no more codes to %s until its window of %d seconds ends: %d were asked for. Is somebody pumping?",
            budget.subject,
            budget.seconds,
            budget.limit,
        )


def guessed_out(row: Challenge, *, now: datetime) -> bool:
    """Counts a try for the recipient; whether that is one too many.

    Every try counts, also a right one: a person needs few, and a guesser must not learn which were wrong.
    """
    return spend([_tries_of(row)], now=now) is not None


def seconds_to_next_try(row: Challenge, *, now: datetime) -> int:
    """How long a recipient for whom too many codes were tried has to wait."""
    return seconds_left(_tries_of(row), now=now)


def _tries_of(row: Challenge) -> Budget:
    return Budget("tried_codes", _counted_as(row), settings.LIMITS.wrong_codes_per_recipient_day, DAY)


def _counted_as(row: Challenge) -> str:
    """Codes that only the owner can ask for, because he has shown something before or sits at his own device, are counted apart.

    Otherwise a stranger who asks for codes, or types wrong ones, would leave none for the owner.
    """
    return _apart(row, row.recipient.lower())


def _apart(row: Challenge, subject: str) -> str:
    by_owner = row.known_device or Purpose(row.purpose) in ASKED_BY_OWNER
    return f"owner of {subject}" if by_owner else subject
