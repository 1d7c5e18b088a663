"""A full disk: what cannot be written is refused with a word, nothing is half there, and with room it goes on by itself."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.db import OperationalError, connection
from django.db.backends.utils import CursorWrapper

from account_center.audit.models import Event
from account_center.documents import files
from account_center.documents.models import StoredImage
from account_center.documents.services import sweep_files
from account_center.entry.cli import main
from account_center.realname.models import Application
from tests.documents.ageing import as_if_written
from tests.portal.test_document import customer, send
from tests.portal.visiting import Page
from tests.realname.making import all_reencoded
from tests.signin.making import NOW

pytestmark = pytest.mark.django_db(transaction=True)
A_DAY_LATER = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def _own_store(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr("account_center.realname.services.evidence.reencode_images", all_reencoded)


class Room(NamedTuple):
    """As ``shutil.disk_usage`` tells it."""

    total: int
    used: int
    free: int


@contextmanager
def full_database() -> Iterator[None]:
    """No table can grow: the file may have no further page, or the server answers as it does with a full disk."""
    on, off = (_fill, _make_room) if connection.vendor == "sqlite" else (_refuse, _take)
    on()
    try:
        yield
    finally:
        off()


def _fill() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE filler (content BLOB)")
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
        with pytest.raises(OperationalError, match="full"):
            _use_up(cursor)


def _use_up(cursor: CursorWrapper) -> None:
    """What other tests left free."""
    while True:
        cursor.execute("INSERT INTO filler VALUES (zeroblob(3000))")


def _make_room() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1073741823")
        cursor.execute("DROP TABLE filler")


def _refuse() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$"
        )
        cursor.execute("CREATE TRIGGER full_disk BEFORE INSERT ON audit_event EXECUTE FUNCTION no_room()")


def _take() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION no_room CASCADE")


def test_a_database_without_room_refuses_a_form_whole_and_goes_on_by_itself() -> None:
    people = [customer() for _ in range(12)]
    with full_database():
        pages: list[Page] = []
        # Some more rows may fit into what the tables have.
        while not pages or pages[-1].status != 503:
            pages.append(send(people[len(pages)][0]))
        assert "Nothing is half done" in pages[-1].text
        assert people[-1][0].get("portal:verification").status == 200, "who only reads is served"
    taken = len(pages) - 1
    assert Application.objects.count() == taken
    assert Event.objects.filter(name="realname:application:submitted").count() == taken
    assert StoredImage.objects.count() == 3 * taken
    as_if_written(NOW)
    sweep_files(now=A_DAY_LATER)
    assert len(list(files.images())) == 3 * taken
    visitor, _tenant = people[taken]
    assert "Staff look at your document" in send(visitor).text


def test_a_store_without_room_keeps_no_picture_and_what_was_typed_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    visitor, tenant = customer()
    write, left = files._write_durably, [2]

    def fills_up(path: Path, content: bytes) -> None:
        left[0] -= 1
        write(path, content if left[0] >= 0 else content[:100])
        if left[0] < 0:
            raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(files, "_write_durably", fills_up)
        page = send(visitor, number="H12345678")
    assert page.status == 422
    assert "documents.store_away" in page.html
    assert page.values["number"] == "H12345678"
    assert not Application.objects.filter(tenant_id=tenant.id).exists()
    assert not StoredImage.objects.exists()
    as_if_written(NOW)
    sweep_files(now=A_DAY_LATER)
    assert not [path for path in files.folder().rglob("*") if path.is_file()]
    assert "Staff look at your document" in send(visitor, number="H12345678").text


def test_little_room_is_told_before_it_is_gone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    visitor, _tenant = customer()
    assert visitor.client.get("/health/ready").json() == {"ready": True}
    monkeypatch.setattr("shutil.disk_usage", lambda _place: Room(10**12, 10**12, 10_000_000))
    answer = visitor.client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "short_of": ["disk"]})
    assert main(["check"]) == 1
    assert "There is little room at" in capsys.readouterr().err
