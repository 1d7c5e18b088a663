"""An organisation is verified by its bank account: the money arrives, comes back, is guessed at, or is given up."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from account_center.kit.demo_numbers import demo_credit_code, demo_resident_id
from account_center.realname.adapters.sandbox_bank import TEST_ACCOUNTS
from tests.journeys import numbers
from tests.journeys.visiting import ARRIVES_WITHIN, Shop, Visitor, lend_session

NewVisitor = Callable[..., Visitor]
SETTLES_WITHIN = 180_000
RETURNED = next(one.number for one in TEST_ACCOUNTS if one.meaning_code == "cannot_receive")
both_languages = pytest.mark.parametrize("language", ["en", "zh-CN"])
pytestmark = pytest.mark.parametrize("viewport", ["desktop", "phone"])


def customer(new_visitor: NewVisitor, language: str, page: Page) -> Visitor:
    visitor = new_visitor(language)
    visitor.register()
    visitor.activate()
    lend_session(visitor, page)
    return visitor


def submit(page: Page, account: str) -> None:
    page.goto("/verification/")
    page.locator('main a[href="/verification/bank-account/"]').click()
    fill_in(page, account)
    send(page)


def fill_in(page: Page, account: str) -> None:
    page.fill("[name=name]", "蓝色灯塔(杭州)科技有限公司")
    expect(page.locator("[name=holder]")).to_have_value("蓝色灯塔(杭州)科技有限公司")
    page.fill("[name=number]", demo_credit_code(seed=int(numbers.phone())))
    page.fill("[name=representative]", "王小灯")
    page.fill("[name=representative_id]", demo_resident_id())
    page.fill("[name=bank]", "工商银行")
    page.fill("[name=branch]", "1021 0000 0013")
    page.fill("[name=account]", account)
    page.check("[name=consent]")


def send(page: Page) -> None:
    page.locator("main form button:not(.plain)").first.click()
    expect(page).to_have_url(re.compile(r"/verification/RN\w{10}/transfer/$"))


def an_account() -> str:
    return f"310066{int(numbers.phone()) % 10**8:08d}880000"


def wait_for_the_amount_field(page: Page) -> None:
    """The page follows by itself: nobody reloads it."""
    expect(page.locator("[name=amount]")).to_be_visible(timeout=SETTLES_WITHIN)


def amount(page: Page) -> str:
    """What the company's bank statement shows."""
    reference = page.url.split("/")[-3]
    statement = page.context.new_page()
    statement.goto("/sandbox/statement/")
    line = statement.locator("tr", has_text=reference)
    expect(line).to_be_visible(timeout=SETTLES_WITHIN)
    found = line.locator("code").nth(1).inner_text()
    statement.close()
    return found


def type_it(page: Page, text: str) -> None:
    page.fill("[name=amount]", text)
    page.locator("main form button:not(.plain)").first.click()


@both_languages
@pytest.mark.clause("2.3.1", "2.3.7", "2.3.10", "2.1.4")
def test_the_amount_in_the_statement_verifies_at_once(
    page: Page, new_visitor: NewVisitor, shop: Shop, language: str
) -> None:
    visitor = customer(new_visitor, language, page)
    tenant = visitor.tenant_id()
    assert not shop.may(tenant)
    submit(page, an_account())
    wait_for_the_amount_field(page)
    typed = amount(page)
    page.goto("/")
    page.locator('main a[href$="/transfer/"]').first.click()
    type_it(page, typed)
    words = "The organisation is verified" if language == "en" else "企业已完成认证"
    expect(page.locator("main h1")).to_have_text(words)
    assert shop.may(tenant, within=ARRIVES_WITHIN)


@both_languages
@pytest.mark.clause("2.3.27")
def test_a_return_by_the_bank_shows_its_reason_by_itself(page: Page, new_visitor: NewVisitor, language: str) -> None:
    customer(new_visitor, language, page)
    submit(page, RETURNED)
    refusal = page.locator('[data-code="realname.transfer_cannot_receive"]')
    expect(refusal).to_be_visible(timeout=SETTLES_WITHIN)
    expect(refusal.locator('a[href="/verification/organisation/"]')).to_be_visible()
    refusal.locator('a[href$="/send-again/"]').click()
    expect(page.locator("[name=account]")).to_be_visible()
    expect(page.locator("[name=name]")).not_to_have_value("")


@both_languages
@pytest.mark.clause("2.3.8", "2.3.9")
def test_three_wrong_amounts_end_it(page: Page, new_visitor: NewVisitor, language: str) -> None:
    customer(new_visitor, language, page)
    submit(page, an_account())
    wait_for_the_amount_field(page)
    wrong = "0.02" if amount(page) == "0.01" else "0.01"
    for left in ("2", "1"):
        type_it(page, wrong)
        expect(page.locator("#id_amount_error")).to_contain_text(left)
    type_it(page, wrong)
    expect(page.locator('[data-code="realname.wrong_amounts"]')).to_be_visible()


@both_languages
@pytest.mark.clause("2.3.13")
def test_it_is_cancelled_and_another_way_chosen(page: Page, new_visitor: NewVisitor, language: str) -> None:
    customer(new_visitor, language, page)
    submit(page, an_account())
    page.locator('form[action$="/transfer/cancel/"] button').click()
    expect(page).to_have_url(re.compile(r"/verification/$"))
    page.locator('main a[href="/verification/organisation/"]').click()
    expect(page).to_have_url(re.compile(r"/verification/organisation/$"))
