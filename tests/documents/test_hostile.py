"""Two hundred hostile files: each is refused with a reason or stored clean, in bounded time and memory, never with a crash."""

import resource
import time
from typing import Any

import pytest

from account_center.documents import services
from account_center.documents.types import Upload
from account_center.kit.refused import Busy, Refused
from account_center.plumbing.wording import explain_refusal
from tests.documents import hostile, pictures

CLEAN = {
    "jpeg",
    "jpeg progressive",
    "jpeg cmyk",
    "png RGBA",
    "png palette with transparency",
    "png I;16",
    "webp",
    "pdf",
}


def test_there_are_two_hundred_different_ones() -> None:
    files = hostile.corpus()
    assert len({name for name, _ in files}) == len(files) >= 200


@pytest.mark.parametrize("part", range(8))
def test_each_is_refused_with_a_reason_or_stored_clean(part: int, settings: Any) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name, data in hostile.corpus()[part::8]:
        began = time.thread_time()
        outcome = judged(data)
        assert outcome, name
        assert time.thread_time() - began < 2, f"{name}: this process works on it itself"
        if name in CLEAN:
            assert outcome == "clean", name
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 150 * 1024, "kilobytes; the decoding is done elsewhere"


def judged(data: bytes) -> str:
    """``clean``, or the code of the refusal."""
    try:
        clean = services.reencode_image(data, paper=True)
    except Refused as refusal:
        return told(refusal)
    picture = pictures.opened(clean.jpeg)
    picture.load()
    assert picture.mode == "RGB"
    assert picture.size == (clean.width, clean.height)
    assert min(picture.size) >= 200
    assert {"exif", "icc_profile", "comment"}.isdisjoint(picture.info)
    assert not [mark for mark in hostile.MARKS if mark in clean.jpeg]
    return "clean"


def told(refusal: Refused) -> str:
    words = explain_refusal(refusal)
    assert not isinstance(refusal, Busy), "each is told its own reason, not that we are busy"
    assert words.what
    assert words.todo
    assert "{" not in words.what + words.todo
    return refusal.code


def test_what_wants_to_act_is_only_pixels_afterwards() -> None:
    files = dict(hostile.corpus())
    for name in ("pdf with javascript", "pdf with an attachment", "pdf that launches", "pdf that is a zip too"):
        assert judged(files[name]) == "clean", name


def test_the_children_stay_below_their_memory(settings: Any) -> None:
    for name in (
        "pdf with a stream bomb",
        "pdf with an image bomb",
        "png with a profile bomb",
        "png of 39 million pixels",
    ):
        judged(dict(hostile.corpus())[name])
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 < settings.LIMITS.decode_memory_bytes


def test_one_bad_file_of_a_form_does_not_spoil_the_others() -> None:
    files = dict(hostile.corpus())
    uploads = {
        "good": Upload(files["jpeg"], paper=True),
        "bad": Upload(files["zip"], paper=True),
        "paper": Upload(files["pdf"], paper=False),
    }
    clean, wrong = services.reencode_images(uploads)
    assert set(clean) == {"good"}
    assert {name: refused.code for name, refused in wrong.items()} == {
        "bad": "documents.not_an_image",
        "paper": "documents.pdf_not_here",
    }
