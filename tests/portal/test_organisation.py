"""The pages on which an organisation is verified by papers."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from account_center.kit.demo_numbers import demo_credit_code, demo_resident_id
from account_center.realname.models import Application, Evidence
from account_center.realname.queries import open_application_of
from account_center.realname.rules import CERTIFICATES
from account_center.realname.services.papers import ask_register
from account_center.realname.types import Acting, ApplicationState, Nature, ReviewReason
from account_center.tenants.types import TenantFacts
from tests.portal.visiting import Customer, Page
from tests.realname.making import (
    a_company,
    a_reviewer,
    a_tenant,
    all_reencoded,
    an_organisation_claim,
    decide,
    photo,
    submit_company,
)
from tests.signin.making import NOW, a_phone, an_account

pytestmark = pytest.mark.django_db
LICENCE = ("enterprise", "business_licence", "representative")
WITH_LETTER = ("enterprise", "business_licence", "authorised")
ABROAD = ("overseas", "overseas_paper", "representative")


@pytest.fixture(autouse=True)
def _quick_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("account_center.realname.services.evidence.reencode_images", all_reencoded)


def customer(language: str = "en") -> tuple[Customer, TenantFacts]:
    account = an_account(phone=a_phone())
    return Customer(account, language=language), a_tenant(account)


def upload(colour: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.jpg", photo(colour), content_type="image/jpeg")


def fields(**more: Any) -> dict[str, Any]:
    return {
        "name": "蓝色灯塔(杭州)科技有限公司",
        "number": a_company(),
        "representative": "王小灯",
        "representative_id": demo_resident_id(),
        "certificate": upload("red"),
        "id_front": upload("green"),
        "id_back": upload("blue"),
        "consent_data": "on",
        **more,
    }


def send(visitor: Customer, kind: tuple[str, str, str] = LICENCE, **more: Any) -> Page:
    return visitor.send("portal:organisation_form", *kind, **fields(**more))


def settle(tenant: TenantFacts) -> None:
    row = Application.objects.get(tenant_id=tenant.id)
    ask_register(application_id=row.pk, seconds=1, now=NOW)


@pytest.mark.clause("2.3.22", "2.3.24")
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Enterprise", "individual businesses", "Notary office", "within 3 working days")),
        ("zh-hans", ("企业", "个体工商户", "公证机构", "3 个工作日")),
    ],
)
def test_every_kind_of_organisation_is_offered_in_words(language: str, words: tuple[str, ...]) -> None:
    visitor, _tenant = customer(language)
    page = visitor.get("portal:organisation")
    for said in words:
        assert said in page.text
    for nature in Nature:
        assert reverse("portal:organisation_certificate", args=[nature.value]) in page.links


@pytest.mark.clause("2.3.24")
@pytest.mark.parametrize("nature", Nature)
def test_each_kind_leads_to_its_certificates_and_to_who_acts(nature: Nature) -> None:
    visitor, _tenant = customer()
    page = visitor.get("portal:organisation_certificate", nature.value)
    papers = CERTIFICATES[nature]
    if len(papers) > 1:
        for paper in papers:
            assert reverse("portal:organisation_acting", args=[nature.value, paper.value]) in page.links
        page = visitor.get("portal:organisation_acting", nature.value, papers[0].value)
    for acting in Acting:
        assert reverse("portal:organisation_form", args=[nature.value, papers[0].value, acting.value]) in page.links


@pytest.mark.clause("2.3.1", "2.1.10", "2.1.2")
def test_form_and_pictures_lead_to_a_page_that_follows_the_register_to_verified() -> None:
    visitor, tenant = customer()
    page = send(visitor)
    waiting = open_application_of(tenant.id)
    assert waiting
    assert waiting.reference in page.text
    assert "The public register is being asked" in page.text
    assert "The public register is being asked" in visitor.get("portal:verification").text
    assert (
        "The public register is being asked" in visitor.get("portal:organisation").text
    )  # a second leads to the first
    assert "longer than we said" not in page.text
    settle(tenant)
    page = visitor.get("portal:verification_application", waiting.reference)
    assert "You are verified" in page.text
    assert "Number of the certificate" in page.text


@pytest.mark.clause("2.3.1")
def test_papers_are_withdrawn_on_the_page_while_the_register_is_asked() -> None:
    visitor, tenant = customer()
    page = send(visitor)
    waiting = open_application_of(tenant.id)
    assert waiting
    assert f"/verification/{waiting.reference}/give-up/" in page.html
    page = visitor.send("portal:document_give_up", waiting.reference)
    assert "The application is withdrawn" in page.text
    assert open_application_of(tenant.id) is None
    assert visitor.send("portal:document_give_up", waiting.reference).status == 409


@pytest.mark.clause("2.3.20")
def test_a_verified_organisation_reads_what_expiry_and_a_new_name_mean() -> None:
    visitor, tenant = customer()
    submit_company(tenant)
    settle(tenant)
    text = visitor.get("portal:verification").text
    assert "expires, nothing changes" in text
    assert "invoices" in text
    assert "bank card behind it" not in text


@pytest.mark.clause("2.1.9", "2.1.4", "2.3.19")
def test_everything_missing_is_named_at_its_field_and_nothing_typed_is_lost() -> None:
    visitor, _tenant = customer()
    page = send(visitor, number="91330100799655058C", id_back="", certificate="", consent_data="")
    assert page.status == 422
    assert page.values["name"] == "蓝色灯塔(杭州)科技有限公司"
    for said in ("not the number of such a certificate", "A picture is missing", "consent is missing"):
        assert said in page.text
    assert "bank account" in page.text
    assert not Application.objects.exists()


@pytest.mark.clause("2.3.25")
def test_the_form_says_why_the_representatives_number_is_asked() -> None:
    visitor, _tenant = customer()
    page = visitor.get("portal:organisation_form", *LICENCE)
    assert "Regulations on internet services ask for it" in page.text
    assert "id_letter" not in page.ids
    assert "id_agent" not in page.ids
    assert "id_country" not in page.ids


@pytest.mark.clause("2.3.17", "2.3.18", "2.3.21")
def test_an_authorised_person_needs_the_sealed_letter_and_finds_it_to_print() -> None:
    visitor, _tenant = customer()
    page = visitor.get("portal:organisation_form", *WITH_LETTER)
    assert reverse("portal:paper_form", args=["letter"]) in page.links
    assert {"id_letter", "id_agent", "id_agent_id"} <= page.ids
    agent = {"agent": "陈海茶", "agent_id": demo_resident_id(sequence=24)}
    missing = send(visitor, WITH_LETTER, **agent)
    assert missing.status == 422
    assert "The letter of authorisation is missing" in missing.text
    assert reverse("portal:paper_form", args=["letter"]) in missing.links
    done = send(visitor, WITH_LETTER, **agent, letter=upload("yellow"))
    assert "The public register is being asked" in done.text
    assert Evidence.objects.count() == 4


@pytest.mark.clause("2.1.21", "2.1.7")
def test_a_foreign_enterprise_is_told_which_papers_it_needs_for_what() -> None:
    visitor, tenant = customer()
    page = visitor.get("portal:organisation_acting", "overseas", "overseas_paper")
    for said in ("papers of the country where you are registered", "verify a Chinese entity", "international site"):
        assert said in page.text
    more = {"number": "UEN201912345K", "representative": "Emma Tan", "representative_id": "E1234567P"}
    nowhere = send(visitor, ABROAD, name="Blue Lighthouse Pte. Ltd.", **more)
    assert nowhere.status == 422
    here = send(visitor, ABROAD, name="Blue Lighthouse Pte. Ltd.", country="CN", **more)
    assert here.status == 422
    assert "An organisation from abroad is not registered in mainland China" in here.text
    assert ">Germany</option>" in here.html, "by its name: no phone number is asked for"
    assert 'value="CN"' not in here.html
    page = send(visitor, ABROAD, name="Blue Lighthouse Pte. Ltd.", country="SG", **more)
    settle(tenant)
    waiting = open_application_of(tenant.id)
    assert waiting
    assert waiting.state is ApplicationState.REVIEWING
    page = visitor.get("portal:verification_application", waiting.reference)
    assert "Staff look at your papers" in page.text
    assert "at the latest by" in page.text
    home = visitor.get("portal:home")
    assert "waits for the code" not in home.text
    assert reverse("portal:verification_application", args=[waiting.reference]) in home.links


@pytest.mark.clause("2.3.28", "2.1.12")
def test_a_cancelled_company_reads_the_reason_and_the_way_out() -> None:
    visitor, tenant = customer()
    send(visitor, number=a_company("990003"))
    settle(tenant)
    reference = Application.objects.get().reference
    page = visitor.get("portal:verification_application", reference)
    assert "cancelled, or its licence is revoked" in page.text
    assert "have it corrected" in page.text
    assert any("about=realname.enterprise_failed" in link and reference in link for link in page.links)
    assert reverse("portal:send_again", args=[reference]) in page.links


@pytest.mark.clause("2.1.12", "2.3.17")
def test_a_letter_asked_for_again_is_named_with_its_reason_and_only_it_is_sent() -> None:
    visitor, tenant = customer()
    view = submit_company(tenant, an_organisation_claim(acting=Acting.AUTHORISED))
    settle(tenant)
    decide(a_reviewer(), view, letter=ReviewReason.SEAL_MISSING)
    page = visitor.get("portal:verification_application", view.reference)
    assert "The letter of authorisation has no seal" in page.text
    form = visitor.get("portal:document_again", view.reference)
    assert "id_letter" in form.ids
    assert "id_certificate" not in form.ids
    missing = visitor.send("portal:document_again", view.reference)
    assert "This picture is missing." in missing.text
    done = visitor.send("portal:document_again", view.reference, letter=upload("white"))
    assert "Staff look at your papers" in done.text


@pytest.mark.clause("2.1.8")
def test_a_mark_for_another_purpose_is_told_with_the_name_of_the_operator() -> None:
    visitor, tenant = customer()
    view = submit_company(tenant, an_organisation_claim(number=a_company("990005")))
    settle(tenant)
    decide(a_reviewer(), view, certificate=ReviewReason.PURPOSE)
    assert "only if it names Lanyun Cloud" in visitor.get("portal:verification_application", view.reference).text


@pytest.mark.parametrize(
    "kind",
    [
        ("nobody", "business_licence", "representative"),
        ("notary", "business_licence", "representative"),
        ("enterprise", "nothing", "representative"),
        ("enterprise", "business_licence", "nobody"),
    ],
)
def test_what_does_not_exist_is_not_there(kind: tuple[str, str, str]) -> None:
    visitor, _tenant = customer()
    assert visitor.get("portal:organisation_form", *kind).status == 404
    assert send(visitor, kind).status == 404


@pytest.mark.parametrize(
    "more",
    [
        {"name": "<script>alert(1)</script>" * 9},
        {"number": "\x00" * 60},
        {"number": "' OR 1=1 --"},
        {"representative_id": "٣" * 18},
        {"certificate": SimpleUploadedFile("x.svg", b"<svg onload='alert(1)'/>", content_type="image/svg+xml")},
        {"id_front": SimpleUploadedFile("x.jpg", b"\xff\xd8\xff" + b"\x00" * 400)},
    ],
)
def test_hostile_input_is_refused_at_its_field_and_nothing_is_kept(
    more: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()  # the real decoder
    visitor, _tenant = customer()
    page = send(visitor, **more)
    assert page.status == 422
    assert "<script>alert" not in page.html
    assert not Application.objects.exists()


@pytest.mark.clause("2.3.1")
def test_the_sandbox_page_names_the_test_companies() -> None:
    visitor, _tenant = customer()
    text = visitor.get("portal:sandbox").text
    assert demo_credit_code(area="990003") in text
    assert re.search(r"The company is cancelled", text)
