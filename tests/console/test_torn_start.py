"""The start page, the search and a proposal tell of one moment, whatever is done while they are put together."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from account_center.accounts.models import Account
from account_center.accounts.types import AccountFacts
from account_center.console.services import limit_of_phone
from account_center.kit.actor import StaffRole
from account_center.kit.clock import now
from account_center.plumbing.work import revive
from account_center.plumbing.work.models import Job, JobState
from account_center.support.services.proposals import approve_proposal, propose_limit
from account_center.support.types import ProposalKind
from account_center.tenants.models import Tenant
from tests.between_each import after_each
from tests.console.making import NUMBERS, Clock, Desk, a_customer
from tests.support.making import a_colleague

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"|"X-CSRFToken": "[^"]+"')
Shown = tuple[int, str]


@pytest.fixture
def browser(clock: Clock) -> Client:
    return Desk(clock, StaffRole.SUPPORT).enter()


def shown(browser: Client, name: str, *args: object, **typed: str) -> Shown:
    place = reverse(name, args=args)
    answer = browser.post(place, typed) if typed else browser.get(place)
    return answer.status_code, SECRET.sub("", answer.content.decode())


def test_the_start_page_counts_the_jobs_that_it_lists(browser: Client) -> None:
    def given_up() -> int:
        Job.objects.all().delete()
        moment = now()
        return Job.objects.create(
            name="messaging.deliver",
            payload={},
            state=JobState.DEAD.value,
            attempts=9,
            problem="KeyError at somewhere.py:7",
            due_at=moment,
            created_at=moment,
            finished_at=moment,
        ).pk

    def read(_job: int) -> Shown:
        return shown(browser, "console:home")

    for job, seen in after_each(given_up, read, revive):
        assert ("KeyError at" in seen[1]) == ("Given-up jobs" in seen[1])
        assert "KeyError at" not in read(job)[1]


def test_a_customer_is_found_as_he_was_at_one_moment(browser: Client) -> None:
    def somebody() -> AccountFacts:
        return a_customer(f"lantern{next(NUMBERS)}", phone=f"+86139{next(NUMBERS):08d}")[0]

    def read(one: AccountFacts) -> Shown:
        return shown(browser, "console:search", term=one.phone)

    @transaction.atomic
    def renamed(one: AccountFacts) -> None:
        Account.objects.filter(pk=one.id).update(name=f"kite{one.id}", name_key=f"kite{one.id}")
        Tenant.objects.filter(owner_id=one.id).update(name=f"kite{one.id} works", name_key=f"kite{one.id} works")

    for one, seen in after_each(somebody, read, renamed):
        assert seen[0] == 200
        assert (f"{one.name} works" in seen[1]) == (f">{one.name}<" in seen[1]), seen[1]
        assert f"kite{one.id} works" in read(one)[1]


def test_a_proposal_names_the_limit_that_counts_while_it_waits(browser: Client) -> None:
    def proposed() -> UUID:
        account, _tenant = a_customer(phone=f"+86139{next(NUMBERS):08d}")
        key = uuid4()
        target = limit_of_phone(account, ProposalKind.TENANTS_OF_PHONE)
        propose_limit(
            actor=a_colleague(StaffRole.CUSTOMER_MANAGER),
            target=target,
            allowed=7,
            reason="ticket",
            note="TK23456789",
            key=key,
            now=now(),
        )
        return key

    def read(key: UUID) -> Shown:
        return shown(browser, "console:proposal", key)

    def agreed(key: UUID) -> None:
        approve_proposal(actor=a_colleague(), proposal_id=key, now=now() + timedelta(seconds=1))

    def ready() -> tuple[UUID, Shown]:
        key = proposed()
        return key, read(key)

    for (key, before), seen in after_each(ready, lambda one: read(one[0]), lambda one: agreed(one[0])):
        assert "of 3 are used" in before[1]
        assert seen in (before, read(key))
