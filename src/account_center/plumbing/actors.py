"""From a request to an Actor: the only place that knows both."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from account_center.kit.actor import Actor, ActorKind, StaffRole

AGENT_LENGTH = 300
UNKNOWN_ADDRESS = "0.0.0.0"  # noqa: S104 - says that nobody knows the address; nothing listens here


def client_address(request: HttpRequest) -> str:
    """The true client address: as many hops from the right as there are proxies of ours; junk counts as the peer."""
    peer = request.META.get("REMOTE_ADDR", "") or UNKNOWN_ADDRESS
    hops = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    trusted = settings.TRUSTED_PROXIES
    chosen = hops[-trusted] if trusted and len(hops) >= trusted else peer
    try:
        return str(ipaddress.ip_address(chosen))
    except ValueError:
        return _plain(peer)


def _plain(peer: str) -> str:
    try:
        return str(ipaddress.ip_address(peer))
    except ValueError:
        return UNKNOWN_ADDRESS


def actor_of(request: HttpRequest) -> Actor:
    """Who is asking: staff, customer or a stranger, with address, agent and language."""
    user = request.user
    seen = {
        "address": client_address(request),
        "agent": request.META.get("HTTP_USER_AGENT", "")[:AGENT_LENGTH],
        "language": get_language() or "en",
    }
    if not user.is_authenticated:
        return Actor(kind=ActorKind.ANONYMOUS, **seen)
    if user.is_staff:
        roles = frozenset(StaffRole(role) for role in user.staff_roles)
        return Actor(kind=ActorKind.STAFF, account_id=user.pk, name=user.name, roles=roles, **seen)
    return Actor(kind=ActorKind.CUSTOMER, account_id=user.pk, name=user.name, **seen)
