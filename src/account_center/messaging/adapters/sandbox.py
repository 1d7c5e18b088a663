"""Phones and mailboxes to look into, with the failures of real ones.

Numbers ending in 0001 are out of service; for those ending in 0002 the gateway is away twice. Mail to ``bounce@…``
comes back; for ``slow@…`` the mail server is away twice.
"""

from uuid import UUID

from django.db import transaction
from django.db.models import F

from account_center.kit.clock import now
from account_center.messaging.models import SandboxMessage
from account_center.messaging.ports import GatewayAway, GatewayRefused, Receipt
from account_center.messaging.sealed import close
from account_center.messaging.types import Channel, Content, Problem

OUT_OF_SERVICE = "0001"
SLOW_NUMBERS = "0002"
BOUNCING = "bounce"
SLOW_MAILBOX = "slow"
TRIES_WITHOUT_ANSWER = 2


class SandboxSms:
    """A gateway that reaches the sandbox's phones."""

    def send(self, *, to: str, text: str, key: UUID) -> Receipt:
        """See SmsGateway."""
        if to.endswith(OUT_OF_SERVICE):
            raise GatewayRefused(Problem.UNREACHABLE)
        return _carry(Channel.SMS, Content(to=to, text=text), key, slow=to.endswith(SLOW_NUMBERS))


class SandboxMail:
    """A mail server that reaches the sandbox's mailboxes."""

    def send(self, *, content: Content, key: UUID) -> Receipt:
        """See MailGateway."""
        local = content.to.partition("@")[0].casefold()
        if local == BOUNCING:
            raise GatewayRefused(Problem.UNREACHABLE)
        return _carry(Channel.EMAIL, content, key, slow=local == SLOW_MAILBOX)


def _carry(channel: Channel, content: Content, key: UUID, *, slow: bool) -> Receipt:
    row = _tried(channel, content, key)
    if slow and row.tries <= TRIES_WITHOUT_ANSWER:
        raise GatewayAway("the sandbox's gateway takes a break")
    # The same key is the same message, however often it is handed over.
    SandboxMessage.objects.filter(pk=row.pk, received_at__isnull=True).update(received_at=now())
    return Receipt(reference=f"sandbox-{row.pk}")


@transaction.atomic
def _tried(channel: Channel, content: Content, key: UUID) -> SandboxMessage:
    row = SandboxMessage(public_id=key, channel=channel.value, created_at=now())
    close(row, content)
    SandboxMessage.objects.bulk_create([row], ignore_conflicts=True)
    SandboxMessage.objects.filter(public_id=key).update(tries=F("tries") + 1)
    return SandboxMessage.objects.get(public_id=key)
