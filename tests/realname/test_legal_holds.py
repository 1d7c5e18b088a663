"""A legal hold beats every date of erasing, and lifting it takes two people."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from account_center.audit.models import Event
from account_center.documents.queries import erased_images, image_facts, images_of
from account_center.documents.services import erase_due as erase_images
from account_center.documents.services import erase_image
from account_center.kit.actor import Actor, StaffRole
from account_center.kit.refused import Refused
from account_center.realname.models import Evidence, Subject
from account_center.realname.retention import erase_due
from account_center.realname.services import claim_case, open_case, send_pictures_again, withdraw
from account_center.realname.services.legal_holds import legal_hold_on, legal_holds, lift_legal_hold, place_legal_hold
from account_center.realname.subjects import erase_subject
from account_center.realname.types import ApplicationView, ReviewReason, Slot
from account_center.support.queries.proposals import open_proposals
from account_center.support.services.proposals import approve_proposal, propose_lifting
from account_center.tenants.types import TenantFacts
from tests.racing import race
from tests.realname.making import a_reviewer, a_tenant, actor_at, decide, pictures, submit
from tests.signin.making import NOW
from tests.support.making import a_colleague

pytestmark = pytest.mark.django_db
YEARS = NOW + timedelta(days=2_000)


def refusal_of(act: object) -> str:
    with pytest.raises(Refused) as refusal:
        act()  # type: ignore[operator]
    return refusal.value.code


def hold(view: ApplicationView, reviewer: Actor | None = None) -> None:
    place_legal_hold(
        actor=reviewer or a_reviewer(), reference=view.reference, order="Court 7/26", reason="Fraud", now=NOW
    )


def readable(view: ApplicationView) -> set[str]:
    rows = Evidence.objects.filter(application__reference=view.reference)
    return {one.slot for one in rows if image_facts(one.image_id).readable}


def a_held_application() -> tuple[TenantFacts, ApplicationView]:
    tenant = a_tenant()
    view = submit(tenant)
    hold(view)
    return tenant, view


def test_under_a_hold_no_picture_and_no_number_is_erased_by_its_date() -> None:
    _tenant, view = a_held_application()
    decide(a_reviewer(), view, front=ReviewReason.FORGED)
    assert readable(view) == {"front", "back", "holding"}, "not even the face at the decision"
    assert erase_images(now=YEARS) == 0
    assert erase_due(now=YEARS) == 0
    assert Subject.objects.get().erased_at is None


def test_what_the_customer_gives_up_is_kept_too_and_goes_as_soon_as_the_hold_is_lifted() -> None:
    tenant, view = a_held_application()
    withdraw(actor=actor_at(tenant), tenant_id=tenant.id, reference=view.reference, now=NOW)
    assert readable(view) == {"front", "back", "holding"}
    held = legal_hold_on(view.reference)
    assert held
    lift_legal_hold(actor=a_reviewer(), hold_id=held.id, now=NOW)
    assert erase_images(now=NOW) == 3
    assert erase_due(now=NOW) == 1
    assert readable(view) == set()
    proof = erased_images(owner=f"realname.application:{view.reference}")
    assert [facts.erased_at for _number, facts in proof] == [NOW] * 3
    assert all(len(facts.sha256) == 32 for _number, facts in proof)


def test_pictures_that_come_later_are_held_as_well() -> None:
    tenant, view = a_held_application()
    decide(a_reviewer(), view, back=ReviewReason.BLURRED)
    send_pictures_again(
        actor=actor_at(tenant),
        tenant_id=tenant.id,
        reference=view.reference,
        uploads=pictures(Slot.BACK),
        now=NOW,
    )
    assert erase_images(now=YEARS) == 0
    assert Evidence.objects.filter(slot="back").count() == 2
    assert all(image_facts(one.image_id).held_because == "Court 7/26" for one in Evidence.objects.all())


def test_lifting_takes_two_people_and_the_customer_reads_of_neither() -> None:
    tenant, view = a_held_application()
    held, reviewer = legal_hold_on(view.reference), a_colleague(StaffRole.REVIEWER)
    assert held
    propose_lifting(actor=reviewer, hold_id=held.id, reason="complaint", note="Order ended", key=uuid4(), now=NOW)
    assert legal_hold_on(view.reference)
    (waiting,) = open_proposals()
    own = lambda: approve_proposal(actor=reviewer, proposal_id=waiting.id, now=NOW)  # noqa: E731
    assert refusal_of(own) == "support.own_proposal"
    approve_proposal(actor=a_colleague(), proposal_id=waiting.id, now=NOW)
    assert legal_hold_on(view.reference) is None
    assert legal_holds() == []
    told = Event.objects.filter(tenant_id=tenant.id) | Event.objects.filter(account_id=tenant.owner_id)
    assert not [event.name for event in told if "legal_hold" in event.name or "proposal" in event.name]
    names = set(Event.objects.values_list("name", flat=True))
    assert {"realname:legal_hold:placed", "realname:legal_hold:lifted", "support:proposal:approved"} <= names


def test_a_hold_is_placed_once_and_only_by_reviewers() -> None:
    _tenant, view = a_held_application()
    assert refusal_of(lambda: hold(view)) == "realname.legal_hold_there"
    assert refusal_of(lambda: hold(view, a_colleague())) == "realname.only_reviewers"
    nobody = lambda: lift_legal_hold(actor=a_reviewer(), hold_id=0, now=NOW)  # noqa: E731
    assert refusal_of(nobody) == "realname.no_such_legal_hold"


def test_what_is_gone_stays_gone() -> None:
    view = submit(a_tenant())
    decide(a_reviewer(), view)
    hold(view)
    assert readable(view) == {"front", "back"}, "the face went at the decision"


@pytest.mark.django_db(transaction=True)
def test_of_many_who_place_a_hold_at_once_one_does() -> None:
    view, staff = submit(a_tenant()), [a_reviewer() for _ in range(4)]
    answers = race(lambda turn: hold(view, staff[turn]), 4)
    assert sum(answer is None for answer in answers) == 1, answers
    assert len(legal_holds()) == 1


@pytest.mark.django_db(transaction=True)
def test_a_hold_and_the_day_of_erasing_at_one_moment_leave_all_or_nothing() -> None:
    for _ in range(4):
        tenant = a_tenant()
        view = submit(tenant)
        decide(a_reviewer(), view, front=ReviewReason.FORGED)
        reviewer = a_reviewer()
        acts = (lambda: hold(view, reviewer), lambda: erase_due(now=YEARS), lambda: erase_images(now=YEARS))  # noqa: B023
        answers = race(lambda turn: acts[turn % 3](), 6)  # noqa: B023
        assert not [answer for answer in answers if isinstance(answer, Exception) and not isinstance(answer, Refused)]
        assert legal_hold_on(view.reference)
        subject = Subject.objects.get(applications__reference=view.reference)
        before = (subject.erased_at, readable(view))
        assert (erase_images(now=YEARS), erase_due(now=YEARS)) == (0, 0), "what was not gone before the hold stays"
        subject.refresh_from_db()
        assert (subject.erased_at, readable(view)) == before


def test_a_hold_placed_while_erasing_goes_on_keeps_what_is_still_there(monkeypatch: pytest.MonkeyPatch) -> None:
    views = [submit(a_tenant()) for _ in range(2)]
    for view in views:
        decide(a_reviewer(), view, front=ReviewReason.FORGED)
    left = list(views)

    def slow(subject: Subject, *, now: datetime) -> None:
        erase_subject(subject, now=now)
        gone = next(view for view in left if subject.applications.filter(reference=view.reference).exists())
        left.remove(gone)
        if left:
            hold(left[0])

    monkeypatch.setattr("account_center.realname.retention.erase_subject", slow)
    assert erase_due(now=YEARS) == 1
    assert Subject.objects.get(applications__reference=left[0].reference).erased_at is None


def test_a_picture_whose_day_comes_while_a_hold_is_placed_does_not_stop_it(monkeypatch: pytest.MonkeyPatch) -> None:
    view = submit(a_tenant())
    decide(a_reviewer(), view)
    listed = images_of(f"realname.application:{view.reference}")
    one = next(facts for facts in listed if facts.readable)
    erase_image(image_id=one.image_id, now=NOW)
    monkeypatch.setattr("account_center.realname.services.legal_holds.images_of", lambda _owner: listed)
    hold(view)
    assert len(readable(view)) == 1
    assert erase_images(now=YEARS) == 0


def test_what_somebody_still_decides_on_is_not_erased_under_his_hands() -> None:
    view, reviewer = submit(a_tenant()), a_reviewer()
    assert erase_due(now=YEARS) == 0
    claim_case(actor=reviewer, reference=view.reference, now=YEARS)
    assert open_case(actor=reviewer, reference=view.reference, now=YEARS).stated["name"]
    decide(reviewer, view, now=YEARS, front=ReviewReason.FORGED)
    assert erase_due(now=YEARS) == 1
