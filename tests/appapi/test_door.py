"""The door of the app: no cookies, no large bodies, the caller's language, problem details, few queries."""

from dataclasses import replace
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from account_center.accounts.models import Account
from tests.appapi.app import App
from tests.signin.making import PASSWORD, a_phone, an_account

pytestmark = pytest.mark.django_db
MOST = 12  # queries, as for the pages (tests/signin/test_cost.py); begins and ends of transactions count, too


@pytest.mark.clause("1.46")
def test_a_browser_that_is_signed_in_gets_here_no_more_than_a_stranger() -> None:
    made, browser = an_account(phone=a_phone()), Client()
    browser.force_login(_user(made.id))
    assert browser.get("/account/").status_code == 200
    for path in ("/api/v1/me", "/api/v1/me/sessions", "/api/v1/me/history"):
        answer = browser.get(path)
        assert (answer.status_code, answer.json()["code"]) == (401, "appapi.token_refused")
    assert browser.post("/api/v1/sign-out").status_code == 401
    assert browser.get("/account/").status_code == 200


def _user(account_id: int) -> Any:
    return Account.objects.get(pk=account_id)


@pytest.mark.clause("1.46")
def test_no_answer_sets_a_cookie_or_may_be_kept() -> None:
    made, app = an_account(phone=a_phone()), App()
    answers = [app.sign_in(made, trust=True), app.get("/me"), app.get("/nothing"), app.ask("GET", "/me", token="x")]
    for answer in answers:
        assert not answer.cookies
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_token_opens_no_page() -> None:
    made, app = an_account(phone=a_phone()), App()
    app.sign_in(made)
    page = Client().get("/account/", headers={"authorization": f"Bearer {app.access}"})
    assert page.status_code == 302


def test_refusals_speak_the_language_of_the_request() -> None:
    english, chinese = App(language="en"), App(language="zh-CN")
    body = {"identifier": "nobody.here", "password": "wrong"}
    assert english.post("/sign-in", **body).json["title"] == "Name or password is not right."
    answer = chinese.post("/sign-in", **body)
    assert answer.json["title"] != "Name or password is not right."
    assert answer.headers["Content-Language"] == "zh-hans"
    assert answer.headers["Content-Type"] == "application/problem+json"
    browser = Client(headers={"accept-language": "en"})
    browser.cookies["language"] = "zh-hans"
    assert browser.get("/api/v1/me").headers["Content-Language"] == "en"


def test_a_body_that_is_too_large_is_refused_unread(settings: LazySettings) -> None:
    answer = App().ask("POST", "/sign-in", b"x" * 70_000)
    assert (answer.status, answer.code) == (413, "appapi.body_too_large")


def test_a_method_that_is_not_there_is_refused_in_words() -> None:
    answer = App().ask("DELETE", "/sign-in")
    assert (answer.status, answer.code, answer.headers["Allow"]) == (405, "appapi.method_not_there", "POST")
    assert App().ask("POST", "/nothing/here", {}).code == "appapi.no_such_address"


def test_the_description_needs_no_sign_in_and_carries_examples() -> None:
    answer = App().get("/openapi.json")
    assert answer.status == 200
    assert answer.json["openapi"].startswith("3.1")
    assert answer.json["components"]["schemas"]["PasswordSignIn"]["properties"]["identifier"]["examples"]
    assert answer.json["components"]["securitySchemes"]["AppToken"]["scheme"] == "bearer"


def test_wrong_tokens_are_limited_by_network_and_a_right_one_still_counts(settings: LazySettings) -> None:
    made, app = an_account(phone=a_phone()), App()
    app.sign_in(made)
    settings.LIMITS = replace(settings.LIMITS, app_tries_per_address=3)
    answers = [App().ask("GET", "/me", token="aat_wrong") for _ in range(4)]
    assert [answer.status for answer in answers] == [401, 401, 401, 429]
    assert int(answers[3].headers["Retry-After"]) > 0
    assert App().renew("art_wrong.x").status == 429
    assert app.get("/me").status == 200
    assert App(address="198.51.100.7").ask("GET", "/me", token="aat_wrong").status == 401


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/me", 2),  # the token, the tenant
        ("/me/sessions", 3),
        ("/me/devices", 2),
        ("/me/factors", 6),
        ("/me/history", 4),
        ("/me/security-policy", 2),
        ("/me/proofs", 5),
        ("/me/emergency-contacts", 2),
        ("/me/tickets", 2),
    ],
)
def test_every_reading_costs_few_queries(path: str, most: int) -> None:
    made, app = an_account(phone=a_phone()), App()
    app.sign_in(made)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert app.get(path).status == 200
    assert len(seen) <= most, [query["sql"] for query in seen]


def test_a_sign_in_on_a_trusted_device_costs_few_queries() -> None:
    made, app = an_account(phone=a_phone()), App()
    app.sign_in(made, trust=True)
    with CaptureQueriesContext(connection) as seen:
        answer = app.post("/sign-in", identifier=made.name, password=PASSWORD, device=app.device)
    assert answer.json["state"] == "signed_in"
    assert len(seen) <= MOST, [query["sql"] for query in seen]


def test_a_refresh_costs_few_queries() -> None:
    made, app = an_account(phone=a_phone()), App()
    app.sign_in(made)
    with CaptureQueriesContext(connection) as seen:
        assert app.renew().status == 200
    assert len(seen) <= 4, [query["sql"] for query in seen]
