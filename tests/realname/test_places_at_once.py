"""The places of a person and of an organisation, when every way to take one is gone at the same moment (2.2.9, 2.3.26)."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from account_center.kit.refused import Refused
from account_center.plumbing.quota import QuotaKey, places, take_place
from account_center.realname.errors import AccountWayClosed, TooManyTries
from account_center.realname.models import (
    OPEN_STATES,
    Application,
    OrganisationQuota,
    PersonQuota,
    Transfer,
    Verification,
)
from account_center.realname.services import bank_account, begin_bank_card
from account_center.realname.services.changes import prepare
from account_center.realname.services.reopening import reopen
from account_center.realname.subjects import document_digest, organisation_digest, person_digest
from account_center.realname.types import ApplicationState, ChangeKind, ReviewReason
from tests.racing import kinds, race
from tests.realname import transferring as bank
from tests.realname.changing import (
    a_company_tenant,
    a_person_tenant,
    asked,
    by_account,
    by_document,
    by_papers,
    draft_by_card,
)
from tests.realname.making import (
    GOOD_FACE,
    a_claim,
    a_document_claim,
    a_permit,
    a_person,
    a_reviewer,
    a_tenant,
    actor_at,
    all_reencoded,
    an_organisation_claim,
    begin,
    code_of,
    confirm,
    decide,
    reencoded,
    submit,
    submit_company,
)
from tests.realname.partnering import a_resident, a_result, a_site, agreed, told
from tests.realname.partnering import send as send_result
from tests.realname.scanning import a_scan_claim, send, show, take
from tests.signin.making import NOW

pytestmark = [pytest.mark.django_db(transaction=True)]
Act = Callable[[], Any]
HOLDER = 9_000_000  # no tenant of this number


@pytest.fixture(autouse=True)
def _quick_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    services = "account_center.realname.services"
    monkeypatch.setattr(f"{services}.evidence.reencode_images", all_reencoded)
    monkeypatch.setattr(f"{services}.bank_card.reencode_image", reencoded)
    monkeypatch.setattr(f"{services}.scanning_phone.reencode_image", reencoded)


def at_once(acts: Sequence[Act]) -> None:
    """Whoever comes too late is refused; nobody meets an error."""
    answers = race(lambda turn: acts[turn](), len(acts))
    errors = [one for one in answers if isinstance(one, Exception) and not isinstance(one, (Refused, AssertionError))]
    assert not errors, kinds(answers)


def holding(digest: bytes) -> int:
    """Tenants that stand behind this number: verified with it, or with an open attempt that has a place."""
    waiting = [one for one in OPEN_STATES if one != ApplicationState.DRAFT]
    attempts = Application.objects.filter(subject__id_index=digest, state__in=waiting).values_list(
        "tenant_id", flat=True
    )
    live = Verification.objects.filter(subject__id_index=digest, replaced_at=None).values_list("tenant_id", flat=True)
    return len({*attempts, *live})


def assert_full(keys: type[QuotaKey], digest: bytes, allowed: int) -> None:
    assert places(keys, digest=digest, allowed=allowed) == (allowed, allowed)
    assert holding(digest) == allowed


@pytest.mark.clause("2.2.9")
def test_64_at_once_by_card_scan_partner_and_change_are_three_tenants_of_a_person() -> None:
    number = a_person()
    acts: list[Act] = []
    for _ in range(16):
        one, two, three, four = a_tenant(), a_tenant(), a_tenant(), a_person_tenant()
        draft = begin(one, a_claim(id_number=number))
        link = take(show(two, a_scan_claim(id_number=number)))
        result = a_result(told(three, agreed(three, a_site())), a_resident(number))
        other = draft_by_card(four, a_claim(id_number=number), asked(four, ChangeKind.ANOTHER_PERSON))
        acts += [
            partial(confirm, one, draft, digits=code_of(draft)),
            partial(send, handover_id=link, now=NOW),
            partial(send_result, result),
            partial(confirm, four, other, digits=code_of(other)),
        ]
    at_once(acts)
    assert_full(PersonQuota, person_digest(number), 3)


@pytest.mark.clause("2.2.9", "2.2.10")
def test_64_at_once_by_document_partner_change_and_reopening_are_three_tenants_of_a_person() -> None:
    permit = a_permit()
    digest = document_digest(a_document_claim(number=permit).identity)
    acts: list[Act] = []
    reviewer = a_reviewer()
    for _ in range(16):
        one, two, three, four = a_tenant(), a_tenant(), a_person_tenant(), a_tenant()
        result = a_result(told(two, agreed(two, a_site())), a_document_claim(number=permit))
        change = asked(three, ChangeKind.ANOTHER_PERSON)
        refused = submit(four, a_document_claim(number=permit))
        decide(reviewer, refused, front=ReviewReason.FORGED)
        acts += [
            partial(submit, one, a_document_claim(number=permit)),
            partial(send_result, result),
            partial(by_document, three, a_document_claim(number=permit), change),
            partial(reopen, actor=reviewer, reference=refused.reference, now=NOW),
        ]
    assert places(PersonQuota, digest=digest, allowed=3)[0] == 0
    at_once(acts)
    assert_full(PersonQuota, digest, 3)


@pytest.mark.clause("2.3.26", "2.3.6")
def test_64_at_once_by_papers_account_partner_change_and_reopening_are_six_tenants_of_an_organisation() -> None:
    code, reviewer = bank.a_credit_code(), a_reviewer()
    digest = organisation_digest(f"CN:{code}")
    acts: list[Act] = []
    for turn in range(16):
        one, two, three, four = a_tenant(), a_tenant(), a_tenant(), a_tenant()
        claim = bank.an_account_claim(number=code)
        result = a_result(told(three, agreed(three, a_site())), an_organisation_claim(number=code))
        refused = submit_company(four, an_organisation_claim(number=code, name="绿色灯塔(杭州)科技有限公司"))
        Application.objects.filter(reference=refused.reference).update(state=ApplicationState.REVIEWING.value)
        decide(reviewer, refused, certificate=ReviewReason.FORGED)
        acts += [
            partial(submit_company, one, an_organisation_claim(number=code)),
            partial(bank.submit_account, two, claim),
            partial(send_result, result),
            partial(reopen, actor=reviewer, reference=refused.reference, now=NOW),
        ]
        if turn < 4:
            company, person = a_company_tenant(), a_person_tenant()
            papers, account = asked(company, ChangeKind.ANOTHER_ORGANISATION), asked(person, ChangeKind.TO_ORGANISATION)
            acts[-4] = partial(by_papers, company, an_organisation_claim(number=code), papers)
            acts[-3] = partial(by_account, person, claim, account)
    at_once(acts)
    assert_full(OrganisationQuota, digest, 6)


def test_taking_and_giving_back_at_once_never_leaves_more_or_fewer_than_there_are() -> None:
    """Withdrawing, refusing and beginning anew, all of one person, until nobody is left."""
    permit = a_permit()
    digest, reviewer = document_digest(a_document_claim(number=permit).identity), a_reviewer()
    for round_ in range(3):
        tenants = [a_tenant() for _ in range(8)]
        at_once([partial(submit, tenant, a_document_claim(number=permit)) for tenant in tenants])
        assert_full(PersonQuota, digest, 3)
        waiting = list(Application.objects.filter(state=ApplicationState.REVIEWING.value).select_related("tenant"))
        views = [row.view() for row in waiting]
        late = [a_tenant() for _ in views]
        at_once(
            [
                *(partial(decide, reviewer, view, front=ReviewReason.FORGED) for view in views),
                *(partial(submit, tenant, a_document_claim(number=permit)) for tenant in late),
            ]
        )
        used, _allowed = places(PersonQuota, digest=digest, allowed=3)
        assert used == holding(digest) <= 3, round_
        for row in Application.objects.filter(state=ApplicationState.REVIEWING.value):
            decide(reviewer, row.view(), front=ReviewReason.FORGED)
        assert places(PersonQuota, digest=digest, allowed=3)[0] == holding(digest) == 0


def test_of_64_forms_at_once_that_ask_about_a_number_20_are_answered() -> None:
    number = a_person()
    digest = person_digest(number)
    with transaction.atomic():
        for holder in range(3):
            take_place(PersonQuota, digest=digest, holder=HOLDER + holder, allowed=3)
    stranger = a_tenant()
    claims = [a_claim(id_number=number) for _ in range(64)]

    def ask(turn: int) -> object:
        return begin_bank_card(
            actor=actor_at(stranger),
            tenant_id=stranger.id,
            owner_id=stranger.owner_id,
            claim=claims[turn],
            face=GOOD_FACE,
            now=NOW,
        )

    assert kinds(race(ask, 64)) == {"PersonFull": 20, TooManyTries.__name__: 44}


@pytest.mark.clause("2.3.11", "2.3.14")
def test_a_form_that_was_on_its_way_while_the_sixth_transfer_failed_is_refused(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.LIMITS = settings.LIMITS.__class__(applications_per_day=20, application_forms_per_day=50)
    tenant = a_tenant()
    for _ in range(5):
        bank.fail(tenant, bank.submit_account(tenant))

    def slow(*arguments: Any, **named: Any) -> Any:
        with monkeypatch.context() as quick:
            quick.setattr(bank_account, "prepare", prepare)
            bank.fail(tenant, bank.submit_account(tenant))
        return prepare(*arguments, **named)

    monkeypatch.setattr(bank_account, "prepare", slow)
    view, wrong = bank_account.submit_bank_account(
        actor=actor_at(tenant), tenant_id=tenant.id, claim=bank.an_account_claim(), now=NOW
    )
    assert view is None
    assert [type(refusal) for refusal in wrong] == [AccountWayClosed]
    assert Transfer.objects.filter(application__tenant_id=tenant.id).count() == 6
