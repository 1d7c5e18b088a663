"""Sealing and opening what a person stated."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from account_center.kit.masking import mask_name, mask_organisation, mask_phone
from account_center.kit.sealing import seal, unseal
from account_center.plumbing.keys import keyring
from account_center.realname.models import Subject
from account_center.realname.types import DocumentClaim, OrganisationClaim, PersonClaim

SEALED = ("name", "id_number", "card", "phone", "more")


def person_digest(id_number: str) -> bytes:
    """The key under which a resident ID number is counted and found (2.2.9)."""
    return keyring().blind_index("resident_id", id_number)


def card_digest(card_number: str) -> bytes:
    """The key under which a bank card is counted (2.2.5)."""
    return keyring().blind_index("bank_card", card_number)


def document_digest(identity: str) -> bytes:
    """The key under which another document's number is counted and found: the same for every issue of it (2.2.10)."""
    return keyring().blind_index("travel_document", identity)


def organisation_digest(identity: str) -> bytes:
    """The key under which an organisation's number is counted and found (2.3.26)."""
    return keyring().blind_index("organisation", identity)


def account_digest(number: str) -> bytes:
    """The key under which the attempts of a company's bank account are counted (2.3.5)."""
    return keyring().blind_index("company_account", number)


def link_digest(token: str) -> bytes:
    """What is kept of the token in a link that hands a scan over to a phone."""
    return keyring().digest("handover_link", token)


def phone_digest(secret: str) -> bytes:
    """What is kept of the secret by which the phone's browser is known again."""
    return keyring().digest("handover_phone", secret)


def keep_subject(claim: PersonClaim, *, now: datetime, erase_at: datetime | None) -> Subject:
    """Stores the claim of a bank-card form, or of a scan's, sealed, in the caller's transaction."""
    typed = {"name": claim.name, "id_number": claim.id_number, "card": claim.card_number, "phone": claim.phone}
    return _keep(
        {part: text for part, text in typed.items() if text},
        id_index=person_digest(claim.id_number),
        card_index=card_digest(claim.card_number) if claim.card_number else b"",
        name_masked=mask_name(claim.name),
        id_masked=claim.id_masked,
        card_masked=claim.card_masked,
        phone_masked=mask_phone(claim.phone) if claim.phone else "",
        created_at=now,
        erase_at=erase_at,
    )


def keep_document_subject(claim: DocumentClaim, *, now: datetime, erase_at: datetime | None) -> Subject:
    """Stores the claim of a document form sealed, in the caller's transaction."""
    more = {
        "birth": claim.birth.isoformat(),
        "nationality": claim.nationality,
        "expires": claim.expires.isoformat() if claim.expires else "",
    }
    return _keep(
        {"name": claim.name, "id_number": claim.number, "more": json.dumps(more)},
        number_kind=claim.kind.value,
        id_index=document_digest(claim.identity),
        name_masked=mask_name(claim.name),
        id_masked=claim.number_masked,
        created_at=now,
        erase_at=erase_at,
    )


def keep_organisation(
    claim: OrganisationClaim, *, now: datetime, erase_at: datetime | None, more: Mapping[str, str] | None = None
) -> Subject:
    """Stores the claim of an organisation sealed, in the caller's transaction; ``more`` is what its way asks besides."""
    stated = {
        "nature": claim.nature.value,
        "certificate": claim.certificate.value,
        "country": claim.country,
        "representative": claim.representative,
        "representative_id": claim.representative_id,
        "acting": claim.acting.value,
        "agent": claim.agent,
        "agent_id": claim.agent_id,
        "number_is_usual": "yes" if claim.number_is_usual else "no",
        **(more or {}),
    }
    return _keep(
        {"name": claim.name, "id_number": claim.number, "more": json.dumps(stated)},
        number_kind=claim.certificate.value,
        id_index=organisation_digest(claim.identity),
        name_masked=mask_organisation(claim.name),
        id_masked=claim.number_masked,
        created_at=now,
        erase_at=erase_at,
    )


def _keep(plain: dict[str, str], **columns: Any) -> Subject:
    subject_id, key = uuid4(), keyring().new_data_key()
    sealed = {
        f"sealed_{part}": seal(key, text.encode(), place=_place(part, subject_id)) for part, text in plain.items()
    }
    return Subject.objects.create(id=subject_id, wrapped_key=key.wrapped, kek_id=key.kek_id, **columns, **sealed)


def open_subject(subject: Subject) -> dict[str, str]:
    """What was stated, in clear: for a question to a provider, and for the reviewer. Raises CannotOpen when erased."""
    key = keyring().unwrap(wrapped=bytes(subject.wrapped_key), kek_id=subject.kek_id)
    kept = {part: bytes(getattr(subject, f"sealed_{part}")) for part in SEALED}
    return {
        part: unseal(key, sealed, place=_place(part, subject.id)).decode() for part, sealed in kept.items() if sealed
    }


def stated_by(subject: Subject) -> dict[str, str]:
    """The same, with what the form of the way asked besides. Raises CannotOpen when erased."""
    plain = open_subject(subject)
    more: dict[str, str] = json.loads(plain.pop("more", "{}"))
    return plain | more


def erase_subject(subject: Subject, *, now: datetime) -> None:
    """Destroys the row's key and its sealed values; masks and indexes stay for the quotas."""
    subject.wrapped_key = b""
    for part in SEALED:
        setattr(subject, f"sealed_{part}", b"")
    subject.erased_at = now
    subject.save()


def _place(part: str, subject_id: object) -> str:
    return f"realname_subject.{part}:{subject_id}"
