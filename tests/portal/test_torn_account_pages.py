"""What a customer is shown of his account is of one moment, whatever changes while the page is being read."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import transaction
from django.db.models import Model, QuerySet
from django.test import Client
from django.urls import reverse

from account_center.accounts.models import Account
from account_center.accounts.types import AccountFacts, SignInCheck
from account_center.plumbing.session_row import Session
from account_center.policy.models import SecurityPolicy
from account_center.realname.models import Application, Verification
from account_center.recovery.models import EmergencyContact, Recovery
from account_center.signin.models import Device, Passkey, RecoveryCode, SecondFactor
from account_center.signin.services import authenticator, recovery_codes
from account_center.standing.models import Hold, TenantStanding
from account_center.support.models import Entry, Ticket
from account_center.support.services.desk import answer
from account_center.tenants.models import Tenant
from account_center.tenants.types import TenantFacts
from tests.between_each import after_statement
from tests.console.making import an_application
from tests.realname.making import a_tenant
from tests.recovery.making import with_contact
from tests.signin.making import NOW, a_phone, an_account, trusted_device
from tests.support.making import a_colleague, a_ticket

pytestmark = pytest.mark.django_db(transaction=True)
# Who is signed in stands above every page, and was looked up before it.
SECRET = re.compile(
    r"Signed in as </span>[^<]+|"
    r'name="(csrfmiddlewaretoken|key)" value="[^"]+"|X-CSRFToken&quot;: &quot;[^&]+|"X-CSRFToken": "[^"]+'
)


@pytest.fixture(autouse=True)
def _now_and_no_later() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@dataclass(frozen=True)
class Fact:
    """Rows with two sets of values, of which one holds at a time."""

    rows: QuerySet[Model]
    one: Mapping[str, object]
    other: Mapping[str, object]


@dataclass
class Case:
    """A customer whose facts all turn at once: into others, and back again."""

    account: AccountFacts
    tenant: TenantFacts
    ticket: str
    browser: Client
    facts: list[Fact] = field(default_factory=list)
    turned: bool = False

    @transaction.atomic
    def turn(self) -> None:
        self.turned = not self.turned
        for fact in self.facts:
            assert fact.rows.update(**(fact.other if self.turned else fact.one)) == 1, fact.rows.model


def a_case() -> Case:
    owner = an_account(phone=a_phone(), email=f"{uuid4().hex[:12]}@example.org")
    tenant, elsewhere = a_tenant(owner), a_tenant()
    with_contact(owner)
    case = Case(owner, tenant, a_ticket(owner), signed_in(owner))
    case.facts += [
        *_facts_of_account(owner, elsewhere.owner_id),
        *_facts_of_tenant(tenant, elsewhere.id),
        *_facts_of_ticket(case.ticket),
    ]
    return case


def signed_in(owner: AccountFacts) -> Client:
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(Account.objects.get(pk=owner.id))
    return browser


def _facts_of_account(owner: AccountFacts, elsewhere: int) -> list[Fact]:
    here, gone = {"account_id": owner.id}, {"account_id": elsewhere}
    authenticator.begin_app(account_id=owner.id, name="app", now=NOW)
    recovery_codes.replace_codes(account_id=owner.id, now=NOW)
    code = RecoveryCode.objects.filter(account_id=owner.id)[0]
    device = Device.objects.get(account_id=owner.id, trusted_mark=_trusting(owner))
    other_session = signed_in(owner).session.session_key
    key = Passkey.objects.create(
        account_id=owner.id, slot=0, name="key", credential_id=uuid4().bytes, public_key=b"", created_at=NOW
    )
    waiting = Recovery.objects.create(
        account_id=owner.id, state="waiting", mark=owner.mark, wait_until=NOW, created_at=NOW, expires_at=NOW
    )
    contact = EmergencyContact.objects.get(account_id=owner.id)
    old, fresh = NOW - timedelta(days=28), NOW
    return [
        Fact(
            Account.objects.filter(pk=owner.id),
            {"name": owner.name, "sign_in_check": SignInCheck.CODE.value, "password_changed_at": fresh},
            {"name": f"{owner.name}2", "sign_in_check": SignInCheck.APP.value, "password_changed_at": old},
        ),
        Fact(SecondFactor.objects.filter(account_id=owner.id), {"confirmed_at": None}, {"confirmed_at": NOW}),
        Fact(RecoveryCode.objects.filter(pk=code.pk), {"used_at": None}, {"used_at": NOW}),
        Fact(
            Device.objects.filter(pk=device.pk),
            {"trusted_at": NOW, "trusted_mark": device.trusted_mark},
            {"trusted_at": None, "trusted_mark": ""},
        ),
        *[
            Fact(rows, here, gone)
            for rows in (
                Passkey.objects.filter(pk=key.pk),
                Recovery.objects.filter(pk=waiting.pk),
                EmergencyContact.objects.filter(pk=contact.pk),
                Session.objects.filter(session_key=other_session),
            )
        ],
    ]


def _trusting(owner: AccountFacts) -> str:
    trusted_device(owner)
    return owner.trust_mark


def _facts_of_tenant(tenant: TenantFacts, elsewhere: int) -> list[Fact]:
    application = an_application(tenant)
    policy = SecurityPolicy.objects.create(tenant_id=tenant.id, changed_at=NOW)
    hold = Hold.objects.create(
        tenant_id=tenant.id, reason="freeze_violation", since=NOW, placed_by="staff", placed_at=NOW
    )
    return [
        Fact(
            Tenant.objects.filter(pk=tenant.id),
            {"name": tenant.name, "organisation_name": "", "contact_email": tenant.contact_email},
            {"name": f"{tenant.name} 2", "organisation_name": "Works", "contact_email": "works@example.org"},
        ),
        Fact(
            TenantStanding.objects.filter(pk=tenant.id),
            {"customer_kind": "undeclared", "verification": "none", "verified_at": None},
            {"customer_kind": "individual", "verification": "verified", "verified_at": NOW},
        ),
        Fact(Hold.objects.filter(pk=hold.pk), {"lifted_at": None}, {"lifted_at": NOW, "lifted_by": "staff"}),
        Fact(
            SecurityPolicy.objects.filter(pk=policy.pk),
            {"password_days": 0, "session_minutes": 0, "least_check": "any"},
            {"password_days": 30, "session_minutes": 60, "least_check": "second_factor"},
        ),
        Fact(Application.objects.filter(pk=application.pk), {"state": "draft"}, {"state": "approved"}),
        Fact(Verification.objects.filter(application=application), {"tenant_id": elsewhere}, {"tenant_id": tenant.id}),
    ]


def _facts_of_ticket(reference: str) -> list[Fact]:
    staff = a_colleague()
    answer(actor=staff, reference=reference, key=uuid4(), text="It works again.", asks=False, now=NOW)
    entry = Entry.objects.get(ticket__reference=reference, voice="staff")
    return [
        Fact(
            Ticket.objects.filter(reference=reference),
            {"state": "open", "closed_at": None, "closed_because": ""},
            {"state": "closed", "closed_at": NOW, "closed_because": "solved"},
        ),
        Fact(Entry.objects.filter(pk=entry.pk), {"voice": "note"}, {"voice": "staff"}),
    ]


PAGES = (
    "home",
    "account",
    "security",
    "devices",
    "app",
    "recovery_codes",
    "passkeys",
    "sign_in_check",
    "security_policy",
    "security_password",
    "privacy",
    "privacy_delete",
    "emergency_contacts",
    "support",
    "tickets",
    "ticket",
    "history",
    "activate",
    "messages",
)


def read(case: Case, page: str) -> str:
    answer = case.browser.get(reverse(f"portal:{page}", args=[case.ticket] if page == "ticket" else []))
    assert answer.status_code < 400, answer.status_code
    return f"{answer.status_code} {answer.get('Location', '')} {SECRET.sub('', answer.content.decode())}"


def after_each_statement(case: Case, page: str) -> Iterator[tuple[str, str, str]]:
    """What the page showed before, while and after everything turned, for each statement in which it may turn."""
    shown = {}
    for _ in range(2):
        shown[case.turned] = read(case, page)
        case.turn()
    for number in range(1, 100):
        before = shown[case.turned]
        with after_statement(number, case.turn) as beside:
            seen = read(case, page)
        if beside.acted is None:
            return
        yield before, seen, shown[case.turned]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_what_was_true_before_or_after(page: str) -> None:
    case, turns = a_case(), 0
    case.turn()
    case.turn()  # every fact was written twice, and is as it will be whenever it turns
    for before, seen, after in after_each_statement(case, page):
        assert seen in (before, after), difference(before, seen, after)
        turns += 1
    assert turns > 1


def difference(before: str, seen: str, after: str) -> str:
    """The lines that stand in neither."""
    known = {*before.splitlines(), *after.splitlines()}
    return "\n".join(
        [
            "from two moments:",
            *[
                line
                for line in seen.splitlines()
                if line in set(before.splitlines()) ^ set(after.splitlines()) or line not in known
            ],
        ]
    )
