"""What staff do for customers: with a reason, by the right role, and in the log."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.urls import reverse

from account_center.accounts.models import Account
from account_center.accounts.queries import account as account_facts
from account_center.accounts.queries import places_of_phone as accounts_of
from account_center.accounts.types import AccountFacts
from account_center.audit.models import Event
from account_center.audit.services import record
from account_center.console.urls import urlpatterns
from account_center.kit.actor import StaffRole
from account_center.kit.clock import now
from account_center.messaging.models import Message
from account_center.messaging.sealed import reveal
from account_center.plumbing.work import enqueue
from account_center.plumbing.work.models import Job, JobState
from account_center.realname.queries import applications_of
from account_center.realname.services.quotas import numbers_behind
from account_center.standing.queries import standing_of
from account_center.standing.types import HoldReason
from account_center.support.queries.proposals import open_proposals
from account_center.tenants.queries import places_of_phone as tenants_of
from account_center.tenants.queries import tenant as tenant_facts
from account_center.tenants.types import TenantFacts
from tests.console.making import (
    BECAUSE,
    SYSTEM,
    Clock,
    Desk,
    a_customer,
    an_account,
    an_application,
    events,
    newest_event,
)

PHONE = "+8613912345678"
Customer = tuple[AccountFacts, TenantFacts]


@pytest.fixture
def customer(desk: Desk) -> Customer:
    account, tenant = a_customer("wang.shop", phone=PHONE)
    an_application(tenant)
    return account, tenant


LIMITS = ["accounts_of_phone", "tenants_of_phone", "tenants_of_person", "tenants_of_card"]
MANAGERS_ONLY = [*LIMITS, "tenant_country", "lift_networks"]


def manager_page(name: str, customer: Customer) -> str:
    account, tenant = customer
    if name not in LIMITS:
        return reverse(f"console:{name}", args=[tenant.public_id])
    kind = name.replace("_", "-")
    if name.endswith("_of_phone"):
        return reverse("console:raise_phone", args=[account.id, kind])
    return reverse("console:raise_number", args=[tenant.public_id, kind])


@pytest.mark.parametrize("name", MANAGERS_ONLY)
def test_what_customer_managers_decide_is_closed_to_support(support: Client, customer: Customer, name: str) -> None:
    page = manager_page(name, customer)
    everything = {**BECAUSE, "allowed": "9", "country": "SG", "proof": "passport"}
    for answer in (support.get(page), support.post(page, everything)):
        assert answer.status_code == 403
        assert "Only a customer manager can do this." in answer.content.decode()
    assert accounts_of(PHONE)[1] == settings.LIMITS.accounts_per_phone
    assert tenants_of(PHONE)[1] == settings.LIMITS.tenants_per_phone
    known = tenant_facts(customer[1].id)
    assert known
    assert known.country == "CN"


def test_support_sees_that_there_is_more_and_who_may(support: Client, manager: Client, customer: Customer) -> None:
    shown = reverse("console:customer", args=[customer[0].id])
    page = support.get(shown).content.decode()
    assert "customer manager only" in page
    for name in MANAGERS_ONLY:
        assert manager_page(name, customer) not in page
        assert manager_page(name, customer) in manager.get(shown).content.decode()


def number_places(kind: str) -> Callable[[Customer], tuple[int, int]]:
    def places(customer: Customer) -> tuple[int, int]:
        return next((one.used, one.allowed) for one in numbers_behind(customer[1].id) if one.kind == kind)

    return places


RAISES: list[object] = [
    pytest.param("accounts_of_phone", lambda _: accounts_of(PHONE), marks=pytest.mark.clause("3.1.15", "3.1.13")),
    pytest.param("tenants_of_phone", lambda _: tenants_of(PHONE), marks=pytest.mark.clause("1.8")),
    pytest.param("tenants_of_person", number_places("tenants_of_person"), marks=pytest.mark.clause("2.2.9", "2.1.22")),
    pytest.param("tenants_of_card", number_places("tenants_of_card"), marks=pytest.mark.clause("2.2.5")),
]


@pytest.mark.parametrize(("name", "places"), RAISES)
def test_a_customer_manager_proposes_a_limit_and_a_colleague_agrees(
    manager: Client, support: Client, customer: Customer, name: str, places: Callable[[Customer], tuple[int, int]]
) -> None:
    page = manager_page(name, customer)
    key = str(uuid4())
    assert manager.post(page, {"allowed": "5", "key": key}).status_code == 422, "the reason is missing"
    answer = manager.post(page, {**BECAUSE, "allowed": "5", "key": key})
    assert answer["Location"] == reverse("console:customer", args=[customer[0].id])
    assert "Proposed. A colleague has to agree" in manager.get(answer["Location"]).content.decode()
    assert places(customer)[1] == 3, "nothing has changed yet"
    (waiting,) = open_proposals()
    shown = reverse("console:proposal", args=[waiting.id])
    assert "Withdraw it" in manager.get(shown).content.decode()
    own = manager.post(reverse("console:proposal_approve", args=[waiting.id]))
    assert own.status_code == 403
    assert "A second person has to agree." in own.content.decode()
    assert shown in support.get(reverse("console:proposals")).content.decode()
    page = support.get(shown).content.decode()
    assert BECAUSE["note"] in page
    assert re.search(r"now \d of 3 are used", page)
    done = support.post(reverse("console:proposal_approve", args=[waiting.id]), follow=True)
    assert "Agreed and done." in done.content.decode()
    assert places(customer)[1] == 5
    assert "agreed and done" in support.get(shown).content.decode()
    for event in ("proposed", "approved"):
        assert newest_event(f"support:proposal:{event}").account_id == customer[0].id
    assert reveal(Message.objects.latest("pk")).text.startswith("[")


@pytest.mark.clause("3.1.15", "3.1.13")
def test_after_the_raise_a_fourth_account_fits(manager: Client, support: Client, customer: Customer) -> None:
    for _ in range(2):
        an_account(phone=PHONE)
    manager.post(manager_page("accounts_of_phone", customer), {**BECAUSE, "allowed": "4", "key": str(uuid4())})
    support.post(reverse("console:proposal_approve", args=[open_proposals()[0].id]))
    assert an_account(phone=PHONE).phone == PHONE


def test_a_colleague_says_why_not_and_nothing_changes(manager: Client, support: Client, customer: Customer) -> None:
    manager.post(manager_page("tenants_of_person", customer), {**BECAUSE, "allowed": "9", "key": str(uuid4())})
    (waiting,) = open_proposals()
    refuse = reverse("console:proposal_refuse", args=[waiting.id])
    assert support.post(refuse, {"because": ""}).status_code == 422
    assert support.post(refuse, {"because": "call 13912345678 first"}, follow=True).status_code == 200
    page = support.get(reverse("console:proposal", args=[waiting.id])).content.decode()
    assert "call 139****5678 first" in page
    assert open_proposals() == []
    assert number_places("tenants_of_person")(customer)[1] == 3


def test_whoever_proposed_it_withdraws_it(manager: Client, support: Client, customer: Customer) -> None:
    manager.post(manager_page("tenants_of_person", customer), {**BECAUSE, "allowed": "9", "key": str(uuid4())})
    (waiting,) = open_proposals()
    withdraw = reverse("console:proposal_withdraw", args=[waiting.id])
    assert support.post(withdraw).status_code == 403
    assert "Withdrawn." in manager.post(withdraw, follow=True).content.decode()
    assert open_proposals() == []
    late = support.post(reverse("console:proposal_approve", args=[waiting.id]))
    assert "This proposal is decided already." in late.content.decode()


@pytest.mark.parametrize("allowed", ["3", "2", "0", "-1", "201", "99999999999", "x", "", "4.5"])
@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_is_only_raised_and_not_beyond_all_measure(
    manager: Client, customer: Customer, name: str, allowed: str
) -> None:
    answer = manager.post(manager_page(name, customer), {**BECAUSE, "allowed": allowed, "key": str(uuid4())})
    assert answer.status_code == 422
    assert open_proposals() == []


def test_a_limit_needs_something_to_count(manager: Client) -> None:
    _account, tenant = a_customer(phone="+8613912345679")
    answer = manager.get(reverse("console:raise_number", args=[tenant.public_id, "tenants-of-person"]))
    assert answer.status_code == 409
    assert "No person stands behind this tenant yet." in answer.content.decode()
    nobody = an_account()
    assert manager.get(reverse("console:raise_phone", args=[nobody.id, "accounts-of-phone"])).status_code == 409
    assert manager.get(reverse("console:tenant_country", args=["no-such"])).status_code == 404
    for odd in ("tenants-of-person", "reopen", "no-such"):
        assert manager.get(reverse("console:raise_phone", args=[nobody.id, odd])).status_code == 404
    for odd in ("accounts-of-phone", "reopen", "lift-hold", "no-such"):
        assert manager.get(reverse("console:raise_number", args=[tenant.public_id, odd])).status_code == 404


@pytest.mark.clause("1.7")
def test_the_tenants_country_changes_on_proof_and_the_accounts_stays(manager: Client, customer: Customer) -> None:
    account, tenant = customer
    page = reverse("console:tenant_country", args=[tenant.public_id])
    assert "The country of the ID account (China) stays for good" in manager.get(page).content.decode()
    assert manager.post(page, {**BECAUSE, "country": "SG"}).status_code == 422, "the proof is missing"
    assert manager.post(page, {**BECAUSE, "country": "XX", "proof": "passport"}).status_code == 422
    same = manager.post(page, {**BECAUSE, "country": "CN", "proof": "passport"})
    assert "The tenant has this country already." in same.content.decode()
    assert manager.post(page, {**BECAUSE, "country": "SG", "proof": "Passport, file 7"}).status_code == 302
    changed, kept = tenant_facts(tenant.id), account_facts(account.id)
    assert changed
    assert kept
    assert (changed.country, kept.country) == ("SG", "CN")
    event = newest_event("tenants:country:changed")
    assert (event.account_id, event.tenant_id) == (account.id, tenant.id)
    history = manager.get(reverse("console:customer_history", args=[account.id])).content.decode()
    assert "changed from China to Singapore" in history


@pytest.mark.clause("1.45", "1.44")
def test_the_names_of_a_phones_accounts_go_to_this_phone_only(support: Client, customer: Customer) -> None:
    an_account("wang.second", phone=PHONE)
    page = reverse("console:send_names", args=[customer[0].id])
    assert support.post(page, {}).status_code == 422
    assert not Message.objects.exists()
    assert "wang.second" not in support.get(page).content.decode()
    assert support.post(page, BECAUSE).status_code == 302
    sent = reveal(Message.objects.get())
    assert sent.to == PHONE
    assert "wang.shop" in sent.text
    assert "wang.second" in sent.text
    event = newest_event("console:names:sent")
    assert event.account_id == customer[0].id
    assert event.facts == {"phone": "+86 139****5678", "names": 2, **BECAUSE}


@pytest.mark.clause("1.45")
def test_nobody_is_flooded_with_lists(support: Client, customer: Customer) -> None:
    page = reverse("console:send_names", args=[customer[0].id])
    for _ in range(settings.LIMITS.names_to_phone_per_day):
        assert support.post(page, BECAUSE).status_code == 302
    answer = support.post(page, BECAUSE)
    assert answer.status_code == 422
    assert "has got the list 3 times today" in answer.content.decode()
    assert Message.objects.count() == 3


def test_an_account_without_phone_gets_no_list(support: Client, db: None) -> None:
    answer = support.post(reverse("console:send_names", args=[an_account().id]), BECAUSE)
    assert "This account has no phone number." in answer.content.decode()


@pytest.mark.clause("1.39", "1.40")
@pytest.mark.parametrize("reason", list(HoldReason))
def test_a_hold_is_placed_and_lifted_with_reasons(support: Client, customer: Customer, reason: HoldReason) -> None:
    account, tenant = customer
    page = reverse("console:place_hold", args=[tenant.public_id])
    assert support.post(page, {"hold": reason.value}).status_code == 422
    assert support.post(page, {**BECAUSE, "hold": reason.value}).status_code == 302
    (hold,) = standing_of(tenant.id).holds
    assert hold.reason is reason
    assert newest_event("standing:hold:placed").account_id == account.id
    lift = reverse("console:lift_hold", args=[tenant.public_id, hold.id])
    assert lift in support.get(reverse("console:customer", args=[account.id])).content.decode()
    assert support.get(lift).status_code == 200
    assert standing_of(tenant.id).holds, "a GET lifts nothing"
    assert support.post(lift, BECAUSE).status_code == 302
    assert not standing_of(tenant.id).holds
    assert newest_event("console:hold:explained").facts["note"] == BECAUSE["note"]
    assert support.post(lift, BECAUSE).status_code == 404


def test_a_hold_ends_in_the_future_and_belongs_to_its_tenant(support: Client, customer: Customer) -> None:
    _, tenant = customer
    page = reverse("console:place_hold", args=[tenant.public_id])
    past = support.post(page, {**BECAUSE, "hold": "freeze_arrears", "until": "2020-01-01T00:00"})
    assert past.status_code == 422
    assert support.post(page, {**BECAUSE, "hold": "freeze_arrears", "until": "2026-12-24T10:00"}).status_code == 302
    (hold,) = standing_of(tenant.id).holds
    assert hold.until
    assert hold.until.isoformat() == "2026-12-24T02:00:00+00:00"
    _, other = a_customer(phone="+8613912345670")
    assert support.post(reverse("console:lift_hold", args=[other.public_id, hold.id]), BECAUSE).status_code == 404
    assert standing_of(tenant.id).holds


def test_the_start_page_shows_given_up_jobs_and_lets_them_run_again(support: Client) -> None:
    enqueue("audit.seal_events", {}, key="x")
    job = Job.objects.get(key="x")
    Job.objects.filter(pk=job.pk).update(
        state=JobState.DEAD, problem="ConnectionError in line 7", finished_at=now(), attempts=10
    )
    page = support.get("/console/").content.decode()
    assert "ConnectionError in line 7" in page
    again = reverse("console:job_again", args=[job.pk])
    assert support.get(again).status_code == 302
    assert Job.objects.get(pk=job.pk).state == JobState.DEAD
    support.post(again)
    assert Job.objects.get(pk=job.pk).state == JobState.WAITING
    assert newest_event("console:job:revived").facts == {"job": job.pk}


def test_the_event_log_is_checked_by_a_button_and_tells_of_edits(support: Client) -> None:
    record(actor=SYSTEM, event="accounts:account:opened", facts={"kind": "id"})
    page = reverse("console:chain")
    assert "The event log is whole" in support.post(page).content.decode()
    Event.objects.filter(name="accounts:account:opened").update(facts={"kind": "staff"})
    assert "The event log was changed" in support.post(page).content.decode()
    assert events("console:chain:checked") == 2


def test_a_role_that_was_taken_away_counts_at_once(manager: Client, customer: Customer) -> None:
    page = manager_page("accounts_of_phone", customer)
    assert manager.get(page).status_code == 200
    Account.objects.filter(kind="staff").update(staff_roles=["support"])
    assert manager.get(page).status_code == 403
    assert manager.post(page, {**BECAUSE, "allowed": "5", "key": str(uuid4())}).status_code == 403
    assert accounts_of(PHONE)[1] == settings.LIMITS.accounts_per_phone


def test_nobody_does_anything_as_staff_to_an_account_of_his_own(
    clock: Clock, support: Client, customer: Customer
) -> None:
    account, tenant = customer
    support.post(reverse("console:place_hold", args=[tenant.public_id]), {**BECAUSE, "hold": "freeze_arrears"})
    (hold,) = standing_of(tenant.id).holds
    himself = Desk(clock, *StaffRole)
    Account.objects.filter(pk=himself.staff.id).update(phone=PHONE)
    browser = himself.enter()
    (attempt,) = applications_of(tenant.id)
    known = {
        "account_id": account.id,
        "public_id": tenant.public_id,
        "hold_id": hold.id,
        "reference": attempt.reference,
        "kind": "tenants-of-person",
    }
    typed = {
        **BECAUSE,
        "hold": "freeze_arrears",
        "country": "SG",
        "proof": "passport",
        "allowed": "9",
        "key": str(uuid4()),
        "order": "Court 7/26",
        "school": "School",
        "level": "bachelor",
        "until": "2027-06-30",
        "ticket": "TKABCDEFGH",
        "evidence": "Card",
        "mark": "internal",
    }
    acts = {entry.name: entry for entry in urlpatterns if set(entry.pattern.converters) <= known.keys()}
    tried = 0
    for name, entry in acts.items():
        address = reverse(f"console:{name}", kwargs={part: known[part] for part in entry.pattern.converters})
        if (
            not entry.pattern.converters
            or name in LOOKS_ONLY
            or address.startswith(("/console/tickets", "/console/sites", "/console/reviews"))
        ):
            continue
        answer = browser.post(address, typed)
        there_is_none = name in ("legal_hold_lift", "raise_phone")
        assert answer.status_code == (404 if there_is_none else 403), (name, answer.status_code)
        tried += 1
    assert tried >= 12
    assert [one.id for one in standing_of(tenant.id).holds] == [hold.id]


# Looking is allowed, and stands in the customer's history; deciding is refused by the case itself.
LOOKS_ONLY = {"customer", "customer_history", "contacts", "application", "job_again"}


def test_no_get_changes_anything_but_the_log_of_looks(manager: Client, customer: Customer) -> None:
    account, tenant = customer
    manager.post(reverse("console:place_hold", args=[tenant.public_id]), {**BECAUSE, "hold": "freeze_arrears"})
    (hold,) = standing_of(tenant.id).holds
    nobody = "00000000-0000-4000-8000-000000000000"
    known = {
        "account_id": account.id,
        "public_id": tenant.public_id,
        "hold_id": hold.id,
        "job_id": 1,
        "reference": "T1",
        "slot": "front",
        "remedy": nobody,
        "image": nobody,
        "client_id": "partner",
        "proposal_id": nobody,
        "kind": "tenants-of-person",
    }

    def everything() -> dict[str, object]:
        """All rows but those that a look itself writes."""
        models = [model for model in apps.get_models() if model.__name__ not in ("Event", "Session", "Job")]
        return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in models}

    before = everything()
    for entry in urlpatterns:
        address = reverse(f"console:{entry.name}", kwargs={name: known[name] for name in entry.pattern.converters})
        manager.get(address, {"reason": "ticket", "note": "Ticket T-1", "allowed": "9", "hold": "freeze_arrears"})
    assert everything() == before
    acts = Event.objects.exclude(name__endswith=":looked_at").exclude(name__startswith="signin:").count()
    assert (
        acts
        == Event.objects.filter(pk__lte=newest_event("console:hold:explained").pk)
        .exclude(name__endswith=":looked_at")
        .exclude(name__startswith="signin:")
        .count()
    )


@pytest.mark.parametrize("address", ["tenants/%00/hold", "tenants/a%20b/hold", "customers/1%00/", "tenants/../hold"])
def test_odd_addresses_lead_nowhere(support: Client, address: str) -> None:
    assert support.get(f"/console/{address}").status_code == 404
