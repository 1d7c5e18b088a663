"""An organisation is verified by papers: at once where the register agrees, and by staff where it does not."""

import re
import struct
import zlib
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from account_center.kit.demo_numbers import demo_credit_code, demo_resident_id
from tests.journeys import numbers
from tests.journeys.reviewing import REVIEWER, Desk, decide
from tests.journeys.staff import enter
from tests.journeys.visiting import ARRIVES_WITHIN, Shop, Visitor, lend_session, look_again

NewVisitor = Callable[..., Visitor]
SETTLES_WITHIN = 180_000
CANCELLED, UNKNOWN = "990003", "990005"  # what the sandbox's register says of these areas
SAID = {"en": "cancelled, or its licence is revoked", "zh-CN": "已注销，或其证照已被吊销"}


def picture(shade: int) -> bytes:
    """A small PNG, made here so that no file is needed."""
    side = 320

    def part(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    row = b"\0" + bytes([shade, 120, 160]) * side
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(row * side)) + part(b"IEND", b"")


def paper(name: str, shade: int = 200) -> dict[str, object]:
    return {"name": f"{name}.png", "mimeType": "image/png", "buffer": picture(shade)}


def customer(new_visitor: NewVisitor, language: str, page: Page) -> Visitor:
    visitor = new_visitor(language)
    visitor.register()
    visitor.activate()
    lend_session(visitor, page)
    return visitor


def a_number(area: str = "330106") -> str:
    """An organisation that nobody else in the tests is; the ``area`` decides what the sandbox's register says."""
    return demo_credit_code(area=area, seed=int(numbers.phone()))


def choose(page: Page, acting: str) -> None:
    """From the overview to the form, by clicks alone."""
    page.goto("/verification/")
    page.locator('main a[href="/verification/organisation/"]').click()
    page.locator('main a[href$="/organisation/enterprise/"]').click()
    page.locator('main a[href$="/enterprise/business_licence/"]').click()
    page.locator(f'main a[href$="/business_licence/{acting}/"]').click()


def fill(page: Page, *, agent: bool = False, number: str = "") -> None:
    page.fill("[name=name]", "蓝色灯塔(杭州)科技有限公司")
    page.fill("[name=number]", number or a_number())
    page.fill("[name=representative]", "王小灯")
    page.fill("[name=representative_id]", demo_resident_id(sequence=12))
    slots = ["certificate", "id_front", "id_back"]
    if agent:
        page.fill("[name=agent]", "陈海茶")
        page.fill("[name=agent_id]", demo_resident_id(sequence=24))
        slots.append("letter")
    for place, slot in enumerate(slots):
        page.set_input_files(f"[name={slot}]", paper(slot, 40 * place + 60))  # type: ignore[arg-type]
    page.check("[name=consent_data]")


def send(page: Page) -> str:
    """Submits; the reference of the application."""
    page.locator("main form button").last.click()
    page.wait_for_url(re.compile(r"/verification/RN\w{10}/$"))
    return page.url.rstrip("/").rpartition("/")[2]


@pytest.mark.clause("2.3.1", "2.3.22", "2.1.10")
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_papers_with_which_the_register_agrees_verify_at_once(
    page: Page, new_visitor: NewVisitor, shop: Shop, language: str
) -> None:
    visitor = customer(new_visitor, language, page)
    choose(page, "representative")
    fill(page)
    send(page)
    expect(page.locator(".result-ok")).to_be_visible(timeout=SETTLES_WITHIN)
    assert shop.may(visitor.tenant_id(), within=ARRIVES_WITHIN)


@pytest.mark.clause("2.3.1", "2.3.17", "2.3.18", "2.1.12")
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_letter_without_a_seal_is_asked_for_again_and_then_accepted(
    page: Page, new_visitor: NewVisitor, shop: Shop, language: str
) -> None:
    visitor = customer(new_visitor, language, page)
    choose(page, "authorised")
    expect(page.locator('main a[href="/verification/forms/letter/"]').first).to_be_visible()
    fill(page, agent=True)
    reference = send(page)
    staff = new_visitor()
    enter(staff, REVIEWER)
    fine = dict.fromkeys(("certificate", "id_front", "id_back"), "fine")
    decide(staff, reference, {**fine, "letter": "seal_missing"}, shows="王小灯")
    look_again(page, f"/verification/{reference}/")
    page.locator(f'main a[href="/verification/{reference}/again/"]').click()
    page.set_input_files("[name=letter]", paper("letter", 250))  # type: ignore[arg-type]
    page.locator("main form button").last.click()
    expect(page.locator(".result-wait")).to_be_visible()
    decide(staff, reference, {**fine, "letter": "fine"}, shows="王小灯")
    look_again(page)
    expect(page.locator(".result-ok")).to_be_visible()
    assert shop.may(visitor.tenant_id(), within=ARRIVES_WITHIN)


@pytest.mark.clause("2.3.28", "2.1.9", "2.1.12")
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_an_organisation_that_the_register_has_cancelled_is_refused_without_staff(
    page: Page, new_visitor: NewVisitor, shop: Shop, language: str
) -> None:
    visitor = customer(new_visitor, language, page)
    choose(page, "representative")
    fill(page, number=a_number(CANCELLED))
    reference = send(page)
    refusal = page.locator('[data-code="realname.organisation_cancelled"]')
    expect(refusal).to_contain_text(SAID[language], timeout=SETTLES_WITHIN)
    expect(page.locator("main")).to_contain_text(reference)
    assert not shop.may(visitor.tenant_id())


@pytest.mark.clause("2.3.1", "2.1.11", "2.1.12")
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_papers_that_staff_do_not_believe_are_refused_and_a_ticket_knows_which(
    page: Page, new_context: Callable[[], BrowserContext], new_visitor: NewVisitor, shop: Shop, language: str
) -> None:
    visitor = customer(new_visitor, language, page)
    choose(page, "representative")
    fill(page, number=a_number(UNKNOWN))
    reference = send(page)
    desk = Desk(new_context().new_page(), new_visitor(language))
    desk.take(reference)
    desk.judge(certificate="forged", id_front="fine", id_back="fine")
    look_again(page, f"/verification/{reference}/")
    refusal = page.locator('[data-code="realname.paper_forged"]')
    expect(refusal).to_contain_text(reference)
    refusal.locator("a[href*='/support/?about=realname.enterprise_failed']").first.click()
    expect(page.locator("main")).to_contain_text(reference)
    assert not shop.may(visitor.tenant_id())
