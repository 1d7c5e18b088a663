"""Forgotten password in a real browser: known device, emergency contact, new device, legacy account (1.16, 1.17)."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys import numbers
from tests.journeys.behind import change
from tests.journeys.visiting import PASSWORD, Account, Visitor
from tests.product import Center
from tests.recovery.making import answer_of

NewVisitor = Callable[..., Visitor]
NewContext = Callable[[], BrowserContext]
FIRST, SECOND = "granite teapot 88 window", "copper violin 31 meadow"
LANGUAGES = {"en": "en", "zh-CN": "zh-hans"}


def lend_device(visitor: Visitor, page: Page) -> None:
    """The browser in which the visitor has signed in, signed out since."""
    secret = visitor.client.cookies["device"]
    page.context.add_cookies([{"name": "device", "value": secret, "url": visitor.center.base_url}])


def send(page: Page) -> None:
    """The form's own button, which the Enter key presses, too."""
    page.locator("main form button:not([type=button])").first.click()


def type_code(page: Page, code: str) -> None:
    page.locator("[name=code]").fill(code)
    send(page)


def set_password(page: Page, password: str) -> None:
    page.wait_for_url("**/recovery/password/")
    page.locator("[name=password]").fill(password)
    page.locator("[name=password_again]").fill(password)
    send(page)
    page.wait_for_url("**/recovery/done/")


def begin(page: Page, contact: str) -> None:
    page.goto("/sign-in/")
    page.locator('a[href="/recovery/"]').first.click()
    page.locator("[name=recipient]").fill(contact)
    page.keyboard.press("Enter")
    page.wait_for_url("**/recovery/code/")


def opens(visitor: Visitor, account: Account, password: str, *, kind: str = "") -> bool:
    """Whether name and password are right, whatever is asked besides."""
    return "signin.wrong_password" not in visitor.sign_in(account.name, password, kind=kind).paper.refusals


@pytest.mark.clause("1.16", "1.19")
@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("viewport", ["phone"])
def test_a_known_device_then_contacts_then_a_new_device(
    page: Page, new_context: NewContext, visitor: Visitor, new_visitor: NewVisitor
) -> None:
    phone, helper = numbers.phone(), numbers.email()
    account = visitor.register(phone)
    lend_device(visitor, page)

    begin(page, phone)
    type_code(page, visitor.code(account.contact, number=2))
    set_password(page, FIRST)
    assert not visitor.is_signed_in(), "the session of before has ended"
    assert opens(new_visitor(), account, FIRST)
    assert not opens(new_visitor(), account, PASSWORD)

    page.locator('a[href="/recovery/contacts/"]').click()
    page.locator('a[href="/recovery/contacts/new/"]').click()
    page.locator("[name=name]").fill("Anna Berg")
    page.locator("[name=recipient]").fill(helper)
    send(page)
    page.wait_for_url("**/recovery/contacts/*/code/")
    expect(page.locator("main")).to_contain_text("A*** B***")
    assert visitor.message_saying(account.name, helper)
    type_code(page, visitor.code(helper))
    page.wait_for_url("**/recovery/contacts/")
    expect(page.locator(".pill-ok")).to_have_count(1)

    other = new_context().new_page()
    begin(other, phone)
    # The third code went out for the sign-in that showed the new password.
    type_code(other, visitor.code(account.contact, number=4))
    other.wait_for_url("**/recovery/new-device/")
    expect(other.locator("main")).to_contain_text("A*** B***")
    expect(other.locator("main")).not_to_contain_text("Anna")
    expect(other.locator("[name=way]")).to_have_count(1)
    other.locator("[name=way]").check()
    send(other)
    other.wait_for_url("**/recovery/new-device/code/")
    type_code(other, visitor.code(helper, number=2))
    set_password(other, SECOND)
    assert opens(new_visitor(), account, SECOND)
    assert not opens(new_visitor(), account, FIRST)


@pytest.mark.clause("1.16", "1.17")
@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("scripts", [True, False])
def test_a_legacy_account_by_name_question_and_code(
    page: Page, center: Center, visitor: Visitor, new_visitor: NewVisitor, language: str
) -> None:
    account = visitor.register(numbers.phone())
    change(center, f"UPDATE accounts_account SET kind = 'legacy' WHERE name = '{account.name}'")

    page.goto("/recovery/")
    page.locator('main a[href="/recovery/name/"]').click()
    page.locator("[name=account]").fill(account.name)
    expect(page.locator("img.check-picture")).to_be_visible()
    page.locator("button[value=question]").click()
    # The page with the question, not any more the one with the picture.
    expect(page.locator("img.check-picture")).to_have_count(0)
    expect(page.locator("[name=account]")).to_have_value(account.name)
    question = page.locator("label[for=id_answer]").inner_text()
    page.locator("[name=answer]").fill(answer_of(question, LANGUAGES[language]))
    page.keyboard.press("Enter")
    page.wait_for_url("**/recovery/to/")
    page.locator("[name=channel][value=sms]").check()
    page.locator("[name=recipient]").fill(account.contact)
    send(page)
    page.wait_for_url("**/recovery/code/")
    type_code(page, visitor.code(account.contact, number=2))
    set_password(page, FIRST)
    assert opens(new_visitor(), account, FIRST, kind="legacy")
    assert not opens(new_visitor(), account, PASSWORD, kind="legacy")


@pytest.mark.clause("1.16")
def test_a_waiting_time_is_stopped_by_the_link_in_the_message(page: Page, visitor: Visitor) -> None:
    account = visitor.register(numbers.phone())
    begin(page, account.contact)
    type_code(page, visitor.code(account.contact, number=2))
    page.wait_for_url("**/recovery/new-device/")
    page.locator("[name=way][value=wait]").check()
    send(page)
    page.wait_for_url("**/recovery/waiting/")
    told = visitor.message_saying("/recovery/stop/", account.contact)
    link = re.search(r"/recovery/stop/[A-Za-z0-9_-]+/", told)
    assert link, told
    page.goto(link[0])
    expect(page.locator("main")).to_contain_text(account.name)
    send(page)
    expect(page.locator(".result-ok")).to_be_visible()
    assert "/recovery/stop/" not in visitor.get("/account/emergency-contacts/").text
