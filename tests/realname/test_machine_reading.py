"""What a machine reads on pictures: shown to the reviewer beside what was typed, never deciding, gone with the decision."""

import dataclasses
import importlib.util
import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from django.db import connection
from PIL import Image, ImageDraw, ImageFont

from account_center.documents import services
from account_center.documents.adapters.rapid import RapidReader
from account_center.documents.ports import CannotRead, ReaderBusy
from account_center.documents.types import TextLine
from account_center.kit.actor import Actor
from account_center.kit.clock import now
from account_center.kit.travel_document import mrz_check
from account_center.kit.typed import tidy
from account_center.plumbing.work import run_due
from account_center.plumbing.work.models import Job
from account_center.realname.models import Reading
from account_center.realname.reading_rules import understand
from account_center.realname.services import claim_case, open_case, send_pictures_again, withdraw
from account_center.realname.types import PictureReading, ReviewReason, Seen, Slot
from tests.realname.making import (
    a_document_claim,
    a_reviewer,
    a_tenant,
    actor_at,
    decide,
    photo,
    submit,
)
from tests.signin.making import NOW

TODAY = date(2026, 11, 23)
OPERATOR = ("Lanyun Cloud", "蓝云")
PERMIT = {"name": "陳大文", "id_number": "H55667788", "birth": "1990-05-17", "expires": "2031-05-16"}


def read(lines: Sequence[str], stated: dict[str, str], slot: Slot = Slot.FRONT) -> dict[str, tuple[str, Seen]]:
    found = understand(lines, slot=slot, stated=stated, today=TODAY, operator=OPERATOR)
    return {value.key: (value.read, value.seen) for value in found.values}


def test_what_was_typed_is_found_again_however_the_machine_spaced_it() -> None:
    lines = [
        "港澳居民来往内地通行证",
        "姓名陳 大文",
        "出生日期 1990.05.17",
        "有效期限 2021.05.17-2031.05.16",
        "H 5566 7788",
    ]
    assert {seen for _read, seen in read(lines, PERMIT).values()} == {Seen.SAME}


def test_what_is_not_there_is_not_called_wrong() -> None:
    assert {seen for _read, seen in read(["nothing of the sort"], PERMIT).values()} == {Seen.NOT_FOUND}


def test_another_number_counts_only_if_its_check_digit_holds() -> None:
    stated = {"id_number": "11010519491231002X"}
    assert read(["公民身份号码 440308199901010017"], stated)["id_number"] == ("", Seen.NOT_FOUND)
    assert read(["公民身份号码 810000199408230021"], stated)["id_number"] == ("810000199408230021", Seen.OTHER)
    company = {"id_number": "91330100799655058B", "name": "蓝色灯塔(杭州)科技有限公司"}
    lines = ["统一社会信用代码914403001922038216", "名称", "红色灯塔（深圳）有限公司"]
    found = read(lines, company, Slot.CERTIFICATE)
    assert found["id_number"] == ("914403001922038216", Seen.OTHER)
    assert found["name"] == ("红色灯塔(深圳)有限公司", Seen.OTHER)


def test_the_zone_of_a_passport_is_read_with_its_check_digits() -> None:
    first = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
    second = "L898902C36UTO7408122F1204159ZE184226B<<<<<10"
    stated = {"name": "Anna Maria Eriksson", "id_number": "L898902C3", "birth": "1974-08-12", "expires": "2013-04-15"}
    found = read(["PASSPORT", first, second], stated)
    assert found["name"][1] is found["id_number"][1] is found["birth"][1] is Seen.SAME
    assert found["expires"] == ("2012-04-15", Seen.OTHER)
    spoilt = second[:5] + ("0" if second[5] != "0" else "1") + second[6:]
    assert mrz_check(second[:9]) == second[9]
    assert read([first, spoilt], stated)["expires"] == ("", Seen.NOT_FOUND)


@pytest.mark.parametrize("text", ["Date of birth 17 MAY 1990", "17.05.1990", "1990年5月17日", "1990/05/17"])
def test_dates_are_read_as_they_are_printed(text: str) -> None:
    assert read([text], {"birth": "1990-05-17"})["birth"] == ("1990-05-17", Seen.SAME)


def test_a_date_behind_its_label_that_differs_is_marked() -> None:
    lines = ["出生日期 1991.05.17", "有效期限 2021.05.17-2029.05.16"]
    found = read(lines, PERMIT)
    assert found["birth"] == ("1991-05-17", Seen.OTHER)
    assert found["expires"] == ("2029-05-16", Seen.OTHER)
    assert read(["2029.05.16"], PERMIT)["expires"] == ("", Seen.NOT_FOUND)


@pytest.mark.clause("2.1.8")
@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("仅供蓝云实名认证使用", True),
        ("仅限于蓝云账号认证", True),
        ("只用于 蓝 云 认证", True),
        ("For verification with Lanyun Cloud only", True),
        ("Only for the use of LANYUN-CLOUD", True),
        ("仅用于红山银行开户", False),
        ("此件限于办理红山云业务使用，他用无效", False),
        ("本复印件再次复印无效", False),
        ("only to be used for Red Mountain Bank", False),
        ("Not valid for any other use", False),
    ],
)
def test_a_purpose_on_a_paper_is_found_and_whom_it_names(text: str, names: bool) -> None:
    found = understand([text], slot=Slot.LETTER, stated={}, today=TODAY, operator=OPERATOR)
    assert [(one.text, one.names_operator) for one in found.purposes] == [(tidy(text), names)]


@pytest.mark.clause("2.1.8")
def test_a_purpose_that_wraps_is_read_with_the_line_below() -> None:
    lines = ["仅供办理", "蓝云实名认证使用", "仅用于", "红山银行"]
    found = understand(lines, slot=Slot.FRONT, stated={}, today=TODAY, operator=OPERATOR)
    assert [(one.text, one.names_operator) for one in found.purposes] == [("仅供办理", True), ("仅用于", False)]


@pytest.mark.parametrize(
    "text", ["营业执照", "经营范围：软件开发", "This passport is the property of the state", "有效期限"]
)
def test_what_every_paper_says_is_no_purpose(text: str) -> None:
    assert understand([text], slot=Slot.FRONT, stated={}, today=TODAY, operator=OPERATOR).purposes == ()


@pytest.mark.parametrize("line", ["", "\0\u202e", "<" * 44, "9" * 5000, "P<" + "A" * 42, "仅" * 5000, "for " * 500])
def test_no_line_that_a_machine_may_read_breaks_it(line: str) -> None:
    found = understand([line] * 40, slot=Slot.FRONT, stated=PERMIT, today=TODAY, operator=OPERATOR)
    assert len(found.values) == 4


class Reader:
    """Reads what the test says; how real pictures are read is shown where the extra is installed."""

    def __init__(self, lines: Sequence[str], *, busy: int = 0, broken: bool = False) -> None:
        self.lines, self.busy, self.broken, self.asked = lines, busy, broken, 0

    def read(self, jpeg: bytes) -> tuple[TextLine, ...]:
        assert jpeg.startswith(b"\xff\xd8\xff")
        self.asked += 1
        if self.asked <= self.busy:
            raise ReaderBusy
        if self.broken:
            raise CannotRead
        return tuple(TextLine(text=line, sure=0.99) for line in self.lines)


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Reader:
    found = Reader(["姓名 陳大文", "H55667788"])
    monkeypatch.setattr(services, "text_reader", lambda: found)
    return found


def readings(reviewer: Actor, reference: str) -> dict[Slot, PictureReading]:
    claim_case(actor=reviewer, reference=reference, now=NOW)
    case = open_case(actor=reviewer, reference=reference, now=NOW)
    return {one.slot: one for one in case.readings}


@pytest.mark.django_db
def test_pictures_of_papers_are_read_by_the_worker_and_a_face_never(reader: Reader) -> None:
    view, reviewer = submit(a_tenant(), a_document_claim(number="H55667788")), a_reviewer()
    assert reader.asked == 0
    assert all(one.waiting for one in readings(reviewer, view.reference).values())
    run_due()
    assert reader.asked == 2
    found = readings(reviewer, view.reference)
    assert set(found) == {Slot.FRONT, Slot.BACK}
    assert [(value.key, value.seen) for value in found[Slot.FRONT].values][:2] == [
        ("name", Seen.SAME),
        ("id_number", Seen.SAME),
    ]
    run_due()
    assert reader.asked == 2  # once


@pytest.mark.django_db
def test_what_was_read_lies_sealed_and_opens_only_in_its_row(reader: Reader) -> None:
    view, reviewer = submit(a_tenant(), a_document_claim(number="H55667788")), a_reviewer()
    run_due()
    front, back = Reading.objects.order_by("pk")
    assert b"55667788" not in bytes(front.sealed_lines)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM realname_reading")
        assert "55667788" not in str(cursor.fetchall())
    back.sealed_lines = front.sealed_lines
    back.wrapped_key, back.kek_id = front.wrapped_key, front.kek_id
    back.save()
    found = readings(reviewer, view.reference)
    assert found[Slot.FRONT].is_read
    assert not found[Slot.BACK].is_read


@pytest.mark.django_db
@pytest.mark.parametrize("end", ["approved", "refused", "withdrawn"])
def test_what_was_read_goes_with_the_decision(end: str, reader: Reader) -> None:
    tenant, reviewer = a_tenant(), a_reviewer()
    view = submit(tenant)
    run_due()
    assert Reading.objects.count() == 2
    if end == "withdrawn":
        withdraw(actor=actor_at(tenant), tenant_id=tenant.id, reference=view.reference, now=NOW)
    elif end == "refused":
        decide(reviewer, view, holding=ReviewReason.ANOTHER_PERSON)
    else:
        decide(reviewer, view)
    assert not Reading.objects.exists()


@pytest.mark.django_db
def test_a_picture_sent_again_is_read_anew(reader: Reader) -> None:
    tenant, reviewer = a_tenant(), a_reviewer()
    view = submit(tenant)
    run_due()
    decide(reviewer, view, back=ReviewReason.BLURRED)
    assert reader.asked == 2
    again = {Slot.BACK: photo("yellow")}
    send_pictures_again(actor=actor_at(tenant), tenant_id=tenant.id, reference=view.reference, uploads=again, now=NOW)
    assert readings(reviewer, view.reference)[Slot.BACK].waiting
    run_due()
    assert readings(reviewer, view.reference)[Slot.BACK].is_read
    assert Reading.objects.count() == 2


@pytest.mark.django_db
def test_a_busy_reader_is_asked_again_and_a_broken_one_is_not(
    monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    found = Reader([], busy=1, broken=True)
    monkeypatch.setattr(services, "text_reader", lambda: found)
    view, reviewer = submit(a_tenant()), a_reviewer()
    run_due()
    Job.objects.filter(name="realname.read_picture", finished_at=None).update(due_at=now())
    run_due()
    assert found.asked == 3
    run_due()
    assert found.asked == 3
    assert [(one.is_read, one.waiting) for one in readings(reviewer, view.reference).values()] == [(False, False)] * 2


@pytest.mark.django_db
def test_an_application_that_was_decided_meanwhile_keeps_nothing(reader: Reader) -> None:
    tenant = a_tenant()
    view = submit(tenant)
    withdraw(actor=actor_at(tenant), tenant_id=tenant.id, reference=view.reference, now=NOW)
    run_due()
    assert reader.asked == 0
    assert not Reading.objects.exists()


@pytest.mark.django_db
def test_where_nothing_can_read_nothing_is_asked_and_nothing_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "text_reader", lambda: None)
    view = submit(a_tenant())
    assert not Job.objects.filter(name="realname.read_picture").exists()
    assert readings(a_reviewer(), view.reference) == {}


installed = pytest.mark.skipif(
    not all(importlib.util.find_spec(name) for name in ("rapidocr", "onnxruntime")),
    reason="the extra ocr is not installed: make extras",
)


def paper(*lines: str) -> bytes:
    """A printed page, with the font that Pillow brings along."""
    sheet = Image.new("RGB", (1280, 120 + 90 * len(lines)), "white")
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(40)
    for number, line in enumerate(lines):
        pen.text((60, 60 + 90 * number), line, fill="black", font=font)
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=92)
    return out.getvalue()


@installed
@pytest.mark.clause("2.1.8")
def test_a_real_page_is_read_with_its_number_and_its_purpose() -> None:
    jpeg = paper("Name Chan Tai Man", "Number H55667788", "For verification with Lanyun Cloud only", "17.05.1990")
    lines = [line.text for line in RapidReader().read(jpeg)]
    stated = {"name": "Chan Tai Man", "id_number": "H55667788", "birth": "1990-05-17"}
    found = understand(lines, slot=Slot.FRONT, stated=stated, today=TODAY, operator=OPERATOR)
    assert [value.seen for value in found.values] == [Seen.SAME] * 3
    assert [one.names_operator for one in found.purposes] == [True]


@installed
@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff", b"%PDF-1.7", b"\xff\xd8\xff" + bytes(100_000)])
def test_what_is_no_picture_is_not_read(data: bytes) -> None:
    with pytest.raises(CannotRead):
        RapidReader().read(data)


@installed
def test_a_reader_without_memory_gives_up_and_hurts_nobody(settings: Any) -> None:
    settings.LIMITS = dataclasses.replace(settings.LIMITS, ocr_memory_bytes=300_000_000)
    with pytest.raises(CannotRead):
        RapidReader().read(paper("Name"))
