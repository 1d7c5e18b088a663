"""Words of the policy room."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from account_center.kit.networks import Network, is_allowed

# What no tenant can go past; the database holds the same bounds.
MOST_PASSWORD_DAYS = 180  # 3.1.20
MOST_HISTORY = 24  # passwords
MOST_MIN_AGE_HOURS = 240
LEAST_SESSION_MINUTES = 15
MOST_SESSION_MINUTES = 43_200  # 30 days; the operator's own limit is shorter as a rule


class LeastCheck(StrEnum):
    """What every sign-in to the tenant must at least ask for after the password (1.22)."""

    ANY = "any"  # each user chooses for himself
    CODE = "code"  # a code at least; a trusted device counts, since it was trusted after a code
    SECOND_FACTOR = "second_factor"  # authenticator app or passkey, each time


class PasswordUse(StrEnum):
    """Why a new password is chosen."""

    CHOSEN = "chosen"
    FORCED = "forced"  # the product asks for it, so no minimum age may stand in the way
    RECOVERED = "recovered"


@dataclass(frozen=True, slots=True)
class SignInRules:
    """What a tenant asks of its users at sign-in; without a tenant or a policy, the operator's defaults.

    The owner may sign in from ``way_back`` until ``way_back_until`` although it is on no list.
    """

    session_seconds: int
    tenant_id: int | None = None
    networks: tuple[Network, ...] = ()
    password_days: int = 0  # 0: never runs out
    password_history: int = 0
    password_min_hours: int = 0
    least_check: LeastCheck = LeastCheck.ANY
    is_owner: bool = False
    way_back: Network | None = None
    way_back_until: datetime | None = None

    def allows(self, address: str, *, now: datetime) -> bool:
        """Whether somebody at ``address`` (IPv4 or IPv6 text) may sign in (1.23)."""
        return is_allowed(address, self.networks) or self._has_way_back(address, now=now)

    def _has_way_back(self, address: str, *, now: datetime) -> bool:
        if not self.is_owner or self.way_back is None or self.way_back_until is None:
            return False
        return now < self.way_back_until and is_allowed(address, (self.way_back,))

    def password_ends_at(self, changed_at: datetime) -> datetime | None:
        """When a password set at ``changed_at`` runs out; None if it never does (3.1.20)."""
        return changed_at + timedelta(days=self.password_days) if self.password_days else None

    def password_too_old(self, changed_at: datetime, *, now: datetime) -> bool:
        """Whether the next sign-in asks for a new password (3.1.20)."""
        ends_at = self.password_ends_at(changed_at)
        return ends_at is not None and now >= ends_at

    def password_days_left(self, changed_at: datetime, *, now: datetime) -> int | None:
        """Begun days until the password runs out; 0 once it has, None if it never does."""
        ends_at = self.password_ends_at(changed_at)
        return None if ends_at is None else max(0, -((now - ends_at) // timedelta(days=1)))


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """A tenant's security policy as its page shows it. ``version`` 0: never saved. Session 0: the operator's length."""

    tenant_id: int
    version: int = 0
    networks: tuple[Network, ...] = ()
    password_days: int = 0
    password_history: int = 0
    password_min_hours: int = 0
    session_minutes: int = 0
    least_check: LeastCheck = LeastCheck.ANY
    way_back: Network | None = None
    way_back_until: datetime | None = None
    changed_at: datetime | None = None
