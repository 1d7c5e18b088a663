from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import transaction
from django.utils.translation import override

from account_center.accounts.models import Account
from account_center.accounts.services import set_phone
from account_center.audit.models import Event
from account_center.documents import files
from account_center.documents.errors import ImageErased
from account_center.documents.models import StoredImage
from account_center.documents.services import hold_image, read_image
from account_center.kit.actor import Actor, ActorKind, StaffRole
from account_center.kit.demo_numbers import demo_card, demo_resident_id
from account_center.kit.refused import Refused
from account_center.kit.sealing import CannotOpen
from account_center.messaging.models import Message
from account_center.messaging.sealed import reveal
from account_center.plumbing.limiter import spend, spent
from account_center.plumbing.quota import places
from account_center.plumbing.wording import explain
from account_center.plumbing.work.models import Job
from account_center.plumbing.work.running import run_due
from account_center.realname import ports, services
from account_center.realname.adapters.sandbox import demo_face
from account_center.realname.models import Application, CardQuota, PersonQuota, SandboxCheck, Subject, Verification
from account_center.realname.queries import (
    application,
    applications_of,
    open_application_of,
    tenants_of_document,
    verification_of,
)
from account_center.realname.retention import erase_due
from account_center.realname.rules import WAYS
from account_center.realname.services.claims import read_claim, refusals_of, tries_budget
from account_center.realname.services.quotas import allow_more_verifications
from account_center.realname.services.settling import settle
from account_center.realname.subjects import card_digest, open_subject, person_digest
from account_center.realname.types import (
    ApplicationState,
    ApplicationView,
    CardAnswer,
    FaceAnswer,
    PersonClaim,
    Way,
)
from account_center.signin.errors import WrongCode
from account_center.standing.queries import decisions_for, standing_of, what_is_blocked
from account_center.standing.types import Action, VerificationStatus
from account_center.tenants.types import TenantFacts
from tests.racing import kinds, race
from tests.realname.making import (
    CARDS,
    GOOD_FACE,
    NAME,
    a_card,
    a_claim,
    a_person,
    a_tenant,
    actor_at,
    begin,
    code_of,
    confirm,
    reencoded,
    verify,
)
from tests.signin.making import NOW, a_phone, an_account, another_code, owner_of

pytestmark = pytest.mark.django_db
State = ApplicationState
MANAGER = Actor(kind=ActorKind.STAFF, name="chen", roles=frozenset({StaffRole.CUSTOMER_MANAGER}))
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _at_the_moment_of_the_tests(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("account_center.realname.services.bank_card.reencode_image", reencoded)
    with time_machine.travel(NOW):
        yield


def work_at(moment: datetime) -> None:
    """The worker, at another moment."""
    with time_machine.travel(moment):
        run_due()


def state(view: ApplicationView) -> ApplicationState:
    now = application(tenant_id=view.tenant_id, reference=view.reference)
    assert now
    return now.state


def used(claim: PersonClaim) -> tuple[int, int]:
    """Places taken by the person and by the card."""
    person = places(PersonQuota, digest=person_digest(claim.id_number), allowed=3)
    card = places(CardQuota, digest=card_digest(claim.card_number), allowed=3)
    return person[0], card[0]


def may_buy(tenant: TenantFacts) -> bool:
    return decisions_for(tenant.id, [Action.BUY], NOW)[Action.BUY].allowed


def face_of(view: ApplicationView) -> Any:
    return Application.objects.get(reference=view.reference).face_id


# -- All goes well ----------------------------------------------------------------------------------------------------


@pytest.mark.clause("2.2.1", "2.2.4", "2.2.6", "2.1.4")
def test_a_person_is_verified_by_bank_card_and_answered_at_once() -> None:
    tenant, claim = a_tenant(), a_claim()
    draft = begin(tenant, claim)
    assert draft.state is State.DRAFT
    assert draft.reference.startswith("RN")
    done = confirm(tenant, draft)
    assert done.state is State.APPROVED
    holds = verification_of(tenant.id)
    assert holds
    assert (holds.way, holds.reference, holds.name_masked) == (Way.BANK_CARD, done.reference, "***明")
    assert holds.id_masked == f"{claim.id_number[:3]}***********{claim.id_number[-4:]}"
    assert (done.bank_code, done.card_masked[:4]) == ("CCB", "6217")
    assert used(claim) == (1, 1)
    assert open_application_of(tenant.id) is None


@pytest.mark.clause("2.1.1", "2.1.3")
def test_the_answer_to_may_this_tenant_buy_turns_from_no_because_to_yes() -> None:
    tenant = a_tenant()
    before = decisions_for(tenant.id, [Action.BUY], NOW)[Action.BUY]
    assert [reason.code for reason in before.reasons] == ["standing.not_verified"]
    draft = begin(tenant, a_claim(card=CARDS["time_out"]))
    confirm(tenant, draft)
    during = decisions_for(tenant.id, [Action.BUY], NOW)[Action.BUY]
    assert [reason.code for reason in during.reasons] == ["standing.verification_in_progress"]
    work_at(NOW + 31 * SECOND)
    assert may_buy(tenant)
    assert what_is_blocked(tenant.id) == ()


@pytest.mark.clause("2.1.9", "2.1.12")
def test_after_a_refusal_the_reason_against_buying_says_so_and_another_attempt_may_succeed() -> None:
    tenant = a_tenant()
    verify(tenant, a_claim(card=CARDS["wrong_name"]))
    reasons = decisions_for(tenant.id, [Action.BUY], NOW)[Action.BUY].reasons
    assert [reason.code for reason in reasons] == ["standing.verification_failed"]
    assert verify(tenant).state is State.APPROVED
    assert may_buy(tenant)
    assert [one.state for one in applications_of(tenant.id)] == [State.APPROVED, State.REFUSED]


def test_the_owner_is_told_the_decision_with_its_reference() -> None:
    tenant = a_tenant()
    done = verify(tenant)
    told = Message.objects.get(purpose="realname_result")
    assert done.reference in reveal(told).text


@pytest.mark.parametrize(("phone", "country"), [("+6591234567", "SG"), ("+8613900139005", "CN")])
def test_the_decision_is_sent_to_the_country_of_the_phone(phone: str, country: str) -> None:
    owner = an_account(phone=a_phone())
    tenant = a_tenant(owner)
    set_phone(actor=owner_of(owner), account_id=owner.id, phone=phone, masked="", now=NOW)
    verify(tenant)
    assert Message.objects.get(purpose="realname_result").country == country


def test_the_history_tells_each_step_without_a_number() -> None:
    tenant, claim = a_tenant(), a_claim()
    verify(tenant, claim)
    events = Event.objects.filter(tenant_id=tenant.id, name__startswith="realname:").order_by("pk")
    assert [event.name.rpartition(":")[2] for event in events] == ["begun", "submitted", "approved"]
    assert not any(claim.id_number in str(event.facts) for event in events)


@pytest.mark.clause("2.1.2", "2.1.10", "2.1.20")
def test_the_ways_say_how_long_they_take_and_the_quick_ones_are_recommended() -> None:
    ways = {facts.way: facts for facts in WAYS}
    assert ways[Way.BANK_CARD].instant
    assert ways[Way.SCAN].instant
    document, account = ways[Way.DOCUMENT], ways[Way.BANK_ACCOUNT]
    assert (document.shortest_working_days, document.longest_working_days, account.best_minutes) == (1, 3, 30)
    assert {way for way, facts in ways.items() if facts.recommended} == {Way.SCAN, Way.BANK_CARD, Way.BANK_ACCOUNT}


# -- Refusals ---------------------------------------------------------------------------------------------------------

REFUSING_CARDS = [answer.value for answer in CardAnswer if answer is not CardAnswer.MATCH]
# Nobody is known under the name and number: no picture says that, so it has a test of its own.
FACES_OF_PICTURES = [answer for answer in FaceAnswer if answer is not FaceAnswer.NO_IDENTITY_RECORD]
REFUSING_FACES = [answer for answer in FACES_OF_PICTURES if answer is not FaceAnswer.SAME_PERSON]


def assert_refused(tenant: TenantFacts, claim: PersonClaim, done: ApplicationView, code: str, face_id: Any) -> None:
    assert (done.state, done.refusal) == (State.REFUSED, code)
    assert used(claim) == (0, 0)
    assert verification_of(tenant.id) is None
    assert face_of(done) is None
    with pytest.raises(ImageErased):
        read_image(image_id=face_id)
    for language in ("en", "zh-hans"):
        with override(language):
            explained = explain(done.refusal, {"reference": done.reference})
            assert explained.what
            assert explained.why
            assert explained.todo
            assert explained.ticket
            assert explained.reference == done.reference


@pytest.mark.clause("2.1.5", "2.1.9", "2.1.12", "2.2.1")
@pytest.mark.parametrize("meaning", REFUSING_CARDS)
def test_each_answer_of_the_bank_is_a_refusal_of_its_own_and_gives_the_places_back(meaning: str) -> None:
    tenant, claim = a_tenant(), a_claim(card=CARDS[meaning])
    draft = begin(tenant, claim)
    face_id = face_of(draft)
    assert_refused(tenant, claim, confirm(tenant, draft), f"realname.{meaning}", face_id)


@pytest.mark.clause("2.2.6", "2.1.9")
@pytest.mark.parametrize("answer", REFUSING_FACES)
def test_each_answer_of_the_face_comparer_is_a_refusal_of_its_own(answer: FaceAnswer) -> None:
    tenant, claim = a_tenant(), a_claim()
    draft = begin(tenant, claim, face=demo_face(answer))
    face_id = face_of(draft)
    assert_refused(tenant, claim, confirm(tenant, draft), f"realname.{answer.value}", face_id)


@pytest.mark.clause("2.1.9", "2.2.6")
def test_a_name_and_number_without_an_identity_record_are_a_refusal_of_their_own() -> None:
    tenant, claim = a_tenant(), a_claim(id_number=demo_resident_id("659901", sequence=71))
    draft = begin(tenant, claim)
    face_id = face_of(draft)
    assert_refused(tenant, claim, confirm(tenant, draft), "realname.no_identity_record", face_id)


def test_each_refusal_has_words_that_no_other_has() -> None:
    codes = [f"realname.{value}" for value in [*REFUSING_CARDS, *[face.value for face in REFUSING_FACES]]]
    assert len({explain(code).what for code in codes}) == len(codes)


@pytest.mark.clause("2.1.18")
def test_who_turns_18_today_by_the_calendar_of_the_mainland_is_verified_and_a_second_earlier_not() -> None:
    number = demo_resident_id(birth=date(2008, 11, 24))
    tenant = a_tenant()
    midnight = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    early = a_claim(id_number=number, now=midnight - SECOND)
    assert [one.code for one in refusals_of(early, tenant_id=tenant.id, now=midnight - SECOND)] == [
        "realname.too_young"
    ]
    assert refusals_of(early, tenant_id=tenant.id, now=midnight) == []


@pytest.mark.clause("2.1.18", "2.1.19")
def test_a_minor_is_refused_by_the_birth_date_and_told_that_others_papers_are_forbidden() -> None:
    with pytest.raises(Refused) as refused:
        begin(a_tenant(), a_claim(id_number=demo_resident_id(birth=date(2009, 11, 23))))
    assert refused.value.code == "realname.too_young"
    assert "forbidden" in explain(refused.value.code, refused.value.facts).why
    assert not Application.objects.exists()
    assert not Message.objects.exists()


def wrong(**changed: str) -> list[str]:
    given = {"name": NAME, "id_number": a_person(), "card": a_card(), "phone": a_phone()} | changed
    claim, refusals = read_claim(**given, now=NOW)
    assert (claim is None) == bool(refusals)
    assert all(explain(one.code, one.facts).why for one in refusals)
    return [one.code for one in refusals]


@pytest.mark.clause("2.2.2")
@pytest.mark.parametrize("area", ["810000", "820000", "830000"])
def test_a_residence_permit_is_sent_to_its_own_way(area: str) -> None:
    assert wrong(id_number=demo_resident_id(area=area)) == ["realname.other_document"]


@pytest.mark.clause("2.2.1", "2.2.2", "2.1.7", "2.1.9")
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"card": "6011000990139424"}, "realname.not_mainland_card"),
        ({"card": CARDS["match"][:-1] + str((int(CARDS["match"][-1]) + 1) % 10)}, "realname.bad_card"),
        ({"card": "62170"}, "realname.bad_card"),
        ({"card": ""}, "realname.bad_card"),
        ({"id_number": "110101900101123"}, "realname.bad_id_number"),
        ({"id_number": "110101199002300021"}, "realname.bad_id_number"),
        ({"id_number": "110101209901010029"}, "realname.bad_id_number"),
        ({"id_number": ""}, "realname.bad_id_number"),
        ({"phone": "+6591234567"}, "realname.bad_phone"),
        ({"phone": "010 6552 9988"}, "realname.bad_phone"),
        ({"name": "王小明2"}, "realname.bad_name"),
        ({"name": ""}, "realname.bad_name"),
    ],
)
def test_each_wrong_field_has_its_refusal(changed: dict[str, str], code: str) -> None:
    assert wrong(**changed) == [code]


def test_all_wrong_fields_are_told_at_once() -> None:
    codes = ["realname.bad_name", "realname.bad_id_number", "realname.bad_card", "realname.bad_phone"]
    assert wrong(name="", id_number="1", card="2", phone="3") == codes


@pytest.mark.parametrize("face", [b"", b"no picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", GOOD_FACE[:400]])
def test_what_is_no_picture_keeps_nothing_and_sends_no_code(face: bytes) -> None:
    with pytest.raises(Refused):
        begin(a_tenant(), face=face)
    assert not Application.objects.exists()
    assert not Subject.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.clause("2.1.13", "2.1.14", "2.1.24", "2.4.1")
def test_a_verified_tenant_is_not_verified_again_and_nothing_takes_its_verification_away() -> None:
    tenant = a_tenant()
    verify(tenant)
    before = verification_of(tenant.id)
    with pytest.raises(Refused) as refused:
        begin(tenant)
    assert refused.value.code == "realname.already_verified"
    assert verification_of(tenant.id) == before
    for acts in (vars(services), vars(ports)):
        assert not [name for name in acts if name.startswith(("remove_verif", "delete_verif", "unbind"))]


@pytest.mark.clause("2.1.6", "2.2.7")
def test_a_verification_depends_neither_on_the_card_nor_on_the_phone_afterwards() -> None:
    owner = an_account(phone=a_phone())
    tenant = a_tenant(owner)
    verify(tenant)
    before = verification_of(tenant.id)
    set_phone(actor=owner_of(owner), account_id=owner.id, phone=a_phone(), masked="", now=NOW)
    SandboxCheck.objects.update(answer="card_not_valid")  # the bank would answer otherwise by now
    work_at(NOW + DAY)
    assert verification_of(tenant.id) == before
    assert may_buy(tenant)


@pytest.mark.clause("2.2.3")
def test_the_bank_is_asked_one_question_nothing_is_charged_and_nothing_asked_later() -> None:
    tenant = a_tenant()
    verify(tenant)
    work_at(NOW + DAY)
    assert sorted(SandboxCheck.objects.values_list("kind", "attempts")) == [("card", 1), ("face", 1)]
    offered = {name for port in (ports.BankCardChecker, ports.FaceComparer) for name in vars(port) if name[0] != "_"}
    assert offered == {"check", "compare", "outcome"}


# -- What is kept, and how --------------------------------------------------------------------------------------------


def everything_stored() -> str:
    """All rows of all tables as text; bytes also read as UTF-8."""
    parts: list[str] = []
    for model in apps.get_models():
        for row in model._default_manager.values():
            for value in row.values():
                raw = isinstance(value, bytes | memoryview)
                parts.append(bytes(value).decode(errors="ignore") if raw else str(value))
    return "\n".join(parts)


def test_name_number_and_card_stand_in_no_table_in_clear() -> None:
    tenant, claim = a_tenant(), a_claim()
    draft = begin(tenant, claim)
    code = code_of(draft)
    for _ in range(2):
        stored = everything_stored()
        assert draft.reference in stored
        assert not [secret for secret in (NAME, claim.id_number, claim.card_number, code) if secret in stored]
        confirm(tenant, draft)


def test_the_face_picture_lies_sealed_on_the_disk_and_is_gone_at_the_decision() -> None:
    tenant = a_tenant()
    draft = begin(tenant)
    face_id = face_of(draft)
    assert read_image(image_id=face_id)[:2] == b"\xff\xd8"
    assert b"\xff\xd8\xff" not in files.read(face_id)[:64]
    assert StoredImage.objects.get(public_id=face_id).erase_at == NOW + 7 * DAY
    done = confirm(tenant, draft)
    assert done.face_erased
    with pytest.raises(ImageErased):
        read_image(image_id=face_id)
    assert not StoredImage.objects.get(public_id=face_id).wrapped_key


def test_a_legal_hold_keeps_the_picture_but_not_the_decision() -> None:
    tenant = a_tenant()
    draft = begin(tenant)
    hold_image(image_id=face_of(draft), reason="court order 7")
    done = confirm(tenant, draft)
    assert done.state is State.APPROVED
    assert not done.face_erased
    assert read_image(image_id=face_of(draft))


def test_a_sealed_value_moved_to_another_row_does_not_open() -> None:
    begin(a_tenant())
    begin(a_tenant())
    one, two = Subject.objects.all()
    one.sealed_name = two.sealed_name
    with pytest.raises(CannotOpen):
        open_subject(one)
    two.wrapped_key, two.kek_id = one.wrapped_key, one.kek_id
    with pytest.raises(CannotOpen):
        open_subject(two)


def test_a_failed_attempts_numbers_are_destroyed_on_their_date_and_a_verified_persons_stay() -> None:
    refused_one, verified_one = a_tenant(), a_tenant()
    verify(refused_one, a_claim(card=CARDS["wrong_name"]))
    verify(verified_one)
    due = NOW + 180 * DAY
    assert erase_due(now=due - SECOND) == 0
    assert erase_due(now=due) == 1
    gone = Subject.objects.get(applications__tenant_id=refused_one.id)
    assert (bytes(gone.wrapped_key), bytes(gone.sealed_id_number), gone.erased_at) == (b"", b"", due)
    with pytest.raises(CannotOpen):
        open_subject(gone)
    assert open_subject(Subject.objects.get(applications__tenant_id=verified_one.id))["name"] == NAME
    assert erase_due(now=due) == 0


def assert_erased(draft: ApplicationView, face_id: Any) -> None:
    subject = Subject.objects.get(applications__reference=draft.reference)
    assert not any(bytes(getattr(subject, f"sealed_{part}")) for part in ("name", "id_number", "card", "phone"))
    assert not bytes(subject.wrapped_key)
    with pytest.raises(ImageErased):
        read_image(image_id=face_id)


def test_a_cancelled_draft_erases_what_was_typed_and_the_picture() -> None:
    tenant, claim = a_tenant(), a_claim()
    draft = begin(tenant, claim)
    face_id = face_of(draft)
    services.cancel_application(actor=actor_at(tenant), tenant_id=tenant.id, reference=draft.reference, now=NOW)
    assert state(draft) is State.CANCELLED
    assert_erased(draft, face_id)
    assert used(claim) == (0, 0)
    with pytest.raises(Refused, match="application_is_over"):
        services.cancel_application(actor=actor_at(tenant), tenant_id=tenant.id, reference=draft.reference, now=NOW)
    assert confirm(tenant, draft, digits="123456").state is State.CANCELLED


def test_a_draft_left_alone_for_an_hour_lapses_and_erases_everything() -> None:
    draft = begin(a_tenant())
    face_id = face_of(draft)
    assert services.lapse_drafts(now=NOW + timedelta(hours=1)) == 0
    assert services.lapse_drafts(now=NOW + timedelta(hours=1) + SECOND) == 1
    assert state(draft) is State.LAPSED
    assert_erased(draft, face_id)


def test_a_new_draft_replaces_the_one_that_waits() -> None:
    tenant = a_tenant()
    first = begin(tenant)
    face_id = face_of(first)
    second = begin(tenant)
    assert (state(first), state(second)) == (State.CANCELLED, State.DRAFT)
    assert_erased(first, face_id)


def test_staff_find_a_tenant_by_full_and_by_masked_document_number() -> None:
    tenant, claim = a_tenant(), a_claim()
    verify(tenant, claim)
    assert tenants_of_document(f" {claim.id_number[:6]} {claim.id_number[6:]} ") == [tenant.id]
    assert tenants_of_document(claim.id_masked) == [tenant.id]
    assert tenants_of_document(a_person()) == []
    assert tenants_of_document("junk") == []


def test_another_tenants_application_is_not_there() -> None:
    draft, other = begin(a_tenant()), a_tenant()
    assert application(tenant_id=other.id, reference=draft.reference) is None
    with pytest.raises(Refused, match="no_such_application"):
        confirm(other, draft)


# -- Codes and limits -------------------------------------------------------------------------------------------------


def test_a_wrong_code_asks_nobody_and_leaves_the_draft() -> None:
    tenant = a_tenant()
    draft = begin(tenant)
    with pytest.raises(WrongCode):
        confirm(tenant, draft, digits=another_code(code_of(draft)))
    assert state(draft) is State.DRAFT
    assert not SandboxCheck.objects.exists()
    assert confirm(tenant, draft).state is State.APPROVED


def test_a_tenant_has_five_checks_a_day() -> None:
    tenant = a_tenant()
    for _ in range(5):
        verify(tenant, a_claim(card=CARDS["wrong_name"]))
    with pytest.raises(Refused) as refused:
        begin(tenant)
    assert refused.value.code == "realname.too_many_tries"
    assert refused.value.facts["retry_after"] == 13 * 3600 + 58 * 60
    assert verify(a_tenant()).state is State.APPROVED
    with time_machine.travel(NOW + DAY):
        assert begin(tenant, now=NOW + DAY).state is State.DRAFT


@pytest.mark.django_db(transaction=True)
def test_a_limit_reached_while_the_code_was_on_its_way_asks_nobody_and_keeps_the_draft() -> None:
    tenant, claim = a_tenant(), a_claim()
    draft = begin(tenant, claim)
    for _ in range(5):
        spend([tries_budget(tenant.id)], now=NOW)
    with pytest.raises(Refused, match="too_many_tries"):
        confirm(tenant, draft)
    assert state(draft) is State.DRAFT
    assert used(claim) == (0, 0)
    assert spent(tries_budget(tenant.id), now=NOW) == 5
    assert not SandboxCheck.objects.exists()


@pytest.mark.clause("2.2.9", "2.1.22")
def test_one_person_verifies_three_tenants_and_a_manager_may_allow_more() -> None:
    number = a_person()
    for _ in range(3):
        assert verify(a_tenant(), a_claim(id_number=number)).state is State.APPROVED
    fourth = a_tenant()
    with pytest.raises(Refused) as refused:
        begin(fourth, a_claim(id_number=number))
    assert (refused.value.code, refused.value.facts["used"]) == ("realname.person_full", 3)
    raise_it = {"id_digest": person_digest(number), "masked": "110***", "allowed": 4, "reason": "ticket 9"}
    with pytest.raises(Refused, match="only_customer_managers"):
        allow_more_verifications(actor=actor_at(fourth), **raise_it)  # type: ignore[arg-type]
    assert allow_more_verifications(actor=MANAGER, **raise_it) == 4  # type: ignore[arg-type]
    assert verify(fourth, a_claim(id_number=number)).state is State.APPROVED


@pytest.mark.clause("2.2.5")
def test_one_card_verifies_three_tenants() -> None:
    card = a_card()
    for _ in range(3):
        assert verify(a_tenant(), a_claim(card=card)).state is State.APPROVED
    with pytest.raises(Refused) as refused:
        begin(a_tenant(), a_claim(card=card))
    assert refused.value.code == "realname.card_full"


def test_all_obstacles_are_told_together() -> None:
    number, card = demo_resident_id(birth=date(2010, 1, 1)), a_card()
    tenant = a_tenant()
    claim = a_claim(id_number=number, card=card)
    for model, digest in ((PersonQuota, person_digest(number)), (CardQuota, card_digest(card))):
        model.objects.create(digest=digest, allowed=3, used=3)
    assert [one.code for one in refusals_of(claim, tenant_id=tenant.id, now=NOW)] == [
        "realname.too_young",
        "realname.person_full",
        "realname.card_full",
    ]


# -- Bad moments ------------------------------------------------------------------------------------------------------


def test_a_silent_bank_leaves_the_check_open_and_the_worker_settles_it_with_one_question() -> None:
    tenant, claim = a_tenant(), a_claim(card=CARDS["time_out"])
    draft = begin(tenant, claim)
    assert confirm(tenant, draft).state is State.CHECKING
    assert used(claim) == (1, 1)
    with pytest.raises(Refused, match="being_checked"):
        begin(tenant)
    assert confirm(tenant, draft).state is State.CHECKING  # the same post again
    work_at(NOW + 29 * SECOND)
    assert state(draft) is State.CHECKING
    work_at(NOW + 31 * SECOND)
    assert state(draft) is State.APPROVED
    assert SandboxCheck.objects.filter(kind="card").count() == 1


def test_a_busy_bank_is_asked_again_until_it_answers() -> None:
    tenant = a_tenant()
    draft = begin(tenant, a_claim(card=CARDS["busy"]))
    assert confirm(tenant, draft).state is State.CHECKING
    work_at(NOW + 31 * SECOND)
    assert state(draft) is State.CHECKING
    work_at(NOW + 45 * SECOND)
    assert state(draft) is State.APPROVED
    assert Job.objects.get(name="realname.settle").state == "done"


@pytest.mark.clause("1.41")
def test_a_process_killed_between_the_intent_and_the_answer_is_made_good_by_the_worker() -> None:
    tenant = a_tenant()
    draft = begin(tenant)
    row = Application.objects.get(reference=draft.reference)
    assert row.challenge_id
    from_code = code_of(draft)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "account_center.realname.services.bank_card.settle", lambda **_: None
        )  # killed right after the commit
        assert confirm(tenant, draft, digits=from_code).state is State.CHECKING
    assert not SandboxCheck.objects.exists()
    work_at(NOW + 31 * SECOND)
    assert state(draft) is State.APPROVED


def test_a_process_killed_after_the_bank_answered_asks_no_second_question(monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(**_: object) -> None:
        raise SystemExit

    tenant = a_tenant()
    draft = begin(tenant)
    with monkeypatch.context() as patch:
        patch.setattr("account_center.realname.services.settling.decide", killed)
        with pytest.raises(SystemExit):
            confirm(tenant, draft)
    assert state(draft) is State.CHECKING
    work_at(NOW + 31 * SECOND)
    assert state(draft) is State.APPROVED
    assert sorted(SandboxCheck.objects.values_list("kind", "attempts")) == [("card", 1), ("face", 1)]


@pytest.mark.clause("2.1.9")
def test_a_check_nobody_answers_for_a_day_lapses_gives_its_places_back_and_a_new_one_may_begin() -> None:
    tenant, claim = a_tenant(), a_claim(card=CARDS["away"])
    draft = begin(tenant, claim)
    face_id = face_of(draft)
    assert confirm(tenant, draft).state is State.CHECKING
    work_at(NOW + DAY - SECOND)
    assert state(draft) is State.CHECKING
    work_at(NOW + DAY + timedelta(minutes=1))
    lapsed = application(tenant_id=tenant.id, reference=draft.reference)
    assert lapsed
    assert (lapsed.state, lapsed.refusal) == (State.LAPSED, "realname.provider_lapsed")
    assert used(claim) == (0, 0)
    assert standing_of(tenant.id).verification is VerificationStatus.FAILED
    with pytest.raises(ImageErased):
        read_image(image_id=face_id)
    with time_machine.travel(NOW + 2 * DAY):
        again = begin(tenant, now=NOW + 2 * DAY)
        assert confirm(tenant, again, now=NOW + 2 * DAY).state is State.APPROVED


def test_a_store_that_is_away_leaves_nobody_waiting_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_: object) -> bytes:
        raise OSError

    tenant = a_tenant()
    draft = begin(tenant)
    with monkeypatch.context() as patch:
        patch.setattr(files, "read", away)
        assert confirm(tenant, draft).state is State.CHECKING
        work_at(NOW + DAY + timedelta(minutes=1))
    assert state(draft) is State.LAPSED


def test_a_check_whose_job_was_lost_is_taken_up_again() -> None:
    tenant = a_tenant()
    draft = begin(tenant, a_claim(card=CARDS["time_out"]))
    confirm(tenant, draft)
    Job.objects.filter(name="realname.settle").delete()
    assert services.ask_again(now=NOW + 10 * SECOND) == 0
    with time_machine.travel(NOW + timedelta(minutes=5)):
        assert services.ask_again(now=NOW + timedelta(minutes=5)) == 1
        assert services.ask_again(now=NOW + timedelta(minutes=5)) == 1
        assert Job.objects.filter(name="realname.settle").count() == 1
        run_due()
    assert state(draft) is State.APPROVED
    assert settle(application_id=Application.objects.get().pk, seconds=1, now=NOW)


def test_nothing_of_a_check_that_could_not_start_counts() -> None:
    number = a_person()
    tenants = [a_tenant() for _ in range(4)]
    drafts = [begin(tenant, a_claim(id_number=number)) for tenant in tenants]
    for tenant, draft in list(zip(tenants, drafts, strict=True))[:3]:
        confirm(tenant, draft)
    for _ in range(7):  # more often than checks are allowed in a day
        with pytest.raises(Refused, match="person_full"):
            confirm(tenants[3], drafts[3])
    assert state(drafts[3]) is State.DRAFT


# -- Many at once -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_8_simultaneous_confirmations_make_one_decision_and_count_once() -> None:
    tenant, claim = a_tenant(), a_claim()
    draft = begin(tenant, claim)
    code = code_of(draft)
    answers = race(lambda _: confirm(tenant, draft, digits=code), 8)
    assert kinds(answers) == {"ApplicationView": 8}
    assert state(draft) is State.APPROVED
    assert Verification.objects.count() == 1
    assert Event.objects.filter(name="realname:application:approved").count() == 1
    assert Event.objects.filter(name="realname:application:submitted").count() == 1
    assert Message.objects.filter(purpose="realname_result").count() == 1
    assert used(claim) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_4_simultaneous_posts_of_one_form_leave_one_draft() -> None:
    tenant, claim = a_tenant(), a_claim()
    answers = race(lambda _: begin(tenant, claim), 4)
    assert set(kinds(answers)) <= {"ApplicationView", "BeingChecked"}
    assert Application.objects.filter(state=State.DRAFT.value).count() == 1
    left = open_application_of(tenant.id)
    assert left
    assert confirm(tenant, left).state is State.APPROVED


@pytest.mark.django_db(transaction=True)
def test_two_windows_one_confirming_and_one_beginning_anew_never_block_each_other() -> None:
    tenant = a_tenant()
    draft = begin(tenant)
    code = code_of(draft)

    def act(number: int) -> object:
        return confirm(tenant, draft, digits=code) if number % 2 else begin(tenant)

    answers = race(act, 6)
    assert set(kinds(answers)) <= {"ApplicationView", "BeingChecked", "AlreadyVerified"}
    assert Verification.objects.count() <= 1
    assert Application.objects.filter(state__in=[State.DRAFT.value, State.CHECKING.value]).count() <= 1


@pytest.mark.clause("2.2.9", "2.2.5")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("shared", ["person", "card"])
def test_of_8_simultaneous_confirmations_with_one_person_or_one_card_three_are_approved(shared: str) -> None:
    number, card = a_person(), demo_card("621700", seed=4711)
    tenants = [a_tenant() for _ in range(8)]
    claims = [a_claim(id_number=number) if shared == "person" else a_claim(card=card) for _ in tenants]
    drafts = [begin(tenant, claim) for tenant, claim in zip(tenants, claims, strict=True)]
    codes = [code_of(draft) for draft in drafts]
    answers = race(lambda one: confirm(tenants[one], drafts[one], digits=codes[one]), 8)
    assert kinds(answers) == {"ApplicationView": 3, "PersonFull" if shared == "person" else "CardFull": 5}
    assert Verification.objects.count() == 3
    assert max(used(claims[0])) == 3
    if shared == "card":
        others = PersonQuota.objects.exclude(used=0)
        assert others.count() == 3  # who got no place for the card holds none for the person either


@pytest.mark.django_db(transaction=True)
def test_the_worker_and_the_page_settling_at_once_make_one_decision() -> None:
    tenant = a_tenant()
    draft = begin(tenant, a_claim(card=CARDS["time_out"]))
    confirm(tenant, draft)
    row = Application.objects.get()
    answers = race(lambda _: settle(application_id=row.pk, seconds=1, now=NOW), 6)
    assert answers == [True] * 6
    assert Verification.objects.count() == 1
    assert Event.objects.filter(name="realname:application:approved").count() == 1


def test_the_table_allows_one_open_application_and_one_live_verification_per_tenant() -> None:
    tenant = a_tenant()
    verify(tenant)
    row, held = Application.objects.get(), Verification.objects.get()
    held.pk = None
    with pytest.raises(Exception, match=r"(?i)unique"), transaction.atomic():
        held.save(force_insert=True)
    assert row.tenant_id == Account.objects.get(pk=tenant.owner_id).tenants.get().pk
