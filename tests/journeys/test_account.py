"""Basic information, names, contacts, language, activation: over real HTTP."""

from collections.abc import Callable

import pytest

from tests.journeys import numbers
from tests.journeys.visiting import PASSWORD, Sheet, Visitor

NewVisitor = Callable[..., Visitor]


def prove(visitor: Visitor, what: str, recipient: str, channel: str, number: int) -> Sheet:
    """The first half of changing a contact: the page for the new one."""
    waiting = visitor.fill(visitor.get(f"/account/security/{what}/"), {"way": channel})
    assert waiting.path == "/account/prove/contacts/code/", waiting.text
    return visitor.fill(waiting, {"code": visitor.code(recipient, number=number)})


def change(visitor: Visitor, sheet: Sheet, new: str, recipient: str, number: int = 1) -> Sheet:
    """The second half: code to the new one."""
    waiting = visitor.fill(sheet, {"recipient": new})
    assert waiting.path.endswith("/confirm/"), waiting.text
    return visitor.fill(waiting, {"code": visitor.code(recipient, number=number)})


@pytest.mark.clause("3.1.2", "3.1.10", "3.1.11")
def test_a_mailbox_is_bound_later_changed_and_never_removed(visitor: Visitor, new_visitor: NewVisitor) -> None:
    account = visitor.register()
    assert "Bind an e-mail address" in visitor.get("/").text
    first, second = numbers.email("first"), numbers.email("second")
    page = change(visitor, prove(visitor, "email", account.contact, "sms", 2), first, first)
    assert page.path == "/account/"
    assert "It can be changed, but not removed." in page.text
    assert first not in page.text
    page = change(visitor, prove(visitor, "email", account.contact, "sms", 3), second, second)
    assert page.path == "/account/"
    empty = visitor.fill(prove(visitor, "email", account.contact, "sms", 4), {"recipient": ""})
    assert empty.status == 422
    assert new_visitor().sign_in(second, PASSWORD).path == "/"
    assert "signin.wrong_password" in new_visitor().sign_in(first, PASSWORD).paper.refusals


@pytest.mark.clause("3.1.9")
def test_a_phone_is_changed_by_proving_the_old_and_the_new_one(visitor: Visitor, new_visitor: NewVisitor) -> None:
    account, phone = visitor.register(), numbers.phone()
    page = change(visitor, prove(visitor, "phone", account.contact, "sms", 2), phone, f"+86{phone}")
    assert page.path == "/account/", page.text
    assert phone[-4:] in page.text
    assert phone not in page.text
    assert new_visitor().sign_in(phone, PASSWORD).path == "/"
    # The owner of the old phone is told.
    assert visitor.message_saying("phone", account.contact)


def test_the_steps_of_a_change_cannot_be_skipped(visitor: Visitor) -> None:
    visitor.register()
    assert visitor.get("/account/security/email/confirm/").status == 409
    assert visitor.get("/account/security/email/new/").path == "/account/prove/contacts/"


@pytest.mark.clause("3.1.6")
def test_the_account_name_changes_and_the_old_one_stops_working(visitor: Visitor, new_visitor: NewVisitor) -> None:
    account, renamed = visitor.register(), numbers.name("renamed")
    taken = visitor.fill(visitor.get("/account/name/"), {"name": "Zhou.Verified"})
    assert taken.status == 422
    assert taken.paper.form_with("name").values["name"] == "Zhou.Verified"
    page = visitor.fill(taken, {"name": renamed})
    assert page.path == "/account/"
    assert renamed in page.text
    assert new_visitor().sign_in(renamed, PASSWORD).path == "/"
    assert "signin.wrong_password" in new_visitor().sign_in(account.name, PASSWORD).paper.refusals


@pytest.mark.clause("1.2", "1.3")
def test_the_tenant_name_is_shown_only_where_it_differs(visitor: Visitor) -> None:
    account = visitor.register()
    visitor.activate()
    assert "Tenant name" not in visitor.get("/account/").text
    different = f"蓝色灯塔 {account.name}"
    page = visitor.fill(visitor.get("/cloud/name/"), {"name": different})
    assert page.path == "/account/"
    assert "Tenant name" in page.text
    assert different in page.text
    page = visitor.fill(visitor.get("/cloud/name/"), {"name": account.name})
    assert "Tenant name" not in page.text


@pytest.mark.clause("1.7", "1.12")
def test_the_country_is_fixed_and_the_page_says_what_to_do_instead(visitor: Visitor) -> None:
    assert "fixed for ever" in visitor.get("/register/").text
    visitor.register(numbers.email(), country="SG")
    page = visitor.get("/account/")
    assert "Singapore" in page.text
    assert "It never changes." in page.text
    assert "customer manager" in page.text
    visitor.activate()
    assert "International site" in visitor.get("/account/").text


@pytest.mark.clause("1.10")
@pytest.mark.parametrize(
    ("who", "code", "why", "todo"),
    [
        ("otto.germany", "tenants.outside_service_area", "outside our service area", "register a new one"),
        ("mei.mailtaken", "tenants.email_taken", "One e-mail address", "Change the e-mail address"),
        ("kwok.hongkong", "tenants.phone_not_mainland", "mainland China mobile number", "Change the phone number"),
        ("gao.fullphone", "tenants.phone_full", "can stand behind 3 tenants", "close a tenant you do not need"),
    ],
)
def test_each_refusal_of_activation_says_why_what_to_do_and_where(
    visitor: Visitor, who: str, code: str, why: str, todo: str
) -> None:
    visitor.sign_in(who)
    sheet = visitor.get("/cloud/activate/")
    refusal = sheet.paper.refusals[code]
    assert why in refusal.text
    assert todo in refusal.text
    assert "Country or region" in sheet.text
    ways = {one.attrs["href"] for one in refusal.all("a")}
    assert ways
    for way in ways:
        assert visitor.get(way).status == 200, way
    # It can be tried again at will and nothing is half made.
    assert visitor.get("/cloud/activate/").paper.refusals.keys() == {code}
    assert "The cloud is not activated" in visitor.get("/account/").text


@pytest.mark.clause("1.10")
def test_a_full_phone_names_the_tenants_that_could_be_closed(visitor: Visitor) -> None:
    visitor.sign_in("gao.fullphone")
    text = visitor.get("/cloud/activate/").text
    assert all(name in text for name in ("old.shop1", "old.shop2", "old.shop3"))


@pytest.mark.clause("1.41")
def test_activation_repeated_at_will_finds_the_tenant_that_is_there(visitor: Visitor) -> None:
    visitor.register()
    page = visitor.get("/cloud/activate/")
    form = page.paper.form_with("name")
    tenants = set()
    for _ in range(3):
        visitor.send(page, form, {})
        tenants.add(visitor.tenant_id())
    assert len(tenants) == 1
    assert "activated already" in visitor.get("/cloud/activate/").text


@pytest.mark.clause("1.42")
def test_the_accounts_of_one_person_are_independent(visitor: Visitor, new_visitor: NewVisitor) -> None:
    phone = numbers.phone()
    visitor.register(phone)
    visitor.activate()
    other = new_visitor()
    sheet = other.fill(other.begin_registering(phone), {"code": other.code(f"+86{phone}", number=2)})
    other.fill(sheet, {"name": numbers.name(), "password": PASSWORD, "password_again": PASSWORD})
    assert "The cloud is not activated" in other.get("/account/").text
    other.activate()
    assert other.tenant_id() != visitor.tenant_id()


@pytest.mark.parametrize("path", ["/", "/register/", "/sign-in/?kind=legacy", "/support/", "/sandbox/"])
def test_the_language_switch_keeps_the_page(visitor: Visitor, path: str) -> None:
    page = visitor.get(path)
    assert page.paper.language == "en"
    switch = next(one for one in page.paper.root.all("form") if one.attrs.get("action") == "/language/")
    hidden = {one.attrs["name"]: one.attrs.get("value", "") for one in switch.all("input") if "name" in one.attrs}
    chinese = visitor.client.post("/language/", data={**hidden, "language": "zh-hans"})
    assert str(chinese.url).endswith(path)
    assert Sheet(chinese).paper.language == "zh-hans"
    assert visitor.get("/register/").paper.language == "zh-hans"
