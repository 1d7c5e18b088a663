"""An individual is verified by a document that staff look at: taken, asked for again, refused; at both ends in a browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys import numbers
from tests.journeys.reviewing import Desk
from tests.journeys.test_organisation import customer, paper
from tests.journeys.visiting import ARRIVES_WITHIN, Shop, Visitor, look_again

NewVisitor = Callable[..., Visitor]
LANGUAGES = ["en", "zh-CN"]
SLOTS = ("front", "back", "holding")
VERIFIED = {"en": "You are verified", "zh-CN": "实名认证已完成"}
FORGED = {"en": "not accepted as genuine", "zh-CN": "证件的真实性未获认可"}


@pytest.fixture
def desk(new_context: Callable[[], BrowserContext], new_visitor: NewVisitor, language: str) -> Desk:
    """The reviewer, who reads the same language."""
    return Desk(new_context().new_page(), new_visitor(language))


def submit(page: Page) -> str:
    """From the overview to the form by clicks, and in it a permit for residents of Hong Kong; the reference number."""
    page.goto("/verification/")
    page.locator('main a[href="/verification/document/"]').click()
    page.locator('main a[href$="/document/hkm_permit/"]').click()
    fill_in(page)
    return send(page)


def fill_in(page: Page) -> None:
    page.fill("[name=name]", "陳大文")
    page.fill("[name=number]", f"H{numbers.phone()[-8:]}")
    page.select_option("[name=nationality]", "HK")
    page.fill("[name=birth]", "1990-05-17")
    page.fill("[name=expires]", "2099-05-16")
    for number, slot in enumerate(SLOTS):
        page.set_input_files(f"[name={slot}]", paper(slot, 60 * number + 60))  # type: ignore[arg-type]
    page.check("[name=consent_data]")
    page.check("[name=consent_face]")


def send(page: Page) -> str:
    """Submits; the reference number of what staff look at now."""
    page.locator("main form[data-once] .buttons button").first.click()
    page.wait_for_url(re.compile(r"/verification/RN\w{10}/$"))
    expect(page.locator(".result-wait")).to_be_visible()
    return page.url.rstrip("/").rpartition("/")[2]


@pytest.mark.clause("2.2.10", "2.1.10", "2.1.20")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_document_that_is_fine_verifies(
    page: Page, desk: Desk, new_visitor: NewVisitor, shop: Shop, language: str
) -> None:
    visitor = customer(new_visitor, language, page)
    reference = submit(page)
    assert not shop.may(visitor.tenant_id())
    desk.take(reference)
    expect(desk.page.locator("main")).to_contain_text("陳大文")
    desk.judge(front="fine", back="fine", holding="fine")
    look_again(page, f"/verification/{reference}/")
    expect(page.locator(".result-ok h1")).to_contain_text(VERIFIED[language])
    assert shop.may(visitor.tenant_id(), within=ARRIVES_WITHIN)


@pytest.mark.clause("2.1.12", "2.2.10")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_picture_is_asked_for_again_and_only_that_one_is_sent(
    page: Page, desk: Desk, new_visitor: NewVisitor, shop: Shop, language: str
) -> None:
    visitor = customer(new_visitor, language, page)
    reference = submit(page)
    desk.take(reference)
    desk.judge(front="fine", back="blurred", holding="fine")
    look_again(page, "/")
    page.locator(f'main a[href*="{reference}"]').first.click()
    page.locator(f'main a[href="/verification/{reference}/again/"]').click()
    expect(page.locator("[type=file]")).to_have_count(1)
    page.set_input_files("[name=back]", paper("back", 200))  # type: ignore[arg-type]
    page.locator("main form[data-once] .buttons button").first.click()
    expect(page.locator(".result-wait")).to_be_visible()
    desk.take(reference)
    desk.judge(front="fine", back="fine", holding="fine")
    look_again(page)
    expect(page.locator(".result-ok h1")).to_contain_text(VERIFIED[language])
    assert shop.may(visitor.tenant_id(), within=ARRIVES_WITHIN)


@pytest.mark.clause("2.1.9", "2.1.11", "2.1.12", "2.2.8")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_forged_document_is_refused_with_its_reason_and_another_way_stays_open(
    page: Page, desk: Desk, new_visitor: NewVisitor, shop: Shop, language: str
) -> None:
    visitor = customer(new_visitor, language, page)
    reference = submit(page)
    desk.take(reference)
    desk.judge(front="forged", back="fine", holding="fine")
    look_again(page, f"/verification/{reference}/")
    refusal = page.locator('[data-code="realname.picture_forged"]')
    expect(refusal).to_contain_text(FORGED[language])
    expect(refusal).to_contain_text(reference)
    expect(refusal.locator("a[href*='about=realname.individual_failed']")).to_be_visible()
    assert not shop.may(visitor.tenant_id())
    # Refused by document: the bank card is still open (2.2.8).
    assert visitor.verify(numbers.person(), numbers.card()).status == 200
    assert shop.may(visitor.tenant_id(), within=ARRIVES_WITHIN)
