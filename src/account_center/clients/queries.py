"""Who is calling."""

from datetime import datetime

from account_center.clients.models import ClientChange, ServiceClient, ServiceToken
from account_center.clients.types import LONGEST_TOKEN, Caller, ClientFacts, Scope
from account_center.plumbing.keys import keyring

CHANGES_AT_ONCE = 1000


def token_digest(token: str) -> bytes:
    """By which a token is found. A keyed digest: comparing it tells nothing by the time it takes."""
    return keyring().digest("clients.token", token)


def caller_of(token: str, now: datetime) -> Caller | None:
    """The service behind a bearer token; None for an unknown or ended token and a disabled client."""
    if len(token) > LONGEST_TOKEN or not token.isascii():
        return None
    live = ServiceToken.objects.select_related("client").filter(expires_at__gt=now, client__disabled_at__isnull=True)
    found = live.filter(digest=token_digest(token)).first()
    return None if found is None else _caller(found)


def client_by_id(client_id: str) -> ClientFacts | None:
    """A registered client, disabled or not."""
    row = ServiceClient.objects.filter(client_id=client_id).first()
    return row.facts() if row else None


def clients() -> list[ClientFacts]:
    """All registered clients by ID; an operator has dozens, not thousands."""
    return [row.facts() for row in ServiceClient.objects.order_by("client_id")]


def clients_with(scope: Scope) -> list[ClientFacts]:
    """The clients that have this right at present, by ID; none that is disabled."""
    return [one for one in clients() if one.disabled_at is None and scope in one.scopes]


def changes_after(change_id: int) -> list[tuple[int, str]]:
    """(id, client ID) of the changes after ``change_id``, oldest first, a thousand at most."""
    later = ClientChange.objects.filter(pk__gt=change_id).order_by("pk")
    return list(later.values_list("pk", "client")[:CHANGES_AT_ONCE])


def last_change() -> int:
    """The id of the newest change; 0 before the first."""
    return ClientChange.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _caller(token: ServiceToken) -> Caller:
    # A right taken from the client is gone from its tokens too.
    return Caller(
        client_id=token.client.client_id,
        name=token.client.name,
        scopes=frozenset(token.scopes) & frozenset(token.client.scopes),
        expires_at=token.expires_at,
    )
