"""Payment files and statements against ISO 20022, element by element: facts of the standard as tables of our own."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest

from account_center.realname.adapters.payment_file import (
    NAMESPACE,
    BadStatement,
    Entry,
    Payer,
    Payment,
    payment_order,
    read_statement,
)
from account_center.realname.ports import TransferOrder
from account_center.realname.types import ReturnReason, TransferStep
from tests.signin.making import NOW

pytestmark = pytest.mark.clause("2.3.1")

# Each type with everything that may stand in it, in the standard's order, also what is never written here. Behind a name:
# ! once, ? at most once, + at least once, * any number; then the type, "-" where nothing of ours may stand. "|" is a choice.
COMPLEX = {
    "Document": "CstmrCdtTrfInitn!Message",
    "Message": "GrpHdr!Header PmtInf+Instruction SplmtryData*-",
    "Header": "MsgId!Text35 CreDtTm!Moment Authstn*- NbOfTxs!Count CtrlSum?Sum InitgPty!Party FwdgAgt?-",
    "Instruction": (
        "PmtInfId!Text35 PmtMtd!Method BtchBookg?Yes NbOfTxs?Count CtrlSum?Sum PmtTpInf?- ReqdExctnDt!Date1Choice "
        "PoolgAdjstmntDt?- Dbtr!Party DbtrAcct!Account DbtrAgt!Agent DbtrAgtAcct?- InstrForDbtrAgt?- UltmtDbtr?- "
        "ChrgBr?Bearer ChrgsAcct?- ChrgsAcctAgt?- CdtTrfTxInf+Transfer"
    ),
    "Transfer": (
        "PmtId!Names PmtTpInf?- Amt!AmountChoice XchgRateInf?- ChrgBr?Bearer MndtRltdInf?- ChqInstr?- UltmtDbtr?- "
        "IntrmyAgt1?- IntrmyAgt1Acct?- IntrmyAgt2?- IntrmyAgt2Acct?- IntrmyAgt3?- IntrmyAgt3Acct?- CdtrAgt?Agent "
        "CdtrAgtAcct?- Cdtr?Party CdtrAcct?Account UltmtCdtr?- InstrForCdtrAgt*- InstrForDbtrAgt?- Purp?- "
        "RgltryRptg*- Tax?- RltdRmtInf*- RmtInf?Remittance SplmtryData*-"
    ),
    "Names": "InstrId?Text35 EndToEndId!Text35 UETR?-",
    "Party": "Nm?Text140 PstlAdr?- Id?- CtryOfRes?- CtctDtls?-",
    "Account": "Id!NumberChoice Tp?- Ccy?Currency Nm?- Prxy?-",
    "Other": "Id!Text34 SchmeNm?- Issr?-",
    "Agent": "FinInstnId!Institution BrnchId?-",
    "Institution": "BICFI?- ClrSysMmbId?Member LEI?- Nm?Text140 PstlAdr?- Othr?-",
    "Member": "ClrSysId?SystemChoice MmbId!Text35",
    "Remittance": "Ustrd*Text140 Strd*-",
    "Date1Choice": "Dt|Day DtTm|Moment",
    "AmountChoice": "InstdAmt|Money EqvtAmt|-",
    "NumberChoice": "IBAN|- Othr|Other",
    "SystemChoice": "Cd|System Prtry|-",
}


def at_most(length: int) -> Callable[[str], bool]:
    return lambda text: 1 <= len(text) <= length


def decimal(digits: int, fraction: int) -> Callable[[str], bool]:
    def fits(text: str) -> bool:
        if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
            return False
        _sign, all_digits, exponent = Decimal(text).as_tuple()
        return max(len(all_digits), -int(exponent)) <= digits and -int(exponent) <= fraction

    return fits


def is_moment(text: str) -> bool:
    return datetime.fromisoformat(text).tzinfo is not None and len(text) == len("2026-11-23T17:30:00Z")


def is_day(text: str) -> bool:
    return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text)) and date.fromisoformat(text) is not None


SIMPLE: dict[str, Callable[[str], bool]] = {
    "Text34": at_most(34),
    "Text35": at_most(35),
    "Text140": at_most(140),
    "Moment": is_moment,
    "Day": is_day,
    "Count": lambda text: bool(re.fullmatch(r"[0-9]{1,15}", text)),
    "Sum": decimal(18, 17),
    "Money": decimal(18, 5),
    "Method": lambda text: text in ("CHK", "TRF", "TRA"),
    "Yes": lambda text: text in ("true", "false", "1", "0"),
    "Bearer": lambda text: text in ("DEBT", "CRED", "SHAR", "SLEV"),
    "Currency": lambda text: bool(re.fullmatch(r"[A-Z]{3}", text)),
    "System": lambda text: text == "CNAPS",  # of the external list, one to five characters
}
ATTRIBUTES = {"Money": {"Ccy": "CNY"}}
PART = re.compile(r"(\w+)([!?+*|])(\S+)")
TIMES = {"!": (1, 1), "?": (0, 1), "+": (1, 10_000), "*": (0, 10_000), "|": (0, 1)}


def wrong_in(element: ET.Element, kind: str, path: str = "") -> list[str]:
    """What the standard does not allow, each with its path; empty if all is well."""
    here = f"{path}/{element.tag.removeprefix(f'{{{NAMESPACE}}}')}"
    if element.attrib != ATTRIBUTES.get(kind, {}):
        return [f"{here}: attributes"]
    if kind in SIMPLE:
        return [] if not len(element) and SIMPLE[kind](element.text or "") else [f"{here}: {element.text!r}"]
    if kind not in COMPLEX or (element.text or "").strip():
        return [f"{here}: nothing may stand here"]
    return [*wrong_order(element, COMPLEX[kind], here), *wrong_below(element, COMPLEX[kind], here)]


def wrong_order(element: ET.Element, content: str, here: str) -> list[str]:
    names = [child.tag.removeprefix(f"{{{NAMESPACE}}}") for child in element]
    parts = [(name, TIMES[times]) for name, times, _kind in PART.findall(content)]
    order = [name for name, _times in parts]
    found = [f"{here}: unknown {name}" for name in names if name not in order]
    if found or names != sorted(names, key=order.index):
        return found or [f"{here}: order"]
    counts = [f"{here}: {name}" for name, (least, most) in parts if not least <= names.count(name) <= most]
    return [f"{here}: choice"] if "|" in content and len(names) != 1 else counts


def wrong_below(element: ET.Element, content: str, here: str) -> list[str]:
    kinds = {name: kind for name, _times, kind in PART.findall(content)}
    tags = [(child, child.tag.removeprefix(f"{{{NAMESPACE}}}")) for child in element]
    return [wrong for child, name in tags if name in kinds for wrong in wrong_in(child, kinds[name], here)]


def an_order(*, holder: str = "青灯有限公司", bank: str = "青灯银行", remark: str = "RN2A3B4C5D6E") -> TransferOrder:
    return TransferOrder(holder=holder, account="3100660901", branch="102100000013", bank=bank, fen=37, remark=remark)


def a_file(*orders: TransferOrder, payer: str = "云运营有限公司") -> bytes:
    payments = [Payment(f"{number:032x}", order) for number, order in enumerate(orders or (an_order(),))]
    who = Payer(name=payer, account="310066018170001234", branch="102100000013")
    return payment_order(payments, payer=who, batch="AC20261123173000ABCDEF01", now=NOW, day=NOW.date())


HARD_NAMES = [
    "很" * 200,
    "𠮷" * 141,
    "Blue & <Green> \"Lantern\" 'Ltd' ]]> 公司",
    "云\x00运\x0b营\ufffe公司\ud800",
    "阿卜杜拉·买买提 Société Générale Ünïcode",
    "A" * 139 + " B",
]


@pytest.mark.parametrize("name", HARD_NAMES)
def test_every_file_is_what_the_standard_allows(name: str) -> None:
    data = a_file(an_order(), an_order(holder=name, bank=name), an_order(bank=""), payer=name)
    assert data.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n')
    data.decode("utf-8")
    root = ET.fromstring(data)
    assert root.tag == f"{{{NAMESPACE}}}Document"
    assert wrong_in(root, "Document") == []


def test_the_largest_batch_is_what_the_standard_allows() -> None:
    root = ET.fromstring(a_file(*[an_order()] * 500))
    assert wrong_in(root, "Document") == []
    names = {"p": NAMESPACE}
    sums = [Decimal(one.text or "") for one in root.iterfind(".//p:InstdAmt", names)]
    for level in (".//p:GrpHdr", ".//p:PmtInf"):
        assert root.findtext(f"{level}/p:NbOfTxs", namespaces=names) == str(len(sums)) == "500"
        assert Decimal(root.findtext(f"{level}/p:CtrlSum", namespaces=names) or "") == sum(sums)


@pytest.mark.parametrize(
    ("find", "put", "where"),
    [
        ("<PmtMtd>TRF</PmtMtd>", "<PmtMtd>CASH</PmtMtd>", "PmtMtd"),
        ("<PmtMtd>TRF</PmtMtd>", "", "PmtInf: PmtMtd"),
        ("<NbOfTxs>1</NbOfTxs>", "<NbOfTxs>1.0</NbOfTxs>", "NbOfTxs"),
        ("<CtrlSum>0.37</CtrlSum>", "<CtrlSum>1E2</CtrlSum>", "CtrlSum"),
        ("<CtrlSum>0.37</CtrlSum>", "<CtrlSum>12345678901234567.89</CtrlSum>", "CtrlSum"),
        ('<InstdAmt Ccy="CNY">0.37', '<InstdAmt Ccy="CNY">0.123456', "InstdAmt"),
        ('<InstdAmt Ccy="CNY">', "<InstdAmt>", "InstdAmt: attributes"),
        ("<Dt>2026-", "<Dt>26-", "Dt"),
        ("<ReqdExctnDt><Dt>2026-11-23</Dt>", "<ReqdExctnDt>2026-11-23", "ReqdExctnDt"),
        ("<Nm>青灯银行</Nm>", "<Nm></Nm>", "Nm"),
        ("<Nm>青灯银行</Nm>", f"<Nm>{'很' * 141}</Nm>", "Nm"),
        ("<BtchBookg>false</BtchBookg>", "", ""),
        ("<BtchBookg>false</BtchBookg>", "<BtchBookg>no</BtchBookg>", "BtchBookg"),
        ("<Cd>CNAPS</Cd>", "<Cd>CNAPS</Cd><Prtry>CNAPS</Prtry>", "choice"),
        ("</Cdtr>", "</Cdtr><Dbtr/>", "unknown Dbtr"),
        ("<EndToEndId>", "<EndToEndId>0000", "EndToEndId"),
        ("</PmtId>", "</PmtId><PmtId><EndToEndId>1</EndToEndId></PmtId>", "CdtTrfTxInf: PmtId"),
        ("<RmtInf>", "<Purp/><RmtInf>", "nothing may stand here"),
        ("<MmbId>102100000013</MmbId></ClrSysMmbId>", "</ClrSysMmbId>", "MmbId"),
    ],
)
def test_the_checker_itself_finds_what_a_bank_would_refuse(find: str, put: str, where: str) -> None:
    good = a_file().decode()
    assert find in good
    wrong = wrong_in(ET.fromstring(good.replace(find, put)), "Document")
    assert any(where in one for one in wrong) is bool(where), wrong


def test_the_order_of_elements_is_checked() -> None:
    good = a_file().decode()
    swapped = re.sub(r"(<DbtrAcct>.*</DbtrAcct>)(<DbtrAgt>.*</DbtrAgt>)", r"\2\1", good)
    assert swapped != good
    assert wrong_in(ET.fromstring(swapped), "Document") == ["/Document/CstmrCdtTrfInitn/PmtInf: order"]


# What statements look like. {key} is ours; both versions in use, as banks fill them.
KEY = "0" * 31 + "7"
OLD, NEW = (f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}" for version in ("02", "08"))
OLD_ENTRY = (
    '<Ntry><NtryRef>1</NtryRef><Amt Ccy="CNY">{total}</Amt><CdtDbtInd>{way}</CdtDbtInd>{reversal}<Sts>BOOK</Sts>'
    "<BookgDt><Dt>2026-11-23</Dt></BookgDt><AcctSvcrRef>ENTRY1</AcctSvcrRef><BkTxCd><Prtry><Cd>NTRF</Cd></Prtry></BkTxCd>"
    "<NtryDtls>{details}</NtryDtls></Ntry>"
)
NEW_ENTRY = OLD_ENTRY.replace("<Sts>BOOK</Sts>", "<Sts><Cd>BOOK</Cd></Sts>")
REFS = "<Refs><MsgId>AC1</MsgId><AcctSvcrRef>{reference}</AcctSvcrRef><EndToEndId>{key}</EndToEndId></Refs>"
OLD_SUM = '<AmtDtls><TxAmt><Amt Ccy="CNY">{sum}</Amt></TxAmt></AmtDtls>'
NEW_SUM = '<Amt Ccy="CNY">{sum}</Amt><CdtDbtInd>{way}</CdtDbtInd>'


def details(sums: str, *, key: str = KEY, sum_: str = "0.37", way: str = "DBIT", more: str = "") -> str:
    refs = REFS.format(reference="DETAIL", key=key)
    return f"<TxDtls>{refs}{sums.format(sum=sum_, way=way)}{more}</TxDtls>"


def booked(entry: str, *inside: str, total: str = "0.37", way: str = "DBIT", reversal: str = "") -> str:
    return entry.format(total=total, way=way, reversal=reversal, details="".join(inside))


def a_statement(*entries: str, namespace: str = NEW, header: str = "") -> bytes:
    body = "".join(entries)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{namespace}"><BkToCstmrStmt><GrpHdr><MsgId>S1</MsgId>'
        f"<CreDtTm>2026-11-23T20:00:00+08:00</CreDtTm></GrpHdr><Stmt><Id>1</Id>{header}{body}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def read_one(data: bytes) -> Entry:
    [found] = read_statement(data)
    assert isinstance(found, Entry)
    return found


VERSIONS = pytest.mark.parametrize(
    ("namespace", "entry", "sums"), [(OLD, OLD_ENTRY, OLD_SUM), (NEW, NEW_ENTRY, NEW_SUM)], ids=["02", "08"]
)


@VERSIONS
def test_a_payment_booked_by_itself_is_read(namespace: str, entry: str, sums: str) -> None:
    found = read_one(a_statement(booked(entry, details(sums)), namespace=namespace))
    assert (found.key, found.step, found.fen, found.reference) == (KEY, TransferStep.CREDITED, 37, "DETAIL")


@VERSIONS
def test_one_entry_for_a_batch_is_read_payment_by_payment(namespace: str, entry: str, sums: str) -> None:
    """Also where a bank books the sum of all, whatever was asked for."""
    inside = [details(sums, key=f"{number:032x}", sum_=f"0.{number:02}") for number in range(1, 5)]
    batch = "<Btch><NbOfTxs>4</NbOfTxs></Btch>"
    found = read_statement(a_statement(booked(entry, batch, *inside, total="0.10"), namespace=namespace))
    assert [(one.key[-1], one.fen) for one in found if isinstance(one, Entry)] == [(str(n), n) for n in range(1, 5)]


def test_a_batch_whose_payments_have_no_sums_of_their_own_gives_none_the_sum_of_all_as_its_own() -> None:
    inside = [details("", key=f"{number:032x}") for number in (1, 2)]
    found = read_statement(a_statement(booked(NEW_ENTRY, *inside, total="0.74")))
    assert [one.fen for one in found if isinstance(one, Entry)] == [74, 74], "which no transfer was ever sent with"


def test_a_reference_of_one_payment_is_not_taken_for_that_of_another() -> None:
    first = details(NEW_SUM)
    second = details(NEW_SUM, key="8" * 32).replace("<AcctSvcrRef>DETAIL</AcctSvcrRef>", "")
    entry = booked(NEW_ENTRY.replace("<AcctSvcrRef>ENTRY1</AcctSvcrRef>", ""), first, second)
    assert [one.reference for one in read_statement(a_statement(entry)) if isinstance(one, Entry)] == ["DETAIL", ""]


@VERSIONS
@pytest.mark.clause("2.3.27")
@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("<Rsn><Cd>AC04</Cd></Rsn>", ReturnReason.ACCOUNT_CLOSED),
        (
            "<Orgtr><Nm>Bank</Nm></Orgtr><Rsn><Cd>BE01</Cd></Rsn><AddtlInf>户名不符</AddtlInf>",
            ReturnReason.WRONG_HOLDER,
        ),
        (
            "<OrgnlBkTxCd><Prtry><Cd>AC01</Cd></Prtry></OrgnlBkTxCd><Rsn><Cd>AG03</Cd></Rsn>",
            ReturnReason.CANNOT_RECEIVE,
        ),
        ("<Rsn><Prtry>账号不存在</Prtry></Rsn>", ReturnReason.OTHER),
        ("<Rsn/>", ReturnReason.OTHER),
        ("<AddtlInf>AC04</AddtlInf>", ReturnReason.OTHER),
        (None, ReturnReason.OTHER),
    ],
)
def test_a_return_is_read_with_its_reason_in_code_or_words_or_without(
    said: str | None, reason: ReturnReason, namespace: str, entry: str, sums: str
) -> None:
    information = "" if said is None else f"<RtrInf>{said}</RtrInf>"
    inside = details(sums, way="CRDT", more=information)
    found = read_one(a_statement(booked(entry, inside, way="CRDT"), namespace=namespace))
    assert (found.step, found.reason) == (TransferStep.RETURNED, reason)


@VERSIONS
@pytest.mark.parametrize("flag", ["true", "1"])
def test_a_booking_that_the_bank_takes_back_is_a_return(flag: str, namespace: str, entry: str, sums: str) -> None:
    """The indicator says that this entry reverses another: one that comes in reverses our payment."""
    reversal = f"<RvslInd>{flag}</RvslInd>"
    back = booked(entry, details(sums, way="CRDT"), way="CRDT", reversal=reversal)
    assert read_one(a_statement(back, namespace=namespace)).step is TransferStep.RETURNED
    twice = booked(entry, details(sums), reversal=reversal)
    assert read_statement(a_statement(twice, namespace=namespace)) == [1], "for a person to look at"
    plain = booked(entry, details(sums), reversal="<RvslInd>false</RvslInd>")
    assert read_one(a_statement(plain, namespace=namespace)).step is TransferStep.CREDITED


@pytest.mark.parametrize(
    "change",
    [
        ("<Document xmlns=", "<n:Document xmlns:n="),
        (
            "<Stmt>",
            "<Stmt><ElctrncSeqNb>1</ElctrncSeqNb><Bal><Amt Ccy='CNY'>9.99</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>",
        ),
        ("<Ntry>", "<TxsSummry><TtlNtries><NbOfNtries>1</NbOfNtries></TtlNtries></TxsSummry><Ntry>"),
        ("</Refs>", "</Refs><RltdPties><Cdtr><Pty><Nm>公司</Nm></Pty></Cdtr></RltdPties>"),
        ("</Ntry>", "<AddtlNtryInf>&#20844;<![CDATA[ & ]]></AddtlNtryInf><!-- end --></Ntry>"),
        (f"<EndToEndId>{KEY}", f"<EndToEndId> {KEY[:9]}<!-- -->{KEY[9:]}\n"),
        ('<?xml version="1.0" encoding="UTF-8"?>', "\ufeff"),
        ('<?xml version="1.0" encoding="UTF-8"?>', ""),
        (
            f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{NEW}">',
            f'<Envelope><AppHdr xmlns="urn:h"><Fr/></AppHdr><Document xmlns="{NEW}">',
        ),
        (f' xmlns="{NEW}"', ""),
        (NEW, NEW.replace(".08", ".13")),
    ],
    ids=["prefix", "balance", "summary", "parties", "notes", "comment", "mark", "bare", "envelope", "no name", "newer"],
)
def test_what_banks_write_differently_is_read(change: tuple[str, str]) -> None:
    text = a_statement(booked(NEW_ENTRY, details(NEW_SUM))).decode()
    assert change[0] in text
    text = text.replace(*change)
    if "<n:Document" in text:
        text = re.sub(r"<(/?)(?:n:)?(\w)", r"<\1n:\2", text.partition("?>")[2])
    if "<Envelope>" in text:
        text += "</Envelope>"
    found = read_one(text.encode())
    assert (found.key, found.fen, found.step) == (KEY, 37, TransferStep.CREDITED)


@pytest.mark.parametrize(
    ("change", "read"),
    [
        (("<Cd>BOOK</Cd>", "<Cd>PDNG</Cd>"), []),
        (("<Cd>BOOK</Cd>", "<Cd>INFO</Cd>"), []),
        (("<Cd>BOOK</Cd>", "<Prtry>DONE</Prtry>"), [1]),
        (("<Sts><Cd>BOOK</Cd></Sts>", ""), [1]),
        (("<CdtDbtInd>DBIT</CdtDbtInd>", "<CdtDbtInd/>"), [1]),
        (("<CdtDbtInd>DBIT</CdtDbtInd>", ""), [1]),
        ((f"<EndToEndId>{KEY}</EndToEndId>", ""), []),
        ((f"<EndToEndId>{KEY}</EndToEndId>", "<EndToEndId/>"), []),
    ],
)
def test_what_cannot_be_read_is_named_by_its_line_and_nothing_is_guessed(
    change: tuple[str, str], read: list[int]
) -> None:
    text = a_statement(booked(NEW_ENTRY, details(NEW_SUM.replace("{way}", "DBIT")))).decode()
    assert change[0] in text
    assert read_statement(text.replace(*change).encode()) == read


@pytest.mark.parametrize("other", ["BkToCstmrDbtCdtNtfctn", "BkToCstmrAcctRpt", "CstmrPmtStsRpt"])
def test_another_message_of_the_family_is_refused_with_a_word(other: str) -> None:
    data = a_statement(booked(NEW_ENTRY, details(NEW_SUM))).replace(b"BkToCstmrStmt", other.encode())
    with pytest.raises(BadStatement, match=r"camt\.053"):
        read_statement(data)
