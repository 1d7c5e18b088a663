"""What was erased and what is due, for whoever has to prove it."""

import csv
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, fields
from datetime import date, datetime, time, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from django.conf import settings

from account_center.accounts.models import Account
from account_center.accounts.types import AccountState
from account_center.audit.models import Event
from account_center.kit.clock import now
from account_center.plumbing.erasures import MonthOfErasures, OneErasure, each_erasure, months_of_erasures

ACCOUNT = "account"


def list_erasures(*, since: date | None, until: date | None, each: bool) -> int:
    """Writes CSV to standard output; both days count, in the operator's time. 1 if something is overdue or not gone."""
    zone = ZoneInfo(settings.TIME_ZONE)
    first = datetime.combine(since, time(), zone) if since else None
    after = datetime.combine(until + timedelta(days=1), time(), zone) if until else None
    months = months_of_erasures(since=first, until=after, zone=zone, now=now())
    if each:
        lines = chain(each_erasure(since=first, until=after), _deleted_accounts(since=first, until=after))
        _write([one.name for one in fields(OneErasure)], map(astuple, lines), zone)
    else:
        _write([one.name for one in fields(MonthOfErasures)], map(astuple, months), zone)
    wrong = sum(month.overdue + month.broken for month in months)
    if wrong:
        print(f"account-center: {wrong} records should be gone and are not; does a worker run?", file=sys.stderr)
    return 1 if wrong else 0


def _deleted_accounts(*, since: datetime | None, until: datetime | None) -> Iterator[OneErasure]:
    """Accounts that their owners deleted, by number. The event tells when; the account itself is empty."""
    gone = Account.objects.filter(state=AccountState.DELETED.value).values("pk")
    events = Event.objects.filter(name="accounts:account:deleted", account_id__in=gone)
    events = events.filter(at__gte=since) if since else events
    events = events.filter(at__lt=until) if until else events
    for number, at in events.order_by("at", "pk").values_list("account_id", "at").iterator():
        yield OneErasure(ACCOUNT, str(number), None, at, held=False)


def _write(head: Sequence[str], rows: Iterable[Sequence[object]], zone: ZoneInfo) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([_cell(value, zone) for value in row] for row in rows)


def _cell(value: object, zone: ZoneInfo) -> object:
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    return ("no", "yes")[value] if isinstance(value, bool) else value
