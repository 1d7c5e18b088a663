from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from account_center.documents.types import TextLine
from account_center.kit.actor import StaffRole
from account_center.plumbing.work import run_due
from account_center.realname.models import Application, Evidence
from account_center.realname.queries import verification_of
from account_center.realname.services.papers import ask_register
from account_center.realname.types import Acting, ApplicationView
from account_center.tenants.types import TenantFacts
from tests.console.making import Clock, Desk, events, newest_event
from tests.realname.making import (
    a_company,
    a_document_claim,
    a_tenant,
    an_organisation_claim,
    submit,
    submit_company,
)
from tests.signin.making import NOW

pytestmark = pytest.mark.django_db
FINE = {"front": "fine", "back": "fine", "holding": "fine"}


@pytest.fixture
def reviewer(clock: Clock) -> Client:
    return Desk(clock, StaffRole.REVIEWER).enter()


def waiting() -> tuple[TenantFacts, ApplicationView]:
    tenant = a_tenant()
    return tenant, submit(tenant, a_document_claim(number="H55667788", name="陳大文"))


def take(browser: Client, view: ApplicationView) -> str:
    answer = browser.post(reverse("console:review_take", args=[view.reference]), follow=True)
    return str(answer.content.decode())


@pytest.mark.clause("2.1.10")
def test_the_queue_shows_what_waits_masked_and_by_when_it_was_promised(reviewer: Client) -> None:
    _tenant, view = waiting()
    page = reviewer.get(reverse("console:reviews")).content.decode()
    assert view.reference in page
    assert "**文" in page
    assert "H55667788" not in page
    assert view.promised_by
    assert "Mainland Travel Permit for Hong Kong" in page


@pytest.mark.clause("2.1.8")
def test_the_reviewer_is_always_asked_about_purposes_also_where_nothing_reads(
    reviewer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("account_center.documents.services.text_reader", lambda: None)
    _tenant, view = waiting()
    page = take(reviewer, view)
    assert "Accept it only if it names Lanyun Cloud; otherwise refuse" in page
    assert "compare by eye" in page


@pytest.mark.clause("2.1.8")
def test_what_a_machine_read_stands_beside_what_was_typed_with_the_differences(
    reviewer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ["Name <b>陳大文</b>", "H55667788", "仅用于红山银行开户"]
    read = tuple(TextLine(text=line, sure=0.9) for line in lines)
    reads = SimpleNamespace(read=lambda _jpeg: read)
    monkeypatch.setattr("account_center.documents.services.text_reader", lambda: reads)
    _tenant, view = waiting()
    assert "Being read; load the page again" in take(reviewer, view)
    run_due()
    page = reviewer.get(reverse("console:review", args=[view.reference])).content.decode()
    for said in (
        "the same",
        "not found",
        "does not name Lanyun Cloud",
        "仅用于红山银行开户",
        "All lines that were read",
    ):
        assert said in page
    assert "<b>陳" not in page


def test_a_case_shows_what_was_typed_and_its_pictures_and_each_look_is_an_event(reviewer: Client) -> None:
    _tenant, view = waiting()
    page = take(reviewer, view)
    for said in ("陳大文", "H55667788", "1990-05-17", "Hong Kong"):
        assert said in page
    answer = reviewer.get(reverse("console:review_picture", args=[view.reference, "front"]))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Cache-Control"] == "no-store"
    assert answer.content.startswith(b"\xff\xd8")
    assert newest_event("realname:review:picture_opened").facts == {"reference": view.reference, "slot": "front"}
    assert events("realname:review:looked") == 1


@pytest.mark.clause("2.2.10")
def test_all_fine_verifies_the_tenant(reviewer: Client) -> None:
    tenant, view = waiting()
    take(reviewer, view)
    page = reviewer.post(reverse("console:review", args=[view.reference]), FINE, follow=True).content.decode()
    assert "Approved. The tenant is verified" in page
    assert verification_of(tenant.id)


@pytest.mark.clause("2.1.12")
def test_a_reason_asks_for_the_picture_again_and_the_form_keeps_what_was_chosen(reviewer: Client) -> None:
    _tenant, view = waiting()
    take(reviewer, view)
    address = reverse("console:review", args=[view.reference])
    incomplete = reviewer.post(address, {**FINE, "back": ""})
    assert incomplete.status_code == 422
    assert '<option value="fine" selected>' in incomplete.content.decode()
    assert Application.objects.get().state == "reviewing"
    reviewer.post(address, {**FINE, "back": "blurred"})
    assert Application.objects.get().state == "asked_again"
    assert Evidence.objects.get(slot="back").reason == "blurred"


@pytest.mark.clause("2.1.12")
def test_a_case_that_is_over_leads_back_to_the_queue(reviewer: Client) -> None:
    _tenant, view = waiting()
    take(reviewer, view)
    reviewer.post(reverse("console:review", args=[view.reference]), FINE)
    page = take(reviewer, view)
    assert "waits for nobody any more" in page
    assert f'href="{reverse("console:reviews")}">To the review queue' in page
    assert reverse("portal:bank_card") not in page


def test_a_case_given_back_can_be_taken_by_a_colleague(reviewer: Client, clock: Clock) -> None:
    _tenant, view = waiting()
    take(reviewer, view)
    other = Desk(clock, StaffRole.REVIEWER).enter()
    assert "You do not have this case" in take(other, view)
    reviewer.post(reverse("console:review_release", args=[view.reference]))
    assert "陳大文" in take(other, view)


def test_staff_without_the_role_see_no_papers(clock: Clock) -> None:
    _tenant, view = waiting()
    browser = Desk(clock, StaffRole.SUPPORT).enter()
    for name, *args in (
        ("console:reviews",),
        ("console:review", view.reference),
        ("console:review_picture", view.reference, "front"),
    ):
        answer = browser.get(reverse(name, args=args))
        assert answer.status_code == 403
        assert "陳大文" not in answer.content.decode()
    assert browser.post(reverse("console:review_take", args=[view.reference])).status_code == 403


@pytest.mark.parametrize("slot", ["side", "..", "front.png"])
def test_what_is_no_picture_is_not_there(reviewer: Client, slot: str) -> None:
    _tenant, view = waiting()
    take(reviewer, view)
    assert reviewer.get(f"/console/reviews/{view.reference}/{slot}.jpg").status_code == 404
    assert reviewer.get(reverse("console:review", args=["RN000"])).status_code == 404


@pytest.mark.clause("2.3.1", "2.3.24", "2.3.25")
def test_an_organisation_shows_its_facts_what_its_number_says_and_what_did_not_agree(reviewer: Client) -> None:
    number = a_company("990001")
    view = submit_company(a_tenant(), an_organisation_claim(number=number, acting=Acting.AUTHORISED))
    ask_register(application_id=Application.objects.get().pk, seconds=1, now=NOW)
    queue = reviewer.get(reverse("console:reviews")).content.decode()
    assert "Business licence" in queue
    assert number not in queue
    page = take(reviewer, view)
    for said in (
        "Enterprise",
        number,
        "Begins with 91; registered by: market regulation.",
        "王小灯",
        "陈海茶",
        "The register has another name for this number.",
        "does it have the official seal?",
        "look here",
        "SBX-",
        "An expired one is fine",
    ):
        assert said in page, said
    assert page.count("the seal is missing") == 1  # offered at the letter only


@pytest.mark.clause("2.3.17", "2.1.12")
def test_staff_ask_for_a_sealed_letter_again(reviewer: Client) -> None:
    view = submit_company(a_tenant(), an_organisation_claim(acting=Acting.AUTHORISED))
    ask_register(application_id=Application.objects.get().pk, seconds=1, now=NOW)
    take(reviewer, view)
    said = {"certificate": "fine", "id_front": "fine", "id_back": "fine", "letter": "seal_missing"}
    reviewer.post(reverse("console:review", args=[view.reference]), said)
    assert Application.objects.get().state == "asked_again"
    assert Evidence.objects.get(slot="letter").reason == "seal_missing"
