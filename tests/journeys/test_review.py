"""A reviewer works with the keys alone; what was refused is taken up again by two; a limit is asked for and raised."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from account_center.kit.demo_numbers import demo_credit_code
from tests.journeys import numbers
from tests.journeys.reviewing import take
from tests.journeys.staff import enter
from tests.journeys.test_organisation import picture
from tests.journeys.visiting import Sheet, Visitor, lend_session, look_again

NewVisitor = Callable[..., Visitor]


def submit_permit(visitor: Visitor, number: str) -> str:
    """The document form, filled and sent; the reference of the application."""
    typed = {"name": "陳大文", "number": number, "birth": "1990-05-17", "expires": "2031-05-16", "nationality": "HK"}
    typed |= {"consent_data": "on", "consent_face": "on"}
    sheet = visitor.get("/verification/document/hkm_permit/")
    known = {name: value for name, value in typed.items() if name in sheet.answer.text}
    files = {
        slot: (f"{slot}.png", picture(shade), "image/png")
        for shade, slot in enumerate(("front", "back", "holding"), 90)
    }
    sent = visitor.fill(sheet, known, files)
    found = re.search(r"/verification/(RN\w{10})/$", sent.path)
    assert found, sent.text
    return found[1]


def a_permit() -> str:
    return f"H{int(numbers.phone()) % 100_000_000:08d}"


def new_applicant(new_visitor: NewVisitor, language: str) -> tuple[Visitor, str]:
    visitor = new_visitor(language)
    visitor.register()
    visitor.activate()
    return visitor, submit_permit(visitor, a_permit())


@pytest.mark.clause("2.2.10", "2.1.12")
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_reviewer_decides_with_the_keys_alone(page: Page, new_visitor: NewVisitor, language: str) -> None:
    visitor, reference = new_applicant(new_visitor, language)
    staff = new_visitor(language)
    enter(staff, "wang.reviewer")
    take(staff, reference)
    lend_session(staff, page)
    page.goto(f"/console/reviews/{reference}/")
    expect(page.locator("[data-keys]")).to_be_visible()
    papers = page.locator("[data-picture]")
    papers.first.focus()
    page.keyboard.press("r")
    expect(papers.first.locator("[data-paper]")).to_have_attribute("style", re.compile(r"rotate\(90deg\)"))
    page.keyboard.press("z")
    expect(papers.first.locator("[data-paper]")).to_have_attribute("style", re.compile(r"scale\(2\)"))
    page.keyboard.press("f")
    expect(papers.first.locator("select")).to_have_value("fine")
    expect(papers.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(papers.first).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(papers.nth(1).locator("select")).to_have_value("blurred")
    page.keyboard.press("a")
    expect(papers.nth(1).locator("select")).to_have_value("cut_off")
    page.keyboard.press("v")
    expect(papers.nth(1).locator("select")).to_be_focused()
    page.keyboard.press("Escape")
    expect(papers.nth(1)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(papers.nth(2).locator("select")).not_to_have_value("")
    page.keyboard.press("f")
    expect(page.locator("[data-decide]")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/reviews/")
    assert "asked_again" not in page.url
    again = visitor.get(f"/verification/{reference}/")
    assert f"/verification/{reference}/again/" in again.answer.text


@pytest.mark.clause("2.1.12")
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_without_scripts_a_case_is_read_and_decided_too(new_visitor: NewVisitor, language: str) -> None:
    visitor, reference = new_applicant(new_visitor, language)
    staff = new_visitor(language)
    enter(staff, "wang.reviewer")
    take(staff, reference)
    case = staff.get(f"/console/reviews/{reference}/")
    assert "陳大文" in case.text
    done = staff.fill(case, dict.fromkeys(("front", "back", "holding"), "fine"))
    assert done.path == "/console/reviews/", done.text
    assert "result-ok" in visitor.get(f"/verification/{reference}/").answer.text


@pytest.mark.clause("2.1.12", "2.1.22")
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_refused_case_is_taken_up_again_by_two_and_the_customer_goes_on(
    page: Page, new_visitor: NewVisitor, language: str
) -> None:
    visitor, reference = new_applicant(new_visitor, language)
    reviewer, colleague = new_visitor(language), new_visitor(language)
    enter(reviewer, "wang.reviewer")
    take(reviewer, reference)
    case = reviewer.get(f"/console/reviews/{reference}/")
    reviewer.fill(case, {"front": "forged", "back": "fine", "holding": "fine"})
    form = reviewer.get(f"/console/applications/{reference}/reopen")
    proposed = reviewer.fill(form, {"reason": "complaint", "note": "The stamp is genuine"})
    assert proposed.path == f"/console/applications/{reference}/", proposed.text
    enter(colleague, "li.support")
    agree(colleague, reference)
    lend_session(visitor, page)
    look_again(page, f"/verification/{reference}/")
    page.locator(f'main a[href="/verification/{reference}/again/"]').click()
    page.set_input_files("[name=holding]", {"name": "h.png", "mimeType": "image/png", "buffer": picture(30)})
    page.locator("main form button").last.click()
    expect(page.locator(".result-wait")).to_be_visible()


def agree(colleague: Visitor, about: str) -> Sheet:
    """The second person, from the list of what waits."""
    waiting = colleague.get("/console/proposals/")
    rows = [row for row in waiting.paper.root.all("tr") if about in row.text]
    assert rows, waiting.text
    link = rows[0].first("a")
    assert link
    shown = colleague.get(link.attrs["href"])
    done = colleague.send(shown, next(one for one in shown.paper.forms if one.action.endswith("/approve")), {})
    assert done.path == "/console/proposals/", done.text
    return done


@pytest.mark.clause("2.1.22")
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_customer_asks_for_a_higher_limit_and_two_of_the_staff_raise_it(
    page: Page, new_visitor: NewVisitor, language: str
) -> None:
    visitor = new_visitor(language)
    account = visitor.register()
    visitor.activate()
    lend_session(visitor, page)
    page.goto("/support/tickets/limit/")
    page.check("[name=kind][value=tenants_of_organisation]")
    page.fill("[name=name]", "蓝色灯塔(杭州)科技有限公司")
    page.fill("[name=number]", demo_credit_code(seed=int(numbers.phone())))
    page.fill("[name=wanted]", "9")
    page.fill("[name=text]", "Nine branches")
    page.locator("main form button").last.click()
    page.wait_for_url(re.compile(r"/support/tickets/TK\w{8}/$"))
    ticket = page.url.rstrip("/").rpartition("/")[2]
    manager, colleague = new_visitor(language), new_visitor(language)
    enter(manager, "chen.manager")
    form = manager.get(f"/console/tickets/{ticket}/raise")
    assert form.paper.form_with("allowed").values["allowed"] == "9"
    proposed = manager.send(form, form.paper.form_with("allowed"), {})
    assert proposed.path == f"/console/tickets/{ticket}/", proposed.text
    enter(colleague, "li.support")
    agree(colleague, ticket)
    said = {"en": "A limit was raised", "zh-CN": "提升上限"}[language]
    assert visitor.message_saying(said, account.contact)
