import re
from collections import Counter
from collections.abc import Iterator

import pytest
from django.utils import translation

from account_center.kit.refused import Refused
from account_center.plumbing.wording import Text, Wording, known_codes, wording_of

CHINESE = re.compile(r"[\u4e00-\u9fff]")
PLACEHOLDER = re.compile(r"\{\w*\}")


def refusals(base: type[Refused] = Refused) -> Iterator[type[Refused]]:
    """Every class of refusal the product knows, the base too."""
    yield base
    for child in base.__subclasses__():
        yield from refusals(child)


OURS = sorted(
    {kind for kind in refusals() if kind.__module__.startswith("account_center.")}, key=lambda kind: kind.code
)


def test_every_refusal_has_a_code_of_its_own() -> None:
    twice = {code for code, times in Counter(kind.code for kind in OURS).items() if times > 1}
    assert not twice, [f"{kind.__module__}.{kind.__name__}: {kind.code}" for kind in OURS if kind.code in twice]


def test_a_code_names_its_room() -> None:
    wrong = [
        f"{kind.__module__}.{kind.__name__}: {kind.code}"
        for kind in OURS
        if kind.__module__.split(".")[1] not in ("kit", "plumbing")
        and not re.fullmatch(rf"{kind.__module__.split('.')[1]}\.[a-z_]+", kind.code)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.clause("2.1.9", "2.1.11", "2.1.12")
def test_every_refusal_says_what_happened_and_what_to_do() -> None:
    wordless = [kind.code for kind in OURS if kind.code not in known_codes()]
    assert not wordless, f"without words: {wordless}"
    silent = [code for code in known_codes() if not (wording_of(code).what and wording_of(code).todo)]
    assert not silent, f"does not say what happened and what to do: {sorted(silent)}"


def test_the_words_stand_in_both_languages() -> None:
    english_only = [
        f"{code}: {_in(text, 'en')}"
        for code in sorted(known_codes())
        for text in _texts(wording_of(code))
        if _needs_words(text) and not CHINESE.search(_in(text, "zh-hans"))
    ]
    assert not english_only, "\n".join(english_only)


def _texts(wording: Wording) -> list[Text]:
    return [wording.what, wording.why, wording.todo, *(way.label for way in wording.ways)]


def _in(text: Text, language: str) -> str:
    with translation.override(language):
        return str(text)


def _needs_words(text: Text) -> bool:
    return bool(PLACEHOLDER.sub("", _in(text, "en")).strip(" .,"))
