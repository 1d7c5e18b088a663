"""The owner's history: two views, filters, pages, files, and "this was not me" (3.1.19)."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from account_center.accounts.models import Account
from account_center.accounts.types import AccountFacts
from account_center.audit.services import record
from account_center.kit.actor import Actor, ActorKind
from account_center.support.queries import tickets_of
from tests.portal.visiting import Customer
from tests.signin.making import NOW, an_account

pytestmark = [pytest.mark.django_db, pytest.mark.clause("3.1.19")]
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:141.0) Gecko/20100101 Firefox/141.0"


def happened(
    account: AccountFacts,
    event: str,
    *,
    days_ago: float = 0,
    address: str = "192.0.2.7",
    kind: ActorKind = ActorKind.CUSTOMER,
    agent: str = FIREFOX,
    **facts: str,
) -> None:
    name = "li.support" if kind is ActorKind.STAFF else "lin.mei"
    actor = Actor(kind=kind, account_id=1, name=name, address=address, agent=agent)
    with time_machine.travel(NOW - timedelta(days=days_ago), tick=False):
        record(actor=actor, event=event, account_id=account.id, facts=facts)


@pytest.fixture
def owner() -> AccountFacts:
    account = an_account()
    happened(account, "signin:session:started", days_ago=3, way="password", second="app")
    happened(account, "signin:password:wrong", days_ago=2, address="198.51.100.200", kind=ActorKind.ANONYMOUS)
    happened(account, "accounts:name:changed", days_ago=1, before="old.name", after="new.name")
    happened(account, "console:contact:looked_at", days_ago=1, kind=ActorKind.STAFF, reason="ticket", note="T-17")
    return account


def rows_of(response: Any) -> list[dict[str, str]]:
    text = b"".join(response.streaming_content).decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:])))


def save(visitor: Customer, **typed: str) -> Any:
    return visitor.client.post(reverse("portal:history_file"), {"view": "sign_ins", "file": "csv", **typed})


def test_sign_ins_say_when_with_what_from_where_and_on_what(owner: AccountFacts) -> None:
    page = Customer(owner).get("portal:history")
    assert page.status == 200
    for word in ("password, authenticator app", "192.0.2.7", "Shanghai, China", "Firefox, Windows"):
        assert word in page.text
    for word in ("A wrong password was typed.", "198.51.100.200", "Frankfurt, Germany", "Failed try"):
        assert word in page.text
    assert "new.name" not in page.text


def test_operations_are_the_rest_and_staff_have_no_names(owner: AccountFacts) -> None:
    page = Customer(owner).get("portal:history", view="operations")
    for word in ("from old.name to new.name", "Support staff saw the contact data in full."):
        assert word in page.text
    for word in ("T-17", "li.support", "A wrong password"):
        assert word not in page.text


def test_the_history_speaks_chinese(owner: AccountFacts) -> None:
    page = Customer(owner, language="zh-hans").get("portal:history")
    for word in ("历史记录", "登录成功", "中国 上海", "不是我本人"):
        assert word in page.text
    assert (
        "客服人员查看了完整的联系方式。"
        in Customer(owner, language="zh-hans").get("portal:history", view="operations").text
    )


@pytest.mark.parametrize(
    ("chosen", "there", "gone"),
    [
        ({"topic": "failed"}, "198.51.100.200", "192.0.2.7"),
        ({"topic": "signed_in"}, "192.0.2.7", "198.51.100.200"),
        ({"network": "198.51.100.0/24"}, "198.51.100.200", "192.0.2.7"),
        ({"way": "app"}, "192.0.2.7", "198.51.100.200"),
        ({"since": f"{NOW - timedelta(days=2):%Y-%m-%d}"}, "198.51.100.200", "192.0.2.7"),
        ({"until": f"{NOW - timedelta(days=3):%Y-%m-%d}"}, "192.0.2.7", "198.51.100.200"),
    ],
    ids=lambda one: next(iter(one)) if isinstance(one, dict) else "",
)
def test_each_filter_leaves_what_fits(owner: AccountFacts, chosen: dict[str, str], there: str, gone: str) -> None:
    page = Customer(owner).get("portal:history", **chosen)
    table = page.html[page.html.index("<tbody>") : page.html.index("</tbody>")]
    assert there in table
    assert gone not in table


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"network": "999.1.1.1"}, "“999.1.1.1” is no network address."),
        ({"network": ",".join(f"192.0.2.{number}" for number in range(11))}, "At most 10 at once."),
        ({"since": "yesterday"}, "This is not a date."),
        ({"since": "2026-02-02", "until": "2026-02-01"}, "The end of the period lies before its beginning."),
        ({"topic": "staff"}, "Choose one of those in the list."),
    ],
)
def test_a_filter_that_cannot_be_says_why(owner: AccountFacts, chosen: dict[str, str], said: str) -> None:
    page = Customer(owner).get("portal:history", **chosen)
    assert page.status == 422
    assert said in page.text


@pytest.mark.parametrize("since", ["", "0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("until", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_of_all_are_days_like_others(owner: AccountFacts, since: str, until: str) -> None:
    page = Customer(owner).get("portal:history", since=since, until=until)
    assert page.status == (422 if since > until else 200)
    if (since, until) == ("", "9999-12-31"):
        assert "198.51.100.200" in page.text


def test_nothing_found_says_so_and_an_odd_address_shows_the_newest(owner: AccountFacts) -> None:
    visitor = Customer(owner)
    assert "Nothing fits this choice." in visitor.get("portal:history", network="10.0.0.0/8").text
    for odd in ({"before": "x"}, {"before": "9" * 50}, {"view": "everything"}, {"before": "0-0"}):
        assert visitor.get("portal:history", **odd).status == 200


def test_long_histories_are_paged_at_the_same_number_of_queries(owner: AccountFacts) -> None:
    visitor = Customer(owner)
    with CaptureQueriesContext(connection) as few:
        visitor.get("portal:history")
    for number in range(120):
        happened(owner, "signin:session:ended", days_ago=10 + number)
    with CaptureQueriesContext(connection) as many:
        first = visitor.get("portal:history")
    assert len(many) == len(few)
    assert not any("OFFSET" in query["sql"] or "COUNT(" in query["sql"] for query in many)
    assert first.html.count("<tr>") == 51
    older = next(link for link in first.links if "before=" in link)
    second = visitor.at(reverse("portal:history") + older.replace("&amp;", "&"))
    assert second.html.count("<tr>") == 51
    newest = [text for text in first.texts if text.startswith("20")]
    assert not set(newest) & {text for text in second.texts if text.startswith("20") and len(text) == 19}


def test_nobody_sees_anothers_history(owner: AccountFacts) -> None:
    other = an_account(name="somebody.else")
    page = Customer(other).get("portal:history")
    assert "198.51.100.200" not in page.text
    assert Customer().get("portal:history").path == reverse("portal:sign_in")


def test_a_csv_file_holds_what_the_page_shows_in_both_times(owner: AccountFacts) -> None:
    response = save(Customer(owner))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="history-sign-ins-')
    failed, started = rows_of(response)
    assert started["What happened"] == "Signed in (password, authenticator app)."
    assert (started["Place"], started["Device"]) == ("Shanghai, China", "Firefox, Windows")
    assert started["Time (UTC)"] == f"{NOW - timedelta(days=3):%Y-%m-%dT%H:%M:%S}Z"
    assert started["Time (Asia/Shanghai)"].endswith("+08:00")
    assert failed["Network address"] == "198.51.100.200"


def test_a_json_file_is_one_document(owner: AccountFacts) -> None:
    response = save(Customer(owner, language="zh-hans"), view="operations", file="json")
    held = json.loads(b"".join(response.streaming_content))
    assert held["account"] == owner.name
    events = {event["event"]: event["text"] for event in held["events"]}
    assert events.keys() == {"accounts:account:opened", "console:contact:looked_at", "accounts:name:changed"}
    assert events["console:contact:looked_at"] == "客服人员查看了完整的联系方式。"
    assert "T-17" not in json.dumps(held)


def test_a_file_is_filtered_like_the_page(owner: AccountFacts) -> None:
    assert [row["Network address"] for row in rows_of(save(Customer(owner), topic="failed"))] == ["198.51.100.200"]


def test_no_cell_of_a_file_is_a_formula(owner: AccountFacts) -> None:
    happened(owner, "signin:session:started", agent='=HYPERLINK("https://evil.example","x")', way="code")
    row = rows_of(save(Customer(owner)))[0]
    assert row["What the browser says of itself"].startswith("'=HYPERLINK")


def test_taking_a_file_is_noted_and_bounded(owner: AccountFacts) -> None:
    visitor = Customer(owner)
    for _ in range(10):
        assert save(visitor).status_code == 200
    refused = visitor.send("portal:history_file", view="sign_ins", file="csv")
    assert refused.status == 429
    assert "10 times today" in refused.text
    assert "The history from" in visitor.get("portal:history", view="operations").text


def test_a_file_with_a_filter_that_cannot_be_leads_back_to_the_page(owner: AccountFacts) -> None:
    page = Customer(owner).send("portal:history_file", view="operations", file="csv", network="nowhere")
    assert (page.status, page.path) == (200, reverse("portal:history"))


def test_a_file_of_too_many_days_is_refused_with_the_way_back(owner: AccountFacts) -> None:
    refused = Customer(owner).send("portal:history_file", view="sign_ins", file="csv", since="2020-01-01")
    assert refused.status == 422
    assert "at most 366 days" in refused.text
    assert reverse("portal:history") in refused.links


def test_a_sign_in_that_was_not_the_owner_ends_everything(owner: AccountFacts) -> None:
    visitor, elsewhere = Customer(owner), Customer(owner)
    page = visitor.get("portal:history")
    link = next(link for link in page.links if "not-me" in link)
    assert "Shanghai, China" in visitor.at(link).text
    assert elsewhere.get("portal:security").path == reverse("portal:security")
    after = visitor.client.post(link, follow=True)
    assert after.request["PATH_INFO"] == reverse("portal:sign_in")
    assert "choose a new password" in after.content.decode()
    [ticket] = tickets_of(owner.id)
    assert ticket.reference in after.content.decode(), "support hears of it too"
    assert elsewhere.get("portal:security").path == reverse("portal:sign_in")
    assert Account.objects.get(pk=owner.id).must_change_password


def test_only_ones_own_sign_ins_can_be_disowned(owner: AccountFacts) -> None:
    link = next(link for link in Customer(owner).get("portal:history").links if "not-me" in link)
    other = Customer(an_account(name="somebody.else"))
    assert other.client.post(link).status_code == 404
    assert other.client.get(reverse("portal:history_not_me", args=[10**30])).status_code == 404
    assert not Account.objects.get(pk=owner.id).must_change_password
