from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.utils.translation import override

from account_center.audit.models import Event
from account_center.documents.errors import ImageErased
from account_center.documents.models import StoredImage
from account_center.documents.services import read_image, reencode_images
from account_center.documents.types import Upload
from account_center.kit import clock
from account_center.kit.demo_numbers import demo_resident_id
from account_center.kit.refused import Refused
from account_center.kit.sealing import CannotOpen
from account_center.kit.travel_document import DocumentKind
from account_center.messaging.models import Message
from account_center.plumbing.quota import places
from account_center.plumbing.wording import explain
from account_center.realname.models import Application, Evidence, PersonQuota, Subject, Verification
from account_center.realname.queries import application, open_application_of, verification_of
from account_center.realname.rules import EVIDENCE, REASONS
from account_center.realname.services import (
    lapse_asked_again,
    refusals_of_document,
    send_pictures_again,
    submit_document,
    withdraw,
)
from account_center.realname.services.claims import read_document
from account_center.realname.subjects import document_digest, open_subject, stated_by
from account_center.realname.types import ApplicationState, ApplicationView, DocumentClaim, ReviewReason, Slot, Way
from account_center.standing.queries import standing_of
from account_center.standing.types import VerificationStatus
from account_center.tenants.types import TenantFacts
from tests.racing import race
from tests.realname.making import (
    a_claim,
    a_document_claim,
    a_permit,
    a_reviewer,
    a_tenant,
    actor_at,
    begin,
    decide,
    pictures,
    submit,
    verify,
)
from tests.signin.making import NOW

pytestmark = pytest.mark.django_db


def refused(tenant: TenantFacts, claim: DocumentClaim, **more: object) -> list[str]:
    uploads = more.get("uploads") or pictures()
    view, wrong = submit_document(
        actor=actor_at(tenant),
        tenant_id=tenant.id,
        owner_id=tenant.owner_id,
        claim=claim,
        uploads=uploads,  # type: ignore[arg-type]
        now=NOW,
    )
    assert view is None
    return [refusal.code for refusal in wrong]


@pytest.mark.clause("2.2.10", "2.1.10")
def test_a_document_goes_to_the_staff_with_a_promised_day() -> None:
    tenant = a_tenant()
    view = submit(tenant)
    assert (view.state, view.way, view.number_kind) == (ApplicationState.REVIEWING, Way.DOCUMENT, "hkm_permit")
    assert view.promised_by is not None
    assert timedelta(days=3) <= view.promised_by - NOW < timedelta(days=6)
    assert standing_of(tenant.id).verification is VerificationStatus.IN_PROGRESS
    assert open_application_of(tenant.id) == view
    events = Event.objects.filter(tenant_id=tenant.id, name="realname:application:submitted")
    assert events.get().facts == {"reference": view.reference, "way": "document"}


@pytest.mark.clause("2.2.10")
def test_exactly_five_kinds_of_documents_are_taken_and_the_resident_card_is_sent_to_its_own_way() -> None:
    assert set(EVIDENCE) == set(DocumentKind)
    assert len(EVIDENCE) == 5
    for kind in DocumentKind:
        _claim, wrong = read_document(
            kind=kind, name="陳大文", number=demo_resident_id(), birth=None, nationality="CN", expires=None, now=NOW
        )
        assert [refusal.code for refusal in wrong][:1] == ["realname.use_card_or_scan"]


@pytest.mark.clause("2.1.9")
def test_everything_wrong_with_the_form_is_told_at_once() -> None:
    claim, wrong = read_document(
        kind=DocumentKind.HKM_PERMIT, name="", number="C1", birth=None, nationality="HK", expires=None, now=NOW
    )
    assert claim is None
    assert {(refusal.code, refusal.field) for refusal in wrong} == {
        ("realname.bad_name", "name"),
        ("realname.bad_document_number", "number"),
        ("realname.birth_date_missing", "birth"),
    }


@pytest.mark.clause("2.1.18", "2.1.19")
@pytest.mark.parametrize(("birth", "old_enough"), [(date(2008, 11, 23), True), (date(2008, 11, 24), False)])
@time_machine.travel("2026-11-23T12:00:00+08:00", tick=False)
def test_eighteen_is_the_age_with_every_document(birth: date, old_enough: bool) -> None:
    now = clock.now()
    claim = a_document_claim(birth=birth, now=now)
    codes = [refusal.code for refusal in refusals_of_document(claim, tenant_id=a_tenant().id, now=now)]
    assert ("realname.too_young" in codes) is not old_enough


def test_an_expired_document_is_refused() -> None:
    assert refused(a_tenant(), a_document_claim(expires=NOW.date() - timedelta(days=1))) == [
        "realname.expired_document"
    ]


@pytest.mark.clause("2.1.4", "2.1.9")
def test_every_bad_picture_is_named_and_nothing_is_kept() -> None:
    tenant = a_tenant()
    uploads = {**pictures(), Slot.BACK: b"not a picture", Slot.HOLDING: b"%PDF-1.7"}
    view, wrong = submit_document(
        actor=actor_at(tenant),
        tenant_id=tenant.id,
        owner_id=tenant.owner_id,
        claim=a_document_claim(),
        uploads=uploads,
        now=NOW,
    )
    assert view is None
    assert [refusal.field for refusal in wrong] == ["back", "holding"]
    assert not Application.objects.exists()
    assert not StoredImage.objects.exists()


@pytest.mark.clause("2.2.9")
def test_every_issue_of_a_permit_counts_as_the_same_person() -> None:
    number = a_permit()
    for ending in ("", "01", "02"):
        submit(a_tenant(), a_document_claim(number=number + ending))
    assert places(PersonQuota, digest=document_digest(f"hkm_permit:{number}"), allowed=3) == (3, 3)
    assert refused(a_tenant(), a_document_claim(number=number + "03")) == ["realname.person_full"]


@pytest.mark.clause("2.2.9")
@pytest.mark.django_db(transaction=True)
def test_parallel_applications_never_exceed_the_places_of_a_person() -> None:
    number, tenants = a_permit(), [a_tenant() for _ in range(8)]

    def act(turn: int) -> ApplicationView:
        view, wrong = submit_document(
            actor=actor_at(tenants[turn]),
            tenant_id=tenants[turn].id,
            owner_id=tenants[turn].owner_id,
            claim=a_document_claim(number=number),
            uploads=pictures(),
            now=NOW,
        )
        if view is None:
            raise wrong[0]
        return view

    answers = race(act, len(tenants))
    assert sum(isinstance(answer, ApplicationView) for answer in answers) == 3, answers
    assert {answer.code for answer in answers if isinstance(answer, Refused)} == {"realname.person_full"}
    assert Evidence.objects.count() == 9


@pytest.mark.django_db(transaction=True)
def test_a_double_click_makes_one_application() -> None:
    tenant, claim = a_tenant(), a_document_claim()
    answers = race(lambda _turn: submit(tenant, claim), 4)
    assert sum(isinstance(answer, ApplicationView) for answer in answers) == 1
    assert Application.objects.count() == 1
    assert Evidence.objects.count() == 3


@pytest.mark.clause("2.2.8")
def test_who_is_verified_by_document_cannot_be_verified_again_with_the_same_number() -> None:
    tenant, claim = a_tenant(), a_document_claim()
    decide(a_reviewer(), submit(tenant, claim))
    assert verification_of(tenant.id)
    assert refused(tenant, claim) == ["realname.already_verified"]
    with pytest.raises(Refused) as refusal:
        begin(tenant, a_claim())
    assert refusal.value.code == "realname.already_verified"


@pytest.mark.clause("2.2.8")
def test_who_was_refused_by_document_may_use_the_bank_card() -> None:
    tenant = a_tenant()
    decide(a_reviewer(), submit(tenant), front=ReviewReason.FORGED)
    assert verify(tenant).state is ApplicationState.APPROVED


def test_another_way_has_to_wait_while_staff_decide() -> None:
    tenant = a_tenant()
    submit(tenant)
    with pytest.raises(Refused) as refusal:
        begin(tenant, a_claim())
    assert refusal.value.code == "realname.being_checked"
    assert refused(tenant, a_document_claim()) == ["realname.being_checked"]


def test_number_and_name_are_sealed_and_the_pictures_too() -> None:
    view = submit(a_tenant(), a_document_claim(number="H99887766", name="陳大文"))
    subject = Subject.objects.get(applications__reference=view.reference)
    assert stated_by(subject) == {
        "name": "陳大文",
        "id_number": "H99887766",
        "birth": "1990-05-17",
        "nationality": "HK",
        "expires": "2031-05-16",
    }
    assert (subject.name_masked, subject.id_masked) == ("**文", "H9*****66")
    raw = b"".join(bytes(getattr(subject, f"sealed_{part}")) for part in ("name", "id_number", "more"))
    assert b"H99887766" not in raw


@pytest.mark.clause("2.1.11")
def test_who_gives_up_leaves_nothing_readable_and_gives_the_place_back() -> None:
    tenant, claim = a_tenant(), a_document_claim()
    view = submit(tenant, claim)
    withdraw(actor=actor_at(tenant), tenant_id=tenant.id, reference=view.reference, now=NOW)
    ended = application(tenant_id=tenant.id, reference=view.reference)
    assert ended
    assert ended.state is ApplicationState.CANCELLED
    assert places(PersonQuota, digest=document_digest(claim.identity), allowed=3) == (0, 3)
    assert standing_of(tenant.id).verification is VerificationStatus.NONE
    with pytest.raises(CannotOpen):
        open_subject(Subject.objects.get(applications__reference=view.reference))
    for one in Evidence.objects.all():
        with pytest.raises(ImageErased):
            read_image(image_id=one.image_id)


def test_nobody_keeps_us_drawing_what_cannot_be_used(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.LIMITS = replace(settings.LIMITS, application_forms_per_day=4)
    drawn: list[tuple[Slot, ...]] = []

    def counted(uploads: Mapping[Slot, Upload]) -> Any:
        drawn.append(tuple(uploads))
        return reencode_images(uploads)

    monkeypatch.setattr("account_center.realname.services.evidence.reencode_images", counted)
    tenant = a_tenant()
    view = submit(tenant)
    decide(a_reviewer(), view, back=ReviewReason.BLURRED)
    send = partial(send_pictures_again, actor=actor_at(tenant), tenant_id=tenant.id, reference=view.reference)
    answers = [send(uploads={Slot.BACK: b"no picture"}, now=NOW) for _ in range(6)]
    assert [[type(one).__name__ for one in wrong] for wrong in answers] == [["NotAnImage"]] * 3 + [["TooManyTries"]] * 3
    assert len(drawn) == 1 + 3, "the form itself, and three more"
    assert send(uploads=pictures(Slot.BACK), now=NOW + timedelta(days=1)) == []


@pytest.mark.clause("2.1.12")
def test_only_the_picture_that_was_asked_for_is_sent_again() -> None:
    tenant = a_tenant()
    view, reviewer = submit(tenant), a_reviewer()
    decide(reviewer, view, back=ReviewReason.BLURRED)
    asked = application(tenant_id=tenant.id, reference=view.reference)
    assert asked
    assert [(one.slot, one.reason) for one in asked.asked] == [(Slot.BACK, ReviewReason.BLURRED)]
    before = dict(Evidence.objects.values_list("slot", "image_id"))
    wrong = send_pictures_again(
        actor=actor_at(tenant), tenant_id=tenant.id, reference=view.reference, uploads=pictures(Slot.BACK), now=NOW
    )
    assert wrong == []
    after = dict(Evidence.objects.filter(replaced_at__isnull=True).values_list("slot", "image_id"))
    assert after["front"] == before["front"]
    assert after["back"] != before["back"]
    with pytest.raises(ImageErased):
        read_image(image_id=before["back"])
    again = application(tenant_id=tenant.id, reference=view.reference)
    assert again
    assert again.state is ApplicationState.REVIEWING
    assert decide(reviewer, view).state is ApplicationState.APPROVED


def test_pictures_that_never_come_end_the_application() -> None:
    tenant = a_tenant()
    view = submit(tenant)
    decide(a_reviewer(), view, front=ReviewReason.CUT_OFF)
    assert lapse_asked_again(now=NOW + timedelta(days=29)) == 0
    assert lapse_asked_again(now=NOW + timedelta(days=31)) == 1
    ended = application(tenant_id=tenant.id, reference=view.reference)
    assert ended
    assert (ended.state, ended.refusal) == (ApplicationState.LAPSED, "realname.pictures_never_came")
    assert not Verification.objects.exists()


@pytest.mark.clause("2.1.8", "2.1.12")
@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("reason", REASONS[Slot.HOLDING])
def test_every_reason_of_the_staff_has_words_for_the_customer(reason: ReviewReason, language: str) -> None:
    with override(language):
        said = explain(f"realname.picture_{reason.value}", {"reference": "RN1"})
    assert said.what
    assert said.why
    assert said.todo
    assert said.ways


@pytest.mark.clause("2.1.12")
def test_the_owner_is_told_of_each_result() -> None:
    tenant = a_tenant()
    view, reviewer = submit(tenant), a_reviewer()
    decide(reviewer, view, front=ReviewReason.BLURRED)
    send_pictures_again(
        actor=actor_at(tenant), tenant_id=tenant.id, reference=view.reference, uploads=pictures(Slot.FRONT), now=NOW
    )
    decide(reviewer, view)
    assert Message.objects.filter(purpose="realname_result").count() == 2
