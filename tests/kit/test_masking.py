import pytest
from hypothesis import given
from hypothesis import strategies as st

from account_center.kit.masking import mask_email, mask_name, mask_number, mask_phone


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("+8613800138000", "+86 138****8000"),
        ("+442079460018", "+44****018"),
        ("+85291234567", "+852****567"),
        ("+12015550123", "+1****123"),
        ("+123", "****"),
        ("", "****"),
    ],
)
@pytest.mark.clause("1.19")
def test_a_phone_is_shown_without_its_middle(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("alice@example.org", "al***@example.org"),
        ("abc@example.org", "ab***@example.org"),
        ("al@example.org", "a***@example.org"),
        ("a@example.org", "***@example.org"),
        ("nobody", "***"),
        ("", "***"),
    ],
)
@pytest.mark.clause("1.19")
def test_an_email_keeps_its_beginning_and_its_domain(address: str, shown: str) -> None:
    assert mask_email(address) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("110105199001011234", "110***********1234"),
        ("12345678", "123*5678"),
        ("1234567", "*******"),
        ("", ""),
    ],
)
def test_a_number_keeps_its_ends_and_a_short_one_nothing(number: str, shown: str) -> None:
    assert mask_number(number) == shown


def test_the_ends_that_stay_are_chosen_by_the_caller() -> None:
    assert mask_number("914403001922038216", head=2, tail=0) == "91" + "*" * 16


@pytest.mark.parametrize(("name", "shown"), [("王小明", "**明"), ("王明", "*明"), ("王", "*"), ("", "*")])
def test_a_name_keeps_its_last_character(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@given(st.text())
def test_masking_takes_any_text(text: str) -> None:
    assert "*" in mask_phone(text)
    assert "*" in mask_email(text)
    assert "*" in mask_name(text)
    assert len(mask_number(text)) == len(text)
