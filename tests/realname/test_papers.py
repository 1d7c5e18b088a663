"""An organisation verified by papers: the register first, then staff if need be."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from account_center.audit.models import Event
from account_center.documents.models import StoredImage
from account_center.kit.demo_numbers import demo_credit_code
from account_center.kit.refused import Refused
from account_center.plumbing.quota import places
from account_center.plumbing.wording import explain, wording_of
from account_center.plumbing.work.models import Job
from account_center.plumbing.work.running import run_due
from account_center.realname.errors import ApplicationIsOver
from account_center.realname.models import Application, Evidence, OrganisationQuota, SandboxCheck, Verification
from account_center.realname.ports import ProviderAway
from account_center.realname.queries import application, review_queue, tenants_of_document, verification_of
from account_center.realname.rules import CERTIFICATES, PAPERS, REASONS, judge_register
from account_center.realname.services import (
    ask_again,
    claim_case,
    lapse_asked_again,
    open_case,
    send_pictures_again,
    submit_papers,
    withdraw,
)
from account_center.realname.services.papers import ask_register, ask_register_again, decide_papers
from account_center.realname.services.settling import settle
from account_center.realname.subjects import organisation_digest
from account_center.realname.types import (
    Acting,
    ApplicationState,
    ApplicationView,
    Certificate,
    Doubt,
    Nature,
    OrganisationClaim,
    Party,
    RegisterAnswer,
    RegisterState,
    ReviewReason,
    Slot,
    Way,
    code_of,
)
from account_center.standing.queries import decisions_for, standing_of
from account_center.standing.types import Action, CustomerKind, VerificationStatus
from account_center.tenants.types import TenantFacts
from tests.racing import kinds, race
from tests.realname.making import (
    a_company,
    a_reviewer,
    a_tenant,
    actor_at,
    all_reencoded,
    an_organisation_claim,
    begin,
    decide,
    papers,
    photo,
    submit_company,
)
from tests.signin.making import NOW

pytestmark = pytest.mark.django_db
State = ApplicationState


def said(state: RegisterState, *, name: bool, head: bool) -> RegisterAnswer:
    return RegisterAnswer(state=state, name_agrees=name, representative_agrees=head, provider_reference="R1")


AGREES = said(RegisterState.ACTIVE, name=True, head=True)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _quick_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("account_center.realname.services.evidence.reencode_images", all_reencoded)


def state(view: ApplicationView) -> ApplicationState:
    return ApplicationState(Application.objects.get(reference=view.reference).state)


def ask(view: ApplicationView, *, after: timedelta = timedelta()) -> bool:
    row = Application.objects.get(reference=view.reference)
    return ask_register(application_id=row.pk, seconds=1, now=NOW + after)


def of_area(area: str, **more: Any) -> tuple[TenantFacts, ApplicationView]:
    """An organisation for which the sandbox's register has the answer of this area, asked once."""
    tenant = a_tenant()
    view = submit_company(tenant, an_organisation_claim(number=a_company(area), **more))
    ask(view)
    return tenant, view


def doubts(view: ApplicationView) -> list[str]:
    return list(Application.objects.get(reference=view.reference).findings["doubts"])


def codes(tenant: TenantFacts, claim: OrganisationClaim, uploads: dict[Slot, bytes] | None = None) -> list[str]:
    view, wrong = submit_papers(
        actor=actor_at(tenant),
        tenant_id=tenant.id,
        owner_id=tenant.owner_id,
        claim=claim,
        uploads=uploads or papers(),
        now=NOW,
    )
    assert view is None
    return [refusal.code for refusal in wrong]


# -- The rule ---------------------------------------------------------------------------------------------------------


@pytest.mark.clause("2.3.1", "2.3.28", "2.1.10")
@pytest.mark.parametrize(
    ("answer", "more", "outcome", "found"),
    [
        (AGREES, {}, State.APPROVED, ()),
        (said(RegisterState.CANCELLED, name=True, head=True), {}, State.REFUSED, ()),
        (said(RegisterState.REVOKED, name=False, head=False), {"automatic": False}, State.REFUSED, ()),
        (said(RegisterState.ACTIVE, name=False, head=True), {}, State.REVIEWING, (Doubt.OTHER_NAME,)),
        (said(RegisterState.ACTIVE, name=True, head=False), {}, State.REVIEWING, (Doubt.OTHER_REPRESENTATIVE,)),
        (
            said(RegisterState.ACTIVE, name=False, head=False),
            {},
            State.REVIEWING,
            (Doubt.OTHER_NAME, Doubt.OTHER_REPRESENTATIVE),
        ),
        (said(RegisterState.UNKNOWN, name=False, head=False), {}, State.REVIEWING, (Doubt.NOT_REGISTERED,)),
        (None, {}, State.REVIEWING, (Doubt.REGISTER_SILENT,)),
        (AGREES, {"number_is_usual": False}, State.REVIEWING, (Doubt.UNUSUAL_NUMBER,)),
        (AGREES, {"acting": Acting.AUTHORISED}, State.REVIEWING, (Doubt.LETTER,)),
        (AGREES, {"nature": Nature.MILITARY, "number_is_usual": False}, State.REVIEWING, (Doubt.NATURE,)),
        (AGREES, {"nature": Nature.OVERSEAS, "number_is_usual": False}, State.REVIEWING, (Doubt.FROM_ABROAD,)),
        (AGREES, {"automatic": False}, State.REVIEWING, (Doubt.NOT_AUTOMATIC,)),
    ],
)
def test_what_the_register_says_decides_or_is_left_to_staff(
    answer: RegisterAnswer | None, more: dict[str, Any], outcome: ApplicationState, found: tuple[Doubt, ...]
) -> None:
    facts: dict[str, Any] = {
        "nature": Nature.ENTERPRISE,
        "acting": Acting.REPRESENTATIVE,
        "number_is_usual": True,
        "automatic": True,
        **more,
    }
    assert judge_register(answer, **facts) == (outcome, found)


@pytest.mark.clause("2.3.20")
def test_an_expired_licence_is_no_reason_against_an_organisation() -> None:
    assert ReviewReason.EXPIRED not in REASONS[Slot.CERTIFICATE]
    assert ReviewReason.EXPIRED in REASONS[Slot.ID_FRONT]


@pytest.mark.clause("2.1.12", "2.3.19")
def test_every_reason_at_an_organisations_paper_has_words_and_leads_back_to_the_papers() -> None:
    for slot in PAPERS[Acting.AUTHORISED]:
        for reason in REASONS[slot]:
            wording = wording_of(code_of(reason, Party.ORGANISATION))
            assert "portal:organisation" in [way.to for way in wording.ways]
            assert "portal:bank_account" in [way.to for way in wording.ways]
            assert wording.ticket == "realname.enterprise_failed"


# -- Submitting -------------------------------------------------------------------------------------------------------


@pytest.mark.clause("2.3.1", "2.1.10")
def test_papers_are_taken_within_the_request_and_the_register_is_asked_by_a_job() -> None:
    tenant = a_tenant()
    view = submit_company(tenant)
    assert (view.state, view.way, view.party) == (State.CHECKING, Way.ENTERPRISE_PAPERS, Party.ORGANISATION)
    assert view.promised_by
    assert not SandboxCheck.objects.exists()
    job = Job.objects.get(name="realname.ask_register")
    assert job.payload == {"application_id": Application.objects.get().pk}
    standing = standing_of(tenant.id)
    assert (standing.verification, standing.kind) == (VerificationStatus.IN_PROGRESS, CustomerKind.ENTERPRISE)
    event = Event.objects.get(tenant_id=tenant.id, name="realname:application:submitted")
    assert event.facts == {"reference": view.reference, "way": "enterprise_papers"}


@pytest.mark.clause("2.3.1")
def test_the_worker_verifies_an_organisation_with_which_everything_agrees() -> None:
    with time_machine.travel(NOW, tick=False):  # of both: a job of a later moment would not be due
        tenant = a_tenant()
        view = submit_company(tenant)
        run_due()
    assert state(view) is State.APPROVED
    verification = verification_of(tenant.id)
    assert verification
    assert (verification.way, verification.party) == (Way.ENTERPRISE_PAPERS, Party.ORGANISATION)
    assert decisions_for(tenant.id, [Action.BUY], NOW)[Action.BUY].allowed
    row = Application.objects.get()
    assert row.findings["state"] == "active"
    assert row.findings["doubts"] == []
    assert row.findings["reference"].startswith("SBX-")
    approved = Event.objects.get(tenant_id=tenant.id, name="realname:application:approved")
    assert approved.actor_kind == "system"


@pytest.mark.clause("2.3.17", "2.3.18")
def test_who_acts_decides_which_papers_are_kept() -> None:
    for acting in Acting:
        view = submit_company(a_tenant(), an_organisation_claim(acting=acting))
        kept = Evidence.objects.filter(application__reference=view.reference).order_by("pk")
        assert tuple(Slot(one.slot) for one in kept) == PAPERS[acting]
        shown = {one.slot: StoredImage.objects.get(public_id=one.image_id).kind for one in kept}
        assert shown["certificate"] == "business_licence"
        assert shown["id_front"] == "id_front"
        assert shown.get("letter", "authorisation_letter") == "authorisation_letter"


@pytest.mark.clause("2.3.22", "2.3.24", "2.1.7")
@pytest.mark.parametrize("nature", Nature)
def test_organisations_of_every_kind_can_submit_with_each_of_their_papers(nature: Nature) -> None:
    for certificate in CERTIFICATES[nature]:
        number = "799655058" if certificate is Certificate.ORGANISATION_CODE else demo_credit_code()
        country = "SG" if nature is Nature.OVERSEAS else "CN"
        claim = an_organisation_claim(number=number, nature=nature, certificate=certificate, country=country)
        tenant = a_tenant()
        assert submit_company(tenant, claim).number_kind == certificate.value


@pytest.mark.clause("2.1.4", "2.3.19")
def test_a_picture_that_is_none_is_refused_and_nothing_is_kept() -> None:
    tenant = a_tenant()
    wrong = codes(tenant, an_organisation_claim(), {**papers(), Slot.CERTIFICATE: b"%PDF-1.7", Slot.ID_BACK: b""})
    assert len(wrong) == 2
    assert not Application.objects.exists()
    assert not StoredImage.objects.exists()


@pytest.mark.clause("2.3.23", "2.3.26")
def test_one_organisation_verifies_six_accounts_and_the_seventh_is_told_the_figures() -> None:
    number = demo_credit_code(seed=77)
    for _ in range(6):
        submit_company(a_tenant(), an_organisation_claim(number=number))
    assert codes(a_tenant(), an_organisation_claim(number=f" {number.lower()} ")) == ["realname.organisation_full"]


@pytest.mark.clause("2.3.26")
@pytest.mark.django_db(transaction=True)
def test_of_eight_who_submit_one_organisation_at_once_six_get_a_place() -> None:
    number, tenants = demo_credit_code(seed=78), [a_tenant() for _ in range(8)]
    claims = [an_organisation_claim(number=number) for _ in tenants]
    answers = race(lambda turn: submit_company(tenants[turn], claims[turn]), len(tenants))
    assert kinds(answers) == {"ApplicationView": 6, "AssertionError": 2}, answers
    digest = organisation_digest(claims[0].identity)
    assert places(OrganisationQuota, digest=digest, allowed=6) == (6, 6)
    assert Application.objects.count() == 6


@pytest.mark.django_db(transaction=True)
def test_two_windows_of_one_customer_make_one_application() -> None:
    tenant, claim = a_tenant(), an_organisation_claim()
    answers = race(lambda _turn: submit_company(tenant, claim), 4)
    assert kinds(answers) == {"ApplicationView": 1, "AssertionError": 3}, answers
    assert Application.objects.count() == 1


def test_a_person_being_checked_cannot_submit_papers_besides() -> None:
    tenant = a_tenant()
    submit_company(tenant)
    assert codes(tenant, an_organisation_claim()) == ["realname.being_checked"]
    with pytest.raises(Refused, match="being_checked"):
        begin(tenant)


# -- What the register says -------------------------------------------------------------------------------------------


@pytest.mark.clause("2.3.28")
@pytest.mark.parametrize("area", ["990003", "990004"])
def test_a_cancelled_or_revoked_organisation_is_refused_with_the_reason_and_a_way_out(area: str) -> None:
    tenant, view = of_area(area)
    ended = application(tenant_id=tenant.id, reference=view.reference)
    assert ended
    assert (ended.state, ended.refusal) == (State.REFUSED, "realname.organisation_cancelled")
    told = explain(ended.refusal, {"reference": view.reference})
    assert "cancelled" in told.what
    assert told.todo
    assert told.ticket == "realname.enterprise_failed"
    claim = an_organisation_claim()
    assert places(OrganisationQuota, digest=organisation_digest(claim.identity), allowed=6)[0] == 0
    assert standing_of(tenant.id).verification is VerificationStatus.FAILED
    submit_company(tenant, claim)  # and another organisation may be submitted


@pytest.mark.clause("2.3.1", "2.1.10")
@pytest.mark.parametrize(
    ("area", "doubt"),
    [("990001", "other_name"), ("990002", "other_representative"), ("990005", "not_registered")],
)
def test_what_does_not_agree_is_handed_to_staff_with_what_to_look_at(area: str, doubt: str) -> None:
    tenant, view = of_area(area)
    assert state(view) is State.REVIEWING
    assert doubts(view) == [doubt]
    assert [row.reference for row in review_queue()] == [view.reference]
    assert Event.objects.filter(tenant_id=tenant.id, name="realname:application:handed_to_staff").count() == 1
    reviewer = a_reviewer()
    claim_case(actor=reviewer, reference=view.reference, now=NOW)
    case = open_case(actor=reviewer, reference=view.reference, now=NOW)
    assert case.register
    assert case.register.doubts == (Doubt(doubt),)
    assert case.stated["representative"] == "王小灯"


@pytest.mark.clause("2.1.21")
def test_a_foreign_enterprise_is_always_looked_at_by_staff() -> None:
    tenant = a_tenant()
    claim = an_organisation_claim(
        number="UEN201912345K",
        name="Blue Lighthouse Pte. Ltd.",
        nature=Nature.OVERSEAS,
        certificate=Certificate.OVERSEAS_PAPER,
        country="SG",
    )
    view = submit_company(tenant, claim)
    ask(view)
    assert state(view) is State.REVIEWING
    assert doubts(view) == ["not_registered", "from_abroad"]
    assert decide(a_reviewer(), view).state is State.APPROVED


@pytest.mark.clause("2.3.1")
def test_an_operator_who_wants_every_case_looked_at_gets_it(settings: Any) -> None:
    settings.REGISTER_DECIDES = False
    _tenant, view = of_area("330106")
    assert (state(view), doubts(view)) == (State.REVIEWING, ["not_automatic"])


def test_a_late_answer_is_found_by_its_key_and_no_second_question_is_asked() -> None:
    _tenant, view = of_area("990011")
    assert state(view) is State.CHECKING
    assert ask(view)
    assert state(view) is State.APPROVED
    assert SandboxCheck.objects.get(kind="register").attempts == 1


def test_a_busy_register_is_asked_again() -> None:
    _tenant, view = of_area("990012")
    assert not ask(view)
    assert ask(view)
    assert state(view) is State.APPROVED


@pytest.mark.clause("2.3.1", "2.1.10")
def test_nobody_waits_for_ever_for_a_register_that_is_away() -> None:
    _tenant, view = of_area("990013")
    assert not ask(view, after=HOUR - timedelta(seconds=1))
    assert state(view) is State.CHECKING
    assert ask(view, after=HOUR)
    assert (state(view), doubts(view)) == (State.REVIEWING, ["register_silent"])


def test_a_worker_killed_between_asking_and_noting_leaves_one_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    tenant = a_tenant()
    view = submit_company(tenant)

    def killed(**_more: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr("account_center.realname.services.papers.decide_papers", killed)
        with pytest.raises(SystemExit):
            ask(view)
    assert state(view) is State.CHECKING
    assert ask(view)
    assert state(view) is State.APPROVED
    assert SandboxCheck.objects.get(kind="register").attempts == 1
    assert Verification.objects.filter(tenant_id=tenant.id).count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_answers_at_once_are_one_decision() -> None:
    tenant = a_tenant()
    view = submit_company(tenant)
    row = Application.objects.get(reference=view.reference)
    answers = race(lambda _turn: decide_papers(application_id=row.pk, said=AGREES, now=NOW), 6)
    assert answers == [None] * 6
    assert Verification.objects.filter(tenant_id=tenant.id).count() == 1
    assert Event.objects.filter(name="realname:application:approved").count() == 1


@pytest.mark.clause("2.3.1")
def test_papers_are_withdrawn_while_the_register_is_asked_and_its_late_answer_changes_nothing() -> None:
    tenant = a_tenant()
    view = submit_company(tenant)
    row = Application.objects.get(reference=view.reference)
    withdraw(actor=actor_at(tenant), tenant_id=tenant.id, reference=view.reference, now=NOW)
    decide_papers(application_id=row.pk, said=AGREES, now=NOW)
    assert ask(view, after=HOUR)
    assert state(view) is State.CANCELLED
    assert verification_of(tenant.id) is None
    assert standing_of(tenant.id).verification is VerificationStatus.NONE
    assert places(OrganisationQuota, digest=organisation_digest(an_organisation_claim().identity), allowed=6)[0] == 0
    assert not StoredImage.objects.filter(erased_at__isnull=True).exists()
    run_due()
    assert not SandboxCheck.objects.filter(kind="register").exists()
    assert submit_company(tenant).state is State.CHECKING


@pytest.mark.django_db(transaction=True)
def test_the_answer_and_the_withdrawal_at_one_moment_leave_one_outcome() -> None:
    tenants = [a_tenant() for _ in range(4)]
    views = [
        submit_company(tenant, an_organisation_claim(number=demo_credit_code(seed=90 + at)))
        for at, tenant in enumerate(tenants)
    ]
    ids = [Application.objects.get(reference=view.reference).pk for view in views]

    def act(turn: int) -> None:
        tenant, at = tenants[turn // 2], turn // 2
        if turn % 2:
            decide_papers(application_id=ids[at], said=AGREES, now=NOW)
        else:
            withdraw(actor=actor_at(tenant), tenant_id=tenant.id, reference=views[at].reference, now=NOW)

    answers = race(act, 8)
    assert set(kinds(answers)) <= {"NoneType", "ApplicationIsOver"}, answers
    for tenant, view, told in zip(tenants, views, answers[::2], strict=True):
        approved = state(view) is State.APPROVED
        assert approved or state(view) is State.CANCELLED
        assert isinstance(told, ApplicationIsOver) is approved
        assert (verification_of(tenant.id) is not None) is approved
        names = Event.objects.filter(tenant_id=tenant.id, name__startswith="realname:application:").values_list(
            "name", flat=True
        )
        assert ("realname:application:cancelled" in names) is not approved
        assert ("realname:application:approved" in names) is approved


def test_an_answer_after_the_case_went_to_staff_changes_nothing() -> None:
    _tenant, view = of_area("990013")
    ask(view, after=HOUR)
    row = Application.objects.get()
    decide_papers(application_id=row.pk, said=AGREES, now=NOW)
    assert state(view) is State.REVIEWING
    assert ask(view)


def test_a_lost_job_is_taken_up_again_and_the_bank_is_never_asked_about_papers() -> None:
    view = submit_company(a_tenant())
    Job.objects.all().delete()
    assert ask_register_again(now=NOW + timedelta(minutes=1)) == 0
    assert ask_register_again(now=NOW + timedelta(minutes=3)) == 1
    assert ask_register_again(now=NOW + timedelta(minutes=3)) == 1
    assert Job.objects.filter(name="realname.ask_register").count() == 1
    row = Application.objects.get()
    assert ask_again(now=NOW + timedelta(days=2)) == 0
    assert settle(application_id=row.pk, seconds=1, now=NOW + timedelta(days=2))
    assert state(view) is State.CHECKING


def test_nothing_of_what_was_stated_stands_beside_the_application_or_in_a_log(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Away:
        def outcome(self, *, key: str) -> None:
            raise ProviderAway(key)

    monkeypatch.setattr("account_center.realname.services.papers.register_lookup", Away)
    with caplog.at_level("DEBUG"):
        view = submit_company(a_tenant())
        ask(view)
        ask(view, after=HOUR)
    assert "王小灯" not in caplog.text
    assert "蓝色灯塔" not in caplog.text
    assert set(Application.objects.get().findings) == {"state", "reference", "doubts"}


# -- Staff ------------------------------------------------------------------------------------------------------------


@pytest.mark.clause("2.3.17", "2.1.12")
def test_a_letter_without_a_seal_is_asked_for_again_and_the_rest_is_kept() -> None:
    tenant, view = of_area("330106", acting=Acting.AUTHORISED)
    assert (state(view), doubts(view)) == (State.REVIEWING, ["letter"])
    reviewer = a_reviewer()
    decide(reviewer, view, letter=ReviewReason.SEAL_MISSING)
    asked = application(tenant_id=tenant.id, reference=view.reference)
    assert asked
    assert [(one.slot, one.code) for one in asked.asked] == [(Slot.LETTER, "realname.paper_seal_missing")]
    later = NOW + timedelta(days=1)
    wrong = send_pictures_again(
        actor=actor_at(tenant),
        tenant_id=tenant.id,
        reference=view.reference,
        uploads={Slot.LETTER: photo("white")},
        now=later,
    )
    assert wrong == []
    assert decide(reviewer, view, now=later).state is State.APPROVED
    assert standing_of(tenant.id).kind is CustomerKind.ENTERPRISE


@pytest.mark.clause("2.1.12", "2.3.28")
@pytest.mark.parametrize("reason", [ReviewReason.COMPANY_NAME, ReviewReason.COMPANY_CANCELLED, ReviewReason.FORGED])
def test_what_another_picture_cannot_mend_ends_the_application(reason: ReviewReason) -> None:
    tenant, view = of_area("990005")
    decide(a_reviewer(), view, certificate=reason)
    ended = application(tenant_id=tenant.id, reference=view.reference)
    assert ended
    assert (ended.state, ended.refusal) == (State.REFUSED, f"realname.paper_{reason.value}")


def test_a_reason_that_does_not_belong_to_the_picture_is_refused() -> None:
    _tenant, view = of_area("990005")
    with pytest.raises(Refused, match="verdict_missing"):
        decide(a_reviewer(), view, certificate=ReviewReason.SEAL_MISSING)


def test_papers_that_never_came_again_end_the_application_of_an_organisation() -> None:
    tenant, view = of_area("990005")
    decide(a_reviewer(), view, certificate=ReviewReason.BLURRED)
    assert lapse_asked_again(now=NOW + timedelta(days=31)) == 1
    ended = application(tenant_id=tenant.id, reference=view.reference)
    assert ended
    assert (ended.state, ended.refusal) == (State.LAPSED, "realname.papers_never_came")
    assert standing_of(tenant.id).kind is CustomerKind.ENTERPRISE


def test_staff_find_the_tenants_of_an_organisation_by_its_number_however_it_is_written() -> None:
    number = demo_credit_code(seed=79)
    tenants = [a_tenant() for _ in range(2)]
    views = [submit_company(tenant, an_organisation_claim(number=number)) for tenant in tenants]
    found = [tenant.id for tenant in tenants]
    assert tenants_of_document(f"{number[:9]} {number[9:].lower()}") == found
    assert tenants_of_document(views[0].id_masked) == found
    assert tenants_of_document(demo_credit_code(seed=80)) == []
