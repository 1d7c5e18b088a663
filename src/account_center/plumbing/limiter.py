"""Counting in the database what may happen so often in a window of time. Shared by all processes and doors."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import connection, models, transaction

from account_center.plumbing.keys import keyring

IPV6_VISITOR = 64  # bits
MILLISECONDS = 1000


class LimitCounter(models.Model):
    """How often one thing happened in one window (``window`` is its start in seconds since 1970)."""

    key = models.BinaryField(max_length=32)
    window = models.BigIntegerField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "window"], name="one_counter_per_key_and_window")
        ]


class Turn(models.Model):
    """When something that wants a pause was done last (``at`` in milliseconds since 1970), and which act it was."""

    key = models.BinaryField(max_length=32, unique=True)
    at = models.BigIntegerField(db_index=True)
    holder = models.UUIDField()


@dataclass(frozen=True, slots=True)
class Budget:
    """At most ``limit`` times in ``seconds`` for one ``subject`` (an address, a phone, a country)."""

    purpose: str
    subject: str
    limit: int
    seconds: int

    @property
    def key(self) -> bytes:
        """The subject may be a phone or an address: only its keyed digest is stored."""
        return keyring().blind_index(f"limit.{self.purpose}.{self.seconds}", self.subject)


def spend(budgets: list[Budget], *, now: datetime) -> tuple[Budget, int] | None:
    """Spends one from every budget, or none: then the exhausted budget and the seconds until its window ends.

    Its own transaction: what was spent stays spent, whatever the caller does next. Call it before, not inside, one.
    """
    moment = int(now.timestamp())
    if len(budgets) == 1:
        return _exhausted(budgets, moment)  # one statement needs no transaction around it
    with transaction.atomic():
        found = _exhausted(budgets, moment)
        if found is not None:
            transaction.set_rollback(True)
        return found


def _exhausted(budgets: list[Budget], moment: int) -> tuple[Budget, int] | None:
    # Always in the same order, so that two who spend the same budgets never wait for each other.
    for budget in sorted(budgets, key=lambda one: one.key):
        window = moment - moment % budget.seconds
        if not _spend_one(budget, window):
            return budget, window + budget.seconds - moment
    return None


def give_back(budgets: list[Budget], *, now: datetime) -> None:
    """Takes back what was spent in the window of ``now`` on something that turned out not to count."""
    moment = int(now.timestamp())
    for budget in sorted(budgets, key=lambda one: one.key):
        with connection.cursor() as cursor:
            cursor.execute(
                f'UPDATE {_table()} SET "count" = "count" - 1 WHERE "key" = %s AND "window" = %s AND "count" > 0',  # noqa: S608
                [budget.key, moment - moment % budget.seconds],
            )


@dataclass(frozen=True, slots=True)
class Pause:
    """At least ``seconds`` from one time to the next for one ``subject``, whenever they come; a window has no such edge."""

    purpose: str
    subject: str
    seconds: int

    @property
    def key(self) -> bytes:
        """Only a keyed digest is stored, as of a budget."""
        return keyring().blind_index(f"pause.{self.purpose}", self.subject)


@dataclass(frozen=True, slots=True)
class Taken:
    """Somebody else has the turn, for so many ``seconds`` yet."""

    holder: UUID
    seconds: int


def take_turn(pause: Pause, *, holder: UUID, now: datetime) -> Taken | None:
    """Takes the turn for ``holder``, the number of what is about to be done; else who has it, and how long.

    Of all that come at the same moment one gets it. Inside a transaction the others wait for its end.
    """
    moment = int(now.timestamp() * MILLISECONDS)
    while not _take(pause, holder, moment):
        found = Turn.objects.filter(key=pause.key).first()
        if found is not None:  # else it was given back in between
            left = pause.seconds - (moment - found.at) // MILLISECONDS
            return Taken(found.holder, min(max(1, left), pause.seconds))
    return None


def _take(pause: Pause, holder: UUID, moment: int) -> bool:
    table = connection.ops.quote_name(Turn._meta.db_table)
    number = Turn._meta.get_field("holder").get_db_prep_value(holder, connection)
    length = pause.seconds * MILLISECONDS
    with connection.cursor() as cursor:
        # Judging and taking in one statement, as for counters. A turn far ahead was taken before the clock was set back.
        cursor.execute(
            f'INSERT INTO {table} ("key", "at", "holder") VALUES (%s, %s, %s) '  # noqa: S608 - our own table's name
            f'ON CONFLICT ("key") DO UPDATE SET "at" = excluded."at", "holder" = excluded."holder" '
            f'WHERE {table}."at" <= %s OR {table}."at" > %s',
            [pause.key, moment, number, moment - length, moment + length],
        )
        return bool(cursor.rowcount)


def end_turn(pause: Pause, *, holder: UUID) -> None:
    """The next need not wait: what this turn was taken for is over, or did not happen."""
    Turn.objects.filter(key=pause.key, holder=holder).delete()


def network_of(address: str) -> str:
    """What counts as one visitor: an IPv4 address, or the /64 that an IPv6 connection is given as a whole."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        plain = found.ipv4_mapped
        return str(plain) if plain else str(ipaddress.ip_network((found, IPV6_VISITOR), strict=False))
    return str(found)


def _table() -> str:
    return connection.ops.quote_name(LimitCounter._meta.db_table)


def _spend_one(budget: Budget, window: int) -> bool:
    table = _table()
    with connection.cursor() as cursor:
        # Counting, judging and the first row of a window in one statement: nobody can come in between.
        cursor.execute(
            f'INSERT INTO {table} ("key", "window", "count") VALUES (%s, %s, 1) '  # noqa: S608 - our own table's name
            f'ON CONFLICT ("key", "window") DO UPDATE SET "count" = {table}."count" + 1 WHERE {table}."count" < %s',
            [budget.key, window, budget.limit],
        )
        return bool(cursor.rowcount)


def spent(budget: Budget, *, now: datetime) -> int:
    """How much of a budget is used in the present window."""
    moment = int(now.timestamp())
    window = moment - moment % budget.seconds
    return LimitCounter.objects.filter(key=budget.key, window=window).values_list("count", flat=True).first() or 0


def seconds_left(budget: Budget, *, now: datetime) -> int:
    """Until the present window of a budget ends."""
    return budget.seconds - int(now.timestamp()) % budget.seconds


def forget_before(moment: datetime) -> int:
    """Removes counters of windows that started before ``moment``, and turns taken before it. Returns how many."""
    gone, _ = LimitCounter.objects.filter(window__lt=int(moment.timestamp())).delete()
    over, _ = Turn.objects.filter(at__lt=int(moment.timestamp() * MILLISECONDS)).delete()
    return gone + over
