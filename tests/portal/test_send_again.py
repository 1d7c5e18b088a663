"""An application that came to nothing is sent again without typing everything anew (2.1.9, 2.1.12, 2.3.8)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from account_center.accounts.types import AccountFacts
from account_center.audit.models import Event
from account_center.kit.demo_numbers import demo_resident_id
from account_center.portal.again import OPEN_WAYS
from account_center.realname.models import Application
from account_center.realname.queries import sandbox_face
from account_center.realname.retention import erase_due
from account_center.realname.subjects import stated_by
from account_center.realname.types import ApplicationState, ApplicationView, ChangeKind, Way
from account_center.realname.types import ReviewReason as Reason
from account_center.tenants.types import TenantFacts
from tests.portal.test_change import LICENCE, company, papers, upload
from tests.portal.visiting import Customer, Page
from tests.realname.changing import asked, begun, by_papers, settle
from tests.realname.making import (
    CARDS,
    GOOD_FACE,
    a_claim,
    a_company,
    a_document_claim,
    a_permit,
    a_person,
    a_reviewer,
    a_tenant,
    all_reencoded,
    an_organisation_claim,
    decide,
    submit,
    submit_company,
    verify,
)
from tests.realname.scanning import a_scan_claim, scan
from tests.realname.transferring import an_account_claim, fail, submit_account, typed
from tests.signin.making import NOW, a_phone, an_account

pytestmark = pytest.mark.django_db
AREA_THAT_IS_CANCELLED = "990003"
FACE = SimpleUploadedFile("face.png", GOOD_FACE, content_type="image/png")
FACES = ("consent_data", "consent_face")


@pytest.fixture(autouse=True)
def _quick_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("account_center.realname.services.evidence.reencode_images", all_reencoded)


class Again:
    """A customer whose application was refused, at the page that says so."""

    def __init__(self, language: str = "en") -> None:
        self.account: AccountFacts = an_account(phone=a_phone())
        self.tenant: TenantFacts = a_tenant(self.account)
        self.customer = Customer(self.account, language=language)

    def refused(self) -> ApplicationView:
        row = Application.objects.filter(tenant_id=self.tenant.id).latest("pk")
        assert row.state == ApplicationState.REFUSED, row.state
        return row.view()

    def form(self) -> tuple[str, Page]:
        """By the button of the page: the address of the form, and the form."""
        view = self.refused()
        link = reverse("portal:send_again", args=[view.reference])
        assert link in self.customer.get("portal:verification_application", view.reference).links
        answer = self.customer.client.get(link)
        return answer["Location"], self.customer.at(answer["Location"])

    def send(self, address: str, **fields: Any) -> Page:
        answer = self.customer.client.post(address, fields, follow=True)
        return Page(answer.status_code, answer.request["PATH_INFO"], answer.content.decode())

    def stated(self) -> dict[str, str]:
        return stated_by(Application.objects.filter(tenant_id=self.tenant.id).latest("pk").subject)


@pytest.mark.clause("2.1.12", "2.1.9")
@pytest.mark.parametrize(
    ("language", "kept", "filled_in"),
    [("en", "Kept as you typed it", "Numbers are kept too"), ("zh-hans", "已保留您之前填写的内容", "号码也已保留")],
)
def test_by_bank_card_the_name_is_there_to_be_mended_and_the_numbers_are_kept_unseen(
    language: str, kept: str, filled_in: str
) -> None:
    again, number, phone = Again(language), a_person(), a_phone()
    verify(again.tenant, a_claim(card=CARDS["wrong_name"], id_number=number, phone=phone, name="欧阳小名"))
    address, page = again.form()
    assert page.values["name"] == "欧阳小名"
    assert filled_in in page.text
    assert page.text.count(kept) == 3
    for secret in (number, CARDS["wrong_name"], phone, phone.removeprefix("+86")):
        assert secret not in page.html
    assert [page.values[name] for name in ("id_number", "card", "phone")] == ["", "", ""]
    assert page.checked.isdisjoint(FACES)
    FACE.seek(0)
    consents = dict.fromkeys(FACES, "on")
    answer = again.send(address, name="欧阳小明", id_number="", card="", phone="", face=FACE, **consents)
    assert "/code/" in answer.path, answer.text
    stated = again.stated()
    assert (stated["name"], stated["id_number"], stated["card"]) == ("欧阳小明", number, CARDS["wrong_name"])
    shown = Event.objects.get(name="realname:application:typed_shown")
    assert shown.tenant_id == again.tenant.id
    assert number not in str(shown.facts)


@pytest.mark.clause("2.1.12")
def test_a_number_typed_anew_counts_instead_of_the_kept_one_and_what_is_wrong_loses_neither() -> None:
    again, other = Again(), a_person()
    verify(again.tenant, a_claim(card=CARDS["wrong_name"]))
    address, _page = again.form()
    page = again.send(address, name="欧阳小明", id_number=other, card="", phone="", consent_data="on")
    assert page.status == 422
    assert page.values["id_number"] == other
    assert page.text.count("Kept as you typed it") == 3
    assert "is missing" in page.text  # the consent and the picture, not the card
    assert "This is not a bank card number" not in page.text
    FACE.seek(0)
    consents = dict.fromkeys(FACES, "on")
    again.send(address, name="欧阳小明", id_number=other, card="", phone="", face=FACE, **consents)
    assert again.stated()["id_number"] == other


@pytest.mark.clause("2.1.12", "2.1.20")
def test_after_a_scan_also_the_form_of_the_bank_card_is_filled() -> None:
    again, number = Again(), a_person()
    scan(again.tenant, a_scan_claim(id_number=number, name="欧阳小明"), face=sandbox_face("another_person"))
    view = again.refused()
    links = again.customer.get("portal:verification_application", view.reference).links
    card = f"{reverse('portal:bank_card')}?again={view.reference}"
    assert card in links
    page = again.customer.at(card)
    assert page.values["name"] == "欧阳小明"
    assert page.text.count("Kept as you typed it") == 1
    assert number not in page.html
    address, page = again.form()
    again.send(address, name="欧阳小明", id_number="", **dict.fromkeys(FACES, "on"))
    assert again.stated()["id_number"] == number


@pytest.mark.clause("2.1.12", "2.2.10")
def test_by_document_the_chosen_document_its_days_and_the_name_are_there() -> None:
    again, number = Again(), a_permit()
    decide(a_reviewer(), submit(again.tenant, a_document_claim(number=number)), front=Reason.FORGED)
    address, page = again.form()
    assert address.startswith(reverse("portal:document_form", args=["hkm_permit"]))
    assert (page.values["name"], page.values["expires"], page.values["birth"]) == ("陳大文", "2031-05-16", "")
    assert "1990-**-**" in page.text
    assert number not in page.html
    slots = {"front": upload(), "back": upload("green"), "holding": upload("blue")}
    fields = {"name": "陳大文", "number": "", "nationality": "HK", "birth": "", "expires": "2031-05-16"}
    page = again.send(address, **fields, **slots, **dict.fromkeys(FACES, "on"))
    stated = again.stated()
    assert Application.objects.latest("pk").state == ApplicationState.REVIEWING, page.text
    assert (stated["id_number"], stated["birth"]) == (number, "1990-05-17")


@pytest.mark.clause("2.1.12", "2.3.28")
def test_by_papers_the_form_of_the_same_kind_comes_with_every_name() -> None:
    again, number = Again(), a_company(AREA_THAT_IS_CANCELLED)
    settle(submit_company(again.tenant, an_organisation_claim(number=number)))
    again.refused()
    view = again.refused()
    address = again.customer.client.get(reverse("portal:send_again", args=[view.reference]))["Location"]
    assert address == f"{reverse('portal:organisation_form', args=LICENCE)}?again={view.reference}"
    page = again.customer.at(address)
    names = (page.values["name"], page.values["representative"])
    assert names == ("蓝色灯塔(杭州)科技有限公司", "王小灯")
    assert demo_resident_id() not in page.html
    right = a_company()
    fields = papers(name=names[0], number=right, representative_id="")
    del fields["change_form"]
    again.send(address, **fields)
    stated = again.stated()
    assert (stated["id_number"], stated["representative_id"]) == (right, demo_resident_id())


@pytest.mark.clause("2.3.8", "2.3.9")
@pytest.mark.parametrize(("language", "bank"), [("en", "Industrial and Commercial"), ("zh-hans", "中国工商银行")])
def test_after_three_wrong_amounts_the_form_of_the_account_comes_back_filled(language: str, bank: str) -> None:
    again, fields = Again(language), typed()
    fail(again.tenant, submit_account(again.tenant, an_account_claim(**fields)))
    address, page = again.form()
    assert page.values["name"] == fields["name"] == page.values["holder"]
    assert page.values["bank"].startswith(bank)
    assert page.values["branch"] == fields["branch"]
    for secret in (fields["account"], fields["number"], fields["representative_id"]):
        assert secret not in page.html
    empty = {"number": "", "representative_id": "", "account": "", "bank": page.values["bank"]}
    answer = again.send(address, **{**fields, **empty}, consent="on")
    assert "/transfer/" in answer.path, answer.text
    assert again.stated()["account"] == fields["account"]


@pytest.mark.clause("2.4.5", "2.1.12")
def test_a_refused_change_is_sent_again_as_the_same_change_after_a_fresh_proof() -> None:
    number = a_company()
    owner, tenant = company(number=number)
    claim = an_organisation_claim(number=number, name="绿色灯塔(杭州)科技有限公司")
    view = begun(by_papers(tenant, claim, asked(tenant, ChangeKind.RENAMED)))
    settle(view)
    decide(a_reviewer(), view, change_form=Reason.FORGED)
    link = reverse("portal:send_again", args=[view.reference])
    page = owner.get("portal:verification_application", view.reference)
    assert link in page.links
    # The other way of the refusal does not forget the change either.
    assert f"{reverse('portal:bank_account')}?change=renamed&again={view.reference}" in page.links
    assert owner.at(link).path == reverse("portal:prove", args=["change_verification"])
    owner.prove()
    page = owner.at(link)
    assert page.path == reverse("portal:organisation_form", args=LICENCE)
    assert page.values["name"] == "绿色灯塔(杭州)科技有限公司"
    assert "change_form" in page.values
    assert "verified at once" not in page.text  # staff read the form, whatever the register says
    owner.prove()
    address = f"{page.path}?change=renamed&again={view.reference}"
    fields = papers(number="", representative_id="", name="绿色灯塔(杭州)科技有限公司")
    owner.client.post(address, fields)
    row = Application.objects.filter(tenant_id=tenant.id).latest("pk")
    assert (row.change, stated_by(row.subject)["id_number"]) == ("renamed", number)


# -- Where there is nothing to fill in --------------------------------------------------------------------------------


def _given_up(again: Again) -> ApplicationView:
    view = submit(again.tenant)
    again.customer.send("portal:document_give_up", view.reference)
    return view


def _erased(again: Again) -> ApplicationView:
    verify(again.tenant, a_claim(card=CARDS["wrong_name"]))
    assert erase_due(now=NOW + timedelta(days=181)) == 1
    return again.refused()


def _approved(again: Again) -> ApplicationView:
    return verify(again.tenant)


def _of_a_stranger(_again: Again) -> ApplicationView:
    other = Again()
    verify(other.tenant, a_claim(card=CARDS["wrong_name"], name="张三丰"))
    return other.refused()


@pytest.mark.clause("2.1.12")
@pytest.mark.parametrize("came_to", [_given_up, _erased, _approved, _of_a_stranger])
def test_what_is_erased_approved_or_somebody_elses_fills_nothing(came_to: Callable[[Again], ApplicationView]) -> None:
    again = Again()
    view = came_to(again)
    page = again.customer.get("portal:send_again", view.reference)
    assert reverse("portal:send_again", args=[view.reference]) not in page.links
    fresh = Again()
    page = fresh.customer.get("portal:bank_card", again=view.reference)
    assert page.values["name"] == ""
    assert "Kept as you typed it" not in page.text
    assert not Event.objects.filter(name="realname:application:typed_shown").exists()


@pytest.mark.clause("2.1.12")
def test_what_is_erased_between_the_form_and_its_sending_is_asked_for_again() -> None:
    again = Again()
    verify(again.tenant, a_claim(card=CARDS["wrong_name"]))
    address, _page = again.form()
    with time_machine.travel(NOW + timedelta(days=181)):
        again.customer = Customer(again.account)
        page = again.send(address, name="欧阳小明", id_number="", card="", phone="")
    assert page.status == 422
    assert page.path == reverse("portal:bank_card")
    assert Application.objects.count() == 1


@pytest.mark.clause("2.1.12")
def test_every_way_that_a_customer_can_go_has_its_form() -> None:
    assert set(OPEN_WAYS) == set(Way) - {Way.PARTNER}
