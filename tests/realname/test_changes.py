"""Changing a verification (2.4): the old one holds in everything until the new one is approved."""

from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from account_center.audit.models import Event
from account_center.kit.refused import Refused
from account_center.messaging.models import Message
from account_center.plumbing.quota import places
from account_center.plumbing.wording import explain
from account_center.realname.errors import (
    AlreadyVerified,
    ApplicationIsOver,
    OrganisationNameIsVerified,
    OrganisationStays,
    SameAgain,
)
from account_center.realname.models import (
    Application,
    CardQuota,
    Evidence,
    OrganisationQuota,
    PersonQuota,
    Subject,
    Verification,
)
from account_center.realname.queries import application, review_queue, verification_of, verifications_of
from account_center.realname.retention import erase_due
from account_center.realname.services import (
    claim_case,
    lapse_asked_again,
    open_case,
    send_pictures_again,
    withdraw,
)
from account_center.realname.services.bank_card import cancel_application
from account_center.realname.services.organisation_names import state_organisation_name
from account_center.realname.services.transfers import expire_transfers
from account_center.realname.subjects import card_digest, organisation_digest, person_digest
from account_center.realname.types import (
    Acting,
    AmountVerdict,
    ApplicationState,
    ApplicationView,
    ChangeKind,
    Doubt,
    Party,
    ReviewReason,
    Slot,
    Way,
)
from account_center.signin.errors import FreshProofMissing
from account_center.signin.models import FreshProof
from account_center.standing.models import StandingChange, TenantStanding
from account_center.standing.queries import decisions_for, standing_of
from account_center.standing.types import Action, CustomerKind, StandingFacts, VerificationStatus
from account_center.tenants.queries import tenant as tenant_facts
from account_center.tenants.types import TenantFacts
from tests.racing import kinds, race
from tests.realname.changing import (
    a_company_tenant,
    a_person_tenant,
    asked,
    begun,
    by_account,
    by_card,
    by_document,
    by_papers,
    draft_by_card,
    refused,
    settle,
)
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
    confirm,
    decide,
    photo,
    submit,
    submit_company,
)
from tests.realname.transferring import (
    amount_of,
    an_account_claim,
    fail,
    money_arrives,
    submit_account,
    type_amount,
)
from tests.signin.making import NOW

pytestmark = pytest.mark.django_db
State = ApplicationState
OTHER_NAME = "绿色灯塔(杭州)科技有限公司"


@pytest.fixture(autouse=True)
def _quick_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("account_center.realname.services.evidence.reencode_images", all_reencoded)


def state(view: ApplicationView) -> ApplicationState:
    return State(Application.objects.get(reference=view.reference).state)


def used(keys: Any, digest: bytes) -> int:
    return places(keys, digest=digest, allowed=99)[0]


def standing(tenant: TenantFacts) -> tuple[StandingFacts, bool]:
    """Everything that other services are told."""
    may_buy = decisions_for(tenant.id, [Action.BUY], NOW)[Action.BUY].allowed
    return standing_of(tenant.id), may_buy


def told(tenant: TenantFacts) -> int:
    """How often they were told that something changed."""
    return StandingChange.objects.filter(tenant=tenant.public_id).count()


# -- From a person to another person ----------------------------------------------------------------------------------


@pytest.mark.clause("2.4.4", "2.4.8")
def test_another_person_is_verified_once_staff_have_read_the_form_though_the_bank_said_yes_at_once() -> None:
    old, new = a_claim(), a_claim(name="赵小草")
    tenant = a_person_tenant(old)
    view = by_card(tenant, new, asked(tenant, ChangeKind.ANOTHER_PERSON))
    assert view.state is State.REVIEWING
    assert view.change is ChangeKind.ANOTHER_PERSON
    assert view.promised_by
    assert view.face_erased  # the comparison has answered, so the picture has done its work
    held = verification_of(tenant.id)
    assert held
    assert held.name_masked == "***明"
    decide(a_reviewer(), view)
    held = verification_of(tenant.id)
    assert held
    assert (held.name_masked, held.reference, held.change) == ("**草", view.reference, ChangeKind.ANOTHER_PERSON)


@pytest.mark.clause("2.4.4")
def test_another_person_by_document_sends_the_form_with_the_document() -> None:
    tenant = a_person_tenant()
    view = begun(by_document(tenant, a_document_claim(), asked(tenant, ChangeKind.ANOTHER_PERSON)))
    slots = set(Evidence.objects.filter(application__reference=view.reference).values_list("slot", flat=True))
    assert slots == {Slot.FRONT, Slot.BACK, Slot.HOLDING, Slot.CHANGE_FORM}
    decide(a_reviewer(), view)
    held = verification_of(tenant.id)
    assert held
    assert (held.way, held.name_masked) == (Way.DOCUMENT, "**文")


@pytest.mark.clause("2.4.4")
def test_who_has_a_new_name_is_verified_again_with_the_same_number_and_keeps_the_place() -> None:
    old = a_claim()
    tenant = a_person_tenant(old)
    new = a_claim(id_number=old.id_number, card=old.card_number, phone=old.phone, name="欧阳大明")
    view = by_card(tenant, new, asked(tenant, ChangeKind.ANOTHER_PERSON))
    decide(a_reviewer(), view)
    held = verification_of(tenant.id)
    assert held
    assert held.reference == view.reference
    assert used(PersonQuota, person_digest(old.id_number)) == 1
    assert used(CardQuota, card_digest(old.card_number)) == 1


@pytest.mark.clause("2.2.8", "2.4.1", "2.1.13")
def test_the_same_person_is_not_verified_again_not_even_with_another_card() -> None:
    old = a_claim()
    tenant = a_person_tenant(old)
    again = a_claim(id_number=old.id_number, name="欧阳 小明")
    with pytest.raises(SameAgain):
        draft_by_card(tenant, again, asked(tenant, ChangeKind.ANOTHER_PERSON))
    document = a_document_claim()
    other = a_tenant()
    decide(a_reviewer(), submit(other, document))
    again_by_document = by_document(other, document, asked(other, ChangeKind.ANOTHER_PERSON))
    assert refused(again_by_document) == ["realname.same_again"]


@pytest.mark.clause("2.1.14", "2.1.24")
def test_a_verified_tenant_that_asks_for_no_change_is_told_that_it_is_verified() -> None:
    tenant = a_person_tenant()
    with pytest.raises(AlreadyVerified):
        draft_by_card(tenant, a_claim(), None)
    assert refused(by_papers(tenant, None, None)) == ["realname.already_verified"]


# -- From a person to an organisation ---------------------------------------------------------------------------------


@pytest.mark.clause("2.4.2", "2.4.3")
def test_a_person_becomes_an_organisation_by_papers_at_once_and_keeps_everything_else() -> None:
    tenant = a_person_tenant()
    before = tenant_facts(tenant.id)
    view = begun(by_papers(tenant, None, asked(tenant, ChangeKind.TO_ORGANISATION, form=b"")))
    assert standing_of(tenant.id).kind is CustomerKind.INDIVIDUAL
    assert settle(view) is State.APPROVED
    held = verification_of(tenant.id)
    assert held
    assert (held.party, held.change) == (Party.ORGANISATION, ChangeKind.TO_ORGANISATION)
    assert standing_of(tenant.id).kind is CustomerKind.ENTERPRISE
    assert tenant_facts(tenant.id) == before  # name, contacts, owner: 2.4.3


@pytest.mark.clause("2.4.9")
def test_a_person_becomes_an_organisation_by_its_bank_account_when_the_amount_is_right() -> None:
    tenant = a_person_tenant()
    view = begun(by_account(tenant, an_account_claim(), asked(tenant, ChangeKind.TO_ORGANISATION, form=b"")))
    money_arrives(view)
    assert type_amount(tenant, view, amount_of(view)).verdict is AmountVerdict.RIGHT
    held = verification_of(tenant.id)
    assert held
    assert (held.party, held.way) == (Party.ORGANISATION, Way.BANK_ACCOUNT)


@pytest.mark.clause("2.4.2", "2.3.17")
def test_a_letter_is_still_read_by_staff_and_no_form_is_asked() -> None:
    tenant = a_person_tenant()
    claim = an_organisation_claim(acting=Acting.AUTHORISED)
    view = begun(by_papers(tenant, claim, asked(tenant, ChangeKind.TO_ORGANISATION, form=b"")))
    assert settle(view) is State.REVIEWING
    assert Doubt.CHANGE_FORM.value not in Application.objects.get(reference=view.reference).findings["doubts"]


# -- Organisations ----------------------------------------------------------------------------------------------------


@pytest.mark.clause("2.4.5", "2.4.8")
def test_a_renamed_organisation_is_looked_at_though_the_register_agrees_and_keeps_its_place() -> None:
    number = a_company()
    tenant = a_company_tenant(an_organisation_claim(number=number))
    renamed = an_organisation_claim(number=number, name=OTHER_NAME)
    view = begun(by_papers(tenant, renamed, asked(tenant, ChangeKind.RENAMED)))
    assert settle(view) is State.REVIEWING
    assert Application.objects.get(reference=view.reference).findings["doubts"] == [Doubt.CHANGE_FORM.value]
    decide(a_reviewer(), view)
    held = verification_of(tenant.id)
    assert held
    assert held.change is ChangeKind.RENAMED
    assert used(OrganisationQuota, organisation_digest(f"CN:{number}")) == 1


@pytest.mark.clause("2.4.7")
def test_who_was_verified_by_bank_account_becomes_another_organisation_by_bank_account() -> None:
    tenant = a_tenant()
    first = submit_account(tenant)
    money_arrives(first)
    type_amount(tenant, first, amount_of(first))
    view = begun(by_account(tenant, an_account_claim(), asked(tenant, ChangeKind.ANOTHER_ORGANISATION)))
    money_arrives(view)
    assert type_amount(tenant, view, amount_of(view)).verdict is AmountVerdict.RIGHT
    assert state(view) is State.REVIEWING
    held = verification_of(tenant.id)
    assert held
    assert held.reference == first.reference
    decide(a_reviewer(), view)
    held = verification_of(tenant.id)
    assert held
    assert held.reference == view.reference


@pytest.mark.clause("2.4.7")
def test_who_was_verified_by_papers_becomes_another_organisation_and_gives_the_old_place_back() -> None:
    old, new = a_company(), a_company()
    tenant = a_company_tenant(an_organisation_claim(number=old))
    view = begun(by_papers(tenant, an_organisation_claim(number=new), asked(tenant, ChangeKind.ANOTHER_ORGANISATION)))
    settle(view)
    before = [used(OrganisationQuota, organisation_digest(f"CN:{one}")) for one in (old, new)]
    decide(a_reviewer(), view)
    after = [used(OrganisationQuota, organisation_digest(f"CN:{one}")) for one in (old, new)]
    assert (before, after) == ([1, 1], [0, 1])


@pytest.mark.clause("2.4.6")
def test_an_organisation_never_becomes_a_person() -> None:
    tenant = a_company_tenant()
    for kind in ChangeKind:
        with pytest.raises(OrganisationStays):
            draft_by_card(tenant, a_claim(), asked(tenant, kind))
        assert refused(by_document(tenant, a_document_claim(), asked(tenant, kind))) == ["realname.organisation_stays"]
    said = explain("realname.organisation_stays", {})
    assert said.what
    assert said.why
    assert said.todo


@pytest.mark.clause("2.4.5", "2.4.7")
def test_a_typed_number_that_contradicts_the_chosen_change_is_refused_and_nothing_is_kept() -> None:
    number = a_company()
    tenant = a_company_tenant(an_organisation_claim(number=number))
    other = by_papers(tenant, an_organisation_claim(name=OTHER_NAME), asked(tenant, ChangeKind.RENAMED))
    assert refused(other) == ["realname.other_change"]
    same = an_organisation_claim(number=number, name=OTHER_NAME)
    assert refused(by_papers(tenant, same, asked(tenant, ChangeKind.ANOTHER_ORGANISATION))) == ["realname.other_change"]
    assert refused(by_papers(tenant, an_organisation_claim(number=number), asked(tenant, ChangeKind.RENAMED))) == [
        "realname.same_again"
    ]
    assert Application.objects.filter(tenant_id=tenant.id).count() == 1


# -- The proof and the form -------------------------------------------------------------------------------------------


@pytest.mark.clause("2.4.4")
def test_without_a_fresh_proof_nothing_begins_and_one_proof_serves_one_change() -> None:
    tenant = a_person_tenant()
    wish = asked(tenant, ChangeKind.TO_ORGANISATION, form=b"")
    FreshProof.objects.update(proven_at=NOW - timedelta(hours=1))
    with pytest.raises(FreshProofMissing):
        by_papers(tenant, None, wish)
    wish = asked(tenant, ChangeKind.TO_ORGANISATION, form=b"")
    view = begun(by_papers(tenant, None, wish))
    withdraw_checking(view)
    with pytest.raises(FreshProofMissing):
        by_papers(tenant, None, wish)


def withdraw_checking(view: ApplicationView) -> None:
    Application.objects.filter(reference=view.reference).update(state=State.CANCELLED.value)


@pytest.mark.clause("2.4.8")
@pytest.mark.parametrize("form", [b"", b"no picture"])
def test_a_missing_or_unreadable_form_is_named_at_its_field_and_uses_nothing_up(form: bytes) -> None:
    tenant = a_company_tenant()
    wish = asked(tenant, ChangeKind.ANOTHER_ORGANISATION, form=form)
    view, wrong = by_papers(tenant, None, wish)
    assert view is None
    assert [refusal.field for refusal in wrong] == ["change_form"]
    assert not FreshProof.objects.filter(used_at__isnull=False).exists()


def test_an_unverified_tenant_that_speaks_of_a_change_is_simply_verified() -> None:
    tenant = a_tenant()
    view = begun(by_papers(tenant, None, asked(tenant, ChangeKind.RENAMED)))
    assert view.change is None
    assert settle(view) is State.APPROVED


# -- Until then, and if not -------------------------------------------------------------------------------------------


def _withdrawn(tenant: TenantFacts, view: ApplicationView) -> None:
    withdraw(actor=actor_at(tenant), tenant_id=tenant.id, reference=view.reference, now=NOW)


def _refused(_tenant: TenantFacts, view: ApplicationView) -> None:
    decide(a_reviewer(), view, change_form=ReviewReason.FORGED)


def _lapsed(_tenant: TenantFacts, view: ApplicationView) -> None:
    decide(a_reviewer(), view, change_form=ReviewReason.NOT_SIGNED)
    assert lapse_asked_again(now=NOW + timedelta(days=31)) == 1


@pytest.mark.clause("2.1.14", "2.4.7")
@pytest.mark.parametrize("ends", [_withdrawn, _refused, _lapsed])
def test_a_change_that_comes_to_nothing_touches_nothing(ends: Any) -> None:
    old, new = a_company(), a_company()
    tenant = a_company_tenant(an_organisation_claim(number=old))
    before = standing(tenant)
    view = begun(by_papers(tenant, an_organisation_claim(number=new), asked(tenant, ChangeKind.ANOTHER_ORGANISATION)))
    settle(view)
    waiting, may_buy = standing(tenant)
    assert may_buy
    assert replace(waiting, name_waits_since=None) == before[0]  # invoices apart, nothing is different (2.3.20)
    assert used(OrganisationQuota, organisation_digest(f"CN:{new}")) == 1  # kept for it while it is open
    ends(tenant, view)
    assert standing(tenant) == before
    held = verification_of(tenant.id)
    assert held
    assert held.replaced_at is None
    assert Subject.objects.get(verifications__tenant_id=tenant.id).erase_at is None
    assert [used(OrganisationQuota, organisation_digest(f"CN:{one}")) for one in (old, new)] == [1, 0]


@pytest.mark.clause("2.4.9", "2.3.13")
@pytest.mark.parametrize("how", ["expired", "wrong amounts", "draft given up", "bank says no"])
def test_the_other_ends_of_a_change_touch_nothing_either(how: str) -> None:
    tenant = a_person_tenant()
    before = standing(tenant)
    if how == "draft given up":
        draft = draft_by_card(tenant, a_claim(), asked(tenant, ChangeKind.ANOTHER_PERSON))
        cancel_application(actor=actor_at(tenant), tenant_id=tenant.id, reference=draft.reference, now=NOW)
    elif how == "bank says no":
        claim = a_claim(card=CARDS["wrong_name"])
        assert by_card(tenant, claim, asked(tenant, ChangeKind.ANOTHER_PERSON)).state is State.REFUSED
    else:
        view = begun(by_account(tenant, an_account_claim(), asked(tenant, ChangeKind.TO_ORGANISATION, form=b"")))
        if how == "expired":
            assert expire_transfers(now=NOW + timedelta(days=30)) == 1
        else:
            fail(tenant, view)
    assert standing(tenant) == before
    assert verification_of(tenant.id)


@pytest.mark.clause("2.3.20")
def test_changes_made_before_decisions_spoke_of_invoices_are_told_by_the_migration() -> None:
    changed, waiting = a_company_tenant(), a_company_tenant()
    for tenant in (changed, waiting):
        view = begun(by_papers(tenant, None, asked(tenant, ChangeKind.ANOTHER_ORGANISATION)))
        settle(view)
        if tenant is changed:
            decide(a_reviewer(), view)
    known = [standing(tenant) for tenant in (changed, waiting)]
    TenantStanding.objects.update(name_since=None, name_waits_since=None)
    import_module("account_center.realname.migrations.0013_names_of_invoices").tell_of_changes(apps, None)
    assert [standing(tenant) for tenant in (changed, waiting)] == known


@pytest.mark.clause("2.4.3", "2.3.20")
def test_other_services_are_told_that_a_change_waits_and_once_more_at_the_approval() -> None:
    tenant = a_company_tenant()
    (before, may_buy), earlier = standing(tenant), told(tenant)
    view = begun(by_papers(tenant, None, asked(tenant, ChangeKind.ANOTHER_ORGANISATION)))
    settle(view)
    assert told(tenant) == earlier + 1
    assert standing(tenant)[0].name_waits_since == NOW
    decide(a_reviewer(), view, now=NOW + timedelta(hours=1))
    after, still = standing(tenant)
    assert may_buy
    assert still
    assert told(tenant) == earlier + 2
    assert (before.name_since, after.name_since) == (None, NOW + timedelta(hours=1))
    assert after.name_waits_since is None
    assert (after.verification, before.verification) == (VerificationStatus.VERIFIED, VerificationStatus.VERIFIED)
    changed = Event.objects.get(tenant_id=tenant.id, name="realname:verification:changed")
    assert changed.facts["change"] == "another_organisation"
    assert "灯塔" not in str(changed.facts)


@pytest.mark.clause("2.1.12", "2.4.8")
def test_a_form_that_was_not_signed_is_asked_for_again_and_only_the_form() -> None:
    tenant = a_company_tenant()
    view = begun(by_papers(tenant, None, asked(tenant, ChangeKind.ANOTHER_ORGANISATION)))
    settle(view)
    reviewer = a_reviewer()
    decide(reviewer, view, change_form=ReviewReason.NOT_SIGNED)
    again = application(tenant_id=tenant.id, reference=view.reference)
    assert again
    assert [(one.slot, one.code) for one in again.asked] == [(Slot.CHANGE_FORM, "realname.paper_not_signed")]
    wrong = send_pictures_again(
        actor=actor_at(tenant),
        tenant_id=tenant.id,
        reference=view.reference,
        uploads={Slot.CHANGE_FORM: photo("yellow")},
        now=NOW,
    )
    assert not wrong
    decide(reviewer, view)
    held = verification_of(tenant.id)
    assert held
    assert held.reference == view.reference


# -- What the reviewer sees, and what stays provable ------------------------------------------------------------------


@pytest.mark.clause("2.4.8")
def test_the_reviewer_sees_from_whom_and_what_the_bank_has_answered() -> None:
    tenant = a_person_tenant()
    view = by_card(tenant, a_claim(name="赵小草"), asked(tenant, ChangeKind.ANOTHER_PERSON))
    assert [row.change for row in review_queue()] == [ChangeKind.ANOTHER_PERSON]
    reviewer = a_reviewer()
    claim_case(actor=reviewer, reference=view.reference, now=NOW)
    case = open_case(actor=reviewer, reference=view.reference, now=NOW)
    assert case.change
    assert case.change.kind is ChangeKind.ANOTHER_PERSON
    assert case.change.before.name_masked == "***明"
    assert case.change.card_reference
    assert case.change.face_reference
    assert case.stated["name"] == "赵小草"
    assert [one.slot for one in case.evidence] == [Slot.CHANGE_FORM]


@pytest.mark.clause("2.1.14", "2.1.24")
def test_the_chain_of_verifications_stays_provable_when_the_old_numbers_are_gone(settings: Any) -> None:
    tenant = a_person_tenant()
    reviewer = a_reviewer()
    first = begun(by_document(tenant, a_document_claim(), asked(tenant, ChangeKind.ANOTHER_PERSON)))
    decide(reviewer, first)
    settle(begun(by_papers(tenant, None, asked(tenant, ChangeKind.TO_ORGANISATION, form=b""))))
    keep = timedelta(days=settings.LIMITS.replaced_identity_keep_days)
    assert erase_due(now=NOW + keep - timedelta(days=1)) == 0
    assert erase_due(now=NOW + keep) == 2
    chain = verifications_of(tenant.id)
    assert [one.change for one in chain] == [ChangeKind.TO_ORGANISATION, ChangeKind.ANOTHER_PERSON, None]
    assert [one.replaced_at for one in chain] == [None, NOW, NOW]
    assert [one.decided_by for one in chain] == [None, reviewer.account_id, None]
    assert [one.name_masked for one in chain][1:] == ["**文", "***明"]
    assert Subject.objects.filter(erased_at__isnull=True).count() == 1


@pytest.mark.clause("2.4.4")
def test_the_owner_is_told_when_a_change_begins_and_how_it_ends() -> None:
    tenant = a_company_tenant()
    Message.objects.all().delete()
    view = begun(by_papers(tenant, None, asked(tenant, ChangeKind.ANOTHER_ORGANISATION)))
    settle(view)
    decide(a_reviewer(), view)
    assert Message.objects.filter(purpose="realname_result").count() == 2


# -- Races ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("2.4.7")
def test_of_many_changes_at_once_one_begins() -> None:
    tenant = a_company_tenant()
    wishes = [asked(tenant, ChangeKind.ANOTHER_ORGANISATION) for _ in range(6)]
    claims = [an_organisation_claim() for _ in wishes]
    answers = race(lambda turn: by_papers(tenant, claims[turn], wishes[turn]), len(wishes))
    assert not [one for one in answers if isinstance(one, Exception) and not isinstance(one, Refused)], kinds(answers)
    assert Application.objects.filter(tenant_id=tenant.id).exclude(change="").count() == 1
    assert FreshProof.objects.filter(used_at__isnull=False).count() == 1
    taken = sum(used(OrganisationQuota, organisation_digest(one.identity)) for one in claims)
    assert taken == 1


@pytest.mark.django_db(transaction=True)
def test_an_approval_and_a_withdrawal_of_a_change_leave_one_outcome() -> None:
    tenant = a_company_tenant()
    view = begun(by_papers(tenant, None, asked(tenant, ChangeKind.ANOTHER_ORGANISATION)))
    settle(view)
    reviewer = a_reviewer()
    acts: list[Any] = [lambda: decide(reviewer, view), lambda: _withdrawn(tenant, view)]
    answers = race(lambda turn: acts[turn](), 2)
    assert sum(isinstance(one, Exception) for one in answers) == 1, kinds(answers)
    assert any(isinstance(one, ApplicationIsOver) for one in answers), kinds(answers)
    held = verification_of(tenant.id)
    assert held
    assert (held.reference == view.reference) is (state(view) is State.APPROVED)
    assert Verification.objects.filter(tenant_id=tenant.id, replaced_at__isnull=True).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("2.4.2")
def test_while_the_first_application_is_decided_no_second_verification_slips_past_the_change() -> None:
    tenant = a_tenant()
    draft = begin(tenant)
    claim = an_organisation_claim()
    acts: list[Any] = [lambda: confirm(tenant, draft), lambda: by_papers(tenant, claim, None)]
    race(lambda turn: acts[turn](), 2)
    rows = list(Application.objects.filter(tenant_id=tenant.id, state=State.CHECKING.value))
    for row in rows:
        settle(row.view())
    assert Verification.objects.filter(tenant_id=tenant.id).count() <= 1


@pytest.mark.clause("2.4.2")
def test_an_open_first_application_leaves_no_room_for_a_change() -> None:
    tenant = a_tenant()
    submit_company(tenant)
    answer = by_papers(tenant, None, asked(tenant, ChangeKind.TO_ORGANISATION, form=b""))
    assert refused(answer) == ["realname.being_checked"]


# -- The name an organisation gives itself ----------------------------------------------------------------------------


@pytest.mark.clause("3.1.7", "2.4.5")
def test_an_organisations_name_is_edited_freely_until_it_is_verified() -> None:
    tenant = a_tenant()
    for name in ("Blue Lamp Ltd", "蓝色灯塔（杭州）科技有限公司"):
        state_organisation_name(actor=actor_at(tenant), tenant_id=tenant.id, name=name)
    kept = tenant_facts(tenant.id)
    assert kept
    assert kept.organisation_name == "蓝色灯塔(杭州)科技有限公司"
    settle(submit_company(tenant))
    with pytest.raises(OrganisationNameIsVerified):
        state_organisation_name(actor=actor_at(tenant), tenant_id=tenant.id, name="Another Ltd")
    assert "Blue" not in str(list(Event.objects.filter(tenant_id=tenant.id).values_list("facts", flat=True)))
