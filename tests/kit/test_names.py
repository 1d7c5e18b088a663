from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from account_center.kit.names import (
    BadName,
    NameProblem,
    name_key,
    parse_account_name,
    parse_person_name,
    parse_tenant_name,
    person_name_key,
    tenant_name_key,
)

Parser = Callable[[str], str]
RARE = "\U00020bb7"  # a surname's letter outside the Basic Multilingual Plane


def problem_of(parse: Parser, text: str) -> NameProblem:
    with pytest.raises(BadName) as refusal:
        parse(text)
    return refusal.value.problem


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("alice", "alice"),
        (" Alice_01 ", "Alice_01"),
        ("ａｌｉｃｅ", "alice"),
        ("a.b-c_d", "a.b-c_d"),
        ("abcd", "abcd"),
        ("a" * 32, "a" * 32),
        ("al\u200bice", "alice"),
        ("administer", "administer"),
    ],
)
@pytest.mark.clause("3.1.6")
def test_an_account_name_is_taken(typed: str, name: str) -> None:
    assert parse_account_name(typed) == name


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", NameProblem.EMPTY),
        ("abc", NameProblem.TOO_SHORT),
        ("a" * 33, NameProblem.TOO_LONG),
        ("1alice", NameProblem.START),
        ("_alice", NameProblem.START),
        ("alice.", NameProblem.DOT_AT_END),
        ("alice@example.org", NameProblem.LIKE_EMAIL),
        ("alice＠example", NameProblem.LIKE_EMAIL),
        ("13800138000", NameProblem.LIKE_PHONE),
        ("+86 138-0013-8000", NameProblem.LIKE_PHONE),
        ("\u0430lice", NameProblem.LOOK_ALIKE),
        ("ali\u0441e", NameProblem.LOOK_ALIKE),
        ("\u03bfscar", NameProblem.LOOK_ALIKE),
        ("al\u0131ce", NameProblem.LOOK_ALIKE),
        ("\u0251lice", NameProblem.LOOK_ALIKE),
        ("élise", NameProblem.CHARACTERS),
        ("王小明王小明", NameProblem.CHARACTERS),
        ("al ice", NameProblem.CHARACTERS),
        ("alice\nbob", NameProblem.CHARACTERS),
        ("al/ice", NameProblem.CHARACTERS),
        ("admin", NameProblem.RESERVED),
        ("ADMIN", NameProblem.RESERVED),
        ("ad-min", NameProblem.RESERVED),
        ("root_", NameProblem.RESERVED),
        ("Support", NameProblem.RESERVED),
        ("ｎｕｌｌ", NameProblem.RESERVED),
    ],
)
def test_an_account_name_that_would_mislead_is_refused(typed: str, problem: NameProblem) -> None:
    assert problem_of(parse_account_name, typed) is problem


def test_account_names_are_one_without_regard_to_case_and_width() -> None:
    assert name_key("Alice") == name_key("ａＬＩＣＥ") == "alice"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("华章科技", "华章科技"),
        ("华章（深圳）科技有限公司", "华章（深圳）科技有限公司"),
        ("Acme  Cloud\u00a0& Co.", "Acme Cloud & Co."),
        ("Ａｃｍｅ１２", "Acme12"),
        ("ООО_Ромашка", "ООО_Ромашка"),
        ("भारतीय कंपनी", "भारतीय कंपनी"),
        ("บริษัทน้ำ", "บริษัทน้ํา"),
        ("A•B", "A·B"),
        ("二〇二六", "二〇二六"),
        (f"{RARE}野家", f"{RARE}野家"),
        ("\u200bAcme\ufeff", "Acme"),
        ("名" * 64, "名" * 64),
    ],
)
@pytest.mark.clause("1.3")
def test_a_tenant_name_is_taken_in_any_script(typed: str, name: str) -> None:
    assert parse_tenant_name(typed) == name


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", NameProblem.EMPTY),
        (" \u200b ", NameProblem.EMPTY),
        ("名", NameProblem.TOO_SHORT),
        ("名" * 65, NameProblem.TOO_LONG),
        ("Ac\u200bme", NameProblem.INVISIBLE),
        ("Ac\u202eme", NameProblem.INVISIBLE),
        ("Ac\x00me", NameProblem.INVISIBLE),
        ("Ac\nme", NameProblem.INVISIBLE),
        ("Ac\u3164me", NameProblem.INVISIBLE),
        ("<script>", NameProblem.CHARACTERS),
        ("Acme@home", NameProblem.CHARACTERS),
        ("Acme 😀", NameProblem.CHARACTERS),
        ("a" + "\u0335" * 8, NameProblem.CHARACTERS),
        ("\u0335ab", NameProblem.CHARACTERS),
        ("Acme \ue000", NameProblem.CHARACTERS),
        ("--..", NameProblem.ONLY_PUNCTUATION),
        ("（）", NameProblem.ONLY_PUNCTUATION),
    ],
)
def test_a_tenant_name_that_cannot_be_read_is_refused(typed: str, problem: NameProblem) -> None:
    assert problem_of(parse_tenant_name, typed) is problem


def test_tenant_names_are_one_without_regard_to_case_width_and_brackets() -> None:
    assert tenant_name_key("ACME（深圳）") == tenant_name_key("acme(深圳)")
    assert tenant_name_key("A•B  co") == tenant_name_key("a·b CO")


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("王小明", "王小明"),
        (" 王 小明 ", "王小明"),
        ("王\u3000明", "王明"),
        ("阿凡提·买买提", "阿凡提·买买提"),
        ("阿凡提•买买提", "阿凡提·买买提"),
        ("阿凡提・买买提", "阿凡提·买买提"),
        ("阿凡提･买买提", "阿凡提·买买提"),
        ("阿凡提‧买买提", "阿凡提·买买提"),
        ("阿凡提．买买提", "阿凡提·买买提"),
        ("阿凡提 · 买买提", "阿凡提·买买提"),
        (f"{RARE}\u3400\U0003134a", f"{RARE}\u3400\U0003134a"),
        ("葛\U000e0100明", "葛明"),
        ("John  Smith", "John Smith"),
        ("Seán O\u2019Brien-José", "Seán O'Brien-José"),
        ("ＪＯＨＮ", "JOHN"),
        ("Nguyễn Thị Ánh", "Nguyễn Thị Ánh"),
        ("Thomas'", "Thomas'"),
        ("名" * 30, "名" * 30),
        ("a" * 100, "a" * 100),
    ],
)
@pytest.mark.clause("2.2.2")
def test_a_persons_name_is_taken_as_on_the_document(typed: str, name: str) -> None:
    assert parse_person_name(typed) == name


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", NameProblem.EMPTY),
        ("王", NameProblem.TOO_SHORT),
        ("J", NameProblem.TOO_SHORT),
        ("名" * 31, NameProblem.TOO_LONG),
        ("a" * 101, NameProblem.TOO_LONG),
        ("王小明1", NameProblem.DIGITS),
        ("R2D2", NameProblem.DIGITS),
        ("王٣明", NameProblem.DIGITS),
        ("·王小明", NameProblem.CHARACTERS),
        ("王小明·", NameProblem.CHARACTERS),
        ("王··明", NameProblem.CHARACTERS),
        ("王小明Tom", NameProblem.CHARACTERS),
        ("王小明！", NameProblem.CHARACTERS),
        ("Иван Петров", NameProblem.CHARACTERS),
        ("J\u043ehn Smith", NameProblem.CHARACTERS),
        ("John; Smith", NameProblem.CHARACTERS),
        ("-John", NameProblem.CHARACTERS),
        ("John-", NameProblem.CHARACTERS),
        ("John--Paul", NameProblem.CHARACTERS),
        ("王\ue863", NameProblem.CHARACTERS),
    ],
)
@pytest.mark.clause("2.1.9")
def test_what_is_no_persons_name_is_refused_with_the_exact_cause(typed: str, problem: NameProblem) -> None:
    assert problem_of(parse_person_name, typed) is problem


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("阿凡提·买买提", "阿凡提.买买提"),
        ("阿凡提·买买提", "阿凡提买买提"),
        ("JOHN SMITH", "John  Smith"),
        ("Seán O'Brien-José", "SEÁN OBRIEN JOSÉ"),
        ("王 小明", "王小明"),
    ],
)
def test_two_spellings_of_one_person_compare_equal(one: str, other: str) -> None:
    assert person_name_key(one) == person_name_key(other)


def test_two_persons_compare_different() -> None:
    assert person_name_key("王小明") != person_name_key("王小名")


@pytest.mark.parametrize("parse", [parse_account_name, parse_tenant_name, parse_person_name])
@given(text=st.one_of(st.text(), st.text(alphabet="aZ9 ._-·•（）王\u0301\u0335", min_size=1)))
def test_any_text_is_a_name_or_a_refusal(parse: Parser, text: str) -> None:
    try:
        name = parse(text)
    except BadName:
        return
    assert parse(name) == name


@pytest.mark.parametrize("key", [name_key, tenant_name_key, person_name_key])
@given(text=st.one_of(st.text(), st.text(alphabet="aZ9 ._-·•（）王\u0301\u0335\u1fb3\u0390")))
def test_a_key_is_its_own_key(key: Parser, text: str) -> None:
    assert key(key(text)) == key(text)
