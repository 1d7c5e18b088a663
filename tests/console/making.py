"""Staff and customers for the console's tests. Staff come in by the real pages."""

import re
from base64 import b32decode
from datetime import UTC, datetime, timedelta
from itertools import count

import time_machine
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.test import Client
from django.urls import reverse

from account_center.accounts.services import open_account, prepare_password
from account_center.accounts.types import AccountFacts, AccountKind
from account_center.audit.models import Event
from account_center.kit.actor import StaffRole, system_actor
from account_center.kit.clock import now
from account_center.kit.demo_numbers import demo_card, demo_resident_id
from account_center.kit.email import parse_email
from account_center.onboarding.services import activate_cloud
from account_center.realname.models import Application, Verification
from account_center.realname.services.claims import read_claim
from account_center.realname.subjects import keep_subject
from account_center.realname.types import ApplicationState, Way
from account_center.tenants.types import TenantFacts

MOMENT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PASSWORD = "kranich lampe 47 sauerteig"
SYSTEM = system_actor("tests")
NUMBERS = count(1)
BECAUSE = {"reason": "ticket", "note": "Ticket T-4711"}
ID_NUMBER = demo_resident_id()
_STORED: list[str] = []
Clock = time_machine.Traveller


def stored() -> str:
    """PASSWORD as it is kept; hashed once."""
    if not _STORED:
        _STORED.append(prepare_password(PASSWORD, about=[]))
    return _STORED[0]


def an_account(
    name: str = "",
    *,
    kind: AccountKind = AccountKind.ID,
    phone: str = "",
    email: str = "",
    roles: tuple[StaffRole, ...] = (),
) -> AccountFacts:
    return open_account(
        actor=SYSTEM,
        kind=kind,
        name=name or f"someone{next(NUMBERS)}",
        country="CN",
        stored_password=stored(),
        phone=phone,
        email=parse_email(email) if email else None,
        language="en",
        staff_roles=roles,
        now=now(),
    )


def a_customer(name: str = "", *, phone: str = "+8613912345678", email: str = "") -> tuple[AccountFacts, TenantFacts]:
    """An ID account with its tenant."""
    account = an_account(name, phone=phone, email=email)
    tenant_name = f"{account.name} works"
    return account, activate_cloud(actor=SYSTEM, account_id=account.id, name=tenant_name, now=now())


def an_application(
    tenant: TenantFacts, state: ApplicationState = ApplicationState.APPROVED, refusal: str = ""
) -> Application:
    """An attempt by bank card as it stands afterwards; an approved one verifies the tenant."""
    claim, wrong = read_claim(
        name="王小明", id_number=ID_NUMBER, card=demo_card("622202"), phone="13700001234", now=now()
    )
    assert claim, wrong
    made = Application.objects.create(
        reference=f"RN{next(NUMBERS):010d}",
        tenant_id=tenant.id,
        way=Way.BANK_CARD.value,
        state=state.value,
        subject=keep_subject(claim, now=now(), erase_at=None),
        refusal=refusal,
        card_reference="bank-ref-1",
        consented_at=now(),
        consent_version="1",
        created_at=now(),
        confirmed_at=now(),
        decided_at=now(),
    )
    if state is ApplicationState.APPROVED:
        Verification.objects.create(
            tenant_id=tenant.id, application=made, way=made.way, subject=made.subject, verified_at=now()
        )
    return made


class Desk:
    """A member of staff at a browser, with the authenticator app beside it."""

    def __init__(self, clock: Clock, *roles: StaffRole, address: str = "198.51.100.7") -> None:
        self.clock = clock
        self.staff = an_account(f"staff{next(NUMBERS)}", kind=AccountKind.STAFF, roles=roles)
        self.browser = Client(REMOTE_ADDR=address, headers={"accept-language": "en"})
        self.secret = ""

    def type_password(self, password: str = PASSWORD) -> str:
        """Where the page leads to after the password; the page itself if it refused."""
        answer = self.browser.post(reverse("console:sign_in"), {"identifier": self.staff.name, "password": password})
        return answer["Location"] if answer.status_code == 302 else answer.content.decode()

    def read_secret(self) -> str:
        page = self.browser.get(reverse("console:sign_in_set_up")).content.decode()
        found = re.search(r"<code[^>]*>([A-Z2-7 ]{20,})</code>", page)
        assert found, page
        self.secret = found[1].replace(" ", "")
        return self.secret

    def code(self) -> str:
        """What the app shows now."""
        secret = self.secret + "=" * (-len(self.secret) % 8)
        return TOTP(b32decode(secret), 6, SHA1(), 30).generate(int(now().timestamp())).decode()

    def later(self, seconds: float = 60) -> None:
        self.clock.shift(timedelta(seconds=seconds))

    def enter(self) -> Client:
        """Both factors, the first time with the set-up of the app."""
        goal = self.type_password()
        if goal == reverse("console:sign_in_set_up"):
            self.read_secret()
        answer = self.browser.post(goal, {"code": self.code()})
        assert answer.status_code == 302, answer.content.decode()
        self.later()
        return self.browser


def newest_event(name: str) -> Event:
    return Event.objects.filter(name=name).latest("pk")


def events(name: str) -> int:
    return Event.objects.filter(name=name).count()
