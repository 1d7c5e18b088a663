"""Trusted sites for the tests: they sign nothing here, the services are asked directly."""

from datetime import date, datetime
from hashlib import sha256
from itertools import count

from account_center.clients.services import register_client
from account_center.clients.types import Scope
from account_center.kit.actor import Actor
from account_center.kit.refused import Refused
from account_center.realname.services.agreements import SCOPES, agree
from account_center.realname.services.partners import read_resident, site_actor, take_result
from account_center.realname.types import (
    AgreementView,
    DocumentClaim,
    OrganisationClaim,
    PartnerAnswer,
    PartnerMethod,
    PartnerResult,
    PersonClaim,
    Purpose,
    Told,
    TrustedSite,
)
from account_center.tenants.types import TenantFacts
from tests.realname.making import NAME, a_person, actor_at
from tests.signin.making import NOW
from tests.standing.making import SYSTEM

NUMBERS = count(1)


def a_site(*, purpose: Purpose = Purpose.VERIFICATION, scopes: tuple[Scope, ...] = ()) -> TrustedSite:
    """A client whose word we take."""
    client_id = f"site{next(NUMBERS)}"
    rights = scopes or (SCOPES[purpose],)
    made = register_client(actor=SYSTEM, client_id=client_id, name=f"Site of {client_id}", scopes=rights, now=NOW)
    return TrustedSite(client_id, made.client.name)


def agreed(
    tenant: TenantFacts, site: TrustedSite, *, purpose: Purpose = Purpose.VERIFICATION, now: datetime = NOW
) -> AgreementView:
    return agree(
        actor=actor_at(tenant),
        tenant_id=tenant.id,
        owner_id=tenant.owner_id,
        client_id=site.client_id,
        purpose=purpose,
        now=now,
    )


def a_resident(number: str = "", name: str = NAME) -> PersonClaim:
    claim, wrong = read_resident(name=name, number=number or a_person(), now=NOW)
    assert claim, wrong
    return claim


def told(
    tenant: TenantFacts, agreement: AgreementView, *, reference: str = "", code: str = "", content: str = ""
) -> Told:
    own = reference or f"P-{next(NUMBERS)}"
    digest = sha256(f"{own}{content}".encode()).digest()
    return Told(agreement.site, tenant.public_id, code or agreement.code, own, digest)


def a_result(
    said: Told, claim: PersonClaim | DocumentClaim | OrganisationClaim | None = None, *, on: date = date(2026, 11, 20)
) -> PartnerResult:
    return PartnerResult(said, PartnerMethod.FACE, on, claim or a_resident())


def actor_of(site: TrustedSite) -> Actor:
    return site_actor(site, address="203.0.113.9", agent="partner/1")


def send(result: PartnerResult, *, now: datetime = NOW) -> tuple[PartnerAnswer | None, list[Refused]]:
    return take_result(actor=actor_of(result.told.site), result=result, now=now)


def codes_of(wrong: list[Refused]) -> list[str]:
    return [one.code for one in wrong]


def taken(answer: tuple[PartnerAnswer | None, list[Refused]]) -> PartnerAnswer:
    view, wrong = answer
    assert view, codes_of(wrong)
    return view
