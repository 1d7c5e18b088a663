"""The owner's pages about second factors, the check at sign-in and security."""

import json
from base64 import b32decode

import pytest
from django.urls import reverse

from account_center.accounts.queries import account
from account_center.accounts.services import set_sign_in_check
from account_center.accounts.types import AccountFacts, AccountKind, SignInCheck
from account_center.signin.queries import factors_of, passkeys_of
from account_center.signin.services.authenticator import has_app
from account_center.signin.services.recovery_codes import replace_codes, use_recovery_code
from account_center.signin.types import SensitiveAction
from tests.portal.visiting import Customer, Page, newest_code
from tests.realname.making import a_tenant
from tests.signin.making import NOW, VISITOR, a_phone, an_account, owner_of
from tests.signin.soft_passkey import SoftPasskey
from tests.signin.test_authenticator import shown, with_app
from tests.signin.test_passkeys import keep

pytestmark = pytest.mark.django_db


def somebody(**more: str) -> AccountFacts:
    return an_account(phone=a_phone(), **more)  # type: ignore[arg-type]


def prove(customer: Customer, name: str, *args: str, action: str = "second_factors") -> Page:
    """Opens a page that asks first who it is, and answers by SMS."""
    customer.get(name, *args)
    customer.send("portal:prove", action, way="sms")
    return customer.send("portal:prove_code", action, code=newest_code())


def check_of(found: AccountFacts) -> SignInCheck:
    after = account(found.id)
    assert after
    return after.check


# The authenticator app


@pytest.mark.clause("1.22")
def test_an_app_is_set_up_by_scanning_and_typing_its_first_code() -> None:
    owner = somebody()
    customer = Customer(owner)
    page = prove(customer, "portal:app_set_up")
    assert "data:image/svg+xml" in page.html
    secret = next(word for word in page.html.split("<code") if 'id="secret"' in word).split(">")[1].split("<")[0]
    digits = shown(b32decode(secret.replace(" ", "")), NOW)
    page = customer.send("portal:app_set_up", code=f"{digits[:3]} {digits[3:]}")
    assert page.path == reverse("portal:app")
    assert "The authenticator app is set up." in page.text
    assert has_app(owner.id)
    assert secret not in customer.get("portal:app").html


def test_a_wrong_first_code_leaves_the_proof_as_it_is() -> None:
    owner = somebody()
    customer = Customer(owner)
    prove(customer, "portal:app_set_up")
    page = customer.send("portal:app_set_up", code="000000")
    assert page.status == 422
    assert "This is not the present code" in page.text
    assert customer.get("portal:app_set_up").path == reverse("portal:app_set_up")
    assert not has_app(owner.id)


def test_the_secret_is_shown_to_nobody_who_has_not_proven_it() -> None:
    page = Customer(somebody()).get("portal:app_set_up")
    assert page.path == reverse("portal:prove", args=["second_factors"])


@pytest.mark.clause("1.22")
def test_removing_the_app_that_signing_in_needs_says_what_is_asked_instead() -> None:
    owner = somebody()
    secret = with_app(owner.id)
    set_sign_in_check(actor=owner_of(owner), account_id=owner.id, check=SignInCheck.APP)
    customer = Customer(owner)
    page = customer.get("portal:app_remove")
    assert "A code by SMS" not in page.text  # a weaker way does not count here
    page = customer.send("portal:prove_app", "second_factors", code=shown(secret, NOW))
    assert "Signing in asks for this app." in page.text
    page = customer.send("portal:app_remove")
    assert "From now on we ask for: a code by SMS or e-mail" in page.text
    assert check_of(owner) is SignInCheck.CODE
    assert not has_app(owner.id)


def test_when_a_passkey_is_left_it_takes_the_place_of_the_app() -> None:
    owner = somebody()
    secret = with_app(owner.id)
    keep(owner, SoftPasskey())
    set_sign_in_check(actor=owner_of(owner), account_id=owner.id, check=SignInCheck.APP)
    customer = Customer(owner)
    customer.get("portal:app_remove")
    customer.send("portal:prove_app", "second_factors", code=shown(secret, NOW))
    customer.send("portal:app_remove")
    assert check_of(owner) is SignInCheck.PASSKEY


# Passkeys


def make_passkey(customer: Customer, device: SoftPasskey, name: str = "Laptop") -> Page:
    answer = customer.client.post(reverse("portal:passkey_add_options"))
    assert answer.status_code == 200, answer.content
    return customer.send("portal:passkey_add", name=name, passkey=device.make(answer.json()))


@pytest.mark.clause("1.22")
def test_a_passkey_is_added_named_and_removed() -> None:
    owner, device = somebody(), SoftPasskey()
    customer = Customer(owner)
    assert "data-passkey" in prove(customer, "portal:passkey_add").html
    page = make_passkey(customer, device)
    assert page.path == reverse("portal:passkeys")
    assert "Laptop" in page.text
    (made,) = passkeys_of(owner.id)
    page = customer.send("portal:passkey_rename", str(made.id), name="Key on the ring")
    assert "Key on the ring" in page.text
    prove(customer, "portal:passkey_remove", str(made.id))
    page = customer.send("portal:passkey_remove", str(made.id))
    assert "None yet." in page.text


def test_a_name_for_a_passkey_is_one_visible_line() -> None:
    owner = somebody()
    customer = Customer(owner)
    keep(owner, SoftPasskey())
    (made,) = passkeys_of(owner.id)
    for name in ("", "   ", "a\u202eb", "x" * 41):
        assert customer.send("portal:passkey_rename", str(made.id), name=name).status == 422
    page = customer.send("portal:passkey_rename", str(made.id), name="<b>Mine</b>")
    assert "<b>Mine" not in page.html


def test_passkeys_of_others_are_not_there() -> None:
    owner = somebody()
    keep(owner, SoftPasskey())
    (foreign,) = passkeys_of(owner.id)
    thief = Customer(somebody())
    assert thief.get("portal:passkey_rename", str(foreign.id)).status == 404
    assert thief.send("portal:passkey_rename", str(foreign.id), name="Mine").status == 404
    assert prove(thief, "portal:passkey_remove", str(foreign.id)).status == 404
    assert thief.send("portal:passkey_remove", str(foreign.id)).status == 404
    assert passkeys_of(owner.id)[0].name == "Laptop"


def test_the_question_to_a_new_passkey_needs_the_proof_too() -> None:
    answer = Customer(somebody()).client.post(reverse("portal:passkey_add_options"))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("portal:prove", args=["second_factors"]))


def test_a_refused_passkey_says_why_and_adds_nothing() -> None:
    owner = somebody()
    customer = Customer(owner)
    prove(customer, "portal:passkey_add")
    page = customer.send("portal:passkey_add", name="Laptop", passkey="{}")
    assert "This passkey came too late." in page.text  # nobody asked for one
    customer.client.post(reverse("portal:passkey_add_options"))
    page = customer.send("portal:passkey_add", name="Laptop", passkey="{}")
    assert "The passkey was not accepted." in page.text
    assert not passkeys_of(owner.id)


def test_a_passkey_proves_that_it_is_still_the_owner() -> None:
    owner, device = somebody(), SoftPasskey()
    keep(owner, device)
    customer = Customer(owner)
    customer.get("portal:app_set_up")
    assert "data-passkey" in customer.send("portal:prove", "second_factors", way="passkey").html
    answer = customer.client.post(reverse("portal:prove_passkey_options", args=["second_factors"]))
    page = customer.send("portal:prove_passkey", "second_factors", passkey=device.sign(answer.json()))
    assert page.path == reverse("portal:app_set_up")


def test_a_refused_question_comes_as_problem_details_for_the_script() -> None:
    answer = Customer(somebody()).client.post(reverse("portal:prove_passkey_options", args=["second_factors"]))
    assert answer.status_code == 409
    assert json.loads(answer.content)["code"] == "signin.way_not_open"


# Recovery codes


@pytest.mark.clause("1.22")
def test_recovery_codes_are_shown_once_and_can_be_saved() -> None:
    owner = somebody()
    customer = Customer(owner)
    prove(customer, "portal:recovery_codes_new")
    page = customer.send("portal:recovery_codes_new")
    codes = [text for text in page.texts if text.count("-") == 2 and len(text) == 14]
    assert len(codes) == 10
    file = next(link for link in page.links if link.startswith("data:text/plain"))
    assert all(code in file for code in codes)
    assert codes[0] not in customer.get("portal:recovery_codes").html
    assert "10" in customer.get("portal:recovery_codes").text
    assert use_recovery_code(actor=VISITOR, account_id=owner.id, code=codes[0], now=NOW) == 9


def test_a_recovery_code_proves_it_where_app_and_passkey_are_lost() -> None:
    owner = somebody()
    with_app(owner.id)
    codes = replace_codes(account_id=owner.id, now=NOW)
    set_sign_in_check(actor=owner_of(owner), account_id=owner.id, check=SignInCheck.APP)
    customer = Customer(owner)
    assert "A recovery code" in customer.get("portal:app_remove").text
    page = customer.send("portal:prove_recovery_code", "second_factors", code=codes[0].lower())
    assert page.path == reverse("portal:app_remove")
    assert factors_of(owner.id).recovery_codes == 9


# What is asked at sign-in


def choose(customer: Customer, check: str) -> Page:
    prove(customer, "portal:sign_in_check", action=SensitiveAction.SIGN_IN_CHECK.value)
    return customer.send("portal:sign_in_check", check=check)


@pytest.mark.clause("1.22", "1.47")
def test_turning_the_check_off_is_possible_and_discouraged() -> None:
    owner = somebody()
    customer = Customer(owner)
    page = prove(customer, "portal:sign_in_check", action="sign_in_check")
    assert "Discouraged." in page.text
    page = customer.send("portal:sign_in_check", check="none")
    assert "nothing but the password (discouraged)" in page.text
    assert "Whoever learns your password is in" in page.text  # the security page keeps warning
    assert check_of(owner) is SignInCheck.NONE


@pytest.mark.parametrize("check", ["app", "passkey"])
def test_what_is_not_set_up_cannot_be_chosen(check: str) -> None:
    owner = somebody()
    page = choose(Customer(owner), check)
    assert page.status == 422
    assert check_of(owner) is SignInCheck.CODE


@pytest.mark.clause("1.22")
@pytest.mark.parametrize("check", ["app", "passkey"])
def test_a_second_factor_is_chosen_and_recovery_codes_are_asked_for(check: str) -> None:
    owner = somebody()
    with_app(owner.id)
    keep(owner, SoftPasskey())
    page = choose(Customer(owner), check)
    assert page.path == reverse("portal:recovery_codes")
    assert "Make recovery codes too" in page.text
    assert check_of(owner) is SignInCheck(check)


# The security page


@pytest.mark.clause("1.22", "1.23")
def test_the_security_page_leads_to_every_task() -> None:
    page = Customer(somebody(email="lamp@example.com")).get("portal:security")
    for name in (
        "security_password",
        "change_phone",
        "change_email",
        "passkeys",
        "sign_in_check",
        "app",
        "recovery_codes",
        "emergency_contacts",
        "devices",
        "history",
        "privacy",
    ):
        assert reverse(f"portal:{name}") in page.links, name
    assert "lamp@example.com" not in page.text


def test_the_policy_stands_there_for_whoever_owns_a_tenant() -> None:
    owner = somebody()
    a_tenant(owner)
    assert reverse("portal:security_policy") in Customer(owner).get("portal:security").links


def test_it_says_what_is_weak_and_falls_silent_when_nothing_is() -> None:
    owner = somebody()
    page = Customer(owner).get("portal:security")
    assert "There is no second way in: when the phone is lost" in page.text
    strong = somebody(email="lamp@example.com")
    assert "Well protected" in Customer(strong).get("portal:security").text
    with_app(strong.id)
    assert "You have no recovery codes" in Customer(strong).get("portal:security").text
    replace_codes(account_id=strong.id, now=NOW)
    assert "Well protected" in Customer(strong).get("portal:security").text


@pytest.mark.clause("3.1.9", "3.1.14", "3.1.11")
def test_a_legacy_account_changes_its_phone_and_e_mail_too() -> None:
    legacy = an_account(phone=a_phone(), kind=AccountKind.LEGACY)
    customer = Customer(legacy)
    assert reverse("portal:change_phone") in customer.get("portal:security").links
    prove(customer, "portal:contact_new", "email", action="contacts")
    customer.send("portal:contact_new", "email", recipient="lamp@example.com")
    assert "The e-mail address is changed." in customer.send("portal:contact_confirm", "email", code=newest_code()).text
    after = account(legacy.id)
    assert after
    assert after.email == "lamp@example.com"
