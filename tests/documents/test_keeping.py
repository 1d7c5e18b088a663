"""Pictures at rest: sealed, bound to their place, erased on time and for good, never half there."""

import os
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from account_center.documents import errors, files, jobs, queries, services
from account_center.documents.models import StoredImage
from account_center.documents.types import CleanImage, DocumentKind
from account_center.kit import clock
from tests.documents import pictures
from tests.documents.ageing import as_if_written

pytestmark = pytest.mark.django_db(transaction=True)
JPEG = pictures.encoded(pictures.drawing())
IMAGE = CleanImage(jpeg=JPEG, width=800, height=600)
OWNER = "realname.application:12"
LATER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path / "documents"


def keep(erase_at: datetime = LATER) -> UUID:
    return services.keep_image(image=IMAGE, kind=DocumentKind.FACE, owner=OWNER, erase_at=erase_at)


def all_files(store: Path) -> list[Path]:
    return [path for path in store.rglob("*") if path.is_file()]


def make_old(path: Path, *, hours: int) -> None:
    moment = clock.now().timestamp() - hours * 3600
    os.utime(path, (moment, moment))


def test_a_kept_picture_comes_back_byte_by_byte() -> None:
    image_id = keep()
    assert services.read_image(image_id=image_id) == JPEG
    facts = queries.image_facts(image_id)
    assert (facts.kind, facts.owner, facts.size) == (DocumentKind.FACE, OWNER, len(JPEG))
    assert facts.sha256 == sha256(JPEG).digest()
    assert facts.readable
    assert [image.image_id for image in queries.images_of(OWNER)] == [image_id]


def test_the_file_shows_nothing_of_the_picture_and_only_its_owner_may_read_it(store: Path) -> None:
    keep()
    [file] = all_files(store)
    sealed = file.read_bytes()
    assert b"\xff\xd8\xff" not in sealed
    assert JPEG[200:232] not in sealed
    assert file.stat().st_mode & 0o077 == 0


def test_a_file_moved_to_another_place_does_not_open() -> None:
    one, other = keep(), keep()
    files.path_of(other).write_bytes(files.path_of(one).read_bytes())
    with pytest.raises(errors.StoreAway):
        services.read_image(image_id=other)


def test_a_key_moved_to_another_row_does_not_open_its_file() -> None:
    one, other = keep(), keep()
    files.path_of(other).write_bytes(files.path_of(one).read_bytes())
    source = StoredImage.objects.get(public_id=one)
    StoredImage.objects.filter(public_id=other).update(wrapped_key=source.wrapped_key, kek_id=source.kek_id)
    with pytest.raises(errors.StoreAway):
        services.read_image(image_id=other)


def test_a_changed_file_does_not_open() -> None:
    image_id = keep()
    sealed = bytearray(files.path_of(image_id).read_bytes())
    sealed[-1] ^= 1
    files.path_of(image_id).write_bytes(sealed)
    with pytest.raises(errors.StoreAway):
        services.read_image(image_id=image_id)


def test_erasing_removes_key_and_file_and_leaves_the_proof(store: Path) -> None:
    image_id = keep()
    moment = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)  # in Beijing the next day has begun
    services.erase_image(image_id=image_id, now=moment)
    row = StoredImage.objects.get(public_id=image_id)
    assert (row.wrapped_key, row.kek_id, row.erased_at) == (None, "", moment)
    assert bytes(row.sha256) == sha256(JPEG).digest()
    assert all_files(store) == []
    with pytest.raises(errors.ImageErased) as refused:
        services.read_image(image_id=image_id)
    assert refused.value.facts == {"erased_on": "2026-11-24"}


def test_an_erased_key_is_not_left_over_in_the_database_file() -> None:
    """PostgreSQL overwrites old row versions when it vacuums; there the row itself is all that can be looked at."""
    ids = [keep() for _ in range(20)]
    keys = [bytes(key) for key in StoredImage.objects.values_list("wrapped_key", flat=True) if key]
    for image_id in ids:
        services.erase_image(image_id=image_id, now=clock.now())
    assert len(keys) == 20
    assert not StoredImage.objects.exclude(wrapped_key=None).exists()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        content = Path(connection.settings_dict["NAME"]).read_bytes()
        assert not [key for key in keys if key in content]


def test_a_file_restored_from_a_backup_stays_closed_after_erasure() -> None:
    image_id = keep()
    copy = files.path_of(image_id).read_bytes()
    services.erase_image(image_id=image_id, now=clock.now())
    files.path_of(image_id).write_bytes(copy)
    with pytest.raises(errors.ImageErased):
        services.read_image(image_id=image_id)
    assert services.sweep_files(now=clock.now()) == 1
    assert not files.exists(image_id)


def test_erasing_twice_is_erasing_once() -> None:
    image_id, moment = keep(), clock.now()
    services.erase_image(image_id=image_id, now=moment)
    services.erase_image(image_id=image_id, now=moment + timedelta(days=1))
    assert queries.image_facts(image_id).erased_at == moment


def test_an_erasure_that_is_rolled_back_leaves_the_picture_whole() -> None:
    image_id = keep()
    with transaction.atomic():
        services.erase_image(image_id=image_id, now=clock.now())
        transaction.set_rollback(True)
    assert services.read_image(image_id=image_id) == JPEG


def test_the_database_refuses_an_erased_picture_with_a_key() -> None:
    image_id = keep()
    with pytest.raises(IntegrityError), transaction.atomic():
        StoredImage.objects.filter(public_id=image_id).update(erased_at=clock.now())


def test_a_legal_hold_beats_erasing_and_the_schedule() -> None:
    image_id = keep(erase_at=clock.now() - timedelta(days=1))
    services.hold_image(image_id=image_id, reason="court order 12/2026")
    with pytest.raises(errors.ImageHeld):
        services.erase_image(image_id=image_id, now=clock.now())
    assert services.erase_due(now=clock.now()) == 0
    assert queries.image_facts(image_id).held_because == "court order 12/2026"
    services.release_hold(image_id=image_id)
    assert services.erase_due(now=clock.now()) == 1


def test_an_erased_picture_cannot_be_held() -> None:
    image_id = keep()
    services.erase_image(image_id=image_id, now=clock.now())
    with pytest.raises(errors.ImageErased):
        services.hold_image(image_id=image_id, reason="too late")


def test_a_hold_needs_its_reason() -> None:
    with pytest.raises(ValueError, match="reason"):
        services.hold_image(image_id=keep(), reason=" ")


def test_only_what_is_due_is_erased() -> None:
    moment = clock.now()
    due, not_yet = keep(erase_at=moment), keep(erase_at=moment + timedelta(seconds=1))
    assert services.erase_due(now=moment) == 1
    assert not queries.image_facts(due).readable
    assert queries.image_facts(not_yet).readable


def test_more_than_one_batch_is_erased(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "BATCH", 2)
    for _ in range(5):
        keep(erase_at=clock.now() - timedelta(days=1))
    jobs.erase_due()
    assert not StoredImage.objects.filter(wrapped_key__isnull=False).exists()


def test_erasing_that_is_killed_midway_is_finished_by_the_next_run(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        keep(erase_at=clock.now() - timedelta(days=1))
    erase = services.erase_image
    done: list[int] = []

    def erase_one_and_die(**arguments: Any) -> None:
        if done:
            raise KeyboardInterrupt
        erase(**arguments)
        done.append(1)

    monkeypatch.setattr(services, "erase_image", erase_one_and_die)
    with pytest.raises(KeyboardInterrupt):
        services.erase_due(now=clock.now())
    assert len(all_files(store)) == 2
    monkeypatch.undo()
    assert services.erase_due(now=clock.now()) == 2


def test_erasure_comes_forward_but_never_goes_back() -> None:
    image_id = keep(erase_at=LATER)
    sooner = clock.now()
    services.bring_erasure_forward(image_id=image_id, erase_at=sooner)
    services.bring_erasure_forward(image_id=image_id, erase_at=LATER)
    assert queries.image_facts(image_id).erase_at == sooner


def test_erasure_is_put_off_for_a_case_that_is_taken_up_again_and_nothing_that_is_gone_comes_back() -> None:
    soon, image_id = LATER.replace(year=2080), keep()
    services.bring_erasure_forward(image_id=image_id, erase_at=soon)
    assert services.put_erasure_off(image_id=image_id, erase_at=LATER)
    assert queries.image_facts(image_id).erase_at == LATER
    assert services.put_erasure_off(image_id=image_id, erase_at=soon), "there, and not shortened"
    assert queries.image_facts(image_id).erase_at == LATER
    services.erase_image(image_id=image_id, now=soon)
    assert not services.put_erasure_off(image_id=image_id, erase_at=LATER)
    assert not queries.image_facts(image_id).readable
    with pytest.raises(errors.ImageNotFound):
        services.put_erasure_off(image_id=uuid4(), erase_at=LATER)


def test_a_picture_that_a_transaction_needs_is_not_erased_before_its_end() -> None:
    gone, kept = keep(), keep()
    services.erase_image(image_id=gone, now=clock.now())
    eraser = threading.Thread(target=_erased_elsewhere, args=(kept,))
    with transaction.atomic():
        assert services.keep_readable([gone, kept, uuid4()]) == {kept}
        eraser.start()
        eraser.join(0.3)
        assert queries.image_facts(kept).readable
    eraser.join(60)
    assert not queries.image_facts(kept).readable


def _erased_elsewhere(image_id: UUID) -> None:
    services.erase_image(image_id=image_id, now=clock.now())
    connection.close()


def test_an_unknown_picture_is_not_found() -> None:
    for act in (
        lambda: services.read_image(image_id=uuid4()),
        lambda: services.erase_image(image_id=uuid4(), now=clock.now()),
        lambda: queries.image_facts(uuid4()),
    ):
        with pytest.raises(errors.ImageNotFound):
            act()


@pytest.fixture
def small_disk() -> Iterator[None]:
    """No file of this process may grow past 4 KiB: the kernel refuses the rest, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_keeps_nothing_and_says_so(store: Path, request: pytest.FixtureRequest) -> None:
    connection.ensure_connection()
    image = CleanImage(jpeg=JPEG + os.urandom(100_000), width=800, height=600)
    request.getfixturevalue("small_disk")
    with pytest.raises(errors.StoreAway):
        services.keep_image(image=image, kind=DocumentKind.FACE, owner=OWNER, erase_at=LATER)
    assert all_files(store) == []
    assert not StoredImage.objects.exists()


def test_a_rolled_back_upload_leaves_a_file_that_the_sweep_removes_when_it_is_old() -> None:
    with transaction.atomic():
        keep()
        transaction.set_rollback(True)
    kept = keep()
    as_if_written(clock.now())
    assert services.sweep_files(now=clock.now()) == 0
    as_if_written(clock.now() - timedelta(hours=25))
    assert services.sweep_files(now=clock.now()) == 1
    assert services.read_image(image_id=kept) == JPEG
    assert StoredImage.objects.count() == 1


def test_half_written_files_are_swept(store: Path) -> None:
    keep()
    part = store / "ab" / ".half.part"
    part.parent.mkdir(exist_ok=True)
    part.write_bytes(b"half")
    make_old(part, hours=25)
    jobs.sweep_files()
    assert not part.exists()
    assert len(all_files(store)) == 1


def test_strange_files_are_left_alone(store: Path) -> None:
    strange = store / "ab" / "not-an-id.sealed"
    strange.parent.mkdir(parents=True)
    strange.write_bytes(b"?")
    make_old(strange, hours=999)
    assert services.sweep_files(now=clock.now()) == 0
    assert strange.exists()


def test_a_sweep_with_a_clock_days_ahead_spares_an_upload_that_is_being_committed() -> None:
    written, swept, ids = threading.Event(), [], []

    def upload() -> None:
        try:
            with transaction.atomic():
                ids.append(keep())
                written.set()
                sweeper.join(1)  # the sweep must wait for this transaction, so it cannot have ended
        finally:
            connection.close()

    def sweep() -> None:
        assert written.wait(300)
        try:
            swept.append(services.sweep_files(now=clock.now() + timedelta(days=2)))
        finally:
            connection.close()

    uploader, sweeper = threading.Thread(target=upload), threading.Thread(target=sweep)
    sweeper.start()
    uploader.start()
    uploader.join()
    sweeper.join()
    assert swept == [0]
    assert services.read_image(image_id=ids[0]) == JPEG


def test_a_file_swept_before_its_row_stood_is_written_again(monkeypatch: pytest.MonkeyPatch) -> None:
    create = StoredImage.objects.create

    def sweep_first(**fields: Any) -> StoredImage:
        assert services.sweep_files(now=clock.now() + timedelta(days=2)) == 1
        return create(**fields)

    monkeypatch.setattr(StoredImage.objects, "create", sweep_first)
    assert services.read_image(image_id=keep()) == JPEG


def test_a_kill_while_writing_leaves_no_picture_that_counts(store: Path) -> None:
    program = (
        "import os, sys\n"
        "from uuid import uuid4\n"
        "from django.conf import settings\n"
        "settings.configure(DATA_DIR=sys.argv[1])\n"
        "from account_center.documents import files\n"
        "os.fsync = lambda handle: os._exit(137)\n"
        "files.write(uuid4(), b'x' * 100_000)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(store.parent)], check=False)
    assert ended.returncode == 137
    [left] = all_files(store)
    assert left.suffix == ".part"
    assert list(files.images()) == []
