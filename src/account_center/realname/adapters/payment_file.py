"""Payment orders as files that a bank takes, and the statement that it gives back.

Out: ISO 20022 pain.001.001.09, and CSV for banks that take no XML. In: camt.053, of any version. China has no IBAN:
accounts are ``Othr/Id``, branches are known by their CNAPS number.
"""

import csv
import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation, Overflow
from xml.parsers import expat

from account_center.kit.money import FEN_PER_YUAN, yuan
from account_center.kit.spreadsheet import safe_cell
from account_center.realname.ports import TransferOrder
from account_center.realname.types import ReturnReason, TransferStep

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
LARGEST_STATEMENT = 20 * 1024 * 1024
LONGEST_SUM = 40  # characters of a sum, and its digits before the point
DEEPEST = 40  # elements inside each other; a camt.053 needs about twenty, and every level more makes reading slower
# ISO 20022 external return reasons; whatever is not here is a return all the same.
_REASONS = {
    "BE01": ReturnReason.WRONG_HOLDER,
    "AC01": ReturnReason.NO_SUCH_ACCOUNT,
    "AC03": ReturnReason.NO_SUCH_ACCOUNT,
    "AC04": ReturnReason.ACCOUNT_CLOSED,
    "AC07": ReturnReason.ACCOUNT_CLOSED,
    "AC06": ReturnReason.CANNOT_RECEIVE,
    "AG01": ReturnReason.CANNOT_RECEIVE,
    "AG02": ReturnReason.CANNOT_RECEIVE,
    "AG03": ReturnReason.CANNOT_RECEIVE,
    "AC14": ReturnReason.CANNOT_RECEIVE,
}
LONGEST_NAME = 140  # ISO 20022; with a longer one a bank refuses the whole file
# Where details say their sum, by version. Not any below: charges have a sum and a direction of their own.
_SUMS = (("Amt",), ("AmtDtls", "TxAmt", "Amt"), ("AmtDtls", "InstdAmt", "Amt"))
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_IN_CHINESE = re.compile(rb"""\s*<\?xml[^>]{0,80}encoding=["'](?:gb2312|gbk|gb18030)["'][^>]{0,40}\?>""", re.IGNORECASE)
_COLUMNS = ("end_to_end_id", "payee", "account", "cnaps", "bank", "amount", "currency", "remark")


class BadStatement(ValueError):
    """Not a statement that can be read: the text says why, without anything from the file."""


@dataclass(frozen=True, slots=True)
class Payer:
    """Whose account pays."""

    name: str
    account: str
    branch: str


@dataclass(frozen=True, slots=True)
class Payment:
    """One order and its key."""

    key: str
    order: TransferOrder


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a statement that names one of our keys. ``fen`` is None where it is no sum in whole fen of CNY."""

    line: int
    key: str
    step: TransferStep
    reason: ReturnReason | None
    fen: int | None = field(repr=False)
    reference: str = ""


def payment_order(payments: Sequence[Payment], *, payer: Payer, batch: str, now: datetime, day: date) -> bytes:
    """A pain.001.001.09 message. ``batch`` is its identification: a bank takes one of that name once.

    ``day``: when the bank shall pay, by its own calendar; one that is over there is refused.
    """
    ET.register_namespace("", NAMESPACE)
    root = ET.Element(_tag("Document"))
    body = _put(root, "CstmrCdtTrfInitn")
    total = yuan(sum(payment.order.fen for payment in payments))
    head = _put(body, "GrpHdr")
    _put(head, "MsgId", batch)
    _put(head, "CreDtTm", now.strftime("%Y-%m-%dT%H:%M:%SZ"))
    _put(head, "NbOfTxs", str(len(payments)))
    _put(head, "CtrlSum", total)
    _put(_put(head, "InitgPty"), "Nm", payer.name[:LONGEST_NAME])
    info = _put(body, "PmtInf")
    _put(info, "PmtInfId", batch)
    _put(info, "PmtMtd", "TRF")
    # Each payment a booking of its own: a sum of them all would name none of them in the statement.
    _put(info, "BtchBookg", "false")
    _put(info, "NbOfTxs", str(len(payments)))
    _put(info, "CtrlSum", total)
    _put(_put(info, "ReqdExctnDt"), "Dt", day.isoformat())
    _put(_put(info, "Dbtr"), "Nm", payer.name[:LONGEST_NAME])
    _put_account(info, "DbtrAcct", payer.account)
    _put_branch(info, "DbtrAgt", payer.branch)
    for payment in payments:
        _put_payment(info, payment)
    text: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()


def payment_table(payments: Sequence[Payment]) -> bytes:
    """The same orders as CSV, for a bank's own portal; UTF-8 with a mark, as spreadsheet programs want it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for payment in payments:
        order = payment.order
        row = (
            payment.key,
            safe_cell(order.holder),
            order.account,
            order.branch,
            order.bank,
            yuan(order.fen),
            "CNY",
            order.remark,
        )
        writer.writerow(row)
    return out.getvalue().encode("utf-8-sig")


def read_statement(data: bytes) -> list[Entry | int]:
    """The entries of a camt.053 that name an end-to-end identification; a bare number is a line that cannot be read.

    Raises BadStatement: too large, no XML, no statement, or with a document type, which could hold an entity bomb.
    """
    if len(data) > LARGEST_STATEMENT:
        raise BadStatement("the file is too large to be a statement")
    root = _parse(data)
    # Some banks put the document into an envelope, behind a business header.
    document = root if _bare(root) == "Document" else next(_all(root, "Document"), None)
    if document is None or not any(_bare(child) == "BkToCstmrStmt" for child in document):
        raise BadStatement("this is no camt.053 statement")
    found: list[Entry | int] = []
    line = 0
    for entry in _all(document, "Ntry"):
        booking = _booking(entry)
        for details in list(_all(entry, "TxDtls")) or [entry]:
            line += 1
            found += _read(booking, details, line)
    return found


@dataclass(frozen=True, slots=True)
class _Booking:
    """What an entry says of all its details; read once, for one entry may have very many."""

    status: str
    direction: str
    reversed: bool
    reference: str
    amount: ET.Element | None


def _booking(entry: ET.Element) -> _Booking:
    return _Booking(
        status=_status(entry),
        direction=_text_at(entry, "CdtDbtInd"),
        reversed=_text_at(entry, "RvslInd") in ("true", "1"),
        reference=_text_at(entry, "AcctSvcrRef"),
        amount=_at(entry, "Amt"),
    )


def _read(booking: _Booking, details: ET.Element, line: int) -> list[Entry | int]:
    key = _text(details, "EndToEndId")
    if not key:
        return []  # somebody else's business: rent, salaries, fees
    direction = _text_at(details, "CdtDbtInd") or booking.direction
    if direction not in ("CRDT", "DBIT") or not booking.status:
        return [line]
    if booking.status != "BOOK":
        return []  # announced, not booked: it comes again
    # Money that leaves us and stays away has arrived; the same key coming in is the return of it, or its reversal.
    returned = direction == "CRDT"
    if booking.reversed and not returned:
        return [line]  # a return was itself taken back: what holds now only a person can tell
    return [
        Entry(
            line=line,
            key=key,
            step=TransferStep.RETURNED if returned else TransferStep.CREDITED,
            reason=_reason(details) if returned else None,
            fen=_fen(details, booking),
            reference=_printable(_text_at(details, "Refs", "AcctSvcrRef") or booking.reference),
        )
    ]


def _status(entry: ET.Element) -> str:
    return _text_at(entry, "Sts", "Cd") or _text_at(entry, "Sts")


def _reason(details: ET.Element) -> ReturnReason:
    information = next(_all(details, "RtrInf"), None)
    # By way of Rsn: the code of the original booking may stand before it.
    reason = next(_all(information, "Rsn"), None) if information is not None else None
    code = _text(reason, "Cd") if reason is not None else ""
    return _REASONS.get(code, ReturnReason.OTHER)


def _fen(details: ET.Element, booking: _Booking) -> int | None:
    found = (_at(details, *path) for path in _SUMS)
    amount = next((one for one in found if one is not None), booking.amount)
    if amount is None or amount.get("Ccy") != "CNY":
        return None
    text = (amount.text or "").strip()
    if len(text) > LONGEST_SUM:
        return None
    try:
        fen = Decimal(text) * FEN_PER_YUAN
    except (InvalidOperation, Overflow):
        return None
    whole = fen.is_finite() and fen.adjusted() < LONGEST_SUM and fen == fen.to_integral_value()
    return int(fen) if whole else None


def _parse(data: bytes) -> ET.Element:
    try:
        data = _in_utf8(data)
        guard = expat.ParserCreate()
        guard.StartDoctypeDeclHandler = _refuse_doctype
        depth = _Depth()
        guard.StartElementHandler, guard.EndElementHandler = depth.down, depth.up
        guard.Parse(data, True)  # noqa: FBT003 - expat's own shape
        # Read once before: without a document type there are no entities, neither bombs nor files from this machine.
        return ET.fromstring(data)  # noqa: S314
    except (expat.ExpatError, ET.ParseError, LookupError, ValueError, RecursionError) as wrong:
        if isinstance(wrong, BadStatement):
            raise
        raise BadStatement("the file is no XML that can be read") from None


def _in_utf8(data: bytes) -> bytes:
    """What mainland banks write in GBK, as XML parsers read it."""
    declared = _IN_CHINESE.match(data)
    return data[declared.end() :].decode("gb18030").encode() if declared else data


class _Depth:
    """Counts how deep elements stand inside each other, and stops reading where no statement goes."""

    def __init__(self) -> None:
        self._now = 0

    def down(self, *_: object) -> None:
        """One element more is open."""
        self._now += 1
        if self._now > DEEPEST:
            raise BadStatement("the file nests its elements deeper than any statement does")

    def up(self, *_: object) -> None:
        """One less."""
        self._now -= 1


def _refuse_doctype(*_: object) -> None:
    raise BadStatement("the file has a document type; a statement has none")


def _all(element: ET.Element, name: str) -> Iterator[ET.Element]:
    return (found for found in element.iter() if _bare(found) == name and found is not element)


def _text(element: ET.Element, name: str) -> str:
    found = next(_all(element, name), None)
    return (found.text or "").strip() if found is not None else ""


def _at(element: ET.Element, *path: str) -> ET.Element | None:
    """The first element below that path, step by step."""
    found: ET.Element | None = element
    for name in path:
        found = next((child for child in found if _bare(child) == name), None) if found is not None else None
    return found


def _text_at(element: ET.Element, *path: str) -> str:
    found = _at(element, *path)
    return (found.text or "").strip() if found is not None else ""


def _bare(element: ET.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _printable(text: str) -> str:
    return text if text.isascii() and text.isprintable() and len(text) <= 64 else ""  # noqa: PLR2004 - the column


def _put_payment(info: ET.Element, payment: Payment) -> None:
    order = payment.order
    one = _put(info, "CdtTrfTxInf")
    names = _put(one, "PmtId")
    _put(names, "InstrId", payment.key)
    _put(names, "EndToEndId", payment.key)
    _put(_put(one, "Amt"), "InstdAmt", yuan(order.fen)).set("Ccy", "CNY")
    _put_branch(one, "CdtrAgt", order.branch, bank=order.bank)
    _put(_put(one, "Cdtr"), "Nm", order.holder[:LONGEST_NAME])
    _put_account(one, "CdtrAcct", order.account)
    _put(_put(one, "RmtInf"), "Ustrd", order.remark)


def _put_account(parent: ET.Element, name: str, number: str) -> None:
    account = _put(parent, name)
    _put(_put(_put(account, "Id"), "Othr"), "Id", number)
    _put(account, "Ccy", "CNY")


def _put_branch(parent: ET.Element, name: str, number: str, *, bank: str = "") -> None:
    institution = _put(_put(parent, name), "FinInstnId")
    member = _put(institution, "ClrSysMmbId")
    _put(_put(member, "ClrSysId"), "Cd", "CNAPS")
    _put(member, "MmbId", number)
    if bank:
        _put(institution, "Nm", bank[:LONGEST_NAME])


def _put(parent: ET.Element, name: str, text: str = "") -> ET.Element:
    child = ET.SubElement(parent, _tag(name))
    if text:
        child.text = _NOT_IN_XML.sub("", text)
    return child


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
