"""What reads text in this house, if anything does."""

import importlib.util
from functools import cache

from django.conf import settings

from account_center.documents.adapters.rapid import RapidReader
from account_center.documents.ports import TextReader

NEEDED = ("rapidocr", "onnxruntime")


def text_reader() -> TextReader | None:
    """The reader of the extra ``ocr``; None where it is not installed or not wanted: then staff read by themselves."""
    return RapidReader() if settings.READ_PICTURES and _is_installed() else None


@cache
def _is_installed() -> bool:
    return all(importlib.util.find_spec(name) is not None for name in NEEDED)
