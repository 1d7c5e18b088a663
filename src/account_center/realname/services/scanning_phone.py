"""The phone's part of a verification by scan. It is not signed in: the link, and then its browser, are the proof."""

import hmac
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from account_center.accounts.queries import account
from account_center.documents.services import keep_image, reencode_image
from account_center.documents.types import CleanImage, DocumentKind
from account_center.kit.actor import Actor
from account_center.kit.limits import HOUR
from account_center.kit.masking import mask_account
from account_center.plumbing.limiter import Budget, network_of, spend
from account_center.plumbing.moment import one_moment
from account_center.plumbing.sessions import sessions_of
from account_center.plumbing.work import enqueue
from account_center.realname.errors import LinkOver, LinkTaken, TooManyLinks, TooManyPictures
from account_center.realname.models import Application, Handover
from account_center.realname.scan_models import LIVE_HANDOVERS
from account_center.realname.services.applications import end
from account_center.realname.services.bank_card import RECOVER_AFTER
from account_center.realname.services.claims import too_many_tries, tries_budget
from account_center.realname.services.handovers import move_link
from account_center.realname.services.holding import hold_if_ordered
from account_center.realname.services.quotas import take_places
from account_center.realname.services.settling import move, settle
from account_center.realname.services.telling import note_application, note_standing, tell_owner
from account_center.realname.subjects import link_digest, phone_digest
from account_center.realname.texts import Result
from account_center.realname.types import ApplicationState, HandoverState, PhoneView
from account_center.standing.types import VerificationStatus


def open_link(*, actor: Actor, token: str, phone: str, now: datetime) -> PhoneView:
    """What the link is about; changes nothing. ``phone`` is the secret that this browser keeps.

    Raises LinkTaken when another browser has it, LinkOver for every link that does not count, whatever the reason, and
    TooManyLinks when too many of those were opened from this network.
    """
    return _view(_opened(actor, token, phone, now=now))


def take_over(*, actor: Actor, token: str, phone: str, now: datetime) -> UUID:
    """From now on the link belongs to this browser alone. Returns by what its page is found. Raises like ``open_link``."""
    link = _opened(actor, token, phone, now=now)
    return _take(actor, link.pk, phone, now=now)


@transaction.atomic
def _take(actor: Actor, link_id: UUID, phone: str, *, now: datetime) -> UUID:
    link = _with_application().select_for_update(of=("self",)).get(pk=link_id)
    if link.state == HandoverState.TAKEN:
        _require_phone(link, phone)
        return link.pk  # the other click of a double click took it
    if link.state != HandoverState.WAITING or link.expires_at <= now:
        raise LinkOver
    link.phone_digest, link.phone_agent, link.taken_at = phone_digest(phone), actor.agent, now
    link.expires_at = now + timedelta(seconds=settings.LIMITS.handover_seconds)
    move_link(link, HandoverState.TAKEN, now=now)
    row = link.application
    note_application(row, "realname:handover:taken", actor=actor, owner_id=row.tenant.owner_id)
    return link.pk


def on_phone(*, handover_id: UUID, phone: str, now: datetime) -> PhoneView:
    """How it stands, for the browser that took the link over: until the picture is sent, and then the answer for a while.

    Raises LinkOver.
    """
    with one_moment():  # the link, and the one on which it goes on after a picture that could not be used
        return _view(_of_phone(handover_id, phone, now=now))


def send_picture(*, actor: Actor, handover_id: UUID, phone: str, picture: bytes, now: datetime) -> PhoneView:
    """The face, of somebody who has agreed to its comparison; it is compared, and usually answered, at once (2.1.2).

    Raises LinkOver, TooManyPictures, the refusals of pictures, and what stands in the way meanwhile; then the link goes
    on counting. A silent comparer leaves the application ``checking``; the worker keeps asking.
    """
    link = _of_phone(handover_id, phone, now=now)
    if link.state == HandoverState.TAKEN:
        limits = settings.LIMITS
        tried = Budget("scan_pictures", str(link.pk), limits.handover_pictures, limits.handover_seconds)
        exhausted = spend([tried], now=now)
        if exhausted is not None:
            raise TooManyPictures(retry_after=exhausted[1], allowed=exhausted[0].limit)
        clean = reencode_image(picture)
        if _start_check(actor, link, clean, now=now):
            settle(application_id=link.application_id, seconds=limits.provider_seconds, now=now)
    return on_phone(handover_id=handover_id, phone=phone, now=now)


@transaction.atomic
def _start_check(actor: Actor, seen: Handover, picture: CleanImage, *, now: datetime) -> bool:
    """Uses the link, takes the place and writes the intent; the job beside it survives a kill of this process."""
    row = _locked(seen.application_id)
    link = Handover.objects.select_for_update().get(pk=seen.pk)
    if link.state == HandoverState.USED:
        return False  # the other click of a double click was faster
    if row.state != ApplicationState.DRAFT or link.state != HandoverState.TAKEN or link.expires_at <= now:
        raise LinkOver
    # In here, so that only a check that really starts counts against the day.
    if spend([tries_budget(row.tenant_id)], now=now) is not None:
        raise too_many_tries(row.tenant_id, now=now)
    take_places(row)
    row.face_id = _keep_face(row, picture, now=now)
    move(row, ApplicationState.CHECKING)
    row.confirmed_at, row.refusal = now, ""
    row.save()
    link.agreed_at = now
    move_link(link, HandoverState.USED, now=now)
    note_standing(row, VerificationStatus.IN_PROGRESS, now=now)
    note_application(row, "realname:application:submitted", actor=actor, owner_id=row.tenant.owner_id)
    enqueue("realname.settle", {"application_id": row.pk}, key=f"settle:{row.pk}", due=now + RECOVER_AFTER)
    return True


def _keep_face(row: Application, picture: CleanImage, *, now: datetime) -> UUID:
    erase_at = now + timedelta(days=settings.LIMITS.face_keep_days)
    owner = f"realname.application:{row.reference}"
    face_id = keep_image(image=picture, kind=DocumentKind.FACE, owner=owner, erase_at=erase_at)
    hold_if_ordered(row, face_id)
    return face_id


def disown_link(*, actor: Actor, token: str, phone: str, now: datetime) -> None:
    """Whoever was shown the code says that this is not him. Raises like ``open_link``."""
    link = _opened(actor, token, phone, now=now)
    _disown(actor, link, now=now)


def disown(*, actor: Actor, handover_id: UUID, phone: str, now: datetime) -> None:
    """The same from the browser that took the link over. Raises LinkOver."""
    _disown(actor, _of_phone(handover_id, phone, now=now), now=now)


@transaction.atomic
def _disown(actor: Actor, link: Handover, *, now: datetime) -> None:
    """Ends the application, erases what was typed, and tells the owner: somebody may be using his account."""
    row = _locked(link.application_id)
    still = Handover.objects.filter(pk=link.pk, state__in=LIVE_HANDOVERS, expires_at__gt=now)
    if row.state != ApplicationState.DRAFT or not still.exists():
        raise LinkOver
    row.refusal = "realname.scan_disowned"
    end(row, ApplicationState.CANCELLED, now=now)
    note_application(row, "realname:handover:disowned", actor=actor, owner_id=row.tenant.owner_id)
    tell_owner(row, Result.DISOWNED)


def _opened(actor: Actor, token: str, phone: str, *, now: datetime) -> Handover:
    counts = {"expires_at__gt": now, "expires_at__lte": _latest_end(now)}
    link = _with_application().filter(link_digest=link_digest(token), **counts).first()
    if link is None or not _session_lives(link, now=now):
        misses = Budget("scan_links", network_of(actor.address), settings.LIMITS.handover_misses_per_address, HOUR)
        exhausted = spend([misses], now=now)
        raise TooManyLinks(retry_after=exhausted[1]) if exhausted else LinkOver
    if link.state == HandoverState.TAKEN:
        _require_phone(link, phone)
    return link


def _latest_end(now: datetime) -> datetime:
    """A link made in a time to come, before the clock was set back, would count for longer than was meant."""
    return now + timedelta(seconds=settings.LIMITS.handover_seconds + settings.LIMITS.clock_skew_seconds)


def _of_phone(handover_id: UUID, phone: str, *, now: datetime) -> Handover:
    link = _with_application().filter(pk=handover_id).first()
    if link is None or not _is_phone(link, phone):
        raise LinkOver
    if link.state == HandoverState.USED:
        until = (link.ended_at or now) + timedelta(seconds=settings.LIMITS.handover_answer_seconds)
    else:
        until = link.expires_at if link.expires_at <= _latest_end(now) else now
    live = link.state in (HandoverState.TAKEN, HandoverState.USED)
    if not live or until <= now or (link.state == HandoverState.TAKEN and not _session_lives(link, now=now)):
        raise LinkOver
    return link


def _require_phone(link: Handover, phone: str) -> None:
    if not _is_phone(link, phone):
        raise LinkTaken


def _is_phone(link: Handover, phone: str) -> bool:
    return bool(phone) and hmac.compare_digest(bytes(link.phone_digest or b""), phone_digest(phone))


def _session_lives(link: Handover, *, now: datetime) -> bool:
    """Whether whoever had the code shown is still signed in there: signing out, or a new password, ends the link."""
    if link.session_id is None:
        return True
    owner = account(link.application.tenant.owner_id)
    if owner is None:
        return False
    return any(one.id == link.session_id for one in sessions_of(owner.id, mark=owner.mark, now=now))


def _view(link: Handover) -> PhoneView:
    owner = account(link.application.tenant.owner_id)
    return replace(link.phone_view(mask_account(owner.name) if owner else ""), goes_on_at=_goes_on_at(link))


def _goes_on_at(link: Handover) -> UUID | None:
    """Where the phone takes another picture, after the one that it sent here could not be used."""
    if link.state != HandoverState.USED or link.application.state != ApplicationState.DRAFT:
        return None
    again = Handover.objects.filter(application_id=link.application_id, state=HandoverState.TAKEN.value)
    return again.filter(phone_digest=link.phone_digest).values_list("pk", flat=True).first()


def _with_application() -> QuerySet[Handover]:
    return Handover.objects.select_related("application__subject", "application__tenant")


def _locked(application_id: int) -> Application:
    return Application.objects.select_for_update().select_related("subject", "tenant").get(pk=application_id)
