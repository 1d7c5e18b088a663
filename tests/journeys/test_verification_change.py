"""A verified tenant changes its verification by each way (2.4): what held before holds until the new one is approved."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browsing import VIEWPORTS
from tests.journeys import numbers, test_bank_account, test_organisation, test_scan, test_verification_document
from tests.journeys.reviewing import Desk
from tests.journeys.test_organisation import SETTLES_WITHIN, paper
from tests.journeys.visiting import ARRIVES_WITHIN, Account, Shop, Visitor, lend_session, look_again

NewVisitor = Callable[..., Visitor]
NewContext = Callable[[], BrowserContext]
both_languages = pytest.mark.parametrize("language", ["en", "zh-CN"])
CHANGED = {"en": "The verification is changed", "zh-CN": "实名认证已变更"}
UNCHANGED = {"en": "The verification was not changed", "zh-CN": "实名认证未变更"}
FINE = {"certificate": "fine", "id_front": "fine", "id_back": "fine"}
RENAMED = "绿色灯塔(杭州)科技有限公司"
INVOICES = {
    "en": ("invoices go by the present name", "invoices go by the new name"),
    "zh-CN": ("变更通过前按当前名称开具发票", "自该日起按新名称开具发票"),
}
LOOKED_AT = {"en": "Staff look at the change", "zh-CN": "正在审核变更"}


class Owner:
    """A verified person at a browser."""

    def __init__(self, page: Page, visitor: Visitor, shop: Shop) -> None:
        self.page, self.visitor, self.shop = page, visitor, shop
        self.account: Account = visitor.register()
        visitor.activate()
        visitor.verify(numbers.person(), numbers.card())
        self.tenant = visitor.tenant_id()
        assert shop.may(self.tenant, within=ARRIVES_WITHIN)
        lend_session(visitor, page)

    def begin(self, kind: str, way: str) -> None:
        """From the overview to the first page of the way, by clicks."""
        self.page.goto("/verification/")
        self.page.locator('main a[href="/verification/change/"]').click()
        self.page.locator(f'main a[href="/verification/change/{kind}/"]').click()
        self.page.locator(f'main a[href="/verification/{way}/?change={kind}"]').click()

    def prove(self) -> None:
        """Answers the page that asks whether it is still the owner."""
        recipient = self.account.contact
        before = self.visitor.codes_so_far(recipient)
        self.page.check("[name=way][value=sms]")
        self.page.locator("main form[data-once] .buttons button").first.click()
        self.page.fill("[name=code]", self.visitor.code(recipient, number=before + 1))
        self.page.locator("main form[data-once] .buttons button").first.click()
        expect(self.page.locator("#changing")).to_be_visible()

    def add_form(self) -> None:
        """The signed form of the change."""
        self.page.set_input_files("[name=change_form]", paper("change_form", 230))  # type: ignore[arg-type]

    def waits(self, language: str) -> str:
        """Staff look at the change, and what held before holds; the reference number."""
        expect(self.page.locator(".result-wait")).to_contain_text(LOOKED_AT[language], timeout=SETTLES_WITHIN)
        assert self.shop.may(self.tenant)
        found = re.search(r"RN\w{10}", self.page.url)
        assert found
        return found[0]

    def ends(self, reference: str, words: str) -> None:
        """So it ended, and the tenant may still buy."""
        look_again(self.page, f"/verification/{reference}/")
        expect(self.page.locator("main h1")).to_contain_text(words)
        assert self.shop.may(self.tenant, within=ARRIVES_WITHIN)


@pytest.fixture
def owner(page: Page, new_visitor: NewVisitor, shop: Shop, language: str) -> Owner:
    return Owner(page, new_visitor(language), shop)


@pytest.fixture
def desk(new_context: NewContext, new_visitor: NewVisitor, language: str) -> Desk:
    return Desk(new_context().new_page(), new_visitor(language))


@pytest.mark.clause("2.4.4", "2.4.8")
@both_languages
def test_another_person_by_bank_card_once_staff_have_read_the_form(owner: Owner, desk: Desk, language: str) -> None:
    page, person = owner.page, numbers.person()
    owner.begin("another_person", "bank-card")
    owner.prove()
    for name, typed in (("name", "赵小草"), ("id_number", person.id_number), ("phone", person.phone)):
        page.fill(f"[name={name}]", typed)
    page.fill("[name=card]", numbers.card())
    face = owner.visitor.face("same_person")
    page.set_input_files("[name=face]", {"name": "face.png", "mimeType": "image/png", "buffer": face})
    page.check("[name=consent_data]")
    page.check("[name=consent_face]")
    owner.add_form()
    page.locator("main form[data-once] .buttons button").first.click()
    page.fill("[name=code]", owner.visitor.code(f"+86{person.phone}"))
    page.locator("main form[data-once] .buttons button").first.click()
    reference = owner.waits(language)
    page.goto("/verification/")
    expect(page.locator("main")).to_contain_text("**灯")
    desk.take(reference)
    desk.judge(change_form="fine")
    owner.ends(reference, CHANGED[language])
    page.goto("/verification/")
    expect(page.locator("main")).to_contain_text("**草")


@pytest.mark.clause("2.4.4", "2.1.20")
@both_languages
def test_another_person_by_scan(
    owner: Owner, desk: Desk, new_context: NewContext, language: str, tmp_path: Path
) -> None:
    phone = new_context().new_page()
    phone.set_viewport_size(VIEWPORTS["phone"])
    owner.begin("another_person", "scan")
    owner.prove()
    test_scan.fill_in(owner.page, numbers.person())
    owner.add_form()
    link = test_scan.ask_for_code(owner.page)
    test_scan.take_over(phone, link, test_scan.TEXTS[language][0])
    test_scan.send(phone, owner.visitor.face("same_person"), tmp_path)
    reference = owner.waits(language)
    desk.take(reference)
    desk.judge(change_form="fine")
    owner.ends(reference, CHANGED[language])


@pytest.mark.clause("2.4.4", "2.1.12")
@both_languages
def test_another_person_by_document_refused_and_what_held_before_holds(owner: Owner, desk: Desk, language: str) -> None:
    page = owner.page
    owner.begin("another_person", "document")
    page.locator('main a[href*="/document/hkm_permit/"]').click()
    owner.prove()
    test_verification_document.fill_in(page)
    owner.add_form()
    reference = test_verification_document.send(page)
    assert owner.waits(language) == reference
    desk.take(reference)
    desk.judge(front="fine", back="fine", holding="another_person_holds", change_form="fine")
    owner.ends(reference, UNCHANGED[language])
    expect(page.locator('[data-code="realname.picture_another_person_holds"]')).to_contain_text(reference)
    page.goto("/verification/")
    expect(page.locator("main")).to_contain_text("**灯")


@pytest.mark.clause("2.4.2", "2.4.3", "2.4.6", "2.4.7")
@both_languages
def test_an_organisation_by_papers_at_once_and_another_one_once_its_form_is_sealed(
    owner: Owner, desk: Desk, language: str
) -> None:
    page = owner.page
    owner.begin("to_organisation", "organisation")
    reference = send_papers(owner)
    expect(page.locator(".result-ok h1")).to_contain_text(CHANGED[language], timeout=SETTLES_WITHIN)
    owner.ends(reference, CHANGED[language])
    # An organisation never becomes a person again.
    page.goto("/verification/change/")
    expect(page.locator('main a[href="/verification/change/another_person/"]')).to_have_count(0)
    owner.begin("another_organisation", "organisation")
    reference = send_papers(owner, form=True)
    assert owner.waits(language) == reference
    desk.take(reference)
    desk.judge(**FINE, change_form="not_signed")
    look_again(page, f"/verification/{reference}/")
    page.locator(f'main a[href="/verification/{reference}/again/"]').click()
    owner.add_form()
    page.locator("main form[data-once] .buttons button").first.click()
    assert owner.waits(language) == reference
    desk.take(reference)
    desk.judge(**FINE, change_form="fine")
    owner.ends(reference, CHANGED[language])


def send_papers(owner: Owner, *, form: bool = False, number: str = "", name: str = "") -> str:
    """The papers of an enterprise whose legal representative acts."""
    page = owner.page
    page.locator('main a[href*="/organisation/enterprise/?"]').click()
    page.locator('main a[href*="/enterprise/business_licence/?"]').click()
    page.locator('main a[href*="/business_licence/representative/?"]').click()
    owner.prove()
    test_organisation.fill(page, number=number)
    if name:
        page.fill("[name=name]", name)
    if form:
        owner.add_form()
    return test_organisation.send(page)


@pytest.mark.clause("2.4.5", "2.4.8", "2.3.20", "2.1.12")
@both_languages
def test_a_renaming_that_was_refused_is_sent_again_with_what_was_typed_and_approved(
    owner: Owner, desk: Desk, language: str
) -> None:
    page, number = owner.page, test_organisation.a_number()
    owner.begin("to_organisation", "organisation")
    send_papers(owner, number=number)
    expect(page.locator(".result-ok h1")).to_contain_text(CHANGED[language], timeout=SETTLES_WITHIN)
    owner.begin("renamed", "organisation")
    reference = send_papers(owner, form=True, number=number, name=RENAMED)
    assert owner.waits(language) == reference
    until, since = INVOICES[language]
    page.goto("/verification/")
    expect(page.locator("main")).to_contain_text(until)
    expect(page.locator(".sheet .facts").first).to_contain_text("蓝色**")
    desk.take(reference)
    desk.judge(**FINE, change_form="forged")
    owner.ends(reference, UNCHANGED[language])
    page.locator(f'main a[href="/verification/{reference}/send-again/"]').click()
    owner.prove()
    expect(page.locator("[name=name]")).to_have_value(RENAMED)
    expect(page.locator("[name=number]")).to_have_value("")
    expect(page.locator("main")).not_to_contain_text(number)
    for place, slot in enumerate(FINE):
        page.set_input_files(f"[name={slot}]", paper(slot, 40 * place + 60))  # type: ignore[arg-type]
    owner.add_form()
    page.check("[name=consent_data]")
    again = test_organisation.send(page)
    assert owner.waits(language) == again != reference
    desk.take(again)
    desk.judge(**FINE, change_form="fine")
    owner.ends(again, CHANGED[language])
    page.goto("/verification/")
    expect(page.locator("main")).to_contain_text(since)
    expect(page.locator(".sheet .facts").first).to_contain_text("绿色**")


@pytest.mark.clause("2.4.9", "2.4.2", "2.4.7")
@both_languages
def test_an_organisation_by_its_bank_account_and_then_another_one(owner: Owner, desk: Desk, language: str) -> None:
    page = owner.page
    owner.begin("to_organisation", "bank-account")
    owner.prove()
    test_bank_account.fill_in(page, test_bank_account.an_account())
    test_bank_account.send(page)
    test_bank_account.wait_for_the_amount_field(page)
    test_bank_account.type_it(page, test_bank_account.amount(page))
    expect(page.locator(".result-ok h1")).to_contain_text(CHANGED[language])
    assert owner.shop.may(owner.tenant, within=ARRIVES_WITHIN)
    # Who was verified by a bank account becomes another organisation, too, by papers here.
    owner.begin("another_organisation", "organisation")
    reference = send_papers(owner, form=True)
    assert owner.waits(language) == reference
    desk.take(reference)
    desk.judge(**FINE, change_form="fine")
    owner.ends(reference, CHANGED[language])
