"""Registering and signing in, over real HTTP."""

from collections.abc import Callable

import pytest

from account_center.kit.demo_people import DEMO_PASSWORD, SEVERAL_PHONE
from tests.journeys import numbers
from tests.journeys.visiting import PASSWORD, STEP_CODE, STEP_TRUST, Sheet, Visitor

NewVisitor = Callable[..., Visitor]


def refusal_texts(sheet: Sheet) -> dict[str, str]:
    return {code: node.text for code, node in sheet.paper.refusals.items()}


@pytest.mark.clause("1.1", "3.1.2", "3.1.5")
def test_a_mailbox_registers_and_signs_in_by_name_and_address(visitor: Visitor, new_visitor: NewVisitor) -> None:
    account = visitor.register(numbers.email())
    assert visitor.is_signed_in()
    for identifier in (account.name, account.contact, account.contact.upper(), account.name.upper()):
        assert new_visitor().sign_in(identifier, PASSWORD).path == "/", identifier


@pytest.mark.clause("1.11")
@pytest.mark.parametrize("identifier", ["zhou.verified", "zhou@example.com", "13900000011", "+86 139 0000 0011"])
def test_name_mailbox_and_phone_all_sign_in(visitor: Visitor, identifier: str) -> None:
    sheet = visitor.sign_in(identifier)
    assert sheet.path == "/"
    assert "zhou.verified" in sheet.text


@pytest.mark.clause("1.11")
@pytest.mark.parametrize(
    "spelled",
    ["{}", "+86 {}", "0086{}", "  {} ", "+86-{}", "（+86）{}"],
    ids=["plain", "plus", "zeros", "spaces", "hyphen", "full-width-brackets"],
)
def test_a_phone_is_understood_however_it_is_written(visitor: Visitor, spelled: str) -> None:
    phone = numbers.phone()
    waiting = visitor.begin_registering(spelled.format(phone))
    assert waiting.path == "/register/code/", waiting.text
    assert visitor.code(f"+86{phone}")


def test_full_width_digits_are_digits(visitor: Visitor) -> None:
    phone = numbers.phone()
    waiting = visitor.begin_registering(phone.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)}))
    assert waiting.path == "/register/code/", waiting.text
    code = visitor.code(f"+86{phone}")
    wide = " ".join(code).translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    assert visitor.fill(waiting, {"code": wide}).path == "/register/finish/"


@pytest.mark.parametrize("typed", ["1380013800", "138001380000", "13800abc000", "010-12345678", "reader@", "@", "+1"])
def test_what_is_no_contact_is_refused_and_stays_in_the_field(visitor: Visitor, typed: str) -> None:
    sheet = visitor.begin_registering(typed)
    assert sheet.status == 422
    assert sheet.path == "/register/"
    form = sheet.paper.form_with("recipient")
    assert form.values["recipient"] == typed
    assert form.values["agree"] == "on"
    field = sheet.paper.root.first("input", name="recipient")
    assert field is not None
    assert field.attrs["aria-invalid"] == "true"


@pytest.mark.clause("1.44", "1.45", "3.1.17")
def test_a_phone_of_several_accounts_leads_to_a_choice_after_the_code(visitor: Visitor) -> None:
    # The phone alone with the password signs in to none of them.
    assert "signin.wrong_password" in visitor.sign_in(SEVERAL_PHONE).paper.refusals
    before = visitor.codes_so_far(SEVERAL_PHONE)
    waiting = visitor.fill(visitor.get("/sign-in/code/"), {"recipient": SEVERAL_PHONE})
    assert "sun.first" not in waiting.text
    choice = visitor.fill(waiting, {"code": visitor.code(SEVERAL_PHONE, number=before + 1)})
    assert choice.path == "/sign-in/choose/"
    offered = {text.split(" · ")[0]: value for value, text in choice.paper.form_with("account").choices("account")}
    assert set(offered) == {"sun.first", "sun.second", "sun.third"}
    asked = visitor.fill(choice, {"account": offered["sun.second"]})
    assert asked.path == STEP_TRUST
    assert "sun.second" in visitor.answer_trust(asked).text
    assert visitor.is_signed_in()


@pytest.mark.clause("1.44")
def test_the_choice_takes_no_account_of_somebody_else(visitor: Visitor, new_visitor: NewVisitor) -> None:
    stranger = new_visitor()
    stranger.sign_in("zhou.verified")
    account = visitor.register()
    again = new_visitor()
    waiting = again.fill(again.get("/sign-in/code/"), {"recipient": account.contact})
    choice = again.answer_trust(again.fill(waiting, {"code": again.code(account.contact, number=2)}))
    # One account needs no choice, and a forged choice brings nothing.
    assert choice.path == "/"
    assert account.name in choice.text
    assert again.get("/sign-in/choose/").status in (200, 409)


@pytest.mark.clause("1.20", "1.14")
def test_five_wrong_passwords_lock_with_the_minutes_and_a_code_still_gets_in(
    visitor: Visitor, new_visitor: NewVisitor
) -> None:
    account = new_visitor().register()
    for _ in range(4):
        sheet = visitor.sign_in(account.name, "wrong wrong wrong")
        assert "signin.wrong_password" in sheet.paper.refusals
        assert sheet.paper.form_with("identifier").values["identifier"] == account.name
    # By another spelling it is the same counter.
    sheet = visitor.sign_in(account.contact, "wrong wrong wrong")
    assert "locked for 15 minutes" in refusal_texts(sheet)["signin.locked"]
    assert "signin.locked" in visitor.sign_in(account.name, PASSWORD).paper.refusals
    # The lock names the way in that stays open, and it works.
    assert "/sign-in/code/" in sheet.paper.links
    waiting = visitor.fill(visitor.get("/sign-in/code/"), {"recipient": account.contact})
    asked = visitor.fill(waiting, {"code": visitor.code(account.contact, number=2)})
    assert visitor.answer_trust(asked).path == "/"
    assert visitor.is_signed_in()


@pytest.mark.clause("1.14")
def test_a_refused_sign_in_offers_what_usually_helps(visitor: Visitor, new_visitor: NewVisitor) -> None:
    # An account of its own: wrong passwords for one that other tests use would lock it for them.
    sheet = visitor.sign_in(new_visitor().register().name, "not the password")
    for cause in ("was upgraded", "two passwords", "partner administrator", "official site", "several accounts"):
        assert cause in sheet.text
    ways = {"/sign-in/code/", "/support/?about=account.sign_in", "/sign-in/?kind=legacy", "/recovery/"}
    assert ways <= set(sheet.paper.links)
    for link in set(sheet.paper.links):
        assert visitor.get(link).status == 200, link


def test_five_wrong_codes_spend_the_challenge_and_the_right_one_is_refused_too(visitor: Visitor) -> None:
    phone = numbers.phone()
    sheet = visitor.begin_registering(phone)
    right = visitor.code(f"+86{phone}")
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for left in (4, 3, 2, 1):
        sheet = visitor.fill(sheet, {"code": wrong})
        assert sheet.status == 422
        assert f"{left} tr" in sheet.text
    sheet = visitor.fill(sheet, {"code": wrong})
    assert "used up" in sheet.text
    sheet = visitor.fill(sheet, {"code": right})
    assert "used up" in sheet.text
    assert visitor.get("/register/finish/").status == 409


def test_a_second_code_waits_a_minute_and_says_so(visitor: Visitor) -> None:
    waiting = visitor.begin_registering(numbers.phone())
    again = visitor.send(waiting, waiting.paper.form_with("resend"), {})
    assert "signin.code_too_soon" in again.paper.refusals
    assert "seconds" in again.text
    # The code that is on its way still counts.
    assert "code" in again.paper.form_with("code").names


@pytest.mark.parametrize("typed", ["12345", "1234567", "abcdef", "", "１２３"])
def test_what_is_no_code_spends_no_try(visitor: Visitor, typed: str) -> None:
    phone = numbers.phone()
    sheet = visitor.begin_registering(phone)
    for _ in range(6):
        sheet = visitor.fill(sheet, {"code": typed})
        assert sheet.status == 422
    assert visitor.fill(sheet, {"code": visitor.code(f"+86{phone}")}).path == "/register/finish/"


def test_another_browser_cannot_use_the_code(visitor: Visitor, new_visitor: NewVisitor) -> None:
    phone = numbers.phone()
    visitor.begin_registering(phone)
    assert visitor.code(f"+86{phone}")
    assert new_visitor().get("/register/code/").status == 409
    assert new_visitor().get("/register/finish/").status == 409


@pytest.mark.clause("3.1.6")
@pytest.mark.parametrize(
    "twin",
    [str.upper, lambda name: name.replace("e", "е"), lambda name: name.replace("a", "ɑ"), lambda name: f" {name} "],
    ids=["capitals", "cyrillic", "latin-alpha", "spaces"],
)
def test_a_name_that_looks_like_anothers_is_refused(visitor: Visitor, twin: Callable[[str], str]) -> None:
    phone = numbers.phone()
    sheet = visitor.fill(visitor.begin_registering(phone), {"code": visitor.code(f"+86{phone}")})
    sheet = visitor.fill(sheet, {"name": twin("zhou.verified"), "password": PASSWORD, "password_again": PASSWORD})
    assert sheet.status == 422
    form = sheet.paper.form_with("name", "password")
    assert form.values["name"].strip() == twin("zhou.verified").strip()
    assert form.values["password"] == PASSWORD
    # Nothing is used up by it: with a name of his own he gets in.
    assert visitor.fill(sheet, {"name": numbers.name()}).path == "/register/done/"


@pytest.mark.clause("3.1.13", "3.1.15", "3.1.16")
def test_one_phone_opens_three_accounts_and_the_fourth_is_told_only_after_the_code(new_visitor: NewVisitor) -> None:
    phone = numbers.phone()
    opened: list[str] = []
    for number in (1, 2, 3):
        visitor = new_visitor()
        sheet = visitor.begin_registering(phone)
        assert not any(name in sheet.text for name in opened)
        sheet = visitor.fill(sheet, {"code": visitor.code(f"+86{phone}", number=number)})
        for name in opened:
            assert name in sheet.text
        opened.append(numbers.name())
        values = {"name": opened[-1], "password": PASSWORD, "password_again": PASSWORD}
        assert visitor.fill(sheet, values).path == "/register/done/"
    fourth = new_visitor()
    sheet = fourth.fill(fourth.begin_registering(phone), {"code": fourth.code(f"+86{phone}", number=4)})
    assert "limit of 3 accounts" in sheet.text
    assert "/sign-in/" in sheet.paper.links
    assert not sheet.paper.forms


@pytest.mark.clause("3.1.4", "3.1.16")
def test_a_mailbox_that_has_an_account_is_told_after_the_code(visitor: Visitor, new_visitor: NewVisitor) -> None:
    address = numbers.email()
    name = visitor.register(address).name
    again = new_visitor()
    sheet = again.begin_registering(address.replace("reader", "READER"))
    assert name not in sheet.text
    sheet = again.fill(sheet, {"code": again.code(address, number=2)})
    assert name in sheet.text
    assert "One e-mail address can belong to one account only" in sheet.text


@pytest.mark.clause("1.13")
def test_a_legacy_account_signs_in_by_its_own_way_and_sees_its_own_view(visitor: Visitor) -> None:
    assert "signin.wrong_password" in visitor.sign_in("old.harbour").paper.refusals
    home = visitor.sign_in("old.harbour", DEMO_PASSWORD, kind="legacy")
    assert home.path == "/"
    assert "You are signed in with a legacy account." in home.text
    page = visitor.get("/account/")
    assert page.paper.root.first("section", id="id-account") is None
    assert "Legacy account" in page.text
    refused = visitor.get("/cloud/activate/")
    assert refused.status == 409
    assert "onboarding.activation_is_for_id_accounts" in refused.paper.refusals


@pytest.mark.clause("1.13")
def test_an_id_account_sees_the_id_account_section(visitor: Visitor) -> None:
    visitor.sign_in("zhou.verified")
    page = visitor.get("/account/")
    assert page.paper.root.first("section", id="id-account") is not None
    assert "Legacy account" not in page.text


def test_signing_out_kills_the_cookie_even_for_whoever_copied_it(visitor: Visitor, new_visitor: NewVisitor) -> None:
    home = visitor.sign_in("lin.unverified")
    thief = new_visitor()
    thief.client.cookies.set("session", visitor.client.cookies["session"], domain="127.0.0.1")
    assert thief.is_signed_in()
    leave = next(one for one in home.paper.root.all("form") if one.attrs.get("action") == "/sign-out/")
    csrf = leave.first("input", name="csrfmiddlewaretoken")
    assert csrf is not None
    visitor.client.post("/sign-out/", data={"csrfmiddlewaretoken": csrf.attrs["value"]})
    assert not visitor.is_signed_in()
    assert not thief.is_signed_in()


@pytest.mark.clause("3.1.21")
def test_a_new_password_counts_at_once_and_ends_every_other_session(visitor: Visitor, new_visitor: NewVisitor) -> None:
    account = visitor.register()
    elsewhere = new_visitor()
    elsewhere.sign_in(account.name, PASSWORD)
    assert elsewhere.is_signed_in()
    before = visitor.client.cookies["session"]
    new = "violet compass 17 ridge"
    typed = {"old_password": "not mine at all", "password": new, "password_again": new}
    refused = visitor.fill(visitor.get("/account/security/password/"), typed)
    assert refused.status == 422
    assert refused.paper.form_with("password").values["password"] == new
    changed = visitor.fill(refused, typed | {"old_password": PASSWORD})
    assert changed.path == "/account/security/"
    assert visitor.client.cookies["session"] != before
    assert visitor.is_signed_in()
    assert not elsewhere.is_signed_in()
    assert "signin.wrong_password" in new_visitor().sign_in(account.name, PASSWORD).paper.refusals
    assert new_visitor().sign_in(account.name, new).path == "/"


@pytest.mark.clause("1.47")
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_trusted_device_needs_the_password_alone_and_the_lock_of_a_stranger_does_not_reach_it(
    new_visitor: NewVisitor, language: str
) -> None:
    account = new_visitor().register()
    own = new_visitor(language)
    sheet = own.type_password(account.name, PASSWORD)
    assert sheet.path == STEP_CODE
    home = own.answer_trust(own.fill(sheet, {"code": own.step_code(sheet)}), "yes")
    assert home.path == "/"
    leave = next(one for one in home.paper.root.all("form") if one.attrs.get("action") == "/sign-out/")
    csrf = leave.first("input", name="csrfmiddlewaretoken")
    assert csrf
    own.client.post("/sign-out/", data={"csrfmiddlewaretoken": csrf.attrs["value"]})
    stranger = new_visitor(language)
    for _ in range(5):
        sheet = stranger.type_password(account.name, "wrong wrong wrong")
    assert "signin.locked" in sheet.paper.refusals
    assert "15" in sheet.paper.refusals["signin.locked"].text
    assert own.type_password(account.name, PASSWORD).path == "/"
    assert own.is_signed_in()
    # A new browser is shut out until the lock ends, but a code gets in.
    elsewhere = new_visitor(language)
    assert "signin.locked" in elsewhere.type_password(account.name, PASSWORD).paper.refusals
    waiting = elsewhere.fill(elsewhere.get("/sign-in/code/"), {"recipient": account.contact})
    asked = elsewhere.fill(waiting, {"code": elsewhere.code(account.contact, number=3)})
    assert elsewhere.answer_trust(asked).path == "/"
    devices = elsewhere.get("/account/security/devices/")
    assert devices.status == 200
    listed = devices.paper.root.first("section", id="devices")
    assert listed
    assert len(list(listed.all("tr"))) == 4  # the head, and three browsers
