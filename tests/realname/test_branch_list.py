"""The list of banks' branches: imported whole or not at all, found by index, and never needed."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from account_center.audit.models import Event
from account_center.entry.cli import main
from account_center.kit.company_banks import COMPANY_BANKS, CompanyBank
from account_center.realname.branch_rules import questions, words_of_branch
from account_center.realname.models import BankBranch, BankBranchWord, ListedBank, Transfer
from account_center.realname.queries import applications_of
from account_center.realname.services import branch_list, branches
from account_center.realname.services.bank_account import read_bank_account
from account_center.realname.services.branch_list import BadList, import_branches, read_list
from account_center.realname.services.branches import banks_named, branch_listed, find_branches
from account_center.realname.services.paying import order_of
from account_center.realname.types import TransferState
from tests.racing import race
from tests.realname.listing import (
    ACTOR,
    COUNTRY,
    COUNTRY_BANK,
    HARBOUR,
    HEAD_OFFICE,
    LANTERN,
    LINES,
    OTHER_COUNTRY,
    bring_in,
    file_of,
    line,
    many,
    number,
)
from tests.realname.making import a_tenant
from tests.realname.transferring import money_arrives, submit_account, transfer_of, typed
from tests.signin.making import NOW

pytestmark = pytest.mark.django_db
ICBC = COMPANY_BANKS["ICBC"]


def numbers(text: str, bank: CompanyBank = ICBC) -> set[str]:
    return {branch.number for branch in find_branches(text, bank=bank).shown}


def number_of(row: str) -> str:
    return row.split(",", maxsplit=1)[0]


def refused(**more: str) -> set[str]:
    claim, wrong = read_bank_account(**typed(**more), now=NOW)
    assert claim is None
    return {refusal.code for refusal in wrong}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("武林", {LANTERN, HARBOUR}),
        ("杭州武林支行", {LANTERN}),  # the list has a 市 in between
        ("中国工商银行股份有限公司杭州武林支行", {LANTERN}),
        ("工商银行武林", {LANTERN, HARBOUR}),
        ("杭州 武林门", {HARBOUR}),
        ("营业室 武林", {HARBOUR}),
        ("  武 ", {LANTERN, HARBOUR}),
        ("营业部", {HEAD_OFFICE}),
        ("10233", {LANTERN, HARBOUR}),
        (number_of(LANTERN), {LANTERN}),
        ("灯塔路", set()),  # of another bank
        ("杭", {LANTERN, HARBOUR}),
        ("支行", set()),
        ("", set()),
        ("％_%", set()),
        ("1" * 40, set()),
    ],
)
@pytest.mark.clause("2.1.5")
def test_a_branch_is_found_by_any_part_of_its_name(text: str, found: set[str]) -> None:
    bring_in()
    assert numbers(text) == {number_of(row) for row in found}


@pytest.mark.clause("2.1.5")
def test_banks_of_the_list_are_found_beside_those_the_product_knows() -> None:
    assert banks_named("农村商业") == []
    assert [bank.code for bank in banks_named("工商银行股份有限公司")] == ["ICBC"]
    bring_in()
    [bank] = banks_named("农村商业")
    assert (bank.name_zh, bank.code, bank.cnaps) == (COUNTRY_BANK, "", "")
    assert banks_named(COUNTRY_BANK + "股份有限公司") == [bank]
    assert [bank.code for bank in banks_named("Industrial and Commercial")] == ["ICBC"]
    assert {bank.name_zh for bank in banks_named("镇")} == {"白塔村镇银行"}
    assert len([bank for bank in banks_named("工商") if bank.code == "ICBC"]) == 1
    assert numbers("灯塔路", bank) == {number_of(COUNTRY)}


def test_the_form_takes_a_name_where_it_means_one_branch() -> None:
    bring_in()
    claim, wrong = read_bank_account(**typed(bank="工商银行", branch="杭州 武林门 营业室"), now=NOW)
    assert not wrong
    assert claim
    assert claim.branch == number_of(HARBOUR)
    assert refused(branch="武林") == {"realname.branch_unclear"}
    assert refused(branch="灯塔路") == {"realname.branch_not_found"}
    assert refused(bank=COUNTRY_BANK, branch=number_of(OTHER_COUNTRY)) == {"realname.branch_listed_elsewhere"}
    assert refused(bank="招商银行", branch=number_of(LANTERN)) == {"realname.branch_of_another_bank"}


def test_a_number_that_the_list_lacks_is_taken_and_without_a_list_only_numbers_are() -> None:
    assert refused(branch="武林") == {"realname.bad_branch"}
    bring_in()
    missing = number("102", 9999, 9)
    assert branch_listed(missing) is None
    claim, wrong = read_bank_account(**typed(branch=missing), now=NOW)
    assert claim, wrong


@pytest.mark.clause("2.1.5", "2.3.1")
def test_a_company_at_a_bank_of_the_list_is_verified_though_the_bank_leaves_the_list() -> None:
    bring_in()
    tenant = a_tenant()
    view = submit_account(tenant, bank=COUNTRY_BANK, branch="灯塔路")
    assert bring_in(LANTERN).removed == 4
    assert not ListedBank.objects.filter(name=COUNTRY_BANK).exists()
    order = order_of(transfer_of(view))
    assert (order.bank, order.branch) == (COUNTRY_BANK, number_of(COUNTRY))
    money_arrives(view)
    assert Transfer.objects.get().state == TransferState.AWAITING_AMOUNT
    [shown] = applications_of(tenant.id)
    assert shown.transfer
    assert shown.transfer.bank_name == COUNTRY_BANK


def test_an_import_brings_in_what_is_new_and_takes_out_what_is_gone() -> None:
    first = bring_in()
    assert (first.total, first.added, first.changed, first.removed) == (5, 5, 0, 0)
    assert bring_in().added == 0
    renamed = LANTERN.replace("武林", "东湖")
    report = bring_in(renamed, HARBOUR, COUNTRY)
    assert (report.total, report.added, report.changed, report.removed) == (3, 0, 1, 2)
    assert numbers("武林") == {number_of(HARBOUR)}
    assert numbers("东湖") == {number_of(LANTERN)}
    assert not BankBranchWord.objects.exclude(branch__in=BankBranch.objects.all()).exists()
    moved = line("102", 3310, 1, "白塔村镇银行湖心支行", "白塔村镇银行")
    assert not read_list(file_of(moved)).bad  # a bank that the product does not know may have any digits
    events = Event.objects.filter(name="realname:branches:imported")
    assert events.latest("pk").facts["removed"] == 2


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("102331000019,武林支行,,", "the check digit of the number is wrong"),
        ("10233100001,武林支行,,", "the number has not 12 digits"),
        ("10233100001X,武林支行,,", "the number has other characters than digits"),
        (",武林支行,,", "the number is missing"),
        ("武林支行", "the number has other characters than digits"),
        (line("102", 1, 7, ""), "the name is missing"),
        (line("102", 1, 7, "长" * 121), "the name has more than 120 characters"),
        (line("102", 1, 7, "武林支行", "", "远" * 41), "the city has more than 40 characters"),
        (line("102", 1, 7, "武林支行", "中国银行"), "the numbers of this bank begin with 104"),
        (line("313", 1, 7, "武林支行"), "the bank is missing, and the number does not tell it"),
        (LANTERN.replace("武林", "东湖"), "the number stands in the file before, with another name, bank or city"),
    ],
)
def test_a_bad_line_is_named_with_its_reason_and_nothing_is_changed(
    bad: str, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "branches.csv"
    path.write_bytes(file_of(LANTERN, "", bad, LANTERN, COUNTRY))
    assert main(["import-branches", str(path)]) == 1
    said = capsys.readouterr().err
    assert f"line 4: {why}\n" in said
    assert "1 bad lines; nothing was changed" in said
    assert not BankBranch.objects.exists()
    assert main(["import-branches", str(path), "--leave-out-bad-lines"]) == 0
    assert "Branches in the list: 2. New: 2." in capsys.readouterr().out


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize(
    "head",
    ["number,name,bank,city", "联行号,支行名称,银行,城市", " Number ;NAME;bank;city", "行号\t行名\t银行名称\t城市"],
)
def test_files_come_in_the_shapes_that_operators_have(encoding: str, head: str) -> None:
    sign = next(sign for sign in ",;\t" if sign in head)
    text = file_of(*LINES, head=head).decode()
    found = read_list((text if sign == "," else text.replace(",", sign)).encode(encoding))
    assert not found.bad
    assert {branch.number for branch in found.branches} == {int(number_of(row)) for row in LINES}
    assert {branch.code for branch in found.branches} == {"ICBC", ""}


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "names no column number and no column name"),
        (b"a,b\n1,2\n", "names no column number"),
        (b"\xff\xfeh", "neither UTF-8 nor GB18030"),
        (file_of(), "holds no branch"),
        (file_of('1,"open'), "is no line of a CSV file"),
        (file_of("1,\x00"), "holds no branch"),
        (b"PK\x03\x04 a spreadsheet", "names no column"),
    ],
)
def test_a_file_that_is_no_list_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(BadList, match=why):
        import_branches(actor=ACTOR, branches=read_list(data).branches)


def test_half_a_list_is_not_taken_for_the_whole() -> None:
    rows = list(many(40))
    bring_in(*rows)
    with pytest.raises(BadList, match="lacks 20 of the 40"):
        bring_in(*rows[:20], many_may_go=False)
    assert BankBranch.objects.count() == 40
    assert bring_in(*rows[:37], many_may_go=False).removed == 3


def test_an_import_killed_half_way_is_finished_by_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = list(many(30))
    bring_in(*rows[:10])
    monkeypatch.setattr(branch_list, "_BATCH", 5)
    write, written = branch_list._write, [0]

    def killed(*asked: Any) -> None:
        written[0] += 1
        if written[0] == 3:
            raise SystemExit
        write(*asked)

    monkeypatch.setattr(branch_list, "_write", killed)
    with pytest.raises(SystemExit):
        bring_in(*rows[5:])
    assert BankBranch.objects.count() == 20
    report = bring_in(*rows[5:])
    assert (report.total, report.added, report.removed) == (25, 10, 5)
    assert {branch.pk for branch in BankBranch.objects.all()} == {int(number_of(row)) for row in rows[5:]}
    assert all(numbers(branch.name) == {branch.number} for branch in BankBranch.objects.all())


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_leave_one_list() -> None:
    rows = list(many(30))
    race(lambda _: bring_in(*rows), 2)
    bring_in(*rows)
    assert BankBranch.objects.count() == 30
    assert all(numbers(branch.name) == {branch.number} for branch in BankBranch.objects.all())


def test_a_search_asks_the_index_and_reads_no_more_than_its_bound() -> None:
    bring_in(*many(1500), *LINES)
    for text in ("武林", "路支行", "东", "东西市南北路支行", "市 路 东 支行", number_of(LANTERN)):
        with CaptureQueriesContext(connection) as asked:
            find_branches(text, bank=ICBC)
        assert len(asked) <= 3, text
        assert all("LIMIT" in query["sql"] for query in asked.captured_queries)
        assert not any("LIKE" in query["sql"].upper() for query in asked.captured_queries)
    wide = find_branches("东", bank=ICBC)
    assert len(wide.shown) == branches.MOST_SHOWN
    assert wide.more


def test_the_index_is_what_answers() -> None:
    bring_in(*many(300))
    bank = ListedBank.objects.get(code="ICBC")
    rows = BankBranchWord.objects.filter(bank=bank, word__gte="东西".encode(), word__lt="东西".encode() + b"\xff")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE realname_bankbranchword")
            # So few rows would be read whole.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
    plan = rows.order_by("word")[:300].explain()
    wanted = {
        "sqlite": ("SEARCH realname_bankbranchword USING COVERING INDEX", "(bank_id=? AND word>? AND word<?)"),
        "postgresql": ("a_word_once_per_branch", "Index Cond: ((bank_id = "),
    }
    assert all(part in plan for part in wanted[connection.vendor]), plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


def test_words_are_short_and_few() -> None:
    name = "中国工商银行股份有限公司" + "很长的名字" * 12 + "支行"
    words = words_of_branch(name, bank=ICBC.name_zh, city="")
    assert max(len(word.decode()) for word in words) == 12
    assert len(words) < 20
    assert questions("杭州 武林", bank=ICBC.name_zh) == ["杭州", "武林"]
