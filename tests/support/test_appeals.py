"""Appeals of people who cannot sign in, and what support does to an account on proof of identity."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from account_center.accounts.queries import account as account_now
from account_center.accounts.services import set_phone, set_sign_in_check
from account_center.accounts.types import AccountFacts, SignInCheck
from account_center.audit.models import Event
from account_center.kit.actor import Actor
from account_center.messaging.models import Message
from account_center.plumbing.work import run_due
from account_center.signin.models import Challenge, SecondFactor
from account_center.signin.services import begin_code_sign_in
from account_center.signin.services.authenticator import begin_app
from account_center.support.errors import (
    AnotherContact,
    AppealAway,
    NobodyFound,
    ObjectionUnknown,
    OwnCase,
    RemedyOver,
    RemedyUnderWay,
    SecondPersonNeeded,
    TicketClosed,
    TooManyAppeals,
    WrongRemedy,
)
from account_center.support.models import Remedy, Ticket
from account_center.support.objections import objection_tag
from account_center.support.queries import (
    appeals_about,
    materials_for_strangers,
    materials_of_appeal,
    ticket_for_staff,
    tickets_of,
)
from account_center.support.services import close_own, open_appeal_after_stranger
from account_center.support.services.appeals import begin_appeal, bind_account, enter_appeal, find_appeal
from account_center.support.services.remedies import (
    approve_remedy,
    carry_out,
    carry_out_due,
    object_by_link,
    object_signed_in,
    offered,
    propose_remedy,
    refuse_remedy,
)
from account_center.support.types import ClosedBecause, Group, Happened, RemedyKind, RemedyState, TicketState
from tests.racing import kinds, race
from tests.signin.making import NOW, VISITOR, a_phone, owner_of, prove
from tests.support.making import a_colleague, a_customer, a_phone_ticket, an_appeal, told

WAIT = timedelta(seconds=settings.LIMITS.remedy_wait_seconds)
AFTER = NOW + WAIT


def propose(actor: Actor, reference: str, kind: RemedyKind, *, key: UUID | None = None, now: datetime = NOW) -> UUID:
    key = key or uuid4()
    propose_remedy(
        actor=actor, reference=reference, kind=kind, evidence="Both sides and the photo agree.", key=key, now=now
    )
    return key


def approved(reference: str, kind: RemedyKind) -> UUID:
    remedy = propose(a_colleague(), reference, kind)
    approve_remedy(actor=a_colleague(), remedy_id=remedy, now=NOW)
    return remedy


def state_of(remedy: UUID) -> str:
    return Remedy.objects.get(public_id=remedy).state


def ticket(reference: str) -> Ticket:
    return Ticket.objects.get(reference=reference)


def fresh(account: AccountFacts) -> AccountFacts:
    found = account_now(account.id)
    assert found
    return found


@pytest.mark.clause("1.18")
def test_a_lost_phone_is_replaced_after_two_people_agreed_and_the_waiting_time(db: None) -> None:
    owner, phone = a_customer(email="owner@example.com"), a_phone()
    reference = an_appeal(owner.name, contact=phone)
    remedy = approved(reference, RemedyKind.NEW_PHONE)
    assert carry_out_due(now=AFTER - timedelta(seconds=1)) == 0
    assert fresh(owner).phone == owner.phone
    assert carry_out_due(now=AFTER) == 1
    changed = fresh(owner)
    assert (changed.phone, changed.mark != owner.mark) == (phone, True)
    assert state_of(remedy) == RemedyState.DONE
    assert ticket(reference).closed_because == ClosedBecause.SOLVED
    for channel in (owner.phone, "owner@example.com", phone):
        assert "更换手机号" in told(channel)[0]
    history = set(Event.objects.filter(account_id=owner.id).values_list("name", flat=True))
    assert {"support:remedy:proposed", "support:remedy:approved", "support:remedy:done"} <= history


@pytest.mark.clause("1.18")
def test_the_owner_hears_of_the_appeal_on_every_channel_and_his_trusted_devices_end(db: None) -> None:
    owner = a_customer(email="owner@example.com")
    reference = an_appeal(owner.name)
    for channel in (owner.phone, "owner@example.com"):
        assert objection_tag(ticket(reference)) in told(channel)[0]
    assert fresh(owner).mark == owner.mark, "who is signed in stays so"
    assert [line.reference for line in appeals_about(owner.id)] == [reference]
    assert tickets_of(owner.id) == [], "an appeal is no ticket of the owner's"


@pytest.mark.clause("1.18")
def test_an_appeal_about_nobody_goes_the_same_way_and_tells_nobody(db: None) -> None:
    an_appeal(a_customer().name, matched=False)
    known = Message.objects.count(), list(Event.objects.values_list("name", flat=True))
    before = Event.objects.count()
    reference = an_appeal("nobody.of.that.name", matched=False)
    assert Message.objects.count() == known[0] * 2
    names = list(Event.objects.values_list("name", flat=True))[before:]
    assert names == ["support:appeal:opened"]
    run_due(limit=20)
    assert ticket(reference).account_id is None


def test_the_page_does_the_same_work_for_known_and_unknown_names(db: None) -> None:
    begin_appeal(actor=VISITOR, happened=Happened.PHONE_LOST, named="first", contact=a_phone(), country="CN", now=NOW)
    costs = []
    for named in (a_customer().name, "nobody.of.that.name"):
        with CaptureQueriesContext(connection) as counted:
            an_appeal(named, matched=False)
        costs.append(len(counted))
    assert costs[0] == costs[1]


@pytest.mark.clause("1.18")
def test_appeals_are_limited_by_name_contact_and_network_whether_the_name_is_known_or_not(db: None) -> None:
    for named in (a_customer().name, "nobody.at.all"):
        for _ in range(settings.LIMITS.appeals_per_name_day):
            an_appeal(named)
        with pytest.raises(TooManyAppeals):
            an_appeal(named.upper())
    phone = a_phone()
    for _ in range(settings.LIMITS.appeals_per_contact_day):
        an_appeal(f"someone{uuid4().hex[:6]}", contact=phone)
    with pytest.raises(TooManyAppeals):
        an_appeal("someone.else", contact=phone)


@pytest.mark.clause("1.18")
def test_a_stranger_is_shown_the_table_by_what_he_typed_and_staff_what_the_account_needs(db: None) -> None:
    assert [group for group, _ in materials_for_strangers()] == list(Group)
    assert [group for group, _ in materials_for_strangers("SG")] == [Group.EVERYBODY, Group.ABROAD, Group.LEGACY]
    assert len(materials_of_appeal(None)) > len(materials_of_appeal(a_customer().id)) == 1


@pytest.mark.clause("1.31")
def test_a_phone_is_taken_off_an_account_that_its_holder_did_not_register(db: None) -> None:
    stranger = a_customer()
    reference = an_appeal(stranger.name, contact=stranger.phone, happened=Happened.NOT_REGISTERED)
    approved(reference, RemedyKind.UNBIND_PHONE)
    assert carry_out_due(now=AFTER) == 1
    assert fresh(stranger).phone == ""
    assert Event.objects.filter(name="accounts:phone:unbound", account_id=stranger.id).exists()
    a_customer(phone=stranger.phone)  # its place is free


@pytest.mark.clause("1.31")
def test_only_the_phone_itself_can_free_the_phone(db: None) -> None:
    stranger = a_customer()
    with pytest.raises(AnotherContact):
        an_appeal(stranger.name, contact="me@example.com", happened=Happened.NOT_REGISTERED)
    reference = an_appeal(stranger.name, contact=a_phone(), happened=Happened.NOT_REGISTERED)
    assert offered(ticket(reference), fresh(stranger)) == []
    with pytest.raises(WrongRemedy):
        propose(a_colleague(), reference, RemedyKind.UNBIND_PHONE)


@pytest.mark.clause("1.31")
def test_whoever_holds_the_account_cannot_keep_a_phone_that_is_not_his(db: None) -> None:
    stranger = a_customer()
    reference = an_appeal(stranger.name, contact=stranger.phone, happened=Happened.NOT_REGISTERED)
    object_signed_in(actor=owner_of(stranger), account_id=stranger.id, reference=reference, now=NOW)
    assert ticket(reference).state == TicketState.OPEN, "staff decide"


def test_a_lost_second_factor_is_removed_and_a_code_is_asked_from_then_on(db: None) -> None:
    owner = a_customer()
    reference = an_appeal(owner.name, happened=Happened.FACTOR_LOST)
    approved(reference, RemedyKind.REMOVE_FACTOR)
    assert carry_out_due(now=AFTER) == 1
    assert fresh(owner).check == "code"
    assert fresh(owner).phone == owner.phone


def test_an_account_that_was_taken_over_keeps_nothing_of_the_strangers(db: None) -> None:
    owner, phone = a_customer(), a_phone()
    begin_app(account_id=owner.id, name=owner.name, now=NOW)  # the stranger's app
    set_sign_in_check(actor=VISITOR, account_id=owner.id, check=SignInCheck.APP)
    reference = an_appeal(owner.name, contact=phone, happened=Happened.TAKEN_OVER)
    approved(reference, RemedyKind.NEW_PHONE)
    assert carry_out_due(now=AFTER) == 1
    after = fresh(owner)
    assert (after.phone, after.check, after.must_change_password) == (phone, SignInCheck.CODE, True)
    assert not SecondFactor.objects.filter(account_id=owner.id).exists()


def test_giving_an_appeal_up_stops_what_was_approved(db: None) -> None:
    owner = a_customer()
    reference = an_appeal(owner.name)
    remedy = approved(reference, RemedyKind.NEW_PHONE)
    close_own(actor=VISITOR, account_id=None, reference=reference, now=NOW)
    assert state_of(remedy) == RemedyState.CANCELLED
    assert carry_out_due(now=AFTER) == 0
    assert fresh(owner).phone == owner.phone
    with pytest.raises(TicketClosed):
        propose(a_colleague(), reference, RemedyKind.NEW_PHONE)


def test_nobody_approves_what_he_proposed(db: None) -> None:
    owner, colleague = a_customer(), a_colleague()
    remedy = propose(colleague, an_appeal(owner.name), RemedyKind.NEW_PHONE)
    with pytest.raises(SecondPersonNeeded):
        approve_remedy(actor=colleague, remedy_id=remedy, now=NOW)
    assert state_of(remedy) == RemedyState.PROPOSED


def test_nobody_decides_on_himself(db: None) -> None:
    owner = a_customer()
    reference, himself = an_appeal(owner.name), a_colleague(phone=owner.phone)
    remedy = propose(a_colleague(), reference, RemedyKind.NEW_PHONE)
    with pytest.raises(OwnCase):
        approve_remedy(actor=himself, remedy_id=remedy, now=NOW)
    with pytest.raises(OwnCase):
        refuse_remedy(actor=himself, remedy_id=remedy, because="no", key=uuid4(), now=NOW)


def test_one_thing_at_a_time_is_done_to_an_account(db: None) -> None:
    owner = a_customer()
    first, second = an_appeal(owner.name), an_appeal(owner.name)
    propose(a_colleague(), first, RemedyKind.NEW_PHONE)
    with pytest.raises(RemedyUnderWay):
        propose(a_colleague(), second, RemedyKind.NEW_PHONE)


@pytest.mark.clause("1.18")
def test_the_owner_stops_it_by_the_link_until_the_last_moment(db: None) -> None:
    owner = a_customer()
    reference = an_appeal(owner.name)
    remedy = approved(reference, RemedyKind.NEW_PHONE)
    tag = objection_tag(ticket(reference))
    assert tag in told(owner.phone)[0]
    another = ("B" if tag[0] == "A" else "A") + tag[1:]
    with pytest.raises(ObjectionUnknown):
        object_by_link(actor=VISITOR, reference=reference, tag=another, now=NOW)
    object_by_link(actor=VISITOR, reference=reference, tag=tag, now=AFTER)
    assert state_of(remedy) == RemedyState.CANCELLED
    assert ticket(reference).closed_because == ClosedBecause.OBJECTED
    assert carry_out(remedy_id=remedy, now=AFTER) is False
    assert fresh(owner).phone == owner.phone


def test_only_the_account_itself_may_object_when_signed_in(db: None) -> None:
    owner, other = a_customer(), a_customer()
    reference = an_appeal(owner.name)
    with pytest.raises(ObjectionUnknown):
        object_signed_in(actor=owner_of(other), account_id=other.id, reference=reference, now=NOW)


def test_who_took_an_account_over_cannot_end_the_appeal(db: None) -> None:
    owner = a_customer()
    reference = an_appeal(owner.name, happened=Happened.TAKEN_OVER)
    remedy = approved(reference, RemedyKind.NEW_PHONE)
    object_signed_in(actor=owner_of(owner), account_id=owner.id, reference=reference, now=NOW)
    assert state_of(remedy) == RemedyState.CANCELLED, "nothing is done without a new look"
    assert ticket(reference).state == TicketState.OPEN
    seen = ticket_for_staff(reference, now=NOW)
    assert seen
    assert seen.appeal
    assert seen.appeal.objected_at == NOW


def test_a_full_phone_is_not_forced_and_staff_see_why(db: None) -> None:
    owner, phone = a_customer(), a_phone()
    for _ in range(settings.LIMITS.accounts_per_phone):
        a_customer(phone=phone)
    reference = an_appeal(owner.name, contact=phone)
    remedy = approved(reference, RemedyKind.NEW_PHONE)
    carry_out_due(now=AFTER)
    row = Remedy.objects.get(public_id=remedy)
    assert (row.state, row.obstacle) == (RemedyState.REFUSED, "accounts.phone_full")
    assert fresh(owner).phone == owner.phone
    assert ticket(reference).state == TicketState.OPEN


def test_the_second_person_says_no_and_the_first_may_propose_anew(db: None) -> None:
    reference, first = an_appeal(a_customer().name), a_colleague()
    remedy = propose(first, reference, RemedyKind.NEW_PHONE)
    refuse_remedy(actor=a_colleague(), remedy_id=remedy, because="The photo is blurred.", key=uuid4(), now=NOW)
    with pytest.raises(RemedyOver):
        approve_remedy(actor=a_colleague(), remedy_id=remedy, now=NOW)
    propose(first, reference, RemedyKind.NEW_PHONE)


def test_an_account_that_nobody_found_is_found_by_staff(db: None) -> None:
    owner, colleague = a_customer(), a_colleague()
    reference = an_appeal("mistyped")
    with pytest.raises(NobodyFound):
        propose(colleague, reference, RemedyKind.NEW_PHONE)
    bind_account(actor=colleague, reference=reference, account_id=owner.id, now=NOW)
    assert objection_tag(ticket(reference)) in told(owner.phone)[0]
    propose(colleague, reference, RemedyKind.NEW_PHONE)


def test_progress_is_shown_to_the_proven_contact_only(db: None) -> None:
    phone, other = a_phone(), a_phone()
    reference = an_appeal(a_customer().name, contact=phone)
    view = find_appeal(actor=VISITOR, reference=reference.lower(), contact=phone, country="CN", now=NOW)
    assert enter_appeal(proof=prove(view), reference=reference, now=NOW) == reference
    own = an_appeal(a_customer().name, contact=other)
    decoy = find_appeal(actor=VISITOR, reference=reference, contact=other, country="CN", now=NOW)
    assert Challenge.objects.get(public_id=decoy.id).decoy
    fits = find_appeal(actor=VISITOR, reference="TK22222222", contact=phone, country="CN", now=NOW)
    assert (fits.masked, fits.tries_left) == (view.masked, view.tries_left)
    proof = find_appeal(actor=VISITOR, reference=own, contact=other, country="CN", now=NOW + timedelta(minutes=2))
    with pytest.raises(AppealAway):
        enter_appeal(
            proof=prove(proof, now=NOW + timedelta(minutes=2)),
            reference=reference,
            now=NOW + timedelta(minutes=2),
        )


@pytest.mark.clause("3.1.9", "3.1.14")
def test_a_signed_in_customer_gets_another_phone_by_ticket_and_gets_in_with_it(db: None) -> None:
    owner, phone = a_customer(), a_phone()
    reference = a_phone_ticket(owner, phone)
    assert [line.reference for line in tickets_of(owner.id)] == [reference]
    approved(reference, RemedyKind.NEW_PHONE)
    assert carry_out_due(now=AFTER) == 1
    assert fresh(owner).phone == phone
    code = begin_code_sign_in(actor=VISITOR, contact=phone, country="CN", now=AFTER)
    assert not Challenge.objects.get(public_id=code.id).decoy, "the new phone gets in"


def test_after_this_was_not_me_a_ticket_waits_for_staff_in_the_owners_name(db: None) -> None:
    owner = a_customer()
    facts = {"when": "2026-11-23 10:02", "where": "Berlin, 203.0.113.77"}
    reference = open_appeal_after_stranger(actor=owner_of(owner), account_id=owner.id, facts=facts, now=NOW)
    assert [line.reference for line in tickets_of(owner.id)] == [reference]
    seen = ticket_for_staff(reference, now=NOW)
    assert seen
    assert "203.0.113.77" in (seen.entries[0].text or "")
    again = {"when": "2026-11-23 11:40", "where": "Oslo, 203.0.113.78"}
    assert open_appeal_after_stranger(actor=owner_of(owner), account_id=owner.id, facts=again, now=NOW) == reference
    added = ticket_for_staff(reference, now=NOW)
    assert added
    assert len(added.entries) == 2


def test_set_phone_by_the_owner_meanwhile_leaves_nothing_to_unbind(db: None) -> None:
    stranger = a_customer()
    reference = an_appeal(stranger.name, contact=stranger.phone, happened=Happened.NOT_REGISTERED)
    approved(reference, RemedyKind.UNBIND_PHONE)
    changed = set_phone(actor=VISITOR, account_id=stranger.id, phone=a_phone(), masked="x", now=NOW)
    carry_out_due(now=AFTER)
    assert fresh(stranger).phone == changed.phone


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_at_once_decide_once() -> None:
    remedy = propose(a_colleague(), an_appeal(a_customer().name), RemedyKind.NEW_PHONE)
    crew = [a_colleague() for _ in range(6)]

    def decide(number: int) -> None:
        if number % 2:
            refuse_remedy(actor=crew[number], remedy_id=remedy, because="No.", key=uuid4(), now=NOW)
        else:
            approve_remedy(actor=crew[number], remedy_id=remedy, now=NOW)

    outcomes = kinds(race(decide, len(crew)))
    # A refusal may follow an approval, as it may stop it; two of a kind never count.
    assert state_of(remedy) in (RemedyState.APPROVED, RemedyState.REFUSED)
    assert outcomes["NoneType"] <= 2
    assert Event.objects.filter(name="support:remedy:approved").count() <= 1


@pytest.mark.django_db(transaction=True)
def test_a_reviewer_and_an_owner_who_objects_leave_one_truth() -> None:
    owner = a_customer()
    reference = an_appeal(owner.name)
    remedy = approved(reference, RemedyKind.NEW_PHONE)

    def act(number: int) -> None:
        if number:
            object_signed_in(actor=owner_of(owner), account_id=owner.id, reference=reference, now=AFTER)
        else:
            carry_out(remedy_id=remedy, now=AFTER)

    race(act, 2)
    done = state_of(remedy) == RemedyState.DONE
    assert state_of(remedy) in (RemedyState.DONE, RemedyState.CANCELLED)
    assert (fresh(owner).phone != owner.phone) is done
