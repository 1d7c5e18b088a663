"""Changing a verification (2.4): what stands against it, noting it on an application, and replacing the old one at the end.

Until a change is approved the old verification holds in everything: standing, places, what other services are told.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from account_center.audit.services import record
from account_center.documents.types import CleanImage
from account_center.kit.actor import Actor, system_actor
from account_center.kit.names import organisation_name_key, person_name_key
from account_center.kit.refused import Refused
from account_center.kit.sealing import CannotOpen
from account_center.realname.change_rules import form_slots, judge_change
from account_center.realname.errors import (
    AlreadyVerified,
    ChangeFormMissing,
    OrganisationStays,
    OtherChange,
    SameAgain,
)
from account_center.realname.models import Application, Subject, Verification
from account_center.realname.services.evidence import clean_pictures, keep_pictures
from account_center.realname.services.quotas import give_places_of_replaced
from account_center.realname.services.telling import tell_owner
from account_center.realname.subjects import open_subject
from account_center.realname.texts import Result
from account_center.realname.types import ChangeAsked, ChangeCase, ChangeKind, Held, Obstacle, Party, Slot, Way
from account_center.signin.services.fresh import require_fresh_proof, use_fresh_proof
from account_center.signin.types import SensitiveAction

ACTION = SensitiveAction.CHANGE_VERIFICATION


@dataclass(frozen=True, slots=True)
class Change:
    """A change whose form has been drawn anew."""

    kind: ChangeKind
    proof: UUID
    form: CleanImage | None


def live_verification(tenant_id: int) -> Verification | None:
    """What holds now for the tenant."""
    rows = Verification.objects.select_related("subject", "application", "tenant")
    return rows.filter(tenant_id=tenant_id, replaced_at__isnull=True).first()


def bar_of(
    *, tenant_id: int, party: Party, digest: bytes, name: str, asked: ChangeAsked | Change | None
) -> Obstacle | None:
    """What stands against stating this person or organisation on account of what the tenant is verified as."""
    live = live_verification(tenant_id)
    return judge_change(_held(live, digest, name) if live else None, party, asked.kind if asked else None)


def _held(live: Verification, digest: bytes, name: str) -> Held:
    party, same_number = Party(live.application.party), bytes(live.subject.id_index) == digest
    key = organisation_name_key if party is Party.ORGANISATION else person_name_key
    known = _name_of(live.subject) if same_number else None
    return Held(party=party, same_number=same_number, same_name=known is not None and key(known) == key(name))


def _name_of(subject: Subject) -> str | None:
    try:
        return open_subject(subject)["name"]
    except CannotOpen:  # erased, as when the key was destroyed: then nothing is the same
        return None


def refusal_of_bar(obstacle: Obstacle) -> Refused:
    """The refusal that says so."""
    match obstacle:
        case Obstacle.SAME_AGAIN:
            return SameAgain()
        case Obstacle.ORGANISATION_STAYS:
            return OrganisationStays()
        case Obstacle.OTHER_CHANGE:
            return OtherChange()
        case _:
            return AlreadyVerified()


def prepare(asked: ChangeAsked | None, *, tenant_id: int, now: datetime) -> tuple[Change | None, list[Refused]]:
    """The change with its form drawn anew, or every refusal. Slow: call it outside of a transaction.

    An unverified tenant changes nothing: then what was asked plays no part. Raises FreshProofMissing.
    """
    live = live_verification(tenant_id)
    if asked is None or live is None:
        return None, []
    require_fresh_proof(account_id=live.tenant.owner_id, proof=asked.proof, action=ACTION, now=now)
    slots = form_slots(asked.kind)
    if slots and not asked.form:
        return None, [ChangeFormMissing(field=Slot.CHANGE_FORM.value)]
    pictures, wrong = clean_pictures(dict.fromkeys(slots, asked.form))
    return Change(kind=asked.kind, proof=asked.proof, form=pictures.get(Slot.CHANGE_FORM)), wrong


def bind_change(row: Application, change: Change | None, *, now: datetime) -> None:
    """Notes on an application, just stored, what it changes; uses the proof up. In the caller's transaction.

    Judged here once more: while this application is open no other of the tenant can be approved, so from here on what
    it replaces stays what it is. Raises AlreadyVerified, SameAgain, OrganisationStays, OtherChange, FreshProofMissing.
    """
    live = live_verification(row.tenant_id)
    if live is None:
        return
    held = _held(live, bytes(row.subject.id_index), open_subject(row.subject)["name"])
    bar = judge_change(held, Party(row.party), change.kind if change else None)
    if bar is not None or change is None:
        raise refusal_of_bar(bar or Obstacle.ALREADY_VERIFIED)
    use_fresh_proof(account_id=row.tenant.owner_id, proof=change.proof, action=ACTION, now=now)
    row.change, row.replaces = change.kind.value, live
    row.save(update_fields=["change", "replaces"])
    if change.form is not None:
        keep_pictures(row, {Slot.CHANGE_FORM: change.form}, now=now)
    tell_owner(row, Result.CHANGE_BEGUN)


def replace(row: Application, *, now: datetime, actor: Actor | None) -> None:
    """Ends what an approved application replaces: its places are free again and its sealed values go on their day.

    In the caller's transaction, before the new verification is written. Masks, evidence and decisions stay as proof.
    """
    before = live_verification(row.tenant_id)
    if before is None:
        return
    Verification.objects.filter(pk=before.pk).update(replaced_at=now)
    give_places_of_replaced(before, by=row)
    goes = now + timedelta(days=settings.LIMITS.replaced_identity_keep_days)
    Subject.objects.filter(pk=before.subject_id).update(erase_at=goes)
    facts = {"reference": row.reference, "change": row.change, "before": before.application.reference}
    record(
        actor=actor or system_actor("realname"),
        event="realname:verification:changed",
        account_id=row.tenant.owner_id,
        tenant_id=row.tenant_id,
        facts=facts,
    )


def change_case(row: Application) -> ChangeCase | None:
    """What a reviewer sees of a change besides its form; None of a first verification."""
    kind, before = row.change_kind(), row.replaces
    if kind is None or before is None:
        return None
    return ChangeCase(
        kind=kind,
        before=before.view(),
        card_reference=row.card_reference,
        face_reference=row.face_reference,
        amount_right_at=row.transfer.ended_at if row.way == Way.BANK_ACCOUNT else None,
    )
