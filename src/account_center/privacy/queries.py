"""Reading what stands between an account and its end."""

from account_center.accounts.errors import OnlyIdAccountsAreDeleted
from account_center.accounts.types import AccountFacts, AccountKind, AccountState
from account_center.kit.refused import Refused
from account_center.privacy.errors import (
    FrozenAccountStays,
    RecoveryStillWaits,
    TenantStillOpen,
    TenantStillRetained,
    TicketStillOpen,
    VerificationStillRuns,
)
from account_center.privacy.rules import failed_checks
from account_center.privacy.types import DeletionCheck, DeletionFacts
from account_center.realname.queries import open_application_of
from account_center.recovery.queries import waits_until
from account_center.support.queries import has_open_ticket
from account_center.tenants.queries import tenant_of
from account_center.tenants.types import TenantFacts, TenantState

CHECKS = tuple(DeletionCheck)


def deletion_obstacles(owner: AccountFacts) -> dict[DeletionCheck, Refused]:
    """The checks that fail now, each with its refusal and way out (1.12), in the order of ``CHECKS``."""
    tenant = tenant_of(owner.id)
    return {check: _refusal(check, tenant) for check in failed_checks(_facts(owner, tenant))}


def _facts(owner: AccountFacts, tenant: TenantFacts | None) -> DeletionFacts:
    return DeletionFacts(
        is_id_account=owner.kind is AccountKind.ID,
        is_frozen=owner.state is AccountState.FROZEN,
        has_tenant=tenant is not None,
        verification_runs=tenant is not None and open_application_of(tenant.id) is not None,
        ticket_is_open=has_open_ticket(owner.id),
        recovery_waits=waits_until(owner.id) is not None,
    )


def _refusal(check: DeletionCheck, tenant: TenantFacts | None) -> Refused:
    match check:
        case DeletionCheck.ID_ACCOUNT:
            return OnlyIdAccountsAreDeleted()
        case DeletionCheck.NOT_FROZEN:
            return FrozenAccountStays()
        case DeletionCheck.NO_TENANT:
            return _of_tenant(tenant)
        case DeletionCheck.NO_VERIFICATION_RUNNING:
            return VerificationStillRuns()
        case DeletionCheck.NO_TICKET_OPEN:
            return TicketStillOpen()
        case DeletionCheck.NO_RECOVERY_WAITING:
            return RecoveryStillWaits()


def _of_tenant(tenant: TenantFacts | None) -> Refused:
    retained = tenant is not None and tenant.state is TenantState.CLOSED
    kind = TenantStillRetained if retained else TenantStillOpen
    return kind(tenant=tenant.name if tenant else "")
