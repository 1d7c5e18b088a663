"""What a browser sends stays in memory, up to the limit, under whatever name it comes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from account_center.documents import errors, services
from account_center.documents.types import DocumentKind
from account_center.kit import clock
from tests.documents import pictures


@pytest.fixture(autouse=True)
def temporary_folder(settings: Any, tmp_path: Path) -> Iterator[Path]:
    settings.FILE_UPLOAD_HANDLERS = ["account_center.documents.uploads.MemoryOnly"]
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    tmp_path.chmod(0o500)
    yield tmp_path
    tmp_path.chmod(0o700)


def received(content: bytes, name: str = "me.jpg") -> Any:
    sent = SimpleUploadedFile(name, content, content_type="image/jpeg")
    request = RequestFactory().post("/", {"face": sent, "name": "王小明"})
    assert request.POST["name"] == "王小明"
    return request.FILES["face"]


def test_a_photo_arrives_whole_without_touching_the_disk(temporary_folder: Path) -> None:
    photo = pictures.encoded(pictures.drawing(3000, 2000), "PNG", compress_level=0)
    assert len(photo) > 5_000_000
    file = received(photo[:9_000_000])
    assert not hasattr(file, "temporary_file_path")
    assert file.read() == photo[:9_000_000]
    assert list(temporary_folder.iterdir()) == []


def test_of_a_file_that_is_too_large_only_the_limit_is_kept(settings: Any) -> None:
    file = received(b"\xff\xd8\xff" + bytes(30_000_000))
    assert file.size == settings.LIMITS.image_bytes + 1
    with pytest.raises(errors.FileTooLarge):
        services.reencode_image(file.read())


def test_two_files_in_one_form_do_not_mix() -> None:
    files = {"front": SimpleUploadedFile("a", b"front" * 9), "back": SimpleUploadedFile("b", b"back")}
    request = RequestFactory().post("/", files)
    assert request.FILES["front"].read() == b"front" * 9  # type: ignore[union-attr]
    assert request.FILES["back"].read() == b"back"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "a\0.jpg",
        "CON",
        "\u202egpj.exe",
        "x" * 5000 + ".jpg",
        "..\\..\\boot.ini",
        "a.svg",
    ],
)
@pytest.mark.django_db
def test_the_name_of_an_upload_decides_nothing(name: str, settings: Any, temporary_folder: Path) -> None:
    temporary_folder.chmod(0o700)
    settings.DATA_DIR = temporary_folder
    image = services.reencode_image(received(pictures.encoded(pictures.drawing()), name).read())
    image_id = services.keep_image(image=image, kind=DocumentKind.FACE, owner="test:1", erase_at=clock.now())
    stored = [path for path in (temporary_folder / "documents").rglob("*") if path.is_file()]
    assert [path.name for path in stored] == [f"{image_id}.sealed"]
