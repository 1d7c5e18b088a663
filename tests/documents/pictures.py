"""Real picture files, made by Pillow or by hand, good and bad."""

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageDraw

SCRIPT = b"<script>alert(1)</script>"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def drawing(width: int = 800, height: int = 600, mode: str = "RGB") -> Image.Image:
    """A picture whose upper left corner is red and whose lower right corner is blue."""
    sheet = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((0, 0, width // 4, height // 4), fill="red")
    pen.rectangle((width * 3 // 4, height * 3 // 4, width, height), fill="blue")
    return sheet.convert(mode)


def encoded(picture: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def photo_with_position(orientation: int = 1) -> bytes:
    """A JPEG as a phone writes it: orientation, camera and the place where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Invented Camera Works"
    exif.get_ifd(0x8825).update({1: "N", 2: (39.0, 54.0, 26.0), 3: "E", 4: (116.0, 23.0, 29.0)})
    return encoded(drawing(), exif=exif, comment=b"at home")


def multi_picture() -> bytes:
    """What many phones write: a JPEG with a second picture behind it."""
    return encoded(drawing(), "MPO", save_all=True, append_images=[drawing(400, 300)])


def animation(kind: str) -> bytes:
    frames = [drawing(), Image.new("RGB", (800, 600), "green")]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


def bomb(width: int, height: int) -> bytes:
    """A small PNG that claims and holds very many white pixels."""
    rows = zlib.compressobj(9)
    row = b"\0" + b"\xff" * ((width + 7) // 8)
    body = b"".join(rows.compress(row) for _ in range(height)) + rows.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def opened(jpeg: bytes) -> Image.Image:
    return Image.open(io.BytesIO(jpeg), formats=["JPEG"])
