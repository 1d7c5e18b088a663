"""One application at the console: its timeline, taking it up again, legal holds, and the proof of what was erased."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from account_center.documents.services import erase_due
from account_center.kit.actor import StaffRole
from account_center.kit.clock import now
from account_center.realname.models import Application, Evidence
from account_center.realname.queries import verification_of
from account_center.realname.services.legal_holds import legal_hold_on
from account_center.realname.types import ApplicationView, ChangeKind, ReviewReason
from account_center.standing.queries import decisions_for, standing_of
from account_center.standing.types import Action, HoldReason
from account_center.support.queries.proposals import open_proposals
from account_center.tenants.types import TenantFacts
from tests.console.making import BECAUSE, Clock, Desk, newest_event
from tests.realname.changing import a_company_tenant, a_person_tenant, asked, begun, by_card, by_papers, settle
from tests.realname.making import (
    a_company,
    a_document_claim,
    a_reviewer,
    a_tenant,
    an_organisation_claim,
    decide,
    submit,
    submit_company,
)
from tests.signin.making import NOW

pytestmark = pytest.mark.django_db
ORDER = {"order": "Court 7/26", "reason": "Fraud"}


@pytest.fixture
def reviewer(clock: Clock) -> Client:
    return Desk(clock, StaffRole.REVIEWER).enter()


@pytest.fixture
def colleague(clock: Clock) -> Client:
    return Desk(clock, StaffRole.SUPPORT, address="198.51.100.8").enter()


def waiting(name: str = "陳大文") -> tuple[TenantFacts, ApplicationView]:
    tenant = a_tenant()
    return tenant, submit(tenant, a_document_claim(name=name))


def refused() -> tuple[TenantFacts, ApplicationView]:
    tenant, view = waiting()
    decide(a_reviewer(), view, front=ReviewReason.FORGED)
    return tenant, view


def text_of(browser: Client, name: str, *args: object, **query: str) -> str:
    return browser.get(reverse(name, args=args), query).content.decode()


@pytest.mark.clause("2.1.10")
def test_staff_read_everything_that_happened_to_an_application_and_who_did_it(reviewer: Client) -> None:
    tenant, view = refused()
    page = text_of(reviewer, "console:application", view.reference)
    for said in (
        "was submitted",
        "Staff took up the verification",
        "was refused",
        "reviewer",
        "not genuine",
        "erased on 2026",
        "Take it up again",
    ):
        assert said in page, said
    assert "陳大文" not in page
    assert newest_event("console:customer:looked_at").account_id == tenant.owner_id


def test_the_timeline_comes_in_two_queries_however_much_happened(reviewer: Client) -> None:
    _tenant, view = refused()
    text_of(reviewer, "console:application", view.reference)
    with CaptureQueriesContext(connection) as few:
        text_of(reviewer, "console:application", view.reference)
    for _ in range(5):
        text_of(reviewer, "console:application", view.reference)
    with CaptureQueriesContext(connection) as many:
        text_of(reviewer, "console:application", view.reference)
    assert len(many) == len(few)


@pytest.mark.clause("2.1.12")
def test_a_refused_application_is_taken_up_again_by_two(reviewer: Client, colleague: Client) -> None:
    _tenant, view = refused()
    page = reverse("console:reopen", args=[view.reference])
    assert reviewer.post(page, {"key": str(uuid4())}).status_code == 422, "the reason is missing"
    done = reviewer.post(page, {**BECAUSE, "key": str(uuid4())}, follow=True).content.decode()
    assert "Proposed. A colleague has to agree" in done
    assert Application.objects.get().state == "refused"
    assert "1 proposal waits for a second person." in text_of(colleague, "console:home")
    (waits,) = open_proposals()
    assert "Taking a verification up again" in text_of(colleague, "console:proposals")
    colleague.post(reverse("console:proposal_approve", args=[waits.id]))
    assert Application.objects.get().state == "asked_again"
    page_after = text_of(reviewer, "console:application", view.reference)
    assert "was taken up again" in page_after
    assert "A second member of staff agreed" in page_after
    assert "erased by its date, needed once more" in page_after


def test_what_cannot_be_taken_up_again_says_why(reviewer: Client) -> None:
    _tenant, view = waiting()
    answer = reviewer.post(reverse("console:reopen", args=[view.reference]), {**BECAUSE, "key": str(uuid4())})
    assert answer.status_code == 422
    assert "This application cannot be taken up again." in answer.content.decode()
    assert reverse("console:reopen", args=[view.reference]) not in text_of(
        reviewer, "console:application", view.reference
    )


def test_staff_who_are_no_reviewers_do_neither(colleague: Client) -> None:
    _tenant, view = refused()
    for name in ("console:reopen", "console:legal_hold"):
        answer = colleague.post(reverse(name, args=[view.reference]), {**BECAUSE, **ORDER, "key": str(uuid4())})
        assert answer.status_code == 403, name
    assert colleague.get(reverse("console:retention")).status_code == 403
    page = text_of(colleague, "console:application", view.reference)
    assert "Legal hold" not in page
    assert "Take it up again" not in page


def test_a_legal_hold_is_placed_by_one_and_lifted_by_two(reviewer: Client, colleague: Client) -> None:
    _tenant, view = waiting()
    page = reverse("console:legal_hold", args=[view.reference])
    assert reviewer.post(page, {"order": "x"}).status_code == 422
    assert "Nothing of this application is erased" in reviewer.post(page, ORDER, follow=True).content.decode()
    held = legal_hold_on(view.reference)
    assert held
    assert "Court 7/26" in text_of(reviewer, "console:retention")
    assert "under a legal hold" in text_of(reviewer, "console:application", view.reference)
    lift = reverse("console:legal_hold_lift", args=[held.id])
    assert reviewer.post(lift, {**BECAUSE, "key": str(uuid4())}).status_code == 302
    assert legal_hold_on(view.reference)
    colleague.post(reverse("console:proposal_approve", args=[open_proposals()[0].id]))
    assert legal_hold_on(view.reference) is None
    assert reviewer.get(reverse("console:legal_hold_lift", args=[999])).status_code == 404


def test_what_was_erased_is_listed_with_its_fingerprint_page_by_page(reviewer: Client, clock: Clock) -> None:
    _tenant, view = refused()
    clock.shift(timedelta(days=40))
    erase_due(now=now())
    reviewer = Desk(clock, StaffRole.REVIEWER, address="198.51.100.9").enter()
    page = text_of(reviewer, "console:retention", reference=f" {view.reference.lower()} ")
    assert page.count("…</code>") == 3
    assert view.reference in page
    assert "Person holding the document" in page
    assert "None yet." in text_of(reviewer, "console:retention", reference="RN2222222222")
    for odd in ("x", "2026-99-99T00:00,1", "2026-11-23T00:00:00,1", "2026-11-23T00:00:00+00:00,9" + "9" * 30):
        assert reviewer.get(reverse("console:retention"), {"before": odd}).status_code == 200
    earlier = text_of(reviewer, "console:retention", before="2020-01-01T00:00:00+00:00,1")
    assert "None yet." in earlier


@pytest.mark.clause("2.1.14")
def test_an_approved_verification_in_doubt_is_answered_by_a_restriction_with_its_way_out(
    reviewer: Client, colleague: Client
) -> None:
    tenant, view = waiting()
    decide(a_reviewer(), view)
    page = text_of(reviewer, "console:application", view.reference)
    assert "never taken back" in page
    assert reverse("console:reopen", args=[view.reference]) not in page
    doubt = HoldReason.RESTRICTION_IDENTITY_DOUBT
    colleague.post(reverse("console:place_hold", args=[tenant.public_id]), {**BECAUSE, "hold": doubt.value})
    assert standing_of(tenant.id).is_verified
    decided = decisions_for(tenant.id, [Action.BUY, Action.SIGN_IN, Action.MANAGE_ACCOUNT], now())
    assert [one.allowed for one in decided.values()] == [False, True, True]
    assert decided[Action.BUY].reasons[0].code == "standing.restriction_identity_doubt"


@pytest.mark.clause("2.1.10")
def test_the_queue_is_filtered_and_says_how_late_a_case_is(reviewer: Client, clock: Clock) -> None:
    _tenant, person = waiting()
    company = submit_company(a_tenant(), an_organisation_claim(), now=NOW + timedelta(hours=1))
    Application.objects.filter(reference=company.reference).update(state="reviewing")
    reviewer.post(reverse("console:review_take", args=[person.reference]))

    def listed(**query: str) -> set[str]:
        page = text_of(reviewer, "console:reviews", **query)
        return {one.reference for one in (person, company) if one.reference in page}

    both = {person.reference, company.reference}
    assert listed() == both
    assert listed(party="person") == listed(way="document") == listed(show="mine") == {person.reference}
    assert listed(party="organisation") == listed(way="enterprise_papers") == {company.reference}
    assert listed(change="yes") == listed(way="document", party="organisation") == set()
    assert listed(change="no") == listed(way="nonsense") == both
    assert listed(show="late") == set()
    assert "still " in text_of(reviewer, "console:reviews")
    clock.shift(timedelta(days=9))
    reviewer = Desk(clock, StaffRole.REVIEWER, address="198.51.100.9").enter()
    assert listed(show="late") == both
    assert "late by" in text_of(reviewer, "console:reviews")


@pytest.mark.parametrize("after", ["", "x", "2026-99-99T00:00,1", "2026-11-23T00:00:00,1", ",", "2026-11-23,x"])
def test_an_odd_beginning_of_a_page_is_the_first_page(reviewer: Client, after: str) -> None:
    _tenant, view = waiting()
    assert view.reference in text_of(reviewer, "console:reviews", after=after)


def test_the_queue_takes_as_many_queries_for_twenty_as_for_one(reviewer: Client) -> None:
    _tenant, view = waiting()
    text_of(reviewer, "console:reviews")
    with CaptureQueriesContext(connection) as one:
        text_of(reviewer, "console:reviews")
    first = Application.objects.get(reference=view.reference)
    for number in range(24):
        tenant = a_tenant()
        first.pk, first.reference, first.tenant_id = None, f"RN{number:010d}", tenant.id
        first.provider_key = uuid4()
        first.save(force_insert=True)
    with CaptureQueriesContext(connection) as many:
        page = text_of(reviewer, "console:reviews", party="person")
    assert page.count('<th scope="row"') == 20
    assert "party=person" in page.partition('rel="next"')[0].rpartition("<a ")[2]
    assert len(many) == len(one)


@pytest.mark.parametrize(
    ("language", "words"), [("en", ("Keys", "turn it", "Timeline")), ("zh-hans", ("快捷键", "旋转", "办理进度"))]
)
def test_a_case_stands_beside_what_was_typed_with_its_keys_and_its_timeline(
    reviewer: Client, language: str, words: tuple[str, ...]
) -> None:
    _tenant, view = waiting()
    reviewer.post(reverse("console:review_take", args=[view.reference]))
    answer = reviewer.get(reverse("console:review", args=[view.reference]), headers={"accept-language": language})
    page = answer.content.decode()
    for said in words:
        assert said in page
    assert page.count("data-picture") == Evidence.objects.count() == 3
    assert '<details class="help-box" open hidden data-keys>' in page, "the keys are told where the script runs"


@pytest.mark.clause("2.4.5", "2.4.7")
def test_a_change_shows_the_reviewer_what_is_changed_and_who_was_verified_before(reviewer: Client) -> None:
    number = a_company()
    tenant = a_company_tenant(an_organisation_claim(number=number))
    renamed = an_organisation_claim(number=number, name="红色灯塔(杭州)科技有限公司")
    view = begun(by_papers(tenant, renamed, asked(tenant, ChangeKind.RENAMED)))
    settle(view)
    assert view.reference in text_of(reviewer, "console:reviews", change="yes")
    reviewer.post(reverse("console:review_take", args=[view.reference]))
    page = text_of(reviewer, "console:review", view.reference)
    for said in ("What is changed", "A new name of the organisation", "Verified until now", "红色灯塔", "not signed"):
        assert said in page, said
    assert reverse("console:application", args=[before_of(tenant)]) in page


def before_of(tenant: TenantFacts) -> str:
    found = verification_of(tenant.id)
    assert found
    return found.reference


@pytest.mark.clause("2.4.4")
def test_a_person_who_takes_over_by_card_is_reviewed_by_the_signed_form(reviewer: Client) -> None:
    tenant = a_person_tenant()
    view = by_card(tenant, None, asked(tenant, ChangeKind.ANOTHER_PERSON))
    reviewer.post(reverse("console:review_take", args=[view.reference]))
    page = text_of(reviewer, "console:review", view.reference)
    for said in ("Resident identity card", "Another individual", "Answered already", "Change application form"):
        assert said in page, said
