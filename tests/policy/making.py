"""Owners with a tenant, and policies, made through the services."""

from account_center.accounts.types import AccountFacts
from account_center.kit.actor import Actor
from account_center.policy.queries import policy_of_tenant
from account_center.policy.services import set_networks, set_password_rules
from account_center.policy.types import PolicyFacts
from account_center.tenants.queries import tenant_of
from account_center.tenants.services import open_tenant
from account_center.tenants.types import TenantFacts
from tests.signin.making import NOW, a_phone, an_account, visitor

HERE = "203.0.113.9"
OUTSIDE = "198.51.100.7"
OFFICE = "203.0.113.0/24"


def an_owner(*, phone: str = "", email: str = "") -> AccountFacts:
    """An account with a phone and a tenant of its own."""
    made = an_account(phone=phone or a_phone(), email=email)
    open_tenant(actor=owner_at(HERE, made), owner_id=made.id, name=made.name, country="CN", phone="", email="", now=NOW)
    return made


def owner_at(address: str, account: AccountFacts) -> Actor:
    return visitor(address).signed_in_as(account_id=account.id, name=account.name)


def tenant_owned_by(account: AccountFacts) -> TenantFacts:
    owned = tenant_of(account.id)
    assert owned
    return owned


def policy_of(account: AccountFacts) -> PolicyFacts:
    return policy_of_tenant(tenant_owned_by(account).id)


def allow_only(account: AccountFacts, text: str = OFFICE, *, address: str = HERE) -> PolicyFacts:
    return set_networks(
        actor=owner_at(address, account),
        account_id=account.id,
        text=text,
        version=policy_of(account).version,
        now=NOW,
    )


def passwords(account: AccountFacts, *, days: int = 0, history: int = 0, min_hours: int = 0) -> PolicyFacts:
    return set_password_rules(
        actor=owner_at(HERE, account),
        account_id=account.id,
        days=days,
        history=history,
        min_hours=min_hours,
        version=policy_of(account).version,
        now=NOW,
    )
