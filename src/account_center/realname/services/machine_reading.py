"""What a machine reads on the pictures of an application, for the reviewer beside what was typed. It decides nothing."""

import json
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from account_center.documents.errors import ImageErased, ImageNotFound, ReaderBusy
from account_center.documents.services import read_text, reads_text
from account_center.kit.sealing import CannotOpen, seal, unseal
from account_center.plumbing.keys import keyring
from account_center.plumbing.work import enqueue
from account_center.realname.models import OPEN_STATES, Application, Evidence, Reading
from account_center.realname.reading_rules import understand
from account_center.realname.types import PictureReading, Slot

# Nothing printed is expected there that was typed; a face is not what this is for.
UNREAD = frozenset({Slot.HOLDING})


def have_read(one: Evidence) -> None:
    """Has the worker read this picture, where anything here can read; in the caller's transaction."""
    if reads_text() and Slot(one.slot) not in UNREAD:
        enqueue("realname.read_picture", {"evidence_id": one.pk}, key=f"read:{one.pk}")


def read_picture(*, evidence_id: int, now: datetime) -> bool:
    """Reads one picture and keeps the lines sealed. False: another is being read, come back.

    A picture that was replaced or erased meanwhile, or whose application is decided, is left alone.
    """
    one = Evidence.objects.select_related("application").filter(pk=evidence_id).first()
    if one is None or not _is_wanted(one) or Reading.objects.filter(evidence=one).exists():
        return True
    try:
        lines = read_text(image_id=one.image_id)
    except ReaderBusy:
        return False
    except (ImageErased, ImageNotFound):
        return True
    _keep(evidence_id, [line.text for line in lines] if lines is not None else None, now=now)
    return True


def _is_wanted(one: Evidence) -> bool:
    return one.replaced_at is None and one.application.state in OPEN_STATES


@transaction.atomic
def _keep(evidence_id: int, lines: list[str] | None, *, now: datetime) -> None:
    one = Evidence.objects.select_related("application").get(pk=evidence_id)
    # Locked, so that a decision which is just being made cannot leave this behind.
    one.application = Application.objects.select_for_update().get(pk=one.application_id)
    one.refresh_from_db(fields=["replaced_at"])
    if not _is_wanted(one):
        return
    key = keyring().new_data_key()
    sealed = b"" if lines is None else seal(key, json.dumps(lines).encode(), place=_place(evidence_id))
    Reading.objects.get_or_create(
        evidence=one,
        defaults={"sealed_lines": sealed, "wrapped_key": key.wrapped, "kek_id": key.kek_id, "read_at": now},
    )


def forget_readings(row: Application) -> None:
    """With the decision, or when the customer gives up."""
    Reading.objects.filter(evidence__application=row).delete()


def forget_reading(one: Evidence) -> None:
    """The picture was replaced."""
    Reading.objects.filter(evidence=one).delete()


def readings_of(row: Application, stated: Mapping[str, str], *, now: datetime) -> tuple[PictureReading, ...]:
    """What was read on each live picture, with its differences from what was typed; empty where nothing can read."""
    if not reads_text():
        return ()
    live = Evidence.objects.filter(application=row, replaced_at__isnull=True).select_related("reading").order_by("pk")
    return tuple(_reading(one, stated, now=now) for one in live if Slot(one.slot) not in UNREAD)


def _reading(one: Evidence, stated: Mapping[str, str], *, now: datetime) -> PictureReading:
    kept: Reading | None = getattr(one, "reading", None)
    lines = _lines(kept) if kept is not None else None
    if lines is None:
        return PictureReading(slot=Slot(one.slot), is_read=False, waiting=kept is None)
    today = now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    return understand(lines, slot=Slot(one.slot), stated=stated, today=today, operator=settings.OPERATOR_NAMES)


def _lines(kept: Reading) -> list[str] | None:
    if not kept.sealed_lines:
        return None
    try:
        key = keyring().unwrap(wrapped=bytes(kept.wrapped_key), kek_id=kept.kek_id)
        lines: list[str] = json.loads(unseal(key, bytes(kept.sealed_lines), place=_place(kept.evidence_id)))
    except CannotOpen:
        return None
    return lines


def _place(evidence_id: int) -> str:
    return f"realname_reading.lines:{evidence_id}"
