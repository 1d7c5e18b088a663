"""Forms are filled in and printed in a browser: on one page, without what stands around them, and never in an address."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.visiting import Visitor, fits, lend_session
from tests.papers import RARE, needs_chinese_font, opened, text_of

NewVisitor = Callable[..., Visitor]
PRESENT, NEXT, REASON = f"王{RARE}", "龚䶮", "Handed over within the family, 家庭内部转交。"
WORDS = {
    "en": ("Show it on this page", "Fill it in before printing", "Person to be verified"),
    "zh-CN": ("填入本页表格", "打印前在线填写", "新认证人"),
}
A4 = [595, 842]  # points


def owner(new_visitor: NewVisitor, language: str, page: Page) -> Visitor:
    visitor = new_visitor(language)
    visitor.register()
    visitor.activate()
    lend_session(visitor, page)
    return visitor


@needs_chinese_font
@pytest.mark.clause("2.4.8")
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_form_is_filled_in_and_printed_on_one_page(new_visitor: NewVisitor, language: str, page: Page) -> None:
    owner(new_visitor, language, page)
    show, begin, party = WORDS[language]
    page.goto("/verification/")
    page.locator('main a[href="/verification/forms/"]').click()
    page.locator('main a[href="/verification/forms/person_to_person/"]').click()
    page.get_by_text(begin).click()
    page.fill("[name=before_name]", PRESENT)
    page.fill("[name=after_name]", NEXT)
    page.fill("[name=reason]", REASON)
    page.get_by_role("button", name=show).click()
    form = page.get_by_role("article")
    for typed in (PRESENT, NEXT, REASON, party):
        expect(form).to_contain_text(typed)
    assert page.url.endswith("/verification/forms/person_to_person/")
    page.wait_for_load_state()  # its looks may come after its text
    printed = page.pdf(prefer_css_page_size=True)
    text = text_of(printed)
    for typed in (PRESENT, NEXT, party):
        assert typed in text
    for around in (show, begin):
        assert around not in text
    with opened(printed) as sheet:
        assert [round(side) for side in sheet.get_size()] == pytest.approx(A4, abs=1)


@pytest.mark.clause("2.3.21", "2.4.8")
@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("kind", ["letter", "organisation_renamed", "organisation_to_other"])
def test_every_form_is_one_page_of_paper(new_visitor: NewVisitor, language: str, kind: str, page: Page) -> None:
    owner(new_visitor, language, page)
    page.goto(f"/verification/forms/{kind}/")
    expect(page.get_by_role("article")).to_be_visible()
    with opened(page.pdf(prefer_css_page_size=True)) as sheet:
        assert [round(side) for side in sheet.get_size()] == pytest.approx(A4, abs=1)


@pytest.mark.clause("2.4.8")
@pytest.mark.parametrize("scripts", [False])
@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("viewport", ["phone"])
def test_without_scripts_and_on_a_phone_a_form_is_filled_in_too(
    new_visitor: NewVisitor, language: str, page: Page
) -> None:
    owner(new_visitor, language, page)
    page.goto("/verification/forms/letter/")
    page.get_by_text(WORDS[language][1]).click()
    page.fill("[name=organisation]", "蓝色灯塔")
    page.get_by_role("button", name=WORDS[language][0]).click()
    expect(page.get_by_role("article")).to_contain_text("蓝色灯塔")
    assert fits(page)
