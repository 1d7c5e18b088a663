"""Transfers by payment files: pain.001 and CSV out, camt.053 in."""

import csv
import io
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from account_center.entry.cli import main
from account_center.kit.money import yuan
from account_center.realname.adapters.payment_file import (
    NAMESPACE,
    BadStatement,
    Payer,
    Payment,
    payment_order,
    read_statement,
)
from account_center.realname.models import Transfer
from account_center.realname.ports import TransferOrder
from account_center.realname.queries import applications_of
from account_center.realname.services.payment_files import PaymentFiles, read_into, write_batches
from account_center.realname.services.transfers import draw_amount
from account_center.realname.types import AmountVerdict, ApplicationView, ReturnReason, TransferState
from tests.realname.making import a_tenant
from tests.realname.transferring import (
    COMPANY,
    LATER,
    amount_of,
    cancel,
    follow,
    submit_account,
    transfer_of,
    type_amount,
)
from tests.signin.making import NOW

pytestmark = pytest.mark.django_db
PAYER = Payer(name="云运营有限公司", account="310066018170001234", branch="102100000013")


@pytest.fixture(autouse=True)
def _by_files(settings: Any) -> None:
    settings.SANDBOX = False
    settings.TRANSFER_LINK = ""
    settings.PAYER_NAME, settings.PAYER_ACCOUNT, settings.PAYER_BRANCH = PAYER.name, PAYER.account, PAYER.branch


def export() -> list[PaymentFiles]:
    return write_batches(payer=PAYER, write=lambda _files: None, now=NOW)


def statement(*entries: str) -> bytes:
    body = "".join(entries)
    return (
        '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>'
        f"{body}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def entry(
    view: ApplicationView, *, amount: str = "", direction: str = "DBIT", status: str = "BOOK", why: str = ""
) -> str:
    transfer = transfer_of(view)
    returned = f"<RtrInf><OrgnlBkTxCd><Prtry><Cd>AC01</Cd></Prtry></OrgnlBkTxCd><Rsn><Cd>{why}</Cd></Rsn></RtrInf>"
    return (
        f'<Ntry><Amt Ccy="CNY">{amount or yuan(amount_of(view))}</Amt><CdtDbtInd>{direction}</CdtDbtInd>'
        f"<Sts><Cd>{status}</Cd></Sts><NtryDtls><TxDtls><Refs><AcctSvcrRef>BANK1</AcctSvcrRef>"
        f"<EndToEndId>{transfer.key.hex}</EndToEndId></Refs>{returned if why else ''}</TxDtls></NtryDtls></Ntry>"
    )


@pytest.mark.clause("2.3.1")
def test_what_waits_goes_into_one_file_in_both_forms_and_is_sent() -> None:
    views = [submit_account(a_tenant()) for _ in range(2)]
    [files] = export()
    assert files.count == 2
    root = ET.fromstring(files.xml)
    names = {"p": NAMESPACE}
    orders = root.findall(".//p:CdtTrfTxInf", names)
    sums = [yuan(amount_of(view)) for view in views]
    assert [order.findtext("p:Amt/p:InstdAmt", namespaces=names) for order in orders] == sums
    assert {order.findtext("p:Cdtr/p:Nm", namespaces=names) for order in orders} == {COMPANY}
    assert root.findtext(".//p:GrpHdr/p:NbOfTxs", namespaces=names) == "2"
    assert root.findtext(".//p:GrpHdr/p:CtrlSum", namespaces=names) == yuan(sum(amount_of(view) for view in views))
    keys = [order.findtext("p:PmtId/p:EndToEndId", namespaces=names) or "" for order in orders]
    assert keys == [transfer_of(view).key.hex for view in views]
    assert all(len(key) <= 35 for key in keys)
    rows = list(csv.DictReader(io.StringIO(files.csv.decode("utf-8-sig"))))
    assert [row["end_to_end_id"] for row in rows] == keys
    assert [row["remark"] for row in rows] == [view.reference for view in views]
    assert {transfer_of(view).state for view in views} == {TransferState.SENT}
    assert export() == []


# Each element with what may stand in it, in this order; the part of pain.001.001.09 that is used.
AGENT = {"FinInstnId": {"ClrSysMmbId": {"ClrSysId": {"Cd": 5}, "MmbId": 35}, "Nm": 140}}
ACCOUNT = {"Id": {"Othr": {"Id": 34}}, "Ccy": 3}
PAIN: dict[str, Any] = {
    "CstmrCdtTrfInitn": {
        "GrpHdr": {"MsgId": 35, "CreDtTm": 20, "NbOfTxs": 15, "CtrlSum": 18, "InitgPty": {"Nm": 140}},
        "PmtInf": {
            "PmtInfId": 35,
            "PmtMtd": 3,
            "BtchBookg": 5,
            "NbOfTxs": 15,
            "CtrlSum": 18,
            "ReqdExctnDt": {"Dt": 10},
            "Dbtr": {"Nm": 140},
            "DbtrAcct": ACCOUNT,
            "DbtrAgt": AGENT,
            "CdtTrfTxInf": {
                "PmtId": {"InstrId": 35, "EndToEndId": 35},
                "Amt": {"InstdAmt": 19},
                "CdtrAgt": AGENT,
                "Cdtr": {"Nm": 140},
                "CdtrAcct": ACCOUNT,
                "RmtInf": {"Ustrd": 140},
            },
        },
    }
}
OPTIONAL = {("FinInstnId", "Nm")}
REPEATED = {"CdtTrfTxInf"}


def assert_shaped(element: ET.Element, allowed: dict[str, Any]) -> None:
    names = [child.tag.removeprefix(f"{{{NAMESPACE}}}") for child in element]
    once = [name for at, name in enumerate(names) if name not in REPEATED or name not in names[:at]]
    parent = element.tag.removeprefix(f"{{{NAMESPACE}}}")
    assert once == [name for name in allowed if name in names or (parent, name) not in OPTIONAL], element.tag
    for child, name in zip(element, names, strict=True):
        if isinstance(allowed[name], int):
            assert not list(child)
            assert 1 <= len(child.text or "") <= allowed[name], name
            assert (child.text or "") == (child.text or "").strip()
        else:
            assert not (child.text or "").strip()
            assert_shaped(child, allowed[name])


def texts(root: ET.Element, path: str) -> list[str]:
    return [found.text or "" for found in root.iterfind(path, {"p": NAMESPACE})]


@pytest.mark.clause("2.3.1")
def test_every_element_stands_where_the_standard_has_it_and_fits() -> None:
    for name in (COMPANY, "Blue Lantern & Sons (杭州)有限公司", "蓝色灯塔𠮷科技有限公司"):
        submit_account(a_tenant(), name=name)
    [files] = export()
    assert files.xml.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="' + NAMESPACE.encode())
    root = ET.fromstring(files.xml)
    assert_shaped(root, PAIN)
    for level in (".//p:GrpHdr", ".//p:PmtInf"):
        assert texts(root, f"{level}/p:NbOfTxs") == ["3"]
        assert texts(root, f"{level}/p:CtrlSum") == [yuan(round(100 * sum(map(float, texts(root, ".//p:InstdAmt")))))]
    assert all(re.fullmatch(r"0\.[0-9]{2}", amount) for amount in texts(root, ".//p:InstdAmt"))
    assert {found.get("Ccy") for found in root.iterfind(".//p:InstdAmt", {"p": NAMESPACE})} == {"CNY"}
    names = texts(root, ".//p:MsgId") + texts(root, ".//p:EndToEndId")
    assert len(set(names)) == 4
    # The narrowest set that banks take in identifications: letters and digits.
    assert all(re.fullmatch(r"[A-Za-z0-9]{1,35}", one) for one in (*names, *texts(root, ".//p:Ustrd")))


def test_a_name_that_is_longer_than_the_standard_allows_does_not_spoil_the_file() -> None:
    name = "很" * 100 + "长的<&>" + '"' + "公司" * 30
    order = TransferOrder(
        holder=name, account="3100660901", branch=PAYER.branch, bank="青灯银行", fen=7, remark="R" * 12
    )
    xml = payment_order([Payment("0" * 32, order)], payer=PAYER, batch="AC1", now=NOW, day=NOW.date())
    root = ET.fromstring(xml)
    assert_shaped(root, PAIN)
    assert texts(root, ".//p:Cdtr/p:Nm") == [name[:140]]


@pytest.mark.clause("2.3.1")
def test_the_bank_is_asked_to_pay_today_by_its_own_calendar() -> None:
    submit_account(a_tenant())
    night = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)  # 01:30 of the next day in Beijing
    [files] = write_batches(payer=PAYER, write=lambda _files: None, now=night)
    root = ET.fromstring(files.xml)
    assert texts(root, ".//p:ReqdExctnDt/p:Dt") == ["2026-11-24"]
    assert texts(root, ".//p:CreDtTm") == ["2026-11-23T17:30:00Z"]


def test_what_xml_cannot_hold_does_not_spoil_the_file() -> None:
    submit_account(a_tenant())
    payer = replace(PAYER, name="云\x00运\x0b营\ufffe公司")
    [files] = write_batches(payer=payer, write=lambda _files: None, now=NOW)
    assert texts(ET.fromstring(files.xml), ".//p:Dbtr/p:Nm") == ["云运营公司"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("PAYER_BRANCH", "102100000014"), ("PAYER_BRANCH", "12345"), ("PAYER_ACCOUNT", "12"), ("PAYER_NAME", "")],
)
def test_a_mistake_in_who_pays_is_told_before_a_file_is_written(
    name: str, value: str, settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    view = submit_account(a_tenant())
    setattr(settings, name, value)
    assert main(["export-transfers", "--to", str(tmp_path)]) == 2
    assert "PAYER_" in capsys.readouterr().err
    assert transfer_of(view).state == TransferState.CREATED
    assert list(tmp_path.iterdir()) == []


CHARGES = '<Chrgs><Amt Ccy="CNY">5.00</Amt><CdtDbtInd>{direction}</CdtDbtInd></Chrgs>'


@pytest.mark.parametrize("direction", ["DBIT", "CRDT"])
def test_what_the_bank_charges_is_neither_the_sum_nor_the_direction(direction: str) -> None:
    """As in camt.053.001.02, where details have no direction of their own and sums stand one level lower."""
    view = submit_account(a_tenant())
    export()
    charges = CHARGES.format(direction={"DBIT": "CRDT", "CRDT": "DBIT"}[direction])
    sums = f'<AmtDtls><InstdAmt><Amt Ccy="CNY">{yuan(amount_of(view))}</Amt></InstdAmt></AmtDtls>'
    booked = entry(view, amount="7.77", direction=direction).replace("</Refs>", f"</Refs>{sums}{charges}")
    old = booked.replace("<Sts><Cd>BOOK</Cd></Sts>", "<Sts>BOOK</Sts>")
    assert read_into(data=statement(old), now=LATER).noted == 1
    wanted = {"DBIT": TransferState.AWAITING_AMOUNT, "CRDT": TransferState.RETURNED}
    assert transfer_of(view).state == wanted[direction]


@pytest.mark.parametrize("encoding", ["GBK", "gb2312", "GB18030", "UTF-16", "utf-8"])
def test_a_statement_in_the_encodings_of_mainland_banks_is_read(encoding: str) -> None:
    view = submit_account(a_tenant())
    export()
    text = statement(entry(view)).decode().replace('"1.0"?>', f'"1.0" encoding="{encoding}"?>')
    text = text.replace("<Ntry>", "<Ntry><AddtlNtryInf>蓝色灯塔公司</AddtlNtryInf>")
    assert read_into(data=text.encode(encoding), now=LATER).noted == 1


def test_a_program_killed_while_writing_writes_the_same_batch_again() -> None:
    view = submit_account(a_tenant())
    seen: list[PaymentFiles] = []

    def killed(files: PaymentFiles) -> None:
        seen.append(files)
        raise SystemExit

    with pytest.raises(SystemExit):
        write_batches(payer=PAYER, write=killed, now=NOW)
    assert transfer_of(view).state == TransferState.SENDING
    late = submit_account(a_tenant())
    again, fresh = export()
    assert (again.batch, again.xml) == (seen[0].batch, seen[0].xml)
    assert fresh.batch != again.batch
    assert {transfer_of(one).state for one in (view, late)} == {TransferState.SENT}


def test_a_transfer_cancelled_before_the_file_is_not_in_it() -> None:
    tenant = a_tenant()
    cancel(tenant, submit_account(tenant))
    assert export() == []


def test_a_connected_bank_and_files_never_pay_the_same(settings: Any) -> None:
    view = submit_account(a_tenant())
    export()
    settings.SANDBOX = True
    with pytest.raises(ImproperlyConfigured):
        export()
    assert follow(view) is None
    assert transfer_of(view).state == TransferState.SENT


@pytest.mark.clause("2.3.1")
def test_a_booked_payment_is_an_arrival_and_a_second_reading_changes_nothing() -> None:
    tenant = a_tenant()
    view = submit_account(tenant)
    export()
    data = statement(entry(view))
    assert read_into(data=data, now=LATER).noted == 1
    assert transfer_of(view).state == TransferState.AWAITING_AMOUNT
    assert read_into(data=data, now=LATER).ignored == ((1, "noted before"),)
    assert type_amount(tenant, view, amount_of(view)).verdict is AmountVerdict.RIGHT
    assert read_into(data=data, now=LATER).ignored == ((1, "this transfer had ended"),)


@pytest.mark.clause("2.3.27")
@pytest.mark.parametrize(
    ("code", "reason"),
    [("BE01", "wrong_holder"), ("AC04", "account_closed"), ("AG01", "cannot_receive"), ("XX99", "other")],
)
def test_money_that_comes_back_is_a_return_with_its_reason(code: str, reason: str) -> None:
    tenant = a_tenant()
    view = submit_account(tenant)
    export()
    assert read_into(data=statement(entry(view, direction="CRDT", why=code)), now=LATER).noted == 1
    assert transfer_of(view).reason == ReturnReason(reason)
    assert applications_of(tenant.id)[0].refusal == f"realname.transfer_{reason}"


def test_foreign_pending_other_and_malformed_entries_change_nothing() -> None:
    view = submit_account(a_tenant())
    waiting = submit_account(a_tenant())
    Transfer.objects.filter(pk=transfer_of(waiting).pk).update(batch="kept out")
    export()
    entries = (
        entry(view).replace(transfer_of(view).key.hex, "SALARY-2026-11"),
        entry(view).replace(f"<EndToEndId>{transfer_of(view).key.hex}</EndToEndId>", ""),
        entry(view, status="PDNG"),
        entry(view, amount="1234.56"),
        entry(view, amount="many"),
        entry(view, direction="SIDEWAYS"),
        entry(waiting),
    )
    report = read_into(data=statement(*entries), now=LATER)
    assert report.noted == 0
    assert report.ignored == (
        (1, "not one of our transfers"),
        (4, "another sum than the one that was sent"),
        (5, "another sum than the one that was sent"),
        (6, "cannot be read"),
        (7, "this transfer was never sent"),
    )
    assert transfer_of(view).state == TransferState.SENT


@pytest.mark.parametrize(
    "amount", ["-0.37", "0", "1E1000000", "1E999999", "-1E999999", "NaN", "-Infinity", "9" * 5000, "0.375", "0x25", ""]
)
def test_a_sum_that_is_none_changes_nothing_and_stops_nothing(amount: str) -> None:
    view, other = submit_account(a_tenant()), submit_account(a_tenant())
    export()
    wrong = entry(view).replace(f">{yuan(amount_of(view))}<", f">{amount}<")
    foreign = entry(view).replace('Ccy="CNY"', 'Ccy="USD"')
    report = read_into(data=statement(wrong, foreign, entry(other)), now=LATER)
    said = "another sum than the one that was sent"
    assert (report.noted, report.ignored) == (1, ((1, said), (2, said)))
    assert transfer_of(view).state == TransferState.SENT
    assert transfer_of(other).state == TransferState.AWAITING_AMOUNT


def test_the_same_entry_many_times_a_return_before_the_booking_and_another_transfers_sum() -> None:
    first, second = submit_account(a_tenant()), submit_account(a_tenant())
    export()
    while amount_of(second) == amount_of(first):
        draw_amount(again := transfer_of(second))
        again.save()
    crossed = entry(second, amount=yuan(amount_of(first)))
    back = entry(first, direction="CRDT", why="AC04")
    report = read_into(data=statement(crossed, back, back, entry(first), entry(first)), now=LATER)
    assert report.noted == 1
    assert [why for _line, why in report.ignored] == [
        "another sum than the one that was sent",
        *["this transfer had ended"] * 3,
    ]
    assert [transfer_of(view).state for view in (first, second)] == [TransferState.RETURNED, TransferState.SENT]


def test_one_entry_with_very_many_details_is_read_in_one_go() -> None:
    view = submit_account(a_tenant())
    export()
    salary = "<TxDtls><Refs><EndToEndId>SALARY</EndToEndId></Refs></TxDtls>"
    whole = (
        entry(view)
        .replace("<NtryDtls>", f"<NtryDtls>{salary * 20_000}")
        .replace("<AcctSvcrRef>BANK1</AcctSvcrRef>", "")
    )
    report = read_into(data=statement(whole), now=LATER)
    assert report.noted == 1
    assert {why for _line, why in report.ignored} == {"not one of our transfers"}


BOMB = b"""<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<Document><BkToCstmrStmt><Stmt>&b;</Stmt></BkToCstmrStmt></Document>"""
FILE = b"""<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/hostname">]><Document><BkToCstmrStmt>&a;</BkToCstmrStmt></Document>"""


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no xml",
        b"<Document/>",
        b"<html></html>",
        BOMB,
        FILE,
        BOMB.decode().replace("?>", ' encoding="UTF-16"?>', 1).encode("utf-16"),
        BOMB.decode().replace("?>", ' encoding="GBK"?>', 1).encode("gbk"),
        b'<?xml version="1.0" encoding="gbk"?><Document>\xff\xff</Document>',
        b"\x00\xff",
        b"<Document>" + b" " * (20 * 1024 * 1024),
        statement("<Ntry>" * 20_000 + "</Ntry>" * 20_000),
        statement("<x>" * 1_000_000),
    ],
    ids=[
        "empty",
        "text",
        "no statement",
        "html",
        "bomb",
        "file",
        "bomb in UTF-16",
        "bomb in GBK",
        "no GBK",
        "bytes",
        "huge",
        "deep",
        "deeper",
    ],
)
def test_a_file_that_is_no_statement_is_refused(data: bytes) -> None:
    with pytest.raises(BadStatement):
        read_statement(data)


def test_the_commands_write_and_read_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    view = submit_account(a_tenant())
    assert main(["export-transfers", "--to", str(tmp_path)]) == 0
    [xml] = tmp_path.glob("*.xml")
    assert xml.stat().st_mode & 0o777 == 0o600
    assert len(list(tmp_path.iterdir())) == 2
    assert main(["export-transfers", "--to", str(tmp_path)]) == 0
    assert "Nothing waits" in capsys.readouterr().out
    paper = tmp_path / "statement.xml"
    paper.write_bytes(statement(entry(view)))
    assert main(["import-statement", str(paper)]) == 0
    said = capsys.readouterr()
    assert "Noted: 1" in said.out
    assert yuan(amount_of(view)) not in said.out + said.err
    paper.write_bytes(BOMB)
    assert main(["import-statement", str(paper)]) == 1
    assert "document type" in capsys.readouterr().err
    assert main(["export-transfers", "--to", str(tmp_path / "nowhere")]) == 1
