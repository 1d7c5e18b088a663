"""Commands about staff and services, as an operator types them."""

import re

import pytest

from account_center.accounts.queries import account_by_name
from account_center.accounts.types import AccountKind
from account_center.audit.models import Event
from account_center.clients.services import issue_token
from account_center.clients.types import IssuedToken, RefusedToken
from account_center.entry.cli import main
from account_center.kit.actor import system_actor
from account_center.kit.clock import now
from account_center.signin.services.authenticator import confirm_app, has_app, sandbox_code

pytestmark = pytest.mark.django_db


def token_for(secret: str) -> IssuedToken | RefusedToken:
    return issue_token(client_id="billing", secret=secret, scopes=[], address="203.0.113.7", now=now())


def test_a_service_is_registered_with_a_secret_that_works_until_it_is_shut_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["add-client", "billing", "--name", "Billing"]) == 0
    found = re.search(r"client_secret: (\S+)", capsys.readouterr().out)
    assert found
    assert isinstance(token_for(found[1]), IssuedToken)
    assert main(["disable-client", "billing"]) == 0
    assert isinstance(token_for(found[1]), RefusedToken)
    names = set(Event.objects.values_list("name", flat=True))
    assert {"clients:client:registered", "clients:client:disabled"} <= names
    assert found[1] not in str(list(Event.objects.values_list("facts", flat=True)))


def test_a_name_taken_by_another_service_is_refused_with_the_reason(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["add-client", "billing"]) == 0
    capsys.readouterr()
    assert main(["add-client", "billing"]) == 1
    assert capsys.readouterr().err.strip()


def test_staff_who_lost_the_phone_set_up_a_new_app(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCOUNT_CENTER_STAFF_PASSWORD", "seven quiet lamps 88")
    assert main(["add-staff", "wang.desk", "--role", "support"]) == 0
    staff = account_by_name("wang.desk", kind=AccountKind.STAFF)
    assert staff
    assert main(["reset-second-factor", "wang.desk"]) == 1
    moment = now()
    digits = sandbox_code(account_id=staff.id, name=staff.name, now=moment)
    confirm_app(actor=system_actor("tests"), account_id=staff.id, digits=digits, now=moment)
    assert has_app(staff.id)
    assert main(["reset-second-factor", "wang.desk"]) == 0
    assert not has_app(staff.id)


def test_a_weak_staff_password_opens_nothing_and_says_why(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ACCOUNT_CENTER_STAFF_PASSWORD", "password")
    assert main(["add-staff", "wang.weak"]) == 1
    assert "password" in capsys.readouterr().err
    assert account_by_name("wang.weak", kind=AccountKind.STAFF) is None


def test_the_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    told = capsys.readouterr().out
    assert all(name in told for name in ("serve", "work", "migrate", "seed-demo", "check", "new-keys", "add-client"))
