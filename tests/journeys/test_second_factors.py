"""Passkeys, the authenticator app and recovery codes, in Chromium with an authenticator of its own."""

import time
from base64 import b32decode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from playwright.sync_api import CDPSession, Page, expect

from tests.journeys.visiting import PASSWORD, Account, Visitor, lend_session

NewVisitor = Callable[..., Visitor]
STEP_SECONDS = 30
WORDS = {
    "en": {
        "added": "The passkey is added.",
        "cancelled": "It was cancelled, took too long",
        "app": "The authenticator app is set up.",
        "home": "Hello",
        "unable": "This browser cannot use passkeys here.",
        "codes": "They are shown this one time only.",
    },
    "zh-CN": {
        "added": "通行密钥已添加",
        "cancelled": "操作已取消、超时",
        "app": "身份验证器应用已设置",
        "home": "您好",
        "unable": "当前浏览器在此处无法使用通行密钥",
        "codes": "恢复代码只显示这一次",
    },
}


@dataclass
class Device:
    """The authenticator of this browser: a phone or laptop that verifies its user."""

    cdp: CDPSession
    id: str

    @classmethod
    def of(cls, page: Page) -> "Device":
        cdp = page.context.new_cdp_session(page)
        cdp.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        made = cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        return cls(cdp, made["authenticatorId"])

    def credentials(self) -> list[dict[str, Any]]:
        found = self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.id})
        return list(found["credentials"])

    def refuse(self) -> None:
        """Finger or PIN does not fit from now on."""
        self.cdp.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": False})

    def rewind(self) -> None:
        """Its counter goes back, as that of a copy does."""
        (one,) = self.credentials()
        self.cdp.send("WebAuthn.clearCredentials", {"authenticatorId": self.id})
        self.cdp.send("WebAuthn.addCredential", {"authenticatorId": self.id, "credential": {**one, "signCount": 1}})


def signed_in(page: Page, new_visitor: NewVisitor) -> tuple[Visitor, Account]:
    visitor = new_visitor()
    account = visitor.register()
    lend_session(visitor, page)
    return visitor, account


def prove_by_sms(page: Page, visitor: Visitor, account: Account, number: int) -> None:
    """Answers the page that asks who it is."""
    page.check("[name=way][value=sms]")
    submit(page)
    page.fill("[name=code]", visitor.code(account.contact, number=number))
    submit(page)


def submit(page: Page) -> None:
    page.locator("main form[data-once] .buttons button").first.click()


def choose_passkey(page: Page) -> None:
    """From the page that asks who it is, where the passkey is chosen, to the one that asks for it."""
    submit(page)
    page.wait_for_url("**/account/prove/*/passkey/")


def add_passkey(page: Page, visitor: Visitor, account: Account, *, number: int = 2) -> None:
    page.goto("/account/security/passkeys/add/")
    prove_by_sms(page, visitor, account, number)
    page.fill("[name=name]", "Laptop")
    submit(page)
    page.wait_for_url("**/account/security/passkeys/")


def sign_out(page: Page) -> None:
    page.context.clear_cookies()


@pytest.mark.clause("1.22")
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_passkey_is_made_and_signs_in_without_name_and_password(
    page: Page, new_visitor: NewVisitor, language: str
) -> None:
    device = Device.of(page)
    visitor, account = signed_in(page, new_visitor)
    add_passkey(page, visitor, account)
    expect(page.locator("main")).to_contain_text(WORDS[language]["added"])
    assert len(device.credentials()) == 1
    sign_out(page)
    page.goto("/sign-in/passkey/")
    submit(page)
    page.wait_for_url(lambda url: url.endswith("/") and "sign-in" not in url)
    expect(page.locator("main h1")).to_contain_text(WORDS[language]["home"])
    expect(page.locator("main h1")).to_contain_text(account.name)


@pytest.mark.clause("1.22")
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_device_that_does_not_know_its_user_lets_nobody_in_and_the_page_says_what_to_do(
    page: Page, new_visitor: NewVisitor, language: str
) -> None:
    device = Device.of(page)
    visitor, account = signed_in(page, new_visitor)
    add_passkey(page, visitor, account)
    sign_out(page)
    device.refuse()
    page.goto("/sign-in/passkey/")
    submit(page)
    expect(page.locator("[data-passkey-note]")).to_contain_text(WORDS[language]["cancelled"])
    page.goto("/account/")
    assert "/sign-in/" in page.url


@pytest.mark.parametrize("language", ["en"])
def test_a_copied_passkey_is_refused_and_the_owner_is_told(page: Page, new_visitor: NewVisitor) -> None:
    device = Device.of(page)
    visitor, account = signed_in(page, new_visitor)
    add_passkey(page, visitor, account)
    for _ in range(2):
        sign_out(page)
        page.goto("/sign-in/passkey/")
        submit(page)
        page.wait_for_url(lambda url: "sign-in" not in url)
    device.rewind()
    sign_out(page)
    page.goto("/sign-in/passkey/")
    submit(page)
    expect(page.locator("[data-code='signin.passkey_copied']")).to_be_visible()
    assert visitor.message_saying("copied", account.contact)


@pytest.mark.clause("1.22")
@pytest.mark.parametrize("language", ["en"])
def test_a_passkey_after_the_password_and_a_recovery_code_when_it_is_lost(page: Page, new_visitor: NewVisitor) -> None:
    Device.of(page)
    visitor, account = signed_in(page, new_visitor)
    add_passkey(page, visitor, account)
    page.goto("/account/security/check/")
    page.check("[name=way][value=passkey]")
    choose_passkey(page)
    submit(page)  # the passkey proves it
    page.check("[name=check][value=passkey]")
    submit(page)
    page.wait_for_url("**/recovery-codes/")
    page.goto("/account/security/recovery-codes/new/")
    expect(page.locator("[name=way][value=sms]")).to_have_count(0)  # nothing weaker than at sign-in
    choose_passkey(page)
    submit(page)
    page.wait_for_url("**/recovery-codes/new/")
    submit(page)
    expect(page.locator("#codes code")).to_have_count(10)
    codes = page.locator("#codes code").all_inner_texts()
    with page.expect_download() as saved:
        page.click("a[download]")
    assert codes[9] in saved.value.path().read_text()
    # The second step: the passkey.
    sign_out(page)
    type_password(page, account)
    page.wait_for_url("**/sign-in/step/passkey/")
    submit(page)
    page.wait_for_url(lambda url: "sign-in" not in url)
    # Without JavaScript or passkey: a recovery code, over plain HTTP.
    stranger = new_visitor()
    sheet = stranger.type_password(account.name, PASSWORD)
    assert sheet.path == "/sign-in/step/passkey/"
    assert not stranger.is_signed_in()
    sheet = stranger.fill(stranger.get("/sign-in/step/recovery-code/"), {"code": codes[0].lower()})
    assert stranger.is_signed_in(), sheet.text
    assert visitor.message_saying("recovery code", account.contact)


def type_password(page: Page, account: Account) -> None:
    page.goto("/sign-in/")
    page.fill("[name=identifier]", account.name)
    page.fill("[name=password]", PASSWORD)
    submit(page)


@pytest.mark.clause("1.22", "1.23")
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_an_authenticator_app_is_set_up_and_asked_for_at_sign_in(
    page: Page, new_visitor: NewVisitor, language: str
) -> None:
    visitor, account = signed_in(page, new_visitor)
    page.goto("/account/security/app/set-up/")
    prove_by_sms(page, visitor, account, 2)
    secret = b32decode(page.locator("#secret").inner_text().replace(" ", ""))
    used = present_step()
    page.fill("[name=code]", shown(secret, used))
    submit(page)
    expect(page.locator("main")).to_contain_text(WORDS[language]["app"])
    page.goto("/account/security/check/")
    prove_by_sms(page, visitor, account, 3)
    page.check("[name=check][value=app]")
    submit(page)
    page.wait_for_url("**/recovery-codes/")
    sign_out(page)
    type_password(page, account)
    page.wait_for_url("**/sign-in/step/app/")
    page.goto("/account/")
    assert "/sign-in/" in page.url
    type_password(page, account)
    page.wait_for_url("**/sign-in/step/app/")  # first, for what the app shows grows old
    # Each step counts once. The next one is good already: a clock may be off by a step.
    page.fill("[name=code]", shown(secret, max(used + 1, present_step())))
    submit(page)
    page.wait_for_url(lambda url: "sign-in" not in url)
    expect(page.locator("main h1")).to_contain_text(account.name)


def present_step() -> int:
    return int(time.time()) // STEP_SECONDS


def shown(secret: bytes, step: int) -> str:
    return TOTP(secret, 6, SHA1(), STEP_SECONDS).generate(step * STEP_SECONDS).decode()


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_browser_without_passkeys_is_told_so(page: Page, language: str) -> None:
    page.add_init_script("delete window.PublicKeyCredential")
    page.goto("/sign-in/passkey/")
    expect(page.locator("[data-passkey-note]")).to_contain_text(WORDS[language]["unable"])
    expect(page.locator("form[data-passkey] button")).to_be_hidden()
