"""Where fonts with Chinese characters lie. None comes with the program: they are large, and systems have them."""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings

# Debian and Ubuntu, Fedora, Arch and others below the first ones; macOS; Windows.
FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "C:/Windows/Fonts",
)
# In order of preference, by what systems name them. The second list knows rare characters, whatever came before.
EVERYDAY = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKsc-Regular.otf",
    "NotoSansSC-Regular.otf",
    "NotoSansSC-Regular.ttf",
    "SourceHanSansSC-Regular.otf",
    "SourceHanSansCN-Regular.otf",
    "SourceHanSans-Regular.ttc",
    "PingFang.ttc",
    "Hiragino Sans GB.ttc",
    "STHeiti Light.ttc",
    "msyh.ttc",
    "Deng.ttf",
    "simsun.ttc",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
)
RARE = ("NotoSerifCJK-Regular.ttc", "Songti.ttc", "HanaMinA.ttf", "HanaMinB.ttf", "simsunb.ttf")


def font_files() -> tuple[str, ...]:
    """The fonts for PDF, the first one before those that help out. ``PATH#2`` is the third face of a collection.

    What the operator named, else what systems usually have; empty if there is none.
    """
    return tuple(settings.PDF_FONTS) if settings.PDF_FONTS is not None else usual_fonts()


@cache
def usual_fonts() -> tuple[str, ...]:
    """The fonts with Chinese characters that this system has, looked for once per process."""
    found = dict(_font_paths())
    if not any(name in found for name in EVERYDAY):
        return ()
    return tuple(found[name] for name in (*EVERYDAY, *RARE) if name in found)


def _font_paths() -> Iterator[tuple[str, str]]:
    wanted = {*EVERYDAY, *RARE}
    for top in reversed(FOLDERS):
        for folder, _, files in os.walk(top):
            yield from ((name, str(Path(folder) / name)) for name in wanted.intersection(files))
