"""What the support room keeps, and for how long."""

from collections.abc import Mapping
from datetime import datetime

from account_center.plumbing.erasures import Again
from account_center.support.models import Ticket
from account_center.support.types import TicketState

KEPT: Mapping[str, str] = {
    "Ticket": "the row (number, category, states, dates) as long as the account; what was written is sealed with its key, which is destroyed ticket_keep_days after closing",
    "Entry": "as long as its ticket; unreadable once the ticket's key is destroyed. Pictures: material_keep_days after closing, material_longest_days at most",
    "Appeal": "as long as its ticket; the contact and the name that was typed become unreadable with the ticket's key, a keyed digest of the contact stays",
    "Proposal": "as long as the account: who proposed and who agreed to a higher limit, to taking a verification up again or to lifting a legal hold; what it is about as a keyed digest and masked",
    "Wish": "as long as its ticket: which limit shall be raised how far, the number as a keyed digest and masked",
    "Remedy": "as long as the account: who proposed and who approved a change of its phone, e-mail or second factor",
}
BATCH = 200


def erase_due(*, now: datetime) -> int:
    """Destroys the keys of tickets whose time has come. Returns how many."""
    due = Ticket.objects.filter(erase_at__lte=now, erased_at__isnull=True)
    chosen = list(due.values_list("pk", flat=True)[:BATCH])
    # Looked at again in the same statement: a ticket that was taken up meanwhile has no date any more.
    return due.filter(pk__in=chosen).update(wrapped_key=None, kek_id="", erased_at=now)


def erase_again(*, reference: str, now: datetime) -> Again:
    """Makes a ticket unreadable that a backup brought back; not one that is open again."""
    ticket = Ticket.objects.filter(reference=reference)
    closed = ticket.filter(state=TicketState.CLOSED.value, erased_at__isnull=True)
    if closed.update(wrapped_key=None, kek_id="", erased_at=now):
        return Again.ERASED
    row = ticket.first()
    if row is None:
        return Again.NOT_HERE
    return Again.WAS_ERASED if row.erased_at else Again.KEPT


def erase_account(*, account_id: int, now: datetime) -> int:
    """Makes what was written in the tickets of a deleted account unreadable. Returns how many tickets.

    Number, category, states and dates stay; pictures go by the date they have.
    """
    readable = Ticket.objects.filter(account_id=account_id, erased_at__isnull=True)
    return readable.update(wrapped_key=None, kek_id="", erased_at=now, contact_masked="")
