"""What goes past the usual needs two members of staff."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from account_center.accounts.models import Account
from account_center.accounts.queries import account
from account_center.accounts.queries import places_of_phone as accounts_of
from account_center.accounts.services import set_phone
from account_center.accounts.types import AccountFacts
from account_center.audit.models import Event
from account_center.kit.actor import Actor, StaffRole
from account_center.kit.masking import mask_phone
from account_center.kit.refused import Refused
from account_center.messaging.models import Message
from account_center.messaging.sealed import reveal
from account_center.realname.services.quotas import counted
from account_center.realname.types import Counted
from account_center.support.models import Proposal
from account_center.support.queries.proposals import open_proposals, proposal
from account_center.support.services.proposals import (
    approve_proposal,
    expire_proposals,
    limit_of_number,
    limit_of_phone,
    propose_limit,
    refuse_proposal,
    withdraw_proposal,
)
from account_center.support.types import LimitTarget, ProposalKind, ProposalState
from tests.racing import race
from tests.signin.making import NOW, a_phone, an_account, visitor
from tests.support.making import a_colleague

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.1.22")]
DIGEST = "ab" * 32


def a_manager() -> Actor:
    return a_colleague(StaffRole.CUSTOMER_MANAGER)


def of_organisation(owner: AccountFacts, digest: str = DIGEST) -> LimitTarget:
    kind = ProposalKind.TENANTS_OF_ORGANISATION
    return limit_of_number(kind, subject=digest, shown="9133********0017", account_id=owner.id, tenant_id=None)


def propose(by: Actor, target: LimitTarget, allowed: int = 10, *, key: UUID | None = None) -> UUID:
    chosen = key or uuid4()
    propose_limit(actor=by, target=target, allowed=allowed, reason="ticket", note="TK23456789", key=chosen, now=NOW)
    return chosen


def refusal_of(act: object) -> str:
    with pytest.raises(Refused) as refusal:
        act()  # type: ignore[operator]
    return refusal.value.code


def allowed_now(digest: str = DIGEST, kind: Counted = Counted.ORGANISATION) -> int:
    return counted(kind, digest=bytes.fromhex(digest), masked="").allowed


@pytest.mark.clause("2.3.26")
@pytest.mark.parametrize(
    ("kind", "usual"),
    [
        pytest.param(Counted.PERSON, 3, marks=pytest.mark.clause("2.2.9")),
        pytest.param(Counted.ORGANISATION, 6, marks=pytest.mark.clause("2.3.26")),
        pytest.param(Counted.CARD, 3, marks=pytest.mark.clause("2.2.5")),
        pytest.param(Counted.BANK_ACCOUNT, 6, marks=pytest.mark.clause("2.3.5")),
    ],
)
def test_a_limit_counts_once_two_people_agreed_and_the_customer_is_told(kind: Counted, usual: int) -> None:
    owner, manager, colleague = an_account(phone=a_phone()), a_manager(), a_colleague()
    target = limit_of_number(
        ProposalKind(kind.value), subject=DIGEST, shown="9133********0017", account_id=owner.id, tenant_id=None
    )
    waiting = propose(manager, target, usual + 4)
    assert allowed_now(kind=kind) == usual
    approve_proposal(actor=colleague, proposal_id=waiting, now=NOW)
    assert allowed_now(kind=kind) == usual + 4
    done = proposal(waiting)
    assert done
    assert (done.state, done.proposed_name, done.decided_name) == (
        ProposalState.DONE,
        manager.name,
        colleague.name,
    )
    said = reveal(Message.objects.latest("pk"))
    assert said.to == owner.phone
    assert "9133********0017" in said.text
    by = {event.name: event.actor_id for event in Event.objects.filter(account_id=owner.id)}
    assert by["support:proposal:proposed"] == manager.account_id
    assert by["support:proposal:approved"] == colleague.account_id
    assert by["console:quota:raised"] == manager.account_id


def test_nobody_agrees_with_himself_and_the_database_holds_that_too() -> None:
    owner, manager = an_account(), a_manager()
    waiting = propose(manager, of_organisation(owner))
    own = lambda: approve_proposal(actor=manager, proposal_id=waiting, now=NOW)  # noqa: E731
    assert refusal_of(own) == "support.own_proposal"
    refuse = lambda: refuse_proposal(actor=manager, proposal_id=waiting, because="no", now=NOW)  # noqa: E731
    assert refusal_of(refuse) == "support.own_proposal"
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(public_id=waiting).update(state="done", decided_by=manager.account_id, decided_at=NOW)
    assert allowed_now() == 6


def test_nobody_decides_about_an_account_of_his_own() -> None:
    phone = a_phone()
    owner = an_account(phone=phone)
    himself = a_colleague(StaffRole.CUSTOMER_MANAGER, phone=phone)
    assert refusal_of(lambda: propose(himself, of_organisation(owner))) == "support.own_case"
    waiting = propose(a_manager(), of_organisation(owner))
    agree = lambda: approve_proposal(actor=himself, proposal_id=waiting, now=NOW)  # noqa: E731
    assert refusal_of(agree) == "support.own_case"


def test_only_customer_managers_propose_limits_and_only_staff_agree() -> None:
    owner = an_account()
    assert refusal_of(lambda: propose(a_colleague(), of_organisation(owner))) == "tenants.only_customer_managers"
    waiting = propose(a_manager(), of_organisation(owner))
    agree = lambda: approve_proposal(actor=visitor(), proposal_id=waiting, now=NOW)  # noqa: E731
    assert refusal_of(agree) == "support.own_case"


def test_a_role_that_was_taken_away_meanwhile_counts_no_more() -> None:
    owner, manager = an_account(), a_manager()
    waiting = propose(manager, of_organisation(owner))
    Account.objects.filter(pk=manager.account_id or 0).update(staff_roles=["support"])
    agree = lambda: approve_proposal(actor=a_colleague(), proposal_id=waiting, now=NOW)  # noqa: E731
    assert refusal_of(agree) == "tenants.only_customer_managers"
    assert [one.id for one in open_proposals()] == [waiting], "it stays as it was"


@pytest.mark.parametrize("allowed", [6, 5, 0, -1, 201])
def test_a_limit_is_only_raised_and_not_beyond_all_measure(allowed: int) -> None:
    owner = an_account()
    assert refusal_of(lambda: propose(a_manager(), of_organisation(owner), allowed)) == "support.not_a_raise"


def test_a_limit_that_rose_meanwhile_is_not_lowered() -> None:
    owner, manager, colleague = an_account(), a_manager(), a_colleague()
    first = propose(manager, of_organisation(owner), 8)
    approve_proposal(actor=colleague, proposal_id=first, now=NOW)
    row = Proposal.objects.get(public_id=first)
    row.pk, row.public_id, row.state, row.allowed = None, uuid4(), "proposed", 7
    row.decided_by_id, row.decided_at = None, None
    row.save(force_insert=True)
    agree = lambda: approve_proposal(actor=colleague, proposal_id=row.public_id, now=NOW)  # noqa: E731
    assert refusal_of(agree) == "support.not_a_raise"
    assert allowed_now() == 8


def test_about_one_thing_one_proposal_waits_and_a_second_click_is_the_first() -> None:
    owner, manager = an_account(), a_manager()
    key = propose(manager, of_organisation(owner))
    propose(manager, of_organisation(owner), key=key)
    assert refusal_of(lambda: propose(a_manager(), of_organisation(owner), 12)) == "support.proposal_under_way"
    assert len(open_proposals()) == 1
    withdraw_proposal(actor=manager, proposal_id=key, now=NOW)
    propose(manager, of_organisation(owner), 12)


def test_only_whoever_proposed_it_withdraws_it() -> None:
    owner, manager = an_account(), a_manager()
    waiting = propose(manager, of_organisation(owner))
    other = lambda: withdraw_proposal(actor=a_colleague(), proposal_id=waiting, now=NOW)  # noqa: E731
    assert refusal_of(other) == "support.own_proposal"
    withdraw_proposal(actor=manager, proposal_id=waiting, now=NOW)
    assert open_proposals() == []


def test_a_proposal_runs_out() -> None:
    owner, manager, colleague = an_account(), a_manager(), a_colleague()
    waiting = propose(manager, of_organisation(owner))
    late = NOW + timedelta(days=7)
    assert expire_proposals(now=late - timedelta(seconds=1)) == 0
    agree = lambda: approve_proposal(actor=colleague, proposal_id=waiting, now=late)  # noqa: E731
    assert refusal_of(agree) == "support.proposal_over"
    assert expire_proposals(now=late) == 1
    assert expire_proposals(now=late) == 0
    found = proposal(waiting)
    assert found
    assert found.state is ProposalState.EXPIRED
    assert allowed_now() == 6


def test_one_that_ran_out_does_not_stand_in_the_way_of_the_next() -> None:
    owner, manager = an_account(), a_manager()
    propose(manager, of_organisation(owner))
    propose_limit(
        actor=manager,
        target=of_organisation(owner),
        allowed=9,
        reason="ticket",
        note="again",
        key=uuid4(),
        now=NOW + timedelta(days=8),
    )
    assert [one.allowed for one in open_proposals()] == [9]


@pytest.mark.clause("3.1.15")
def test_a_limit_of_a_phone_does_not_follow_the_account_to_another_phone() -> None:
    owner, manager = an_account(phone=a_phone()), a_manager()
    waiting = propose(manager, limit_of_phone(owner, ProposalKind.ACCOUNTS_OF_PHONE))
    other = a_phone()
    set_phone(actor=visitor(), account_id=owner.id, phone=other, masked=mask_phone(other), now=NOW)
    agree = lambda: approve_proposal(actor=a_colleague(), proposal_id=waiting, now=NOW)  # noqa: E731
    assert refusal_of(agree) == "support.another_phone"
    changed = account(owner.id)
    assert changed
    assert accounts_of(changed.phone)[1] == 3


@pytest.mark.django_db(transaction=True)
def test_of_many_who_agree_at_once_one_does() -> None:
    owner, manager = an_account(), a_manager()
    waiting, colleagues = propose(manager, of_organisation(owner)), [a_colleague() for _ in range(6)]
    answers = race(lambda turn: approve_proposal(actor=colleagues[turn], proposal_id=waiting, now=NOW), 6)
    assert sum(answer is None for answer in answers) == 1, answers
    assert {answer.code for answer in answers if isinstance(answer, Refused)} == {"support.proposal_over"}
    assert allowed_now() == 10
    assert Event.objects.filter(name="realname:organisation_quota:raised").count() == 1


@pytest.mark.django_db(transaction=True)
def test_whoever_agrees_and_whoever_withdraws_at_once_leave_one_outcome() -> None:
    owner, manager, colleague = an_account(), a_manager(), a_colleague()
    waiting = propose(manager, of_organisation(owner))

    def act(turn: int) -> None:
        if turn:
            return approve_proposal(actor=colleague, proposal_id=waiting, now=NOW)
        return withdraw_proposal(actor=manager, proposal_id=waiting, now=NOW)

    answers = race(act, 2)
    assert sum(answer is None for answer in answers) == 1, answers
    found = proposal(waiting)
    assert found
    assert allowed_now() == (10 if found.state is ProposalState.DONE else 6)


@pytest.mark.django_db(transaction=True)
def test_a_proposer_never_agrees_however_often_he_tries_at_once() -> None:
    owner, manager, colleague = an_account(), a_manager(), a_colleague()
    waiting = propose(manager, of_organisation(owner))
    who = [manager, manager, colleague, manager]
    answers = race(lambda turn: approve_proposal(actor=who[turn], proposal_id=waiting, now=NOW), len(who))
    assert [answer is None for answer in answers] == [False, False, True, False], answers
    found = proposal(waiting)
    assert found
    assert found.decided_name == colleague.name


@pytest.mark.django_db(transaction=True)
def test_of_many_proposals_about_one_thing_one_is_kept() -> None:
    owner, managers = an_account(), [a_manager() for _ in range(5)]
    answers = race(lambda turn: propose(managers[turn], of_organisation(owner)), 5)
    assert sum(isinstance(answer, UUID) for answer in answers) == 1, answers
    assert len(open_proposals()) == 1
