"""What comes from outside: results of partner sites, students, the operator's own employees (2.4.10, 2.1.16, 2.1.23)."""

import re
import time
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from account_center.kit.demo_people import DEMO_IDENTITIES, DEMO_SITE_ID
from tests.journeys import numbers
from tests.journeys.numbers import Person
from tests.journeys.staff import enter
from tests.journeys.test_organisation import SETTLES_WITHIN, a_number
from tests.journeys.test_support import TICKET, the_ticket
from tests.journeys.visiting import ARRIVES_WITHIN, Sheet, Shop, Visitor, lend_session, look_again

NewVisitor = Callable[..., Visitor]
SITES, STUDENT = "/verification/partner-sites/", "/verification/student/"
SITE = "/sandbox/partner-site/"
VERIFIED = {"en": "You are verified", "zh-CN": "实名认证已完成"}
FAILED = {"en": "The verification failed", "zh-CN": "实名认证未通过"}
REFUSED = {"en": "The code still counts", "zh-CN": "授权码仍然有效"}
CHILD = date(2015, 6, 1)
both_languages = pytest.mark.parametrize("language", ["en", "zh-CN"])


class Customer:
    """A customer with the cloud activated, at a browser."""

    def __init__(self, page: Page, visitor: Visitor) -> None:
        self.page, self.visitor = page, visitor
        self.account = visitor.register()
        self.tenant = visitor.activate()
        lend_session(visitor, page)

    def agree(self, path: str = SITES) -> str:
        """From the overview to a code, by clicks."""
        self.page.goto("/verification/")
        self.page.locator(f'main a[href="{path}"]').click()
        self.page.check("[name=consent]")
        self.page.locator("main form:has([name=consent]) button").click()
        code = self.page.locator("#agreement-1")
        expect(code).to_be_visible()
        return code.inner_text()

    def at_the_site(self) -> "Site":
        """Goes to the partner site, in another tab."""
        with self.page.expect_popup() as opened:
            self.page.locator(f'main a[href^="{SITE}"]').click()
        return Site(opened.value)


class Site:
    """The partner site that a newcomer plays."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def tell(self, tenant: str, code: str, name: str, number: str) -> "Site":
        """Signs and sends what it knows."""
        for field, value in (("tenant", tenant), ("agreement", code), ("name", name), ("number", number)):
            self.page.fill(f"[name={field}]", value)
        self.page.locator("main form button").click()
        return self

    def is_answered(self, *words: str) -> "Site":
        """What the account center said."""
        for said in words:
            expect(self.page.locator("#exchange")).to_contain_text(said)
        return self

    def about(self, what: str) -> "Site":
        self.page.goto(f"{SITE}?about={what}")
        return self


def code_of(visitor: Visitor, path: str = SITES) -> str:
    """A code without a browser."""
    sheet = visitor.fill(visitor.get(path), {"site": DEMO_SITE_ID, "consent": "on"})
    return next(one.text for one in sheet.paper.root.all("code") if one.attrs.get("id") == "agreement-1")


def told(visitor: Visitor, tenant: str, code: str, person: Person) -> Sheet:
    """The partner site sends what it knows of a person, without a browser."""
    listed = DEMO_IDENTITIES[0].id_number
    typed = {"tenant": tenant, "agreement": code, "who": listed, "name": person.name, "number": person.id_number}
    sheet = visitor.fill(visitor.get(f"{SITE}?about=person"), typed)
    assert "HTTP 200" in sheet.text, sheet.text
    return sheet


def ends_with(shop: Shop, tenant: str, action: str) -> None:
    """Waits until another service learns that this is no longer allowed."""
    deadline = time.monotonic() + ARRIVES_WITHIN
    while shop.may(tenant, action):
        assert time.monotonic() < deadline, f"{tenant} may still {action}"
        time.sleep(0.2)


@pytest.mark.clause("2.4.10")
@both_languages
def test_a_partner_sites_result_verifies_and_the_customers_page_follows_by_itself(
    page: Page, new_visitor: NewVisitor, shop: Shop, language: str
) -> None:
    customer = Customer(page, new_visitor(language))
    person = numbers.person()
    code = customer.agree()
    customer.at_the_site().tell(customer.tenant, code, person.name, person.id_number).is_answered(
        "HTTP 200", "approved"
    )
    expect(page.locator("h1")).to_have_text(VERIFIED[language])
    assert re.search(r"/verification/RN\w{10}/$", page.url)
    assert shop.may(customer.tenant, within=ARRIVES_WITHIN)
    page.goto("/verification/")
    expect(page.locator("main")).to_contain_text("Demo partner site")
    expect(page.locator("main")).to_contain_text("DEMO-")
    customer.visitor.message_saying("Demo partner site", customer.account.contact)


@pytest.mark.clause("2.4.10", "2.1.18")
@both_languages
def test_a_result_about_a_child_is_refused_and_a_right_one_counts_with_the_same_code(
    page: Page, new_visitor: NewVisitor, shop: Shop, language: str
) -> None:
    customer = Customer(page, new_visitor(language))
    child, adult = numbers.person(CHILD), numbers.person()
    code = customer.agree()
    site = customer.at_the_site()
    site.tell(customer.tenant, code, child.name, child.id_number).is_answered("HTTP 409", "realname.too_young")
    expect(page.locator("main")).to_contain_text(REFUSED[language])
    expect(page.locator("main")).to_contain_text("18")
    expect(page.locator("#agreement-1")).to_have_text(code)
    assert not shop.may(customer.tenant)
    site.tell(customer.tenant, code, adult.name, adult.id_number).is_answered("HTTP 200")
    expect(page.locator("h1")).to_have_text(VERIFIED[language])
    assert shop.may(customer.tenant, within=ARRIVES_WITHIN)


@pytest.mark.clause("2.4.10", "2.1.22")
@both_languages
def test_a_person_behind_three_accounts_is_refused_from_outside_too(
    page: Page, new_visitor: NewVisitor, shop: Shop, language: str
) -> None:
    person = numbers.person()
    for _ in range(3):
        other = new_visitor(language)
        other.register()
        told(other, other.activate(), code_of(other), person)
    customer = Customer(page, new_visitor(language))
    code = customer.agree()
    customer.at_the_site().tell(customer.tenant, code, person.name, person.id_number).is_answered(
        "realname.person_full"
    )
    expect(page.locator("main")).to_contain_text(REFUSED[language])
    expect(page.locator("main .note-warning")).to_contain_text("3")
    assert not shop.may(customer.tenant)


@pytest.mark.clause("2.4.10")
@both_languages
def test_without_the_customers_agreement_a_site_can_say_nothing(
    page: Page, new_visitor: NewVisitor, shop: Shop, language: str
) -> None:
    customer = Customer(page, new_visitor(language))
    person = numbers.person()
    code = customer.agree()
    site = customer.at_the_site()
    site.tell(customer.tenant, "AAAA-BBBB-CCCC", person.name, person.id_number)
    site.is_answered("HTTP 403", "realname.no_agreement")
    page.locator('main form[action$="/withdraw/"] button').click()
    expect(page.locator("#agreement-1")).to_have_count(0)
    site.tell(customer.tenant, code, person.name, person.id_number).is_answered("HTTP 403", "realname.no_agreement")
    assert not shop.may(customer.tenant)


@pytest.mark.clause("2.4.10", "2.3.28")
@both_languages
def test_an_organisation_of_a_partner_site_is_compared_with_the_register(
    page: Page, new_visitor: NewVisitor, shop: Shop, language: str
) -> None:
    customer = Customer(page, new_visitor(language))
    site = Site(page.context.new_page())
    code = customer.agree()
    site.about("organisation").tell(customer.tenant, code, "灯塔注销科技有限公司", a_number("990003"))
    site.is_answered("HTTP 200", "checking")
    expect(page.locator("h1")).to_have_text(FAILED[language], timeout=SETTLES_WITHIN)
    assert not shop.may(customer.tenant)
    code = customer.agree()
    site.tell(customer.tenant, code, "蓝色灯塔(杭州)科技有限公司", a_number()).is_answered("HTTP 200")
    expect(page.locator("h1")).to_have_text(VERIFIED[language], timeout=SETTLES_WITHIN)
    assert shop.may(customer.tenant, within=ARRIVES_WITHIN)


def a_verified(page: Page, new_visitor: NewVisitor, language: str) -> tuple[Customer, Person]:
    """A customer whom the partner site has verified already."""
    customer, person = Customer(page, new_visitor(language)), numbers.person()
    told(customer.visitor, customer.tenant, code_of(customer.visitor), person)
    return customer, person


@pytest.mark.clause("2.1.16")
@both_languages
def test_an_education_service_says_who_studies_and_staff_take_it_back(
    page: Page, new_visitor: NewVisitor, shop: Shop, language: str
) -> None:
    customer, person = a_verified(page, new_visitor, language)
    somebody = numbers.person()
    assert not shop.may(customer.tenant, "student_offers")
    code = customer.agree(STUDENT)
    site = customer.at_the_site()
    site.tell(customer.tenant, code, somebody.name, somebody.id_number).is_answered("realname.another_student")
    expect(page.locator("main")).to_contain_text(REFUSED[language])
    site.tell(customer.tenant, code, person.name, person.id_number).is_answered("HTTP 200", "until")
    expect(page.locator(".pill-ok")).to_be_visible()
    expect(page.locator("main")).to_contain_text("浙江大学")
    assert shop.may(customer.tenant, "student_offers", within=ARRIVES_WITHIN)
    staff = new_visitor(language)
    enter(staff, "wang.reviewer")
    ending = staff.get(f"/console/tenants/{customer.tenant}/student/end")
    staff.fill(ending, {"reason": "ticket", "note": "The school says that nobody of this name studies there"})
    look_again(page)
    expect(page.locator("main")).to_contain_text("The school says that nobody of this name studies there")
    expect(page.locator(".pill-no")).to_be_visible()
    ends_with(shop, customer.tenant, "student_offers")


@pytest.mark.clause("2.1.16")
@both_languages
def test_a_student_proves_it_by_ticket_and_staff_give_the_status(
    page: Page, new_visitor: NewVisitor, shop: Shop, language: str
) -> None:
    customer, _person = a_verified(page, new_visitor, language)
    page.goto(STUDENT)
    page.locator('main a[href$="?about=realname.student"]').click()
    expect(page.locator("#id_category")).to_have_value("realname.student")
    page.fill("#id_subject", "I study until July 2028")
    page.fill("#id_text", "My student card is in the picture.")
    page.locator("main form button:not([name]):not([type=button])").first.click()
    expect(page).to_have_url(TICKET)
    ticket = the_ticket(page.url)
    desk = new_visitor(language)
    enter(desk, "wang.reviewer")
    lend_session(desk, page)
    page.goto(f"/console/tickets/{ticket}/")
    page.locator('main a[href^="/console/customers/"]').first.click()
    page.locator('main a[href$="/student"]').click()
    page.fill("[name=school]", "浙江大学")
    page.select_option("[name=level]", "master")
    page.fill("[name=until]", "2028-07-31")
    page.fill("[name=ticket]", ticket)
    page.fill("[name=evidence]", "Student card with the stamp of this year")
    page.locator("main form:has([name=evidence]) button").click()
    expect(page.locator("main")).to_contain_text("2028-07-31")
    assert shop.may(customer.tenant, "student_offers", within=ARRIVES_WITHIN)
    lend_session(customer.visitor, page)
    page.goto(STUDENT)
    expect(page.locator("main")).to_contain_text(ticket)
    expect(page.locator(".pill-ok")).to_be_visible()


@pytest.mark.clause("2.1.23")
@both_languages
def test_an_employee_is_marked_by_staff_and_goes_on_with_a_ticket(
    page: Page, new_visitor: NewVisitor, language: str
) -> None:
    customer = Customer(page, new_visitor(language))
    desk = new_visitor(language)
    enter(desk, "chen.manager")
    lend_session(desk, page)
    page.goto(f"/console/tenants/{customer.tenant}/mark")
    page.select_option("[name=act]", "set:internal")
    page.select_option("[name=reason]", "ticket")
    page.fill("[name=note]", "Personnel says so")
    page.locator("main form:has([name=act]) button").click()
    expect(page.locator("main form:has([name=act])")).to_have_count(0)
    lend_session(customer.visitor, page)
    page.goto("/verification/bank-card/")
    expect(page.locator(".refusal")).to_be_visible()
    page.goto("/verification/")
    expect(page.locator('main a[href="/verification/bank-card/"]')).to_have_count(0)
    page.locator('main a[href$="?about=realname.internal_employee"]').click()
    expect(page.locator("#id_category")).to_have_value("realname.internal_employee")
    page.fill("#id_subject", "I work here")
    page.fill("#id_text", "Please tell me how my verification goes on.")
    page.locator("main form button:not([name]):not([type=button])").first.click()
    expect(page).to_have_url(TICKET)
    ticket = the_ticket(page.url)
    staff = new_visitor("en")
    enter(staff, "wang.reviewer")
    assert "I work here" in staff.get(f"/console/tickets/{ticket}/").text
