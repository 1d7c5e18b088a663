"""Sealing and opening what a person stated."""

from datetime import datetime
from uuid import uuid4

from account_center.kit.masking import mask_name, mask_phone
from account_center.kit.sealing import seal, unseal
from account_center.plumbing.keys import keyring
from account_center.realname.models import Subject
from account_center.realname.types import PersonClaim

SEALED = ("name", "id_number", "card", "phone")


def person_digest(id_number: str) -> bytes:
    """The key under which a resident ID number is counted and found (2.2.9)."""
    return keyring().blind_index("resident_id", id_number)


def card_digest(card_number: str) -> bytes:
    """The key under which a bank card is counted (2.2.5)."""
    return keyring().blind_index("bank_card", card_number)


def keep_subject(claim: PersonClaim, *, now: datetime, erase_at: datetime | None) -> Subject:
    """Stores the claim sealed, in the caller's transaction."""
    subject_id, key = uuid4(), keyring().new_data_key()
    plain = {"name": claim.name, "id_number": claim.id_number, "card": claim.card_number, "phone": claim.phone}
    sealed = {
        f"sealed_{part}": seal(key, text.encode(), place=_place(part, subject_id)) for part, text in plain.items()
    }
    return Subject.objects.create(
        id=subject_id,
        wrapped_key=key.wrapped,
        kek_id=key.kek_id,
        id_index=person_digest(claim.id_number),
        card_index=card_digest(claim.card_number),
        name_masked=mask_name(claim.name),
        id_masked=claim.id_masked,
        card_masked=claim.card_masked,
        phone_masked=mask_phone(claim.phone),
        created_at=now,
        erase_at=erase_at,
        **sealed,
    )


def open_subject(subject: Subject) -> dict[str, str]:
    """Name, id_number, card and phone in clear, for a question to a provider only. Raises CannotOpen when erased."""
    key = keyring().unwrap(wrapped=bytes(subject.wrapped_key), kek_id=subject.kek_id)
    return {
        part: unseal(key, bytes(getattr(subject, f"sealed_{part}")), place=_place(part, subject.id)).decode()
        for part in SEALED
    }


def erase_subject(subject: Subject, *, now: datetime) -> None:
    """Destroys the row's key and its sealed values; masks and indexes stay for the quotas."""
    subject.wrapped_key = b""
    for part in SEALED:
        setattr(subject, f"sealed_{part}", b"")
    subject.erased_at = now
    subject.save()


def _place(part: str, subject_id: object) -> str:
    return f"realname_subject.{part}:{subject_id}"
