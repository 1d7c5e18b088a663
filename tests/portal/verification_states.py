"""The pages of real-name verification in the states that a customer can see, each with a name."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import time_machine

from account_center.kit.demo_numbers import demo_resident_id
from account_center.kit.money import yuan
from account_center.realname.adapters.sandbox import demo_face
from account_center.realname.rules import CERTIFICATES
from account_center.realname.types import Acting, ChangeKind, FaceAnswer, ReviewReason
from account_center.tenants.services import set_mark
from account_center.tenants.types import TenantFacts, ZoneMark
from tests.portal import test_bank_account as accounts
from tests.portal import test_change as changes
from tests.portal import test_document as documents
from tests.portal import test_limit_ticket as limits
from tests.portal import test_organisation as organisations
from tests.portal import test_scan as scans
from tests.portal.test_sites import MANAGER, owner_of
from tests.portal.visiting import Customer, Page
from tests.realname.changing import asked, begun, by_papers, settle
from tests.realname.making import (
    CARDS,
    a_claim,
    a_company,
    a_reviewer,
    a_tenant,
    an_organisation_claim,
    begin,
    decide,
    submit,
    submit_company,
    verify,
)
from tests.realname.partnering import a_site, agreed
from tests.realname.transferring import (
    ACCOUNTS,
    amount_of,
    follow,
    money_arrives,
    submit_account,
    type_amount,
    wrong_amount,
)
from tests.signin.making import NOW, a_phone, an_account

Named = Iterator[tuple[str, Page]]
_TWO_WEEKS = timedelta(days=14)


def _application(who: Customer, reference: str) -> Page:
    return who.get("portal:verification_application", reference)


def _fresh(language: str) -> tuple[Customer, TenantFacts]:
    account = an_account(phone=a_phone())
    return Customer(account, language=language), a_tenant(account)


def overviews(language: str) -> Named:
    """Before anything: what is missing, the ways, and what stands besides."""
    who, _tenant = _fresh(language)
    for name in ("home", "verification", "paper_forms", "student", "partner_sites"):
        yield name, who.get(f"portal:{name}")
    for kind in ("letter", "person_to_person", "organisation_renamed", "organisation_to_other"):
        yield f"form {kind}", who.get("portal:paper_form", kind)
    yield "a form with too much in it", who.send("portal:paper_form", "letter", organisation="A" * 101)
    yield "no such application", _application(who, "RN000000000")


def by_bank_card(language: str) -> Named:
    who, tenant = _fresh(language)
    yield "bank card", who.get("portal:bank_card")
    yield "bank card empty", who.send("portal:bank_card", name="")
    child = demo_resident_id(birth=NOW.date())
    yield "bank card of a child", who.send("portal:bank_card", name="王小灯", id_number=child)
    draft = begin(tenant)
    yield "bank card begun", who.get("portal:bank_card")
    yield "bank card code", who.get("portal:bank_card_code", draft.reference)
    yield "bank card wrong code", who.send("portal:bank_card_code", draft.reference, code="000000")
    yield "overview with a draft", who.get("portal:verification")
    for meaning in ("wrong_name", "unionpay_online_not_open", "away"):
        other, its = _fresh(language)
        view = verify(its, a_claim(card=CARDS[meaning]))
        yield f"bank card {meaning}", _application(other, view.reference)
    yield "overview after a refusal", other.get("portal:verification")
    verified, held = _fresh(language)
    view = verify(held)
    yield "bank card approved", _application(verified, view.reference)
    for name in ("home", "verification", "verification_record", "student", "change", "bank_card"):
        yield f"verified {name}", verified.get(f"portal:{name}")


def by_scan(language: str) -> Named:
    who, tenant = scans.customer(language)
    yield "scan", who.get("portal:scan")
    yield "scan empty", who.send("portal:scan", name="")
    code = scans.show(who)
    reference = scans.reference_in(code)
    yield "scan code", code
    yield "scan code in another browser", owner_of(tenant, language=language).at(code.path)
    phone, second = scans.Phone(language=language), scans.Phone(language=language)
    yield "scan link", phone.at(scans.link_in(code))
    taken = phone.press(scans.link_in(code))
    yield "scan phone", taken
    yield "scan second phone", second.at(scans.link_in(code))
    yield "scan computer taken", who.at(code.path)
    yield "scan phone empty", phone.press(taken.path)
    again = phone.send(taken.path, demo_face(FaceAnswer.SEVERAL_FACES))
    yield "scan retake on the phone", again
    yield "scan retake on the computer", who.at(code.path)
    failed = phone.send(again.path, demo_face(FaceAnswer.ANOTHER_PERSON))
    yield "scan failed on the phone", failed
    yield "scan failed on the computer", _application(who, reference)
    code = scans.show(who)
    with time_machine.travel(NOW + timedelta(minutes=11)):
        yield "scan link over", second.at(scans.link_in(code))
        yield "scan code over", who.at(code.path)
    code = who.send("portal:scan_new_code", scans.reference_in(code))
    yield "scan not me", scans.Phone(language=language).press(f"{scans.link_in(code)}not-me/")
    yield "scan disowned", who.at(code.path)
    code = scans.show(who)
    done = scans.Phone(language=language)
    yield "scan approved on the phone", done.send(done.press(scans.link_in(code)).path)
    yield "scan approved", who.at(code.path)


def by_document(language: str) -> Named:
    who, tenant = _fresh(language)
    yield "document", who.get("portal:document")
    for kind in ("passport", "hkm_permit", "driving_licence"):
        yield f"document {kind}", who.get("portal:document_form", kind)
    yield "document wrong", documents.send(who, number="C1", back="", consent_face="")
    view = submit(tenant)
    yield "document reviewing", _application(who, view.reference)
    yield "overview reviewing", who.get("portal:verification")
    with time_machine.travel(NOW + _TWO_WEEKS):
        yield "document late", _application(owner_of(tenant, language=language), view.reference)
    decide(a_reviewer(), view, back=ReviewReason.BLURRED, front=ReviewReason.PURPOSE)
    yield "document asked again", _application(who, view.reference)
    yield "home asked again", who.get("portal:home")
    yield "document again", who.get("portal:document_again", view.reference)
    yield "document again empty", who.send("portal:document_again", view.reference)
    other, its = _fresh(language)
    refused = submit(its)
    decide(a_reviewer(), refused, front=ReviewReason.FORGED)
    yield "document refused", _application(other, refused.reference)


def by_papers_of_all_kinds(language: str) -> Named:
    who, tenant = _fresh(language)
    yield "organisation", who.get("portal:organisation")
    yield "organisation certificates", who.get("portal:organisation_certificate", "enterprise")
    yield "organisation acting", who.get("portal:organisation_acting", "enterprise", "business_licence")
    for nature, certificates in CERTIFICATES.items():
        for certificate in certificates[:1]:
            for acting in (Acting.REPRESENTATIVE, Acting.AUTHORISED):
                given = (nature.value, certificate.value, acting.value)
                yield f"papers {' '.join(given)}", who.get("portal:organisation_form", *given)
    wrong = organisations.send(who, id_back="", number="1", consent_data="")
    yield "papers wrong", wrong
    view = submit_company(tenant)
    yield "papers asking the register", _application(who, view.reference)
    settle(view)
    yield "papers approved", _application(who, view.reference)
    yield "company verified", who.get("portal:verification")
    yield "company record", who.get("portal:verification_record")
    yield "company change", who.get("portal:change")
    full, _its = _fresh(language)
    number = a_company()
    limits.full_company(number)
    yield "papers of a full company", organisations.send(full, number=number)
    yield "limit", full.get("portal:ticket_limit")
    yield "limit empty", full.send("portal:ticket_limit", wanted="")
    gone, its = _fresh(language)
    view = submit_company(its, an_organisation_claim(number=a_company("990003")))
    settle(view)
    yield "overview after refused papers", gone.get("portal:verification")
    yield "papers of a cancelled company", _application(gone, view.reference)


def by_account(language: str) -> Named:
    who, tenant = accounts.customer(language)
    yield "account", who.get("portal:bank_account")
    yield "account wrong", accounts.send(who, number="", bank="Atlantis", branch="1", account="1", consent="")
    view = submit_account(tenant)
    yield "account before", who.get("portal:transfer", view.reference)
    yield "home before", who.get("portal:home")
    follow(view)
    yield "account sent", who.get("portal:transfer", view.reference)
    money_arrives(view)
    yield "account amount", who.get("portal:transfer", view.reference)
    yield "overview amount", who.get("portal:verification")
    yield "statement", who.get("portal:sandbox_statement")
    yield "account wrong amount", who.send("portal:transfer", view.reference, amount=yuan(wrong_amount(view)))
    yield "account odd amount", who.send("portal:transfer", view.reference, amount="37")
    type_amount(tenant, view, amount_of(view))
    yield "account verified", who.get("portal:transfer", view.reference)
    for meaning in ("cannot_receive", "wrong_holder"):
        other, _its, view = accounts.arrived(language, account=ACCOUNTS[meaning])
        yield f"account {meaning}", other.get("portal:transfer", view.reference)
    other, _its, view = accounts.arrived(language)
    other.send("portal:transfer_cancel", view.reference)
    yield "account cancelled", other.get("portal:transfer", view.reference)


def of_changes(language: str) -> Named:
    who, tenant = changes.person(language)
    yield "change", who.get("portal:change")
    yield "change of a person", who.get("portal:change_kind", "another_person")
    yield "change to an organisation", who.get("portal:change_kind", "to_organisation")
    yield "change asks for a proof", who.get("portal:bank_card", change="another_person")
    who.prove()
    yield "change by bank card", who.get("portal:bank_card", change="another_person")
    yield "change by document", who.get("portal:document", change="another_person")
    yield "change by permit", who.get("portal:document_form", "hkm_permit", change="another_person")
    yield "change wrong", who.change(ChangeKind.ANOTHER_PERSON, "portal:bank_card", name="1")
    who, tenant = changes.company(language)
    for kind in ("renamed", "another_organisation"):
        yield f"change {kind}", who.get("portal:change_kind", kind)
    yield "form of a renamed", who.get("portal:paper_form", "organisation_renamed")
    view = begun(by_papers(tenant, None, asked(tenant, ChangeKind.ANOTHER_ORGANISATION)))
    settle(view)
    yield "change reviewing", _application(who, view.reference)
    for name in ("home", "verification", "change"):
        yield f"change running {name}", who.get(f"portal:{name}")
    decide(a_reviewer(), view, change_form=ReviewReason.NOT_SIGNED)
    yield "change asked again", _application(who, view.reference)
    who, tenant = changes.company(language)
    view = begun(by_papers(tenant, None, asked(tenant, ChangeKind.ANOTHER_ORGANISATION)))
    settle(view)
    decide(a_reviewer(), view, change_form=ReviewReason.FORGED)
    yield "change refused", _application(who, view.reference)
    yield "overview after a refused change", who.get("portal:verification")


def of_partners(language: str) -> Named:
    tenant, site = a_tenant(), a_site()
    who = owner_of(tenant, language=language)
    yield "partner sites", who.get("portal:partner_sites")
    agreed(tenant, site)
    yield "partner code", who.get("portal:partner_sites")
    yield "overview with a code", who.get("portal:verification")
    internal = a_tenant()
    set_mark(actor=MANAGER, tenant_id=internal.id, mark=ZoneMark.INTERNAL, present=True, reason="Ticket TK2345ABCD")
    yield "internal", owner_of(internal, language=language).get("portal:verification")
    yield "internal refused", owner_of(internal, language=language).get("portal:scan")


STATES: dict[str, Callable[[str], Named]] = {
    one.__name__: one
    for one in (
        overviews,
        by_bank_card,
        by_scan,
        by_document,
        by_papers_of_all_kinds,
        by_account,
        of_changes,
        of_partners,
    )
}
