"""The signed-in person: who he is here and in the cloud, his name and his password."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Router, Schema

from account_center.accounts.services import rename_account
from account_center.accounts.types import AccountFacts, SignInCheck
from account_center.appapi.asked import NewName, NewPassword
from account_center.appapi.callers import AppToken, actor_in, owner_of
from account_center.appapi.docs_of import SIGNED_IN, refusals
from account_center.appapi.keeping import kept_tokens
from account_center.appapi.shown import AccountBrief, LinkShown, TokensShown, account_brief
from account_center.kit.clock import now
from account_center.kit.countries import country_name
from account_center.plumbing.moment import one_moment
from account_center.plumbing.wording import explain
from account_center.signin.services import change_password
from account_center.standing.queries import decisions_in, standing_of
from account_center.standing.types import Action, CustomerKind, Decision, Reason, VerificationStatus
from account_center.tenants.queries import tenant_of
from account_center.tenants.types import Site, TenantFacts, TenantState

router = Router(tags=["Me"], auth=AppToken())


class AccountShown(AccountBrief):
    """The account; phone and e-mail masked. Its country never changes (1.7)."""

    country: str
    country_name: str
    created_at: datetime
    sign_in_check: SignInCheck
    password_changed_at: datetime | None


class ReasonShown(Schema):
    code: str
    what: str
    why: str
    todo: str
    links: list[LinkShown]
    faq: str


class DecisionShown(Schema):
    action: Action
    allowed: bool
    reasons: list[ReasonShown]
    notes: list[ReasonShown]


class TenantShown(Schema):
    """The cloud's view: the tenant, its real-name verification, and what it may do now, with every reason against it."""

    tenant: str
    name: str
    site: Site
    country: str
    state: TenantState
    activated_at: datetime
    customer_kind: CustomerKind
    verification: VerificationStatus
    verified_at: datetime | None
    decisions: list[DecisionShown]


class MeShown(Schema):
    """``tenant`` null: the cloud is not activated yet."""

    account: AccountShown
    tenant: TenantShown | None


@router.get("", response=MeShown, summary="Who I am", openapi_extra=refusals(*SIGNED_IN))
def me(request: HttpRequest) -> MeShown:
    """The account and, if the cloud is activated, the tenant (1.3, 1.13)."""
    owner = owner_of(request)
    with one_moment():
        tenant = tenant_of(owner.id)
        return MeShown(account=_account(owner), tenant=_tenant(tenant) if tenant else None)


def _account(owner: AccountFacts) -> AccountShown:
    return AccountShown(
        **account_brief(owner).dict(),
        country=owner.country,
        country_name=country_name(owner.country, get_language() or "en"),
        created_at=owner.created_at,
        sign_in_check=owner.check,
        password_changed_at=owner.password_changed_at,
    )


def _tenant(tenant: TenantFacts) -> TenantShown:
    standing = standing_of(tenant.id)
    decisions = decisions_in(standing, Action, now())
    return TenantShown(
        tenant=tenant.public_id,
        name=tenant.name,
        site=tenant.site,
        country=tenant.country,
        state=tenant.state,
        activated_at=tenant.activated_at,
        customer_kind=standing.kind,
        verification=standing.verification,
        verified_at=standing.verified_at,
        decisions=[_decision(one) for one in decisions.values()],
    )


def _decision(decision: Decision) -> DecisionShown:
    return DecisionShown(
        action=decision.action,
        allowed=decision.allowed,
        reasons=[_reason(reason) for reason in decision.reasons],
        notes=[_reason(note) for note in decision.notes],
    )


def _reason(reason: Reason) -> ReasonShown:
    explained = explain(reason.code, reason.facts)
    links = [LinkShown(label=label, href=settings.PUBLIC_ADDRESS + href) for label, href in explained.ways]
    return ReasonShown(
        code=explained.code, what=explained.what, why=explained.why, todo=explained.todo, links=links, faq=explained.faq
    )


@router.put("/name", response=AccountShown, summary="Change the account name", openapi_extra=refusals(*SIGNED_IN))
def rename(request: HttpRequest, body: NewName) -> AccountShown:
    """The new name signs in from now on; the old one no longer does (3.1.6)."""
    return _account(rename_account(actor=actor_in(request), account_id=owner_of(request).id, name=body.name))


@router.put("/password", response=TokensShown, summary="Change the password", openapi_extra=refusals(*SIGNED_IN))
def password(request: HttpRequest, body: NewPassword) -> TokensShown:
    """Every other session ends, everywhere and at once; this one goes on with the new tokens of the answer (3.1.21)."""
    changed = change_password(
        actor=actor_in(request),
        account_id=owner_of(request).id,
        old=body.old_password,
        new=body.password,
        now=now(),
    )
    return kept_tokens(request, mark=changed.mark)
