"""Verified tenants that want something else to be verified, through the services alone."""

from datetime import datetime

from account_center.accounts.queries import account
from account_center.kit.refused import Refused
from account_center.realname.models import Application
from account_center.realname.services import begin_bank_card, submit_document, submit_papers
from account_center.realname.services.bank_account import submit_bank_account
from account_center.realname.services.papers import ask_register
from account_center.realname.types import (
    AccountClaim,
    ApplicationState,
    ApplicationView,
    ChangeAsked,
    ChangeKind,
    DocumentClaim,
    OrganisationClaim,
    PersonClaim,
)
from account_center.signin.models import FreshProof
from account_center.signin.types import SensitiveAction, WayToProve
from account_center.tenants.types import TenantFacts
from tests.realname.making import (
    GOOD_FACE,
    a_claim,
    a_tenant,
    actor_at,
    an_organisation_claim,
    confirm,
    papers,
    photo,
    pictures,
    submit_company,
    verify,
)
from tests.signin.making import NOW

Answer = tuple[ApplicationView | None, list[Refused]]
FORM = photo("white")


def asked(tenant: TenantFacts, kind: ChangeKind, *, form: bytes = FORM, now: datetime = NOW) -> ChangeAsked:
    """What the owner asks, with a proof that counts."""
    owner = account(tenant.owner_id)
    assert owner
    proof = FreshProof.objects.create(
        account_id=owner.id,
        action=SensitiveAction.CHANGE_VERIFICATION.value,
        way=WayToProve.SMS.value,
        mark=owner.mark,
        proven_at=now,
    )
    return ChangeAsked(kind=kind, proof=proof.public_id, form=form)


def a_person_tenant(claim: PersonClaim | None = None) -> TenantFacts:
    """Verified by bank card."""
    tenant = a_tenant()
    assert verify(tenant, claim).state is ApplicationState.APPROVED
    return tenant


def a_company_tenant(claim: OrganisationClaim | None = None) -> TenantFacts:
    """Verified by papers with which the register agrees."""
    tenant = a_tenant()
    settle(submit_company(tenant, claim))
    return tenant


def settle(view: ApplicationView, *, now: datetime = NOW) -> ApplicationState:
    """The register answers; what has become of the application."""
    row = Application.objects.get(reference=view.reference)
    ask_register(application_id=row.pk, seconds=1, now=now)
    row.refresh_from_db()
    return ApplicationState(row.state)


def by_papers(tenant: TenantFacts, claim: OrganisationClaim | None, change: ChangeAsked | None) -> Answer:
    return submit_papers(
        actor=actor_at(tenant),
        tenant_id=tenant.id,
        owner_id=tenant.owner_id,
        claim=claim or an_organisation_claim(),
        uploads=papers(),
        now=NOW,
        change=change,
    )


def by_document(tenant: TenantFacts, claim: DocumentClaim, change: ChangeAsked | None) -> Answer:
    return submit_document(
        actor=actor_at(tenant),
        tenant_id=tenant.id,
        owner_id=tenant.owner_id,
        claim=claim,
        uploads=pictures(),
        now=NOW,
        change=change,
    )


def by_account(tenant: TenantFacts, claim: AccountClaim, change: ChangeAsked | None) -> Answer:
    return submit_bank_account(actor=actor_at(tenant), tenant_id=tenant.id, claim=claim, now=NOW, change=change)


def draft_by_card(tenant: TenantFacts, claim: PersonClaim | None, change: ChangeAsked | None) -> ApplicationView:
    return begin_bank_card(
        actor=actor_at(tenant),
        tenant_id=tenant.id,
        owner_id=tenant.owner_id,
        claim=claim or a_claim(),
        face=GOOD_FACE,
        now=NOW,
        change=change,
    )


def by_card(tenant: TenantFacts, claim: PersonClaim | None, change: ChangeAsked | None) -> ApplicationView:
    """The bank has answered."""
    return confirm(tenant, draft_by_card(tenant, claim, change))


def begun(answer: Answer) -> ApplicationView:
    view, wrong = answer
    assert view, [refusal.code for refusal in wrong]
    return view


def refused(answer: Answer) -> list[str]:
    view, wrong = answer
    assert view is None
    return [refusal.code for refusal in wrong]
