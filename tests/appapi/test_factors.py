"""Passkeys, recovery codes, run-out passwords and networks at the app's door: as on the pages (1.46)."""

from datetime import timedelta

import pytest
import time_machine

from account_center.accounts.services import require_new_password, set_sign_in_check
from account_center.accounts.types import AccountFacts, SignInCheck
from account_center.policy.models import SecurityPolicy
from account_center.signin.models import AppSession
from tests.appapi.app import APP, App, code_of
from tests.appapi.test_me import an_app, proof
from tests.policy.making import an_owner, tenant_owned_by
from tests.signin.making import NOW, PASSWORD, PHONE, an_account, another_code, owner_of
from tests.signin.soft_passkey import SoftPasskey

pytestmark = pytest.mark.django_db
NEW = "tandem quelle 93 birkenrinde"


def with_passkey() -> tuple[AccountFacts, App, SoftPasskey]:
    made, device = an_account(phone=PHONE), SoftPasskey()
    app = an_app(made)
    mine = proof(app, "second_factors")
    asked = app.post("/me/factors/passkeys/begin", proof=mine).json
    added = app.post(
        "/me/factors/passkeys",
        question=asked["question"],
        answer=device.make(asked["options"]),
        name="My phone",
        proof=mine,
    )
    assert (added.status, added.json["name"]) == (201, "My phone")
    return made, app, device


@pytest.mark.clause("1.46", "1.22")
def test_a_passkey_signs_in_without_a_name_and_without_a_code() -> None:
    made, _, device = with_passkey()
    app = App()
    asked = app.post("/sign-in/passkey").json
    signed = device.sign(asked["options"])
    done = app.post("/sign-in/passkey/check", question=asked["question"], answer=signed, app=APP)
    assert (done.json["state"], done.json["account"]["name"]) == ("signed_in", made.name)
    assert AppSession.objects.latest("pk").way == "passkey"
    again = App().post("/sign-in/passkey/check", question=asked["question"], answer=signed)
    assert again.status in (409, 422)


@pytest.mark.clause("1.46", "1.22")
def test_a_passkey_answers_the_step_after_the_password_and_proves_the_owner() -> None:
    made, signed_in, device = with_passkey()
    set_sign_in_check(actor=owner_of(made), account_id=made.id, check=SignInCheck.PASSKEY)
    assert signed_in.get("/me/proofs").json["ways"] == ["passkey"]
    assert signed_in.post("/me/proofs/code", action="contacts", channel="sms").code == "signin.way_not_open"
    asked = signed_in.post("/me/proofs/passkey").json
    shown = signed_in.post(
        "/me/proofs/passkey/check",
        action="contacts",
        question=asked["question"],
        answer=device.sign(asked["options"]),
    )
    assert shown.json["action"] == "contacts"

    app = App()
    state = app.post("/sign-in", identifier=made.name, password=PASSWORD).json
    assert (state["attempt"]["needs"], state["attempt"]["answers"]) == ("passkey", ["passkey"])
    attempt = state["attempt"]["id"]
    assert app.step(attempt, "finish").code == "signin.step_missing"
    asked = app.step(attempt, "passkey").json
    passed = app.step(attempt, "passkey/check", question=asked["question"], answer=device.sign(asked["options"]))
    assert passed.json["attempt"]["needs"] is None
    assert app.step(attempt, "finish").json["state"] == "signed_in"


@pytest.mark.clause("1.46", "1.22")
def test_a_recovery_code_stands_in_for_the_passkey_once() -> None:
    made, signed_in, _ = with_passkey()
    codes = signed_in.post("/me/factors/recovery-codes", proof=proof(signed_in, "second_factors")).json["codes"]
    set_sign_in_check(actor=owner_of(made), account_id=made.id, check=SignInCheck.PASSKEY)
    app = App()
    for code, status in ((codes[0], 200), (codes[0], 422)):
        attempt = app.post("/sign-in", identifier=made.name, password=PASSWORD).json["attempt"]["id"]
        assert app.step(attempt, "recovery-code", code=code).status == status


@pytest.mark.clause("1.46", "3.1.20", "3.1.21")
def test_a_password_that_must_be_changed_is_asked_for_before_the_tokens() -> None:
    made = an_account(phone=PHONE)
    other = an_app(made)
    require_new_password(account_id=made.id)
    app = App()
    attempt = app.post("/sign-in", identifier=made.name, password=PASSWORD).json["attempt"]["id"]
    sent = app.step(attempt, "code", channel="sms")
    passed = app.step(attempt, "code/check", code=code_of(sent.json["id"]))
    assert passed.json["attempt"]["needs"] == "new_password"
    assert app.step(attempt, "finish").code == "signin.step_missing"
    assert app.step(attempt, "new-password", password="12345").status == 422
    assert app.step(attempt, "new-password", password=NEW).json["attempt"]["needs"] is None
    assert app.step(attempt, "finish").json["state"] == "signed_in"
    assert app.get("/me").status == 200
    assert other.get("/me").status == 401


@pytest.mark.clause("1.46", "1.23")
def test_a_network_that_is_not_on_the_list_gets_no_tokens_and_its_owner_a_way_back() -> None:
    made = an_owner()
    app = an_app(made)
    tenant = tenant_owned_by(made)
    SecurityPolicy.objects.create(tenant_id=tenant.id, networks=["192.0.2.0/24"], changed_at=NOW)
    assert app.renew().status == 403
    outside = App()
    attempt = outside.post("/sign-in", identifier=made.name, password=PASSWORD).json["attempt"]["id"]
    sent = outside.step(attempt, "code", channel="sms")
    outside.step(attempt, "code/check", code=code_of(sent.json["id"]))
    refused = outside.step(attempt, "finish")
    assert (refused.status, refused.code) == (403, "policy.owner_outside_networks")
    with time_machine.travel(NOW + timedelta(seconds=61), tick=False):
        sent = outside.step(attempt, "way-back", channel="sms")
        challenge = sent.json["id"]
        wrong = outside.step(attempt, "way-back/check", challenge=challenge, code=another_code(code_of(challenge)))
        assert wrong.code == "signin.wrong_code"
        opened = outside.step(attempt, "way-back/check", challenge=challenge, code=code_of(challenge))
        assert opened.status == 200
        assert outside.step(attempt, "finish").json["state"] == "signed_in"
        assert app.renew().status == 200
