"""HEIC, as iPhones write it: opened where the extra ``heif`` is installed, else refused with the setting that helps."""

import importlib.util
import io

import pytest
from django.utils import translation
from PIL import Image

from account_center.documents import decoder, errors, queries, services
from account_center.documents.types import FileKind
from account_center.kit.refused import Invalid
from account_center.plumbing.wording import explain_refusal
from tests.documents import pictures

BEGINNING = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
installed = pytest.mark.skipif(
    importlib.util.find_spec("pillow_heif") is None, reason="the extra heif is not installed: make extras"
)


def heic(picture: Image.Image, **how: object) -> bytes:
    """A file as an iPhone writes it. Encoded in this process: it is our own."""
    from pillow_heif import from_pillow  # noqa: PLC0415 only there with the extra

    out = io.BytesIO()
    from_pillow(picture).save(out, **how)
    return out.getvalue()


@pytest.mark.clause("2.1.9")
@pytest.mark.parametrize(("language", "setting"), [("en", "Formats > Most Compatible"), ("zh-hans", "兼容性最佳")])
def test_without_the_extra_the_refusal_names_the_setting_of_the_phone(
    language: str, setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoder, "heic_is_taken", lambda: False)
    with pytest.raises(errors.HeicNotHere) as refused, translation.override(language):
        services.reencode_image(BEGINNING + bytes(100))
    with translation.override(language):
        assert setting in explain_refusal(refused.value).todo


def test_forms_say_heic_only_where_it_can_be_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    for taken in (True, False):
        monkeypatch.setattr(queries, "heic_is_taken", lambda taken=taken: taken)
        assert (FileKind.HEIC in queries.kinds_taken(paper=False)) is taken


@installed
def test_an_iphone_photo_becomes_a_clean_jpeg() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Invented Camera Works"
    data = heic(pictures.drawing(1200, 900), exif=exif.tobytes(), quality=80)
    assert b"Invented Camera" in data
    clean = services.reencode_image(data)
    assert (clean.width, clean.height) == (1200, 900)
    again = pictures.opened(clean.jpeg)
    assert not again.getexif()
    red, _green, blue = again.getpixel((10, 10))  # type: ignore[misc]
    assert red > 200 > blue


@installed
@pytest.mark.parametrize("cut", [0, 40, 200, 600])
def test_a_broken_one_is_refused(cut: int) -> None:
    data = heic(pictures.drawing())[:cut] if cut else BEGINNING + bytes(5000)
    with pytest.raises(Invalid) as refused:
        services.reencode_image(data)
    assert type(refused.value) in {errors.DamagedImage, errors.NotAnImage}


@installed
def test_the_limits_are_those_of_every_picture() -> None:
    with pytest.raises(errors.ImageTooSmall):
        services.reencode_image(heic(pictures.drawing(120, 900)))
