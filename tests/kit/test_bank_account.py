import pytest
from stdnum import luhn
from stdnum.iso7064 import mod_11_10

from account_center.kit.bank_account import AccountProblem, BadBankAccount, parse_branch, parse_company_account

ICBC_CARD_START = "621226020000000"


def problem_of(text: str) -> AccountProblem:
    with pytest.raises(BadBankAccount) as refusal:
        parse_company_account(text)
    assert not text.strip() or text not in str(refusal.value)
    return refusal.value.problem


@pytest.mark.parametrize(
    "typed", ["0200 0010 0902 0140 005", "0200001009020140005", "０２００００１００９０２０１４０００５"]
)
def test_a_company_account_is_taken_however_it_is_written(typed: str) -> None:
    account = parse_company_account(typed)
    assert account.number == "0200001009020140005"
    assert account.masked == "***************0005"
    assert "0200001" not in repr(account)


def test_a_personal_card_is_no_company_account() -> None:
    card = ICBC_CARD_START + luhn.calc_check_digit(ICBC_CARD_START)
    assert problem_of(card) is AccountProblem.PERSONAL_CARD
    wrong = card[:-1] + str((int(card[-1]) + 1) % 10)
    assert parse_company_account(wrong).number == wrong  # no card: banks give companies such numbers too


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", AccountProblem.EMPTY),
        ("1234567", AccountProblem.LENGTH),
        ("1" * 33, AccountProblem.LENGTH),
        ("0200001009A2014", AccountProblem.SHAPE),
    ],
)
def test_each_mistake_in_an_account_has_its_name(typed: str, problem: AccountProblem) -> None:
    assert problem_of(typed) is problem


def test_a_branch_number_has_its_check_digit() -> None:
    number = "10210000001" + mod_11_10.calc_check_digit("10210000001")
    branch = parse_branch(f" {number[:3]} {number[3:]} ")
    assert (branch.number, branch.bank, branch.city) == (number, "102", "1000")
    for wrong in (str(digit) for digit in range(10) if str(digit) != number[-1]):
        with pytest.raises(BadBankAccount) as refusal:
            parse_branch(number[:-1] + wrong)
        assert refusal.value.problem is AccountProblem.CHECK_DIGIT


@pytest.mark.parametrize(
    ("typed", "problem"),
    [("", AccountProblem.EMPTY), ("10210000001", AccountProblem.LENGTH), ("1021000000a1", AccountProblem.SHAPE)],
)
def test_each_mistake_in_a_branch_number_has_its_name(typed: str, problem: AccountProblem) -> None:
    with pytest.raises(BadBankAccount) as refusal:
        parse_branch(typed)
    assert refusal.value.problem is problem
