"""Making an installation safe that came back from a backup: nothing that was ended, erased or paid since counts again."""

import csv
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from account_center.accounts.services import end_everything_of_all
from account_center.audit.queries import head_of_chain, newest_event
from account_center.audit.services import record
from account_center.clients.services import end_all_tokens
from account_center.entry.erasing import ACCOUNT
from account_center.kit.actor import system_actor
from account_center.kit.clock import now
from account_center.plumbing.erasures import Again
from account_center.plumbing.sessions import end_all_sessions
from account_center.privacy.services import delete_again
from account_center.realname import retention as realname
from account_center.realname.services.restoring import end_links, hold_payments
from account_center.signin.services.restoring import end_codes
from account_center.support import retention as support

COMMAND_LINE = system_actor("account-center")


class BadList(Exception):
    """A file that ``list-erasures --each`` has not written."""


@dataclass(frozen=True, slots=True)
class _Gone:
    """One record that was erased before the installation was lost."""

    kind: str
    row: str
    erased_at: datetime

    def __str__(self) -> str:
        return f"{self.kind} {self.row}"


def after_restore(*, erased: list[str], nothing_exported: bool) -> int:
    """To be run before anything is started. A second run does no harm. 1 if something has to be seen to by hand."""
    try:
        gone = [one for file in erased for one in _read(file)]
    except (OSError, ValueError, BadList) as wrong:
        print(f"account-center: nothing was done: {wrong}", file=sys.stderr)
        return 1
    newest, head = newest_event(), head_of_chain()
    print(f"The newest event that came back: {_told(newest)}. Newest link of the event chain: {head or 'none'}.")
    sessions = _end_everything()
    held = 0 if nothing_exported else hold_payments(now=now())
    print(f"Transfers that may stand in a payment file already, and go into no other: {held}.")
    outcomes = [(one, _erase_again(one)) for one in gone]
    _tell_erasures(outcomes, given=bool(erased))
    again = sum(outcome is Again.ERASED for _one, outcome in outcomes)
    record(
        actor=COMMAND_LINE,
        event="audit:installation:restored",
        facts={
            "newest_event": _told(newest),
            "head": head,
            "sessions": sessions,
            "transfers": held,
            "erased_again": again,
        },
    )
    return 1 if any(outcome is Again.KEPT for _one, outcome in outcomes) else 0


def _told(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else "none"


def _end_everything() -> int:
    sessions = end_all_sessions()
    accounts = end_everything_of_all()
    codes, links, tokens = end_codes(), end_links(now=now()), end_all_tokens(now=now())
    print(
        f"Ended: {sessions} sessions, the trusted devices of {accounts} accounts, {codes} codes, "
        f"{links} links to phones, {tokens} tokens of services. Everybody signs in again."
    )
    return sessions


def _erase_again(one: _Gone) -> Again:
    moment = now()
    act: Mapping[str, Callable[[], Again]] = {
        "identity": lambda: realname.erase_again(subject_id=UUID(one.row), now=moment),
        "picture": lambda: realname.erase_picture_again(image_id=UUID(one.row), now=moment),
        "ticket": lambda: support.erase_again(reference=one.row, now=moment),
        ACCOUNT: lambda: delete_again(
            actor=COMMAND_LINE, account_id=int(one.row), deleted_at=one.erased_at, now=moment
        ),
    }
    return act[one.kind]()


def _tell_erasures(outcomes: Iterable[tuple[_Gone, Again]], *, given: bool) -> None:
    if not given:
        print("Without a list (--erased) what was erased since the backup stays until its date.")
        return
    found = list(outcomes)
    count = Counter(outcome for _one, outcome in found)
    print(
        f"Erased again: {count[Again.ERASED]}. Was erased in the backup: {count[Again.WAS_ERASED]}. "
        f"Not in the backup: {count[Again.NOT_HERE]}. Kept: {count[Again.KEPT]}."
    )
    for one, outcome in found:
        if outcome is Again.KEPT:
            print(f"- {one} is under way again, or held: see to it, then run this again", file=sys.stderr)


def _read(file: str) -> Iterator[_Gone]:
    with Path(file).open(encoding="utf-8-sig", newline="") as source:
        rows = csv.DictReader(source)
        if not {"kind", "row", "erased_at"} <= set(rows.fieldnames or ()):
            raise BadList(f"{file} is no list of list-erasures --each")
        for line in rows:
            if line["erased_at"]:
                yield _checked(line, f"{file}, line {rows.line_num}")


def _checked(line: Mapping[str, str], place: str) -> _Gone:
    one = _Gone(line["kind"], line["row"], datetime.fromisoformat(line["erased_at"]))
    reads: Mapping[str, Callable[[str], object]] = {"identity": UUID, "picture": UUID, "ticket": str, ACCOUNT: int}
    if one.kind not in reads or one.erased_at.tzinfo is None:
        raise BadList(f"{place}: a kind or date that is not known")
    reads[one.kind](one.row)
    return one
