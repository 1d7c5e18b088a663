"""Two hundred files that nobody means well with, or that a device got wrong. Made here, so that each can be read about."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import cache

from PIL import ImageCms

from tests.documents import pdfs, pictures

File = tuple[str, bytes]
HTML = b"<!doctype html><title>x</title>" + pictures.SCRIPT
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
PHP = b"<?php system($_GET['c']); ?>"
MARKS = (
    pictures.SCRIPT,
    PHP,
    b"onload=",
    pictures.EICAR,
    b"file:///etc/passwd",
    b"Invented Camera",
    b"/JavaScript",
    b"PK\x03\x04",
)

# Files that take a child seconds: looked at in tests/documents, not through every form.
SLOW = {
    "pdf with a function for every pixel",
    "pdf with streams in streams",
    "pdf with a stream bomb",
    "jpeg many scans",
}


@cache
def corpus() -> list[File]:
    """Every file with its name. The same ones in every run, made when they are first asked for."""
    return [
        *not_pictures(),
        *jpegs(),
        *pngs(),
        *webps(),
        *broken(),
        *hostile_pdfs(),
        *broken_pdfs(),
        *heics(),
    ]


def not_pictures() -> Iterator[File]:
    """Other things under a picture's name."""
    yield "empty", b""
    yield "one byte", b"\xff"
    yield "zeros", bytes(4096)
    yield "html as jpeg", HTML
    yield "svg", SVG
    yield "svg with a declaration", b'<?xml version="1.0"?>' + SVG
    yield "svg with entities", b'<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + SVG
    yield "svg packed", b"\x1f\x8b\x08" + zlib.compress(SVG)
    yield "php", PHP
    yield "eicar", pictures.EICAR
    yield "postscript", b"%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd) run"
    yield "zip", _zip({"x.html": HTML})
    yield "zip bomb", _zip({"x": bytes(5_000_000)})
    yield "rar", b"Rar!\x1a\x07\x01\x00" + bytes(200)
    yield "executable", b"MZ" + bytes(500)
    yield "elf", b"\x7fELF\x02\x01\x01" + bytes(500)
    yield "shell script", b"#!/bin/sh\nrm -rf /\n"
    yield "mp4", b"\0\0\0\x18ftypmp42" + bytes(500)
    yield "quicktime", b"\0\0\0\x14ftypqt  " + bytes(500)
    yield "avif", b"\0\0\0\x1cftypavif\0\0\0\0avifmif1" + bytes(500)
    yield "jpeg xl", b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(500)
    yield "jpeg 2000", b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(500)
    yield "gif", pictures.encoded(pictures.drawing(), "GIF")
    yield "gif that moves", pictures.animation("GIF")
    yield "gif with script behind", pictures.encoded(pictures.drawing(), "GIF") + pictures.SCRIPT
    yield "gif that is javascript", b"GIF89a/*" + bytes(300) + b"*/=1;alert(1)"
    yield "bmp", pictures.encoded(pictures.drawing(), "BMP")
    yield "bmp that claims much", b"BM" + struct.pack("<IHHIIiiHHI", 100, 0, 0, 54, 40, 2**31 - 1, -(2**31), 1, 24, 0)
    yield "tiff", pictures.encoded(pictures.drawing(), "TIFF")
    yield "tiff big endian", b"MM\x00*" + bytes(200)
    yield "ico", pictures.encoded(pictures.drawing(64, 64), "ICO")
    yield "psd", b"8BPS\x00\x01" + bytes(500)
    yield "office document", _zip({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})
    yield "image magick script", b"push graphic-context\nviewbox 0 0 640 480\nfill 'url(https://127.0.0.1/x)'\n"
    yield "m3u playlist", b"#EXTM3U\nfile:///etc/passwd\n"


def jpegs() -> Iterator[File]:
    """JPEG: some good, some with more in them than a photo."""
    plain = pictures.encoded(pictures.drawing())
    yield "jpeg", plain
    yield "jpeg progressive", pictures.encoded(pictures.drawing(), progressive=True)
    yield "jpeg cmyk", pictures.encoded(pictures.drawing(mode="CMYK"))
    yield "jpeg grey", pictures.encoded(pictures.drawing(mode="L"))
    yield "jpeg worst quality", pictures.encoded(pictures.drawing(), quality=1)
    yield "jpeg with position", pictures.photo_with_position()
    for turn in (2, 3, 5, 8, 9, 65535):
        yield f"jpeg turned {turn}", pictures.photo_with_position(orientation=turn)
    yield "jpeg of a phone", pictures.multi_picture()
    yield "jpeg with script behind", plain + pictures.SCRIPT
    yield "jpeg with zip behind", plain + _zip({"x.html": HTML})
    yield "jpeg with php behind", plain + PHP
    yield "jpeg with pdf behind", plain + pdfs.scan()
    yield "jpeg with html comment", pictures.encoded(pictures.drawing(), comment=HTML)
    yield "jpeg with eicar comment", pictures.encoded(pictures.drawing(), comment=pictures.EICAR)
    yield "jpeg with script in exif", pictures.encoded(pictures.drawing(), exif=b"Exif\0\0" + pictures.SCRIPT)
    yield "jpeg with svg before it", SVG + plain
    yield "jpeg with a colour profile", pictures.encoded(pictures.drawing(), icc_profile=_profile())
    yield "jpeg with a large profile", pictures.encoded(pictures.drawing(), icc_profile=_profile() + bytes(2_000_000))
    yield "jpeg with a nonsense profile", pictures.encoded(pictures.drawing(), icc_profile=b"\xff" * 5000)
    yield "jpeg with a comment of 60 KB", pictures.encoded(pictures.drawing(), comment=b"A" * 60_000)
    yield "jpeg with a thousand segments", plain[:2] + _segments(1000) + plain[2:]
    yield "jpeg with exif in a circle", plain[:2] + _exif_in_a_circle() + plain[2:]
    yield "jpeg claims 65535 squared", _claimed_size(plain, 65535, 65535)
    yield "jpeg claims no height", _claimed_size(plain, 800, 0)
    yield "jpeg claims no width", _claimed_size(plain, 0, 600)
    yield "jpeg claims a little more", _claimed_size(plain, 808, 616)
    yield "jpeg one pixel", pictures.encoded(pictures.drawing(1, 1))
    yield "jpeg very wide", pictures.encoded(pictures.drawing(60_000, 8))
    yield "jpeg whose scan never ends", plain[:-2] + b"\xff\xd0" * 50_000
    yield "jpeg many scans", _many_scans()
    yield "two jpegs", plain + plain
    yield "jpeg header only", plain[:20]
    yield "jpeg without tables", b"\xff\xd8" + plain[plain.index(b"\xff\xc0") :]
    yield "jpeg end before beginning", b"\xff\xd8\xff\xd9" + plain


def pngs() -> Iterator[File]:
    """PNG: every depth, and every way to be large."""
    for mode in ("1", "L", "P", "RGB", "RGBA", "LA", "I;16"):
        drawn = pictures.drawing(mode="L").convert(mode) if mode == "I;16" else pictures.drawing(mode=mode)
        yield f"png {mode}", pictures.encoded(drawn, "PNG")
    see_through = pictures.drawing(mode="P")
    yield "png palette with transparency", pictures.encoded(see_through, "PNG", transparency=0)
    plain = pictures.encoded(pictures.drawing(), "PNG")
    yield "png interlaced by hand", plain[:28] + b"\1" + plain[29:]
    yield "png with script behind", plain + pictures.SCRIPT
    yield "png with zip behind", plain + _zip({"x": b"x"})
    yield "png animated", pictures.animation("PNG")
    yield "png bomb 20000", pictures.bomb(20_000, 20_000)
    yield "png bomb wide", pictures.bomb(2_000_000, 20)
    yield "png of 39 million pixels", pictures.bomb(6_500, 6_000)
    yield "png claims 2**31", _png_header(2**31 - 1, 2**31 - 1)
    yield "png claims nothing", _png_header(0, 0)
    yield "png with a text bomb", _with_chunk(plain, b"zTXt", b"k\0\0" + zlib.compress(bytes(30_000_000), 9))
    yield "png with script in text", _with_chunk(plain, b"tEXt", b"Comment\0" + pictures.SCRIPT)
    yield "png with a profile bomb", _with_chunk(plain, b"iCCP", b"x\0\0" + zlib.compress(bytes(30_000_000), 9))
    yield "png with position", _with_chunk(plain, b"eXIf", pictures.photo_with_position()[30:200])
    yield "png without data", plain[:33] + plain[-12:]
    yield "png with a wrong sum", plain[:50] + bytes([plain[50] ^ 1]) + plain[51:]
    yield "png chunk longer than the file", plain[:33] + struct.pack(">I", 2**31 - 1) + b"IDAT" + bytes(100)
    yield "png data bomb", _png_header(800, 600)[:-12] + _chunk(b"IDAT", zlib.compress(bytes(60_000_000), 9))
    yield "png signature only", b"\x89PNG\r\n\x1a\n"
    yield "png spoiled by a text editor", plain.replace(b"\r\n", b"\n")
    yield "png palette missing", _png_header(800, 600, kind=3)
    yield "png impossible depth", _png_header(800, 600, depth=77)


def webps() -> Iterator[File]:
    """WebP."""
    plain = pictures.encoded(pictures.drawing(), "WEBP")
    yield "webp", plain
    yield "webp lossless", pictures.encoded(pictures.drawing(), "WEBP", lossless=True)
    yield "webp transparent", pictures.encoded(pictures.drawing(mode="RGBA"), "WEBP")
    yield "webp animated", pictures.animation("WEBP")
    yield "webp with script behind", plain + pictures.SCRIPT
    yield "webp cut", plain[:100]
    yield "webp length lies", plain[:4] + b"\xff\xff\xff\x7f" + plain[8:]
    yield "webp of nothing", b"RIFF\x04\0\0\0WEBP"
    yield "wave named webp", b"RIFF" + struct.pack("<I", 40) + b"WAVEfmt " + bytes(40)
    yield (
        "webp huge canvas",
        b"RIFF" + struct.pack("<I", 22) + b"WEBPVP8X" + struct.pack("<I", 10) + b"\0" * 4 + b"\xff" * 6,
    )


def broken() -> Iterator[File]:
    """Good files with some of their bytes turned over, always the same ones."""
    chance = random.Random(20261123)
    for kind in ("JPEG", "PNG", "WEBP"):
        plain = pictures.encoded(pictures.drawing(640, 480), kind)
        for number in range(12):
            spoiled = bytearray(plain)
            for _ in range(1 + number * 3):
                spoiled[chance.randrange(8, len(spoiled))] = chance.randrange(256)
            yield f"{kind} turned over {number}", bytes(spoiled)


def hostile_pdfs() -> Iterator[File]:
    """PDFs that want to do something, or to be large."""
    red = pdfs.RED
    script = b"<< /S /JavaScript /JS (app.alert(1); this.submitForm('http://127.0.0.1/');) >>"
    yield "pdf", pdfs.scan()
    yield "pdf with javascript", pdfs.page(red, catalogue=b"/OpenAction " + script)
    yield (
        "pdf with javascript in the name tree",
        pdfs.page(red, catalogue=b"/Names << /JavaScript << /Names [(a) " + script + b"] >> >>"),
    )
    yield "pdf that launches", pdfs.page(red, catalogue=b"/OpenAction << /S /Launch /F (/bin/sh) >>")
    yield "pdf that opens an address", pdfs.page(red, catalogue=b"/OpenAction << /S /URI /URI (file:///etc/passwd) >>")
    yield (
        "pdf that goes to another file",
        pdfs.page(red, catalogue=b"/OpenAction << /S /GoToR /F (/etc/passwd) /D [0 /Fit] >>"),
    )
    yield (
        "pdf with an attachment",
        pdfs.page(
            red,
            catalogue=b"/Names << /EmbeddedFiles << /Names [(x) << /Type /Filespec /F (x.exe) /EF << /F 5 0 R >> >>] >> >>",
            more=[pdfs.stream(pictures.EICAR, b"/Type /EmbeddedFile")],
        ),
    )
    yield (
        "pdf with a file from outside",
        pdfs.page(
            b"/X Do",
            entries=b"/Resources << /XObject << /X 5 0 R >> >>",
            more=[pdfs.stream(b"", b"/F (/etc/passwd) /Type /XObject /Subtype /Image /Width 9 /Height 9")],
        ),
    )
    yield "pdf with html before it", HTML + pdfs.scan()
    yield "pdf with html behind it", pdfs.scan() + HTML
    yield "pdf that is a zip too", pdfs.scan() + _zip({"x.html": HTML})
    yield "pdf with a large page", pdfs.page(red, box="0 0 2000000 2000000")
    yield "pdf with a page beyond numbers", pdfs.page(red, box="0 0 1e38 1e38")
    yield "pdf with a page turned inside out", pdfs.page(red, box="595 842 0 0")
    yield "pdf with a page of nothing", pdfs.page(red, box="0 0 0 0")
    yield "pdf with a negative page", pdfs.page(red, box="-9999 -9999 -1 -1")
    yield "pdf with user units", pdfs.page(red, entries=b"/UserUnit 1000000")
    yield "pdf with a stream bomb", pdfs.page(b"0 " * 20_000_000 + red, packed=True)
    yield (
        "pdf with streams in streams",
        pdfs.page(b"/X Do", entries=b"/Resources << /XObject << /X 5 0 R >> >>", more=[_form_in_itself(5)]),
    )
    yield (
        "pdf with an image bomb",
        pdfs.page(
            b"600 0 0 800 0 0 cm /X Do",
            entries=b"/Resources << /XObject << /X 5 0 R >> >>",
            more=[pdfs.stream(bytes(20_000_000), *_image(100_000, 200), packed=True)],
        ),
    )
    yield (
        "pdf with an image that claims much",
        pdfs.page(
            b"600 0 0 800 0 0 cm /X Do",
            entries=b"/Resources << /XObject << /X 5 0 R >> >>",
            more=[pdfs.stream(b"x", *_image(2_000_000_000, 2_000_000_000), packed=True)],
        ),
    )
    yield "pdf with sixty pages", pdfs.scan(60)
    yield (
        "pdf with a tree that loops",
        pdfs.raw(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"),
    )
    yield "pdf that counts a billion pages", pdfs.page(red, count=1_000_000_000)
    yield "pdf that counts backwards", pdfs.page(red, count=-5)
    yield "pdf whose pages are many times the same", pdfs.page(red, kids=b"[" + b"3 0 R " * 3000 + b"]", count=3000)
    yield "pdf locked", pdfs.scan(password="secret")
    yield "pdf locked for changes", pdfs.scan(owner_password="secret")
    yield "pdf with a form", pdfs.filled_in()
    yield "pdf with a photo", pdfs.with_photo()
    yield "pdf deep in brackets", pdfs.page(b"[" * 200_000 + b"]" * 200_000 + red)
    yield "pdf deep in dictionaries", pdfs.page(red, catalogue=b"/X " + b"<< /A " * 5000 + b"1" + b" >>" * 5000)
    yield "pdf with saved states", pdfs.page(b"q " * 2_000_000 + red)
    yield (
        "pdf with a function for every pixel",
        pdfs.page(
            b"/S sh",
            entries=b"/Resources << /Shading << /S << /ShadingType 1 /ColorSpace /DeviceRGB /Domain [0 600 0 800] /Function 5 0 R >> >> >>",
            more=[
                pdfs.stream(
                    b"{ 2 copy mul sin 3 1 roll " + b"dup mul sqrt " * 400 + b"}",
                    b"/FunctionType 4 /Domain [0 600 0 800] /Range [0 1 0 1 0 1]",
                )
            ],
        ),
    )
    yield (
        "pdf with a broken font",
        pdfs.page(
            b"BT /F 20 Tf 50 50 Td (text) Tj ET",
            entries=b"/Resources << /Font << /F << /Type /Font /Subtype /TrueType /FontDescriptor << /FontFile2 5 0 R >> >> >> >>",
            more=[pdfs.stream(b"\0\1\0\0" + b"\xff" * 4000)],
        ),
    )
    yield "pdf with broken jbig2", _with_image_filter(b"JBIG2Decode")
    yield "pdf with broken jpeg 2000", _with_image_filter(b"JPXDecode")
    yield "pdf with broken fax", _with_image_filter(b"CCITTFaxDecode")
    yield "pdf with a tall page", pdfs.page(red, box="0 0 10 14400")
    yield "pdf with an empty page", pdfs.page(b"")


def broken_pdfs() -> Iterator[File]:
    """Cut and turned over."""
    plain = pdfs.scan(2)
    for share in (5, 20, 50, 80, 95):
        yield f"pdf cut at {share} %", plain[: len(plain) * share // 100]
    yield "pdf header only", b"%PDF-1.7\n"
    yield "pdf of zeros", b"%PDF-1.7\n" + bytes(10_000)
    yield "pdf of noise", b"%PDF-1.7\n" + random.Random(1).randbytes(50_000)
    yield "pdf in a text file", b"\xef\xbb\xbf" + plain
    chance = random.Random(7)
    for number in range(10):
        spoiled = bytearray(plain)
        for _ in range(2 + 6 * number):
            spoiled[chance.randrange(8, len(spoiled))] = chance.randrange(256)
        yield f"pdf turned over {number}", bytes(spoiled)


def heics() -> Iterator[File]:
    """HEIC that is none."""
    beginning = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
    noise = random.Random(3)
    yield "heic header only", beginning
    yield "heic of zeros", beginning + bytes(5000)
    yield "heic of noise", beginning + noise.randbytes(5000)
    yield "heic with a box of 2**63", beginning + struct.pack(">I4sQ", 1, b"meta", 2**63 - 1) + bytes(100)
    yield "heic with a thousand boxes", beginning + struct.pack(">I4s", 8, b"free") * 1000
    yield "heif sequence", b"\0\0\0\x18ftypmsf1\0\0\0\0msf1hevc" + bytes(200)
    yield "heic with script", beginning + pictures.SCRIPT * 100


def _zip(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return out.getvalue()


def _profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _segments(count: int) -> bytes:
    return b"\xff\xed\x00\x08Adobe\0" * count


def _exif_in_a_circle() -> bytes:
    # An IFD whose "next" is itself.
    body = (
        b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", 1) + struct.pack("<HHII", 0x0112, 3, 1, 6) + struct.pack("<I", 8)
    )
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _claimed_size(plain: bytes, width: int, height: int) -> bytes:
    at = plain.index(b"\xff\xc0")
    return plain[: at + 5] + struct.pack(">HH", height, width) + plain[at + 9 :]


def _many_scans() -> bytes:
    """A progressive picture whose last scan comes two thousand times: each is decoded over the whole picture."""
    plain = pictures.encoded(pictures.drawing(2000, 2000), progressive=True, quality=30)
    last = plain.rindex(b"\xff\xda")
    return plain[:last] + plain[last:-2] * 2000 + b"\xff\xd9"


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _png_header(width: int, height: int, *, kind: int = 2, depth: int = 8) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    data = _chunk(b"IDAT", zlib.compress(b"\0" * 100))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + data + _chunk(b"IEND", b"")


def _with_chunk(plain: bytes, name: bytes, body: bytes) -> bytes:
    return plain[:33] + _chunk(name, body) + plain[33:]


def _image(width: int, height: int) -> tuple[bytes, ...]:
    return (
        b"/Type /XObject /Subtype /Image /Width %d /Height %d" % (width, height),
        b"/ColorSpace /DeviceGray /BitsPerComponent 8",
    )


def _form_in_itself(number: int) -> bytes:
    return pdfs.stream(
        b"/X Do " * 50,
        b"/Type /XObject /Subtype /Form /BBox [0 0 600 800]",
        b"/Resources << /XObject << /X %d 0 R >> >>" % number,
    )


def _with_image_filter(kind: bytes) -> bytes:
    noise = random.Random(5).randbytes(3000)
    return pdfs.page(
        b"600 0 0 800 0 0 cm /X Do",
        entries=b"/Resources << /XObject << /X 5 0 R >> >>",
        more=[pdfs.stream(noise, *_image(500, 500), b"/Filter /" + kind)],
    )
