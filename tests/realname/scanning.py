"""Scans through the services alone: a computer that shows a code, and a phone."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from account_center.kit.actor import Actor
from account_center.realname.services.claims import read_scan_claim
from account_center.realname.services.scanning import begin_scan
from account_center.realname.services.scanning_phone import send_picture, take_over
from account_center.realname.types import ApplicationView, PersonClaim, PhoneView
from account_center.tenants.types import TenantFacts
from tests.realname.making import GOOD_FACE, NAME, a_person, actor_at
from tests.signin.making import NOW, visitor

PHONE, OTHER_PHONE = "p" * 43, "q" * 43


def phone_at(address: str = "203.0.113.77") -> Actor:
    """Somebody at a phone, not signed in."""
    return visitor(address)


def a_scan_claim(*, id_number: str = "", name: str = NAME, now: datetime = NOW) -> PersonClaim:
    claim, wrong = read_scan_claim(name=name, id_number=id_number or a_person(), now=now)
    assert claim, wrong
    return claim


@dataclass(frozen=True)
class Shown:
    """A code on a computer."""

    tenant: TenantFacts
    view: ApplicationView
    token: str


def show(
    tenant: TenantFacts, claim: PersonClaim | None = None, *, session_id: UUID | None = None, now: datetime = NOW
) -> Shown:
    shown, wrong = begin_scan(
        actor=actor_at(tenant),
        tenant_id=tenant.id,
        owner_id=tenant.owner_id,
        claim=claim or a_scan_claim(now=now),
        session_id=session_id,
        now=now,
    )
    assert shown, wrong
    return Shown(tenant, shown.view, shown.token)


def take(shown: Shown, *, phone: str = PHONE, now: datetime = NOW) -> UUID:
    return take_over(actor=phone_at(), token=shown.token, phone=phone, now=now)


send = partial(send_picture, actor=phone_at(), phone=PHONE, picture=GOOD_FACE)


def scan(tenant: TenantFacts, claim: PersonClaim | None = None, *, face: bytes = GOOD_FACE) -> PhoneView:
    """The whole way."""
    return send(handover_id=take(show(tenant, claim)), picture=face, now=NOW)
