"""The signed-in customer: what his pages need to know of him."""

from dataclasses import dataclass

from django.http import HttpRequest

from account_center.accounts.errors import NoSuchAccount
from account_center.accounts.queries import account
from account_center.accounts.types import AccountFacts, AccountKind
from account_center.portal.errors import CloudNotActivated
from account_center.tenants.queries import tenant_of
from account_center.tenants.types import TenantFacts


@dataclass(frozen=True, slots=True)
class Customer:
    """The account of this session and its tenant, if the cloud is activated."""

    account: AccountFacts
    tenant: TenantFacts | None

    @property
    def is_id_account(self) -> bool:
        """Whether the session is an ID account's (1.13)."""
        return self.account.kind is AccountKind.ID


def customer_of(request: HttpRequest) -> Customer:
    """Who is signed in. Staff have no customer pages: raises NoSuchAccount for them."""
    found = account(int(request.user.pk)) if request.user.is_authenticated else None
    if found is None or found.kind is AccountKind.STAFF:
        raise NoSuchAccount
    return Customer(account=found, tenant=tenant_of(found.id))


def tenant_of_customer(request: HttpRequest) -> TenantFacts:
    """The customer's tenant. Raises CloudNotActivated, which leads there."""
    tenant = customer_of(request).tenant
    if tenant is None:
        raise CloudNotActivated
    return tenant
