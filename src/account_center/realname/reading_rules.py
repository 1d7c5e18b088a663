"""What the lines that a machine read on a picture mean, beside what was typed. Pure; it decides nothing: staff do.

A number counts as read only if its check digit holds, since a machine mistakes 0 for O and 1 for I. Where the document has
no check digit, only finding the typed number again says something.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise

from stdnum.iso7064 import mod_11_2

from account_center.kit.organisation_code import BadOrganisationCode, parse_credit_code
from account_center.kit.travel_document import MachineZone, read_machine_zone
from account_center.kit.typed import tidy
from account_center.realname.types import Acting, PictureReading, ReadPurpose, ReadValue, Seen, Slot

LONGEST_LINE = 200
_RESIDENT_ID = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9X](?![0-9])")
_CREDIT_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Z])")
_ZONE_LINE = re.compile(r"[A-Z0-9<]{44}")
_SEPARATORS = re.compile(r"[\s\-.·,:：。，、_/()\[\]【】“”\"'<>]")
_NAME_LABEL = re.compile(
    r"^(?:姓名|名称|企业名称|公司名称|单位名称|机构名称|法定代表人|负责人|surname|given names?|name|legal representative)[:：\s/]*(.*)$",
    re.IGNORECASE,
)
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"], 1
    )
}
_DATES = (
    re.compile(r"(?P<y>(?:19|20)\d\d)\s*[年.\-/]\s*(?P<m>\d{1,2})\s*[月.\-/]\s*(?P<d>\d{1,2})"),
    re.compile(r"(?P<d>\d{1,2})\s*[.\-/]\s*(?P<m>\d{1,2})\s*[.\-/]\s*(?P<y>(?:19|20)\d\d)"),
    re.compile(rf"(?P<d>\d{{1,2}})\s*(?P<m>{'|'.join(_MONTHS)})[A-Z]*\s*(?P<y>(?:19|20)\d\d)"),
)
# 2.1.8: what people write across a copy, in Chinese and English.
_PURPOSES = (
    re.compile(r"[仅只][\u4e00-\u9fff]{0,4}?[限供用作为于]"),
    re.compile(r"(?:限|专)(?:供|用于|于).{0,40}(?:使用|认证|办理|用途)"),
    re.compile(r"(?:他用|它用|挪用|其他用途|其它用途|再次复印|复印).{0,4}无效"),
    re.compile(r"\b(?:only|solely|exclusively)\s+(?:\w+\s+){0,3}for\b", re.IGNORECASE),
    re.compile(r"\bfor\b.{1,80}\b(?:only|purposes? only)\b", re.IGNORECASE),
    re.compile(r"\bnot valid (?:for|if) (?:any )?other\b", re.IGNORECASE),
)
_ON_IT = {
    Slot.FRONT: ("name", "id_number", "birth", "expires"),
    Slot.BACK: ("expires",),
    Slot.CERTIFICATE: ("name", "id_number", "representative"),
    Slot.LETTER: ("name", "agent", "agent_id"),
    Slot.CHANGE_FORM: ("name", "id_number"),
}
_DATE_KEYS = frozenset({"birth", "expires"})
_DATE_LABELS = {
    "birth": re.compile(r"出生|\bbirth\b", re.IGNORECASE),
    "expires": re.compile(r"有效期|有效至|\b(?:valid|expir\w*)\b", re.IGNORECASE),
}
_NUMBER_KEYS = frozenset({"id_number", "representative_id", "agent_id"})


def understand(
    lines: Sequence[str], *, slot: Slot, stated: Mapping[str, str], today: date, operator: Iterable[str]
) -> PictureReading:
    """What was read on the picture in this place, value by value beside what was typed, and the purposes written on it."""
    text = [tidy(line)[:LONGEST_LINE] for line in lines]
    zone = _zone(text, today)
    values = [_compared(key, stated[key], text, zone) for key in keys_on(slot, stated) if stated.get(key)]
    return PictureReading(
        slot=slot,
        is_read=True,
        values=tuple(values),
        purposes=tuple(_purposes(text, tuple(operator))),
        lines=tuple(text),
    )


def keys_on(slot: Slot, stated: Mapping[str, str]) -> tuple[str, ...]:
    """Which of the stated values should stand on the picture in this place."""
    if slot is Slot.ID_FRONT:
        by_agent = stated.get("acting") == Acting.AUTHORISED
        return ("agent", "agent_id") if by_agent else ("representative", "representative_id")
    return _ON_IT.get(slot, ())


def _compared(key: str, typed: str, text: Sequence[str], zone: MachineZone | None) -> ReadValue:
    if key in _DATE_KEYS:
        read, same = _date(key, typed, text, zone)
    elif key in _NUMBER_KEYS:
        read, same = _number(typed, text, zone)
    else:
        read, same = _name(typed, text, zone)
    seen = Seen.SAME if same else (Seen.OTHER if read else Seen.NOT_FOUND)
    return ReadValue(key=key, typed=typed, read=read, seen=seen)


def _number(typed: str, text: Sequence[str], zone: MachineZone | None) -> tuple[str, bool]:
    wanted, compact = _bare(typed), [_bare(line) for line in text]
    if any(wanted in line for line in compact) or (zone is not None and zone.number == wanted):
        return typed, True
    others = [*([zone.number] if zone else []), *_checked_numbers(compact)]
    return (others[0] if others else ""), False


def _checked_numbers(compact: Sequence[str]) -> list[str]:
    found = [number for line in compact for number in _RESIDENT_ID.findall(line) if mod_11_2.is_valid(number)]
    return found + [code for line in compact for code in _CREDIT_CODE.findall(line) if _is_credit_code(code)]


def _is_credit_code(code: str) -> bool:
    try:
        parse_credit_code(code)
    except BadOrganisationCode:
        return False
    return True


def _name(typed: str, text: Sequence[str], zone: MachineZone | None) -> tuple[str, bool]:
    wanted = _bare(typed)
    if any(wanted in _bare(line) for line in text):
        return typed, True
    if zone is not None:
        read = f"{zone.surname} {zone.given_names}".strip()
        return read, sorted(read.split()) == sorted(tidy(typed).upper().replace(",", " ").split())
    labelled = _labelled(text)
    return (labelled[0] if labelled else ""), any(wanted == _bare(name) for name in labelled)


def _labelled(text: Sequence[str]) -> list[str]:
    """Names behind their label, on the same line or on the next."""
    found = []
    for line, after in zip(text, [*text[1:], ""], strict=True):
        label = _NAME_LABEL.match(line)
        if label is not None:
            found.append(label[1].strip() or after)
    return [name for name in found if _bare(name)]


def _date(key: str, typed: str, text: Sequence[str], zone: MachineZone | None) -> tuple[str, bool]:
    wanted = date.fromisoformat(typed)
    if wanted in {found for line in text for found in _dates(line)}:
        return typed, True
    if zone is not None:
        read = zone.birth if key == "birth" else zone.expiry
        return read.isoformat(), read == wanted
    # Of "valid from … to …" the last one is the end.
    labelled = [found for line in text if _DATE_LABELS[key].search(line) for found in _dates(line)]
    return (labelled[-1].isoformat() if labelled else ""), False


def _dates(line: str) -> Iterable[date]:
    for pattern in _DATES:
        for found in pattern.finditer(line.upper()):
            month = _MONTHS.get(found["m"]) or int(found["m"])
            try:
                yield date(int(found["y"]), month, int(found["d"]))
            except ValueError:
                continue


def _zone(text: Sequence[str], today: date) -> MachineZone | None:
    rows = [row for row in ("".join(line.split()).upper() for line in text) if _ZONE_LINE.fullmatch(row)]
    for first, second in pairwise(rows):
        zone = read_machine_zone(first, second, today=today)
        if zone is not None:
            return zone
    return None


def _purposes(text: Sequence[str], operator: tuple[str, ...]) -> Iterable[ReadPurpose]:
    """Limitations of purpose; the line below belongs to it, for what is written across a copy often wraps."""
    names = [_bare(name).upper() for name in operator if _bare(name)]
    for line, after in zip(text, [*text[1:], ""], strict=True):
        if any(pattern.search(line) for pattern in _PURPOSES):
            whole = _bare(line + after).upper()
            yield ReadPurpose(text=line, names_operator=any(name in whole for name in names))


def _bare(text: str) -> str:
    return _SEPARATORS.sub("", tidy(text)).upper()
