"""Verifying an individual by scanning with the phone: the services, their races and their secrets."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from account_center.audit.models import Event
from account_center.documents.errors import ImageErased
from account_center.documents.services import read_image
from account_center.kit.demo_numbers import demo_resident_id
from account_center.kit.limits import Limits
from account_center.kit.masking import mask_account
from account_center.kit.refused import Refused
from account_center.messaging.models import Message
from account_center.messaging.sealed import reveal
from account_center.plumbing.limiter import spend, spent
from account_center.plumbing.quota import places
from account_center.plumbing.wording import explain
from account_center.plumbing.work.running import run_due
from account_center.realname.adapters.sandbox import FACE_AREAS, demo_face
from account_center.realname.errors import ApplicationIsOver, LinkOver, LinkTaken, TooManyLinks
from account_center.realname.models import Application, CardQuota, Handover, PersonQuota, SandboxCheck, Subject
from account_center.realname.ports import FaceResult
from account_center.realname.queries import application, handover_of, is_link_of, verification_of
from account_center.realname.rules import HANDOVER_MOVES, another_picture_helps, refusal_of_scan
from account_center.realname.services import cancel_application, lapse_drafts
from account_center.realname.services.claims import read_scan_claim, tries_budget
from account_center.realname.services.scanning import begin_scan, expire_links, show_new_code
from account_center.realname.services.scanning_phone import (
    disown,
    disown_link,
    on_phone,
    open_link,
    send_picture,
    take_over,
)
from account_center.realname.services.settling import Answers, decide, settle
from account_center.realname.subjects import card_digest, open_subject, person_digest
from account_center.realname.types import ApplicationState, FaceAnswer, HandoverState, Way
from account_center.standing.queries import decisions_for
from account_center.standing.types import Action
from tests.racing import kinds, race
from tests.realname.making import a_claim, a_person, a_tenant, actor_at, begin, confirm, reencoded
from tests.realname.scanning import (
    OTHER_PHONE,
    PHONE,
    Shown,
    a_scan_claim,
    phone_at,
    scan,
    send,
    show,
    take,
)
from tests.signin.making import NOW, a_phone, an_account

pytestmark = pytest.mark.django_db
State, Link = ApplicationState, HandoverState
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
TEN = timedelta(minutes=10)
DRAWING = Path(__file__).parents[2] / "docs/states/handover.md"


@pytest.fixture(autouse=True)
def _at_the_moment_of_the_tests(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("account_center.realname.services.scanning_phone.reencode_image", reencoded)
    monkeypatch.setattr("account_center.realname.services.bank_card.reencode_image", reencoded)
    with time_machine.travel(NOW):
        yield


def state_of(shown: Shown) -> ApplicationState:
    now = application(tenant_id=shown.tenant.id, reference=shown.view.reference)
    assert now
    return now.state


def link_of(shown: Shown) -> HandoverState:
    found = handover_of(tenant_id=shown.tenant.id, reference=shown.view.reference)
    assert found
    return found.state


def looked(shown: Shown, *, phone: str = PHONE, now: datetime = NOW) -> Any:
    return open_link(actor=phone_at(), token=shown.token, phone=phone, now=now)


def again(shown: Shown, *, now: datetime = NOW) -> Shown:
    new = show_new_code(
        actor=actor_at(shown.tenant),
        tenant_id=shown.tenant.id,
        reference=shown.view.reference,
        session_id=None,
        now=now,
    )
    return Shown(shown.tenant, new.view, new.token)


def cancel(shown: Shown) -> None:
    cancel_application(actor=actor_at(shown.tenant), tenant_id=shown.tenant.id, reference=shown.view.reference, now=NOW)


def used(id_number: str) -> int:
    return places(PersonQuota, digest=person_digest(id_number), allowed=3)[0]


# -- All goes well ----------------------------------------------------------------------------------------------------


@pytest.mark.clause("2.1.2", "2.1.4", "2.1.10", "2.1.20")
def test_a_person_is_verified_by_scan_and_answered_at_once() -> None:
    tenant, claim = a_tenant(), a_scan_claim()
    shown = show(tenant, claim)
    assert (shown.view.state, shown.view.way, link_of(shown)) == (State.DRAFT, Way.SCAN, Link.WAITING)
    seen = send(handover_id=take(shown), now=NOW)
    assert (seen.application, seen.handover, seen.reference) == (State.APPROVED, Link.USED, shown.view.reference)
    holds = verification_of(tenant.id)
    assert holds
    assert (holds.way, holds.reference, holds.name_masked) == (Way.SCAN, shown.view.reference, "***明")
    assert used(claim.id_number) == 1
    assert decisions_for(tenant.id, [Action.BUY], NOW)[Action.BUY].allowed
    assert SandboxCheck.objects.values_list("kind", "attempts").get() == ("face", 1)  # no bank is asked


@pytest.mark.clause("2.1.4")
def test_a_scan_asks_for_no_card_and_takes_no_place_of_one() -> None:
    scan(a_tenant())
    assert not CardQuota.objects.exists()
    assert places(CardQuota, digest=card_digest(""), allowed=3) == (0, 3)
    subject = Subject.objects.get()
    assert set(open_subject(subject)) == {"name", "id_number"}
    assert (subject.card_masked, subject.phone_masked) == ("", "")


def test_the_face_is_erased_at_the_decision() -> None:
    shown = show(a_tenant(), a_scan_claim(id_number=demo_resident_id("659911", sequence=61)))
    send(handover_id=take(shown), now=NOW)
    face_id = Application.objects.get().face_id
    assert face_id
    assert read_image(image_id=face_id)
    with time_machine.travel(NOW + MINUTE):
        run_due()
    assert state_of(shown) is State.APPROVED
    assert Application.objects.get().face_id is None
    with pytest.raises(ImageErased):
        read_image(image_id=face_id)


def test_the_owner_is_told_and_the_history_tells_each_step_without_secrets() -> None:
    tenant, claim = a_tenant(), a_scan_claim()
    shown = show(tenant, claim)
    send(handover_id=take(shown), now=NOW)
    events = Event.objects.filter(tenant_id=tenant.id, name__startswith="realname:").order_by("pk")
    steps = [event.name.partition(":")[2] for event in events]
    assert steps == ["application:begun", "handover:taken", "application:submitted", "application:approved"]
    assert not any(secret in str(event.facts) for event in events for secret in (claim.id_number, shown.token, PHONE))
    assert shown.view.reference in reveal(Message.objects.get(purpose="realname_result")).text


def test_the_phone_sees_masked_whom_it_is_about_and_the_reference_that_the_computer_shows() -> None:
    owner = an_account("harbour.owner", phone=a_phone())
    seen = looked(show(a_tenant(owner)))
    assert seen.account_masked == mask_account(owner.name) != owner.name
    assert (seen.name_masked, seen.handover) == ("***明", Link.WAITING)
    assert seen.expires_at == NOW + TEN


@pytest.mark.parametrize(("name", "masked"), [("zhou.verified", "zh***d"), ("abc", "a***"), ("a", "a***")])
def test_an_account_is_masked_so_that_its_owner_knows_it(name: str, masked: str) -> None:
    assert mask_account(name) == masked


# -- Refusals ---------------------------------------------------------------------------------------------------------

BAD_PICTURES = [one for one in FaceAnswer if another_picture_helps(one)]


@pytest.mark.clause("2.1.9", "2.1.12")
def test_another_persons_face_is_refused() -> None:
    claim = a_scan_claim()
    seen = scan(a_tenant(), claim, face=demo_face(FaceAnswer.ANOTHER_PERSON))
    assert (seen.application, seen.refusal) == (State.REFUSED, "realname.scan_another_person")
    assert used(claim.id_number) == 0


@pytest.mark.clause("2.1.9", "2.1.12")
@pytest.mark.parametrize("answer", BAD_PICTURES)
def test_a_picture_that_cannot_be_used_is_taken_again_on_the_spot_with_its_reason(answer: FaceAnswer) -> None:
    claim = a_scan_claim()
    shown = show(a_tenant(), claim)
    first = take(shown)
    seen = send(handover_id=first, picture=demo_face(answer), now=NOW)
    assert (seen.application, seen.refusal) == (State.DRAFT, f"realname.scan_{answer.value}")
    assert used(claim.id_number) == 0
    assert Application.objects.get().face_id is None
    assert [reason.code for reason in decisions_for(shown.tenant.id, [Action.BUY], NOW)[Action.BUY].reasons] == [
        "standing.not_verified"
    ]
    onward = seen.goes_on_at
    assert onward
    assert onward != first
    with pytest.raises(LinkOver):
        send(handover_id=onward, phone=OTHER_PHONE, now=NOW)
    done = send(handover_id=onward, now=NOW)
    assert (done.application, done.refusal) == (State.APPROVED, "")
    assert SandboxCheck.objects.count() == 2  # another picture is another question
    assert spent(tries_budget(shown.tenant.id), now=NOW) == 2
    assert Event.objects.filter(name="realname:handover:another_picture").count() == 1


def test_after_the_days_tries_a_bad_picture_is_a_refusal() -> None:
    shown = show(a_tenant())
    handover = take(shown)
    poor = demo_face(FaceAnswer.NO_FACE)
    for _ in range(Limits().applications_per_day - 1):
        onward = send(handover_id=handover, picture=poor, now=NOW).goes_on_at
        assert onward
        handover = onward
    last = send(handover_id=handover, picture=poor, now=NOW)
    assert (last.application, last.refusal, last.goes_on_at) == (State.REFUSED, "realname.scan_no_face", None)


def test_a_late_answer_about_a_picture_decides_nothing_about_the_next_one() -> None:
    shown = show(a_tenant())
    handover = take(shown)
    onward = send(handover_id=handover, picture=demo_face(FaceAnswer.NO_FACE), now=NOW).goes_on_at
    assert onward
    late = SandboxCheck.objects.get()
    row = Application.objects.get()
    said = FaceResult(FaceAnswer.ANOTHER_PERSON, late.reference)
    Application.objects.update(state="checking")
    decide(application_id=row.pk, answers=Answers(UUID(late.key), card=None, face=said), now=NOW)
    assert Application.objects.get().state == "checking"


def test_whoever_gives_up_after_a_bad_picture_leaves_nothing_behind() -> None:
    shown = show(a_tenant())
    onward = send(handover_id=take(shown), picture=demo_face(FaceAnswer.NO_FACE), now=NOW).goes_on_at
    assert onward
    disown(actor=phone_at(), handover_id=onward, phone=PHONE, now=NOW)
    assert state_of(shown) is State.CANCELLED
    assert not Handover.objects.filter(ended_at__isnull=True).exists()


@pytest.mark.clause("2.1.9")
def test_a_name_and_number_that_nobody_knows_are_a_refusal_of_their_own() -> None:
    tenant = a_tenant()
    seen = scan(tenant, a_scan_claim(id_number=demo_resident_id("659901", sequence=62)))
    assert seen.refusal == "realname.scan_no_identity_record"
    words = explain(seen.refusal, {"reference": seen.reference})
    assert "Nobody is known" in words.what
    assert words.ticket
    assert scan(tenant).application is State.APPROVED  # with the right number it works at once


def test_every_refusal_of_a_scan_has_words_and_leads_back_to_the_scan() -> None:
    codes = [refusal_of_scan(one) for one in FaceAnswer if one is not FaceAnswer.SAME_PERSON]
    assert len({explain(code).what for code in codes}) == len(codes)
    assert all(explain(code).ways[0][1] == "/verification/scan/" for code in [*codes, "realname.scan_lapsed"])
    assert refusal_of_scan(FaceAnswer.SAME_PERSON) == ""


@pytest.mark.clause("2.2.10")
@pytest.mark.parametrize("area", ["810000", "820000", "830000"])
def test_a_residence_permit_is_led_to_the_document_way(area: str) -> None:
    claim, wrong = read_scan_claim(name="陈大文", id_number=demo_resident_id(area=area), now=NOW)
    assert claim is None
    assert [one.code for one in wrong] == ["realname.scan_other_document"]
    assert "/verification/document/" in {link for _label, link in explain(wrong[0].code, wrong[0].facts).ways}


def test_everything_mistyped_is_told_at_once() -> None:
    _, wrong = read_scan_claim(name="", id_number="1", now=NOW)
    assert [one.code for one in wrong] == ["realname.bad_name", "realname.bad_id_number"]


@pytest.mark.clause("2.1.18", "2.2.9")
def test_every_obstacle_is_told_at_once() -> None:
    child = demo_resident_id(birth=date(2015, 6, 1), sequence=501)
    tenant = a_tenant()
    with transaction.atomic():
        PersonQuota.objects.create(digest=person_digest(child), allowed=3, used=3)
    for _ in range(Limits().applications_per_day):
        spend([tries_budget(tenant.id)], now=NOW)
    shown, wrong = begin_scan(
        actor=actor_at(tenant),
        tenant_id=tenant.id,
        owner_id=tenant.owner_id,
        claim=a_scan_claim(id_number=child),
        session_id=None,
        now=NOW,
    )
    assert shown is None
    assert {one.code for one in wrong} == {
        "realname.too_young",
        "realname.person_full",
        "realname.too_many_tries",
    }
    assert not Application.objects.exists()


@pytest.mark.clause("2.1.14")
def test_who_is_verified_begins_no_scan() -> None:
    tenant = a_tenant()
    scan(tenant)
    _, wrong = begin_scan(
        actor=actor_at(tenant),
        tenant_id=tenant.id,
        owner_id=tenant.owner_id,
        claim=a_scan_claim(),
        session_id=None,
        now=NOW,
    )
    assert [one.code for one in wrong] == ["realname.already_verified"]


@pytest.mark.clause("2.2.9")
def test_the_places_of_a_person_hold_when_the_picture_comes_not_only_at_the_form() -> None:
    number = a_person()
    late = show(a_tenant(), a_scan_claim(id_number=number))
    for _ in range(3):
        assert scan(a_tenant(), a_scan_claim(id_number=number)).application is State.APPROVED
    handover = take(late)
    with pytest.raises(Refused, match="person_full"):
        send(handover_id=handover, now=NOW)
    assert (state_of(late), link_of(late), used(number)) == (State.DRAFT, Link.TAKEN, 3)
    assert spent(tries_budget(late.tenant.id), now=NOW) == 0


def test_what_is_no_picture_keeps_nothing_and_the_link_goes_on_counting() -> None:
    shown = show(a_tenant())
    handover = take(shown)
    with pytest.raises(Refused, match=r"documents\."):
        send(handover_id=handover, picture=b"no picture", now=NOW)
    assert Application.objects.get().face_id is None
    assert send(handover_id=handover, now=NOW).application is State.APPROVED


def test_pictures_of_one_phone_are_bounded() -> None:
    handover = take(show(a_tenant()))
    for _ in range(Limits().handover_pictures):
        with pytest.raises(Refused, match=r"documents\."):
            send(handover_id=handover, picture=b"no picture", now=NOW)
    with pytest.raises(Refused, match="too_many_pictures"):
        send(handover_id=handover, now=NOW)


# -- The provider -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("area", [area for area, meaning in FACE_AREAS.items() if meaning in ("time_out", "busy")])
def test_a_slow_or_busy_comparer_is_asked_again_by_the_worker_with_the_same_question(area: str) -> None:
    shown = show(a_tenant(), a_scan_claim(id_number=demo_resident_id(area, sequence=63)))
    seen = send(handover_id=take(shown), now=NOW)
    assert seen.application is State.CHECKING
    for seconds in (31, 62, 93):
        with time_machine.travel(NOW + seconds * SECOND):
            run_due()
    assert state_of(shown) is State.APPROVED
    assert SandboxCheck.objects.count() == 1


def test_a_comparer_that_stays_away_decides_nothing_and_the_words_do_not_speak_of_a_bank() -> None:
    claim = a_scan_claim(id_number=demo_resident_id("659913", sequence=64))
    shown = show(a_tenant(), claim)
    send(handover_id=take(shown), now=NOW)
    settle(application_id=Application.objects.get().pk, seconds=1, now=NOW + DAY + SECOND)
    done = application(tenant_id=shown.tenant.id, reference=shown.view.reference)
    assert done
    assert (done.state, done.refusal) == (State.LAPSED, "realname.scan_lapsed")
    assert "bank" not in explain(done.refusal).what
    assert used(claim.id_number) == 0


# -- The link ---------------------------------------------------------------------------------------------------------


def test_opening_the_link_changes_nothing() -> None:
    shown = show(a_tenant())
    before = list(Handover.objects.values())
    for phone in ("", PHONE, OTHER_PHONE):
        looked(shown, phone=phone)
    assert list(Handover.objects.values()) == before


def test_a_second_phone_is_refused_and_the_first_goes_on() -> None:
    shown = show(a_tenant())
    handover = take(shown)
    for act in (looked, take):
        with pytest.raises(LinkTaken):
            act(shown, phone=OTHER_PHONE)
    assert looked(shown).handover_id == handover
    assert take(shown) == handover  # the second of two clicks
    assert send(handover_id=handover, now=NOW).application is State.APPROVED


def test_a_browser_without_the_secret_sees_nothing_of_a_link_that_another_has() -> None:
    handover = take(show(a_tenant()))
    for phone in ("", OTHER_PHONE):
        with pytest.raises(LinkOver):
            on_phone(handover_id=handover, phone=phone, now=NOW)
        with pytest.raises(LinkOver):
            send(handover_id=handover, phone=phone, now=NOW)
        with pytest.raises(LinkOver):
            disown(actor=phone_at(), handover_id=handover, phone=phone, now=NOW)


def test_the_link_counts_for_ten_minutes_to_the_second() -> None:
    shown = show(a_tenant())
    assert looked(shown, now=NOW + TEN - SECOND)
    for act in (looked, take):
        with pytest.raises(LinkOver):
            act(shown, now=NOW + TEN)


def test_the_phone_that_has_the_link_has_the_time_anew_for_the_picture() -> None:
    shown = show(a_tenant())
    taken_at = NOW + TEN - SECOND
    handover = take(shown, now=taken_at)
    with pytest.raises(LinkOver):
        send(handover_id=handover, now=taken_at + TEN)
    assert send(handover_id=handover, now=taken_at + TEN - SECOND).application is State.APPROVED


def test_the_answer_is_shown_to_the_phone_for_a_while_only() -> None:
    handover = take(show(a_tenant()))
    send(handover_id=handover, now=NOW)
    hour = timedelta(hours=1)
    assert on_phone(handover_id=handover, phone=PHONE, now=NOW + hour - SECOND).application is State.APPROVED
    with pytest.raises(LinkOver):
        on_phone(handover_id=handover, phone=PHONE, now=NOW + hour)


def test_links_that_do_not_count_are_all_the_same_whatever_the_reason() -> None:
    spoilt: dict[str, Shown] = {}
    spoilt["used"] = show(a_tenant())
    send(handover_id=take(spoilt["used"]), now=NOW)
    spoilt["cancelled"] = show(a_tenant())
    cancel(spoilt["cancelled"])
    spoilt["renewed"] = show(a_tenant())
    again(spoilt["renewed"])
    spoilt["expired"] = show(a_tenant(), now=NOW - TEN)
    spoilt["never made"] = Shown(spoilt["used"].tenant, spoilt["used"].view, "x" * 27)
    looks = {}
    for why, shown in spoilt.items():
        with (
            CaptureQueriesContext(
                connection,
            ) as seen,
            pytest.raises(LinkOver) as refused,
        ):
            looked(shown)
        looks[why] = (refused.value.facts, len(seen))
    assert len({str(look) for look in looks.values()}) == 1, looks


def test_many_wrong_links_from_one_network_are_stopped() -> None:
    for number in range(Limits().handover_misses_per_address):
        with pytest.raises(LinkOver):
            open_link(actor=phone_at(), token=f"wrong{number}", phone="", now=NOW)
    with pytest.raises(TooManyLinks) as stopped:
        open_link(actor=phone_at(), token="wrong", phone="", now=NOW)
    assert stopped.value.retry_after > 0
    shown = show(a_tenant())
    assert looked(shown)  # who has a right link is not shut out by his neighbours


def test_neither_link_nor_phone_is_kept_readable() -> None:
    shown = show(a_tenant())
    take(shown)
    stored = str(list(Handover.objects.values())) + str(list(Event.objects.values("facts")))
    assert shown.token not in stored
    assert PHONE not in stored
    assert len(shown.token) >= 27  # 160 bits
    row = Handover.objects.get()
    assert row.link_digest
    send(handover_id=row.pk, now=NOW)
    row = Handover.objects.get()
    assert row.link_digest is None
    expire_links(now=NOW + DAY + SECOND)
    row = Handover.objects.get()
    assert (bytes(row.phone_digest or b""), row.phone_agent) == (b"", "")


def test_only_the_browser_that_has_the_token_draws_the_code_again() -> None:
    shown = show(a_tenant())

    def draws(token: str) -> bool:
        return is_link_of(tenant_id=shown.tenant.id, reference=shown.view.reference, token=token)

    assert draws(shown.token)
    assert not draws("")
    assert not draws(show(a_tenant()).token)


def test_a_link_dies_with_the_session_that_showed_it() -> None:
    shown = show(a_tenant(), session_id=uuid4())  # of a session that has ended
    for act in (looked, take):
        with pytest.raises(LinkOver):
            act(shown)


def test_a_new_code_shuts_out_whoever_had_the_one_before() -> None:
    shown = show(a_tenant())
    handover = take(shown)
    renewed = again(shown)
    with pytest.raises(LinkOver):
        send(handover_id=handover, now=NOW)
    with pytest.raises(LinkOver):
        looked(shown)
    assert send(handover_id=take(renewed, phone=PHONE), now=NOW).application is State.APPROVED


def test_new_codes_are_bounded_and_only_for_what_still_waits() -> None:
    shown = show(a_tenant())
    for _ in range(Limits().handovers_per_application - 1):
        shown = again(shown)
    with pytest.raises(Refused, match="codes_used_up"):
        again(shown)
    cancel(shown)
    with pytest.raises(ApplicationIsOver):
        again(shown)


def test_the_link_belongs_to_the_tenant_that_asked() -> None:
    shown, other = show(a_tenant()), a_tenant()
    stranger = Shown(other, shown.view, shown.token)
    with pytest.raises(Refused, match="no_such_application"):
        again(stranger)
    with pytest.raises(Refused, match="no_such_application"):
        cancel(stranger)
    assert handover_of(tenant_id=other.id, reference=shown.view.reference) is None
    send(handover_id=take(shown), now=NOW)
    assert verification_of(other.id) is None


# -- Giving up --------------------------------------------------------------------------------------------------------


def disown_by_link(shown: Shown) -> None:
    disown_link(actor=phone_at(), token=shown.token, phone=PHONE, now=NOW)


def disown_on_phone(shown: Shown) -> None:
    disown(actor=phone_at(), handover_id=take(shown), phone=PHONE, now=NOW)


@pytest.mark.parametrize("act", [disown_by_link, disown_on_phone])
def test_this_is_not_me_ends_it_erases_everything_and_tells_the_owner(act: Callable[[Shown], None]) -> None:
    shown = show(a_tenant())
    act(shown)
    assert (state_of(shown), link_of(shown)) == (State.CANCELLED, Link.CANCELLED)
    assert Subject.objects.get().erased_at
    told = reveal(Message.objects.get(purpose="realname_result")).text
    assert shown.view.reference in told
    assert "不是本人操作" in told  # the owner reads Chinese
    assert Event.objects.filter(name="realname:handover:disowned", tenant_id=shown.tenant.id).exists()
    with pytest.raises(LinkOver):
        looked(shown)


def test_the_computer_gives_it_up_and_the_phone_is_shut_out() -> None:
    shown = show(a_tenant())
    handover = take(shown)
    cancel(shown)
    with pytest.raises(LinkOver):
        send(handover_id=handover, now=NOW)
    assert (state_of(shown), Subject.objects.get().erased_at) == (State.CANCELLED, NOW)


@pytest.mark.clause("2.1.20")
def test_another_way_replaces_a_scan_that_waits_and_a_scan_another_way() -> None:
    tenant = a_tenant()
    shown = show(tenant)
    draft = begin(tenant, a_claim())
    with pytest.raises(LinkOver):
        looked(shown)
    assert confirm(tenant, draft).state is State.APPROVED
    other = a_tenant()
    replaced = begin(other, a_claim())
    show(other)
    with pytest.raises(Refused, match="application_is_over"):
        cancel_application(actor=actor_at(other), tenant_id=other.id, reference=replaced.reference, now=NOW)


def test_links_end_by_themselves_and_so_does_the_form_without_a_phone() -> None:
    shown = show(a_tenant())
    assert expire_links(now=NOW + TEN - SECOND) == 0
    assert expire_links(now=NOW + TEN) == 1
    assert (link_of(shown), state_of(shown)) == (Link.EXPIRED, State.DRAFT)
    again(shown, now=NOW + TEN)
    assert lapse_drafts(now=NOW + timedelta(hours=1, seconds=1)) == 1
    assert (link_of(shown), state_of(shown)) == (Link.EXPIRED, State.LAPSED)


# -- States and tables ------------------------------------------------------------------------------------------------


def test_the_drawing_of_the_links_states_shows_the_moves() -> None:
    lines = [line.strip() for line in DRAWING.read_text().splitlines() if "-->" in line]
    drawn = {tuple(line.partition(":")[0].strip().split(" --> ")) for line in lines}
    moves = {(start.value, end.value) for start, ends in HANDOVER_MOVES.items() for end in ends}
    ends = {(state.value, "[*]") for state, onward in HANDOVER_MOVES.items() if not onward}
    assert drawn == moves | ends | {("[*]", "waiting"), ("[*]", "taken")}
    assert set(HANDOVER_MOVES) == set(HandoverState)


def test_the_database_refuses_links_that_cannot_be() -> None:
    shown = show(a_tenant())
    row = Handover.objects.get()
    twin = {"application_id": row.application_id, "created_at": NOW, "expires_at": NOW}
    for wrong in (
        {"state": "waiting", "link_digest": b"2"},  # a second that counts
        {"state": "cancelled", "link_digest": b"2", "ended_at": NOW},  # over, and still to be found
        {"state": "used", "link_digest": None, "ended_at": NOW},  # used by no phone
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Handover.objects.create(**twin, **wrong)
    assert looked(shown)


# -- Races ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_many_phones_at_once_exactly_one_gets_the_link() -> None:
    shown = show(a_tenant())
    answers = race(lambda number: take_over(actor=phone_at(), token=shown.token, phone=f"{number:043d}", now=NOW), 8)
    assert kinds(answers) == {"LinkTaken": 7, "UUID": 1}


@pytest.mark.django_db(transaction=True)
def test_a_picture_sent_many_times_at_once_is_one_question() -> None:
    shown = show(a_tenant())
    handover = take(shown)
    answers = race(
        lambda _: send_picture(
            actor=phone_at(), handover_id=handover, phone=PHONE, picture=demo_face(FaceAnswer.SAME_PERSON), now=NOW
        ),
        4,
    )
    assert kinds(answers) == {"PhoneView": 4}
    assert SandboxCheck.objects.get().attempts == 1
    assert spent(tries_budget(shown.tenant.id), now=NOW) == 1
    assert state_of(shown) is State.APPROVED


@pytest.mark.django_db(transaction=True)
def test_when_the_phone_finishes_while_the_computer_gives_up_one_of_both_wins_wholly() -> None:
    shown = show(a_tenant())
    handover = take(shown)

    def act(number: int) -> None:
        if number:
            cancel(shown)
        else:
            send(handover_id=handover, now=NOW)

    race(act, 2)
    subject = Subject.objects.get()
    if state_of(shown) is State.CANCELLED:
        assert link_of(shown) is Link.CANCELLED
        assert (subject.erased_at is not None, verification_of(shown.tenant.id)) == (True, None)
    else:
        assert (state_of(shown), link_of(shown), subject.erased_at) == (State.APPROVED, Link.USED, None)


@pytest.mark.django_db(transaction=True)
def test_when_a_new_code_is_shown_while_the_phone_takes_the_old_one_only_one_link_counts() -> None:
    shown = show(a_tenant())
    race(lambda number: again(shown) if number else take(shown), 2)
    assert Handover.objects.filter(ended_at__isnull=True).count() == 1
    assert Handover.objects.filter(state="waiting").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_windows_that_begin_at_once_leave_one_scan() -> None:
    tenant, claim = a_tenant(), a_scan_claim()
    race(lambda _: show(tenant, claim), 4)
    assert Application.objects.filter(state="draft").count() == 1
    assert Handover.objects.filter(ended_at__isnull=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_scans_of_one_person_at_once_never_pass_the_three_places() -> None:
    number = a_person()
    ready = [(shown, take(shown)) for shown in (show(a_tenant(), a_scan_claim(id_number=number)) for _ in range(5))]
    race(lambda one: send(handover_id=ready[one][1], now=NOW), 5)
    states = [state_of(shown) for shown, _handover in ready]
    assert (states.count(State.APPROVED), used(number)) == (3, 3)
