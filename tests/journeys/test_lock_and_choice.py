"""Locked by a stranger, in by a code, the choice of an account, and a trusted device: in a real browser (1.20, 1.44, 1.47)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import numbers
from tests.journeys.visiting import PASSWORD, Visitor

NewVisitor = Callable[..., Visitor]
WRONG = "wrong wrong wrong"
WORDS = {
    "en": {"locked": "locked", "choose": "Choose the account", "trust": "Trust this device?", "home": "Hello"},
    "zh-CN": {"locked": "锁定", "choose": "选择账号", "trust": "信任", "home": "您好"},
}


def send(page: Page) -> None:
    page.locator("main form[data-once] .buttons button").first.click()


def type_password(page: Page, name: str, password: str) -> None:
    page.goto("/sign-in/")
    page.fill("[name=identifier]", name)
    page.fill("[name=password]", password)
    send(page)


def two_accounts_of(phone: str, new_visitor: NewVisitor) -> list[str]:
    first, other, name = new_visitor().register(phone), new_visitor(), numbers.name()
    waiting = other.begin_registering(phone)
    finish = other.fill(waiting, {"code": other.code(f"+86{phone}", number=2)})
    done = other.fill(finish, {"name": name, "password": PASSWORD, "password_again": PASSWORD})
    assert done.path == "/register/done/", done.text
    return [first.name, name]


@pytest.mark.clause("1.20", "1.44", "1.45", "1.47")
@pytest.mark.parametrize("viewport", ["phone"])
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_whoever_is_locked_out_gets_in_by_a_code_chooses_the_account_and_trusts_the_device(
    page: Page, new_visitor: NewVisitor, language: str
) -> None:
    words, phone = WORDS[language], numbers.phone()
    name, other = two_accounts_of(phone, new_visitor)
    for _ in range(4):
        type_password(page, name, WRONG)
        expect(page.locator("[data-code='signin.wrong_password']")).to_be_visible()
    type_password(page, name, WRONG)
    expect(page.locator("[data-code='signin.locked']")).to_contain_text(words["locked"])
    expect(page.locator("[data-code='signin.locked']")).to_contain_text("15")
    page.locator('main a[href^="/sign-in/code/"]').first.click()
    page.fill("[name=recipient]", phone)
    send(page)
    page.wait_for_url("**/sign-in/code/wait/")
    page.fill("[name=code]", new_visitor().code(f"+86{phone}", number=3))
    send(page)
    page.wait_for_url("**/sign-in/choose/")
    expect(page.locator("main h1")).to_have_text(words["choose"])
    expect(page.locator("main form")).to_contain_text(other)
    page.locator("main label", has_text=name).click()
    send(page)
    page.wait_for_url("**/sign-in/step/trust/")
    expect(page.locator("main h1")).to_contain_text(words["trust"])
    page.click("button[name=trust][value=yes]")
    expect(page.locator("main h1")).to_contain_text(name)
    expect(page.locator("main h1")).to_contain_text(words["home"])
    page.context.clear_cookies(name="session")
    stranger = new_visitor()
    for _ in range(5):
        sheet = stranger.type_password(name, WRONG)
    assert "signin.locked" in sheet.paper.refusals
    # The stranger has locked the name everywhere but on the owner's own device.
    type_password(page, name, PASSWORD)
    expect(page.locator("main h1")).to_contain_text(name)
