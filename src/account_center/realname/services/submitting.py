"""Taking a form with its pictures: everything that is wrong is told at once, or all of it is kept together (2.1.9)."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.db import IntegrityError, transaction

from account_center.documents.types import CleanImage
from account_center.kit.actor import Actor
from account_center.kit.refused import Refused
from account_center.plumbing.limiter import spend
from account_center.realname.errors import BeingChecked
from account_center.realname.models import Application
from account_center.realname.services.applications import drop_draft
from account_center.realname.services.changes import Change, bind_change, prepare
from account_center.realname.services.claims import spend_form, too_many_tries, tries_budget
from account_center.realname.services.evidence import clean_pictures, keep_pictures
from account_center.realname.services.quotas import take_places
from account_center.realname.services.telling import note_application, note_kind, note_standing
from account_center.realname.types import ApplicationView, ChangeAsked, Slot
from account_center.standing.types import VerificationStatus

Claim = TypeVar("Claim")


@dataclass(frozen=True, slots=True)
class Form(Generic[Claim]):
    """What a customer sends. ``change``: what a verified tenant wants changed."""

    actor: Actor
    tenant_id: int
    owner_id: int
    claim: Claim
    uploads: Mapping[Slot, bytes]
    change: ChangeAsked | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Intake(Generic[Claim]):
    """What is its own to one way of verification: the pictures, what may stand in the way, and the row it makes."""

    slots: Collection[Slot]
    refusals: Callable[..., list[Refused]]
    create: Callable[[Form[Claim]], Application]


def submit(form: Form[Claim], way: Intake[Claim]) -> tuple[ApplicationView | None, list[Refused]]:
    """Keeps form and pictures sealed, or every refusal at once. A twin of this very post finds what the first one made.

    Nothing outside is asked, so it is answered within the request. ``uploads`` must hold each picture of ``way.slots``:
    the door asks for them. Raises FreshProofMissing of a change.
    """
    asked, now = form.change, form.now
    refusals = spend_form(form.tenant_id, now=now) or way.refusals(
        form.claim, tenant_id=form.tenant_id, now=now, change=asked
    )
    if refusals:
        return None, refusals
    change, missing = prepare(asked, tenant_id=form.tenant_id, now=now)
    pictures, wrong = clean_pictures({slot: form.uploads[slot] for slot in way.slots})
    if wrong or missing:
        return None, [*wrong, *missing]
    try:
        return _submit(form, way, pictures, change), []
    except Refused as refusal:
        return None, [refusal]


def _submit(
    form: Form[Claim], way: Intake[Claim], pictures: Mapping[Slot, CleanImage], change: Change | None
) -> ApplicationView:
    try:
        with transaction.atomic():
            return _keep(form, way, pictures, change)
    except IntegrityError as twin:
        raise BeingChecked from twin  # another window of the same customer was faster


def _keep(
    form: Form[Claim], way: Intake[Claim], pictures: Mapping[Slot, CleanImage], change: Change | None
) -> ApplicationView:
    now = form.now
    if spend([tries_budget(form.tenant_id)], now=now) is not None:
        raise too_many_tries(form.tenant_id, now=now)
    drop_draft(form.tenant_id, now=now)
    row = way.create(form)
    bind_change(row, change, now=now)
    take_places(row)
    keep_pictures(row, pictures, now=now)
    note_kind(row, actor=form.actor, now=now)
    note_standing(row, VerificationStatus.IN_PROGRESS, now=now)
    note_application(row, "realname:application:submitted", actor=form.actor, owner_id=form.owner_id)
    return row.view()
