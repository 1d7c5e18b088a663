"""Who does not go through the usual ways at all (2.1.23)."""

from account_center.kit.refused import Refused
from account_center.realname.partner_errors import InternalEmployee
from account_center.tenants.queries import tenant
from account_center.tenants.types import ZoneMark


def refusals_at_the_gate(tenant_id: int) -> list[Refused]:
    """The refusal for a tenant that is marked as an internal employee's; empty for every other.

    A trusted site may still send its result: that is how the operator's own personnel service arranges it.
    """
    known = tenant(tenant_id)
    return [InternalEmployee()] if known is not None and ZoneMark.INTERNAL in known.marks else []


def require_usual_ways(tenant_id: int) -> None:
    """Raises InternalEmployee."""
    refusals = refusals_at_the_gate(tenant_id)
    if refusals:
        raise refusals[0]
