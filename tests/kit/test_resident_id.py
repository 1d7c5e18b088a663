from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_11_2

from account_center.kit.demo_numbers import demo_resident_id
from account_center.kit.resident_id import BadResidentId, IdProblem, ResidentId, parse_resident_id

TODAY = date(2026, 11, 23)
NUMBER = "11010519491231002X"


def problem_of(text: str) -> IdProblem:
    with pytest.raises(BadResidentId) as refusal:
        parse_resident_id(text, today=TODAY)
    assert text == "" or text not in str(refusal.value)
    return refusal.value.problem


def with_check(body: str) -> str:
    return body + mod_11_2.calc_check_digit(body)


@pytest.mark.parametrize(
    "typed",
    [
        NUMBER,
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        " 110105 19491231 002X\n",
        "110105-19491231-002X",
        "\u200e11010519491231002X",
    ],
)
@pytest.mark.clause("2.2.2")
def test_a_number_is_taken_however_it_is_written(typed: str) -> None:
    person = parse_resident_id(typed, today=TODAY)
    assert person == ResidentId(number=NUMBER, birth=date(1949, 12, 31), sex="female", area="110105")


def test_the_seventeenth_digit_tells_the_sex() -> None:
    assert parse_resident_id(demo_resident_id(sequence=1), today=TODAY).sex == "male"
    assert parse_resident_id(demo_resident_id(sequence=20), today=TODAY).sex == "female"


@pytest.mark.parametrize(
    ("area", "year"),
    [
        ("440106", 1950),  # district founded in 1985
        ("310115", 1965),  # Pudong
        ("500103", 1960),  # Chongqing, a province since 1997
        ("133100", 2000),  # Xiong'an
        ("330113", 2000),  # Linping, founded in 2021
        ("710101", 1990),
    ],
)
def test_a_district_newer_than_the_person_is_no_reason_to_refuse(area: str, year: int) -> None:
    assert parse_resident_id(demo_resident_id(area, date(year, 5, 4)), today=TODAY).area == area


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", IdProblem.EMPTY),
        (" \u200b", IdProblem.EMPTY),
        ("110105194912310021", IdProblem.CHECK_DIGIT),
        (with_check("11010519900230002"), IdProblem.BIRTH_DATE),
        (with_check("11010518991231002"), IdProblem.BIRTH_DATE),
        (with_check("11010519901301002"), IdProblem.BIRTH_DATE),
        (with_check("11010520990101002"), IdProblem.FUTURE),
        (with_check("11010520261124002"), IdProblem.FUTURE),
        ("110105491231002", IdProblem.FIFTEEN_DIGITS),
        (with_check("16010519491231002"), IdProblem.PROVINCE),
        (with_check("84000019491231002"), IdProblem.PROVINCE),
        ("1101051949123100", IdProblem.SHAPE),
        ("11010519491231002XX", IdProblem.SHAPE),
        ("1101051949123100XX", IdProblem.SHAPE),
        ("01010519491231002X", IdProblem.SHAPE),
        ("11010519491231002×", IdProblem.SHAPE),
        ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢٠", IdProblem.SHAPE),
        ("P12345678", IdProblem.SHAPE),
    ],
)
@pytest.mark.clause("2.1.9")
def test_a_wrong_number_is_refused_with_the_exact_cause(typed: str, problem: IdProblem) -> None:
    assert problem_of(typed) is problem


@pytest.mark.parametrize("typed", ["810000199408230021", "830000199201300022", "820000199408230029"])
@pytest.mark.clause("2.2.2")
def test_a_residence_permit_is_told_apart_because_it_has_another_way(typed: str) -> None:
    assert problem_of(typed) is IdProblem.RESIDENCE_PERMIT


@pytest.mark.parametrize("typed", ["932682198501010017", "KAZ110090123105"])
@pytest.mark.clause("2.2.2")
def test_a_foreigners_card_is_told_apart_because_it_has_another_way(typed: str) -> None:
    assert problem_of(typed) is IdProblem.FOREIGNER_CARD


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(2008, 11, 23), date(2026, 11, 22), 17),
        (date(2008, 11, 23), date(2026, 11, 23), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(2008, 12, 31), date(2026, 12, 30), 17),
    ],
)
@pytest.mark.clause("2.1.18", "2.1.19")
def test_a_person_is_eighteen_on_the_eighteenth_birthday(birth: date, day: date, age: int) -> None:
    assert parse_resident_id(demo_resident_id(birth=birth), today=TODAY).age_on(day) == age


def test_who_is_born_today_has_a_number_and_no_years() -> None:
    assert parse_resident_id(demo_resident_id(birth=TODAY), today=TODAY).age_on(TODAY) == 0


def test_a_number_is_masked_and_stays_out_of_the_log() -> None:
    person = parse_resident_id(NUMBER, today=TODAY)
    assert person.masked == "110***********002X"
    assert "1949" not in repr(person)


@given(
    area=st.sampled_from(["110101", "310115", "440106", "659001", "540100"]),
    birth=st.dates(date(1900, 1, 1), TODAY),
    sequence=st.integers(0, 999),
)
def test_what_the_number_says_is_read_back(area: str, birth: date, sequence: int) -> None:
    person = parse_resident_id(demo_resident_id(area, birth, sequence), today=TODAY)
    assert (person.area, person.birth) == (area, birth)
    assert person.sex == ("male" if sequence % 2 else "female")
    years = person.age_on(TODAY)
    assert timedelta(days=365 * years) <= TODAY - birth < timedelta(days=366 * (years + 1))


@given(position=st.integers(0, 16), digit=st.sampled_from("0123456789"))
def test_one_mistyped_digit_is_always_noticed(position: int, digit: str) -> None:
    typed = NUMBER[:position] + digit + NUMBER[position + 1 :]
    if typed != NUMBER:
        assert problem_of(typed)


@given(st.one_of(st.text(), st.from_regex(r"\A[1-9]\d{16}[\dX]\Z")))
def test_any_text_is_a_number_or_a_refusal(text: str) -> None:
    try:
        person = parse_resident_id(text, today=TODAY)
    except BadResidentId:
        return
    assert parse_resident_id(person.number, today=TODAY) == person
