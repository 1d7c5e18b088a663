"""The bank and its branch are found by their names, while they are typed or without scripts, from an imported list."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from account_center.kit.demo_numbers import demo_credit_code, demo_resident_id
from tests.journeys import behind, numbers
from tests.journeys.visiting import Visitor, fits, lend_session
from tests.product import Center
from tests.realname.listing import COUNTRY, COUNTRY_BANK, HARBOUR, LANTERN, LINES, file_of

NewVisitor = Callable[..., Visitor]
COMPANY = "蓝色灯塔(杭州)科技有限公司"
TABLES = ("bankbranchword", "bankbranch", "listedbankword", "listedbank")  # what leans on another goes first
PATHS = {"bank": "banks", "branch": "branches"}
CHOOSE = {"en": "Choose the bank first", "zh-CN": "请先选择开户银行"}
NOTHING = {"en": "No branch of this bank", "zh-CN": "该银行没有"}
SEVERAL = {"en": "Several branches have this in their name", "zh-CN": "有多个支行"}
pytestmark = [
    pytest.mark.parametrize("language", ["en", "zh-CN"]),
    pytest.mark.parametrize("viewport", ["desktop", "phone"]),
    pytest.mark.clause("2.1.5", "2.3.2"),
]


@pytest.fixture(scope="module", autouse=True)
def _a_list_of_branches(center: Center, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Brought in as an operator does it, and taken away again: other journeys know a center without one."""
    file = tmp_path_factory.mktemp("branches") / "branches.csv"
    file.write_bytes(file_of(*LINES))
    done = center.run("import-branches", str(file))
    assert done.returncode == 0, done.stderr
    yield
    for table in TABLES:
        behind.change(center, f"DELETE FROM realname_{table}")


@pytest.fixture
def form(page: Page, new_visitor: NewVisitor, language: str) -> Page:
    """The form of a new customer, filled in up to bank and branch."""
    visitor = new_visitor(language)
    visitor.register()
    visitor.activate()
    lend_session(visitor, page)
    page.goto("/verification/bank-account/")
    page.fill("[name=name]", COMPANY)
    page.fill("[name=number]", demo_credit_code(seed=int(numbers.phone())))
    page.fill("[name=representative]", "王小灯")
    page.fill("[name=representative_id]", demo_resident_id())
    page.fill("[name=account]", f"310066{int(numbers.phone()) % 10**8:08d}880000")
    page.check("[name=consent]")
    return page


def offered(page: Page) -> Locator:
    return page.locator("#branches-found label")


def choice(page: Page, line: str) -> Locator:
    return page.locator(f'#branches-found input[value="{line.partition(",")[0]}"]')


def type_in(page: Page, name: str, text: str) -> None:
    """As a person does it, key by key, in place of what stands there; and until what was asked for all of it is shown."""
    field = page.locator(f"[name={name}]")
    field.fill("")
    with page.expect_response(lambda answer: asked(answer.url, name) == text):
        field.press_sequentially(text)
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)


def asked(url: str, name: str) -> str:
    """What the page asked about this field; empty if it asked about another one."""
    path, query = urlsplit(url).path, parse_qs(urlsplit(url).query)
    return query.get(name, [""])[0] if path.endswith(f"/{PATHS[name]}/") else ""


def expect_sent_to(page: Page, center: Center, line: str) -> None:
    expect(page).to_have_url(re.compile(r"/verification/RN\w{10}/transfer/$"))
    reference = page.url.split("/")[-3]
    query = (
        "SELECT realname_transfer.branch FROM realname_transfer JOIN realname_application"
        f" ON realname_application.id = realname_transfer.application_id WHERE reference = '{reference}'"
    )
    assert behind.rows(center, query) == [(line.partition(",")[0],)]


def test_bank_and_branch_are_offered_while_they_are_typed_and_chosen_by_key_or_finger(
    form: Page, center: Center, viewport: str, language: str
) -> None:
    page = form
    type_in(page, "branch", "武林")
    expect(page.locator("#branches-found")).to_contain_text(CHOOSE[language])
    type_in(page, "bank", "青灯农村")
    expect(page.locator(f'#company-banks option[value="{COUNTRY_BANK}"]')).to_have_count(1)
    type_in(page, "bank", COUNTRY_BANK)
    page.press("[name=bank]", "Tab")
    expect(page.locator("#branches-found")).to_contain_text(NOTHING[language])
    type_in(page, "branch", "灯塔路")
    expect(offered(page)).to_have_count(1)
    expect(choice(page, COUNTRY)).to_be_checked()  # the only one that can be meant
    type_in(page, "bank", "工商银行")
    page.press("[name=bank]", "Tab")  # another bank has other branches, and nobody asked for them by hand
    expect(page.locator("#branches-found")).to_contain_text(NOTHING[language])
    type_in(page, "branch", "杭州 武林")
    expect(offered(page)).to_have_count(2)
    for line in (LANTERN, HARBOUR):
        expect(choice(page, line)).not_to_be_checked()
    assert fits(page)
    if viewport == "phone":
        offered(page).filter(has_text="武林门").tap()
        expect(choice(page, HARBOUR)).to_be_checked()
        page.locator("main form button:not(.plain)").first.tap()
    else:
        page.press("[name=branch]", "Tab")
        expect(page.locator("#branches-found input:focus")).to_have_count(1)
        page.keyboard.press("ArrowDown")
        expect(choice(page, HARBOUR)).to_be_checked()
        page.keyboard.press("Enter")
    expect_sent_to(page, center, HARBOUR)


def test_the_digits_of_a_branch_do_as_well(form: Page, center: Center) -> None:
    number = LANTERN.partition(",")[0]
    form.fill("[name=bank]", "工商银行")
    type_in(form, "branch", f"{number[:4]} {number[4:8]} {number[8:]}")
    expect(choice(form, LANTERN)).to_have_count(1)
    form.locator("main form button:not(.plain)").first.click()
    expect_sent_to(form, center, LANTERN)


def test_a_choice_outlives_an_answer_that_comes_after_it(form: Page, center: Center) -> None:
    form.fill("[name=bank]", "工商银行")
    type_in(form, "branch", "杭州 武林")
    expect(offered(form)).to_have_count(2)
    late: dict[str, Route] = {}
    form.route(lambda url: "/branches/" in url, lambda route: late.update({asked(route.request.url, "branch"): route}))
    form.locator("[name=branch]").press_sequentially(" 支行")
    for _ in range(1_200):
        if "杭州 武林 支行" in late:
            break
        form.wait_for_timeout(100)
    choice(form, HARBOUR).check()
    form.locator("#branches-found ul").evaluate("(list) => { list.dataset.before = 'yes'; }")
    late["杭州 武林 支行"].continue_()
    expect(form.locator("#branches-found ul")).to_have_count(1)
    expect(form.locator("#branches-found [data-before]")).to_have_count(0)
    expect(choice(form, HARBOUR)).to_be_checked()
    expect(choice(form, HARBOUR)).to_be_focused()
    form.locator("main form button:not(.plain)").first.click()
    expect_sent_to(form, center, HARBOUR)


@pytest.mark.parametrize("scripts", [False])
def test_without_scripts_the_form_comes_back_with_the_branches_to_choose_from(
    form: Page, center: Center, language: str
) -> None:
    form.fill("[name=bank]", "工商银行")
    form.fill("[name=branch]", "武林")
    form.locator("main form button:not(.plain)").first.click()
    expect(form.locator("#id_branch_error")).to_contain_text(SEVERAL[language])
    expect(offered(form)).to_have_count(2)
    expect(form.locator("[name=name]")).to_have_value(COMPANY)
    expect(form.locator("[name=consent]")).to_be_checked()
    choice(form, LANTERN).check()
    form.locator("main form button:not(.plain)").first.click()
    expect_sent_to(form, center, LANTERN)
