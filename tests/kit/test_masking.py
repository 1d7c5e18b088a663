import pytest

from account_center.kit.masking import mask_email, mask_name, mask_number, mask_phone


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("+8613800138000", "+86 138****8000"), ("+442079460018", "+44****018"), ("+123", "****")],
)
@pytest.mark.clause("1.19")
def test_a_phone_is_shown_without_its_middle(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown


@pytest.mark.parametrize(
    ("address", "shown"), [("alice@example.org", "al***@example.org"), ("al@example.org", "a***@example.org")]
)
@pytest.mark.clause("1.19")
def test_an_email_keeps_its_beginning_and_its_domain(address: str, shown: str) -> None:
    assert mask_email(address) == shown


def test_a_number_keeps_its_ends_and_a_short_one_nothing() -> None:
    assert mask_number("110105199001011234") == "110***********1234"
    assert mask_number("1234567") == "*******"


def test_a_name_keeps_its_last_character() -> None:
    assert mask_name("王小明") == "**明"
    assert mask_name("王") == "*"
