"""Forms to print on the pages: the list, each form as a page and as PDF, filled in and blank."""

from typing import Any
from urllib.parse import quote

import pytest
from django.conf import LazySettings
from django.urls import reverse

from account_center.realname.types import PaperKind
from account_center.tenants.types import TenantFacts
from tests.papers import RARE, needs_chinese_font, text_of
from tests.portal.visiting import Customer
from tests.realname.making import a_claim, a_tenant, verify
from tests.signin.making import a_phone, an_account

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.4.8")]
TITLES = {
    "en": {
        PaperKind.LETTER: "Letter of authorisation",
        PaperKind.PERSON_TO_PERSON: "to another person",
        PaperKind.ORGANISATION_RENAMED: "new name of the organisation",
        PaperKind.ORGANISATION_TO_OTHER: "to another organisation",
    },
    "zh-hans": {
        PaperKind.LETTER: "授权书",
        PaperKind.PERSON_TO_PERSON: "个人变更为其他个人",
        PaperKind.ORGANISATION_RENAMED: "单位名称变更",
        PaperKind.ORGANISATION_TO_OTHER: "变更为其他单位",
    },
}
NOBODY_HAS = "\U0001f9ff"


def customer(language: str = "en") -> tuple[Customer, TenantFacts]:
    account = an_account(phone=a_phone())
    return Customer(account, language=language), a_tenant(account)


def pdf(visitor: Customer, kind: PaperKind, query: str = "", **typed: str) -> Any:
    address = reverse("portal:paper_form_pdf", args=[kind.value]) + query
    return visitor.client.post(address, typed) if typed else visitor.client.get(address)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_list_leads_to_every_form(language: str) -> None:
    visitor, _tenant = customer(language)
    overview = visitor.get("portal:verification")
    assert reverse("portal:paper_forms") in overview.links
    page = visitor.get("portal:paper_forms")
    for kind, title in TITLES[language].items():
        assert title in page.text
        assert reverse("portal:paper_form", args=[kind.value]) in page.links


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("kind", list(PaperKind))
def test_a_form_is_a_page_with_the_accounts_data_or_blank(kind: PaperKind, language: str) -> None:
    visitor, tenant = customer(language)
    page = visitor.get("portal:paper_form", kind.value)
    assert TITLES[language][kind] in page.text
    assert f"{tenant.name} ({tenant.public_id})" in page.text
    blank = visitor.get("portal:paper_form", kind.value, blank="1")
    assert TITLES[language][kind] in blank.text
    assert tenant.public_id not in blank.text


def test_the_form_may_be_in_another_language_than_the_page() -> None:
    visitor, _tenant = customer("en")
    page = visitor.get("portal:paper_form", "letter", language="zh-hans")
    assert "实名认证授权书" in page.text
    assert "Fill it in before printing" in page.text
    assert "实名认证授权书" not in visitor.get("portal:paper_form", "letter", language="xx").text


def test_a_verified_person_finds_the_verification_masked_and_nothing_in_clear() -> None:
    visitor, tenant = customer()
    claim = a_claim(name="欧阳小明")
    reference = verify(tenant, claim).reference
    page = visitor.get("portal:paper_form", "person_to_person")
    assert f"{reference}, 2026-11-23" in page.text
    assert f"***明, {claim.id_masked}" in page.text
    assert claim.id_number not in page.html
    assert "欧阳" not in page.html


def test_what_is_typed_is_shown_and_stays_out_of_the_address() -> None:
    visitor, _tenant = customer()
    typed = {"before_name": "<b>王㑇", "after_number": "AB1234567", "reason": "The account was mine in name only."}
    page = visitor.send("portal:paper_form", "person_to_person", **typed)
    assert page.status == 200
    assert page.path == reverse("portal:paper_form", args=["person_to_person"])
    assert "<td>&lt;b&gt;王㑇</td>" in page.html
    assert page.values["after_number"] == "AB1234567"
    assert quote("王") not in "".join(page.links)
    assert "AB1234567" not in "".join(page.links)
    # It is not kept: the next look at the form has nothing of it.
    assert "AB1234567" not in visitor.get("portal:paper_form", "person_to_person").html


def test_too_long_a_text_is_told_at_its_field_for_page_and_pdf_alike() -> None:
    visitor, _tenant = customer()
    for name in ("portal:paper_form", "portal:paper_form_pdf"):
        page = visitor.send(name, "letter", organisation="A" * 101, agent="")
        assert page.status == 422
        assert "id_organisation" in page.ids


@needs_chinese_font
def test_the_pdf_has_what_was_typed_with_its_rare_characters() -> None:
    visitor, tenant = customer("zh-hans")
    answer = pdf(visitor, PaperKind.PERSON_TO_PERSON, after_name=f"龚{RARE}", language="zh-hans")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Disposition"].startswith("inline; filename*=utf-8''" + quote("实名认证变更申请表"))
    text = text_of(answer.content)
    assert f"龚{RARE}" in text
    assert tenant.public_id in text


@needs_chinese_font
def test_the_pdf_can_be_blank_and_in_the_other_language() -> None:
    visitor, tenant = customer("en")
    text = text_of(pdf(visitor, PaperKind.LETTER, "?blank=1&language=zh-hans").content)
    assert "实名认证授权书" in text
    assert tenant.public_id not in text


@needs_chinese_font
def test_a_character_that_no_font_has_is_refused_with_the_way_to_print() -> None:
    visitor, _tenant = customer()
    page = visitor.send("portal:paper_form_pdf", "letter", organisation=f"Blue {NOBODY_HAS}")
    assert page.status == 409
    assert NOBODY_HAS in page.text
    assert "your browser has fonts of its own" in page.text
    assert reverse("portal:paper_forms") in page.links


def test_without_a_font_the_chinese_page_says_to_print_and_offers_no_pdf(settings: LazySettings) -> None:
    settings.PDF_FONTS = []
    visitor, _tenant = customer("zh-hans")
    address = reverse("portal:paper_form_pdf", args=["letter"])
    page = visitor.get("portal:paper_form", "letter")
    assert "请直接打印本页" in page.text
    assert address not in page.html
    listed = visitor.get("portal:paper_forms")
    assert address not in listed.html
    assert reverse("portal:paper_form", args=["letter"]) + "?blank=1" in listed.links
    refused = pdf(visitor, PaperKind.LETTER)
    assert refused.status_code == 409


def test_without_a_font_a_latin_form_is_a_pdf_all_the_same(settings: LazySettings) -> None:
    settings.PDF_FONTS = []
    visitor, tenant = customer("en")
    assert reverse("portal:paper_form_pdf", args=["letter"]) in visitor.get("portal:paper_form", "letter").html
    assert tenant.public_id in text_of(pdf(visitor, PaperKind.LETTER).content)


@pytest.mark.clause("2.3.17", "2.3.21")
def test_the_old_address_of_the_letter_leads_to_it_and_drops_what_stood_in_it() -> None:
    visitor, _tenant = customer()
    page = visitor.at(reverse("portal:organisation_letter") + "?company=" + quote("灯塔"))
    assert page.path == reverse("portal:paper_form", args=["letter"])
    assert "灯塔" not in page.html


def test_forms_that_do_not_exist_are_not_found_and_strangers_sign_in_first() -> None:
    visitor, _tenant = customer()
    assert visitor.get("portal:paper_form", "organisation_to_person").status == 404
    assert visitor.get("portal:paper_form_pdf", "organisation_to_person").status == 404
    stranger = Customer()
    assert stranger.get("portal:paper_form_pdf", "letter").path == reverse("portal:sign_in")


@needs_chinese_font
@pytest.mark.clause("2.1.14")
@pytest.mark.parametrize(
    ("language", "title", "way"),
    [("en", "Record of real-name verification", "Bank card"), ("zh-hans", "实名认证记录", "银行卡")],
)
def test_the_owner_keeps_a_record_of_the_verification_masked(language: str, title: str, way: str) -> None:
    visitor, tenant = customer(language)
    claim = a_claim(name="欧阳小明")
    reference = verify(tenant, claim).reference
    assert reverse("portal:verification_record") in visitor.get("portal:verification").links
    page = visitor.get("portal:verification_record")
    file = visitor.client.get(reverse("portal:verification_record_pdf"))
    assert file["Content-Type"] == "application/pdf"
    for said in (page.text, text_of(file.content)):
        for known in (title, way, reference, "***明", claim.id_masked, "2026-11-23", tenant.public_id):
            assert known in said
        assert claim.id_number not in said
        assert "欧阳" not in said


def test_whoever_is_not_verified_has_no_record() -> None:
    visitor, _tenant = customer()
    for name in ("portal:verification_record", "portal:verification_record_pdf"):
        assert visitor.get(name).path == reverse("portal:verification")
    assert reverse("portal:verification_record") not in visitor.get("portal:verification").links
