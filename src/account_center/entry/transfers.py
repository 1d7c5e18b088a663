"""Payment files out, bank statements in."""

import os
import sys
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from account_center.kit.bank_account import BadBankAccount, parse_branch, parse_company_account
from account_center.kit.clock import now
from account_center.kit.typed import tidy
from account_center.realname.services.payment_files import (
    BadStatement,
    Payer,
    PaymentFiles,
    read_into,
    write_batches,
)

LARGEST_FILE = 20 * 1024 * 1024


def export_transfers(to: str) -> int:
    """Writes every transfer that waits into files in the folder ``to``; they are sent once the files are there."""
    payer = _payer()
    folder = Path(to)
    if not folder.is_dir():
        print(f"account-center: there is no folder {to}", file=sys.stderr)
        return 1
    written = write_batches(payer=payer, write=lambda files: _write(folder, files), now=now())
    for files in written:
        print(f"{files.batch}: {files.count} transfers in {files.batch}.xml and {files.batch}.csv")
    if not written:
        print("Nothing waits to be paid.")
    return 0


def import_statement(file: str) -> int:
    """Notes what the statement says; 1 if it cannot be read."""
    try:
        with Path(file).open("rb") as source:
            report = read_into(data=source.read(LARGEST_FILE + 1), now=now())
    except (OSError, BadStatement) as wrong:
        print(f"account-center: {wrong}", file=sys.stderr)
        return 1
    print(f"Noted: {report.noted}. Without effect: {len(report.ignored)}.")
    for line, why in report.ignored:
        print(f"  {line}: {why}")
    return 0


def _payer() -> Payer:
    """Whose account pays. A bank refuses a whole file for a mistake in it, so it is looked at before."""
    if not (settings.PAYER_NAME and settings.PAYER_ACCOUNT and settings.PAYER_BRANCH):
        raise ImproperlyConfigured("PAYER_NAME, PAYER_ACCOUNT and PAYER_BRANCH say whose account pays: set them")
    try:
        account, branch = parse_company_account(settings.PAYER_ACCOUNT), parse_branch(settings.PAYER_BRANCH)
    except BadBankAccount as wrong:
        raise ImproperlyConfigured(f"PAYER_ACCOUNT or PAYER_BRANCH is none: {wrong.problem.value}") from None
    return Payer(name=tidy(settings.PAYER_NAME), account=account.number, branch=branch.number)


def _write(folder: Path, files: PaymentFiles) -> None:
    for name, content in ((f"{files.batch}.xml", files.xml), (f"{files.batch}.csv", files.csv)):
        # Names and account numbers: for the owner only, and whole or not there at all.
        half = folder / f".{name}.part"
        half.unlink(missing_ok=True)
        handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        half.replace(folder / name)
