"""Reading what a tenant asks of its users. Everything a sign-in needs comes in one query."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import F, Q, QuerySet, Subquery

from account_center.accounts.types import AccountKind
from account_center.kit.limits import MINUTE
from account_center.plumbing.prepared import Question
from account_center.policy.models import SecurityPolicy
from account_center.policy.rules import notice_days
from account_center.policy.types import PolicyFacts, SignInRules
from account_center.tenants.types import TenantState


def sign_in_rules(account_id: int) -> SignInRules:
    """All that a sign-in asks of the policy, in one query: networks, age of the password, session, least check."""
    # Most accounts are under no policy of their own, and hear so without a query being built.
    row = next(iter(_policies_over(account_id)[:1]), None) if _IS_THERE_ONE(account_id) else None
    if row is None:
        return SignInRules(session_seconds=settings.LIMITS.session_seconds)
    facts = row.facts()
    return SignInRules(
        session_seconds=_seconds(facts.session_minutes),
        tenant_id=facts.tenant_id,
        networks=facts.networks,
        password_days=facts.password_days,
        password_history=facts.password_history,
        password_min_hours=facts.password_min_hours,
        least_check=facts.least_check,
        is_owner=row.owner_id == account_id,  # type: ignore[attr-defined] # annotated
        way_back=facts.way_back,
        way_back_until=facts.way_back_until,
    )


def policy_of_account(account_id: int) -> PolicyFacts | None:
    """The policy this account signs in under; None if its tenant has saved none, or there is no tenant."""
    row = next(iter(_policies_over(account_id)[:1]), None)
    return row.facts() if row else None


def policy_of_tenant(tenant_id: int) -> PolicyFacts:
    """The tenant's policy; version 0 with the operator's defaults if it has saved none."""
    row = SecurityPolicy.objects.filter(pk=tenant_id).first()
    return row.facts() if row else PolicyFacts(tenant_id=tenant_id)


def password_too_old(*, account_id: int, changed_at: datetime, now: datetime) -> bool:
    """Whether a password set at ``changed_at`` has run out (3.1.20)."""
    return sign_in_rules(account_id).password_too_old(changed_at, now=now)


def days_left(*, account_id: int, changed_at: datetime, now: datetime) -> int | None:
    """Begun days until the password runs out; 0 once it has, None if it never does."""
    return sign_in_rules(account_id).password_days_left(changed_at, now=now)


def days_left_if_few(*, account_id: int, changed_at: datetime, now: datetime) -> int | None:
    """The same once it is time to tell the owner, else None."""
    rules = sign_in_rules(account_id)
    left = rules.password_days_left(changed_at, now=now)
    few = notice_days(rules.password_days, usual=settings.LIMITS.password_notice_days)
    return left if left is not None and left <= few else None


def session_seconds(account_id: int) -> int:
    """How long a session of this account lives without use: the operator's limit, or less if the tenant says so."""
    return sign_in_rules(account_id).session_seconds


def _seconds(minutes: int) -> int:
    longest: int = settings.LIMITS.session_seconds
    return min(minutes * MINUTE, longest) if minutes else longest


def _policies_over(account_id: int) -> QuerySet[SecurityPolicy]:
    """The policy of the tenant the account owns or, for an IAM user, belongs to; its realm is the tenant's public ID."""
    realm = get_user_model()._default_manager.filter(pk=account_id, kind=AccountKind.IAM.value).values("realm")[:1]
    over = Q(tenant__owner_id=account_id) | Q(tenant__public_id=Subquery(realm))
    live = SecurityPolicy.objects.filter(over).exclude(tenant__state=TenantState.CANCELLED.value)
    return live.annotate(owner_id=F("tenant__owner_id"))


_IS_THERE_ONE = Question(lambda account_id: _policies_over(account_id).values_list("pk")[:1])
