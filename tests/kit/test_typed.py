import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from account_center.kit.typed import fold, is_invisible, tidy


@pytest.mark.parametrize(
    ("typed", "tidied"),
    [
        ("  alice  ", "alice"),
        ("ＡＢＣ１２３", "ABC123"),
        ("\u202a138\u202c", "138"),
        ("zero\u200bwidth", "zerowidth"),
        ("two\twords\r\n", "two words"),
        ("two\u2028lines", "two lines"),
        ("\u3000王\u3000小明", "王 小明"),
        ("\ufeff", ""),
        ("\u3164", ""),
        ("葛\U000e0100", "葛"),
        ("e\u200d\u0301", "é"),
        ("\ud800x", "x"),
    ],
)
def test_what_was_pasted_is_tidied(typed: str, tidied: str) -> None:
    assert tidy(typed) == tidied


@given(st.text())
def test_tidying_twice_changes_nothing(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@given(st.text())
def test_nothing_invisible_remains(text: str) -> None:
    tidied = tidy(text)
    assert not any(is_invisible(character) for character in tidied)
    assert unicodedata.is_normalized("NFKC", tidied)


def test_folding_forgets_case_width_and_repeated_spaces() -> None:
    assert fold("Ａcme   LTD") == fold("acme ltd") == "acme ltd"
