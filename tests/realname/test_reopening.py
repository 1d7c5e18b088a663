"""A refused application is taken up again: with two people, never silently, and without what was erased."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest

from account_center.audit.models import Event
from account_center.documents.queries import image_facts
from account_center.documents.services import erase_due as erase_images
from account_center.kit.actor import Actor, StaffRole
from account_center.kit.refused import Refused
from account_center.messaging.models import Message
from account_center.messaging.sealed import reveal
from account_center.plumbing.quota import places, take_place
from account_center.realname.models import Application, Evidence, PersonQuota
from account_center.realname.queries import application, verification_of
from account_center.realname.retention import erase_due
from account_center.realname.services import send_pictures_again, withdraw
from account_center.realname.services.papers import ask_register
from account_center.realname.services.reopening import reopen
from account_center.realname.subjects import document_digest
from account_center.realname.types import ApplicationState, ApplicationView, ReviewReason, Slot
from account_center.standing.queries import standing_of
from account_center.standing.types import VerificationStatus
from account_center.support.queries.proposals import open_proposals
from account_center.support.services.proposals import approve_proposal, propose_reopening
from account_center.tenants.types import TenantFacts
from tests.racing import race
from tests.realname.making import (
    a_company,
    a_document_claim,
    a_reviewer,
    a_tenant,
    actor_at,
    an_organisation_claim,
    decide,
    pictures,
    submit,
    submit_company,
    verify,
)
from tests.signin.making import NOW, a_phone, an_account
from tests.support.making import a_colleague

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.1.12")]
LATER = NOW + timedelta(days=2)


def refusal_of(act: object) -> str:
    with pytest.raises(Refused) as refusal:
        act()  # type: ignore[operator]
    return refusal.value.code


def a_refused_document(tenant: TenantFacts | None = None) -> tuple[TenantFacts, ApplicationView]:
    chosen = tenant or a_tenant()
    view = submit(chosen)
    decide(a_reviewer(), view, front=ReviewReason.FORGED)
    return chosen, view


def a_refused_company() -> tuple[TenantFacts, ApplicationView]:
    tenant = a_tenant()
    view = submit_company(tenant, an_organisation_claim(number=a_company("990003")))
    ask_register(application_id=Application.objects.get(reference=view.reference).pk, seconds=1, now=NOW)
    return tenant, view


def state_of(view: ApplicationView) -> str:
    return Application.objects.get(reference=view.reference).state


def propose(reviewer: Actor, view: ApplicationView) -> None:
    propose_reopening(
        actor=reviewer, reference=view.reference, reason="complaint", note="The seal is real", key=uuid4(), now=LATER
    )


def test_two_people_take_it_up_again_and_the_customer_is_told_which_picture_is_needed_once_more() -> None:
    tenant, view = a_refused_document()
    reviewer, colleague = a_colleague(StaffRole.REVIEWER), a_colleague()
    propose(reviewer, view)
    assert state_of(view) == "refused", "one person alone changes nothing"
    (waiting,) = open_proposals()
    own = lambda: approve_proposal(actor=reviewer, proposal_id=waiting.id, now=LATER)  # noqa: E731
    assert refusal_of(own) == "support.own_proposal"
    approve_proposal(actor=colleague, proposal_id=waiting.id, now=LATER)
    seen = application(tenant_id=tenant.id, reference=view.reference)
    assert seen
    assert (seen.state, seen.refusal) == (ApplicationState.ASKED_AGAIN, "")
    # The picture with the face went at the decision; the other two are still there.
    assert [(one.slot, one.code) for one in seen.asked] == [(Slot.HOLDING, "realname.picture_erased")]
    assert standing_of(tenant.id).verification is VerificationStatus.IN_PROGRESS
    assert view.reference in reveal(Message.objects.latest("pk")).text
    names = set(Event.objects.filter(tenant_id=tenant.id).values_list("name", flat=True))
    assert {"support:proposal:proposed", "support:proposal:approved", "realname:application:reopened"} <= names


def test_after_the_missing_picture_came_it_is_decided_anew() -> None:
    tenant, view = a_refused_document()
    reopen(actor=a_reviewer(), reference=view.reference, now=LATER)
    wrong = send_pictures_again(
        actor=actor_at(tenant), tenant_id=tenant.id, reference=view.reference, uploads=pictures(), now=LATER
    )
    assert wrong == []
    assert state_of(view) == "reviewing"
    assert set(Evidence.objects.filter(replaced_at__isnull=True).values_list("verdict", flat=True)) == {""}
    assert decide(a_reviewer(), view, now=LATER).state is ApplicationState.APPROVED
    assert verification_of(tenant.id)


@pytest.mark.clause("2.3.28")
def test_papers_that_the_register_refused_go_to_staff_with_their_pictures() -> None:
    _tenant, view = a_refused_company()
    assert state_of(view) == "refused"
    assert reopen(actor=a_reviewer(), reference=view.reference, now=LATER) is ApplicationState.REVIEWING
    row = Application.objects.get(reference=view.reference)
    assert row.promised_by
    assert row.promised_by > LATER
    assert row.reviewer_id is None


def test_its_pictures_stay_for_the_new_decision_and_never_longer_than_the_longest_time_after_the_upload() -> None:
    _tenant, view = a_refused_company()
    kept = [one.image_id for one in Evidence.objects.filter(application__reference=view.reference)]
    assert {image_facts(image).erase_at for image in kept} == {NOW + timedelta(days=30)}
    last_day = NOW + timedelta(days=29)
    assert reopen(actor=a_reviewer(), reference=view.reference, now=last_day) is ApplicationState.REVIEWING
    assert erase_images(now=NOW + timedelta(days=31)) == 0, "the first decision does not count any more"
    assert {image_facts(image).erase_at for image in kept} == {NOW + timedelta(days=180)}
    decided_at = NOW + timedelta(days=40)
    decide(a_reviewer(), view, now=decided_at)
    assert {image_facts(image).erase_at for image in kept} == {decided_at + timedelta(days=30)}


def test_a_picture_that_may_not_be_kept_until_the_new_decision_is_asked_for_too() -> None:
    tenant = a_tenant()
    view = submit_company(tenant, an_organisation_claim(number=a_company("990003")))
    late = NOW + timedelta(days=150)
    ask_register(application_id=Application.objects.get(reference=view.reference).pk, seconds=1, now=late)
    assert reopen(actor=a_reviewer(), reference=view.reference, now=late) is ApplicationState.ASKED_AGAIN
    seen = application(tenant_id=tenant.id, reference=view.reference)
    assert seen
    assert {one.code for one in seen.asked} == {"realname.paper_erased"}


@pytest.mark.django_db(transaction=True)
def test_taking_it_up_again_while_its_pictures_are_erased_asks_for_exactly_those_that_are_gone() -> None:
    reviewer, due = a_reviewer(), NOW + timedelta(days=31)
    for _ in range(4):
        _tenant, view = a_refused_company()
        take_up: Callable[[], object] = partial(reopen, actor=reviewer, reference=view.reference, now=due)
        acts = (take_up, partial(erase_images, now=due))
        race(lambda turn, acts=acts: acts[turn](), 2)  # type: ignore[misc]
        pictures = Evidence.objects.filter(application__reference=view.reference, replaced_at__isnull=True)
        shown = [(one.verdict, image_facts(one.image_id)) for one in pictures]
        assert all((verdict == "again") is not facts.readable for verdict, facts in shown), shown
        assert all(facts.erase_at > due for _verdict, facts in shown if facts.readable)


@pytest.mark.clause("2.2.9")
def test_the_place_is_taken_again_or_the_case_stays_closed() -> None:
    tenant, claim = a_tenant(), a_document_claim()
    view = submit(tenant, claim)
    decide(a_reviewer(), view, front=ReviewReason.FORGED)
    digest = document_digest(claim.identity)
    for other in range(3):
        assert take_place(PersonQuota, digest=digest, holder=90_000 + other, allowed=3)
    full = lambda: reopen(actor=a_reviewer(), reference=view.reference, now=LATER)  # noqa: E731
    assert refusal_of(full) == "realname.person_full"
    assert state_of(view) == "refused"
    assert places(PersonQuota, digest=digest, allowed=3) == (3, 3)


@pytest.mark.clause("2.1.14")
def test_what_was_approved_is_never_taken_up_again() -> None:
    tenant = a_tenant()
    view = submit(tenant)
    decide(a_reviewer(), view)
    again = lambda: reopen(actor=a_reviewer(), reference=view.reference, now=LATER)  # noqa: E731
    assert refusal_of(again) == "realname.cannot_reopen"
    assert verification_of(tenant.id)


def test_what_the_customer_gave_up_and_what_a_bank_refused_is_tried_anew_instead() -> None:
    tenant = a_tenant()
    given_up = submit(tenant)
    withdraw(actor=actor_at(tenant), tenant_id=tenant.id, reference=given_up.reference, now=NOW)
    by_bank = verify(tenant)
    for view in (given_up, by_bank):
        act = lambda one=view: reopen(actor=a_reviewer(), reference=one.reference, now=LATER)  # noqa: E731
        assert refusal_of(act) == "realname.cannot_reopen"


def test_a_verified_tenant_and_one_with_another_application_have_no_use_for_it() -> None:
    tenant, view = a_refused_document()
    second = submit(tenant, now=LATER)
    act = lambda: reopen(actor=a_reviewer(), reference=view.reference, now=LATER)  # noqa: E731
    assert refusal_of(act) == "realname.being_checked"
    decide(a_reviewer(), second, now=LATER)
    assert refusal_of(act) == "realname.already_verified"


def test_nothing_is_left_once_what_was_typed_is_erased() -> None:
    _tenant, view = a_refused_document()
    much_later = NOW + timedelta(days=181)
    assert erase_due(now=much_later) == 1
    act = lambda: reopen(actor=a_reviewer(), reference=view.reference, now=much_later)  # noqa: E731
    assert refusal_of(act) == "realname.nothing_left_to_review"


def test_only_reviewers_and_nobody_for_himself() -> None:
    phone = a_phone()
    _tenant, view = a_refused_document(a_tenant(an_account(phone=phone)))
    plain = lambda: propose(a_colleague(), view)  # noqa: E731
    assert refusal_of(plain) == "realname.only_reviewers"
    own = lambda: propose(a_reviewer(phone=phone), view)  # noqa: E731
    assert refusal_of(own) == "realname.not_your_own_case"


@pytest.mark.django_db(transaction=True)
def test_a_case_taken_up_again_by_many_at_once_goes_back_once() -> None:
    tenant, view = a_refused_document()
    reviewers = [a_reviewer() for _ in range(4)]
    answers = race(lambda turn: reopen(actor=reviewers[turn], reference=view.reference, now=LATER), 4)
    assert sum(answer is ApplicationState.ASKED_AGAIN for answer in answers) == 1, answers
    assert Event.objects.filter(tenant_id=tenant.id, name="realname:application:reopened").count() == 1


@pytest.mark.django_db(transaction=True)
def test_taking_it_up_again_and_a_new_application_at_once_leave_one_open() -> None:
    tenant, view = a_refused_document()
    reviewer = a_reviewer()

    def act(turn: int) -> object:
        if turn:
            return reopen(actor=reviewer, reference=view.reference, now=LATER)
        return submit(tenant, now=LATER)

    race(act, 2)
    open_ones = Application.objects.filter(tenant_id=tenant.id, state__in=["reviewing", "asked_again"])
    assert open_ones.count() == 1


@pytest.mark.django_db(transaction=True)
def test_taking_it_up_again_on_the_very_day_of_erasing_leaves_a_case_that_can_be_read_or_none() -> None:
    reviewer, late = a_reviewer(), NOW + timedelta(days=1_000)
    for _ in range(4):
        _tenant, view = a_refused_document()
        take_up: Callable[[], object] = partial(reopen, actor=reviewer, reference=view.reference, now=late)
        acts = (take_up, partial(erase_due, now=late))
        race(lambda turn, acts=acts: acts[turn % 2](), 4)  # type: ignore[misc]
        row = Application.objects.select_related("subject").get(reference=view.reference)
        assert (row.subject.erased_at is None) is (row.state != ApplicationState.REFUSED)
