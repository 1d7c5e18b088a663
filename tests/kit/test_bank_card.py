import csv
from collections import Counter
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from account_center.kit.bank_card import BANKS, BadCard, BankCard, CardKind, CardProblem, parse_card, recognise
from account_center.kit.demo_numbers import demo_card

UNIONPAY_ONLINE_FIRST = {"交通银行", "北京银行", "上海银行", "广发银行", "浦发银行", "平安银行"}
UNKNOWN_PREFIX = "629999"


def rows() -> list[dict[str, str]]:
    text = (files("account_center.kit") / "data" / "bank_prefixes.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


def problem_of(text: str) -> CardProblem:
    with pytest.raises(BadCard) as refusal:
        parse_card(text)
    return refusal.value.problem


@pytest.mark.parametrize(
    ("prefix", "length", "bank", "kind"),
    [
        ("621700", 19, "CCB", "debit"),
        ("622848", 19, "ABC", "debit"),
        ("622260", 19, "COMM", "debit"),
        ("621030", 16, "BJBANK", "debit"),
        ("622155", 16, "PINGAN", "credit"),
        ("622202", 19, "ICBC", "debit"),
        ("95599", 19, "ABC", "debit"),
        ("955880", 19, "ICBC", "debit"),
        ("622588", 16, "CMB", "debit"),
    ],
)
@pytest.mark.clause("2.1.5")
def test_a_card_shows_its_bank_and_kind(prefix: str, length: int, bank: str, kind: CardKind) -> None:
    card = parse_card(demo_card(prefix, length))
    assert (card.bank, card.kind) == (BANKS[bank], kind)
    assert recognise(card.number[:6]) == (BANKS[bank], kind)


@pytest.mark.clause("2.1.5")
def test_exactly_six_banks_ask_for_unionpay_online_payment_first() -> None:
    assert {bank.name_zh for bank in BANKS.values() if bank.needs_unionpay_online} == UNIONPAY_ONLINE_FIRST


@pytest.mark.parametrize(
    "typed",
    [
        "6217 0000 0000 0000 004",
        "6217-0000-0000-0000-004",
        "６２１７０００００００００００００04",
        "\u200e6217000000000000004",
    ],
)
def test_a_card_number_is_taken_however_it_is_written(typed: str) -> None:
    assert parse_card(typed).number == "6217000000000000004"


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", CardProblem.EMPTY),
        ("  -", CardProblem.EMPTY),
        ("6217 0000 0000 0000 00a", CardProblem.SHAPE),
        ("+6217000000000000004", CardProblem.SHAPE),
        ("٦٢١٧٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠", CardProblem.SHAPE),
        ("621700000000", CardProblem.TOO_SHORT),
        ("62170000000000000040", CardProblem.TOO_LONG),
        ("6217000000000000005", CardProblem.LUHN),
        ("8171999927660001", CardProblem.LUHN),
        (demo_card("2200", 16), CardProblem.NOT_MAINLAND),
        (demo_card("6011", 16), CardProblem.NOT_MAINLAND),
    ],
)
@pytest.mark.clause("2.1.9", "2.2.1")
def test_a_wrong_card_number_is_refused_with_the_exact_cause(typed: str, problem: CardProblem) -> None:
    assert problem_of(typed) is problem


def test_an_old_local_card_may_ignore_the_luhn_digit() -> None:
    right = demo_card("95599", 19)
    wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
    assert parse_card(wrong).bank == BANKS["ABC"]


def test_an_unknown_bank_is_no_refusal() -> None:
    card = parse_card(demo_card(UNKNOWN_PREFIX))
    assert (card.bank, card.kind) == (None, "unknown")
    assert recognise(UNKNOWN_PREFIX) is None


def test_another_length_leaves_the_kind_open_but_not_the_bank() -> None:
    card = parse_card(demo_card("622155", 19))
    assert (card.bank, card.kind) == (BANKS["PINGAN"], "unknown")


@pytest.mark.parametrize("prefix", ["", "62217", "95599", "abcdef", "6222 0"])
def test_fewer_than_six_digits_show_no_bank(prefix: str) -> None:
    assert recognise(prefix) is None


def test_the_hint_takes_a_number_while_it_is_typed() -> None:
    assert recognise("6222 02") == recognise("62220200") == (BANKS["ICBC"], "debit")


def test_the_table_is_whole_and_without_contradictions() -> None:
    table = rows()
    prefixes = [row["prefix"] for row in table]
    assert len(set(prefixes)) == len(prefixes)
    assert {row["kind"] for row in table} <= {"debit", "credit"}
    assert all(row["prefix"].isdecimal() and 5 <= len(row["prefix"]) <= 8 for row in table)
    assert all(13 <= int(row["length"]) <= 19 for row in table)
    assert set(Counter(row["bank"] for row in table)) == set(BANKS)


def test_every_prefix_of_the_table_makes_a_card_of_its_bank() -> None:
    for row in rows():
        card = parse_card(demo_card(row["prefix"], int(row["length"])))
        assert card.bank == BANKS[row["bank"]]
        assert card.kind == row["kind"]


def test_a_card_is_masked_and_stays_out_of_the_log() -> None:
    card = parse_card("6217000000000000004")
    assert card.masked == "6217***********0004"
    assert card.number not in repr(card)


@given(st.one_of(st.text(), st.text(alphabet="0123456789 -", max_size=24)))
def test_any_text_is_a_card_or_a_refusal(text: str) -> None:
    recognise(text)
    try:
        card = parse_card(text)
    except BadCard:
        return
    assert parse_card(card.number) == card
    assert isinstance(card, BankCard)


@given(prefix=st.sampled_from(["622202", "621700", "81"]), length=st.integers(14, 19), seed=st.integers(0, 10_000))
def test_an_invented_card_is_always_taken(prefix: str, length: int, seed: int) -> None:
    number = demo_card(prefix, length, seed)
    assert len(number) == length
    assert luhn.is_valid(number)
    assert parse_card(number).number == number
