"""Where a limit of verifications stands in the way, the customer asks for more in one form (2.1.22)."""

from uuid import uuid4

import pytest
from django.urls import reverse

from account_center.kit.actor import StaffRole
from account_center.kit.demo_numbers import demo_resident_id
from account_center.plumbing.quota import raise_bound, take_place
from account_center.realname.models import OrganisationQuota, PersonQuota
from account_center.realname.queries import open_application_of
from account_center.realname.subjects import organisation_digest, person_digest
from account_center.support.models import Ticket, Wish
from account_center.support.queries import ticket_for_staff
from account_center.support.queries.proposals import proposals_of_ticket, wish_of
from account_center.support.services.proposals import approve_proposal, propose_limit
from tests.portal.test_organisation import customer, send
from tests.portal.visiting import Customer
from tests.realname.making import a_company
from tests.signin.making import NOW
from tests.support.making import a_colleague

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.1.22")]


def full_company(number: str) -> None:
    for holder in range(6):
        taken = take_place(
            OrganisationQuota, digest=organisation_digest(f"CN:{number}"), holder=90_000 + holder, allowed=6
        )
        assert taken


def refused(visitor: Customer) -> tuple[str, str]:
    """The number of a company whose limit is reached, and the page that said so."""
    number = a_company()
    full_company(number)
    return number, send(visitor, number=number).text


@pytest.mark.clause("2.3.26", "2.1.9")
@pytest.mark.parametrize(
    ("language", "says", "way"),
    [
        ("en", "This organisation already verifies 6 accounts.", "Ask for a higher limit"),
        ("zh-hans", "6", "申请提升上限"),
    ],
)
def test_a_full_limit_leads_to_a_ticket_that_knows_what_it_is_about(language: str, says: str, way: str) -> None:
    visitor, tenant = customer(language)
    number, page = refused(visitor)
    assert says in page
    assert way in page
    form = visitor.get("portal:ticket_limit").text
    assert f"{number[:4]}**********{number[-4:]}" in form
    assert number not in form
    assert "蓝色灯塔(杭州)科技有限公司" not in form
    done = visitor.send("portal:ticket_limit", key=str(uuid4()), wanted="10", text="Ten branches")
    ticket = Ticket.objects.get()
    assert done.path == reverse("portal:ticket", args=[ticket.reference])
    assert (ticket.category, ticket.tenant_id) == ("realname.quota", tenant.id)
    wish = wish_of(ticket.reference)
    assert wish
    assert (wish.wanted, wish.target.used, wish.target.allowed) == (10, 6, 6)
    assert wish.target.subject == organisation_digest(f"CN:{number}").hex()
    seen = ticket_for_staff(ticket.reference, now=NOW)
    assert seen
    text = seen.entries[0].text or ""
    assert "Ten branches" in text
    assert "10" in text
    assert number not in text


def test_without_a_refusal_the_form_asks_for_whom_and_reads_the_number() -> None:
    visitor, _tenant = customer()
    number = a_company()
    typed = {
        "key": str(uuid4()),
        "wanted": "9",
        "text": "Branches",
        "kind": "tenants_of_organisation",
        "name": "Acme 有限公司",
    }
    wrong = visitor.send("portal:ticket_limit", **typed, number=number[:-1] + ("A" if number[-1] != "A" else "B"))
    assert wrong.status == 422
    assert not Ticket.objects.exists()
    visitor.send("portal:ticket_limit", **typed, number=f" {number.lower()} ")
    assert Wish.objects.get().subject == organisation_digest(f"CN:{number}").hex()


@pytest.mark.clause("2.2.9")
def test_a_person_is_asked_for_by_the_identity_number() -> None:
    visitor, _tenant = customer()
    number = demo_resident_id(sequence=77)
    take_place(PersonQuota, digest=person_digest(number), holder=1, allowed=3)
    typed = {"key": str(uuid4()), "text": "x", "kind": "tenants_of_person", "name": "王小明", "number": number}
    low = visitor.send("portal:ticket_limit", **typed, wanted="3")
    assert low.status == 422
    assert "3 are allowed already" in low.text
    visitor.send("portal:ticket_limit", **typed, wanted="4")
    wish = Wish.objects.get()
    assert (wish.subject, wish.wanted) == (person_digest(number).hex(), 4)
    assert number not in wish.shown


@pytest.mark.parametrize("kind", ["tenants_of_person", "tenants_of_organisation"])
def test_whoever_types_anybodys_number_does_not_learn_how_often_it_is_in_use(kind: str) -> None:
    pages = set()
    number, quota, digest = (
        (demo_resident_id(sequence=78), PersonQuota, person_digest)
        if kind == "tenants_of_person"
        else (company := a_company(), OrganisationQuota, lambda _number: organisation_digest(f"CN:{company}"))
    )
    for used in (0, 2):
        if used:
            raise_bound(quota, digest=digest(number), allowed=9)
            for holder in range(used):
                take_place(quota, digest=digest(number), holder=holder, allowed=9)
        visitor, _tenant = customer()
        typed = {"key": str(uuid4()), "text": "x", "kind": kind, "name": "王小明", "number": number}
        low = visitor.send("portal:ticket_limit", **typed, wanted="1")
        assert low.status == 422
        done = visitor.send("portal:ticket_limit", **typed, wanted="8")
        assert done.status == 200
        ticket = Ticket.objects.latest("pk")
        shown = ticket_for_staff(ticket.reference, now=NOW)
        assert shown
        refusal = [line for line in low.text.split(". ") if "allowed" in line]
        pages.add((str(refusal), shown.entries[0].text))
    assert len(pages) == 1, pages
    wish = wish_of(ticket.reference)
    assert wish
    assert (wish.target.used, wish.target.allowed) == (2, 9), "support sees it"


def test_the_same_form_sent_twice_is_one_ticket() -> None:
    visitor, _tenant = customer()
    refused(visitor)
    key = str(uuid4())
    for _ in range(2):
        visitor.send(
            "portal:ticket_limit",
            key=key,
            wanted="10",
            text="Ten branches",
            kind="tenants_of_person",
            name="x",
            number="y",
        )
    assert Ticket.objects.count() == Wish.objects.count() == 1


def test_who_chooses_the_matter_gets_the_form_of_its_own() -> None:
    visitor, _tenant = customer()
    page = visitor.client.get(reverse("portal:ticket_new"), {"about": "realname.quota"})
    assert page["Location"] == reverse("portal:ticket_limit")
    assert 'value="realname.quota"' not in visitor.get("portal:ticket_new").text


@pytest.mark.clause("2.3.26")
def test_after_two_people_agreed_the_seventh_account_of_the_organisation_is_taken() -> None:
    visitor, tenant = customer()
    number, _page = refused(visitor)
    visitor.send("portal:ticket_limit", key=str(uuid4()), wanted="7", text="One more branch")
    ticket = Ticket.objects.get().reference
    wish, key = wish_of(ticket), uuid4()
    assert wish
    propose_limit(
        actor=a_colleague(StaffRole.CUSTOMER_MANAGER),
        target=wish.target,
        allowed=wish.wanted,
        reason="ticket",
        note=ticket,
        key=key,
        now=NOW,
        ticket=ticket,
    )
    assert "already verifies 6 accounts" in send(visitor, number=number).text
    approve_proposal(actor=a_colleague(), proposal_id=key, now=NOW)
    send(visitor, number=number)
    assert open_application_of(tenant.id)
    assert [one.ticket for one in proposals_of_ticket(ticket)] == [ticket]
