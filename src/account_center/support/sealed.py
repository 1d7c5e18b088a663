"""Sealing and opening what people wrote: one key per ticket, so that erasing a ticket is destroying one key."""

from account_center.kit.sealing import DataKey, seal, unseal
from account_center.plumbing.keys import keyring
from account_center.support.models import Ticket


def new_key(ticket: Ticket) -> DataKey:
    """Gives a new ticket its key."""
    key = keyring().new_data_key()
    ticket.wrapped_key, ticket.kek_id = key.wrapped, key.kek_id
    return key


def key_of(ticket: Ticket) -> DataKey | None:
    """The ticket's key; None once it was erased."""
    if ticket.wrapped_key is None:
        return None
    return keyring().unwrap(wrapped=bytes(ticket.wrapped_key), kek_id=ticket.kek_id)


def close_text(key: DataKey, text: str, *, column: str, row: object) -> bytes:
    """``text`` sealed for one place; empty stays empty."""
    return seal(key, text.encode(), place=f"support.{column}:{row}") if text else b""


def open_text(key: DataKey | None, sealed: bytes | memoryview, *, column: str, row: object) -> str | None:
    """What was written; None once it was erased."""
    if key is None:
        return None
    return unseal(key, bytes(sealed), place=f"support.{column}:{row}").decode() if sealed else ""


def contact_index(contact: str) -> bytes:
    """The key under which an appellant's phone or e-mail address is found again."""
    return keyring().blind_index("appeal_contact", contact.lower())
