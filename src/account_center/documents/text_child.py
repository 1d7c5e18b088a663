"""Reads the text on a picture. A program of its own, started by ``adapters.rapid``: JPEG on stdin, JSON on stdout.

Needs the extra ``ocr``. Models come with its package; nothing is fetched, and the network is given up like everything
else before a byte is read. A tall picture (pages one below the other) is read in overlapping parts.

Exit status 0 and ``[["text", 0.98], ...]`` from top to bottom. Any other end means: not read.
"""

import io
import json
import os
import sys
import warnings
from collections.abc import Iterator
from typing import Any, NoReturn

import numpy as np
import onnxruntime
from PIL import Image
from rapidocr import RapidOCR

from account_center.kit.confined import confine

# One thread: a second one would take a core from somebody who waits for a page, and memory for its own buffers.
PARAMETERS = {
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    "Global.log_level": "critical",
}
NICE = 10  # pages are served first
TALL = 1.6  # height by width; past it there is more than one page on the picture
PART = 1.5  # height of a part by the width
STEP = 1.35  # so that a line on the edge of one part is whole in the next


def read(data: bytes, reader: Any, *, side: int) -> list[tuple[str, float]]:
    """Every line on the picture and how sure the reader is of it, 0 to 1."""
    with Image.open(io.BytesIO(data), formats=["JPEG"]) as picture:
        picture.load()
        return [line for part in _parts(picture) for line in _lines(part, reader, side)]


def _parts(picture: Image.Image) -> Iterator[Image.Image]:
    width, height = picture.size
    if height <= TALL * width:
        yield picture
        return
    top = 0
    while top < height:
        yield picture.crop((0, top, width, min(height, top + round(PART * width))))
        top += round(STEP * width)


def _lines(part: Image.Image, reader: Any, side: int) -> list[tuple[str, float]]:
    small = part.convert("RGB")
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    found = reader(np.asarray(small)[:, :, ::-1])
    return [
        (str(text), round(float(score), 3)) for text, score in zip(found.txts or (), found.scores or (), strict=True)
    ]


def main() -> NoReturn:
    """Makes itself ready, gives up what it does not need, reads, writes."""
    order = json.loads(sys.argv[1])
    warnings.simplefilter("ignore")
    # The runtime reserves far more addresses than it uses: so what it really writes to is limited.
    confine(cpu_seconds=order["seconds"], memory_bytes=order["memory_bytes"], count_addresses=False)
    onnxruntime.disable_telemetry_events()  # it could send nothing any more, and shall not try
    if hasattr(os, "nice"):
        os.nice(NICE)
    reader = RapidOCR(params=PARAMETERS)
    lines = read(sys.stdin.buffer.read(), reader, side=order["side"])
    sys.stdout.buffer.write(json.dumps(lines).encode())
    sys.stdout.buffer.flush()
    sys.exit(0)


if __name__ == "__main__":
    main()
