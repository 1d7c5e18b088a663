"""Transfers by payment files: pain.001 and CSV out, camt.053 in."""

import csv
import io
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from account_center.entry.cli import main
from account_center.kit.money import yuan
from account_center.realname.adapters.payment_file import NAMESPACE, BadStatement, Payer, read_statement
from account_center.realname.models import Transfer
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
        b"\x00\xff",
        b"<Document>" + b" " * (20 * 1024 * 1024),
        statement("<Ntry>" * 20_000 + "</Ntry>" * 20_000),
        statement("<x>" * 1_000_000),
    ],
    ids=["empty", "text", "no statement", "html", "bomb", "file", "bomb in UTF-16", "bytes", "huge", "deep", "deeper"],
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
