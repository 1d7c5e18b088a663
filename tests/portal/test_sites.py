"""Partner sites, students and internal employees on the customer's pages (2.4.10, 2.1.16, 2.1.23)."""

import re
from datetime import date

import pytest
from django.urls import reverse

from account_center.accounts.queries import account
from account_center.kit.actor import Actor, ActorKind, StaffRole
from account_center.kit.demo_numbers import demo_credit_code, demo_resident_id
from account_center.plumbing.work.running import run_due
from account_center.realname.models import Agreement
from account_center.realname.services.agreements import agreements_of
from account_center.realname.services.students import end_student_status, give_student_status, take_student_status
from account_center.realname.types import AgreementView, Purpose, StudentLevel, Study
from account_center.tenants.services import set_mark
from account_center.tenants.types import TenantFacts, ZoneMark
from tests.portal.visiting import Customer
from tests.realname.making import a_reviewer, a_tenant, an_organisation_claim, submit, verify
from tests.realname.partnering import a_resident, a_result, a_site, actor_of, agreed, send, taken, told
from tests.signin.making import NOW

pytestmark = pytest.mark.django_db
CODE = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}")
MANAGER = Actor(kind=ActorKind.STAFF, account_id=1, name="li", roles=frozenset({StaffRole.CUSTOMER_MANAGER}))


def owner_of(tenant: TenantFacts, language: str = "en") -> Customer:
    owner = account(tenant.owner_id)
    assert owner
    return Customer(owner, language=language)


@pytest.mark.clause("2.4.10")
def test_a_customer_makes_a_code_for_a_partner_site_which_then_verifies_the_tenant() -> None:
    tenant, site = a_tenant(), a_site()
    customer = owner_of(tenant)
    overview = customer.get("portal:verification")
    assert "Verified at a partner site already?" in overview.text
    assert reverse("portal:partner_sites") in overview.links
    page = customer.send("portal:partner_sites", site=site.client_id, consent="on")
    code = CODE.search(page.text)
    assert code, page.text
    assert tenant.public_id in page.text
    agreement = agreed_view(tenant)
    assert code[0] == agreement.code
    answer = taken(send(a_result(told(tenant, agreement, reference="P-77"))))
    shown = customer.get("portal:verification")
    assert (site.name in shown.text, "P-77" in shown.text, "2026-11-20" in shown.text) == (True, True, True)
    application = customer.get("portal:verification_application", answer.reference)
    assert f"Result received from {site.name}" in application.text
    assert "face picture" not in application.text


def agreed_view(tenant: TenantFacts) -> AgreementView:
    (one,) = agreements_of(tenant.id, purpose=Purpose.VERIFICATION, now=NOW)
    return one


@pytest.mark.clause("2.4.10")
def test_without_consent_there_is_no_code() -> None:
    tenant, site = a_tenant(), a_site()
    page = owner_of(tenant).send("portal:partner_sites", site=site.client_id)
    assert (page.status, CODE.search(page.text)) == (422, None)
    assert "Your consent is missing." in page.text
    assert not Agreement.objects.exists()


@pytest.mark.clause("2.4.10")
def test_a_site_that_is_not_trusted_is_no_choice() -> None:
    tenant = a_tenant()
    a_site()
    page = owner_of(tenant).send("portal:partner_sites", site="somebody", consent="on")
    assert (page.status, Agreement.objects.exists()) == (422, False)


@pytest.mark.clause("2.4.10")
def test_without_trusted_sites_nothing_is_offered() -> None:
    customer = owner_of(a_tenant())
    assert "partner site" not in customer.get("portal:verification").text
    page = customer.get("portal:partner_sites")
    assert "At present there is no site" in page.text
    assert customer.send("portal:partner_sites", site="x", consent="on").status == 200


@pytest.mark.clause("2.4.10")
def test_an_agreement_can_be_withdrawn_by_its_owner_only() -> None:
    tenant, other, site = a_tenant(), a_tenant(), a_site()
    agreement = agreed(tenant, site)
    assert "nothing to withdraw" in owner_of(other).send("portal:agreement_withdraw", str(agreement.id)).text
    assert agreement.code in owner_of(tenant).get("portal:partner_sites").text
    page = owner_of(tenant).send("portal:agreement_withdraw", str(agreement.id))
    assert "the code counts no more" in page.text
    assert agreement.code not in owner_of(tenant).get("portal:partner_sites").text


@pytest.mark.clause("2.4.10")
def test_who_is_verified_or_waits_for_an_answer_makes_no_code() -> None:
    tenant, site = a_tenant(), a_site()
    submit(tenant)
    assert "Staff look at your document" in owner_of(tenant).get("portal:partner_sites").text
    verified = a_tenant()
    taken(send(a_result(told(verified, agreed(verified, site)))))
    assert "You are verified" in owner_of(verified).get("portal:partner_sites").text
    by_card = a_tenant()
    verify(by_card)
    assert owner_of(by_card).get("portal:partner_sites").status == 409


@pytest.mark.clause("2.4.10")
def test_the_page_says_that_the_register_is_asked_about_a_partners_organisation() -> None:
    tenant = a_tenant()
    answer = taken(send(a_result(told(tenant, agreed(tenant, a_site())), an_organisation_claim())))
    page = owner_of(tenant).get("portal:verification_application", answer.reference)
    assert "The public register is being asked" in page.text
    run_due()
    assert "You are verified" in owner_of(tenant).get("portal:verification_application", answer.reference).text


@pytest.mark.clause("2.1.16")
def test_a_student_reads_what_holds_and_how_to_prove_it() -> None:
    tenant = a_tenant()
    unverified = owner_of(tenant).get("portal:student")
    assert "You are not verified yet" in unverified.text
    taken(send(a_result(told(tenant, agreed(tenant, a_site())))))
    customer = owner_of(tenant)
    overview = customer.get("portal:verification")
    assert "Are you a student?" in overview.text
    page = customer.get("portal:student")
    assert f"{reverse('portal:ticket_new')}?about=realname.student" in page.links
    assert "Prove it at an education service" not in page.text
    study = Study("浙江大学", StudentLevel.MASTER, date(2028, 7, 31))
    give_student_status(
        actor=a_reviewer(), tenant=tenant, study=study, ticket="TK2345ABCD", evidence="card seen", now=NOW
    )
    assert "浙江大学, until 2028-07-31" in customer.get("portal:verification").text
    held = customer.get("portal:student").text
    assert ("TK2345ABCD" in held, "2028-07-31" in held, "card seen" in held) == (True, True, False)


@pytest.mark.clause("2.1.16")
def test_a_student_reads_why_the_status_was_taken_back() -> None:
    tenant = a_tenant()
    taken(send(a_result(told(tenant, agreed(tenant, a_site())))))
    study = Study("浙江大学", StudentLevel.MASTER, date(2028, 7, 31))
    give_student_status(actor=a_reviewer(), tenant=tenant, study=study, ticket="TK2345ABCD", evidence="card", now=NOW)
    end_student_status(actor=a_reviewer(), tenant=tenant, because="The school says no", now=NOW)
    customer = owner_of(tenant)
    assert "It was taken back on" in customer.get("portal:verification").text
    page = customer.get("portal:student").text
    assert ("taken back" in page, "The school says no" in page, "say so in a ticket" in page) == (True, True, True)


@pytest.mark.clause("2.1.16")
def test_a_student_makes_a_code_for_an_education_service() -> None:
    tenant, service = a_tenant(), a_site(purpose=Purpose.STUDENT)
    taken(send(a_result(told(tenant, agreed(tenant, a_site())))))
    page = owner_of(tenant).send("portal:student", site=service.client_id, consent="on")
    assert CODE.search(page.text)
    agreement = Agreement.objects.get(purpose="student")
    page = owner_of(tenant).send("portal:agreement_withdraw", str(agreement.pk), purpose="student")
    assert page.path == reverse("portal:student")


@pytest.mark.clause("2.1.16")
def test_an_organisation_reads_that_it_cannot_be_a_student() -> None:
    tenant = a_tenant()
    taken(send(a_result(told(tenant, agreed(tenant, a_site())), an_organisation_claim())))
    run_due()
    customer = owner_of(tenant)
    assert "cannot be a student" in customer.get("portal:student").text
    assert "Are you a student?" not in customer.get("portal:verification").text


@pytest.mark.clause("2.1.23")
def test_an_employee_is_led_to_a_ticket_that_knows_what_it_is_about() -> None:
    customer = owner_of(a_tenant())
    overview = customer.get("portal:verification")
    assert "Are you an employee of the operator" in overview.text
    link = f"{reverse('portal:ticket_new')}?about=realname.internal_employee"
    assert link in overview.links
    ticket = customer.at(link)
    assert 'value="realname.internal_employee" selected' in ticket.html


@pytest.mark.clause("2.1.23")
def test_a_tenant_marked_as_an_employees_is_refused_at_every_usual_way() -> None:
    tenant = a_tenant()
    set_mark(actor=MANAGER, tenant_id=tenant.id, mark=ZoneMark.INTERNAL, present=True, reason="Ticket TK2345ABCD")
    customer = owner_of(tenant)
    overview = customer.get("portal:verification")
    assert "Your verification is arranged by ticket." in overview.text
    assert reverse("portal:bank_card") not in overview.links
    for way in ("bank_card", "scan", "document", "bank_account", "organisation"):
        page = customer.get(f"portal:{way}")
        assert page.status == 409, way
        assert "The verification of the operator's employees is arranged by ticket." in page.text
        assert any("about=realname.internal_employee" in link for link in page.links), way
    set_mark(actor=MANAGER, tenant_id=tenant.id, mark=ZoneMark.INTERNAL, present=False, reason="A mistake")
    assert reverse("portal:bank_card") in customer.get("portal:verification").links


@pytest.mark.clause("2.1.23")
def test_the_operators_own_personnel_service_may_verify_an_employee() -> None:
    tenant = a_tenant()
    set_mark(actor=MANAGER, tenant_id=tenant.id, mark=ZoneMark.INTERNAL, present=True, reason="Ticket TK2345ABCD")
    customer, site = owner_of(tenant), a_site()
    assert CODE.search(customer.send("portal:partner_sites", site=site.client_id, consent="on").text)
    taken(send(a_result(told(tenant, agreed(tenant, site)))))
    assert "You are verified" in customer.get("portal:verification").text


@pytest.mark.clause("2.4.10", "2.1.16", "2.1.23")
def test_the_pages_speak_chinese() -> None:
    tenant, site = a_tenant(), a_site()
    customer = owner_of(tenant, language="zh-hans")
    assert "沿用合作伙伴网站的实名认证" in customer.get("portal:partner_sites").text
    assert "您是内部员工" in customer.get("portal:verification").text
    assert "授权码" in customer.send("portal:partner_sites", site=site.client_id, consent="on").text
    assert "学生身份" in customer.get("portal:student").text


@pytest.mark.clause("2.4.10")
def test_a_customer_who_waits_reads_why_a_result_did_not_count_and_that_the_code_still_does() -> None:
    tenant, site = a_tenant(), a_site()
    agreement = agreed(tenant, site)
    customer = owner_of(tenant)
    waiting = customer.get("portal:partner_sites")
    assert "waits for the site" in waiting.text
    child = a_resident(demo_resident_id(birth=date(2015, 6, 1)))
    assert send(a_result(told(tenant, agreement), child))[0] is None
    page = customer.get("portal:partner_sites")
    for said in (
        f"What {site.name} sent on",
        "Persons under 18 cannot be verified.",
        "The code still counts",
        agreement.code,
    ):
        assert said in page.text, said
    taken(send(a_result(told(tenant, agreement))))
    assert "You are verified" in customer.get("portal:partner_sites").text


@pytest.mark.clause("2.1.16")
def test_a_student_who_waits_reads_why_the_status_did_not_count() -> None:
    tenant, service = a_tenant(), a_site(purpose=Purpose.STUDENT)
    taken(send(a_result(told(tenant, agreed(tenant, a_site())))))
    said = told(tenant, agreed(tenant, service, purpose=Purpose.STUDENT))
    study = Study("浙江大学", StudentLevel.MASTER, date(2028, 7, 31))
    given, _wrong = take_student_status(actor=actor_of(service), told=said, study=study, who=a_resident(), now=NOW)
    assert given is None
    assert "The student is not the person this tenant is verified as." in owner_of(tenant).get("portal:student").text


@pytest.mark.clause("2.4.10")
def test_the_open_page_comes_anew_only_when_something_happened() -> None:
    tenant, site = a_tenant(), a_site()
    agreement = agreed(tenant, site)
    browser = owner_of(tenant).client
    address = reverse("portal:partner_sites")

    def asks(seen: str) -> tuple[int, str]:
        answer = browser.get(address, {"seen": seen}, headers={"HX-Request": "true"})
        return answer.status_code, answer.headers.get("HX-Refresh", "")

    assert asks("0") == (204, "")
    send(a_result(told(tenant, agreement), a_resident(demo_resident_id(birth=date(2015, 6, 1)))))
    assert asks("0") == (200, "true")
    refused = Agreement.objects.get().refused_at
    assert refused
    assert asks(f"{refused.timestamp():.6f}") == (204, "")
    answer = taken(send(a_result(told(tenant, agreement))))
    led = browser.get(address, {"seen": "0"}, headers={"HX-Request": "true"}).headers["HX-Redirect"]
    assert led == reverse("portal:verification_application", args=[answer.reference])


@pytest.mark.clause("2.4.10")
def test_whoever_waits_is_led_to_the_application_that_the_result_made_also_if_it_was_refused() -> None:
    tenant, site = a_tenant(), a_site()
    customer, agreement = owner_of(tenant), agreed(tenant, site)
    cancelled = an_organisation_claim(number=demo_credit_code(area="990003", seed=7))
    answer = taken(send(a_result(told(tenant, agreement), cancelled)))
    run_due()
    followed = customer.poll("portal:partner_sites")
    assert followed.headers["HX-Redirect"] == reverse("portal:verification_application", args=[answer.reference])
    page = customer.get("portal:partner_sites")
    assert f"What {site.name} sent last was refused." in page.text
    assert reverse("portal:verification_application", args=[answer.reference]) in page.links
