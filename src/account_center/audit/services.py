"""Writing events. They are never changed; a run of them is sealed into a chain by the worker."""

import hmac
import logging
from collections.abc import Mapping
from hashlib import sha256

from django.db import IntegrityError, transaction

from account_center.audit.models import Event, Seal
from account_center.audit.rules import canonical, is_event_name
from account_center.audit.types import ChainReport
from account_center.kit.actor import Actor
from account_center.kit.clock import now
from account_center.plumbing.keys import keyring

log = logging.getLogger(__name__)
SEAL_SIZE = 1000


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
        actor_kind=actor.kind.value,
        actor_name=actor.name[:64],
        actor_id=actor.account_id,
        account_id=account_id,
        tenant_id=tenant_id,
        address=actor.address[:45],
        agent=actor.agent[:300],
        facts=dict(facts or {}),
    )
    row.mac = _mac(row)
    row.save(force_insert=True)


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
    return ChainReport(events=events, seals=seals, unsealed=len(loose), broken=_first_edited(loose), head=before.hex())


def _first_edited(rows: list[Event]) -> str:
    return next((f"event {row.pk}" for row in rows if not hmac.compare_digest(_mac(row), bytes(row.mac))), "")
