"""Demo data, made through the same services that customers use. A second run finds everything there."""

import re
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from account_center.accounts.queries import account_by_name
from account_center.accounts.services import open_account, prepare_password
from account_center.accounts.types import AccountFacts, AccountKind
from account_center.clients.errors import ClientIdTaken
from account_center.clients.services import new_signing_key, register_client
from account_center.clients.types import Scope
from account_center.kit.actor import Actor, ActorKind, StaffRole, system_actor
from account_center.kit.clock import now
from account_center.kit.demo_people import (
    DEMO_CLIENT_ID,
    DEMO_CLIENT_SECRET,
    DEMO_LEGACIES,
    DEMO_PASSWORD,
    DEMO_PEOPLE,
    DEMO_SITE_ID,
    DEMO_SITE_KEY,
    DEMO_SITE_SECRET,
    DEMO_STAFF,
    FULL_PHONE,
    VERIFIED_IDENTITY,
    DemoPerson,
)
from account_center.kit.email import parse_email
from account_center.messaging.queries import sandbox_inbox
from account_center.onboarding.services import activate_cloud
from account_center.plumbing.work import run_due
from account_center.realname.queries import sandbox_cards, sandbox_face, verification_of
from account_center.realname.services import begin_bank_card, confirm_bank_card
from account_center.realname.services.claims import read_claim
from account_center.signin.services.authenticator import confirm_app, has_app, sandbox_code
from account_center.standing.services import open_standing
from account_center.tenants.queries import tenant_of
from account_center.tenants.services import open_tenant

ACTIVATED = ("zhou.verified", "lin.unverified", "sun.first", "sun.second")
SEED = system_actor("demo")


def seed_demo() -> int:
    """Fills the sandbox. Raises ImproperlyConfigured outside it."""
    if not settings.SANDBOX:
        raise ImproperlyConfigured("Demo data belongs into the sandbox only (ACCOUNT_CENTER_SANDBOX=1).")
    stored = prepare_password(DEMO_PASSWORD, about=[])
    for person in DEMO_PEOPLE:
        account = _person(person, AccountKind.ID, stored)
        if person.name in ACTIVATED:
            activate_cloud(actor=_as(account), account_id=account.id, name=person.name, now=now())
    _legacy(stored)
    _full_phone(stored)
    for name, roles in DEMO_STAFF:
        _staff(name, roles, stored)
    _verify_zhou()
    _client()
    _partner_site()
    print("The demo data is in.")
    return 0


def _person(person: DemoPerson, kind: AccountKind, stored: str) -> AccountFacts:
    return account_by_name(person.name, kind=kind) or open_account(
        actor=SEED,
        kind=kind,
        name=person.name,
        country=person.country,
        stored_password=stored,
        phone=person.phone,
        email=parse_email(person.email) if person.email else None,
        now=now(),
    )


def _as(account: AccountFacts) -> Actor:
    return Actor(kind=ActorKind.CUSTOMER, account_id=account.id, name=account.name)


def _legacy(stored: str) -> None:
    for person in DEMO_LEGACIES:
        # Who was upgraded since the last time is an ID account now.
        upgraded = account_by_name(person.name, kind=AccountKind.ID)
        owner = upgraded or _person(person, AccountKind.LEGACY, stored)
        _tenant(owner, person.name, phone=person.phone, email=person.email)


def _full_phone(stored: str) -> None:
    """Three older tenants behind one phone, so that a fourth is refused."""
    for number in (1, 2, 3):
        person = DemoPerson(f"old.shop{number}", "CN", "", "", "legacy")
        _tenant(_person(person, AccountKind.LEGACY, stored), person.name, phone=FULL_PHONE, email="")


def _tenant(owner: AccountFacts, name: str, *, phone: str, email: str) -> None:
    tenant = tenant_of(owner.id) or open_tenant(
        actor=SEED, owner_id=owner.id, name=name, country=owner.country, phone=phone, email=email, now=now()
    )
    open_standing(tenant_id=tenant.id)


def _staff(name: str, roles: tuple[str, ...], stored: str) -> None:
    staff = account_by_name(name, kind=AccountKind.STAFF) or open_account(
        actor=SEED,
        kind=AccountKind.STAFF,
        name=name,
        country="CN",
        stored_password=stored,
        staff_roles=tuple(StaffRole(role) for role in roles),
        now=now(),
    )
    if not has_app(staff.id):
        # An earlier time step, so that the present one is still good for the first sign-in.
        earlier = now() - timedelta(seconds=30)
        digits = sandbox_code(account_id=staff.id, name=name, now=earlier)
        confirm_app(actor=SEED, account_id=staff.id, digits=digits, now=earlier)


def _verify_zhou() -> None:
    owner = account_by_name("zhou.verified", kind=AccountKind.ID)
    tenant = tenant_of(owner.id) if owner else None
    if owner is None or tenant is None or verification_of(tenant.id) is not None:
        return
    who, moment = VERIFIED_IDENTITY, now()
    card = sandbox_cards()[0].number
    claim, _ = read_claim(name=who.name, id_number=who.id_number, card=card, phone=who.phone, now=moment)
    if claim is None:
        raise ImproperlyConfigured("the demo identity is not valid")
    begun = begin_bank_card(
        actor=_as(owner),
        tenant_id=tenant.id,
        owner_id=owner.id,
        claim=claim,
        face=sandbox_face("same_person"),
        now=moment,
    )
    run_due()
    newest = sandbox_inbox(1, recipient=who.phone)[0]
    digits = re.search(r"\d{6}", newest.text)
    confirm_bank_card(
        actor=_as(owner),
        tenant_id=tenant.id,
        reference=begun.reference,
        digits=digits.group() if digits else "",
        now=now(),
    )


def _partner_site() -> None:
    scopes = [Scope.VERIFICATIONS_WRITE, Scope.STUDENTS_WRITE]
    try:
        register_client(
            actor=SEED,
            client_id=DEMO_SITE_ID,
            name="Demo partner site",
            scopes=scopes,
            secret=DEMO_SITE_SECRET,
            now=now(),
        )
    except ClientIdTaken:
        return
    new_signing_key(client_id=DEMO_SITE_ID, key=DEMO_SITE_KEY, now=now())


def _client() -> None:
    try:
        register_client(
            actor=SEED,
            client_id=DEMO_CLIENT_ID,
            name="Demo shop",
            scopes=[Scope.DECISIONS_READ],
            secret=DEMO_CLIENT_SECRET,
            now=now(),
        )
    except ClientIdTaken:
        return
