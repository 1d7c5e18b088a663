"""What was erased and what is due, as an auditor reads it."""

import csv
import io
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.apps import apps

from account_center.documents.models import StoredImage
from account_center.entry.cli import main
from account_center.plumbing.erasures import erasures
from account_center.realname.models import Application, Subject
from account_center.realname.retention import erase_due
from account_center.realname.types import ApplicationState
from account_center.support.models import Ticket
from account_center.support.retention import erase_account
from tests.realname.making import a_document_claim, a_tenant, submit
from tests.realname.test_legal_holds import hold
from tests.realname.transferring import submit_account
from tests.signin.making import NOW, a_phone, an_account
from tests.support.making import a_ticket

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FEBRUARY = datetime(2027, 2, 28, 17, 30, tzinfo=UTC)  # in Beijing it is March already
NAME, NUMBER = "陳大文", "H55667788"


def listed(capsys: pytest.CaptureFixture[str], *options: str, status: int = 0) -> list[dict[str, str]]:
    capsys.readouterr()
    with time_machine.travel(FEBRUARY + 10 * DAY, tick=False):
        assert main(["list-erasures", *options]) == status
    said = capsys.readouterr()
    assert bool(said.err) == bool(status)
    assert NAME not in said.out
    assert NUMBER not in said.out
    return list(csv.DictReader(io.StringIO(said.out)))


def due_at(moment: datetime, *rows: Subject) -> None:
    Subject.objects.filter(pk__in=[row.pk for row in rows]).update(erase_at=moment)


def five_people() -> list[Subject]:
    """Erased in time, erased late, overdue, kept by an order, and due in summer while somebody still decides."""
    views = [submit(a_tenant(), a_document_claim(name=NAME, number=f"H5566778{at}")) for at in range(5)]
    people = [Subject.objects.get(applications__reference=view.reference) for view in views]
    hold(views[3])
    over = [view.reference for at, view in enumerate(views) if at != 4]
    Application.objects.filter(reference__in=over).update(state=ApplicationState.CANCELLED)
    due_at(FEBRUARY - timedelta(minutes=1), people[0])
    due_at(FEBRUARY - 3 * DAY, people[1])
    erase_due(now=FEBRUARY)
    due_at(FEBRUARY, people[2], people[3])
    due_at(FEBRUARY + 120 * DAY, people[4])
    StoredImage.objects.update(erase_at=FEBRUARY + 300 * DAY)
    return people


def test_every_table_that_proves_erasures_is_listed() -> None:
    with_dates = {
        model
        for model in apps.get_models()
        if {"erase_at", "erased_at"} & {field.name for field in model._meta.get_fields()}
    }
    assert with_dates == {table.model for table in erasures()}


def test_it_counts_by_kind_and_by_month_of_the_operator(capsys: pytest.CaptureFixture[str]) -> None:
    five_people()
    rows = {(row["kind"], row["month"]): row for row in listed(capsys, status=1)}
    march = rows["identity", "2027-03"]
    assert {name: march[name] for name in ("erased", "late", "broken", "due", "overdue", "held")} == {
        "erased": "2",
        "late": "1",
        "broken": "0",
        "due": "2",
        "overdue": "1",
        "held": "1",
    }
    assert rows["identity", "2027-06"]["due"] == "1"
    assert rows["identity", "2027-06"]["held"] == "1"
    assert rows["picture", "2027-12"]["held"] != "0"
    assert ("identity", "2027-02") not in rows


def test_it_is_quiet_where_nothing_is_overdue(capsys: pytest.CaptureFixture[str]) -> None:
    assert listed(capsys) == []
    people = five_people()
    due_at(FEBRUARY + 120 * DAY, *people[2:3])
    assert listed(capsys)


def test_each_record_stands_in_a_line_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    people = five_people()
    rows = {row["row"]: row for row in listed(capsys, "--each", status=1) if row["kind"] == "identity"}
    assert set(rows) == {str(person.pk) for person in people}
    in_time = rows[str(people[0].pk)]
    assert (in_time["erase_at"], in_time["erased_at"]) == ("2027-03-01T01:29:00+08:00", "2027-03-01T01:30:00+08:00")
    assert [rows[str(person.pk)]["held"] for person in people] == ["no", "no", "no", "yes", "yes"]
    assert rows[str(people[2].pk)]["erased_at"] == ""


def test_a_period_counts_both_its_days(capsys: pytest.CaptureFixture[str]) -> None:
    five_people()
    assert {row["month"] for row in listed(capsys, "--since", "2027-03-01", "--until", "2027-03-01", status=1)} == {
        "2027-03"
    }
    assert listed(capsys, "--until", "2027-02-28") == []
    assert {row["month"] for row in listed(capsys, "--since", "2027-03-02", "--until", "2027-07-01")} == {"2027-06"}
    with pytest.raises(SystemExit):
        main(["list-erasures", "--since", "March"])


def test_an_erased_record_that_still_has_its_key_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    submit_account(a_tenant())
    Subject.objects.update(erase_at=FEBRUARY, erased_at=FEBRUARY)
    [row] = [row for row in listed(capsys, status=1) if row["kind"] == "identity"]
    assert row["broken"] == "1"


def test_tickets_of_a_deleted_account_are_erased_without_a_date(capsys: pytest.CaptureFixture[str]) -> None:
    account = an_account(phone=a_phone())
    reference = a_ticket(account)
    assert erase_account(account_id=account.id, now=NOW) == 1
    [month] = [row for row in listed(capsys) if row["kind"] == "ticket"]
    assert (month["erased"], month["late"]) == ("1", "0")
    [one] = [row for row in listed(capsys, "--each") if row["kind"] == "ticket"]
    assert (one["row"], one["erase_at"]) == (reference, "")
    assert Ticket.objects.get().erased_at


def test_whoever_reads_only_the_beginning_sees_no_traceback() -> None:
    program = (
        "import sys; from account_center.entry import cli; "
        "cli.COMMANDS['list-erasures'] = cli.Command('', 'people:many_lines', needs_rooms=False); "
        "import account_center.entry; import types; "
        "sys.modules['account_center.entry.people'] = types.SimpleNamespace("
        "many_lines=lambda **_: print('x\\n' * 10**6) or 0); "
        "sys.exit(cli.main(['list-erasures']))"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()
    assert process.returncode == 141
