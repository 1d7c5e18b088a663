"""Who is a student, and who says so (2.1.16)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from account_center.audit.models import Event
from account_center.kit.actor import Actor
from account_center.messaging.models import Message
from account_center.plumbing.work.running import run_due
from account_center.realname.models import StudentStatus
from account_center.realname.partner_errors import (
    AnotherStudent,
    EvidenceMissing,
    NoAgreement,
    NoStudentStatus,
    NotAPerson,
    NotVerifiedYet,
    OnlyStaff,
    OtherContent,
    StudyOver,
    StudyTooLong,
    TicketMissing,
)
from account_center.realname.queries import student_status_of
from account_center.realname.services.partners import digest_of
from account_center.realname.services.students import (
    end_of,
    end_student_status,
    give_student_status,
    take_student_status,
)
from account_center.realname.types import Purpose, StudentLevel, StudentView, Study
from account_center.standing.queries import decisions_for, judged, standing_of
from account_center.standing.services import note_verification
from account_center.standing.types import Action, CustomerKind, VerificationStatus
from account_center.tenants.types import TenantFacts
from tests.racing import kinds, race
from tests.realname.making import a_person, a_reviewer, a_tenant, actor_at, an_organisation_claim
from tests.realname.partnering import (
    a_resident,
    a_result,
    a_site,
    actor_of,
    agreed,
    codes_of,
    send,
    taken,
    told,
)
from tests.signin.making import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.1.16")]
UNTIL = date(2028, 7, 31)
STUDY = Study("浙江大学", StudentLevel.MASTER, UNTIL)
TICKET = "TK2345ABCD"
EVIDENCE = "Student card and enrolment letter seen"


def a_verified_tenant(number: str = "") -> TenantFacts:
    tenant = a_tenant()
    taken(send(a_result(told(tenant, agreed(tenant, a_site())), a_resident(number))))
    return tenant


def give(tenant: TenantFacts, staff: Actor | None = None, **changed: Any) -> StudentView:
    said: dict[str, Any] = {"study": STUDY, "ticket": TICKET, "evidence": EVIDENCE, "now": NOW} | changed
    return give_student_status(actor=staff or a_reviewer(), tenant=tenant, **said)


def offers(tenant: TenantFacts, now: datetime = NOW) -> list[str]:
    decision = decisions_for(tenant.id, [Action.STUDENT_OFFERS], now)[Action.STUDENT_OFFERS]
    return [reason.code for reason in decision.reasons]


def test_a_student_status_by_ticket_opens_student_offers_until_its_last_day_is_over() -> None:
    tenant = a_verified_tenant()
    assert offers(tenant) == ["standing.student_status_missing"]
    view = give(tenant, ticket=" tk2345abcd ")
    assert (view.study, view.ticket, view.site) == (STUDY, TICKET, "")
    assert offers(tenant) == []
    end = end_of(UNTIL)
    assert end == datetime(2028, 7, 31, 16, tzinfo=UTC)
    assert offers(tenant, end - timedelta(seconds=1)) == []
    assert offers(tenant, end) == ["standing.student_status_ended"]
    said = judged(tenant.public_id, [Action.STUDENT_OFFERS], NOW)
    assert said
    assert said.good_until == end


def test_it_is_written_down_and_the_owner_is_told() -> None:
    tenant, before = a_verified_tenant(), Message.objects.count()
    staff = a_reviewer()
    give(tenant, staff)
    event = Event.objects.get(name="realname:student:given", tenant_id=tenant.id)
    assert event.facts == {"until": "2028-07-31", "site": "", "ticket": TICKET, "evidence": EVIDENCE}
    assert event.actor_name == staff.name
    assert Message.objects.count() == before + 1


def test_only_a_verified_person_can_be_a_student() -> None:
    tenant = a_tenant()
    with pytest.raises(NotVerifiedYet):
        give(tenant)
    taken(send(a_result(told(tenant, agreed(tenant, a_site())), an_organisation_claim())))
    with pytest.raises(NotVerifiedYet):
        give(tenant)


def test_an_organisation_is_no_student() -> None:
    tenant = a_tenant()
    said = told(tenant, agreed(tenant, a_site()))
    taken(send(a_result(said, an_organisation_claim())))
    run_due()
    with pytest.raises(NotAPerson):
        give(tenant)
    assert offers(tenant) == ["standing.student_not_individual"]


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"study": Study("浙江大学", StudentLevel.MASTER, date(2026, 11, 22))}, StudyOver),
        ({"study": Study("浙江大学", StudentLevel.MASTER, date(2035, 7, 31))}, StudyTooLong),
        ({"ticket": "4711"}, TicketMissing),
        ({"evidence": "  "}, EvidenceMissing),
    ],
)
def test_staff_say_until_when_by_which_ticket_and_what_they_saw(changed: dict[str, Any], refusal: type) -> None:
    tenant = a_verified_tenant()
    with pytest.raises(refusal):
        give(tenant, **changed)
    assert not StudentStatus.objects.exists()


def test_a_customer_gives_himself_nothing() -> None:
    tenant = a_verified_tenant()
    with pytest.raises(OnlyStaff):
        give(tenant, actor_at(tenant))
    with pytest.raises(OnlyStaff):
        end_student_status(actor=actor_at(tenant), tenant=tenant, because="x", now=NOW)


def test_a_later_status_replaces_the_one_before() -> None:
    tenant = a_verified_tenant()
    give(tenant)
    give(tenant, study=Study("浙江大学", StudentLevel.DOCTOR, date(2029, 1, 1)))
    assert StudentStatus.objects.filter(ended_at__isnull=True).count() == 1
    assert StudentStatus.objects.exclude(ended_at__isnull=True).get().ended_because == "replaced"
    assert standing_of(tenant.id).student_until == end_of(date(2029, 1, 1))


def test_staff_can_take_it_back_and_say_why() -> None:
    tenant = a_verified_tenant()
    with pytest.raises(NoStudentStatus):
        end_student_status(actor=a_reviewer(), tenant=tenant, because="left school", now=NOW)
    give(tenant)
    with pytest.raises(EvidenceMissing):
        end_student_status(actor=a_reviewer(), tenant=tenant, because=" ", now=NOW)
    end_student_status(actor=a_reviewer(), tenant=tenant, because="left school", now=NOW)
    assert offers(tenant) == ["standing.student_status_missing"]
    assert Event.objects.get(name="realname:student:ended").facts == {"because": "left school"}
    assert student_status_of(tenant.id) is None


def test_another_verification_ends_it_since_it_is_about_the_person() -> None:
    tenant = a_verified_tenant()
    give(tenant)
    note_verification(tenant_id=tenant.id, status=VerificationStatus.VERIFIED, kind=CustomerKind.INDIVIDUAL, now=NOW)
    assert offers(tenant) == ["standing.student_status_missing"]


def test_a_failed_attempt_later_takes_nothing_away() -> None:
    tenant = a_verified_tenant()
    give(tenant)
    note_verification(tenant_id=tenant.id, status=VerificationStatus.FAILED, kind=CustomerKind.INDIVIDUAL, now=NOW)
    assert offers(tenant) == []


def from_service(
    tenant: TenantFacts, number: str, *, reference: str = "", content: str = "", study: Study = STUDY, said: Any = None
) -> Any:
    site = a_site(purpose=Purpose.STUDENT)
    spoken = said or told(tenant, agreed(tenant, site, purpose=Purpose.STUDENT), reference=reference, content=content)
    return take_student_status(actor=actor_of(spoken.site), told=spoken, study=study, who=a_resident(number), now=NOW)


def test_a_trusted_education_service_says_so() -> None:
    number = a_person()
    tenant = a_verified_tenant(number)
    view, wrong = from_service(tenant, number)
    assert (view.study, wrong, view.ticket) == (STUDY, [], "")
    assert view.site.startswith("Site of")
    assert offers(tenant) == []
    shown = student_status_of(tenant.id)
    assert shown == view


def test_it_must_be_the_very_person_the_tenant_is_verified_as() -> None:
    tenant = a_verified_tenant(a_person())
    view, wrong = from_service(tenant, a_person())
    assert (view, codes_of(wrong)) == (None, [AnotherStudent.code])
    assert offers(tenant) == ["standing.student_status_missing"]


def test_everything_that_is_wrong_is_told_at_once() -> None:
    tenant = a_tenant()
    view, wrong = from_service(tenant, a_person(), study=Study("", StudentLevel.OTHER, date(2020, 1, 1)))
    assert view is None
    assert codes_of(wrong) == ["realname.bad_school", "realname.study_over", "realname.student_not_verified"]


def test_an_agreement_about_a_verification_is_none_about_a_student() -> None:
    number = a_person()
    tenant = a_verified_tenant(number)
    site = a_site(scopes=("verifications:write", "students:write"))  # type: ignore[arg-type]
    with pytest.raises(NoAgreement):
        from_service(tenant, number, said=told(tenant, agreed(tenant, site)))


def test_the_same_reference_is_answered_the_same() -> None:
    number = a_person()
    tenant, site = a_verified_tenant(number), a_site(purpose=Purpose.STUDENT)
    agreement = agreed(tenant, site, purpose=Purpose.STUDENT)
    first = from_service(tenant, number, said=told(tenant, agreement, reference="S-1"))
    assert from_service(tenant, number, said=told(tenant, agreement, reference="S-1")) == first
    with pytest.raises(OtherContent):
        from_service(tenant, number, said=told(tenant, agreement, reference="S-1", content="other"))
    assert StudentStatus.objects.count() == 1


def test_the_database_wants_to_know_where_it_came_from() -> None:
    tenant = a_verified_tenant()
    give(tenant)
    with pytest.raises(IntegrityError):
        StudentStatus.objects.update(ticket="")


@pytest.mark.django_db(transaction=True)
def test_the_same_status_sent_at_once_is_one() -> None:
    number = a_person()
    tenant, site = a_verified_tenant(number), a_site(purpose=Purpose.STUDENT)
    said, who = told(tenant, agreed(tenant, site, purpose=Purpose.STUDENT)), a_resident(number)
    assert digest_of(who)
    answers = race(lambda _: take_student_status(actor=actor_of(site), told=said, study=STUDY, who=who, now=NOW)[0], 3)
    assert kinds(answers) == {"StudentView": 3}
    assert StudentStatus.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_staff_and_a_service_at_once_leave_one_status() -> None:
    number = a_person()
    tenant, staff = a_verified_tenant(number), a_reviewer()
    race(lambda one: give(tenant, staff) if one else from_service(tenant, number), 2)
    assert StudentStatus.objects.filter(ended_at__isnull=True).count() == 1
    assert StudentStatus.objects.count() == 2
