"""What another one commits between two statements of a service never gives an answer that was true at no moment."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from account_center.audit.models import Event
from account_center.kit.actor import Actor
from account_center.kit.refused import Refused
from account_center.realname.errors import ApplicationIsOver, CaseIsOver
from account_center.realname.models import PartnerVerification, StudentStatus
from account_center.realname.queries import (
    application,
    application_of_reference,
    applications_of,
    open_application_of,
    verification_of,
)
from account_center.realname.services import claim_case, decide_case, open_case, send_pictures_again, withdraw
from account_center.realname.services.students import take_student_status
from account_center.realname.types import (
    ApplicationState,
    ApplicationView,
    PartnerAnswer,
    PartnerResult,
    PersonClaim,
    Purpose,
    ReviewReason,
    Slot,
    StudentView,
    Told,
    Verdict,
)
from account_center.tenants.types import TenantFacts
from tests.between_each import after_each
from tests.realname import partnering
from tests.realname.making import a_person, a_reviewer, a_tenant, actor_at, all_reencoded, decide, pictures, submit
from tests.realname.test_students import STUDY, a_verified_tenant
from tests.signin.making import NOW

pytestmark = pytest.mark.django_db(transaction=True)
TABLES = "(FROM|INTO|UPDATE) .?realname_"
Case = tuple[TenantFacts, ApplicationView]


@pytest.fixture(autouse=True)
def _quick_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("account_center.realname.services.evidence.reencode_images", all_reencoded)


def asked_again() -> Case:
    tenant = a_tenant()
    view = submit(tenant)
    decide(a_reviewer(), view, back=ReviewReason.BLURRED, front=ReviewReason.PURPOSE)
    return tenant, view


def pictures_come(case: Case) -> object:
    tenant, view = case
    uploads = pictures(Slot.FRONT, Slot.BACK)
    return send_pictures_again(
        actor=actor_at(tenant), tenant_id=tenant.id, reference=view.reference, uploads=uploads, now=NOW
    )


@pytest.mark.clause("2.1.12")
@pytest.mark.parametrize(
    "read",
    [
        lambda view: application(tenant_id=view.tenant_id, reference=view.reference),
        lambda view: application_of_reference(view.reference),
        lambda view: open_application_of(view.tenant_id),
        lambda view: applications_of(view.tenant_id)[0],
    ],
    ids=["one", "of staff", "open", "all"],
)
def test_while_pictures_are_asked_for_it_is_said_which(
    read: Callable[[ApplicationView], ApplicationView | None],
) -> None:
    for _case, seen in after_each(asked_again, lambda case: read(case[1]), pictures_come):
        assert seen is not None
        assert (seen.state is ApplicationState.ASKED_AGAIN) == bool(seen.asked)


# -- Staff ------------------------------------------------------------------------------------------------------------


def taken() -> tuple[Actor, Case]:
    tenant, reviewer = a_tenant(), a_reviewer()
    view = submit(tenant)
    claim_case(actor=reviewer, reference=view.reference, now=NOW)
    return reviewer, (tenant, view)


def look(world: tuple[Actor, Case]) -> object:
    reviewer, (_tenant, view) = world
    try:
        return open_case(actor=reviewer, reference=view.reference, now=NOW)
    except CaseIsOver as over:
        return over


def withdrawn(case: Case) -> None:
    tenant, view = case
    withdraw(actor=actor_at(tenant), tenant_id=tenant.id, reference=view.reference, now=NOW)


@pytest.mark.clause("2.1.12")
def test_a_case_that_is_withdrawn_while_it_is_opened_is_shown_whole_or_not_at_all() -> None:
    for world, seen in after_each(taken, look, lambda world: withdrawn(world[1]), about=TABLES):
        if not isinstance(seen, CaseIsOver):
            assert seen.state is ApplicationState.REVIEWING  # type: ignore[attr-defined]
            assert seen.stated["name"]  # type: ignore[attr-defined]
            assert len(seen.evidence) == len(pictures())  # type: ignore[attr-defined]
        assert isinstance(look(world), CaseIsOver)


@pytest.mark.clause("2.1.12")
def test_whoever_has_a_case_and_looks_again_after_it_was_withdrawn_is_told() -> None:
    reviewer, case = taken()
    withdrawn(case)
    with pytest.raises(CaseIsOver):
        open_case(actor=reviewer, reference=case[1].reference, now=NOW)
    assert not Event.objects.filter(name="realname:review:looked").exists()


@pytest.mark.clause("2.1.12")
@pytest.mark.parametrize("verdict", [Verdict.FINE, Verdict.REFUSED, Verdict.AGAIN])
def test_a_verdict_and_a_withdrawal_at_once_are_one_end(verdict: Verdict) -> None:
    reason = {Verdict.FINE: None, Verdict.REFUSED: ReviewReason.FORGED, Verdict.AGAIN: ReviewReason.BLURRED}[verdict]

    def say(world: tuple[Actor, Case]) -> object:
        reviewer, (_tenant, view) = world
        said = dict.fromkeys(pictures(), (verdict, reason))
        try:
            return decide_case(actor=reviewer, reference=view.reference, verdicts=said, now=NOW).state
        except Refused as refusal:
            return refusal.code

    def give_up(world: tuple[Actor, Case]) -> None:
        with suppress(ApplicationIsOver):
            withdrawn(world[1])

    for (_reviewer, (tenant, view)), said in after_each(taken, say, give_up, about=TABLES):
        after = application(tenant_id=tenant.id, reference=view.reference)
        assert after
        assert (after.state is ApplicationState.APPROVED) == (verification_of(tenant.id) is not None)
        ends = Event.objects.filter(tenant_id=tenant.id, name__startswith="realname:application:").exclude(
            name__in=("realname:application:submitted", "realname:application:asked_again")
        )
        assert ends.count() == 1, [event.name for event in ends]
        if said == "realname.case_is_over":
            assert after.state is ApplicationState.CANCELLED


# -- Sites ------------------------------------------------------------------------------------------------------------


@pytest.mark.clause("2.4.10")
def test_of_two_same_results_of_a_site_both_are_answered_with_the_one_that_counts() -> None:
    def ready() -> PartnerResult:
        tenant = a_tenant()
        return partnering.a_result(partnering.told(tenant, partnering.agreed(tenant, partnering.a_site())))

    def send(result: PartnerResult) -> tuple[PartnerAnswer | None, list[Refused]]:
        return partnering.send(result)

    for result, (answer, wrong) in after_each(ready, send, send, about=TABLES):
        assert (answer is None, partnering.codes_of(wrong)) == (False, [])
        assert PartnerVerification.objects.filter(reference=result.told.reference).count() == 1
    assert not Event.objects.filter(name="realname:partner:refused").exists()


@pytest.mark.clause("2.1.16")
def test_of_two_same_student_statuses_both_are_answered_with_the_one_that_counts() -> None:
    def ready() -> tuple[Told, PersonClaim]:
        number = a_person()
        tenant, site = a_verified_tenant(number), partnering.a_site(purpose=Purpose.STUDENT)
        agreement = partnering.agreed(tenant, site, purpose=Purpose.STUDENT)
        return partnering.told(tenant, agreement), partnering.a_resident(number)

    def send(world: tuple[Told, PersonClaim]) -> tuple[StudentView | None, list[Refused]]:
        said, who = world
        return take_student_status(actor=partnering.actor_of(said.site), told=said, study=STUDY, who=who, now=NOW)

    for (said, _who), (answer, wrong) in after_each(ready, send, send, about=TABLES):
        assert (answer is None, partnering.codes_of(wrong)) == (False, [])
        assert StudentStatus.objects.filter(reference=said.reference).count() == 1
