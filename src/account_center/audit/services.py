"""Writing events. They are never changed; a run of them is sealed into a chain by the worker."""

import hmac
import logging
import secrets
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from itertools import count

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count

from account_center.audit.errors import ExportPeriodTooLong, TooManyExports
from account_center.audit.models import Event, Seal
from account_center.audit.rules import (
    FIRST_OWN_NUMBER,
    RANDOM_BITS,
    canonical,
    is_event_name,
    own_number,
    period_of_file,
    topic_of,
)
from account_center.audit.types import ChainReport, ExportFormat, Wanted
from account_center.kit.actor import Actor
from account_center.kit.clock import now
from account_center.plumbing.keys import keyring
from account_center.plumbing.limiter import Budget, spend
from account_center.plumbing.rows import insert_unless_there

log = logging.getLogger(__name__)
SEAL_SIZE = 1000
DAY = 86_400
_GIVEN = {"newest": 0}


def record(
    *,
    actor: Actor,
    event: str,
    account_id: int | None = None,
    tenant_id: int | None = None,
    facts: Mapping[str, str | int | bool | None] | None = None,
) -> None:
    """Writes one event in the caller's transaction: the act and its record happen together or not at all.

    ``event`` is ``room:subject:action``; ``account_id`` and ``tenant_id`` say whose history shows it; ``facts`` never
    hold a secret, a code or a full number. Raises ValueError on another shape of name.
    """
    if not is_event_name(event):
        raise ValueError(f"{event!r} is not of the form room:subject:action")
    row = Event(
        at=now(),
        name=event,
        topic=topic_of(event),
        actor_kind=actor.kind.value,
        actor_name=actor.name[:64],
        actor_id=actor.account_id,
        account_id=account_id,
        tenant_id=tenant_id,
        address=actor.address[:45],
        agent=actor.agent[:300],
        facts=dict(facts or {}),
    )
    _write(row)


def begin_export(*, actor: Actor, account_id: int, wanted: Wanted, file: ExportFormat, now: datetime) -> Wanted:
    """Notes that the owner takes a history as a file, and answers with the period that it holds (3.1.19).

    Raises ExportPeriodTooLong, TooManyExports.
    """
    days, limit = settings.LIMITS.history_export_days, settings.LIMITS.history_exports_per_day
    bounded = period_of_file(wanted, now=now, days=days)
    if bounded is None:
        raise ExportPeriodTooLong(field="since", days=days)
    exhausted = spend([Budget("history_export", str(account_id), limit, DAY)], now=now)
    if exhausted is not None:
        raise TooManyExports(retry_after=exhausted[1], limit=limit)
    facts = {"format": file.value, "since": _day(bounded.since), "until": _day(bounded.until)}
    record(actor=actor, event="audit:history:exported", account_id=account_id, facts=facts)
    return bounded


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else ""


def _write(row: Event) -> None:
    """Under a number of our own, which the digest covers: a copy has another number, and so does not fit."""
    for number in count(_own_number(row.at)):
        row.pk = number
        row.mac = _mac(row)
        if insert_unless_there(row):
            return


def _own_number(at: datetime) -> int:
    """Random in its last bits; of one process and one microsecond the later event has the higher number."""
    drawn, newest = own_number(at, secrets.randbits(RANDOM_BITS)), _GIVEN["newest"]
    _GIVEN["newest"] = newest + 1 if newest >> RANDOM_BITS == drawn >> RANDOM_BITS else drawn
    return _GIVEN["newest"]


def _mac(row: Event) -> bytes:
    return keyring().digest("audit.event", canonical(row.as_facts()))


def seal_events() -> int:
    """Chains the events that are not sealed yet. Returns how many it took; none when another run is at it.

    Events carry the number of their seal, so that one committed late simply joins a later seal.
    """
    try:
        with transaction.atomic():
            return _seal_waiting()
    except IntegrityError:
        return 0


def _seal_waiting() -> int:
    head = Seal.objects.order_by("-pk").first()
    waiting = list(Event.objects.filter(seal__isnull=True).order_by("pk")[:SEAL_SIZE])
    if not waiting:
        return 0
    before = bytes(head.digest) if head else b""
    seal = Seal.objects.create(
        before=before,
        digest=_link(before, [bytes(row.mac) for row in waiting]),
        events=len(waiting),
        sealed_at=now(),
    )
    Event.objects.filter(pk__in=[row.pk for row in waiting]).update(seal=seal)
    # Kept outside the database, where whoever cuts off the chain's end cannot reach it.
    log.info("%d events sealed, head %s", len(waiting), seal.digest.hex())
    return len(waiting)


def _link(before: bytes, macs: list[bytes]) -> bytes:
    return keyring().digest("audit.seal", sha256(bytes(before) + b"".join(macs)).hexdigest())


def check_chain() -> ChainReport:
    """Reads everything again and compares: an edited, added or removed event, or a cut seal, shows."""
    before, seals, events = b"", 0, 0
    for seal in Seal.objects.order_by("pk").iterator():
        members = list(seal.members.order_by("pk"))
        broken = _first_edited(members)
        if (
            broken
            or len(members) != seal.events
            or not hmac.compare_digest(_link(before, [bytes(row.mac) for row in members]), bytes(seal.digest))
        ):
            return ChainReport(events=events, seals=seals, unsealed=0, broken=broken or f"seal {seal.pk}")
        before, seals, events = bytes(seal.digest), seals + 1, events + len(members)
    loose = list(Event.objects.filter(seal__isnull=True))
    broken = _first_edited(loose) or _first_copied()
    return ChainReport(events=events, seals=seals, unsealed=len(loose), broken=broken, head=before.hex())


def _first_edited(rows: list[Event]) -> str:
    return next((f"event {row.pk}" for row in rows if not _is_as_written(row)), "")


def _is_as_written(row: Event) -> bool:
    # Under another topic it would be missing where its owner looks for it.
    return row.topic == topic_of(row.name) and hmac.compare_digest(_mac(row), bytes(row.mac))


def _first_copied() -> str:
    """Digests of before the numbers were ours cover no number: there a copy shows by its digest standing twice."""
    older = Event.objects.filter(pk__lt=FIRST_OWN_NUMBER)
    twice = older.values("mac").annotate(times=Count("pk")).filter(times__gt=1).order_by("mac")[:1]
    return next((f"event {older.filter(mac=found['mac']).order_by('-pk')[0].pk}" for found in twice), "")
