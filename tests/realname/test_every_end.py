"""However an attempt ends: what was typed, shown and read is gone on its day, unless an order keeps it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from account_center.documents import files
from account_center.documents.models import StoredImage
from account_center.documents.services import erase_due as erase_images
from account_center.documents.services import sweep_files
from account_center.plumbing.work import run_due
from account_center.realname.adapters.sandbox import demo_face
from account_center.realname.models import Application, Evidence, Handover, Reading, Subject, Transfer, Verification
from account_center.realname.retention import erase_due
from account_center.realname.rules import MOVES, is_over
from account_center.realname.services import lapse_asked_again, lapse_drafts, send_pictures_again, withdraw
from account_center.realname.services.bank_card import cancel_application
from account_center.realname.services.legal_holds import legal_hold_on, lift_legal_hold, place_legal_hold
from account_center.realname.services.reopening import reopen
from account_center.realname.services.scanning import expire_links
from account_center.realname.services.scanning_phone import disown_link
from account_center.realname.services.settling import settle as settle_check
from account_center.realname.services.transfers import expire_transfers
from account_center.realname.types import (
    ApplicationState,
    ApplicationView,
    ChangeKind,
    FaceAnswer,
    ReturnReason,
    ReviewReason,
    Slot,
    TransferState,
)
from tests.documents.ageing import as_if_written
from tests.realname import transferring as bank
from tests.realname.changing import a_person_tenant, asked, begun, by_account, by_card, by_document, settle
from tests.realname.making import (
    CARDS,
    a_claim,
    a_company,
    a_document_claim,
    a_reviewer,
    a_tenant,
    actor_at,
    all_reencoded,
    an_organisation_claim,
    begin,
    decide,
    pictures,
    submit,
    submit_company,
    verify,
)
from tests.realname.partnering import a_result, a_site, agreed, send, taken, told
from tests.realname.scanning import PHONE, phone_at, scan, show, take
from tests.signin.making import NOW

pytestmark = pytest.mark.django_db
State = ApplicationState
DAY, LATE = timedelta(days=1), NOW + timedelta(days=400)
SEALED = ("name", "id_number", "card", "phone", "more")


@pytest.fixture(autouse=True)
def _quick_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("account_center.realname.services.evidence.reencode_images", all_reencoded)


@pytest.fixture(autouse=True)
def _own_store(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.DATA_DIR = tmp_path
    with time_machine.travel(NOW):
        yield


def _pk(view: ApplicationView) -> int:
    return Application.objects.get(reference=view.reference).pk


def _asked_for_again(view: ApplicationView) -> None:
    decide(a_reviewer(), view, back=ReviewReason.BLURRED)


# -- The ends ---------------------------------------------------------------------------------------------------------


def card_approved() -> State:
    verify(a_tenant())
    return State.APPROVED


def card_refused_by_the_bank() -> State:
    verify(a_tenant(), a_claim(card=CARDS["wrong_name"]))
    return State.REFUSED


def card_refused_by_the_face() -> State:
    verify(a_tenant(), face=demo_face(FaceAnswer.ANOTHER_PERSON))
    return State.REFUSED


def card_given_up() -> State:
    tenant = a_tenant()
    draft = begin(tenant)
    cancel_application(actor=actor_at(tenant), tenant_id=tenant.id, reference=draft.reference, now=NOW)
    return State.CANCELLED


def card_replaced_by_another_form() -> State:
    tenant = a_tenant()
    first = begin(tenant)
    begin(tenant, now=NOW)
    lapse_drafts(now=NOW + timedelta(hours=2))
    assert Application.objects.get(reference=first.reference).state == State.CANCELLED
    return State.LAPSED


def card_left_alone() -> State:
    begin(a_tenant())
    lapse_drafts(now=NOW + timedelta(hours=2))
    return State.LAPSED


def card_without_an_answer() -> State:
    view = verify(a_tenant(), a_claim(card=CARDS["away"]))
    settle_check(application_id=_pk(view), seconds=1, now=NOW + 2 * DAY)
    return State.LAPSED


def scan_approved() -> State:
    scan(a_tenant())
    return State.APPROVED


def scan_of_another_person() -> State:
    scan(a_tenant(), face=demo_face(FaceAnswer.ANOTHER_PERSON))
    return State.REFUSED


def scan_disowned() -> State:
    disown_link(actor=phone_at(), token=show(a_tenant()).token, phone=PHONE, now=NOW)
    return State.CANCELLED


def scan_retaken_and_left_alone() -> State:
    scan(a_tenant(), face=demo_face(FaceAnswer.SEVERAL_FACES))
    lapse_drafts(now=NOW + timedelta(hours=2))
    return State.LAPSED


def scan_taken_and_left_alone() -> State:
    take(show(a_tenant()))
    expire_links(now=NOW + timedelta(hours=1))
    lapse_drafts(now=NOW + timedelta(hours=2))
    return State.LAPSED


def document_approved() -> State:
    decide(a_reviewer(), submit(a_tenant()))
    return State.APPROVED


def document_refused() -> State:
    decide(a_reviewer(), submit(a_tenant()), front=ReviewReason.FORGED)
    return State.REFUSED


def document_withdrawn() -> State:
    tenant = a_tenant()
    view = submit(tenant)
    withdraw(actor=actor_at(tenant), tenant_id=tenant.id, reference=view.reference, now=NOW)
    return State.CANCELLED


def document_never_sent_again() -> State:
    _asked_for_again(submit(a_tenant()))
    lapse_asked_again(now=NOW + 31 * DAY)
    return State.LAPSED


def document_sent_again_and_approved() -> State:
    tenant = a_tenant()
    view = submit(tenant)
    _asked_for_again(view)
    send_pictures_again(
        actor=actor_at(tenant),
        tenant_id=tenant.id,
        reference=view.reference,
        uploads=pictures(Slot.BACK),
        now=NOW,
    )
    decide(a_reviewer(), view)
    return State.APPROVED


def document_taken_up_again_and_refused_again() -> State:
    view = submit(a_tenant())
    decide(a_reviewer(), view, front=ReviewReason.FORGED)
    if reopen(actor=a_reviewer(), reference=view.reference, now=NOW + DAY) is State.REVIEWING:
        decide(a_reviewer(), view, now=NOW + DAY, front=ReviewReason.FORGED)  # an order had kept every picture
        return State.REFUSED
    lapse_asked_again(now=NOW + 40 * DAY)
    return State.LAPSED


def papers_approved() -> State:
    return settle(submit_company(a_tenant()))


def papers_refused_by_the_register() -> State:
    return settle(submit_company(a_tenant(), an_organisation_claim(number=a_company("990003"))))


def papers_refused_by_staff() -> State:
    view = submit_company(a_tenant(), an_organisation_claim(number=a_company("990001")))
    settle(view)
    decide(a_reviewer(), view, certificate=ReviewReason.FORGED)
    return State.REFUSED


def papers_withdrawn() -> State:
    tenant = a_tenant()
    view = submit_company(tenant)
    withdraw(actor=actor_at(tenant), tenant_id=tenant.id, reference=view.reference, now=NOW)
    return State.CANCELLED


def account_approved() -> State:
    tenant = a_tenant()
    view = bank.submit_account(tenant)
    bank.money_arrives(view)
    bank.type_amount(tenant, view, bank.amount_of(view))
    return State.APPROVED


def account_cancelled() -> State:
    tenant = a_tenant()
    view = bank.submit_account(tenant)
    bank.money_arrives(view)
    bank.cancel(tenant, view)
    return State.CANCELLED


def account_with_wrong_amounts() -> State:
    tenant = a_tenant()
    bank.fail(tenant, bank.submit_account(tenant))
    return State.REFUSED


def account_returned() -> State:
    bank.money_arrives(bank.submit_account(a_tenant(), account=bank.ACCOUNTS[ReturnReason.ACCOUNT_CLOSED]))
    return State.REFUSED


def account_expired() -> State:
    bank.submit_account(a_tenant())
    expire_transfers(now=NOW + 30 * DAY)
    return State.LAPSED


def change_approved() -> State:
    tenant = a_person_tenant()
    decide(a_reviewer(), by_card(tenant, None, asked(tenant, ChangeKind.ANOTHER_PERSON)))
    return State.APPROVED


def change_refused() -> State:
    tenant = a_person_tenant()
    view = begun(by_document(tenant, a_document_claim(), asked(tenant, ChangeKind.ANOTHER_PERSON)))
    decide(a_reviewer(), view, change_form=ReviewReason.FORGED)
    return State.REFUSED


def change_by_account_given_up() -> State:
    tenant = a_person_tenant()
    view = begun(by_account(tenant, bank.an_account_claim(), asked(tenant, ChangeKind.TO_ORGANISATION, form=b"")))
    bank.cancel(tenant, view)
    return State.CANCELLED


def partner_approved() -> State:
    tenant = a_tenant()
    taken(send(a_result(told(tenant, agreed(tenant, a_site())))))
    return State.APPROVED


def partner_refused_by_the_register() -> State:
    tenant = a_tenant()
    claim = an_organisation_claim(number=a_company("990003"))
    taken(send(a_result(told(tenant, agreed(tenant, a_site())), claim)))
    run_due()
    return State.REFUSED


ENDS: tuple[Callable[[], State], ...] = (
    card_approved,
    card_refused_by_the_bank,
    card_refused_by_the_face,
    card_given_up,
    card_replaced_by_another_form,
    card_left_alone,
    card_without_an_answer,
    scan_approved,
    scan_of_another_person,
    scan_disowned,
    scan_retaken_and_left_alone,
    scan_taken_and_left_alone,
    document_approved,
    document_refused,
    document_withdrawn,
    document_never_sent_again,
    document_sent_again_and_approved,
    document_taken_up_again_and_refused_again,
    papers_approved,
    papers_refused_by_the_register,
    papers_refused_by_staff,
    papers_withdrawn,
    account_approved,
    account_cancelled,
    account_with_wrong_amounts,
    account_returned,
    account_expired,
    change_approved,
    change_refused,
    change_by_account_given_up,
    partner_approved,
    partner_refused_by_the_register,
)


def test_every_state_that_ends_an_attempt_is_among_them() -> None:
    ends = {end() for end in ENDS[:12]}
    assert ends == {state for state, moves in MOVES.items() if not moves or state is State.REFUSED}


def readable() -> set[str]:
    return set(StoredImage.objects.filter(erased_at__isnull=True).values_list("kind", flat=True))


def is_sealed(subject: Subject) -> bool:
    return bool(bytes(subject.wrapped_key)) or any(bytes(getattr(subject, f"sealed_{part}")) for part in SEALED)


@pytest.mark.clause("2.1.24")
@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_nothing_is_left_past_its_day(end: Callable[[], State]) -> None:
    state = end()
    assert Application.objects.latest("pk").state == state
    # At once: faces, what a machine read, the amount, the links.
    assert not readable() & {"face", "holding_id"}
    assert not Reading.objects.exists()
    for transfer in Transfer.objects.all():
        assert is_over(TransferState(transfer.state))
        assert not bytes(transfer.sealed_amount) + bytes(transfer.wrapped_key) + bytes(transfer.amount_digest)
    assert not Handover.objects.exclude(link_digest=None).exists()
    if state in (State.CANCELLED, State.LAPSED):
        given_up = Application.objects.latest("pk")
        pictures_left = Evidence.objects.filter(application=given_up).values("image_id")
        lapsed_by_itself = given_up.refusal == "realname.provider_lapsed"
        assert not StoredImage.objects.filter(public_id__in=pictures_left, erased_at=None).exists()
        assert lapsed_by_itself or not is_sealed(given_up.subject)
    # On their days: everything but whom the tenant is verified as.
    erase_images(now=LATE)
    erase_due(now=LATE + timedelta(days=3 * 365))
    expire_links(now=LATE)
    as_if_written(NOW)
    sweep_files(now=LATE)
    assert not readable()
    assert not list(files.images())
    assert not Handover.objects.exclude(phone_digest=None).exclude(phone_digest=b"").exists()
    assert not Handover.objects.exclude(phone_agent="").exists()
    live = set(Verification.objects.filter(replaced_at=None).values_list("subject_id", flat=True))
    assert {subject.pk for subject in Subject.objects.all() if is_sealed(subject)} == live


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_an_order_given_before_the_end_keeps_it_until_two_people_lift_it(
    end: Callable[[], State], monkeypatch: pytest.MonkeyPatch
) -> None:
    reviewer, held = a_reviewer(), []
    create = Application.save

    def keep_from_the_first_moment(row: Application, *arguments: Any, **named: Any) -> None:
        new = row.pk is None
        create(row, *arguments, **named)
        if new:
            place_legal_hold(actor=reviewer, reference=row.reference, order="Court 7/26", reason="Fraud", now=NOW)
            held.append(row.reference)

    monkeypatch.setattr(Application, "save", keep_from_the_first_moment)
    state = end()
    assert Application.objects.latest("pk").state == state
    erase_images(now=LATE)
    erase_due(now=LATE + timedelta(days=3 * 365))
    as_if_written(NOW)
    sweep_files(now=LATE)
    kept = [subject for subject in Subject.objects.all() if is_sealed(subject)]
    assert len(kept) == Subject.objects.count() == len(held)
    shown = Evidence.objects.values("image_id")
    assert not StoredImage.objects.filter(public_id__in=shown).exclude(erased_at=None).exists()
    for reference in held:
        hold = legal_hold_on(reference)
        assert hold
        lift_legal_hold(actor=reviewer, hold_id=hold.id, now=LATE)
    erase_images(now=LATE)
    erase_due(now=LATE + timedelta(days=3 * 365))
    as_if_written(NOW)
    sweep_files(now=LATE)
    assert not readable()
    assert not list(files.images())
    live = set(Verification.objects.filter(replaced_at=None).values_list("subject_id", flat=True))
    assert {subject.pk for subject in Subject.objects.all() if is_sealed(subject)} == live
