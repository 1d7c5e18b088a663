"""Finding and looking: masked everywhere, and every look in the log."""

import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from account_center.accounts.models import Account
from account_center.accounts.types import AccountFacts, AccountKind
from account_center.audit.models import Event
from account_center.audit.services import record
from account_center.console.rules import kept_note, kind_of_term
from account_center.console.types import TermKind
from account_center.kit.clock import now
from account_center.kit.masking import mask_number
from account_center.realname.types import ApplicationState
from account_center.standing.services import note_name_change, note_verification, place_hold
from account_center.standing.types import CustomerKind, HoldReason, VerificationStatus
from account_center.tenants.models import Tenant
from account_center.tenants.types import TenantFacts
from tests.console.making import (
    BECAUSE,
    ID_NUMBER,
    SYSTEM,
    Desk,
    a_customer,
    an_account,
    an_application,
    events,
    newest_event,
)

PHONE = "+8613912345678"
EMAIL = "Wang.Xiaoming@example.com"


def search(browser: Client, term: str) -> str:
    return browser.post(reverse("console:search"), {"term": term}).content.decode()


def page_of(browser: Client, account: AccountFacts) -> str:
    return browser.get(reverse("console:customer", args=[account.id])).content.decode()


@pytest.fixture
def customer(desk: Desk) -> tuple[AccountFacts, TenantFacts]:
    account, tenant = a_customer("wang.shop", phone=PHONE, email=EMAIL)
    an_application(tenant)
    return account, tenant


TERMS: list[tuple[str, Callable[[TenantFacts], str]]] = [
    ("name", lambda tenant: "WANG.shop"),
    ("name", lambda tenant: tenant.name.upper()),
    ("name", lambda tenant: f" {tenant.public_id.upper()} "),
    ("phone", lambda tenant: "139 1234 5678"),
    ("phone", lambda tenant: "+86-139-1234-5678"),
    ("phone", lambda tenant: "008613912345678"),
    ("email", lambda tenant: "wang.xiaoming@EXAMPLE.com"),
    ("document", lambda tenant: ID_NUMBER.lower()),
    ("document", lambda tenant: f"{ID_NUMBER[:6]} {ID_NUMBER[6:14]} {ID_NUMBER[14:]}"),
    ("document", lambda tenant: mask_number(ID_NUMBER)),
]


@pytest.mark.parametrize(("kind", "term"), TERMS)
def test_each_kind_of_term_finds_and_is_recorded_without_the_term(
    support: Client, customer: tuple[AccountFacts, TenantFacts], kind: str, term: Callable[[TenantFacts], str]
) -> None:
    account, tenant = customer
    typed = term(tenant)
    page = search(support, typed)
    assert reverse("console:customer", args=[account.id]) in page
    event = newest_event("console:customer:searched")
    assert event.facts == {"kind": kind, "hits": 1}
    assert typed.strip() not in json.dumps(event.facts)
    if kind != "name":
        assert typed not in page


def test_a_phone_finds_all_its_accounts_and_tenants_once(support: Client) -> None:
    first, _ = a_customer(phone=PHONE)
    legacy = an_account(kind=AccountKind.LEGACY, phone=PHONE)
    other, tenant = a_customer(phone="+8613912345670")
    Tenant.objects.filter(pk=tenant.id).update(contact_phone=PHONE)
    page = search(support, PHONE)
    for found in (first, legacy, other):
        assert page.count(reverse("console:customer", args=[found.id])) == 1


@pytest.mark.parametrize("term", ["nobody", "a@b", "110101199001010000", "x" * 254, "<script>", "*", "%", "\x00"])
def test_what_finds_nothing_says_how_to_search(support: Client, term: str) -> None:
    answer = support.post(reverse("console:search"), {"term": term})
    assert answer.status_code in (200, 422)
    assert "<script>" not in answer.content.decode()
    if answer.status_code == 200:
        assert "Nobody was found." in answer.content.decode()


def test_staff_are_not_customers(support: Client, desk: Desk) -> None:
    assert "Nobody was found." in search(support, desk.staff.name)
    answer = support.get(reverse("console:customer", args=[desk.staff.id]))
    assert answer.status_code == 404
    assert "There is no such customer." in answer.content.decode()


@pytest.mark.parametrize("number", [0, 999_999, 10**18, 10**30])
def test_a_number_nobody_has_is_answered_calmly(support: Client, number: int) -> None:
    assert support.get(f"/console/customers/{number}/").status_code == 404


def test_the_page_shows_the_customer_masked_and_the_look_is_in_his_history(
    support: Client, desk: Desk, customer: tuple[AccountFacts, TenantFacts]
) -> None:
    account, tenant = customer
    page = page_of(support, account)
    for shown in (
        "+86 139****5678",
        "Wa***@example.com",
        tenant.public_id,
        "110***********",
        "**明",
        "bank-ref-1",
        "1 of 3",
    ):
        assert shown in page
    event = newest_event("console:customer:looked_at")
    assert (event.account_id, event.actor_kind, event.actor_name) == (account.id, "staff", desk.staff.name)


@pytest.mark.clause("1.39", "1.40", "2.1.1")
def test_every_action_is_shown_with_every_reason(support: Client, customer: tuple[AccountFacts, TenantFacts]) -> None:
    account, tenant = customer
    for reason in (HoldReason.FREEZE_VIOLATION, HoldReason.RESTRICTION_MISUSE):
        place_hold(actor=SYSTEM, tenant_id=tenant.id, reason=reason, now=now())
    page = page_of(support, account)
    assert "This tenant is not verified." in page
    assert "Frozen: violation" in page
    assert "Restricted: misuse" in page
    row = page[page.index("Buy cloud services") : page.index("Buy on demand")]
    assert row.count("<br>") == 2, "three reasons against buying"


@pytest.mark.clause("2.3.20")
def test_staff_read_by_which_name_invoices_go(support: Client, customer: tuple[AccountFacts, TenantFacts]) -> None:
    account, tenant = customer
    assert "invoices go by" not in page_of(support, account)
    status, kind = VerificationStatus.VERIFIED, CustomerKind.INDIVIDUAL
    note_verification(tenant_id=tenant.id, status=status, kind=kind, now=now())
    note_name_change(tenant_id=tenant.id, waiting=True, now=now())
    assert "until the change is approved invoices go by the present name" in page_of(support, account)


@pytest.mark.clause("2.1.12")
def test_a_refused_verification_is_explained(support: Client) -> None:
    account, tenant = a_customer()
    an_application(tenant, ApplicationState.REFUSED, "realname.too_young")
    page = page_of(support, account)
    assert "realname.too_young" in page
    assert "Refused" in page


LOOKS = ["console:customer", "console:customer_history"]


@pytest.mark.parametrize("name", LOOKS)
def test_every_look_is_an_event_of_the_customer(
    support: Client, customer: tuple[AccountFacts, TenantFacts], name: str
) -> None:
    account, _ = customer
    before = Event.objects.filter(account_id=account.id, actor_kind="staff").count()
    support.get(reverse(name, args=[account.id]))
    assert Event.objects.filter(account_id=account.id, actor_kind="staff").count() == before + 1


def test_contacts_in_full_need_a_reason_and_are_shown_once(
    support: Client, customer: tuple[AccountFacts, TenantFacts]
) -> None:
    account, _ = customer
    page = reverse("console:contacts", args=[account.id])
    assert PHONE not in support.get(page).content.decode()
    for wrong in ({}, {"reason": "ticket"}, {"note": "T-1"}, {"reason": "curiosity", "note": "T-1"}):
        answer = support.post(page, wrong)
        assert answer.status_code == 422
        assert PHONE not in answer.content.decode()
    assert events("console:contact:looked_at") == 0
    shown = support.post(page, BECAUSE)
    assert PHONE in shown.content.decode()
    assert EMAIL in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    event = newest_event("console:contact:looked_at")
    assert (event.account_id, event.facts) == (account.id, BECAUSE)
    assert PHONE not in support.get(page).content.decode()


def test_no_page_holds_a_full_phone_address_or_number(
    manager: Client, customer: tuple[AccountFacts, TenantFacts]
) -> None:
    account, tenant = customer
    note = f"called from {PHONE}, {EMAIL}, {ID_NUMBER}, 139 1234 5678"
    manager.post(reverse("console:contacts", args=[account.id]), {"reason": "ticket", "note": note})
    by_account = ["customer", "customer_history", "contacts", "send_names"]
    by_tenant = ["tenant_country", "place_hold"]
    pages = [reverse(f"console:{name}", args=[account.id]) for name in by_account]
    pages += [reverse(f"console:{name}", args=[tenant.public_id]) for name in by_tenant]
    pages += [reverse("console:raise_phone", args=[account.id, f"{kind}-of-phone"]) for kind in ("accounts", "tenants")]
    pages += [reverse("console:raise_number", args=[tenant.public_id, "tenants-of-person"])]
    shown = [manager.get(page).content.decode() for page in [*pages, "/console/", "/console/search"]]
    shown += [search(manager, term) for term in (PHONE, EMAIL, ID_NUMBER)]
    for text in shown:
        for secret in (PHONE, "13912345678", "139 1234 5678", EMAIL, EMAIL.lower(), ID_NUMBER):
            assert secret not in text
    kept = json.dumps([event.facts for event in Event.objects.all()])
    assert "13912345678" not in kept
    assert EMAIL not in kept
    assert ID_NUMBER not in kept


def test_a_script_in_a_name_is_only_text(manager: Client, customer: tuple[AccountFacts, TenantFacts]) -> None:
    account, tenant = customer
    attack = "<script>alert('x')</script>"
    Account.objects.filter(pk=account.id).update(name=attack)
    Tenant.objects.filter(pk=tenant.id).update(name=attack)
    record(
        actor=SYSTEM,
        event="tenants:name:changed",
        account_id=account.id,
        facts={"before": attack, "after": "{before.__class__}"},
    )
    for page in (
        page_of(manager, account),
        search(manager, PHONE),
        manager.get(reverse("console:customer_history", args=[account.id])).content.decode(),
        manager.get(reverse("console:place_hold", args=[tenant.public_id])).content.decode(),
    ):
        assert attack not in page
        assert escape(attack) in page


def test_the_history_is_paged_by_the_last_event_shown(
    support: Client, customer: tuple[AccountFacts, TenantFacts]
) -> None:
    account, _ = customer
    for number in range(70):
        record(actor=SYSTEM, event="accounts:phone:changed", account_id=account.id, facts={"phone": f"step {number}."})
    page = reverse("console:customer_history", args=[account.id])
    first = support.get(page).content.decode()
    assert "step 69." in first
    assert "step 19." not in first
    older = first[first.index("?before=") :].split('"')[0]
    second = support.get(page + older).content.decode()
    assert "step 19." in second
    assert "step 20." not in second
    for odd in ("abc", "-1", "9" * 40, "٣", "0", ""):
        assert support.get(page, {"before": odd}).status_code == 200


@pytest.mark.clause("3.1.19")
def test_staff_choose_among_the_events_of_a_customer(
    support: Client, customer: tuple[AccountFacts, TenantFacts]
) -> None:
    account, _ = customer
    record(actor=SYSTEM, event="accounts:phone:changed", account_id=account.id, facts={"phone": "step 1."})
    record(actor=SYSTEM, event="signin:password:wrong", account_id=account.id)
    page = reverse("console:customer_history", args=[account.id])
    failed = support.get(page, {"topic": "failed"}).content.decode()
    assert "A wrong password was typed." in failed
    assert "step 1." not in failed
    assert "step 1." not in support.get(page, {"network": "192.0.2.0/24"}).content.decode()
    assert support.get(page, {"network": "nowhere"}).status_code == 422
    assert support.get(page, {"since": "2026-02-02", "until": "2026-02-01"}).status_code == 422
    whole = support.get(page, {"since": "0001-01-01", "until": "9999-12-31"})
    assert "step 1." in whole.content.decode()


def test_an_account_without_tenant_says_so(support: Client) -> None:
    assert "it has no tenant" in page_of(support, an_account())


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_speak_the_readers_language(
    support: Client, customer: tuple[AccountFacts, TenantFacts], language: str
) -> None:
    page = support.get(
        reverse("console:customer", args=[customer[0].id]), headers={"accept-language": language}
    ).content.decode()
    assert ("实名认证" in page) is (language == "zh-hans")
    assert ("Newest events" in page) is (language == "en")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ticket T-4711", "Ticket T-4711"),
        ("ticket 20261123 no 42", "ticket 20261123 no 42"),
        ("13912345678", "139****5678"),
        ("+8613912345678 called", "+86*******5678 called"),
        ("139 1234-5678", "139******5678"),
        ("a.b@example.com wrote", "a.***@example.com wrote"),
        (ID_NUMBER, mask_number(ID_NUMBER)),
    ],
)
def test_a_note_keeps_ticket_numbers_and_masks_the_rest(typed: str, kept: str) -> None:
    assert kept_note(typed) == kept


@pytest.mark.parametrize(
    ("term", "kind"),
    [
        ("13912345678", TermKind.PHONE),
        ("+65 9123 4567", TermKind.PHONE),
        ("x@y", TermKind.EMAIL),
        ("110***********002X", TermKind.DOCUMENT),
        ("9133**********058B", TermKind.DOCUMENT),
        ("91330100 799655058b", TermKind.DOCUMENT),
        ("110101900101123", TermKind.DOCUMENT),
        ("wang.shop", TermKind.NAME),
        ("12306", TermKind.NAME),
    ],
)
def test_a_term_is_read_as_what_it_looks_like(term: str, kind: TermKind) -> None:
    assert kind_of_term(term) is kind
