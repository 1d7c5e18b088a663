"""Uploads: what is taken, what is refused and why, and that a decoder cannot hurt the process that started it."""

import dataclasses
import threading
from collections.abc import Callable
from typing import Any

import pytest

from account_center.documents import decoder, errors, services
from account_center.kit.refused import Invalid
from account_center.plumbing.wording import explain_refusal
from tests.documents import pictures

Limited = Callable[..., None]


@pytest.fixture
def limited(settings: Any) -> Limited:
    def change(**limits: int) -> None:
        settings.LIMITS = dataclasses.replace(settings.LIMITS, **limits)

    return change


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_a_clean_jpeg_of_the_same_size(kind: str) -> None:
    clean = services.reencode_image(pictures.encoded(pictures.drawing(), kind))
    again = pictures.opened(clean.jpeg)
    assert (clean.width, clean.height) == again.size == (800, 600)
    assert again.mode == "RGB"


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_grey_and_print_colours_become_rgb(mode: str) -> None:
    clean = services.reencode_image(pictures.encoded(pictures.drawing(mode=mode)))
    assert pictures.opened(clean.jpeg).mode == "RGB"


@pytest.mark.parametrize("mode", ["P", "I;16", "1"])
def test_every_kind_of_png_becomes_rgb(mode: str) -> None:
    picture = pictures.drawing(mode="L" if mode == "I;16" else mode)
    clean = services.reencode_image(pictures.encoded(picture.convert(mode), "PNG"))
    assert pictures.opened(clean.jpeg).mode == "RGB"


def test_what_is_transparent_becomes_white_paper() -> None:
    picture = pictures.drawing(mode="RGBA")
    picture.putalpha(0)
    clean = services.reencode_image(pictures.encoded(picture, "PNG"))
    assert pictures.opened(clean.jpeg).getpixel((0, 0)) == (255, 255, 255)


def test_position_camera_and_comment_are_gone() -> None:
    photo = pictures.photo_with_position()
    assert b"Invented Camera" in photo
    clean = services.reencode_image(photo)
    again = pictures.opened(clean.jpeg)
    assert not again.getexif()
    assert {"exif", "comment", "icc_profile"}.isdisjoint(again.info)
    assert b"Invented Camera" not in clean.jpeg


def test_a_photo_taken_sideways_stands_upright() -> None:
    clean = services.reencode_image(pictures.photo_with_position(orientation=6))
    red, _, blue = pictures.opened(clean.jpeg).getpixel((clean.width - 5, 5))  # type: ignore[misc]
    assert (clean.width, clean.height) == (600, 800)
    assert red > 200
    assert blue < 100


def test_an_orientation_that_cannot_be_read_does_not_spoil_the_photo() -> None:
    clean = services.reencode_image(pictures.encoded(pictures.drawing(), exif=b"Exif\0\0MM\0*\xff\xff\xff\xff"))
    assert (clean.width, clean.height) == (800, 600)


def test_a_phone_photo_with_a_second_picture_behind_it_is_one_photo() -> None:
    clean = services.reencode_image(pictures.multi_picture())
    assert (clean.width, clean.height) == (800, 600)


def test_a_large_photo_is_made_smaller() -> None:
    clean = services.reencode_image(pictures.encoded(pictures.drawing(6000, 4000)))
    assert (clean.width, clean.height) == (2400, 1600)


def test_script_and_archive_behind_a_picture_are_cut_off() -> None:
    clean = services.reencode_image(
        pictures.encoded(pictures.drawing()) + pictures.SCRIPT + b"PK\x03\x04" + pictures.EICAR
    )
    assert pictures.SCRIPT not in clean.jpeg
    assert pictures.EICAR not in clean.jpeg


@pytest.mark.clause("2.1.9", "2.1.12")
@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", errors.EmptyFile),
        (b"just text", errors.NotAnImage),
        (b"<html><img src=x>" + pictures.SCRIPT, errors.NotAnImage),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', errors.NotAnImage),
        (pictures.EICAR, errors.NotAnImage),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", errors.NotAnImage),
        (b"PK\x03\x04" + b"\0" * 100, errors.NotAnImage),
        (b"\0\0\0\x18ftypmp42" + b"\0" * 100, errors.NotAnImage),
        (b"%PDF-1.7\n", errors.PdfNotHere),
        (pictures.animation("GIF"), errors.WrongFileKind),
        (pictures.encoded(pictures.drawing(), "TIFF"), errors.WrongFileKind),
        (pictures.encoded(pictures.drawing(), "BMP"), errors.WrongFileKind),
        (pictures.animation("WEBP"), errors.AnimatedImage),
        (pictures.animation("PNG"), errors.AnimatedImage),
        (pictures.encoded(pictures.drawing())[:3000], errors.DamagedImage),
        (pictures.encoded(pictures.drawing(), "PNG")[:900], errors.DamagedImage),
        (pictures.encoded(pictures.drawing(), "WEBP")[:300], errors.DamagedImage),
        (b"\xff\xd8\xff" + b"nothing behind it", errors.DamagedImage),
        (b"\x89PNG\r\n\x1a\n", errors.DamagedImage),
        (pictures.encoded(pictures.drawing(199, 800)), errors.ImageTooSmall),
        (pictures.encoded(pictures.drawing(20_000, 300)), errors.ImageTooSmall),
        (pictures.bomb(20_000, 20_000), errors.TooManyPixels),
        (pictures.bomb(50_000, 50_000), errors.TooManyPixels),
    ],
)
def test_a_bad_file_is_refused_with_its_own_reason(data: bytes, refusal: type[Invalid]) -> None:
    with pytest.raises(Invalid) as refused:
        services.reencode_image(data)
    assert type(refused.value) is refusal
    told = explain_refusal(refused.value)
    assert told.what
    assert told.why
    assert told.todo
    assert "{" not in told.what + told.why + told.todo


def test_twelve_megabytes_are_refused_before_anything_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoder, "command", lambda *_: ("/does/not/exist",))
    with pytest.raises(errors.FileTooLarge) as refused:
        services.reencode_image(b"\xff\xd8\xff" + bytes(12 * 1024 * 1024))
    assert refused.value.facts == {"limit": 10}


def test_the_name_of_a_refused_kind_is_said() -> None:
    with pytest.raises(errors.WrongFileKind) as refused:
        services.reencode_image(b"GIF89a lying.jpg")
    assert explain_refusal(refused.value).what.startswith("GIF")


def test_a_decoder_that_needs_too_much_memory_is_refused(limited: Limited) -> None:
    limited(decode_memory_bytes=130_000_000)
    noisy = pictures.encoded(pictures.drawing(6000, 6000), "PNG")
    with pytest.raises(errors.ImageTooHard):
        services.reencode_image(noisy)
    limited(decode_memory_bytes=1024**3)
    assert services.reencode_image(noisy).width == 2400


def test_a_decoder_that_never_ends_is_ended(limited: Limited, monkeypatch: pytest.MonkeyPatch) -> None:
    limited(decode_seconds=1)
    monkeypatch.setattr(decoder, "command", lambda *_: ("/bin/sh", "-c", "cat >/dev/null; exec sleep 600"))
    with pytest.raises(errors.ImageTooHard):
        services.reencode_image(pictures.encoded(pictures.drawing()))


@pytest.mark.parametrize(
    "script",
    [
        "kill -9 $$",
        "cat >/dev/null; kill -9 $$",
        "cat >/dev/null; echo no picture; echo '800 600' >&2",
        "cat >/dev/null; echo 'too_small ten' >&2; exit 3",
        "cat >/dev/null; head -c 40000000 /dev/zero",
        "cat >/dev/null; sleep 600 & echo over",
        "setsid sleep 9 & exit 1",
    ],
)
def test_a_decoder_taken_over_or_killed_ends_in_a_refusal(
    script: str, limited: Limited, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(decode_seconds=2)
    monkeypatch.setattr(decoder, "command", lambda *_: ("/bin/sh", "-c", script))
    with pytest.raises(errors.ImageTooHard):
        services.reencode_image(pictures.encoded(pictures.drawing(3000, 2000), "PNG", compress_level=0)[:8_000_000])


def test_a_decoder_that_cannot_be_started_means_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoder, "command", lambda *_: ("/does/not/exist",))
    with pytest.raises(errors.DecodersBusy):
        services.reencode_image(pictures.encoded(pictures.drawing()))


def test_the_decoder_sees_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    script = 'cat >/dev/null; test -z "$DATABASE_URL" && printf damaged >&2; exit 3'
    monkeypatch.setattr(decoder, "command", lambda *_: ("/bin/sh", "-c", script))
    with pytest.raises(errors.DamagedImage):
        services.reencode_image(pictures.encoded(pictures.drawing()))


def test_an_upload_waits_for_a_place_and_is_then_told_to_come_back(
    limited: Limited, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    limited(uploads_at_once=1, upload_wait_seconds=1)
    gate = tmp_path / "gate"
    script = (
        f"cat >/dev/null; touch {gate}.here; while [ ! -e {gate} ]; do sleep 0.05; done; printf damaged >&2; exit 3"
    )
    monkeypatch.setattr(decoder, "command", lambda *_: ("/bin/sh", "-c", script))
    photo, first = pictures.encoded(pictures.drawing()), []

    def upload() -> None:
        try:
            services.reencode_image(photo)
        except Invalid as refusal:
            first.append(type(refusal))

    thread = threading.Thread(target=upload)
    thread.start()
    while not (tmp_path / "gate.here").exists():
        thread.join(0.02)
    with pytest.raises(errors.DecodersBusy):
        services.reencode_image(photo)
    gate.touch()
    thread.join()
    assert first == [errors.DamagedImage]
