import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import localtime

from account_center.documents.queries import image_facts
from account_center.realname.models import Application, Evidence
from account_center.realname.queries import open_application_of
from account_center.realname.types import ReviewReason, Slot
from account_center.tenants.types import TenantFacts
from tests.documents import hostile, pdfs
from tests.portal.visiting import Customer, Page
from tests.realname.making import a_permit, a_reviewer, a_tenant, decide, photo, submit
from tests.signin.making import NOW, a_phone, an_account

pytestmark = pytest.mark.django_db


def customer(language: str = "en") -> tuple[Customer, TenantFacts]:
    account = an_account(phone=a_phone())
    return Customer(account, language=language), a_tenant(account)


def upload(colour: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.jpg", photo(colour), content_type="image/jpeg")


def fields(**more: Any) -> dict[str, Any]:
    return {
        "name": "陳大文",
        "number": a_permit(),
        "nationality": "HK",
        "birth": "1990-05-17",
        "expires": "2036-05-16",
        "front": upload("red"),
        "back": upload("green"),
        "holding": upload("blue"),
        "consent_data": "on",
        "consent_face": "on",
        **more,
    }


def send(visitor: Customer, kind: str = "hkm_permit", **more: Any) -> Page:
    return visitor.send("portal:document_form", kind, **fields(**more))


@pytest.mark.clause("2.2.10", "2.1.20")
@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            (
                "Mainland Travel Permit for Hong Kong",
                "Passport of another country",
                "verified at once by scan or bank card",
            ),
        ),
        ("zh-hans", ("港澳居民来往内地通行证", "外国护照", "列表中没有居民身份证")),
    ],
)
def test_the_list_of_documents_says_why_the_resident_card_is_not_on_it(language: str, words: tuple[str, ...]) -> None:
    visitor, _tenant = customer(language)
    page = visitor.get("portal:document")
    for said in words:
        assert said in page.text


@pytest.mark.clause("2.2.10", "2.1.10")
def test_form_and_pictures_lead_to_a_page_that_says_who_decides_and_by_when() -> None:
    visitor, tenant = customer()
    page = send(visitor)
    waiting = open_application_of(tenant.id)
    assert waiting
    assert waiting.reference in page.text
    assert "Staff look at your document" in page.text
    assert "at the latest by" in page.text
    assert waiting.promised_by
    assert localtime(waiting.promised_by).strftime("%Y-%m-%d 23:59") in page.text
    assert "Staff look at your papers" in visitor.get("portal:verification").text
    assert waiting.reference in visitor.get("portal:document").text  # a second application leads to the first


@pytest.mark.clause("2.1.9", "2.1.4")
def test_everything_missing_is_named_at_its_field_and_nothing_typed_is_lost() -> None:
    visitor, _tenant = customer()
    page = send(visitor, number="C1", back="", consent_face="", holding=SimpleUploadedFile("x.jpg", b"GIF89a"))
    assert page.status == 422
    assert page.values["name"] == "陳大文"
    assert page.values["birth"] == "1990-05-17"
    for said in ("not the number of such a document", "A picture is missing", "consent is missing"):
        assert said in page.text
    assert not Application.objects.exists()


@pytest.mark.clause("2.1.12")
def test_a_picture_asked_for_again_is_named_with_its_reason_and_only_it_is_sent() -> None:
    visitor, tenant = customer()
    view = submit(tenant)
    decide(a_reviewer(), view, back=ReviewReason.BLURRED)
    page = visitor.get("portal:verification_application", view.reference)
    assert "Another picture is needed" in page.text
    assert "not sharp enough" in page.text
    form = visitor.get("portal:document_again", view.reference)
    assert "id_back" in form.ids
    assert "id_front" not in form.ids
    assert "not sharp enough" in form.text  # the reason stands where the new picture is chosen
    until = localtime(NOW + timedelta(days=30)).strftime("%Y-%m-%d %H:%M")
    assert f"We wait for them until {until}" in page.text
    assert f"We wait for them until {until}" in form.text
    missing = visitor.send("portal:document_again", view.reference)
    assert missing.status == 422
    assert "Staff asked for it once more" in missing.text
    assert "/verification/scan/" not in missing.links  # another way would throw away what is there already
    done = visitor.send("portal:document_again", view.reference, back=upload("yellow"))
    assert "Staff look at your document" in done.text


@pytest.mark.clause("2.1.12", "2.1.9")
def test_a_refusal_says_why_and_names_the_reference_for_a_ticket() -> None:
    visitor, tenant = customer()
    view = submit(tenant)
    decide(a_reviewer(), view, holding=ReviewReason.ANOTHER_PERSON)
    page = visitor.get("portal:verification_application", view.reference)
    assert "Another person holds the document" in page.text
    assert view.reference in page.text
    assert any("about=realname.individual_failed" in link and view.reference in link for link in page.links)


@pytest.mark.clause("2.1.11")
def test_an_application_can_be_withdrawn_while_staff_look() -> None:
    visitor, tenant = customer()
    view = submit(tenant)
    page = visitor.send("portal:document_give_up", view.reference)
    assert "withdrawn" in page.text
    assert open_application_of(tenant.id) is None
    assert visitor.send("portal:document_give_up", view.reference).status == 409


def test_an_application_of_somebody_else_is_not_there() -> None:
    _visitor, tenant = customer()
    view, stranger = submit(tenant), customer()[0]
    assert stranger.get("portal:document_again", view.reference).status == 404
    assert stranger.send("portal:document_give_up", view.reference).status == 404
    assert stranger.get("portal:document_form", "identity_card").status == 404


def a_pdf(name: str = "permit.pdf", **how: Any) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdfs.scan(**how), content_type="application/pdf")


@pytest.mark.clause("2.2.10")
def test_papers_may_come_as_pdf_and_the_picture_of_the_person_may_not() -> None:
    visitor, tenant = customer()
    form = visitor.get("portal:document_form", "hkm_permit")
    assert form.html.count("application/pdf") == 2  # front and back
    assert "a PDF with up to 3 pages" in form.text
    refused = send(visitor, holding=a_pdf())
    assert refused.status == 422
    assert "must be a photo" in refused.text
    assert open_application_of(tenant.id) is None
    send(visitor, front=a_pdf(pages=2), back=a_pdf())
    assert open_application_of(tenant.id)
    front, back, _holding = Evidence.objects.order_by("pk")
    assert image_facts(front.image_id).height > image_facts(back.image_id).height > 2000


@pytest.mark.clause("2.1.9")
def test_a_pdf_that_cannot_be_opened_says_what_to_do_and_loses_nothing() -> None:
    visitor, _tenant = customer()
    page = send(visitor, front=a_pdf(password="secret"), back=a_pdf(pages=5))
    assert page.status == 422
    for said in ("locked with a password", "print it into a new PDF", "The PDF has 5 pages", "Up to 3 pages are taken"):
        assert said in page.text
    assert (page.values["name"], page.values["birth"]) == ("陳大文", "1990-05-17")
    assert not Application.objects.exists()


def test_hostile_files_in_the_form_are_refused_in_words_and_never_break_the_page() -> None:
    visitor, _tenant = customer()
    files = [one for one in hostile.corpus() if one[0] not in hostile.SLOW][3::16]
    assert len(files) >= 12
    for (name, front), (other, back) in zip(files[::2], files[1::2], strict=False):
        sent = (SimpleUploadedFile("a.jpg", front), SimpleUploadedFile("b.pdf", back))
        page = send(visitor, front=sent[0], back=sent[1], holding=SimpleUploadedFile("c.jpg", hostile.SVG))
        assert page.status == 422, (name, other)
        assert page.values["name"] == "陳大文"
        assert "neither a picture nor a PDF" in page.text
        assert "alert(1)" not in page.html
        assert "Traceback" not in page.html
    assert not Application.objects.exists()


@pytest.mark.clause("2.1.8")
def test_the_form_says_which_marks_on_a_document_are_accepted() -> None:
    visitor, _tenant = customer()
    page = visitor.get("portal:document_form", "passport")
    assert "accepted only if it names Lanyun Cloud" in page.text
    assert {f"id_{slot}" for slot in (Slot.FRONT, Slot.HOLDING)} <= page.ids
    assert "id_back" not in page.ids


@pytest.mark.clause("2.1.12")
def test_whoever_is_said_to_have_forged_a_document_is_led_to_support_first() -> None:
    visitor, tenant = customer()
    view = submit(tenant)
    decide(a_reviewer(), view, front=ReviewReason.FORGED)
    page = visitor.get("portal:verification_application", view.reference)
    first = page.html.partition("What you can do")[2].partition('<a class="button"')[2].partition("</a>")[0]
    assert "Ask support" in first


@pytest.mark.clause("2.1.12")
def test_an_application_that_was_withdrawn_says_what_has_become_of_it() -> None:
    visitor, tenant = customer()
    view = submit(tenant)
    visitor.send("portal:document_give_up", view.reference)
    page = visitor.get("portal:verification_application", view.reference)
    assert "what you had sent is erased" in page.text
    assert "cancelled" in page.html.partition("<title>")[2].partition("</title>")[0]


def issuers(page: Page) -> list[tuple[str, str]]:
    """Which countries the form offers: (code, label)."""
    offered = re.search(r'<select name="nationality".*?</select>', page.html, re.DOTALL)
    assert offered
    return [
        (code, html.unescape(label).strip())
        for code, label in re.findall(r'<option value="(\w*)"[^>]*>(.*?)</option>', offered[0], re.DOTALL)
    ]


def chosen(page: Page) -> list[str]:
    return re.findall(r'<option value="(\w*)" selected>', page.html)


@pytest.mark.clause("2.2.10")
@pytest.mark.parametrize(
    ("language", "some"),
    [
        ("en", [("AX", "Åland Islands"), ("DE", "Germany"), ("US", "United States")]),
        ("zh-hans", [("DE", "德国"), ("FJ", "斐济"), ("US", "美国")]),
    ],
)
@pytest.mark.parametrize("kind", ["passport", "driving_licence"])
def test_a_foreign_document_is_of_any_country_but_china_by_its_name_and_none_is_chosen(
    kind: str, language: str, some: list[tuple[str, str]]
) -> None:
    visitor, _tenant = customer(language)
    page = visitor.get("portal:document_form", kind)
    offered = issuers(page)
    assert offered[0][0] == ""
    assert [one for one in offered if one in some] == some
    assert not [label for code, label in offered if code == "CN" or "+" in label]
    assert len(offered) > 200
    assert chosen(page) == [""] or chosen(page) == []


@pytest.mark.clause("2.2.10")
def test_a_customer_from_abroad_finds_his_own_country_chosen() -> None:
    account = an_account(email="maria@example.com", country="SG")
    visitor = Customer(account)
    a_tenant(account)
    assert chosen(visitor.get("portal:document_form", "passport")) == ["SG"]
    assert "SG" not in chosen(visitor.get("portal:document_form", "hkm_permit"))


@pytest.mark.clause("2.2.10", "2.1.9")
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("A passport or driving licence of mainland China cannot be used here", "resident identity card")),
        ("zh-hans", ("此处不能使用中国大陆签发的护照或驾照", "居民身份证")),
    ],
)
@pytest.mark.parametrize("kind", ["passport", "driving_licence"])
def test_a_chinese_passport_or_licence_that_is_sent_nevertheless_is_told_why_and_where_to_go(
    kind: str, language: str, words: tuple[str, ...]
) -> None:
    visitor, _tenant = customer(language)
    page = send(visitor, kind, number="E12345678", nationality="CN")
    assert page.status == 422
    for said in words:
        assert said in page.text
    assert reverse("portal:scan") in page.links
    assert reverse("portal:bank_card") in page.links
    assert not Application.objects.exists()
