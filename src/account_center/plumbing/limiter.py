"""Counting in the database what may happen so often in a window of time. Shared by all processes and doors."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import IntegrityError, models, transaction
from django.db.models import F

from account_center.plumbing.keys import keyring

IPV6_VISITOR = 64  # bits


class LimitCounter(models.Model):
    """How often one thing happened in one window (``window`` is its start in seconds since 1970)."""

    key = models.BinaryField(max_length=32)
    window = models.BigIntegerField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "window"], name="one_counter_per_key_and_window")
        ]


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
    with transaction.atomic():
        for budget in sorted(budgets, key=lambda one: one.key):
            window = moment - moment % budget.seconds
            if not _spend_one(budget, window):
                transaction.set_rollback(True)
                return budget, window + budget.seconds - moment
    return None


def give_back(budgets: list[Budget], *, now: datetime) -> None:
    """Takes back what was spent in the window of ``now`` on something that turned out not to count."""
    moment = int(now.timestamp())
    for budget in sorted(budgets, key=lambda one: one.key):
        counters = LimitCounter.objects.filter(key=budget.key, window=moment - moment % budget.seconds)
        counters.filter(count__gt=0).update(count=F("count") - 1)


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


def _spend_one(budget: Budget, window: int) -> bool:
    counters = LimitCounter.objects.filter(key=budget.key, window=window)
    if counters.filter(count__lt=budget.limit).update(count=F("count") + 1):
        return True
    # Not merely "there is one": another visitor may have begun the window since the line above.
    if counters.filter(count__gte=budget.limit).exists():
        return False
    try:
        with transaction.atomic():
            LimitCounter.objects.create(key=budget.key, window=window, count=1)
    except IntegrityError:
        return bool(counters.filter(count__lt=budget.limit).update(count=F("count") + 1))
    return True


def spent(budget: Budget, *, now: datetime) -> int:
    """How much of a budget is used in the present window."""
    moment = int(now.timestamp())
    window = moment - moment % budget.seconds
    return LimitCounter.objects.filter(key=budget.key, window=window).values_list("count", flat=True).first() or 0


def seconds_left(budget: Budget, *, now: datetime) -> int:
    """Until the present window of a budget ends."""
    return budget.seconds - int(now.timestamp()) % budget.seconds


def forget_before(moment: datetime) -> int:
    """Removes counters of windows that started before ``moment``. Returns how many."""
    gone, _ = LimitCounter.objects.filter(window__lt=int(moment.timestamp())).delete()
    return gone
