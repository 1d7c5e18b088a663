"""The pages on which a verification is changed (2.4), and an organisation's name (3.1.7)."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from account_center.accounts.models import Account
from account_center.accounts.types import AccountFacts
from account_center.kit.demo_numbers import demo_resident_id
from account_center.portal.fresh import PROOFS
from account_center.realname.models import Application, Evidence
from account_center.realname.queries import verification_of
from account_center.realname.types import ApplicationState, ChangeKind, Party, ReviewReason, Way
from account_center.signin.models import FreshProof
from account_center.signin.types import SensitiveAction
from account_center.standing.queries import decisions_for
from account_center.standing.types import Action
from account_center.tenants.types import TenantFacts
from tests.portal.visiting import Customer, Page
from tests.realname.changing import asked, begun, by_card, by_papers, settle
from tests.realname.making import (
    GOOD_FACE,
    a_card,
    a_claim,
    a_company,
    a_person,
    a_reviewer,
    a_tenant,
    all_reencoded,
    an_organisation_claim,
    code_of,
    decide,
    photo,
    submit_company,
    verify,
)
from tests.realname.transferring import amount_of, money_arrives, submit_account, type_amount, typed
from tests.signin.making import NOW, a_phone, an_account

pytestmark = pytest.mark.django_db
LICENCE = ("enterprise", "business_licence", "representative")
LANGUAGES = ["en", "zh-hans"]


@pytest.fixture(autouse=True)
def _quick_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("account_center.realname.services.evidence.reencode_images", all_reencoded)


class Owner(Customer):
    """The owner of a tenant at a browser."""

    def __init__(self, account: AccountFacts, *, language: str = "en") -> None:
        super().__init__(account, language=language)
        self.account = account

    def prove(self) -> None:
        """What the page that asks for a fresh proof leaves in the session."""
        action, row = SensitiveAction.CHANGE_VERIFICATION.value, Account.objects.get(pk=self.account.id)
        proof = FreshProof.objects.create(account=row, action=action, way="sms", mark=row.facts().mark, proven_at=NOW)
        session = self.client.session
        session[PROOFS] = {action: str(proof.public_id)}
        session.save()

    def change(self, kind: ChangeKind, name: str, /, *args: str, **fields: Any) -> Page:
        """Sends the form of a way in change mode."""
        self.prove()
        path = f"{reverse(name, args=args)}?change={kind.value}"
        answer = self.client.post(path, fields, follow=True)
        return Page(answer.status_code, answer.request["PATH_INFO"], answer.content.decode())


def person(language: str = "en") -> tuple[Owner, TenantFacts]:
    account = an_account(phone=a_phone())
    tenant = a_tenant(account)
    verify(tenant)
    return Owner(account, language=language), tenant


def company(language: str = "en", **more: Any) -> tuple[Owner, TenantFacts]:
    account = an_account(phone=a_phone())
    tenant = a_tenant(account)
    settle(submit_company(tenant, an_organisation_claim(**more)))
    return Owner(account, language=language), tenant


def upload(colour: str = "red") -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.jpg", photo(colour), content_type="image/jpeg")


def papers(**more: Any) -> dict[str, Any]:
    return {
        "name": "绿色灯塔(杭州)科技有限公司",
        "number": a_company(),
        "representative": "王小灯",
        "representative_id": demo_resident_id(),
        "certificate": upload(),
        "id_front": upload("green"),
        "id_back": upload("blue"),
        "change_form": upload("white"),
        "consent_data": "on",
        **more,
    }


def open_application(tenant: TenantFacts) -> Application:
    return Application.objects.exclude(change="").get(tenant_id=tenant.id)


# -- What can be changed ----------------------------------------------------------------------------------------------


@pytest.mark.clause("2.4.2", "2.4.4", "2.4.1", "2.1.13", "2.1.14", "2.1.24")
@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            ("Another individual", "An organisation instead", "neither be exchanged nor unbound", "cannot be removed"),
        ),
        ("zh-hans", ("变更为其他个人", "变更为企业或组织", "不可更换，也不可解绑", "不能解除")),
    ],
)
def test_a_person_is_offered_what_is_possible_and_told_what_is_not(language: str, words: tuple[str, ...]) -> None:
    visitor, _tenant = person(language)
    assert reverse("portal:change") in visitor.get("portal:verification").links
    page = visitor.get("portal:change")
    for said in words:
        assert said in page.text
    offered = {kind for kind in ChangeKind if reverse("portal:change_kind", args=[kind.value]) in page.links}
    assert offered == {ChangeKind.ANOTHER_PERSON, ChangeKind.TO_ORGANISATION}


@pytest.mark.clause("2.4.5", "2.4.6", "2.4.7")
@pytest.mark.parametrize(
    ("language", "never"), [("en", "cannot become an individual's"), ("zh-hans", "不能变更为个人账号")]
)
def test_an_organisation_is_offered_another_name_or_organisation_and_told_why_no_person(
    language: str, never: str
) -> None:
    visitor, _tenant = company(language)
    page = visitor.get("portal:change")
    assert never in page.text
    offered = {kind for kind in ChangeKind if reverse("portal:change_kind", args=[kind.value]) in page.links}
    assert offered == {ChangeKind.RENAMED, ChangeKind.ANOTHER_ORGANISATION}
    assert visitor.get("portal:change_kind", "another_person").path == reverse("portal:change")


@pytest.mark.clause("2.4.3", "2.4.8", "2.3.20")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ChangeKind)
def test_each_change_says_what_stays_what_happens_and_what_it_takes(kind: ChangeKind, language: str) -> None:
    from_person = kind in (ChangeKind.ANOTHER_PERSON, ChangeKind.TO_ORGANISATION)
    visitor, _tenant = person(language) if from_person else company(language)
    page = visitor.get("portal:change_kind", kind.value)
    stays = {"en": "name, password, phone, e-mail", "zh-hans": "密码、手机号、邮箱"}[language]
    assert stays in page.text
    invoices = {"en": "invoices", "zh-hans": "发票"}[language]
    assert invoices in page.text
    form = {
        ChangeKind.ANOTHER_PERSON: "person_to_person",
        ChangeKind.RENAMED: "organisation_renamed",
        ChangeKind.ANOTHER_ORGANISATION: "organisation_to_other",
    }.get(kind)
    forms = [link for link in page.links if "/verification/forms/" in link]
    assert forms == ([reverse("portal:paper_form", args=[form])] if form else [])
    way = "portal:bank_card" if kind is ChangeKind.ANOTHER_PERSON else "portal:bank_account"
    assert f"{reverse(way)}?change={kind.value}" in page.links
    for link in (one for one in page.links if "?change=" in one):
        assert visitor.at(link).status == 200


def test_who_is_not_verified_is_led_to_the_ways() -> None:
    account = an_account(phone=a_phone())
    a_tenant(account)
    visitor = Customer(account)
    for name, args in (("portal:change", []), ("portal:change_kind", ["renamed"])):
        assert visitor.get(name, *args).path == reverse("portal:verification")
    assert "photo" not in visitor.get("portal:bank_card", change="renamed").path


# -- The ways in change mode ------------------------------------------------------------------------------------------


@pytest.mark.clause("2.1.14", "2.4.6")
@pytest.mark.parametrize(
    ("way", "args"),
    [
        ("bank_card", ()),
        ("scan", ()),
        ("document", ()),
        ("document_form", ("hkm_permit",)),
        ("bank_account", ()),
        ("organisation", ()),
        ("organisation_form", LICENCE),
    ],
)
def test_a_way_of_a_verified_tenant_leads_to_the_question_what_has_changed(way: str, args: tuple[str, ...]) -> None:
    visitor, _tenant = company()
    for query in ({}, {"change": "another_person"}, {"change": "to_organisation"}, {"change": "nonsense"}):
        assert visitor.get(f"portal:{way}", *args, **query).path == reverse("portal:change")


@pytest.mark.clause("2.4.4")
def test_the_form_of_a_way_asks_first_whether_it_is_still_the_owner_and_comes_back() -> None:
    visitor, _tenant = person()
    page = visitor.get("portal:bank_card", change="another_person")
    assert page.path == reverse("portal:prove", args=["change_verification"])
    assert "who stands behind your account" in page.text
    visitor.prove()
    page = visitor.get("portal:bank_card", change="another_person")
    assert page.path == reverse("portal:bank_card")
    assert "change_form" in page.values
    assert "Another individual" in page.text
    FreshProof.objects.all().delete()
    answer = visitor.client.post(f"{reverse('portal:bank_card')}?change=another_person", {"name": "x"})
    assert "next=%2Fverification%2Fbank-card%2F%3Fchange%3Danother_person" in answer["Location"]


@pytest.mark.clause("2.4.4", "2.4.8")
@pytest.mark.parametrize(
    ("language", "begun_words", "done_words"),
    [("en", "Staff look at the change", "The verification is changed"), ("zh-hans", "正在审核变更", "实名认证已变更")],
)
def test_another_person_by_bank_card_from_the_form_to_the_approval(
    language: str, begun_words: str, done_words: str
) -> None:
    visitor, tenant = person(language)
    page = visitor.change(
        ChangeKind.ANOTHER_PERSON,
        "portal:bank_card",
        name="赵小草",
        id_number=a_person(),
        card=a_card(),
        phone=a_phone(),
        face=SimpleUploadedFile("face.png", GOOD_FACE, content_type="image/png"),
        change_form=upload("white"),
        consent_data="on",
        consent_face="on",
    )
    row = open_application(tenant)
    assert page.path == reverse("portal:bank_card_code", args=[row.reference])
    page = visitor.send("portal:bank_card_code", row.reference, code=code_of(row.view()))
    assert begun_words in page.text
    home = visitor.get("portal:home")
    assert reverse("portal:verification_application", args=[row.reference]) in home.links
    assert {"en": "present verification holds", "zh-hans": "当前认证继续有效"}[language] in home.text
    overview = visitor.get("portal:verification")
    assert "***明" in overview.text
    assert reverse("portal:change") not in overview.links
    decide(a_reviewer(), row.view())
    assert done_words in visitor.get("portal:verification_application", row.reference).text
    overview = visitor.get("portal:verification")
    assert "**草" in overview.text
    assert "***明" in overview.text  # as verified before


@pytest.mark.clause("2.4.2", "2.4.3")
def test_a_person_becomes_an_organisation_by_papers_without_a_form() -> None:
    visitor, tenant = person()
    page = visitor.get("portal:organisation", change="to_organisation")
    link = reverse("portal:organisation_certificate", args=["enterprise"]) + "?change=to_organisation"
    assert link in page.links
    page = visitor.at(link)
    assert reverse("portal:organisation_acting", args=LICENCE[:2]) + "?change=to_organisation" in page.links
    only = visitor.at(reverse("portal:organisation_certificate", args=["notary"]) + "?change=to_organisation")
    assert all("?change=" in one for one in only.links if "/organisation/notary/" in one)
    fields = papers()
    del fields["change_form"]
    page = visitor.change(ChangeKind.TO_ORGANISATION, "portal:organisation_form", *LICENCE, **fields)
    row = open_application(tenant)
    assert row.reference in page.text
    settle(row.view())
    page = visitor.get("portal:verification_application", row.reference)
    assert "The verification is changed" in page.text
    held = verification_of(tenant.id)
    assert held
    assert held.party is Party.ORGANISATION


def four_papers_and_the_form(number: str) -> dict[str, Any]:
    return papers(
        number=number,
        agent="陈海茶",
        agent_id=demo_resident_id(sequence=24),
        letter=upload("yellow"),
    )


@pytest.mark.clause("2.4.5", "2.4.8", "2.3.17", "2.3.18")
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_authorised_person_changes_the_name_with_four_papers_and_the_form(language: str) -> None:
    number = a_company()
    visitor, tenant = company(language, number=number)
    fields = four_papers_and_the_form(number)
    assert sum(isinstance(one, SimpleUploadedFile) for one in fields.values()) == 5
    page = visitor.change(ChangeKind.RENAMED, "portal:organisation_form", *LICENCE[:2], "authorised", **fields)
    row = open_application(tenant)
    assert page.path == reverse("portal:verification_application", args=[row.reference])
    slots = set(Evidence.objects.filter(application=row).values_list("slot", flat=True))
    assert slots == {"certificate", "letter", "id_front", "id_back", "change_form"}
    settle(row.view())
    held = verification_of(tenant.id)
    assert held
    assert held.change is None  # the old one holds until staff have read the form
    decide(a_reviewer(), row.view())
    held = verification_of(tenant.id)
    assert held
    assert held.change is ChangeKind.RENAMED


@pytest.mark.clause("2.4.8", "2.1.9")
def test_a_sixth_file_is_refused_in_words_and_nothing_is_kept() -> None:
    number = a_company()
    visitor, tenant = company(number=number)
    fields = {**four_papers_and_the_form(number), "one_more": upload("black")}
    page = visitor.change(ChangeKind.RENAMED, "portal:organisation_form", *LICENCE[:2], "authorised", **fields)
    assert page.status == 400
    for said in ("too many files", "Nothing was changed", "one for each field", "每个上传框各放一个文件"):
        assert said in page.text
    assert Application.objects.filter(tenant_id=tenant.id).count() == 1
    del fields["one_more"]
    for one in fields.values():
        if isinstance(one, SimpleUploadedFile):
            one.seek(0)
    # Without the sixth the same form is taken.
    page = visitor.change(ChangeKind.RENAMED, "portal:organisation_form", *LICENCE[:2], "authorised", **fields)
    assert page.path == reverse("portal:verification_application", args=[open_application(tenant).reference])


@pytest.mark.clause("2.4.9")
def test_a_person_becomes_an_organisation_by_its_bank_account() -> None:
    visitor, tenant = person()
    page = visitor.change(ChangeKind.TO_ORGANISATION, "portal:bank_account", **typed(), consent="on")
    row = open_application(tenant)
    assert page.path == reverse("portal:transfer", args=[row.reference])
    money_arrives(row.view())
    type_amount(tenant, row.view(), amount_of(row.view()))
    assert "The verification is changed" in visitor.get("portal:transfer", row.reference).text


@pytest.mark.clause("2.4.7", "2.4.8")
def test_after_the_right_amount_the_page_says_that_staff_still_read_the_form() -> None:
    account = an_account(phone=a_phone())
    tenant = a_tenant(account)
    first = submit_account(tenant)
    money_arrives(first)
    type_amount(tenant, first, amount_of(first))
    visitor = Owner(account)
    fields = {**typed(), "consent": "on", "change_form": upload("white")}
    page = visitor.change(ChangeKind.ANOTHER_ORGANISATION, "portal:bank_account", **fields)
    row = open_application(tenant)
    assert page.path == reverse("portal:transfer", args=[row.reference])
    money_arrives(row.view())
    type_amount(tenant, row.view(), amount_of(row.view()))
    page = visitor.get("portal:transfer", row.reference)
    assert page.path == reverse("portal:verification_application", args=[row.reference])
    assert "Staff look at the change" in page.text
    assert "being checked" in visitor.get("portal:home").text
    decide(a_reviewer(), row.view())
    assert "The verification is changed" in visitor.get("portal:transfer", row.reference).text


@pytest.mark.clause("2.4.8", "2.1.9")
@pytest.mark.parametrize(
    ("language", "said"), [("en", "change application form is missing"), ("zh-hans", "缺少变更申请表")]
)
def test_a_missing_form_is_named_at_its_field_with_everything_else(language: str, said: str) -> None:
    visitor, tenant = company(language)
    page = visitor.change(
        ChangeKind.ANOTHER_ORGANISATION, "portal:organisation_form", *LICENCE, **papers(change_form="", id_back="")
    )
    assert page.status == 422
    assert said in page.text
    assert {"en": "A picture is missing", "zh-hans": "缺少"}[language] in page.text
    assert Application.objects.filter(tenant_id=tenant.id).count() == 1


@pytest.mark.clause("2.4.5", "2.4.7")
def test_another_number_than_that_of_the_renamed_organisation_is_another_kind_of_change() -> None:
    visitor, _tenant = company()
    page = visitor.change(ChangeKind.RENAMED, "portal:organisation_form", *LICENCE, **papers())
    assert page.status == 422
    assert "another kind of change" in page.text
    assert reverse("portal:change") in page.links


@pytest.mark.clause("2.2.8")
def test_the_same_organisation_again_is_told_that_nothing_would_change() -> None:
    number = a_company()
    visitor, _tenant = company(number=number)
    fields = papers(number=number, name="蓝色灯塔（杭州）科技有限公司")
    page = visitor.change(ChangeKind.RENAMED, "portal:organisation_form", *LICENCE, **fields)
    assert "this very name and number already" in page.text


# -- How it ends ------------------------------------------------------------------------------------------------------


@pytest.mark.clause("2.1.9", "2.1.12", "2.4.8")
def test_a_form_asked_for_again_is_sent_alone_and_a_refused_change_leaves_the_old_verification() -> None:
    visitor, tenant = company()
    view = begun(by_papers(tenant, None, asked(tenant, ChangeKind.ANOTHER_ORGANISATION)))
    settle(view)
    reviewer = a_reviewer()
    decide(reviewer, view, change_form=ReviewReason.NOT_SIGNED)
    page = visitor.get("portal:verification_application", view.reference)
    assert "lacks a signature or the official seal" in page.text
    assert "present verification holds" in page.text
    page = visitor.send("portal:document_again", view.reference, change_form=upload("yellow"))
    assert "Staff look at the change" in page.text
    decide(reviewer, view, change_form=ReviewReason.FORGED)
    page = visitor.get("portal:verification_application", view.reference)
    assert "The verification was not changed" in page.text
    assert "This is about: Change application form, filled in and signed" in page.text
    assert "holds as before" in visitor.get("portal:verification").text
    assert reverse("portal:change") in visitor.get("portal:verification").links


def test_a_change_can_be_withdrawn_and_another_begun() -> None:
    visitor, tenant = person()
    view = by_card(tenant, a_claim(name="赵小草"), asked(tenant, ChangeKind.ANOTHER_PERSON))
    assert view.state is ApplicationState.REVIEWING
    visitor.send("portal:document_give_up", view.reference)
    held = verification_of(tenant.id)
    assert held
    assert held.way is Way.BANK_CARD
    assert reverse("portal:change") in visitor.get("portal:verification").links


@pytest.mark.clause("2.3.20", "2.4.5")
@pytest.mark.parametrize(
    ("language", "until", "from_now"),
    [
        ("en", "until the change is approved invoices go by the present name", "invoices go by the new name"),
        ("zh-hans", "变更通过前按当前名称开具发票", "自该日起按新名称开具发票"),
    ],
)
def test_the_page_says_by_which_name_invoices_go_as_other_services_are_told(
    language: str, until: str, from_now: str
) -> None:
    number, asked_for = a_company(), [Action.REQUEST_INVOICE]
    visitor, tenant = company(language, number=number)

    def told() -> list[str]:
        return [note.code for note in decisions_for(tenant.id, asked_for, NOW)[Action.REQUEST_INVOICE].notes]

    claim = an_organisation_claim(number=number, name="绿色灯塔(杭州)科技有限公司")
    view = begun(by_papers(tenant, claim, asked(tenant, ChangeKind.RENAMED)))
    assert told() == ["standing.invoices_by_name_until_changed"]
    assert until in visitor.get("portal:verification").text
    settle(view)
    decide(a_reviewer(), view, change_form=ReviewReason.FORGED)
    assert told() == []
    assert until not in visitor.get("portal:verification").text
    view = begun(by_papers(tenant, claim, asked(tenant, ChangeKind.RENAMED)))
    settle(view)
    decide(a_reviewer(), view)
    assert told() == ["standing.invoices_by_new_name"]
    page = visitor.get("portal:verification").text
    assert from_now in page
    assert until not in page


# -- The name of an organisation --------------------------------------------------------------------------------------


@pytest.mark.clause("3.1.7")
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unverified_organisation_edits_its_name_freely(language: str) -> None:
    account = an_account(phone=a_phone())
    tenant = a_tenant(account)
    visitor = Customer(account, language=language)
    link = reverse("portal:organisation_name")
    assert link in visitor.get("portal:account").links
    for name in ("Blue Lamp Ltd", "蓝色灯塔(杭州)科技有限公司"):
        page = visitor.send("portal:organisation_name", name=name)
        assert page.path == reverse("portal:account")
        assert name in page.text
    assert visitor.send("portal:organisation_name", name="7").status == 422
    form = visitor.get("portal:organisation_form", *LICENCE)
    assert form.values["name"] == "蓝色灯塔(杭州)科技有限公司"
    settle(submit_company(tenant))
    page = visitor.get("portal:account")
    assert link not in page.links
    assert reverse("portal:change_kind", args=["renamed"]) in page.links
    assert visitor.get("portal:organisation_name").path == reverse("portal:change_kind", args=["renamed"])
    visitor.send("portal:organisation_name", name="Somebody else Ltd")
    assert "Somebody else" not in visitor.get("portal:account").text
