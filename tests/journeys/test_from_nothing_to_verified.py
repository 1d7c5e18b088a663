"""The main journey in a real browser: from nothing to a verified tenant that may buy."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.journeys import numbers
from tests.journeys.visiting import ARRIVES_WITHIN, PASSWORD, Shop, Visitor, fits
from tests.product import Center

JOURNEYS = [
    pytest.param("zh-CN", "desktop", True, "{0}{1}{2}", id="chinese-desktop"),
    pytest.param("en", "phone", True, "+86 {0} {1} {2}", id="english-phone"),
    pytest.param("zh-CN", "phone", False, "0086-{0}-{1}-{2}", id="chinese-phone-without-scripts"),
    pytest.param("en", "desktop", False, "{0} {1}{2}", id="english-desktop-without-scripts"),
]


@dataclass(frozen=True)
class Words:
    """What the customer reads, as a person of that language would say it."""

    lang: str
    register: str
    fixed: str
    sent: str
    weak: str
    opened: str
    activated: str
    blocked: str
    missing: str
    verified: str
    may: str
    reason: str


SAID = {
    "zh-CN": Words(
        lang="zh-hans",
        register="注册 ID 账号",
        fixed="注册后不能更改",
        sent="验证码已发送至",
        weak="密码过于简单",
        opened="注册成功",
        activated="云服务已开通",
        blocked="购买产品和服务",
        missing="缺少您的人脸照片。",
        verified="实名认证已完成",
        may="您现在可以购买和使用云服务",
        reason="尚未完成实名认证",
    ),
    "en": Words(
        lang="en",
        register="Register an ID account",
        fixed="fixed for ever",
        sent="We sent a code to",
        weak="This password is too easy to guess.",
        opened="is open",
        activated="The cloud is activated",
        blocked="buy products and services",
        missing="A picture of your face is missing.",
        verified="You are verified",
        may="You may buy and use services now",
        reason="This tenant is not verified.",
    ),
}


class Reader:
    """Looks at every page the way a careful reader would."""

    def __init__(self, page: Page, words: Words, *, scripts: bool) -> None:
        self.page, self.words, self.scripts = page, words, scripts

    def look(self, *texts: str) -> None:
        """The page is in the right language, has one headline, names its fields, fits, and says these texts."""
        expect(self.page.locator("html")).to_have_attribute("lang", self.words.lang)
        expect(self.page.locator("h1")).to_have_count(1)
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(re.compile(text))
        # Without scripts a page cannot be asked by a script of its own; Playwright's works all the same.
        assert fits(self.page), self.page.url
        self._names()

    def _names(self) -> None:
        nameless = self.page.evaluate(
            """() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea, button, a[href]")]
                .filter((part) => part.checkVisibility() && !(part.labels && part.labels.length)
                    && !part.textContent.trim() && !part.getAttribute("aria-label")
                    && !part.querySelector("img[alt]:not([alt=''])"))
                .map((part) => part.outerHTML)"""
        )
        assert nameless == [], self.page.url

    def press(self) -> None:
        """The one main button of the page."""
        self.page.locator("main form[data-once] .buttons button").first.click()
        self.page.wait_for_load_state()

    def refused(self, *texts: str) -> None:
        """Something was refused: it says so, and with scripts the focus is there."""
        error = self.page.locator("[data-focus]").first
        expect(error).to_be_visible()
        self.look(*texts)
        assert self.page.title().startswith(("Error", "错误", "出错", "有误")), self.page.title()
        if self.scripts:
            expect(error).to_be_focused()


@pytest.mark.clause("1.2", "1.3", "2.1.1", "2.1.2", "2.1.5", "2.2.4", "2.2.6", "3.1.5")
@pytest.mark.parametrize(("language", "viewport", "scripts", "spelling"), JOURNEYS)
def test_a_newcomer_becomes_a_verified_tenant_that_may_buy(
    page: Page, center: Center, shop: Shop, language: str, scripts: bool, spelling: str
) -> None:
    reader, beside = Reader(page, SAID[language], scripts=scripts), Visitor(center)
    register(reader, beside, spelling)
    tenant = activate(reader)
    # Another service hears that it may not buy yet, and why, in the customer's language.
    told = shop.ask(tenant, "buy", "see_bills", language=language)
    assert told["see_bills"]["allowed"]
    assert not told["buy"]["allowed"]
    assert any(re.search(reader.words.reason, reason["what"]) for reason in told["buy"]["reasons"])
    person = numbers.person()
    verify(reader, beside, person)
    assert shop.may(tenant, within=ARRIVES_WITHIN)
    assert shop.may(tenant, "use_resources", within=ARRIVES_WITHIN)
    page.goto("/verification/")
    reader.look(person.id_number[:3])
    assert person.id_number not in page.content()


def register(reader: Reader, beside: Visitor, spelling: str) -> None:
    """The number as people write it; a wrong code and a weak password first."""
    page, words = reader.page, reader.words
    phone, account = numbers.phone(), numbers.name("newcomer")
    page.goto("/")
    reader.look()
    page.locator("main a[href='/register/']").first.click()
    reader.look(words.register, words.fixed)
    page.fill("[name=recipient]", spelling.format(phone[:3], phone[3:7], phone[7:]))
    page.check("[name=agree]")
    reader.press()
    reader.look(words.sent)
    page.fill("[name=code]", "abc")
    reader.press()
    reader.refused()
    page.fill("[name=code]", beside.code(f"+86{phone}"))
    reader.press()
    reader.look()
    for password, happy in (("password12", False), (PASSWORD, True)):
        if not happy:
            page.fill("[name=name]", account)
        page.fill("[name=password]", password)
        page.fill("[name=password_again]", password)
        reader.press()
        if not happy:
            reader.refused(words.weak)
            assert page.input_value("[name=name]") == account
    reader.look(words.opened, account)


def activate(reader: Reader) -> str:
    """A tenant of its own; its ID."""
    reader.page.goto("/cloud/activate/")
    reader.look()
    reader.press()
    reader.look(reader.words.activated)
    reader.page.goto("/verification/")
    reader.look(reader.words.blocked)
    reader.page.goto("/account/")
    reader.look()
    return reader.page.locator("#tenant-id").inner_text()


def verify(reader: Reader, beside: Visitor, person: numbers.Person) -> None:
    """By bank card: what is missing is told and nothing typed is lost; then the whole way."""
    page, words = reader.page, reader.words
    page.goto("/verification/bank-card/")
    reader.look()
    page.fill("[name=name]", person.name)
    page.fill("[name=id_number]", person.id_number)
    page.fill("[name=card]", numbers.card())
    page.fill("[name=phone]", person.phone)
    reader.press()
    reader.refused(words.missing)
    assert page.input_value("[name=id_number]") == person.id_number
    face: FilePayload = {"name": "face.png", "mimeType": "image/png", "buffer": beside.face("same_person")}
    page.set_input_files("[name=face]", face)
    page.check("[name=consent_data]")
    page.check("[name=consent_face]")
    reader.press()
    expect(page.locator("[name=code]")).to_be_visible()
    reader.look(words.sent)
    page.fill("[name=code]", beside.code(f"+86{person.phone}"))
    reader.press()
    reader.look(words.verified, words.may, r"RN\w{10}")
