"""Every door into an account asks for the same (trust: a second factor on all doors, a new session id at each step)."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from account_center.accounts.services import set_sign_in_check
from account_center.accounts.types import AccountFacts, SignInCheck
from account_center.signin.services.recovery_codes import replace_codes
from tests.portal.visiting import Customer, Page, newest_code
from tests.signin.making import NOW, PASSWORD, a_phone, an_account, owner_of
from tests.signin.soft_passkey import SoftPasskey
from tests.signin.test_authenticator import shown, with_app
from tests.signin.test_passkeys import keep

pytestmark = pytest.mark.django_db


def protected(check: SignInCheck) -> tuple[AccountFacts, SoftPasskey, bytes]:
    """An account that is asked for a second factor at sign-in."""
    owner, device = an_account(phone=a_phone()), SoftPasskey()
    secret = with_app(owner.id)
    keep(owner, device)
    set_sign_in_check(actor=owner_of(owner), account_id=owner.id, check=check)
    return owner, device, secret


def by_password(visitor: Customer, owner: AccountFacts) -> Page:
    return visitor.send("portal:sign_in", identifier=owner.name, password=PASSWORD)


def by_phone_and_password(visitor: Customer, owner: AccountFacts) -> Page:
    return visitor.send("portal:sign_in", identifier=owner.phone, password=PASSWORD)


def by_code(visitor: Customer, owner: AccountFacts) -> Page:
    visitor.send("portal:sign_in_code", recipient=owner.phone)
    return visitor.send("portal:sign_in_code_wait", code=newest_code())


DOORS = [by_password, by_phone_and_password, by_code]


def is_inside(visitor: Customer) -> bool:
    return visitor.get("portal:account").path == reverse("portal:account")


@pytest.mark.clause("1.22", "1.23")
@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("check", [SignInCheck.APP, SignInCheck.PASSKEY])
def test_every_door_asks_for_the_chosen_factor(
    door: Callable[[Customer, AccountFacts], Page], check: SignInCheck
) -> None:
    owner, _, _ = protected(check)
    visitor = Customer()
    assert door(visitor, owner).path == reverse(f"portal:sign_in_step_{check.value}")
    assert not is_inside(visitor)


@pytest.mark.parametrize("door", DOORS)
def test_no_code_to_the_phone_stands_in_for_the_factor(door: Callable[[Customer, AccountFacts], Page]) -> None:
    owner, _, _ = protected(SignInCheck.APP)
    visitor = Customer()
    door(visitor, owner)
    for page in ("sign_in_step_code", "sign_in_step_channel", "sign_in_trust"):
        assert visitor.get(f"portal:{page}").path == reverse("portal:sign_in_step_app")
    visitor.send("portal:sign_in_trust", trust="yes")
    assert not is_inside(visitor)


def sign_in_by_passkey(visitor: Customer, device: SoftPasskey, *, page: str = "sign_in_passkey") -> Page:
    answer = visitor.client.post(reverse(f"portal:{page}_options"))
    assert answer.status_code == 200, answer.content
    return visitor.send(f"portal:{page}", passkey=device.sign(answer.json()))


@pytest.mark.clause("1.22")
@pytest.mark.parametrize("check", list(SignInCheck))
def test_a_passkey_alone_is_both_factors_whatever_is_asked_after_a_password(check: SignInCheck) -> None:
    _, device, _ = protected(check)
    visitor = Customer()
    assert "Sign in with a passkey" in visitor.get("portal:sign_in").text
    sign_in_by_passkey(visitor, device)
    assert is_inside(visitor)


WANTED = "portal:history"


def link_to(page: Page, name: str) -> str:
    """The link of the page that leads to another one, with its query."""
    return next(link for link in page.links if link.split("?")[0] == reverse(name))


def press(visitor: Customer, link: str, **typed: str) -> str:
    """Sends the form of the page behind a link; where that leads in the end."""
    return str(visitor.client.post(link, typed, follow=True).request["PATH_INFO"])


@pytest.mark.clause("1.22")
def test_a_passkey_leads_to_the_page_that_was_wanted() -> None:
    _, device, _ = protected(SignInCheck.CODE)
    visitor = Customer()
    link = link_to(visitor.get(WANTED), "portal:sign_in_passkey")
    answer = visitor.client.post(reverse("portal:sign_in_passkey_options")).json()
    assert press(visitor, link, passkey=device.sign(answer)) == reverse(WANTED)


def test_a_code_leads_to_the_page_that_was_wanted() -> None:
    owner, _, _ = protected(SignInCheck.CODE)
    visitor = Customer()
    link = link_to(visitor.get(WANTED), "portal:sign_in_code")
    press(visitor, link, recipient=owner.phone)
    visitor.send("portal:sign_in_code_wait", code=newest_code())
    visitor.send("portal:sign_in_step_code", code=newest_code())
    assert visitor.send("portal:sign_in_trust", trust="no").path == reverse(WANTED)


@pytest.mark.parametrize("name", ["portal:sign_in_passkey", "portal:sign_in_code"])
def test_the_way_back_to_the_password_keeps_where_one_wanted_to_go(name: str) -> None:
    visitor = Customer()
    page = visitor.at(link_to(visitor.get(WANTED), name))
    assert reverse("portal:sign_in", query={"next": reverse(WANTED)}) in page.links


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/console/"])
def test_no_link_of_a_door_carries_anybody_out_of_the_house(elsewhere: str) -> None:
    page = Customer().get("portal:sign_in", next=elsewhere)
    assert link_to(page, "portal:sign_in_passkey") == reverse("portal:sign_in_passkey")


def test_the_session_has_another_id_after_a_passkey() -> None:
    _, device, _ = protected(SignInCheck.CODE)
    visitor = Customer()
    visitor.client.post(reverse("portal:sign_in_passkey_options"))
    planted = visitor.client.cookies["session"].value
    sign_in_by_passkey(visitor, device)
    assert visitor.client.cookies["session"].value != planted


def test_an_answer_to_a_question_of_another_browser_does_not_count() -> None:
    _, device, _ = protected(SignInCheck.CODE)
    attacker, victim = Customer(), Customer()
    answer = attacker.client.post(reverse("portal:sign_in_passkey_options"))
    page = victim.send("portal:sign_in_passkey", passkey=device.sign(answer.json()))
    assert "This passkey came too late." in page.text
    assert not is_inside(victim)


def test_the_question_names_nobody_and_is_the_same_for_everybody() -> None:
    protected(SignInCheck.CODE)
    asked = Customer().client.post(reverse("portal:sign_in_passkey_options")).json()["publicKey"]
    assert set(asked) == {"challenge", "rpId", "userVerification"}


def test_the_step_after_the_password_takes_the_passkey_or_a_recovery_code() -> None:
    owner, device, _ = protected(SignInCheck.PASSKEY)
    codes = replace_codes(account_id=owner.id, now=NOW)
    visitor = Customer()
    by_password(visitor, owner)
    sign_in_by_passkey(visitor, device, page="sign_in_step_passkey")
    assert is_inside(visitor)
    other = Customer()
    by_password(other, owner)
    other.send("portal:sign_in_step_recovery_code", code=codes[0].lower().replace("-", " "))
    assert is_inside(other)


def test_a_passkey_of_another_account_is_none_after_the_password() -> None:
    owner, _, _ = protected(SignInCheck.PASSKEY)
    _, strange, _ = protected(SignInCheck.PASSKEY)
    visitor = Customer()
    by_password(visitor, owner)
    assert "We do not know this passkey." in sign_in_by_passkey(visitor, strange, page="sign_in_step_passkey").text
    assert not is_inside(visitor)


def test_whoever_hammers_passkeys_and_recovery_codes_does_not_lock_the_owner_out() -> None:
    owner, device, secret = protected(SignInCheck.APP)
    replace_codes(account_id=owner.id, now=NOW)
    stranger = Customer()
    for _ in range(8):
        answer = stranger.client.post(reverse("portal:sign_in_passkey_options")).json()
        stranger.send("portal:sign_in_passkey", passkey=device.sign(answer, origin="https://evil.example"))
    for _ in range(6):
        by_password(stranger, owner)
        stranger.send("portal:sign_in_step_recovery_code", code="0000-0000-0000")
    visitor = Customer()
    by_password(visitor, owner)
    visitor.send("portal:sign_in_step_app", code=shown(secret, NOW))
    assert is_inside(visitor)
    again = Customer()
    sign_in_by_passkey(again, device)
    assert is_inside(again)
