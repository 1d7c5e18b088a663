"""One panel on the home page says what is missing of a verification, by when, and the quickest way; one timeline tells the rest."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from account_center.accounts.queries import account
from account_center.accounts.types import AccountFacts
from account_center.kit.actor import StaffRole
from account_center.realname.models import Application
from account_center.realname.services import send_pictures_again
from account_center.realname.types import ApplicationView, ReviewReason, Slot
from account_center.standing.services import declare_kind
from account_center.standing.types import CustomerKind
from account_center.support.services.proposals import approve_proposal, propose_reopening
from account_center.tenants.types import TenantFacts
from tests.portal.visiting import Customer
from tests.realname.making import (
    a_reviewer,
    a_tenant,
    actor_at,
    an_organisation_claim,
    decide,
    pictures,
    submit,
    submit_company,
)
from tests.signin.making import NOW, a_phone, an_account, visitor
from tests.support.making import a_colleague

pytestmark = pytest.mark.django_db


def customer(language: str = "en") -> tuple[Customer, TenantFacts]:
    owner = an_account(phone=a_phone())
    return Customer(owner, language=language), a_tenant(owner)


def home(who: Customer) -> str:
    return who.get("portal:home").text


@pytest.mark.clause("2.1.2", "2.1.20")
@pytest.mark.parametrize(
    ("kind", "language", "says"),
    [
        (CustomerKind.INDIVIDUAL, "en", "By scan or bank card it is answered at once."),
        (CustomerKind.ENTERPRISE, "en", "By the company's bank account it takes 30 minutes at best."),
        (CustomerKind.ENTERPRISE, "zh-hans", "30 分钟"),
    ],
)
def test_whoever_is_not_verified_reads_the_quickest_way(kind: CustomerKind, language: str, says: str) -> None:
    who, tenant = customer(language)
    declare_kind(actor=visitor(), tenant_id=tenant.id, kind=kind, now=NOW)
    assert says in home(who)


@pytest.mark.clause("2.1.10")
@pytest.mark.parametrize(
    ("language", "waits", "late"),
    [
        ("en", "answer by 2026-11-26 23:59 at the latest", "This takes longer than we said."),
        ("zh-hans", "2026-11-26 23:59", "超出了承诺的时间"),
    ],
)
def test_the_panel_says_by_when_staff_answer_and_past_that_leads_to_a_ticket(
    language: str, waits: str, late: str
) -> None:
    who, tenant = customer(language)
    view = submit(tenant)
    assert view.promised_by
    with time_machine.travel(NOW, tick=False):
        page = home(who)
        assert waits in page
        assert late not in page
    with time_machine.travel(view.promised_by + timedelta(seconds=1), tick=False):
        who = Customer(owner_of(tenant), language=language)
        page_late = who.get("portal:home")
        assert late in page_late.text
        way = next(link for link in page_late.links if "realname.individual_progress" in link)
        assert view.reference in way


def owner_of(tenant: TenantFacts) -> AccountFacts:
    found = account(tenant.owner_id)
    assert found
    return found


@pytest.mark.clause("2.1.10", "2.1.20")
def test_an_organisation_past_the_time_gets_the_ticket_for_enterprises() -> None:
    who, tenant = customer()
    view = submit_company(tenant, an_organisation_claim())
    assert view.promised_by
    with time_machine.travel(view.promised_by + timedelta(days=1), tick=False):
        who = Customer(owner_of(tenant))
        links = who.get("portal:home").links
    assert any("realname.enterprise_progress" in link for link in links)


@pytest.mark.clause("2.1.12")
def test_the_panel_says_by_when_another_picture_has_to_be_there() -> None:
    who, tenant = customer()
    decide(a_reviewer(), submit(tenant), front=ReviewReason.BLURRED)
    with time_machine.travel(NOW, tick=False):
        page = home(who)
    assert "Staff need another picture, by 2026-12-23 18:02" in page


@pytest.mark.clause("2.1.10", "2.1.12")
@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            (
                "Staff took up the verification",
                "Other pictures were asked for",
                "The pictures asked for were sent",
                "was refused",
                "was taken up again",
                "Staff wait for another picture from you",
            ),
        ),
        ("zh-hans", ("重新受理",)),
    ],
)
def test_one_timeline_tells_the_customer_everything_without_names_of_staff(
    language: str, words: tuple[str, ...]
) -> None:
    who, tenant = customer(language)
    view, reviewer = submit(tenant), a_reviewer()
    decide(reviewer, view, front=ReviewReason.BLURRED)
    send_pictures_again(
        actor=actor_at(tenant), tenant_id=tenant.id, reference=view.reference, uploads=pictures(Slot.FRONT), now=NOW
    )
    decide(reviewer, view, front=ReviewReason.FORGED)
    take_up_again(view)
    page = who.get("portal:verification_application", view.reference).text
    for said in words:
        assert said in page, said
    assert reviewer.name not in page
    assert "looked at" not in page


def take_up_again(view: ApplicationView) -> None:
    proposer, key = a_colleague(StaffRole.REVIEWER), uuid4()
    propose_reopening(actor=proposer, reference=view.reference, reason="complaint", note="genuine", key=key, now=NOW)
    approve_proposal(actor=a_colleague(), proposal_id=key, now=NOW)
    assert Application.objects.get(reference=view.reference).state == "asked_again"


@pytest.mark.clause("2.1.12")
def test_the_customer_reads_why_a_picture_is_needed_once_more_and_where_to_send_it() -> None:
    who, tenant = customer()
    view = submit(tenant)
    decide(a_reviewer(), view, front=ReviewReason.FORGED)
    take_up_again(view)
    page = who.get("portal:verification_application", view.reference)
    assert "Pictures are erased on a promised day" in page.text
    assert reverse("portal:document_again", args=[view.reference]) in page.links
