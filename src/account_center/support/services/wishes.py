"""A customer asks for a higher limit (2.1.22): a ticket that says for which number and how many."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from account_center.kit.actor import Actor
from account_center.realname.types import CountedNumber
from account_center.support.errors import NotARaise
from account_center.support.models import Ticket, Wish
from account_center.support.services.asking import Request, open_ticket


@transaction.atomic
def ask_for_more(
    *,
    actor: Actor,
    account_id: int,
    tenant_id: int | None,
    number: CountedNumber,
    wanted: int,
    request: Request,
    now: datetime,
) -> str:
    """Opens the ticket and returns its reference; sent twice, it is one ticket.

    Raises NotARaise, and the refusals of ``open_ticket``; then nothing is kept.
    """
    most = settings.LIMITS.quota_raise_most
    if not number.allowed < wanted <= most:
        raise NotARaise(field="wanted", allowed=number.allowed, lowest=number.allowed + 1, most=most)
    reference = open_ticket(actor=actor, account_id=account_id, tenant_id=tenant_id, request=request, now=now)
    ticket = Ticket.objects.get(reference=reference)
    said = {"kind": number.kind.value, "subject": number.digest.hex(), "shown": number.masked, "wanted": wanted}
    Wish.objects.get_or_create(ticket=ticket, defaults=said)
    return reference
