"""Verifications that trusted partner sites send (2.4.10)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError

from account_center.audit.models import Event
from account_center.audit.queries import events_of_account, sentence_of
from account_center.clients.services import disable_client, set_scopes
from account_center.kit.demo_numbers import demo_resident_id
from account_center.messaging.models import Message
from account_center.messaging.sealed import reveal
from account_center.plumbing.quota import places
from account_center.plumbing.work.models import Job
from account_center.plumbing.work.running import run_due
from account_center.realname.errors import BeingChecked
from account_center.realname.models import (
    Agreement,
    Application,
    OrganisationQuota,
    PartnerVerification,
    Verification,
)
from account_center.realname.partner_errors import NoAgreement, OtherContent, SiteNotTrusted, TooManyWrongCodes
from account_center.realname.partner_rules import code_from, judge_partner_register
from account_center.realname.queries import application, verification_of
from account_center.realname.services.agreements import agreements_of, withdraw_agreement
from account_center.realname.services.papers import ask_register, ask_register_again
from account_center.realname.services.partners import read_resident, result_of
from account_center.realname.subjects import organisation_digest
from account_center.realname.types import (
    Acting,
    ApplicationState,
    Doubt,
    Nature,
    Party,
    Purpose,
    RegisterAnswer,
    RegisterState,
    Way,
)
from account_center.standing.queries import decisions_for, standing_of
from account_center.standing.types import Action, CustomerKind, VerificationStatus
from tests.racing import kinds, race
from tests.realname.making import (
    a_company,
    a_document_claim,
    a_person,
    a_tenant,
    actor_at,
    an_organisation_claim,
    begin,
    submit,
    submit_company,
    verify,
)
from tests.realname.partnering import a_resident, a_result, a_site, agreed, codes_of, send, taken, told
from tests.signin.making import NOW
from tests.standing.making import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.4.10")]
DAY = timedelta(days=1)
State = ApplicationState


def test_a_person_verified_there_need_not_verify_again() -> None:
    tenant, site = a_tenant(), a_site()
    said = told(tenant, agreed(tenant, site), reference="P-2026-1")
    answer = taken(send(a_result(said)))
    assert answer.state is State.APPROVED
    held = verification_of(tenant.id)
    assert held
    assert held.partner
    assert (held.way, held.party, held.reference) == (Way.PARTNER, Party.PERSON, answer.reference)
    assert (held.partner.site, held.partner.reference) == (site, "P-2026-1")
    assert held.partner.verified_on == date(2026, 11, 20)
    facts = standing_of(tenant.id)
    assert (facts.verification, facts.kind) == (VerificationStatus.VERIFIED, CustomerKind.INDIVIDUAL)
    assert decisions_for(tenant.id, [Action.BUY], NOW)[Action.BUY].allowed


def test_the_record_says_where_it_came_from_and_the_owner_is_told() -> None:
    tenant, site = a_tenant(), a_site()
    answer = taken(send(a_result(told(tenant, agreed(tenant, site), reference="P-7"))))
    received = Event.objects.get(name="realname:partner:received", tenant_id=tenant.id)
    assert received.facts == {
        "reference": answer.reference,
        "site": site.name,
        "client": site.client_id,
        "site_reference": "P-7",
        "method": "face",
        "verified_on": "2026-11-20",
    }
    assert (received.actor_kind, received.actor_name) == ("service", site.client_id)
    approved = Event.objects.get(name="realname:application:approved", tenant_id=tenant.id)
    assert approved.facts["way"] == "partner"
    assert Event.objects.filter(name="realname:agreement:given", tenant_id=tenant.id).exists()
    message = Message.objects.get(purpose="realname_result")
    assert site.name in reveal(message).text
    assert answer.reference in reveal(message).text
    view = application(tenant_id=tenant.id, reference=answer.reference)
    assert view
    assert view.partner
    assert view.partner.site.name == site.name


def test_a_document_from_abroad_is_taken_over_too() -> None:
    tenant = a_tenant()
    answer = taken(send(a_result(told(tenant, agreed(tenant, a_site())), a_document_claim())))
    assert answer.state is State.APPROVED


def test_without_a_live_agreement_with_this_very_site_nothing_is_taken() -> None:
    tenant, other, site = a_tenant(), a_tenant(), a_site()
    agreement = agreed(tenant, site)
    wrong = [
        told(tenant, agreement, code="2222-2222-2222"),
        told(other, agreement),
        told(tenant, agreed(tenant, a_site()), code=agreement.code),
        told(tenant, agreement, code=agreed(tenant, site, purpose=Purpose.VERIFICATION).code[:-1]),
    ]
    for said in wrong:
        with pytest.raises(NoAgreement):
            send(a_result(said))
    with pytest.raises(NoAgreement):  # a newer agreement ended the first one
        send(a_result(told(tenant, agreement)))
    assert not Application.objects.exists()


def test_an_agreement_counts_once_and_for_some_days() -> None:
    tenant, site = a_tenant(), a_site()
    agreement = agreed(tenant, site)
    with pytest.raises(NoAgreement):
        send(a_result(told(tenant, agreement)), now=NOW + 7 * DAY)
    assert agreements_of(tenant.id, purpose=Purpose.VERIFICATION, now=NOW + 7 * DAY) == []
    taken(send(a_result(told(tenant, agreement))))
    with pytest.raises(NoAgreement):
        send(a_result(told(tenant, agreement)))


def test_a_customer_may_think_better_of_it() -> None:
    tenant, agreement = (tenant := a_tenant()), agreed(tenant, a_site())
    again = {"actor": actor_at(tenant), "tenant_id": tenant.id, "owner_id": tenant.owner_id, "now": NOW}
    assert withdraw_agreement(agreement_id=agreement.id, **again)  # type: ignore[arg-type]
    assert not withdraw_agreement(agreement_id=agreement.id, **again)  # type: ignore[arg-type]
    with pytest.raises(NoAgreement):
        send(a_result(told(tenant, agreement)))


def test_another_customer_cannot_withdraw_it() -> None:
    tenant, other = a_tenant(), a_tenant()
    agreement = agreed(tenant, a_site())
    assert not withdraw_agreement(
        actor=actor_at(other), tenant_id=other.id, owner_id=other.owner_id, agreement_id=agreement.id, now=NOW
    )
    taken(send(a_result(told(tenant, agreement))))


def test_the_code_is_stored_nowhere_and_reads_well() -> None:
    agreement = agreed(a_tenant(), a_site())
    row = Agreement.objects.values().get()
    assert agreement.code not in repr(row)
    assert agreement.code not in repr(agreement)
    assert len(agreement.code) == len("AB3D-9KQ2-7XFM")
    assert code_from(bytes(32)) == "2222-2222-2222"
    assert len({code_from(bytes([number]) * 32) for number in range(256)}) == 256


def test_codes_are_read_however_they_were_typed() -> None:
    tenant, site = a_tenant(), a_site()
    agreement = agreed(tenant, site)
    taken(send(a_result(told(tenant, agreement, code=f" {agreement.code.lower().replace('-', ' ')}"))))


def test_wrong_codes_are_counted() -> None:
    tenant, site = a_tenant(), a_site()
    agreement = agreed(tenant, site)
    for _ in range(60):
        with pytest.raises(NoAgreement):
            send(a_result(told(tenant, agreement, code="2222-2222-2222")))
    with pytest.raises(TooManyWrongCodes):
        send(a_result(told(tenant, agreement, code="2222-2222-2222")))
    taken(send(a_result(told(tenant, agreement))))


def test_ending_the_trust_ends_new_results_and_keeps_what_was_taken() -> None:
    tenant, other, site = a_tenant(), a_tenant(), a_site()
    first = told(tenant, agreed(tenant, site))
    waiting = agreed(other, site)
    taken(send(a_result(first)))
    set_scopes(actor=SYSTEM, client_id=site.client_id, scopes=[], now=NOW)
    assert agreements_of(other.id, purpose=Purpose.VERIFICATION, now=NOW) == []
    with pytest.raises(SiteNotTrusted):
        send(a_result(told(other, waiting)))
    with pytest.raises(SiteNotTrusted):
        agreed(other, site)
    assert verification_of(tenant.id)


def test_a_disabled_site_is_no_choice_any_more() -> None:
    site = a_site()
    disable_client(actor=SYSTEM, client_id=site.client_id, now=NOW)
    with pytest.raises(SiteNotTrusted):
        agreed(a_tenant(), site)


def test_the_same_reference_is_answered_the_same_and_means_nothing_else() -> None:
    tenant, site = a_tenant(), a_site()
    agreement, claim = agreed(tenant, site), a_resident()
    first = taken(send(a_result(told(tenant, agreement, reference="P-1"), claim)))
    assert taken(send(a_result(told(tenant, agreement, reference="P-1"), claim))) == first
    assert Application.objects.count() == 1
    with pytest.raises(OtherContent):
        send(a_result(told(tenant, agreement, reference="P-1", content="other"), claim))
    elsewhere = a_tenant()
    other = taken(send(a_result(told(elsewhere, agreed(elsewhere, a_site()), reference="P-1"))))
    assert other.reference != first.reference


def test_how_far_a_result_is_only_its_own_site_learns() -> None:
    tenant, site = a_tenant(), a_site()
    answer = taken(send(a_result(told(tenant, agreed(tenant, site), reference="P-1"))))
    assert result_of(site=site, reference="P-1") == answer
    assert result_of(site=a_site(), reference="P-1") is None


def test_what_was_refused_may_be_sent_again_with_the_same_agreement() -> None:
    tenant, site = a_tenant(), a_site()
    agreement = agreed(tenant, site)
    child = a_resident(demo_resident_id(birth=date(2012, 1, 1)))
    assert send(a_result(told(tenant, agreement, reference="P-1"), child))[0] is None
    assert taken(send(a_result(told(tenant, agreement, reference="P-1")))).state is State.APPROVED


def test_a_refused_result_is_in_the_customers_history() -> None:
    tenant, site = a_tenant(), a_site()
    child = a_resident(demo_resident_id(birth=date(2012, 1, 1)))
    send(a_result(told(tenant, agreed(tenant, site), reference="P-1"), child))
    row = Event.objects.get(name="realname:partner:refused", tenant_id=tenant.id)
    assert row.facts == {"age": 18, "site": site.name, "site_reference": "P-1", "refusal": "realname.too_young"}
    newest = events_of_account(account_id=tenant.owner_id)[0]
    assert sentence_of(newest).endswith("was not taken over. Persons under 18 cannot be verified.")


@pytest.mark.clause("2.1.18", "2.1.19")
def test_the_house_rules_count_for_partner_sites_too() -> None:
    tenant, site = a_tenant(), a_site()
    agreement = agreed(tenant, site)
    child = a_resident(demo_resident_id(birth=date(2012, 1, 1)))
    assert codes_of(send(a_result(told(tenant, agreement), child))[1]) == ["realname.too_young"]
    expired = a_document_claim(expires=date(2020, 1, 1))
    assert codes_of(send(a_result(told(tenant, agreement), expired))[1]) == ["realname.expired_document"]
    tomorrow = a_result(told(tenant, agreement), on=date(2026, 11, 25))
    assert codes_of(send(tomorrow)[1]) == ["realname.verified_in_future"]
    assert not Application.objects.exists()


@pytest.mark.clause("2.2.9")
def test_one_person_has_three_tenants_by_whatever_way() -> None:
    number = a_person()
    for _ in range(3):
        tenant = a_tenant()
        taken(send(a_result(told(tenant, agreed(tenant, a_site())), a_resident(number))))
    fourth = a_tenant()
    answer, wrong = send(a_result(told(fourth, agreed(fourth, a_site())), a_resident(number)))
    assert (answer, codes_of(wrong)) == (None, ["realname.person_full"])


@pytest.mark.clause("2.4.4")
def test_who_is_verified_is_changed_by_the_owner_only() -> None:
    tenant, site, number = a_tenant(), a_site(), a_person()
    taken(send(a_result(told(tenant, agreed(tenant, site)), a_resident(number))))
    same = send(a_result(told(tenant, agreed(tenant, site)), a_resident(number)))
    assert codes_of(same[1]) == ["realname.verified_already_as_stated"]
    for claim in (a_resident(), an_organisation_claim()):
        other = send(a_result(told(tenant, agreed(tenant, site)), claim))
        assert codes_of(other[1]) == ["realname.verified_as_another"]
    assert Verification.objects.count() == 1


def test_a_draft_of_the_customer_makes_room_and_an_open_application_does_not() -> None:
    drafting, site = a_tenant(), a_site()
    draft = begin(drafting)
    taken(send(a_result(told(drafting, agreed(drafting, site)))))
    dropped = application(tenant_id=drafting.id, reference=draft.reference)
    assert dropped
    assert dropped.state is State.CANCELLED
    waiting = a_tenant()
    submit(waiting)
    agreement = agreed(waiting, site)
    answer, wrong = send(a_result(told(waiting, agreement)))
    assert (answer, codes_of(wrong)) == (None, ["realname.tenant_busy"])
    (still,) = agreements_of(waiting.id, purpose=Purpose.VERIFICATION, now=NOW)
    assert still.code == agreement.code
    assert still.refused
    assert (still.refused.at, still.refused.code) == (NOW, "realname.tenant_busy")


def test_while_a_partners_result_is_checked_the_customer_begins_nothing_else() -> None:
    tenant = a_tenant()
    taken(send(a_result(told(tenant, agreed(tenant, a_site())), an_organisation_claim())))
    with pytest.raises(BeingChecked):
        begin(tenant)


@pytest.mark.clause("2.3.28")
@pytest.mark.parametrize(
    ("area", "state", "refusal"),
    [
        ("330106", State.APPROVED, ""),
        ("990001", State.REFUSED, "realname.partner_register_disagrees"),
        ("990002", State.REFUSED, "realname.partner_register_disagrees"),
        ("990003", State.REFUSED, "realname.organisation_cancelled"),
        ("990004", State.REFUSED, "realname.organisation_cancelled"),
        ("990005", State.APPROVED, ""),
    ],
)
def test_an_organisation_is_looked_up_in_the_register(area: str, state: State, refusal: str) -> None:
    tenant = a_tenant()
    claim = an_organisation_claim(number=a_company(area))
    said = told(tenant, agreed(tenant, a_site()))
    assert taken(send(a_result(said, claim))).state is State.CHECKING
    assert standing_of(tenant.id).verification is VerificationStatus.IN_PROGRESS
    run_due()
    answer = result_of(site=said.site, reference=said.reference)
    assert answer
    assert (answer.state, answer.refusal) == (state, refusal)
    assert (verification_of(tenant.id) is not None) is (state is State.APPROVED)
    used, _allowed = places(OrganisationQuota, digest=organisation_digest(claim.identity), allowed=6)
    assert used == (1 if state is State.APPROVED else 0)


def register(state: RegisterState, *, name: bool = True, head: bool = True) -> RegisterAnswer:
    return RegisterAnswer(state=state, name_agrees=name, representative_agrees=head, provider_reference="R1")


@pytest.mark.clause("2.3.28")
@pytest.mark.parametrize(
    ("said", "state", "refusal"),
    [
        (register(RegisterState.ACTIVE), State.APPROVED, ""),
        (register(RegisterState.CANCELLED), State.REFUSED, "realname.organisation_cancelled"),
        (register(RegisterState.REVOKED), State.REFUSED, "realname.organisation_cancelled"),
        (register(RegisterState.ACTIVE, name=False), State.REFUSED, "realname.partner_register_disagrees"),
        (register(RegisterState.ACTIVE, head=False), State.REFUSED, "realname.partner_register_disagrees"),
        (register(RegisterState.UNKNOWN), State.APPROVED, ""),
        (None, State.APPROVED, ""),
    ],
)
def test_the_register_may_contradict_a_partner_site_and_need_not_know_everything(
    said: RegisterAnswer | None, state: State, refusal: str
) -> None:
    judged = judge_partner_register(said, nature=Nature.ENTERPRISE, acting=Acting.REPRESENTATIVE, number_is_usual=True)
    assert (judged[0], judged[2]) == (state, refusal)


def test_what_the_register_left_open_is_kept_for_staff() -> None:
    _state, doubts, _refusal = judge_partner_register(
        None, nature=Nature.OVERSEAS, acting=Acting.AUTHORISED, number_is_usual=False
    )
    assert doubts == (Doubt.REGISTER_SILENT, Doubt.FROM_ABROAD, Doubt.LETTER)


def test_a_resident_number_of_another_document_asks_for_its_kind() -> None:
    claim, wrong = read_resident(name="陈大文", number=demo_resident_id(area="810000"), now=NOW)
    assert claim is None
    assert [(one.code, one.field) for one in wrong] == [("realname.kind_of_document", "number")]


def test_the_database_keeps_an_agreement_from_being_used_and_withdrawn() -> None:
    agreed(a_tenant(), a_site())
    with pytest.raises(IntegrityError):
        Agreement.objects.update(used_at=NOW, withdrawn_at=NOW)


@pytest.mark.django_db(transaction=True)
def test_the_same_result_sent_four_times_at_once_is_one() -> None:
    tenant, site = a_tenant(), a_site()
    said, claim = told(tenant, agreed(tenant, site)), a_resident()
    answers = race(lambda _: taken(send(a_result(said, claim))), 4)
    assert kinds(answers) == {"PartnerAnswer": 4}
    assert len({repr(one) for one in answers}) == 1
    assert (Application.objects.count(), Verification.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_of_two_sites_that_speak_at_once_one_is_believed() -> None:
    tenant = a_tenant()
    results = [a_result(told(tenant, agreed(tenant, a_site()))) for _ in range(2)]
    answers = race(lambda number: send(results[number]), 2)
    views = [view for view, _wrong in answers if view]  # type: ignore[misc]
    assert len(views) == 1, answers
    assert Verification.objects.filter(replaced_at__isnull=True).count() == 1
    assert PartnerVerification.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_agreement_lets_one_of_two_results_in() -> None:
    tenant, site = a_tenant(), a_site()
    agreement = agreed(tenant, site)
    results = [a_result(told(tenant, agreement)) for _ in range(2)]
    race(lambda number: send(results[number]), 2)
    assert (Application.objects.count(), Verification.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_result_and_the_customers_own_application_at_once_make_one() -> None:
    tenant = a_tenant()
    result = a_result(told(tenant, agreed(tenant, a_site())), an_organisation_claim())

    def act(number: int) -> object:
        return submit_company(tenant) if number else taken(send(result))

    answers = race(act, 2)
    open_ones = Application.objects.filter(tenant_id=tenant.id, state="checking")
    assert open_ones.count() == 1, answers


@pytest.mark.django_db(transaction=True)
def test_two_clicks_make_one_open_agreement() -> None:
    tenant, site = a_tenant(), a_site()
    race(lambda _: agreed(tenant, site), 3)
    assert Agreement.objects.filter(used_at__isnull=True, withdrawn_at__isnull=True).count() == 1


def test_a_customer_verified_by_card_is_not_overwritten() -> None:
    tenant = a_tenant()
    verify(tenant)
    before = verification_of(tenant.id)
    send(a_result(told(tenant, agreed(tenant, a_site()))))
    assert verification_of(tenant.id) == before


def test_a_silent_register_keeps_nobody_waiting_for_ever() -> None:
    tenant = a_tenant()
    taken(send(a_result(told(tenant, agreed(tenant, a_site())), an_organisation_claim(number=a_company("990013")))))
    row = Application.objects.get(tenant_id=tenant.id)
    assert not ask_register(application_id=row.pk, seconds=1, now=NOW)
    assert ask_register(application_id=row.pk, seconds=1, now=NOW + timedelta(hours=1))
    row.refresh_from_db()
    findings = row.register_findings()
    assert findings
    assert (row.state, findings.doubts) == (State.APPROVED, (Doubt.REGISTER_SILENT,))


def test_a_check_whose_job_was_lost_is_taken_up_again() -> None:
    tenant = a_tenant()
    taken(send(a_result(told(tenant, agreed(tenant, a_site())), an_organisation_claim())))
    Job.objects.all().delete()
    assert ask_register_again(now=NOW + timedelta(hours=1)) == 1
