"""What a file is, by its first bytes. Names and declared types are never believed."""

from enum import StrEnum


class FileKind(StrEnum):
    """Kinds that people try to upload as a picture, taken or not."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"
    GIF = "GIF"
    BMP = "BMP"
    TIFF = "TIFF"
    HEIC = "HEIC"
    AVIF = "AVIF"
    PDF = "PDF"
    UNKNOWN = ""


TAKEN = frozenset({FileKind.JPEG, FileKind.PNG, FileKind.WEBP})
_BEGINNINGS = (
    (b"\xff\xd8\xff", FileKind.JPEG),
    (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
    (b"GIF87a", FileKind.GIF),
    (b"GIF89a", FileKind.GIF),
    (b"BM", FileKind.BMP),
    (b"II*\x00", FileKind.TIFF),
    (b"MM\x00*", FileKind.TIFF),
    (b"%PDF-", FileKind.PDF),
)
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"})


def file_kind(data: bytes) -> FileKind:
    """The kind by its magic bytes; UNKNOWN for everything else."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return FileKind.WEBP
    if data[4:8] == b"ftyp":
        return _iso_media(data[8:12])
    return next((kind for magic, kind in _BEGINNINGS if data.startswith(magic)), FileKind.UNKNOWN)


def _iso_media(brand: bytes) -> FileKind:
    if brand in _HEIC_BRANDS:
        return FileKind.HEIC
    return FileKind.AVIF if brand in (b"avif", b"avis") else FileKind.UNKNOWN
