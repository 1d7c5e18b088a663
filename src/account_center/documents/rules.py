"""What a file is, by its first bytes. Names and declared types are never believed."""

from account_center.documents.types import FileKind

PICTURES = (FileKind.JPEG, FileKind.PNG, FileKind.WEBP)
_BEGINNINGS = (
    (b"\xff\xd8\xff", FileKind.JPEG),
    (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
    (b"GIF87a", FileKind.GIF),
    (b"GIF89a", FileKind.GIF),
    (b"BM", FileKind.BMP),
    (b"II*\x00", FileKind.TIFF),
    (b"MM\x00*", FileKind.TIFF),
    (b"%PDF-", FileKind.PDF),
    (b"\xef\xbb\xbf%PDF-", FileKind.PDF),  # some writers begin as if it were a text
)
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"})


def taken(*, paper: bool, heic: bool) -> tuple[FileKind, ...]:
    """The kinds that are taken: a paper also as PDF, HEIC where this house can open it."""
    return (*PICTURES, *([FileKind.HEIC] if heic else []), *([FileKind.PDF] if paper else []))


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
