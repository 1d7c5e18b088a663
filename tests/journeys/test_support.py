"""Getting help: from a refusal to a ticket, its answer at the console, and back; and the appeal of a stranger."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import numbers
from tests.journeys.staff import enter
from tests.journeys.visiting import Visitor, lend_session

NewVisitor = Callable[..., Visitor]
TICKET = re.compile(r"TK[2-9A-HJ-NP-Z]{8}")

WORDS = {
    "en": {
        "language": "en",
        "ask": "Ask support",
        "about": "Open a ticket about it",
        "open": "Open the ticket",
        "subject": "In one line",
        "text": "What happened?",
        "waits": "waits for support",
        "answered": "answered",
    },
    "zh-CN": {
        "language": "zh-hans",
        "ask": "联系客服",
        "about": "就此提交工单",
        "open": "提交工单",
        "subject": "标题",
        "text": "发生了什么？",
        "waits": "待客服处理",
        "answered": "已回复",
    },
}


def the_ticket(text: str) -> str:
    found = TICKET.search(text)
    assert found, text
    return found.group()


def fill(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()


@pytest.mark.clause("2.1.9", "2.1.11", "2.1.12")
@pytest.mark.parametrize(("language", "viewport"), [("en", "desktop"), ("zh-CN", "phone")])
def test_from_a_refused_card_to_an_answered_ticket(
    new_visitor: NewVisitor, page: Page, language: str, viewport: str
) -> None:
    words = WORDS[language]
    customer = new_visitor(words["language"])
    customer.register()
    customer.activate()
    sheet = customer.verify(numbers.person(), numbers.card(numbers.WRONG_NAME, "621700"))
    reference = sheet.path.strip("/").rpartition("/")[2]
    lend_session(customer, page)
    page.goto(f"{customer.center.base_url}{sheet.path}")
    page.locator(".refusal a[href*='about=realname.individual_failed']").first.click()
    expect(page.get_by_text(reference)).to_be_visible()
    page.get_by_role("link", name=words["about"]).click()
    expect(page.locator("#id_category")).to_have_value("realname.individual_failed")
    expect(page.locator("main")).to_contain_text(reference)
    page.locator("#id_subject").fill("The bank has my name <b>right</b>")
    page.locator("#id_text").fill("I compared it letter by letter.")
    fill(page, words["open"])
    expect(page.locator("main")).to_contain_text(words["waits"])
    ticket = the_ticket(page.url)
    expect(page.locator("h1")).to_have_text("The bank has my name <b>right</b>")

    staff = new_visitor("en")
    enter(staff, "chen.manager" if language == "en" else "wang.reviewer")
    at_desk = staff.get(f"/console/tickets/{ticket}/")
    assert reference in at_desk.text
    staff.fill(at_desk, {"text": "Ask your bank for the spelling it keeps.", "asks": ""})
    page.reload()
    expect(page.locator(".thread")).to_contain_text("Ask your bank for the spelling it keeps.")


@pytest.mark.clause("1.18")
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_stranger_appeals_and_the_owner_stops_it(new_visitor: NewVisitor, page: Page, language: str) -> None:
    owner = new_visitor("en")
    account = owner.register()
    stranger = new_visitor(WORDS[language]["language"])
    phone = numbers.phone()
    page.goto(f"{owner.center.base_url}/support/appeal/")
    page.locator("input[name=happened][value=phone_lost]").check()
    page.locator("#id_named").fill(account.name)
    page.locator("#id_contact").fill(phone)
    page.locator("main form button:not([name])").first.click()
    page.locator("#id_code").fill(stranger.code(f"+86{phone}"))
    page.locator("main form button:not([name])").first.click()
    page.locator("#id_text").fill("Stolen on the train. Registered this morning, in Chengdu.")
    page.locator("main form button:not([name])").first.click()
    expect(page.locator(".thread")).to_contain_text("Stolen on the train.")
    reference = the_ticket(page.locator("main").inner_text())
    assert account.name not in page.locator("main").inner_text()

    told = owner.message_saying(reference, account.contact)
    link = re.search(r"/support/objection/[\w/-]+", told)
    assert link
    asked = owner.get(link[0])
    assert owner.send(asked, asked.paper.forms[-1], {}).status == 200
    page.reload()
    expect(page.locator(".pill")).to_contain_text("closed" if language == "en" else "已关闭")
