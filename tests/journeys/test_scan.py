"""Real-name verification by scan: a computer shows a code, a phone that is not signed in takes the picture (2.1.2, 2.1.20)."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from account_center.kit.demo_numbers import demo_resident_id
from tests.browsing import VIEWPORTS
from tests.journeys import numbers
from tests.journeys.visiting import Shop, Visitor, fits, lend_session

NewVisitor = Callable[..., Visitor]
WITHIN = 180_000
TEXTS = {
    "en": (
        "Verify with this phone?",
        "You can put the phone away",
        "You are verified",
        "face picture shows another person",
    ),
    "zh-CN": ("用这部手机认证吗", "您可以放下手机了", "实名认证已完成", "人脸照片与本人不符"),
}
AGAIN = {"en": "There is more than one face in the picture.", "zh-CN": "照片中有多张人脸"}
both_languages = pytest.mark.parametrize("language", list(TEXTS))


@pytest.fixture
def phone(new_context: Callable[[], BrowserContext]) -> Page:
    """Another browser, with the screen of a phone, signed in nowhere."""
    other = new_context().new_page()
    other.set_viewport_size(VIEWPORTS["phone"])
    return other


def customer(new_visitor: NewVisitor, language: str, page: Page) -> Visitor:
    visitor = new_visitor(language)
    visitor.register()
    visitor.activate()
    lend_session(visitor, page)
    return visitor


def show_code(page: Page, person: numbers.Person) -> str:
    """Fills the form in at the computer; the link in the code."""
    page.goto("/verification/")
    page.locator('main a[href="/verification/scan/"]').click()
    fill_in(page, person)
    return ask_for_code(page)


def fill_in(page: Page, person: numbers.Person) -> None:
    page.fill("[name=name]", person.name)
    page.fill("[name=id_number]", person.id_number)
    page.check("[name=consent_data]")
    page.check("[name=consent_face]")


def ask_for_code(page: Page) -> str:
    """Sends the form; the link in the code."""
    page.locator("main form button:not(.plain)").first.click()
    expect(page).to_have_url(re.compile(r"/verification/RN\w{10}/phone/$"))
    expect(page.locator("img.qr")).to_be_visible()
    link = page.locator("#handover-link").get_attribute("href")
    assert link
    return link


def take_over(phone: Page, link: str, words: str) -> None:
    phone.goto(link)
    expect(phone.locator("h1")).to_contain_text(words)
    phone.locator("main form button").first.click()
    expect(phone.locator("input[type=file]")).to_be_visible()


def send(phone: Page, picture: bytes, folder: Path) -> None:
    file = folder / "face.png"
    file.write_bytes(picture)
    phone.set_input_files("[name=face]", file)
    phone.check("[name=agree]")
    phone.locator("main form button").first.click()


@pytest.mark.clause("2.1.2", "2.1.4", "2.1.10", "2.1.20")
@both_languages
def test_the_computer_follows_the_phone_to_the_verification(
    page: Page, phone: Page, new_visitor: NewVisitor, shop: Shop, language: str, tmp_path: Path
) -> None:
    asked, put_away, verified, _refused = TEXTS[language]
    visitor = customer(new_visitor, language, page)
    assert not shop.may(visitor.tenant_id())
    take_over(phone, show_code(page, numbers.person()), asked)
    # Nobody touches the computer from here on.
    expect(page.locator(".result-wait")).to_be_visible(timeout=WITHIN)
    assert fits(phone)
    # A bad picture is taken again on the spot, and both say why.
    send(phone, visitor.face("several_faces"), tmp_path)
    for one in (phone, page):
        expect(one.locator("main")).to_contain_text(AGAIN[language], timeout=WITHIN)
    expect(phone.locator("[name=face]")).to_have_value("")  # not the bad one once more
    send(phone, visitor.face("same_person"), tmp_path)
    expect(phone.locator(".result-ok")).to_contain_text(put_away, timeout=WITHIN)
    expect(page.locator(".result-ok h1")).to_contain_text(verified, timeout=WITHIN)
    assert fits(phone)
    assert shop.may(visitor.tenant_id(), within=WITHIN / 1000)


@pytest.mark.clause("2.1.9", "2.1.12")
@both_languages
def test_both_say_why_the_picture_was_refused_and_the_computer_how_to_go_on(
    page: Page, phone: Page, new_visitor: NewVisitor, language: str, tmp_path: Path
) -> None:
    visitor = customer(new_visitor, language, page)
    asked, _put_away, _verified, refused = TEXTS[language]
    take_over(phone, show_code(page, numbers.person()), asked)
    send(phone, visitor.face("another_person"), tmp_path)
    for one in (phone, page):
        expect(one.locator(".refusal")).to_contain_text(refused, timeout=WITHIN)
    page.locator('.refusal a[href$="/send-again/"]').click()
    expect(page.locator("[name=name]")).not_to_have_value("")


@pytest.mark.parametrize("language", ["en"])
def test_a_second_phone_is_refused_until_a_new_code_shuts_the_first_one_out(
    page: Page, phone: Page, new_visitor: NewVisitor, language: str
) -> None:
    customer(new_visitor, language, page)
    link = show_code(page, numbers.person())
    take_over(phone, link, TEXTS[language][0])
    other = new_visitor(language)
    assert "realname.link_taken" in other.get(link).paper.refusals
    expect(page.locator(".result-wait")).to_be_visible(timeout=WITHIN)
    page.locator("#handover + form button, #handover form button").first.click()
    expect(page.locator("img.qr")).to_be_visible()
    assert "realname.link_over" in other.get(link).paper.refusals
    phone.reload()
    expect(phone.locator('[data-code="realname.link_over"]')).to_be_visible()


@pytest.mark.parametrize("language", ["en"])
def test_this_is_not_me_ends_it_at_the_computer_too_and_the_owner_is_told(
    page: Page, phone: Page, new_visitor: NewVisitor, language: str
) -> None:
    visitor = new_visitor(language)
    account = visitor.register()
    visitor.activate()
    lend_session(visitor, page)
    phone.goto(show_code(page, numbers.person()))
    phone.locator('form[action$="/not-me/"] button').click()
    expect(phone.locator(".result-ok h1")).to_have_text("Stopped")
    expect(page.locator('[data-code="realname.scan_disowned"]')).to_be_visible(timeout=WITHIN)
    assert visitor.message_saying("not theirs", account.contact)


@pytest.mark.clause("2.1.9")
def test_without_scripts_too_and_what_the_identity_record_lacks_is_a_refusal_of_its_own(
    visitor: Visitor, new_visitor: NewVisitor
) -> None:
    visitor.register()
    visitor.activate()
    unknown = {"name": "王小灯", "id_number": demo_resident_id("659901", sequence=numbers.RUN % 1000)}
    code = visitor.fill(visitor.get("/verification/scan/"), {**unknown, "consent_data": "on", "consent_face": "on"})
    link = next(one.attrs["href"] for one in code.paper.root.all("a") if "/scan/" in one.attrs.get("href", ""))
    phone = new_visitor()
    asked = phone.get(link)
    taken = phone.send(asked, asked.paper.forms[-2], {})
    face = {"face": ("face.png", visitor.face("same_person"), "image/png")}
    done = phone.fill(taken, {"agree": "on"}, face)
    assert "realname.scan_no_identity_record" in done.paper.refusals
    assert "realname.scan_no_identity_record" in visitor.get(code.path).paper.refusals
