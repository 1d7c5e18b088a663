"""What a signed-in person does with the app: the same as on the pages, by the same services (1.46)."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from account_center.accounts.models import Account
from account_center.accounts.queries import account
from account_center.accounts.types import AccountFacts
from account_center.audit.models import Event
from account_center.kit.clock import now
from account_center.signin.models import AppSession, Device
from account_center.signin.services.authenticator import sandbox_code
from account_center.standing.services import note_name_change, note_verification
from account_center.standing.types import CustomerKind, VerificationStatus
from account_center.tenants.queries import tenant_of
from tests.appapi.app import APP, App, code_of, newest_code
from tests.policy.making import an_owner
from tests.signin.making import PASSWORD, PHONE, a_phone, an_account, another_code

pytestmark = pytest.mark.django_db
NEW = "tandem quelle 93 birkenrinde"


def an_app(made: AccountFacts, **more: Any) -> App:
    app = App(**more)
    app.sign_in(made)
    return app


def proof(app: App, action: str, channel: str = "sms") -> str:
    """A fresh proof by code."""
    sent = app.post("/me/proofs/code", action=action, channel=channel)
    assert sent.status == 200, sent
    shown = app.post("/me/proofs/code/check", action=action, challenge=sent.json["id"], code=code_of(sent.json["id"]))
    assert shown.status == 200, shown
    return str(shown.json["proof"])


@pytest.mark.clause("1.46", "1.3")
def test_whoever_is_signed_in_sees_himself_masked_and_what_the_cloud_allows() -> None:
    made = an_owner(phone=PHONE, email="lin.wei@example.com")
    answer = an_app(made).get("/me")
    assert answer.json["account"]["phone"] == "+86 138****8000"
    assert answer.json["account"]["email"] == "li***@example.com"
    assert PHONE not in str(answer.json)
    tenant = answer.json["tenant"]
    assert (tenant["verification"], tenant["state"]) == ("none", "open")
    buy = next(one for one in tenant["decisions"] if one["action"] == "buy")
    assert not buy["allowed"]
    assert buy["reasons"][0]["code"] == "standing.not_verified"
    assert buy["reasons"][0]["links"]
    assert an_app(an_account(phone=a_phone())).get("/me").json["tenant"] is None


@pytest.mark.clause("1.46", "2.3.20")
def test_a_change_that_waits_is_told_with_the_decision_about_invoices() -> None:
    made = an_owner(phone=PHONE)
    tenant = tenant_of(made.id)
    assert tenant
    status, kind = VerificationStatus.VERIFIED, CustomerKind.ENTERPRISE
    note_verification(tenant_id=tenant.id, status=status, kind=kind, now=now())
    note_name_change(tenant_id=tenant.id, waiting=True, now=now())
    decisions = an_app(made).get("/me").json["tenant"]["decisions"]
    notes = {one["action"]: [note["code"] for note in one["notes"]] for one in decisions if one["notes"]}
    assert notes == {"request_invoice": ["standing.invoices_by_name_until_changed"]}


@pytest.mark.clause("1.46", "3.1.6")
def test_the_name_is_changed() -> None:
    made = an_account(phone=PHONE)
    app = an_app(made)
    assert app.put("/me/name", name="a.new.name").json["name"] == "a.new.name"
    assert app.put("/me/name", name="13800138000").status == 422
    taken = an_account(phone=a_phone())
    assert app.put("/me/name", name=taken.name).status == 409
    assert app.get("/me").json["account"]["name"] == "a.new.name"


@pytest.mark.clause("1.46", "3.1.21")
def test_a_new_password_ends_every_other_session_and_this_one_goes_on() -> None:
    made = an_account(phone=PHONE)
    app, other, browser = an_app(made), an_app(made), Client()
    browser.force_login(Account.objects.get(pk=made.id))
    old = app.access
    wrong = app.put("/me/password", old_password="wrong", password=NEW)
    assert (wrong.status, wrong.code) == (422, "signin.wrong_password")
    weak = app.put("/me/password", old_password=PASSWORD, password="12345")
    assert weak.status == 422
    assert app.put("/me/password", old_password=PASSWORD, password=NEW).status == 200
    assert app.access != old
    assert app.get("/me").status == 200
    assert app.ask("GET", "/me", token=old).status == 401
    assert other.get("/me").status == 401
    assert other.renew().code == "appapi.sign_in_over"
    assert browser.get("/account/").status_code == 302
    assert app.post("/sign-in", identifier=made.name, password=PASSWORD).status == 422


@pytest.mark.clause("1.46", "3.1.9", "3.1.11")
def test_the_phone_is_changed_by_a_code_to_the_old_one_and_to_the_new() -> None:
    made = an_account(phone=PHONE)
    app, other, new = an_app(made), an_app(made), a_phone()
    assert app.post("/me/contacts/new", channel="sms", contact=new, proof=str(uuid4())).code == (
        "signin.fresh_proof_missing"
    )
    mine = proof(app, "contacts")
    sent = app.post("/me/contacts/new", channel="sms", contact=new, proof=mine)
    challenge = sent.json["id"]
    wrong = app.post("/me/contacts/confirm", challenge=challenge, code=another_code(code_of(challenge)), proof=mine)
    assert (wrong.status, wrong.code, wrong.json["field"]) == (422, "signin.wrong_code", "code")
    done = app.post("/me/contacts/confirm", challenge=challenge, code=code_of(challenge), proof=mine)
    assert done.status == 200
    assert account(made.id).phone == new  # type: ignore[union-attr]
    assert app.get("/me").status == 200
    assert other.get("/me").status == 401
    again = app.post("/me/contacts/new", channel="sms", contact=a_phone(), proof=mine)
    assert again.code == "signin.fresh_proof_missing"


def test_a_proof_is_for_one_task_and_for_its_owner() -> None:
    made, stranger = an_account(phone=PHONE), an_account(phone=a_phone())
    app, other = an_app(made), an_app(stranger)
    mine = proof(app, "password")
    assert app.post("/me/contacts/new", channel="sms", contact=a_phone(), proof=mine).status == 409
    theirs = proof(other, "contacts")
    assert app.post("/me/contacts/new", channel="sms", contact=a_phone(), proof=theirs).status == 409
    sent = other.post("/me/proofs/code", action="contacts", channel="sms").json["id"]
    taken = app.post("/me/proofs/code/check", action="contacts", challenge=sent, code=code_of(sent))
    assert (taken.status, taken.code) == (404, "appapi.not_yours")
    assert app.get("/me/proofs").json == {"ways": ["sms"]}


@pytest.mark.clause("1.46", "1.47")
def test_sessions_of_apps_and_browsers_are_listed_and_ended() -> None:
    made = an_account(phone=PHONE)
    app, other, browser = an_app(made), an_app(made, address="198.51.100.7"), Client()
    browser.force_login(Account.objects.get(pk=made.id))
    listed = app.get("/me/sessions").json
    assert sorted(one["where"] for one in listed) == ["app", "app", "browser"]
    assert [one["this_one"] for one in listed if one["where"] == "app"].count(True) == 1
    theirs = next(one for one in listed if one["address"] == "198.51.100.7")
    assert (theirs["name"], theirs["way"]) == (APP, "password")
    assert app.delete(f"/me/sessions/{theirs['session']}").status == 204
    assert other.get("/me").status == 401
    assert app.delete(f"/me/sessions/{theirs['session']}").status == 404
    assert app.post("/me/sessions/end-others").json == {"ended": 1}
    assert browser.get("/account/").status_code == 302
    assert app.get("/me").status == 200


@pytest.mark.clause("1.46", "1.47")
def test_the_page_of_devices_and_sessions_lists_the_app_and_ends_it() -> None:
    made = an_account(phone=PHONE)
    app, browser = an_app(made), Client()
    browser.force_login(Account.objects.get(pk=made.id))
    page = browser.get("/account/security/devices/")
    assert page.status_code == 200
    assert APP in page.content.decode()
    session = AppSession.objects.get().public_id
    assert browser.post(f"/account/security/sessions/{session}/end/").status_code == 302
    assert app.get("/me").status == 401
    assert Event.objects.filter(name="signin:app_session:ended", account_id=made.id).exists()


@pytest.mark.clause("1.46", "1.47")
def test_trust_in_a_device_is_taken_back() -> None:
    made, app = an_account(phone=PHONE), App()
    app.sign_in(made, trust=True)
    device = app.get("/me/devices").json[0]
    assert device["trusted_until"]
    assert app.delete(f"/me/devices/{device['device']}/trust").status == 204
    assert app.get("/me/devices").json[0]["trusted_until"] is None
    assert app.get("/me").status == 200
    assert Device.objects.count() == 1
    again = app.post("/sign-in", identifier=made.name, password=PASSWORD, device=app.device)
    assert again.json["attempt"]["needs"] == "code"
    assert app.delete("/me/devices/trust").status == 204


@pytest.mark.clause("1.46", "1.22")
def test_an_authenticator_app_is_set_up_chosen_for_signing_in_and_removed() -> None:
    made = an_account(phone=PHONE)
    app = an_app(made)
    assert app.get("/me/factors").json["app_since"] is None
    assert app.post("/me/factors/app", proof=str(uuid4())).code == "signin.fresh_proof_missing"
    mine = proof(app, "second_factors")
    shown = app.post("/me/factors/app", proof=mine)
    assert shown.json["address"].startswith("otpauth://totp/")
    code = sandbox_code(account_id=made.id, name=made.name, now=now())
    assert app.post("/me/factors/app/confirm", proof=mine, code=code).status == 204
    assert app.get("/me/factors").json["app_since"]
    assert (
        app.put("/me/factors/sign-in-check", check="app", proof=proof_by_anything(app, "sign_in_check")).status == 200
    )
    assert app.get("/me").json["account"]["sign_in_check"] == "app"
    assert app.post("/sign-in", identifier=made.name, password=PASSWORD).json["attempt"]["needs"] == "app"


def proof_by_anything(app: App, action: str) -> str:
    assert "sms" in app.get("/me/proofs").json["ways"]
    return proof(app, action)


@pytest.mark.clause("1.46", "1.22")
def test_recovery_codes_are_shown_once() -> None:
    app = an_app(an_account(phone=PHONE))
    mine = proof(app, "second_factors")
    codes = app.post("/me/factors/recovery-codes", proof=mine).json["codes"]
    assert len(codes) == len(set(codes)) >= 8
    assert app.get("/me/factors").json["recovery_codes"] == len(codes)
    assert app.post("/me/factors/recovery-codes", proof=mine).code == "signin.fresh_proof_missing"


def test_a_passkey_question_is_asked_and_a_wrong_answer_refused() -> None:
    app = an_app(an_account(phone=PHONE))
    mine = proof(app, "second_factors")
    asked = app.post("/me/factors/passkeys/begin", proof=mine)
    assert asked.json["options"]["publicKey"]["challenge"]
    wrong = app.post("/me/factors/passkeys", question=asked.json["question"], answer="{}", name="Key", proof=mine)
    assert (wrong.status, wrong.code) in [(422, "signin.passkey_refused"), (409, "signin.passkey_refused")]
    assert App().post("/sign-in/passkey").json["options"]["publicKey"]["challenge"]
    nobody = App().post("/sign-in/passkey/check", question=str(uuid4()), answer="{}")
    assert nobody.status in (409, 422)


BEFORE_ALL = "since=0001-01-01T00:00:00%2B14:00"


@pytest.mark.clause("1.46", "3.1.19")
def test_the_history_is_read_page_by_page_and_filtered() -> None:
    made = an_account(phone=PHONE)
    app = an_app(made)
    app.put("/me/name", name="a.new.name")
    App().post("/sign-in", identifier="a.new.name", password="wrong")
    first = app.get("/me/history?limit=2").json
    second = app.get(f"/me/history?limit=2&before={first['older']}").json
    assert len(first["events"]) == len(second["events"]) == 2
    assert {one["number"] for one in first["events"]}.isdisjoint({one["number"] for one in second["events"]})
    failed = app.get("/me/history?topic=failed").json["events"]
    assert [one["event"] for one in failed] == ["signin:password:wrong"]
    assert failed[0]["text"]
    assert app.get("/me/history?network=198.51.100.0/24").json["events"] == []
    assert app.get("/me/history?since=2030-01-01T00:00:00Z").json["events"] == []
    assert app.get("/me/history?until=9999-12-31T23:59:59Z").json["events"]
    for wrong in (
        "limit=0",
        "limit=1000",
        "topic=none",
        "network=abc",
        "since=yesterday",
        "since=2026-01-01",
        BEFORE_ALL,
    ):
        assert app.get(f"/me/history?{wrong}").status == 422, wrong


@pytest.mark.clause("1.46", "3.1.19")
def test_a_sign_in_that_was_somebody_elses_is_disowned() -> None:
    made = an_account(phone=PHONE)
    app = an_app(made)
    started = app.get("/me/history?topic=signed_in").json["events"][0]["number"]
    assert app.post(f"/me/history/{started}/not-me").status == 204
    assert app.get("/me").status == 401
    answer = App().post("/sign-in", identifier=made.name, password=PASSWORD)
    assert answer.json["attempt"]["needs"] == "code"


@pytest.mark.clause("1.46", "1.23", "3.1.20")
def test_the_policy_one_signs_in_under_is_shown() -> None:
    assert an_app(an_account(phone=PHONE)).get("/me/security-policy").json == {
        "networks": [],
        "password_days": 0,
        "password_history": 0,
        "password_min_hours": 0,
        "session_minutes": 720,
        "least_check": "any",
    }


@pytest.mark.clause("1.46", "1.16")
def test_an_emergency_contact_is_named_agrees_and_is_removed() -> None:
    app = an_app(an_account(phone=PHONE))
    body = {"name": "Wang Fang", "contact": a_phone(), "proof": proof(app, "emergency_contacts")}
    named = app.post("/me/emergency-contacts", **body)
    assert (named.status, named.json["state"]) == (201, "named")
    contact = named.json["contact"]
    assert body["contact"] not in str(named.json)
    sent = app.post(f"/me/emergency-contacts/{contact}/code")
    wrong = another_code(code_of(sent.json["id"]))
    assert app.post(f"/me/emergency-contacts/{contact}/confirm", code=wrong).code == "signin.wrong_code"
    done = app.post(f"/me/emergency-contacts/{contact}/confirm", code=code_of(sent.json["id"]))
    assert done.json["state"] == "confirmed"
    gone = app.post(f"/me/emergency-contacts/{contact}/remove", proof=proof(app, "emergency_contacts"))
    assert gone.status == 204
    assert app.get("/me/emergency-contacts").json == []


@pytest.mark.clause("1.46")
def test_a_ticket_is_opened_once_read_continued_and_closed() -> None:
    app = an_app(an_account(phone=PHONE))
    body = {"key": str(uuid4()), "category": "account", "subject": "My name", "text": "How do I change it?"}
    opened = app.post("/me/tickets", **body)
    assert opened.status == 201
    assert app.post("/me/tickets", **body).json == opened.json
    reference = opened.json["reference"]
    assert app.post(f"/me/tickets/{reference}/messages", key=str(uuid4()), text="Thank you.").status == 204
    shown = app.get(f"/me/tickets/{reference}").json
    assert [one["text"] for one in shown["entries"]] == ["How do I change it?", "Thank you."]
    assert len(app.get("/me/tickets").json["tickets"]) == 1
    assert app.post(f"/me/tickets/{reference}/close").status == 204
    assert app.get(f"/me/tickets/{reference}").json["state"] == "closed"
    assert app.post("/me/tickets", **{**body, "key": str(uuid4()), "category": "appeal"}).status == 422


@pytest.mark.clause("1.46", "3.1.1", "3.1.5", "3.1.16")
def test_a_customer_registers_with_the_app_and_is_signed_in() -> None:
    an_account("first.one", phone=PHONE)
    app = App()
    challenge = app.post("/registrations", contact="13800138000").json["id"]
    found = app.post("/registrations/check", challenge=challenge, code=code_of(challenge))
    assert (found.json["used"], found.json["allowed"]) == (1, 3)
    assert [one["name"] for one in found.json["accounts"]] == ["first.one"]
    body = {"challenge": challenge, "country": "CN", "name": "second.one", "password": PASSWORD, "app": APP}
    weak = app.post("/registrations/finish", **{**body, "password": "12345"})
    assert (weak.status, weak.json["field"]) == (422, "password")
    done = app.post("/registrations/finish", **body)
    assert (done.json["state"], done.json["account"]["name"]) == ("signed_in", "second.one")
    assert app.get("/me").status == 200
    assert AppSession.objects.get().way == "registration"


@pytest.mark.clause("1.46", "1.16")
def test_a_forgotten_password_is_replaced_on_a_known_device_and_the_second_factor_stays() -> None:
    made, app = an_account(phone=PHONE), App()
    app.sign_in(made, trust=True)
    begun = app.post("/recoveries", contact="13800138000").json
    unknown = App().post("/recoveries", contact="13900000009").json
    assert {**begun, "recovery": "", "code": {}, "expires_at": ""} == {
        **unknown,
        "recovery": "",
        "code": {},
        "expires_at": "",
    }
    recovery = begun["recovery"]
    accounts = app.post("/recoveries/check", recovery=recovery, code=code_of(begun["code"]["id"])).json["accounts"]
    assert [one["name"] for one in accounts] == [made.name]
    ready = app.post("/recoveries/choose", recovery=recovery, account=made.id, device=app.device)
    assert ready.json["state"] == "ready"
    assert app.post("/recoveries/new-password", recovery=recovery, password="12345").status == 422
    assert app.post("/recoveries/new-password", recovery=recovery, password=NEW).json["state"] == "done"
    assert app.get("/me").status == 401
    assert app.post("/recoveries/new-password", recovery=recovery, password=NEW).status == 409
    again = app.post("/sign-in", identifier=made.name, password=NEW, device=app.device)
    assert again.json["attempt"]["needs"] == "code"


@pytest.mark.clause("1.46", "1.16")
def test_on_a_new_device_a_recovery_asks_for_more() -> None:
    made, app = an_account(phone=PHONE, email="lin.wei@example.com"), App()
    begun = app.post("/recoveries", contact="13800138000").json
    recovery = begun["recovery"]
    app.post("/recoveries/check", recovery=recovery, code=code_of(begun["code"]["id"]))
    chosen = app.post("/recoveries/choose", recovery=recovery, account=made.id)
    assert chosen.json["state"] == "further"
    assert app.post("/recoveries/new-password", recovery=recovery, password=NEW).status == 409
    ways = app.post("/recoveries/further", recovery=recovery).json
    assert "other" in ways["ways"]
    app.post("/recoveries/further/other", recovery=recovery)
    assert app.post("/recoveries/further/check", recovery=recovery, code=newest_code()).json["state"] == "ready"
    assert app.post("/recoveries/new-password", recovery=recovery, password=NEW).json["state"] == "done"


@pytest.mark.clause("1.46", "1.17")
def test_a_recovery_by_name_asks_for_a_human_check() -> None:
    app = App()
    shown = app.post("/recoveries/human-check", kind="picture").json
    assert shown["picture"]
    wrong = app.post("/recoveries/by-name", name="old.name", check=shown["check"], answer="wrong")
    assert wrong.status == 422


@pytest.mark.clause("1.21", "1.46")
def test_closing_deleting_and_copies_of_data_are_not_offered_here() -> None:
    paths = set(App().get("/openapi.json").json["paths"]) - {"/api/v1/me/tickets/{reference}/close"}
    words = ("clos", "cancel", "delete", "copy", "privacy", "data")
    assert [path for path in paths if any(word in path for word in words)] == []
