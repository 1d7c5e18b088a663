import re

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from account_center.kit.phone import BadPhone, PhoneNumber, PhoneProblem, parse_phone


@pytest.mark.parametrize(
    "typed",
    [
        "13800138000",
        " 138 0013 8000 ",
        "138-0013-8000",
        "138\u20110013\u20118000",
        "(138) 0013-8000",
        "（138）0013－8000",
        "１３８００１３８０００",
        "+8613800138000",
        "＋86 138 0013 8000",
        "+86-138-0013-8000",
        "(+86) 138 0013 8000",
        "008613800138000",
        "0086 138 0013 8000",
        "8613800138000",
        "\u202d13800138000\u202c",
        "١٣٨٠٠١٣٨٠٠٠",
    ],
)
@pytest.mark.clause("3.1.3")
def test_a_mainland_mobile_is_taken_however_it_is_written(typed: str) -> None:
    assert parse_phone(typed, country="CN") == PhoneNumber("+8613800138000", "CN")


@pytest.mark.parametrize("start", ["130", "155", "162", "165", "166", "167", "170", "171", "173", "186", "192", "199"])
def test_every_mobile_range_is_taken_also_of_virtual_operators(start: str) -> None:
    phone = parse_phone(f"{start}00138000", country="CN")
    assert phone.is_mainland_mobile
    assert phone.e164 == f"+86{start}00138000"


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", PhoneProblem.EMPTY),
        (" \u200b ", PhoneProblem.EMPTY),
        ("13800138000a", PhoneProblem.LETTERS),
        ("1380O138000", PhoneProblem.LETTERS),
        ("13800138000 ext 5", PhoneProblem.LETTERS),
        ("一三八00138000", PhoneProblem.LETTERS),
        ("1380013800", PhoneProblem.TOO_SHORT),
        ("138001", PhoneProblem.TOO_SHORT),
        ("138001380001", PhoneProblem.TOO_LONG),
        ("013800138000", PhoneProblem.TOO_LONG),
        ("12593 13800138000", PhoneProblem.TOO_LONG),
        ("17951 13800138000", PhoneProblem.TOO_LONG),
        ("+86 0138 0013 8000", PhoneProblem.TOO_LONG),
        ("+86 138 0013 800", PhoneProblem.TOO_SHORT),
        ("+86 10 6234 5678", PhoneProblem.NOT_MOBILE),
        ("14400138000", PhoneProblem.NOT_A_NUMBER),
        ("15400138000", PhoneProblem.NOT_A_NUMBER),
        ("16300138000", PhoneProblem.NOT_A_NUMBER),
        ("17900138000", PhoneProblem.NOT_A_NUMBER),
        ("19400138000", PhoneProblem.NOT_A_NUMBER),
        ("12000138000", PhoneProblem.NOT_A_NUMBER),
        ("010 6234 5678", PhoneProblem.NOT_MOBILE),
        ("0755-23456789", PhoneProblem.NOT_MOBILE),
        ("400 800 1234", PhoneProblem.NOT_MOBILE),
        ("13800138000;13900139000", PhoneProblem.NOT_A_NUMBER),
        ("138+00138000", PhoneProblem.NOT_A_NUMBER),
        ("++8613800138000", PhoneProblem.NOT_A_NUMBER),
        ("138*0138000", PhoneProblem.NOT_A_NUMBER),
        ("+", PhoneProblem.NOT_A_NUMBER),
        ("1" * 300, PhoneProblem.TOO_LONG),
    ],
)
def test_what_is_no_mainland_mobile_is_refused_with_its_reason(typed: str, problem: PhoneProblem) -> None:
    with pytest.raises(BadPhone) as refusal:
        parse_phone(typed, country="CN")
    assert refusal.value.problem is problem


def test_an_international_prefix_wins_over_the_chosen_country() -> None:
    assert parse_phone("+86 138 0013 8000", country="SG").country == "CN"
    assert parse_phone("00852 9123 4567", country="CN") == PhoneNumber("+85291234567", "HK")


@pytest.mark.parametrize(
    ("typed", "country", "e164"),
    [
        ("07400 123456", "GB", "+447400123456"),
        ("0151 23456789", "DE", "+4915123456789"),
        ("(201) 555-0123", "US", "+12015550123"),
        ("9123 4567", "HK", "+85291234567"),
        ("312 345 6789", "IT", "+393123456789"),
    ],
)
def test_a_mobile_of_another_country_is_taken_in_its_own_spelling(typed: str, country: str, e164: str) -> None:
    phone = parse_phone(typed, country=country)
    assert (phone.e164, phone.country) == (e164, country)
    assert not phone.is_mainland_mobile


@pytest.mark.parametrize(
    ("typed", "country", "problem"),
    [
        ("020 7946 0018", "GB", PhoneProblem.NOT_MOBILE),
        ("+800 1234 5678", "CN", PhoneProblem.NOT_MOBILE),
        ("91234567", "XX", PhoneProblem.WRONG_COUNTRY),
        ("+999 1234 5678", "CN", PhoneProblem.WRONG_COUNTRY),
    ],
)
def test_no_other_kind_of_number_is_taken(typed: str, country: str, problem: PhoneProblem) -> None:
    with pytest.raises(BadPhone) as refusal:
        parse_phone(typed, country=country)
    assert refusal.value.problem is problem


def test_a_refusal_does_not_repeat_the_number() -> None:
    with pytest.raises(BadPhone) as refusal:
        parse_phone("13800138000a", country="CN")
    assert "138" not in str(refusal.value)


def test_the_prefix_is_one_run_of_ten_thousand_numbers() -> None:
    one, other = parse_phone("13800138000", country="CN"), parse_phone("13800139999", country="CN")
    assert one.prefix == "+861380013" == other.prefix


@pytest.mark.clause("1.19")
def test_a_phone_is_masked_for_show() -> None:
    assert parse_phone("13800138000", country="CN").masked == "+86 138****8000"


@given(st.text(), st.sampled_from(["CN", "US", "GB", "HK", "??"]))
def test_any_text_is_a_number_or_a_refusal(text: str, country: str) -> None:
    try:
        phone = parse_phone(text, country=country)
    except BadPhone:
        return
    assert parse_phone(phone.e164, country="CN") == phone


@given(st.text(alphabet="0123456789+-() ", max_size=20), st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)))
def test_what_is_taken_comes_back_the_same(text: str, country: str) -> None:
    try:
        phone = parse_phone(text, country=country)
    except BadPhone:
        return
    assert parse_phone(phone.e164, country="CN") == phone
    assert phone.country != "CN" or re.fullmatch(r"\+861[3-9]\d{9}", phone.e164)
