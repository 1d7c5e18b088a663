"""What the clients room keeps, and for how long."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from account_center.clients.models import ClientChange, ServiceClient, ServiceToken, SigningKey, UsedNonce

KEPT_PAST_END = timedelta(days=1)

KEPT: Mapping[str, str] = {
    "ServiceClient": "as long as the installation lives, so that an ID is never given twice; no secret, only keyed digests",
    "ServiceToken": "one day past its end; a keyed digest",
    "SigningKey": "as long as the client, sealed; a key that was replaced goes one day past its end",
    "UsedNonce": "one day; a keyed digest of a number used once",
    "ClientChange": "one day; it only tells running processes to forget tokens",
}


def forget_ended(now: datetime) -> int:
    """Removes what has ended, and previous secrets that no longer work. Returns how many rows went."""
    before = now - KEPT_PAST_END
    ServiceClient.objects.filter(previous_secret_until__lt=now).update(
        previous_secret_digest=None, previous_secret_until=None
    )
    tokens, _ = ServiceToken.objects.filter(expires_at__lt=before).delete()
    changes, _ = ClientChange.objects.filter(at__lt=before).delete()
    keys, _ = SigningKey.objects.filter(ends_at__lt=before).delete()
    nonces, _ = UsedNonce.objects.filter(at__lt=before).delete()
    return tokens + changes + keys + nonces
