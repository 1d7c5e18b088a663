"""Who is acting, and through which door. Services take an Actor, never a request."""

from dataclasses import dataclass, field, replace
from enum import StrEnum


class ActorKind(StrEnum):
    ANONYMOUS = "anonymous"
    CUSTOMER = "customer"
    STAFF = "staff"
    SERVICE = "service"
    SYSTEM = "system"


class StaffRole(StrEnum):
    """What a member of the operator's staff may do."""

    SUPPORT = "support"
    CUSTOMER_MANAGER = "customer_manager"
    REVIEWER = "reviewer"


@dataclass(frozen=True, slots=True)
class Actor:
    """The acting person or program.

    ``address`` is the true client address (IPv4 or IPv6 text), ``agent`` the user agent cut to 300 characters.
    """

    kind: ActorKind
    account_id: int | None = None
    name: str = ""
    address: str = ""
    agent: str = ""
    language: str = "en"
    roles: frozenset[StaffRole] = field(default_factory=frozenset)

    @property
    def is_staff(self) -> bool:
        return self.kind is ActorKind.STAFF

    def signed_in_as(self, *, account_id: int, name: str) -> "Actor":
        """The same visitor, now known as this customer."""
        return replace(self, kind=ActorKind.CUSTOMER, account_id=account_id, name=name)


def system_actor(name: str) -> Actor:
    """The product itself, for scheduled work; ``name`` says which part."""
    return Actor(kind=ActorKind.SYSTEM, name=name)
