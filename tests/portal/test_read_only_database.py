"""A database that answers and takes nothing, as after a failover to a server that is still a standby."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, close_old_connections, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from account_center.accounts.models import Account
from account_center.audit.models import Event
from account_center.entry.cli import main
from account_center.kit.clock import now
from account_center.plumbing.middleware import database_away
from account_center.plumbing.moment import one_moment
from account_center.plumbing.session_row import Session
from account_center.tenants.models import Tenant
from tests.portal.visiting import Customer
from tests.realname.making import a_tenant
from tests.signin.making import PASSWORD, a_phone, an_account

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "蓝色灯塔(杭州)科技有限公司"


@pytest.fixture(autouse=True)
def _another_connection_afterwards() -> Iterator[None]:
    yield
    connection.close()


def becomes_read_only() -> None:
    """This connection's server, or file, takes no writing from now on. Another connection finds one that does."""
    how = "SET default_transaction_read_only = on" if connection.vendor == "postgresql" else "PRAGMA query_only = ON"
    with connection.cursor() as cursor:
        cursor.execute(how)


def request_ends() -> None:
    """What a server does between two requests, and Django's test client does not."""
    close_old_connections()


def customer() -> Customer:
    account = an_account(phone=a_phone())
    a_tenant(account)
    return Customer(account)


def test_what_is_to_be_written_is_refused_clearly_and_the_next_request_finds_the_new_primary() -> None:
    visitor = customer()
    events = Event.objects.count()
    becomes_read_only()
    refused = visitor.send("portal:organisation_name", name=NAME)
    assert refused.status == 503
    assert "We cannot reach our data at the moment" in refused.text
    assert "系统暂时无法读取数据" in refused.text
    assert "Nothing is half done" in refused.text
    request_ends()
    assert not Tenant.objects.exclude(organisation_name="").exists()
    assert Event.objects.count() == events
    assert visitor.send("portal:organisation_name", name=NAME).status == 200
    assert Tenant.objects.get().organisation_name == NAME


def test_who_only_reads_is_served_meanwhile() -> None:
    visitor = customer()
    becomes_read_only()
    for page in ("portal:home", "portal:account", "portal:verification"):
        assert visitor.get(page).status == 200, page


def test_a_session_that_cannot_note_its_use_is_told_the_same_way() -> None:
    visitor = customer()
    visitor.client.raise_request_exception = False  # it is lost before the view, and answered further out
    Session.objects.update(seen_at=now() - timedelta(minutes=10))
    becomes_read_only()
    assert visitor.get("portal:home").status == 503
    request_ends()
    assert visitor.get("portal:home").status == 200


def test_a_sign_in_is_told_so_and_counts_no_wrong_try() -> None:
    account, visitor = an_account(phone=a_phone()), Customer()
    becomes_read_only()
    assert visitor.send("portal:sign_in", identifier=account.name, password=PASSWORD).status == 503
    request_ends()
    assert visitor.send("portal:sign_in", identifier=account.name, password=PASSWORD).path != reverse("portal:sign_in")


def test_a_machine_is_told_in_its_own_form() -> None:
    account = an_account(phone=a_phone())
    typed = {"identifier": account.name, "password": PASSWORD}
    becomes_read_only()
    answer = Client().post("/api/v1/sign-in", typed, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json"), answer.content
    assert answer.json()["code"] == "database_away"
    assert int(answer["Retry-After"]) > 0


def test_writing_where_only_reading_is_allowed_is_a_mistake_and_no_outage() -> None:
    account_id = an_account().id

    def page(_request: HttpRequest) -> HttpResponse:
        with one_moment():
            Account.objects.filter(pk=account_id).update(trust_epoch=9)
        return HttpResponse()

    asked = RequestFactory().get("/")
    if connection.vendor == "sqlite":
        assert page(asked).status_code == 200, "a file has no reader's mode"
        return
    with pytest.raises(ProgrammingError) as wrong:
        page(asked)
    away: Any = database_away(page)
    assert away.process_exception(asked, wrong.value) is None


def test_health_and_check_tell_it(capsys: pytest.CaptureFixture[str]) -> None:
    visitor = Customer()
    assert visitor.client.get("/health/ready").json() == {"ready": True}
    becomes_read_only()
    answer = visitor.client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "short_of": ["writes"]})
    assert main(["check"]) == 1
    assert "The database only reads" in capsys.readouterr().err
