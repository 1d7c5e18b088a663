"""Taking, keeping, opening and erasing pictures of documents and faces. Who may look, and the note of it, is the caller's."""

import logging
import time
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from account_center.documents import decoder, errors, files, ports
from account_center.documents.adapters import text_reader
from account_center.documents.models import StoredImage
from account_center.documents.ports import CannotRead
from account_center.documents.types import CleanImage, DocumentKind, TextLine, Upload
from account_center.kit import clock
from account_center.kit.limits import Limits
from account_center.kit.refused import Refused
from account_center.kit.sealing import CannotOpen, seal, unseal
from account_center.plumbing.keys import keyring

log = logging.getLogger(__name__)
BATCH = 200
Name = TypeVar("Name", bound=str)


def reencode_image(data: bytes, *, paper: bool = False) -> CleanImage:
    """The uploaded bytes as a clean JPEG, drawn anew in a child process. ``paper``: a PDF is taken, too.

    Takes up to LIMITS.upload_seconds, so never call it inside a transaction. Raises Invalid refusals about the file
    and DecodersBusy when all places are taken.
    """
    return _drawn_anew(data, paper=paper, ends_at=_latest_end())


def reencode_images(uploads: Mapping[Name, Upload]) -> tuple[dict[Name, CleanImage], dict[Name, Refused]]:
    """All files of one form, drawn anew, and the refusal of each that cannot be; together within LIMITS.upload_seconds."""
    clean: dict[Name, CleanImage] = {}
    wrong: dict[Name, Refused] = {}
    ends_at = _latest_end()
    for name, upload in uploads.items():
        try:
            clean[name] = _drawn_anew(upload.data, paper=upload.paper, ends_at=ends_at)
        except Refused as refusal:
            wrong[name] = refusal
    return clean, wrong


def _latest_end() -> float:
    limits: Limits = settings.LIMITS
    return time.monotonic() + limits.upload_seconds


def _drawn_anew(data: bytes, *, paper: bool, ends_at: float) -> CleanImage:
    try:
        return decoder.decode(data, decoder.check_file(data, settings.LIMITS, paper=paper), ends_at=ends_at)
    finally:
        # That took its time. A database that was started anew meanwhile has ended our connection: the next question
        # takes a new one, instead of failing and losing the pictures that somebody chose.
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()


@transaction.atomic
def keep_image(*, image: CleanImage, kind: DocumentKind, owner: str, erase_at: datetime) -> UUID:
    """Seals and stores the picture for ``owner`` until ``erase_at``; it counts when the caller's transaction commits.

    Raises StoreAway if the file cannot be written completely.
    """
    image_id, key = uuid.uuid4(), keyring().new_data_key()
    sealed = seal(key, image.jpeg, place=_place(image_id))
    _write(image_id, sealed)
    StoredImage.objects.create(
        public_id=image_id,
        kind=kind,
        owner=owner,
        wrapped_key=key.wrapped,
        kek_id=key.kek_id,
        sha256=sha256(image.jpeg).digest(),
        size=len(image.jpeg),
        width=image.width,
        height=image.height,
        stored_at=clock.now(),
        erase_at=erase_at,
    )
    # From here on the sweep leaves the file alone; a sweep whose clock runs ahead may have come between the two.
    if not files.exists(image_id):
        _write(image_id, sealed)
    return image_id


def read_image(*, image_id: UUID) -> bytes:
    """The JPEG. The caller records the look before showing it. Raises ImageNotFound, ImageErased, StoreAway."""
    row = _readable(image_id)
    try:
        key = keyring().unwrap(wrapped=bytes(row.wrapped_key or b""), kek_id=row.kek_id)
        return unseal(key, files.read(image_id), place=_place(image_id))
    except (OSError, CannotOpen) as wrong:
        _readable(image_id)  # erased in between: then that is the answer
        log.exception("image %s cannot be opened", image_id)
        raise errors.StoreAway from wrong


def reads_text() -> bool:
    """Whether this house can read text on pictures: the extra ``ocr`` is installed."""
    return text_reader() is not None


def read_text(*, image_id: UUID) -> tuple[TextLine, ...] | None:
    """What is printed on a kept picture, from top to bottom; None if it cannot be read or nothing here can read.

    Takes many seconds: for the worker only. Raises ReaderBusy, and like ``read_image``.
    """
    reader = text_reader()
    if reader is None:
        return None
    jpeg = read_image(image_id=image_id)
    try:
        return reader.read(jpeg)
    except CannotRead:
        log.warning("image %s cannot be read by machine", image_id)
        return None
    except ports.ReaderBusy as busy:
        raise errors.ReaderBusy from busy


@transaction.atomic
def erase_image(*, image_id: UUID, now: datetime) -> None:
    """Destroys the picture's key and then its file; the facts remain as proof. Erasing twice is erasing once.

    Raises ImageNotFound, ImageHeld.
    """
    row = _locked(image_id)
    if row.legal_hold:
        raise errors.ImageHeld
    if row.erased_at is None:
        row.wrapped_key, row.kek_id, row.erased_at = None, "", now
        row.save(update_fields=["wrapped_key", "kek_id", "erased_at"])
    # After the commit, so that a rollback never leaves a live row without its file. If it fails, the sweep does it.
    transaction.on_commit(partial(files.remove, image_id), robust=True)


@transaction.atomic
def bring_erasure_forward(*, image_id: UUID, erase_at: datetime) -> None:
    """Erases the picture at ``erase_at`` if that is earlier than planned; never later. Raises ImageNotFound."""
    row = _locked(image_id)
    if erase_at < row.erase_at:
        row.erase_at = erase_at
        row.save(update_fields=["erase_at"])


@transaction.atomic
def put_erasure_off(*, image_id: UUID, erase_at: datetime) -> bool:
    """Keeps the picture until ``erase_at`` if that is later than planned: its case has been taken up again.

    False if it is gone. How long it may be kept at most is the caller's to know. Raises ImageNotFound.
    """
    row = _locked(image_id)
    if row.erased_at is None and row.erase_at < erase_at:
        row.erase_at = erase_at
        row.save(update_fields=["erase_at"])
    return row.erased_at is None


def keep_readable(image_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Which of them can be opened; none of these is erased before the caller's transaction ends."""
    rows = StoredImage.objects.select_for_update().filter(public_id__in=list(image_ids), erased_at__isnull=True)
    return frozenset(rows.order_by("id").values_list("public_id", flat=True))


@transaction.atomic
def hold_image(*, image_id: UUID, reason: str) -> None:
    """Forbids erasing until the hold is released; the caller records it. Raises ImageNotFound, ImageErased."""
    if not reason.strip():
        raise ValueError("a legal hold needs its reason")
    row = _locked(image_id)
    _refuse_erased(row)
    row.legal_hold, row.hold_reason = True, reason.strip()[:200]
    row.save(update_fields=["legal_hold", "hold_reason"])


@transaction.atomic
def release_hold(*, image_id: UUID) -> None:
    """Lets the schedule count again; what is overdue goes with the next run. Raises ImageNotFound."""
    row = _locked(image_id)
    row.legal_hold, row.hold_reason = False, ""
    row.save(update_fields=["legal_hold", "hold_reason"])


def lost_files() -> list[UUID]:
    """Pictures that should be there and whose file is not: it was removed by hand, or came from an older backup."""
    kept = StoredImage.objects.filter(erased_at__isnull=True).order_by("pk").values_list("public_id", flat=True)
    missing = [image_id for image_id in kept.iterator() if not files.exists(image_id)]
    # Looked at again: some may have been erased in the meantime.
    return [image_id for image_id in missing if StoredImage.objects.filter(public_id=image_id, erased_at=None).exists()]


def erase_due(*, now: datetime) -> int:
    """Erases what is due, each picture in its own transaction, so that a kill loses nothing. Returns how many."""
    gone = 0
    while batch := _due(now):
        gone += sum(_erased(image_id, now) for image_id in batch)
    return gone


def sweep_files(*, now: datetime) -> int:
    """Removes files without a live row, and returns how many.

    Those of erased pictures go at once, those of rolled-back uploads and interrupted writes after
    LIMITS.orphan_file_seconds.
    """
    limits: Limits = settings.LIMITS
    before = (now - timedelta(seconds=limits.orphan_file_seconds)).timestamp()
    gone = files.remove_parts(older_than=before)
    found: dict[UUID, float] = {}
    for image_id, written in files.images():
        found[image_id] = written
        if len(found) == BATCH:
            gone += _sweep(found, before)
            found = {}
    return gone + _sweep(found, before)


def _sweep(found: dict[UUID, float], before: float) -> int:
    rows = StoredImage.objects.filter(public_id__in=found).values_list("public_id", "erased_at")
    erased_at = dict(rows)
    gone = 0
    for image_id, written in found.items():
        if image_id not in erased_at:
            gone += written < before and _orphan_removed(image_id)
        elif erased_at[image_id] is not None:
            files.remove(image_id)
            gone += 1
    return gone


def _orphan_removed(image_id: UUID) -> bool:
    """Takes the image's unique id for a moment: an upload that is just being committed makes this wait, and win."""
    try:
        with transaction.atomic():
            _placeholder(image_id).save(force_insert=True)
            files.remove(image_id)
            transaction.set_rollback(True)
    except (IntegrityError, OperationalError):
        return False
    return True


def _placeholder(image_id: UUID) -> StoredImage:
    moment = clock.now()
    return StoredImage(
        public_id=image_id,
        kind=DocumentKind.FACE,
        owner="documents.sweep",
        sha256=b"",
        size=0,
        width=0,
        height=0,
        stored_at=moment,
        erase_at=moment,
        erased_at=moment,
    )


def _due(now: datetime) -> list[UUID]:
    due = StoredImage.objects.filter(erased_at__isnull=True, legal_hold=False, erase_at__lte=now)
    return list(due.order_by("erase_at", "id").values_list("public_id", flat=True)[:BATCH])


@transaction.atomic
def _erased(image_id: UUID, now: datetime) -> bool:
    row = _locked(image_id)
    if row.legal_hold or row.erase_at > now:
        return False  # held, or put off, since it was listed
    erase_image(image_id=image_id, now=now)
    return True


def _write(image_id: UUID, sealed: bytes) -> None:
    try:
        files.write(image_id, sealed)
    except OSError as wrong:
        log.exception("the store for pictures cannot be written")
        raise errors.StoreAway from wrong


def _readable(image_id: UUID) -> StoredImage:
    row = StoredImage.objects.filter(public_id=image_id).first()
    if row is None:
        raise errors.ImageNotFound
    _refuse_erased(row)
    return row


def _refuse_erased(row: StoredImage) -> None:
    if row.erased_at is not None:
        raise errors.ImageErased(erased_on=timezone.localdate(row.erased_at).isoformat())


def _locked(image_id: UUID) -> StoredImage:
    row = StoredImage.objects.select_for_update().filter(public_id=image_id).first()
    if row is None:
        raise errors.ImageNotFound
    return row


def _place(image_id: UUID) -> str:
    return f"documents_storedimage.file:{image_id}"
