"""A tenant's list of networks and the owner's way back, from two addresses; hints while a password is typed."""

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.visiting import ARRIVES_WITHIN, PASSWORD, Account, Sheet, Visitor

NewVisitor = Callable[..., Visitor]
HERE, ELSEWHERE = "127.0.0.1", "127.0.0.2"
NETWORKS = "/account/security/policy/networks/"
WORDS = {
    "en": (
        "With this list you would lock yourself out.",
        "Your own list of networks does not allow",
        "way back is open",
    ),
    "zh-CN": ("保存这个列表会把您自己挡在外面。", "您自己设置的网络列表不允许", "临时放行有效至"),
}


def from_elsewhere(visitor: Visitor) -> Visitor:
    """The same visitor at another address of this machine."""
    old = visitor.client
    visitor.client = httpx.Client(
        base_url=old.base_url,
        headers=old.headers,
        timeout=ARRIVES_WITHIN,
        follow_redirects=True,
        trust_env=False,
        transport=httpx.HTTPTransport(local_address=ELSEWHERE),
    )
    old.close()
    return visitor


def prove(visitor: Visitor, account: Account, number: int) -> Sheet:
    """The fresh proof before the list, by the ``number``-th code."""
    waiting = visitor.fill(visitor.get(NETWORKS), {"way": "sms"})
    return visitor.fill(waiting, {"code": visitor.code(account.contact, number=number)})


def save(visitor: Visitor, sheet: Sheet, networks: str) -> Sheet:
    form = sheet.paper.form_with("networks", "version")
    looked = visitor.send(sheet, form, {"networks": networks, "look": "1"})
    if looked.status != 200:
        return looked
    return visitor.send(looked, looked.paper.form_with("networks", "version"), {"networks": networks, "save": "1"})


@pytest.mark.clause("1.22", "1.23")
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_list_keeps_everybody_else_out_and_lets_its_owner_back_in(new_visitor: NewVisitor, language: str) -> None:
    own_feet, kept_out, open_now = WORDS[language]
    owner = new_visitor(language)
    account = owner.register()
    owner.activate()
    assert own_feet in save(owner, prove(owner, account, 2), "203.0.113.0/24").text
    assert save(owner, owner.get(NETWORKS), f"{HERE}，203.0.113.0／24").path == "/account/security/policy/"

    away = from_elsewhere(new_visitor(language))
    sheet = away.type_password(account.name, PASSWORD)
    sheet = away.answer_trust(away.fill(sheet, {"code": away.code(account.contact, number=3)}))
    assert sheet.status == 403
    assert kept_out in sheet.text
    assert ELSEWHERE in sheet.text
    assert not away.is_signed_in()

    waiting = away.fill(away.get("/sign-in/way-back/"), {"channel": "sms"})
    sheet = away.fill(waiting, {"code": away.code(account.contact, number=4)})
    assert sheet.status == 200
    assert open_now in sheet.text
    assert away.is_signed_in()
    assert owner.is_signed_in()


@pytest.mark.clause("1.22")
@pytest.mark.parametrize(("language", "weak", "strong"), [("en", "very weak", "strong"), ("zh-CN", "很弱", "强")])
@pytest.mark.parametrize("viewport", ["phone"])
def test_hints_come_while_a_password_is_typed(
    page: Page, new_visitor: NewVisitor, language: str, weak: str, strong: str
) -> None:
    visitor = new_visitor(language)
    visitor.register()
    page.context.add_cookies(
        [{"name": "session", "value": visitor.client.cookies["session"], "url": visitor.center.base_url}]
    )
    page.goto("/account/security/password/")
    field, hints = page.locator("[name=password]"), page.locator("#id_password_strength")
    page.locator("[name=old_password]").fill(PASSWORD)
    # Slow typing may be asked about more than once; what counts is what was sent when all was typed.
    with page.expect_request(
        lambda sent: "password-hints" in sent.url and "abcabcabc" in (sent.post_data or "")
    ) as asked:
        field.press_sequentially("abcabcabc")
    assert "orchard" not in (asked.value.post_data or "")
    expect(hints.locator("strong")).to_have_text(weak)
    expect(hints.locator("li").first).to_be_visible()
    field.fill("")
    field.press_sequentially("regenschirm pflaume 31 kutsche")
    expect(hints.locator("strong")).to_have_text(strong)
    expect(hints.locator("li")).to_have_count(0)
