import pytest
from hypothesis import given
from hypothesis import strategies as st

from account_center.kit.organisation_code import (
    ALPHABET,
    BadOrganisationCode,
    CodeProblem,
    credit_check,
    parse_credit_code,
    parse_organisation_code,
)

CODE = "91330100799655058B"


def with_check(body: str) -> str:
    return body + credit_check(body)


@pytest.mark.parametrize(
    "typed",
    [CODE, CODE.lower(), " 9133 0100 7996 55058B ", "９１３３０１００７９９６５５０５８Ｂ", "91330100-799655058-B"],
)
def test_a_credit_code_is_taken_however_it_is_written(typed: str) -> None:
    code = parse_credit_code(typed)
    assert (code.number, code.pair, code.area, code.organisation_code) == (CODE, "91", "330100", "799655058")
    assert code.is_usual


@pytest.mark.parametrize("number", ["914403001922038216", "91110000600037341L"])
def test_published_codes_of_companies_hold(number: str) -> None:
    assert parse_credit_code(number).is_usual


@pytest.mark.parametrize("pair", ["A1", "N2", "Y1", "11", "12", "13", "31", "51", "52", "53", "61", "71", "81", "93"])
def test_departments_that_are_letters_are_codes_too(pair: str) -> None:
    assert parse_credit_code(with_check(f"{pair}330100799655058")).pair == pair


def test_an_unknown_pair_or_inner_code_is_for_a_reviewer_and_no_refusal() -> None:
    assert not parse_credit_code(with_check("G1330100799655058")).is_usual
    assert not parse_credit_code(with_check("91330100799655059")).is_usual


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", CodeProblem.EMPTY),
        ("  ", CodeProblem.EMPTY),
        (CODE[:-1], CodeProblem.LENGTH),
        (CODE + "1", CodeProblem.LENGTH),
        ("9133O100799655058B", CodeProblem.LOOKALIKE),
        ("9133I100799655058B", CodeProblem.LOOKALIKE),
        ("9133?100799655058B", CodeProblem.SHAPE),
        ("91330100799655058C", CodeProblem.CHECK_DIGIT),
        ("91330100799655085B", CodeProblem.CHECK_DIGIT),
    ],
)
def test_each_mistake_in_a_credit_code_has_its_name(typed: str, problem: CodeProblem) -> None:
    with pytest.raises(BadOrganisationCode) as refusal:
        parse_credit_code(typed)
    assert refusal.value.problem is problem


@given(st.text(alphabet=ALPHABET, min_size=17, max_size=17), st.integers(0, 16), st.sampled_from(ALPHABET))
def test_one_changed_character_is_always_found(body: str, place: int, other: str) -> None:
    number = with_check(body)
    changed = number[:place] + other + number[place + 1 :]
    if changed != number:
        with pytest.raises(BadOrganisationCode):
            parse_credit_code(changed)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("D2143569-X", "D2143569X"),
        ("d2143569x", "D2143569X"),
        ("192203821", "192203821"),
        ("79965505-8", "799655058"),
        ("600037341", "600037341"),
    ],
)
def test_an_organisation_code_has_its_check_character(typed: str, number: str) -> None:
    assert parse_organisation_code(typed) == number


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", CodeProblem.EMPTY),
        ("D214356", CodeProblem.LENGTH),
        ("D21435-?X1", CodeProblem.SHAPE),
        ("D2143569-1", CodeProblem.CHECK_DIGIT),
        ("D2143569-A", CodeProblem.SHAPE),
    ],
)
def test_each_mistake_in_an_organisation_code_has_its_name(typed: str, problem: CodeProblem) -> None:
    with pytest.raises(BadOrganisationCode) as refusal:
        parse_organisation_code(typed)
    assert refusal.value.problem is problem
