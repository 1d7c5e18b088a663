"""Placing and lifting legal holds. The customer's history shows neither: an order may forbid to tell."""

from contextlib import suppress
from datetime import datetime

from django.db import IntegrityError, transaction

from account_center.audit.services import record
from account_center.documents.errors import ImageErased
from account_center.documents.queries import images_of
from account_center.documents.services import hold_image, release_hold
from account_center.kit.actor import Actor
from account_center.realname.errors import LegalHoldThere, NoSuchApplication, NoSuchLegalHold
from account_center.realname.models import Application, LegalHold
from account_center.realname.services.reviewing import require_reviewer
from account_center.realname.types import LegalHoldView

LISTED = 50


@transaction.atomic
def place_legal_hold(*, actor: Actor, reference: str, order: str, reason: str, now: datetime) -> None:
    """Keeps pictures and numbers of an application from being erased, from now on. What is gone stays gone.

    Raises OnlyReviewers, NoSuchApplication, LegalHoldThere.
    """
    require_reviewer(actor)
    row = Application.objects.select_for_update(of=("self",)).filter(reference=reference).first()
    if row is None:
        raise NoSuchApplication
    hold = LegalHold(application=row, order=order, reason=reason, placed_by=actor.account_id or 0, placed_at=now)
    try:
        with transaction.atomic():
            hold.save(force_insert=True)
    except IntegrityError as there:
        raise LegalHoldThere from there
    for image in images_of(f"realname.application:{reference}"):
        with suppress(ImageErased):  # its day came: the order keeps the others all the same
            hold_image(image_id=image.image_id, reason=order)
    record(actor=actor, event="realname:legal_hold:placed", facts={"reference": reference, "order": order})


@transaction.atomic
def lift_legal_hold(*, actor: Actor, hold_id: int, now: datetime) -> None:
    """Lets the dates of erasing count again; what is overdue goes with the next run. Two people agreed to it above.

    Raises OnlyReviewers, NoSuchLegalHold.
    """
    require_reviewer(actor)
    hold = LegalHold.objects.select_for_update(of=("self",)).select_related("application").filter(pk=hold_id).first()
    if hold is None or hold.lifted_at is not None:
        raise NoSuchLegalHold
    hold.lifted_by, hold.lifted_at = actor.account_id, now
    hold.save(update_fields=["lifted_by", "lifted_at"])
    reference = hold.application.reference
    for image in images_of(f"realname.application:{reference}"):
        if image.held_because:
            release_hold(image_id=image.image_id)
    record(actor=actor, event="realname:legal_hold:lifted", facts={"reference": reference, "order": hold.order})


def legal_hold(hold_id: int) -> LegalHoldView:
    """One hold, lifted or not. Raises NoSuchLegalHold."""
    found = LegalHold.objects.select_related("application").filter(pk=hold_id).first()
    if found is None:
        raise NoSuchLegalHold
    return found.view()


def legal_holds(*, before: int | None = None) -> list[LegalHoldView]:
    """Those that count, newest first; ``before`` is the number of the last of the page before."""
    rows = LegalHold.objects.select_related("application").filter(lifted_at__isnull=True)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [row.view() for row in rows.order_by("-pk")[:LISTED]]


def legal_hold_on(reference: str) -> LegalHoldView | None:
    """The hold on this application, if one counts."""
    rows = LegalHold.objects.select_related("application")
    found = rows.filter(application__reference=reference, lifted_at__isnull=True).first()
    return found.view() if found else None
