"""The list of banks' branches."""

import sys
from pathlib import Path

from account_center.entry.people import COMMAND_LINE
from account_center.realname.services.branch_list import LARGEST_LIST, BadList, read_list
from account_center.realname.services.branch_list import import_branches as bring_in


def import_branches(*, file: str, leave_out_bad_lines: bool, many_may_go: bool) -> int:
    """Brings the list into the tables; nothing of it if a line is bad, unless those are to be left out."""
    try:
        with Path(file).open("rb") as source:
            found = read_list(source.read(LARGEST_LIST + 1))
        for line, why in found.bad:
            print(f"line {line}: {why}", file=sys.stderr)
        if found.bad and not leave_out_bad_lines:
            print(f"account-center: {len(found.bad)} bad lines; nothing was changed.", file=sys.stderr)
            return 1
        report = bring_in(actor=COMMAND_LINE, branches=found.branches, many_may_go=many_may_go)
    except (OSError, BadList) as wrong:
        print(f"account-center: {wrong}", file=sys.stderr)
        return 1
    print(f"Branches in the list: {report.total}. New: {report.added}. Changed: {report.changed}.", end=" ")
    print(f"Removed: {report.removed}. Lines left out: {len(found.bad)}.")
    return 0
