"""The owner reads the history, filters it, saves it and disowns a sign-in: in a browser and over plain HTTP."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.visiting import ARRIVES_WITHIN, PASSWORD, Account, Visitor, fits, lend_session

NewVisitor = Callable[..., Visitor]
HISTORY, FILE = "/account/history/", "/account/history/file/"
ELSEWHERE = "127.0.0.3"
WORDS = {
    "en": ("Operations", "Filter", "Show events", "The account was opened", "Save as CSV", "Failed try"),
    "zh-CN": ("操作", "筛选", "查询", "账号已注册", "导出 CSV", "验证失败"),
}


def save(visitor: Visitor, file: str, **chosen: str) -> httpx.Response:
    form = visitor.get(HISTORY, params=chosen).paper.form_with("view", "csrfmiddlewaretoken")
    return visitor.client.post(FILE, data={**form.values, **chosen, "file": file})


def fail_from_elsewhere(visitor: Visitor, account: Account) -> None:
    """Somebody at another address of this machine types a wrong password."""
    visitor.client = httpx.Client(
        base_url=visitor.client.base_url,
        headers=visitor.client.headers,
        timeout=ARRIVES_WITHIN,
        follow_redirects=True,
        trust_env=False,
        transport=httpx.HTTPTransport(local_address=ELSEWHERE),
    )
    assert "signin.wrong_password" in visitor.type_password(account.name, "not the password").paper.refusals


@pytest.mark.clause("3.1.19")
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_failed_tries_of_a_network_are_found_and_saved(new_visitor: NewVisitor, language: str) -> None:
    owner = new_visitor(language)
    account = owner.register()
    fail_from_elsewhere(new_visitor(language), account)
    *_, failed = WORDS[language]
    page = owner.get(HISTORY, params={"network": f"{ELSEWHERE}/32"})
    assert failed in page.text
    assert ELSEWHERE in page.text
    assert "127.0.0.1" not in page.text
    saved = save(owner, "csv", view="sign_ins", network=ELSEWHERE)
    (row,) = csv.reader(io.StringIO(saved.content.decode("utf-8-sig")).readlines()[1:])
    assert ELSEWHERE in row
    assert failed in row
    events: list[dict[str, Any]] = json.loads(save(owner, "json", view="operations").content)["events"]
    assert [event["event"] for event in events] == ["audit:history:exported", "accounts:account:opened"]


@pytest.mark.clause("3.1.19")
def test_whoever_says_it_was_not_him_is_safe_again_with_a_new_password(
    visitor: Visitor, new_visitor: NewVisitor
) -> None:
    account = visitor.register()
    thief = new_visitor()
    assert thief.sign_in(account.name, PASSWORD).path == "/"
    page = visitor.get(HISTORY)
    link = next(one.attrs["href"] for one in page.paper.root.all("a") if "not-me" in one.attrs.get("href", ""))
    asked = visitor.get(link)
    ended = visitor.send(asked, asked.paper.form_with("csrfmiddlewaretoken"), {})
    assert ended.path == "/sign-in/"
    assert not thief.is_signed_in()
    assert not visitor.is_signed_in()
    sheet = visitor.type_password(account.name, PASSWORD)
    sheet = visitor.fill(sheet, {"code": visitor.code(account.contact, number=3)})
    assert sheet.path == "/sign-in/step/password/", sheet.text


@pytest.mark.clause("3.1.19")
@pytest.mark.parametrize(
    ("language", "viewport", "scripts"),
    [("en", "desktop", True), ("en", "phone", False), ("zh-CN", "phone", True), ("zh-CN", "desktop", False)],
)
def test_the_history_is_read_filtered_and_saved_in_a_browser(
    new_visitor: NewVisitor, page: Page, language: str
) -> None:
    operations, choose, show, opened, save_csv, _ = WORDS[language]
    visitor = new_visitor(language)
    visitor.register()
    lend_session(visitor, page)
    page.goto(HISTORY)
    page.locator(".tabs").get_by_role("link", name=operations).click()
    expect(page.locator("tbody")).to_contain_text(opened)
    page.get_by_text(choose, exact=True).click()
    page.locator("select[name=topic]").select_option("verification")
    page.get_by_role("button", name=show, exact=True).click()
    expect(page.locator(".empty")).to_be_visible()
    page.locator("select[name=topic]").select_option("account")
    page.get_by_role("button", name=show, exact=True).click()
    expect(page.locator("tbody")).to_contain_text(opened)
    assert fits(page)
    with page.expect_download() as download:
        page.get_by_role("button", name=save_csv).click()
    assert opened in download.value.path().read_text("utf-8-sig")
