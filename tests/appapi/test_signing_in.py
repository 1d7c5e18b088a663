"""Signing in with the app (1.46): the same services, limits and second factors as the pages, and no cookies."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client

from account_center.accounts.services import set_sign_in_check
from account_center.accounts.types import AccountKind, SignInCheck
from account_center.audit.models import Event
from account_center.messaging.models import Message
from account_center.signin.models import AppSession, SignInAttempt
from tests.appapi.app import APP, App, code_of
from tests.racing import race
from tests.signin.making import NOW, PASSWORD, PHONE, an_account, another_code, owner_of
from tests.signin.test_attempts import app_code, with_app

pytestmark = pytest.mark.django_db
OTHER_DEVICE = "x" * 43


@pytest.mark.clause("1.46", "1.11", "1.47")
@pytest.mark.parametrize(
    "identifier", ["lin.wei", "LIN.WEI", "+86 138 0013 8000", "13800138000", "lin.wei@example.com"]
)
def test_a_customer_signs_in_with_name_phone_or_email_and_a_code(identifier: str) -> None:
    made = an_account("lin.wei", phone=PHONE, email="lin.wei@example.com")
    app = App()
    first = app.post("/sign-in", identifier=identifier, password=PASSWORD, app=APP)
    assert (first.status, first.json["state"], first.json["tokens"]) == (200, "waiting", None)
    attempt = first.json["attempt"]
    assert (attempt["needs"], attempt["answers"]) == ("code", ["code"])
    assert attempt["channels"] == [
        {"channel": "sms", "masked": "+86 138****8000"},
        {"channel": "email", "masked": "li***@example.com"},
    ]
    sent = app.step(attempt["id"], "code", channel="sms")
    assert (sent.json["masked"], sent.json["tries_left"], sent.json["delivery"]) == ("+86 138****8000", 5, "queued")
    passed = app.step(attempt["id"], "code/check", code=code_of(sent.json["id"]))
    assert passed.json["attempt"]["needs"] is None
    assert passed.json["attempt"]["offers_trust"] is True
    done = app.step(attempt["id"], "finish", app=APP)
    assert (done.json["state"], done.json["account"]["name"]) == ("signed_in", "lin.wei")
    assert app.get("/me").json["account"]["name"] == "lin.wei"
    row = AppSession.objects.get(account_id=made.id)
    assert (row.app, row.way, row.address) == (APP, "password", "203.0.113.9")
    event = Event.objects.get(name="signin:session:started", account_id=made.id)
    assert event.facts == {"way": "password", "second": "code"}


@pytest.mark.clause("1.46")
def test_a_legacy_account_signs_in_too() -> None:
    legacy = an_account("old.name", phone=PHONE, kind=AccountKind.LEGACY)
    an_account("old.name")
    app = App()
    answer = app.post("/sign-in", identifier="old.name", password=PASSWORD, kind="legacy")
    sent = app.step(answer.json["attempt"]["id"], "code", channel="sms")
    app.step(answer.json["attempt"]["id"], "code/check", code=code_of(sent.json["id"]))
    done = app.step(answer.json["attempt"]["id"], "finish")
    assert done.json["account"] == {
        "account": legacy.id,
        "name": "old.name",
        "kind": "legacy",
        "phone": "+86 138****8000",
        "email": "",
    }


@pytest.mark.clause("1.46", "1.47")
def test_a_trusted_device_is_asked_for_no_code() -> None:
    made = an_account(phone=PHONE)
    app = App()
    app.sign_in(made, trust=True)
    again = app.post("/sign-in", identifier=made.name, password=PASSWORD, device=app.device, app=APP)
    assert again.json["state"] == "signed_in"
    stranger = App().post("/sign-in", identifier=made.name, password=PASSWORD, device=OTHER_DEVICE)
    assert stranger.json["state"] == "waiting"


@pytest.mark.clause("1.46")
def test_a_half_done_sign_in_belongs_to_the_app_that_began_it() -> None:
    made = an_account(phone=PHONE)
    app, thief = App(), App()
    attempt = app.post("/sign-in", identifier=made.name, password=PASSWORD).json["attempt"]["id"]
    thief.device = OTHER_DEVICE
    for what, body in [("code", {"channel": "sms"}), ("code/check", {"code": "000000"}), ("finish", {})]:
        answer = thief.step(attempt, what, **body)
        assert (answer.status, answer.code) == (409, "signin.attempt_over")
    assert app.step(attempt, "code", channel="sms").status == 200


def test_a_step_that_is_missing_is_not_skipped() -> None:
    made = an_account(phone=PHONE)
    app = App()
    attempt = app.post("/sign-in", identifier=made.name, password=PASSWORD).json["attempt"]["id"]
    assert app.step(attempt, "finish").code == "signin.step_missing"
    assert AppSession.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_of_many_that_finish_at_once_one_gets_tokens() -> None:
    made = an_account(phone=PHONE)
    app = App()
    attempt = app.post("/sign-in", identifier=made.name, password=PASSWORD).json["attempt"]["id"]
    sent = app.step(attempt, "code", channel="sms")
    app.step(attempt, "code/check", code=code_of(sent.json["id"]))

    def end(number: int) -> int:
        mine = App()
        mine.device = app.device
        return mine.step(attempt, "finish").status

    answers = race(end, 12)
    assert sorted(answers, key=str) == [200] + [409] * 11
    assert AppSession.objects.count() == 1


@pytest.mark.clause("1.14", "1.20")
def test_an_unknown_name_and_a_wrong_password_are_answered_alike() -> None:
    an_account("lin.wei", phone=PHONE)
    known = App().post("/sign-in", identifier="lin.wei", password="wrong")
    unknown = App().post("/sign-in", identifier="nobody.here", password="wrong")
    assert (known.status, known.code) == (422, "signin.wrong_password")
    assert known.json == unknown.json
    same = {name: value for name, value in known.headers.items() if name != "Date"}
    assert same == {name: value for name, value in unknown.headers.items() if name != "Date"}


@pytest.mark.clause("1.20", "1.46")
def test_wrong_passwords_lock_app_and_pages_alike() -> None:
    an_account("lin.wei", phone=PHONE)
    app = App()
    for _ in range(4):
        assert app.post("/sign-in", identifier="lin.wei", password="wrong").status == 422
    locked = app.post("/sign-in", identifier=PHONE, password="wrong")
    assert (locked.status, locked.code, locked.headers["Retry-After"]) == (429, "signin.locked", "900")
    assert app.post("/sign-in", identifier="lin.wei", password=PASSWORD).status == 429

    page = Client().post("/sign-in/", {"identifier": "lin.wei", "password": PASSWORD})
    assert page.status_code == 422


@pytest.mark.clause("1.46", "1.22")
def test_the_authenticator_app_is_asked_for_as_on_the_pages() -> None:

    made = with_app(an_account(phone=PHONE))
    app = App()
    answer = app.post("/sign-in", identifier=made.name, password=PASSWORD)
    assert answer.json["attempt"]["needs"] == "app"
    attempt = answer.json["attempt"]["id"]
    assert app.step(attempt, "code", channel="sms").status == 409
    assert app.step(attempt, "app", code=another_code(app_code(made))).code == "signin.wrong_second_factor"
    assert app.step(attempt, "app", code=app_code(made)).json["attempt"]["needs"] is None
    assert app.step(attempt, "finish").json["state"] == "signed_in"


@pytest.mark.clause("1.46", "1.44", "1.45", "3.1.17")
def test_a_code_to_a_phone_leads_to_the_choice_of_its_accounts() -> None:
    first, second = an_account("lin.first", phone=PHONE), an_account("lin.second", phone=PHONE)
    stranger = an_account("somebody", phone="+8613900000001")
    app = App()
    sent = app.post("/sign-in/code", contact="138 0013 8000", country="CN")
    challenge = sent.json["id"]
    assert app.post("/sign-in/code/choose", challenge=challenge, account=first.id).status == 409
    found = app.post("/sign-in/code/check", challenge=challenge, code=code_of(challenge))
    assert [one["name"] for one in found.json["accounts"]] == ["lin.first", "lin.second"]
    assert app.post("/sign-in/code/choose", challenge=challenge, account=stranger.id).status == 403
    done = app.post("/sign-in/code/choose", challenge=challenge, account=second.id, app=APP)
    if done.json["state"] == "waiting":  # offers to trust this device
        done = app.step(done.json["attempt"]["id"], "finish", trust=True)
    assert done.json["account"]["name"] == "lin.second"
    assert app.post("/sign-in/code/choose", challenge=challenge, account=first.id).status == 409


@pytest.mark.clause("1.19", "1.46")
@pytest.mark.parametrize("path", ["/sign-in/code", "/recoveries"])
def test_codes_that_strangers_ask_for_use_up_none_of_an_app_that_the_account_knows(
    path: str, settings: LazySettings
) -> None:
    settings.LIMITS = replace(settings.LIMITS, codes_per_recipient_hour=2)
    made, app, stranger = an_account(phone=PHONE), App(), App(address="198.51.100.66")
    app.sign_in(made)
    for elsewhere in {"/sign-in/code", "/recoveries", "/registrations"} - {path}:
        assert stranger.post(elsewhere, contact=PHONE).status == 200
    assert stranger.post(path, contact=PHONE).code == "signin.too_many_codes"
    assert stranger.post(path, contact=PHONE, device="s" * 43).code == "signin.too_many_codes"
    assert app.post(path, contact=PHONE, device=app.device).status == 200


@pytest.mark.clause("3.1.17", "1.19")
def test_a_code_to_a_stranger_looks_the_same_and_is_never_sent() -> None:
    an_account(phone=PHONE)
    known = App().post("/sign-in/code", contact="13800138000")
    unknown = App().post("/sign-in/code", contact="13900000009")
    assert (known.status, unknown.status) == (200, 200)
    for name in ("tries_left", "delivery", "expires_at", "resend_at", "channel"):
        assert known.json[name] == unknown.json[name]
    assert set(known.json) == set(unknown.json)
    assert App().post("/codes/look", challenge=unknown.json["id"]).status == 200
    wrong = App().post("/sign-in/code/check", challenge=unknown.json["id"], code="123456")
    assert wrong.code == "signin.wrong_code"


@pytest.mark.clause("1.19", "1.46")
def test_a_code_that_does_not_arrive_is_sent_again() -> None:
    an_account(phone=PHONE)
    app = App()
    challenge = app.post("/sign-in/code", contact="13800138000").json["id"]
    early = app.post("/codes/resend", challenge=challenge)
    assert (early.status, early.code) == (429, "signin.code_too_soon")

    with time_machine.travel(NOW + timedelta(seconds=61)):
        again = app.post("/codes/resend", challenge=challenge)
        assert again.status == 200
        assert app.post("/sign-in/code/check", challenge=challenge, code=code_of(challenge)).status == 200
    assert Message.objects.filter(purpose="sign_in").count() == 2


def test_guessing_codes_ends_at_five_however_many_come_at_once() -> None:
    an_account(phone=PHONE)
    app = App()
    challenge = app.post("/sign-in/code", contact="13800138000").json["id"]
    right = code_of(challenge)
    answers = [
        app.post("/sign-in/code/check", challenge=challenge, code=another_code(right, step)).status
        for step in range(1, 6)
    ]
    assert answers[:4] == [422] * 4
    assert app.post("/sign-in/code/check", challenge=challenge, code=right).code == "signin.code_spent"


def test_no_check_after_the_password_is_possible_and_still_gives_tokens() -> None:
    made = an_account(phone=PHONE)
    set_sign_in_check(actor=owner_of(made), account_id=made.id, check=SignInCheck.NONE)
    answer = App().post("/sign-in", identifier=made.name, password=PASSWORD)
    assert answer.json["state"] == "signed_in"
    assert SignInAttempt.objects.count() == 0


def test_staff_cannot_come_in_here() -> None:
    staff = an_account("someone.of.staff", kind=AccountKind.STAFF)
    for kind in ("id", "legacy"):
        assert App().post("/sign-in", identifier=staff.name, password=PASSWORD, kind=kind).status == 422
    assert App().post("/sign-in", identifier=staff.name, password=PASSWORD, kind="staff").code == "appapi.body_wrong"
