"""Sending an application again that came to nothing, without typing everything anew (2.1.9, 2.1.12, 2.3.8).

What was typed is sealed and stays until its day. Into the new form goes what its writer must see to mend it: names and
choices. No number leaves here in full: the form shows it masked, and what is left empty there is taken from what is
sealed. So a browser left open, or a session in other hands, shows no number, and nothing new is stored for it.
Pictures and consents are asked for anew: a picture may be what was refused, and a consent is for one application.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.kit.masking import mask_number
from account_center.kit.sealing import CannotOpen
from account_center.realname.models import Application
from account_center.realname.subjects import stated_by
from account_center.realname.types import ApplicationState, ChangeKind, Way

ENDED = (ApplicationState.REFUSED.value, ApplicationState.LAPSED.value)
SHOWN = ("name", "nationality", "expires", "country", "representative", "agent", "bank", "branch")
NUMBERS = ("id_number", "number", "card", "phone", "birth", "representative_id", "agent_id", "account")
KIND = ("nature", "certificate", "acting")


@dataclass(frozen=True, slots=True)
class TypedBefore:
    """What was typed, by the names of the fields: ``shown`` in clear (a bank by its code or name), ``masked`` is kept for sending.

    ``kind`` leads to the form: the document, or what kind of organisation shows which paper and who acts for it.
    """

    reference: str
    way: Way
    change: ChangeKind | None
    kind: tuple[str, ...]
    shown: Mapping[str, str]
    masked: Mapping[str, str]


def may_be_sent_again(*, tenant_id: int, reference: str, now: datetime) -> bool:
    """Whether the application led to nothing and what was typed is still there."""
    return _row(tenant_id, reference, now) is not None


def typed_before(*, tenant_id: int, reference: str, now: datetime) -> TypedBefore | None:
    """What was typed in an application that led to nothing; None once it is erased."""
    row = _row(tenant_id, reference, now)
    typed = _typed(row) if row else None
    if row is None or typed is None:
        return None
    way = Way(row.way)
    of_papers = tuple(typed[part] for part in KIND) if way is Way.ENTERPRISE_PAPERS else ()
    return TypedBefore(
        reference=row.reference,
        way=way,
        change=row.change_kind(),
        kind=(row.subject.number_kind,) if way is Way.DOCUMENT else of_papers,
        shown={name: typed[name] for name in SHOWN if typed.get(name)},
        masked={name: _masked(row)[name](typed[name]) for name in NUMBERS if typed.get(name)},
    )


def note_shown(*, actor: Actor, tenant_id: int, before: TypedBefore) -> None:
    """Records that names of a sealed application were put into a new form."""
    facts = {"reference": before.reference, "way": before.way.value}
    record(
        actor=actor,
        event="realname:application:typed_shown",
        account_id=actor.account_id,
        tenant_id=tenant_id,
        facts=facts,
    )


def with_kept(*, tenant_id: int, reference: str, typed: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What a form was filled with; each number left empty is the one that was typed before, as long as it is there."""
    row = _row(tenant_id, reference, now)
    kept = (_typed(row) if row else None) or {}
    empty = [name for name in NUMBERS if name in typed and not typed[name] and kept.get(name)]
    return {**typed, **{name: _as_cleaned(name, kept[name]) for name in empty}}


def _row(tenant_id: int, reference: str, now: datetime) -> Application | None:
    rows = Application.objects.select_related("subject").filter(tenant_id=tenant_id, reference=reference)
    return rows.filter(state__in=ENDED, subject__erased_at__isnull=True, subject__erase_at__gt=now).first()


def _typed(row: Application) -> dict[str, str] | None:
    if row.way == Way.PARTNER:
        return None  # nobody typed it here
    try:
        stated = stated_by(row.subject)
    except CannotOpen:  # erased a moment ago
        return None
    # A resident number stands in a field of its own; any other number in that of the document or certificate.
    if row.way not in (Way.SCAN, Way.BANK_CARD):
        stated["number"] = stated.pop("id_number")
    return stated


def _masked(row: Application) -> Mapping[str, Callable[[str], str]]:
    subject = row.subject
    return {
        "id_number": lambda _typed: subject.id_masked,
        "number": lambda _typed: subject.id_masked,
        "card": lambda _typed: subject.card_masked,
        "phone": lambda _typed: subject.phone_masked,
        "birth": lambda typed: f"{typed[:4]}-**-**",
        "representative_id": mask_number,
        "agent_id": mask_number,
        "account": mask_number,
    }


def _as_cleaned(name: str, text: str) -> str | date:
    return date.fromisoformat(text) if name == "birth" else text
