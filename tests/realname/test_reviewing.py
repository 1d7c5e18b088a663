from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import LazySettings

from account_center.audit.models import Event
from account_center.documents.errors import ImageErased
from account_center.documents.models import StoredImage
from account_center.documents.services import read_image
from account_center.kit.actor import Actor
from account_center.kit.refused import Refused
from account_center.plumbing.quota import places
from account_center.plumbing.wording import explain_refusal
from account_center.realname.errors import CaseTaken
from account_center.realname.models import Application, Evidence, PersonQuota
from account_center.realname.queries import application, review_queue, verification_of
from account_center.realname.services import (
    claim_case,
    decide_case,
    open_case,
    open_picture,
    release_case,
    withdraw,
)
from account_center.realname.services.reviewing import Decided
from account_center.realname.subjects import document_digest
from account_center.realname.types import (
    ApplicationState,
    ApplicationView,
    Party,
    ReviewFilter,
    ReviewReason,
    Slot,
    Verdict,
    Way,
)
from account_center.standing.queries import decisions_for, standing_of
from account_center.standing.types import Action, VerificationStatus
from tests.racing import race
from tests.realname.making import a_document_claim, a_reviewer, a_tenant, actor_at, decide, submit
from tests.signin.making import NOW, a_phone, an_account

pytestmark = pytest.mark.django_db
FINE = dict.fromkeys(Slot, (Verdict.FINE, None))


def refusal_of(act: object) -> str:
    with pytest.raises(Refused) as refusal:
        act()  # type: ignore[operator]
    return refusal.value.code


def claimed(view: ApplicationView, reviewer: Actor) -> None:
    claim_case(actor=reviewer, reference=view.reference, now=NOW)


@pytest.mark.clause("2.2.10", "2.1.2")
def test_an_approved_document_verifies_the_tenant_which_may_buy_then() -> None:
    tenant, reviewer = a_tenant(), a_reviewer()
    view = submit(tenant)
    assert not decisions_for(tenant.id, [Action.BUY], NOW)[Action.BUY].allowed
    assert decide(reviewer, view).state is ApplicationState.APPROVED
    verification = verification_of(tenant.id)
    assert verification
    assert (verification.way, verification.name_masked) == (Way.DOCUMENT, "**文")
    assert standing_of(tenant.id).verification is VerificationStatus.VERIFIED
    assert decisions_for(tenant.id, [Action.BUY], NOW)[Action.BUY].allowed
    approved = Event.objects.get(tenant_id=tenant.id, name="realname:application:approved")
    assert (approved.actor_kind, approved.actor_id) == ("staff", reviewer.account_id)


@pytest.mark.clause("2.1.12")
def test_a_refusal_keeps_its_reason_and_gives_the_place_back() -> None:
    tenant, claim = a_tenant(), a_document_claim()
    view = submit(tenant, claim)
    decide(a_reviewer(), view, front=ReviewReason.BLURRED, holding=ReviewReason.ANOTHER_PERSON)
    ended = application(tenant_id=tenant.id, reference=view.reference)
    assert ended
    assert (ended.state, ended.refusal) == (
        ApplicationState.REFUSED,
        "realname.picture_another_person_holds",
    )
    assert places(PersonQuota, digest=document_digest(claim.identity), allowed=3) == (0, 3)


def test_the_picture_with_the_face_goes_at_the_decision_and_the_others_on_their_day() -> None:
    decide(a_reviewer(), submit(a_tenant()))
    images = dict(Evidence.objects.values_list("slot", "image_id"))
    with pytest.raises(ImageErased):
        read_image(image_id=images["holding"])
    assert read_image(image_id=images["front"])
    front = StoredImage.objects.get(public_id=images["front"])
    assert front.erase_at == NOW + timedelta(days=30)


def test_the_queue_shows_the_oldest_promise_first_page_by_page() -> None:
    views = [submit(a_tenant(), now=NOW + timedelta(days=day)) for day in (4, 0, 2)]
    first = review_queue(limit=2)
    assert [row.reference for row in first] == [views[1].reference, views[2].reference]
    rest = review_queue(after=(first[-1].promised_by, first[-1].id), limit=2)
    assert [row.reference for row in rest] == [views[0].reference]


def test_cases_promised_for_the_same_moment_come_once_each_whatever_part_of_the_queue_is_shown() -> None:
    views = [submit(a_tenant()) for _ in range(3)]
    for wanted in (ReviewFilter(), ReviewFilter(party=Party.PERSON)):
        seen: list[str] = []
        page = review_queue(wanted, limit=1)
        while page:
            seen += [row.reference for row in page]
            page = review_queue(wanted, after=(page[-1].promised_by, page[-1].id), limit=1)
        assert seen == [view.reference for view in views]


def test_two_members_of_staff_never_have_one_case() -> None:
    view, one, other = submit(a_tenant()), a_reviewer(), a_reviewer()
    claimed(view, one)
    assert refusal_of(lambda: claimed(view, other)) == "realname.case_taken"
    assert refusal_of(lambda: open_case(actor=other, reference=view.reference, now=NOW)) == "realname.case_taken"
    release_case(actor=other, reference=view.reference)
    assert refusal_of(lambda: claimed(view, other)) == "realname.case_taken"
    release_case(actor=one, reference=view.reference)
    claimed(view, other)


def test_a_case_that_was_left_alone_can_be_taken_over() -> None:
    view, one, other = submit(a_tenant()), a_reviewer(), a_reviewer()
    claimed(view, one)
    later = NOW + timedelta(minutes=31)
    claim_case(actor=other, reference=view.reference, now=later)
    late = lambda: decide_case(actor=one, reference=view.reference, verdicts=FINE, now=later)  # noqa: E731
    assert refusal_of(late) == "realname.case_taken"


def test_how_long_a_claim_keeps_others_away_is_the_operators_to_say(settings: LazySettings) -> None:
    settings.LIMITS = replace(settings.LIMITS, review_claim_seconds=120)
    view, one, other = submit(a_tenant()), a_reviewer(), a_reviewer()
    claimed(view, one)
    soon = NOW + timedelta(seconds=119)
    with pytest.raises(CaseTaken) as refusal:
        claim_case(actor=other, reference=view.reference, now=soon)
    assert "more than 2 minutes ago" in explain_refusal(refusal.value).why
    claim_case(actor=other, reference=view.reference, now=soon + timedelta(seconds=1))


@pytest.mark.django_db(transaction=True)
def test_of_many_who_take_a_case_at_once_one_gets_it() -> None:
    view, staff = submit(a_tenant()), [a_reviewer() for _ in range(8)]
    answers = race(lambda turn: claim_case(actor=staff[turn], reference=view.reference, now=NOW), len(staff))
    assert sum(answer is None for answer in answers) == 1, answers


@pytest.mark.django_db(transaction=True)
def test_a_deciding_reviewer_and_a_withdrawing_customer_leave_one_outcome() -> None:
    tenant, reviewer = a_tenant(), a_reviewer()
    view = submit(tenant)
    claimed(view, reviewer)

    def act(turn: int) -> Decided | None:
        if turn:
            return decide_case(actor=reviewer, reference=view.reference, verdicts=FINE, now=NOW)
        return withdraw(actor=actor_at(tenant), tenant_id=tenant.id, reference=view.reference, now=NOW)

    answers = race(act, 2)
    assert sum(isinstance(answer, Refused) for answer in answers) == 1, answers
    state = Application.objects.get().state
    assert state == ("approved" if verification_of(tenant.id) else "cancelled")


@pytest.mark.django_db(transaction=True)
def test_a_decision_counts_once_however_often_it_is_sent() -> None:
    tenant, reviewer = a_tenant(), a_reviewer()
    view = submit(tenant)
    claimed(view, reviewer)
    answers = race(lambda _turn: decide_case(actor=reviewer, reference=view.reference, verdicts=FINE, now=NOW), 6)
    assert sum(isinstance(answer, Decided) for answer in answers) == 1, answers
    assert Event.objects.filter(name="realname:application:approved").count() == 1


def test_nobody_decides_on_himself() -> None:
    phone = a_phone()
    tenant = a_tenant(an_account(phone=phone))
    view = submit(tenant)
    assert refusal_of(lambda: claimed(view, a_reviewer(phone=phone))) == "realname.not_your_own_case"


def test_only_reviewers_see_papers() -> None:
    view, reviewer = submit(a_tenant()), a_reviewer()
    claimed(view, reviewer)
    plain = Actor(kind=reviewer.kind, account_id=reviewer.account_id, name=reviewer.name)
    for act in (
        lambda: claimed(view, plain),
        lambda: open_case(actor=plain, reference=view.reference, now=NOW),
        lambda: open_picture(actor=plain, reference=view.reference, slot=Slot.FRONT, now=NOW),
        lambda: decide_case(actor=plain, reference=view.reference, verdicts=FINE, now=NOW),
    ):
        assert refusal_of(act) == "realname.only_reviewers"


def test_every_look_at_the_papers_is_an_event() -> None:
    tenant, reviewer = a_tenant(), a_reviewer()
    view = submit(tenant)
    claimed(view, reviewer)
    case = open_case(actor=reviewer, reference=view.reference, now=NOW)
    assert case.stated["name"] == "陳大文"
    assert open_picture(actor=reviewer, reference=view.reference, slot=Slot.BACK, now=NOW).startswith(b"\xff\xd8")
    names = list(Event.objects.filter(tenant_id=tenant.id, actor_kind="staff").values_list("name", flat=True))
    assert names == ["realname:review:claimed", "realname:review:looked", "realname:review:picture_opened"]


def test_a_picture_without_a_verdict_stops_the_decision() -> None:
    view, reviewer = submit(a_tenant()), a_reviewer()
    claimed(view, reviewer)
    part = {Slot.FRONT: (Verdict.FINE, None)}
    assert (
        refusal_of(lambda: decide_case(actor=reviewer, reference=view.reference, verdicts=part, now=NOW))
        == "realname.verdict_missing"
    )
    odd = {**FINE, Slot.BACK: (Verdict.AGAIN, None)}
    assert (
        refusal_of(lambda: decide_case(actor=reviewer, reference=view.reference, verdicts=odd, now=NOW))
        == "realname.verdict_missing"
    )
    assert Application.objects.get().state == "reviewing"
    assert not Evidence.objects.exclude(verdict="").exists()


def test_what_is_decided_stays_decided() -> None:
    view, reviewer = submit(a_tenant()), a_reviewer()
    decide(reviewer, view)
    assert refusal_of(lambda: claimed(view, reviewer)) == "realname.case_is_over"
    again = lambda: decide_case(actor=reviewer, reference=view.reference, verdicts=FINE, now=NOW)  # noqa: E731
    assert refusal_of(again) == "realname.case_is_over"
