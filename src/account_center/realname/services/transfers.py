"""What every step of a transfer shares: its states, its sealed amount, its end."""

import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from account_center.audit.services import record
from account_center.kit.actor import Actor, system_actor
from account_center.kit.money import LEAST_FEN, MOST_FEN
from account_center.kit.sealing import seal, unseal
from account_center.plumbing.keys import keyring
from account_center.plumbing.quota import give_place_back
from account_center.realname.errors import ApplicationIsOver, NoSuchApplication
from account_center.realname.models import Application, BankAccountQuota, Transfer
from account_center.realname.rules import TRANSFER_MOVES, counts_as_failed, is_over
from account_center.realname.services.applications import end
from account_center.realname.services.quotas import give_places_back
from account_center.realname.services.telling import note_standing
from account_center.realname.types import ApplicationState, TransferState
from account_center.standing.types import VerificationStatus


def lock(*, application_id: int) -> tuple[Application, Transfer]:
    """The application and its transfer, locked in this order, in the caller's transaction."""
    row = Application.objects.select_for_update(of=("self",)).select_related("subject", "tenant").get(pk=application_id)
    return row, Transfer.objects.select_for_update().get(application_id=application_id)


def id_of(*, tenant_id: int, reference: str) -> int:
    """The tenant's application by bank account. Raises NoSuchApplication."""
    found = Transfer.objects.filter(application__tenant_id=tenant_id, application__reference=reference)
    application_id = found.values_list("application_id", flat=True).first()
    if application_id is None:
        raise NoSuchApplication
    return application_id


def draw_amount(transfer: Transfer) -> None:
    """Draws 1 to 99 fen into a transfer that is not stored yet. Nobody is ever told; the payment order reads it."""
    fen = LEAST_FEN + secrets.randbelow(MOST_FEN - LEAST_FEN + 1)
    key = keyring().new_data_key()
    transfer.wrapped_key, transfer.kek_id = key.wrapped, key.kek_id
    transfer.sealed_amount = seal(key, str(fen).encode(), place=_place(transfer))
    transfer.amount_digest = _digest(transfer, fen)


def amount_for_order(transfer: Transfer) -> int:
    """The amount in fen, for the payment order only. Raises CannotOpen once the transfer has ended."""
    key = keyring().unwrap(wrapped=bytes(transfer.wrapped_key), kek_id=transfer.kek_id)
    return int(unseal(key, bytes(transfer.sealed_amount), place=_place(transfer)))


def is_amount(transfer: Transfer, fen: int) -> bool:
    """Whether it is this sum; takes equally long for every answer."""
    return hmac.compare_digest(bytes(transfer.amount_digest), _digest(transfer, fen))


def move_transfer(transfer: Transfer, state: TransferState, *, now: datetime) -> None:
    """The only place where a transfer changes its state, on the locked row. Raises ApplicationIsOver.

    At an end the amount and its key are destroyed, and the account has its attempt back unless it counts as failed.
    """
    if state not in TRANSFER_MOVES[TransferState(transfer.state)]:
        raise ApplicationIsOver(reference=transfer.application.reference)
    transfer.state = state.value
    match state:
        case TransferState.SENT:
            transfer.sent_at, transfer.expires_at = now, expiry(now)
        case TransferState.AWAITING_AMOUNT:
            transfer.credited_at, transfer.expires_at = now, expiry(now)
    if is_over(state):
        _end(transfer, now=now)
    transfer.save()


def _end(transfer: Transfer, *, now: datetime) -> None:
    transfer.ended_at = now
    transfer.wrapped_key = transfer.sealed_amount = transfer.amount_digest = b""
    if not counts_as_failed(TransferState(transfer.state), transfer.wrong_tries):
        digest = bytes(transfer.account_index)
        give_place_back(BankAccountQuota, digest=digest, holder=transfer.application_id)


def expiry(now: datetime) -> datetime:
    """Until when the amount is waited for."""
    return now + timedelta(days=settings.LIMITS.transfer_days)


@transaction.atomic
def cancel_transfer(*, actor: Actor, tenant_id: int, reference: str, now: datetime) -> None:
    """The customer stops it, at any time, and may choose another way (2.3.13); what was typed is erased.

    Money that is under way already is not called back. Raises NoSuchApplication, ApplicationIsOver.
    """
    row, transfer = lock(application_id=id_of(tenant_id=tenant_id, reference=reference))
    move_transfer(transfer, TransferState.CANCELLED, now=now)
    end(row, ApplicationState.CANCELLED, now=now)
    give_places_back(row)
    note_standing(row, VerificationStatus.NONE, now=now)
    note(row, "realname:application:cancelled", actor=actor, way=row.way)


def expire_transfers(*, now: datetime) -> int:
    """Ends transfers whose amount was never typed. Returns how many."""
    open_ones = [state.value for state in TransferState if not is_over(state)]
    due = Transfer.objects.filter(state__in=open_ones, expires_at__lte=now)
    return sum(_expire(pk, now=now) for pk in due.values_list("application_id", flat=True)[:200])


@transaction.atomic
def _expire(application_id: int, *, now: datetime) -> bool:
    row, transfer = lock(application_id=application_id)
    if is_over(TransferState(transfer.state)) or transfer.expires_at > now:
        return False
    move_transfer(transfer, TransferState.EXPIRED, now=now)
    row.refusal = "realname.transfer_expired"
    end(row, ApplicationState.LAPSED, now=now)
    give_places_back(row)
    note_standing(row, VerificationStatus.FAILED, now=now)
    note(row, "realname:application:lapsed", way=row.way, refusal=row.refusal)
    return True


def note(row: Application, event: str, *, actor: Actor | None = None, **facts: str | int) -> None:
    """Writes the event, with the reference number."""
    record(
        actor=actor or system_actor("realname"),
        event=event,
        account_id=row.tenant.owner_id,
        tenant_id=row.tenant_id,
        facts={"reference": row.reference, **facts},
    )


def _digest(transfer: Transfer, fen: int) -> bytes:
    return keyring().digest("transfer_amount", f"{transfer.key}:{fen}")


def _place(transfer: Transfer) -> str:
    return f"realname_transfer.amount:{transfer.key}"
