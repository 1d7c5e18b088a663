"""What the console shows, put together from the rooms below. Nothing here writes; ``services`` records the looks."""

from collections.abc import Iterable
from typing import TypeVar

from account_center.accounts import queries as accounts
from account_center.accounts.types import AccountFacts, AccountKind
from account_center.audit.queries import EVERYTHING, history_of
from account_center.audit.types import HistoryPage, Spot, Wanted, Whose
from account_center.clients.errors import NoSuchClient
from account_center.clients.queries import clients
from account_center.clients.types import SIGNED_SCOPES, ClientFacts, Scope
from account_center.console.errors import NoSuchCustomer
from account_center.console.rules import HOME_COUNTRY, kind_of_term
from account_center.console.types import (
    CustomerSheet,
    Found,
    Hit,
    Places,
    Site,
    SiteResult,
    SiteResults,
    TenantSheet,
    TermKind,
    Verified,
)
from account_center.kit.clock import now
from account_center.kit.email import BadEmail, parse_email
from account_center.kit.names import tenant_name_key
from account_center.kit.phone import parse_phone
from account_center.kit.typed import tidy
from account_center.realname.errors import NoSuchApplication
from account_center.realname.queries import LISTED as PAGE_OF_RESULTS
from account_center.realname.queries import (
    application_of_reference,
    applications_of,
    results_of_site,
    results_per_site,
    student_status_of,
    tenants_of_document,
    verification_of,
    verifications_of,
)
from account_center.realname.services.quotas import numbers_behind
from account_center.realname.types import ApplicationView
from account_center.standing.queries import decisions_in, standing_of
from account_center.standing.types import Action
from account_center.tenants import queries as tenants
from account_center.tenants.types import TenantFacts

T = TypeVar("T")
CUSTOMERS = (AccountKind.ID, AccountKind.LEGACY)
SHOWN_EVENTS = 10
# The excerpt on the customer's page would show little else; the history shows them all.
LOOKS = frozenset({"console:customer:looked_at", "console:history:looked_at"})


def find_customers(term: str) -> Found:
    """The customers behind a name, phone, e-mail, tenant ID or document number, as people type them."""
    kind = kind_of_term(term)
    look = {
        TermKind.PHONE: _by_phone,
        TermKind.EMAIL: _by_email,
        TermKind.DOCUMENT: _by_document,
        TermKind.NAME: _by_name,
    }[kind]
    return Found(kind=kind, hits=_with_tenants(look(tidy(term))))


def _by_phone(term: str) -> list[AccountFacts]:
    e164 = parse_phone(term, country=HOME_COUNTRY).e164
    own = [found for kind in CUSTOMERS for found in accounts.accounts_by_phone(e164, kind=kind)]
    return own + _owners(tenants.tenants_with_phone(e164))


def _by_email(term: str) -> list[AccountFacts]:
    try:
        key = parse_email(term).key
    except BadEmail:
        return []
    return _there(accounts.account_by_email(key, kind=kind) for kind in CUSTOMERS)


def _by_document(term: str) -> list[AccountFacts]:
    return _owners(_there(tenants.tenant(tenant_id) for tenant_id in tenants_of_document(term)))


def _by_name(term: str) -> list[AccountFacts]:
    by_account = _there(accounts.account_by_name(term, kind=kind) for kind in CUSTOMERS)
    by_id = tenants.tenant_by_public_id(term.lower())
    return by_account + _owners([*([by_id] if by_id else []), *tenants.tenants_named(tenant_name_key(term))])


def _owners(found: Iterable[TenantFacts]) -> list[AccountFacts]:
    return _there(accounts.account(tenant.owner_id) for tenant in found)


def _there(found: Iterable[T | None]) -> list[T]:
    return [one for one in found if one is not None]


def _with_tenants(found: list[AccountFacts]) -> tuple[Hit, ...]:
    unique = {account.id: account for account in found}
    owned = tenants.tenants_of(unique)
    return tuple(
        Hit(account, tuple(tenant for tenant in owned if tenant.owner_id == account.id)) for account in unique.values()
    )


def customer(account_id: int) -> AccountFacts:
    """A customer's account. Raises NoSuchCustomer, also for an account of staff."""
    found = accounts.account(account_id)
    if found is None or found.kind is AccountKind.STAFF:
        raise NoSuchCustomer
    return found


def tenant_and_owner(public_id: str) -> tuple[TenantFacts, AccountFacts]:
    """A tenant with its owner. Raises NoSuchCustomer."""
    found = tenants.tenant_by_public_id(public_id)
    if found is None:
        raise NoSuchCustomer
    return found, customer(found.owner_id)


def owner_of_application(reference: str) -> tuple[ApplicationView, AccountFacts]:
    """An application with the account of its tenant's owner. Raises NoSuchApplication."""
    view = application_of_reference(reference)
    tenant = tenants.tenant(view.tenant_id) if view else None
    if view is None or tenant is None:
        raise NoSuchApplication
    return view, customer(tenant.owner_id)


def customer_sheet(account_id: int) -> CustomerSheet:
    """The customer's page. Raises NoSuchCustomer."""
    found = customer(account_id)
    return CustomerSheet(
        account=found,
        phone=Places(*accounts.places_of_phone(found.phone)) if found.phone else None,
        tenants=tuple(_tenant_sheet(tenant) for tenant in tenants.tenants_of([account_id])),
        events=tuple(event for event in history(account_id).events if event.name not in LOOKS)[:SHOWN_EVENTS],
    )


def _tenant_sheet(tenant: TenantFacts) -> TenantSheet:
    standing = standing_of(tenant.id)
    return TenantSheet(
        tenant=tenant,
        standing=standing,
        decisions=tuple(decisions_in(standing, Action, now()).values()),
        verification=verification_of(tenant.id),
        applications=tuple(applications_of(tenant.id)),
        numbers=tuple(numbers_behind(tenant.id)),
        phone=Places(*tenants.places_of_phone(tenant.contact_phone)) if tenant.contact_phone else None,
        student=student_status_of(tenant.id),
        chain=tuple(Verified(one, _name_of(one.decided_by)) for one in verifications_of(tenant.id)),
    )


def _name_of(staff_id: int | None) -> str:
    found = accounts.account(staff_id) if staff_id else None
    return found.name if found else ""


def sites() -> list[Site]:
    """The sites whose word counts, and those of which something was taken over before, by ID."""
    taken = results_per_site()
    found = [one for one in clients() if one.client_id in taken or SIGNED_SCOPES & one.scopes]
    return [_site(one, taken.get(one.client_id, 0)) for one in found]


def site(client_id: str) -> Site:
    """One of them. Raises NoSuchClient."""
    found = next((one for one in sites() if one.client_id == client_id), None)
    if found is None:
        raise NoSuchClient
    return found


def _site(client: ClientFacts, results: int) -> Site:
    disabled = client.disabled_at is not None
    does = () if disabled else tuple(sorted(Scope(one) for one in SIGNED_SCOPES & client.scopes))
    return Site(client.client_id, client.name, does, disabled, results)


def results_at(client_id: str, *, after: int | None) -> SiteResults:
    """What a site had us take over, the newest first, a page at a time (keyset)."""
    found = results_of_site(client_id, after=after)
    shown = [SiteResult(one, tenant) for one in found if (tenant := tenants.tenant(one.tenant_id))]
    return SiteResults(tuple(shown), found[-1].id if len(found) == PAGE_OF_RESULTS else None)


def history(account_id: int, *, wanted: Wanted = EVERYTHING, before: Spot | None = None) -> HistoryPage:
    """The newest events of an account and its tenants; ``before`` is the spot of the page before."""
    owned = tuple(tenant.id for tenant in tenants.tenants_of([account_id]))
    return history_of(whose=Whose(account_id, owned), wanted=wanted, before=before)
