"""Closing and opening the content of a message, bound to its row."""

import json
from uuid import UUID

from account_center.kit.sealing import seal, unseal
from account_center.messaging.models import Message, SandboxMessage, Sealed
from account_center.messaging.types import Channel, Content
from account_center.plumbing.keys import keyring

_INDEX_FIELD = {Channel.SMS: "phone", Channel.EMAIL: "email"}


def close(row: Sealed, content: Content) -> None:
    """Seals ``content`` into ``row`` under a new key of its own."""
    key = keyring().new_data_key()
    parts = {"to": content.to, "text": content.text, "subject": content.subject, "headers": dict(content.headers)}
    row.wrapped_key, row.kek_id = key.wrapped, key.kek_id
    row.content = seal(key, json.dumps(parts).encode(), place=_place(type(row), row.public_id))
    row.recipient_index = recipient_index(Channel(row.channel), content.to)


def reveal(row: Sealed) -> Content:
    """The content of ``row``. Raises CannotOpen if it is empty, damaged or another row's."""
    key = keyring().unwrap(wrapped=bytes(row.wrapped_key), kek_id=row.kek_id)
    return Content(**json.loads(unseal(key, bytes(row.content), place=_place(type(row), row.public_id))))


def empty(row: Sealed) -> None:
    """Removes content and key from ``row``."""
    row.content, row.wrapped_key, row.kek_id = b"", b"", ""


def recipient_index(channel: Channel, to: str) -> bytes:
    """The blind index of a recipient; e-mail addresses count without regard to case."""
    return keyring().blind_index(_INDEX_FIELD[channel], to.casefold())


def _place(table: type[Sealed], public_id: UUID) -> str:
    name = {Message: "messaging_message", SandboxMessage: "messaging_sandboxmessage"}[table]
    return f"{name}.body:{public_id}"
