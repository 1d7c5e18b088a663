"""Where the account is signed in, and which devices it trusts (1.47)."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Router, Schema, Status

from account_center.appapi.callers import AppToken, actor_in, caller_in, owner_of
from account_center.appapi.docs_of import SIGNED_IN, refusals
from account_center.appapi.shown import browser_name, place_text
from account_center.kit.agents import agent_words
from account_center.kit.clock import now
from account_center.plumbing.sessions import SessionFacts
from account_center.plumbing.sessions import sessions_of as browsers_of
from account_center.signin.services import app_sessions, devices, sessions
from account_center.signin.types import AppSessionFacts

router = Router(tags=["Devices and sessions"], auth=AppToken())
REFUSALS = refusals(*SIGNED_IN)


class Where(StrEnum):
    BROWSER = "browser"
    APP = "app"


class SessionShown(Schema):
    session: UUID
    where: Where
    name: str
    way: str
    address: str
    place: str
    started_at: datetime
    seen_at: datetime
    ends_at: datetime
    this_one: bool


class DeviceShown(Schema):
    """``trusted_until`` null: the next sign-in with it asks for a code."""

    device: UUID
    name: str
    address: str
    place: str
    first_seen: datetime
    last_used: datetime
    trusted_until: datetime | None
    this_one: bool


class Ended(Schema):
    ended: int


@router.get("/sessions", response=list[SessionShown], summary="Where I am signed in", openapi_extra=REFUSALS)
def list_sessions(request: HttpRequest) -> list[SessionShown]:
    """Browsers and apps, the one used last first."""
    caller, moment = caller_in(request), now()
    owner = caller.account
    apps = app_sessions.sessions_of(account_id=owner.id, mark=owner.mark, now=moment)
    browsers = browsers_of(owner.id, mark=owner.mark, now=moment)
    shown = [
        *(_session(one, Where.APP, one.app, this_one=one.id == caller.session) for one in apps),
        *(_session(one, Where.BROWSER, "", this_one=False) for one in browsers),
    ]
    return sorted(shown, key=lambda one: one.seen_at, reverse=True)


def _session(one: SessionFacts | AppSessionFacts, where: Where, name: str, *, this_one: bool) -> SessionShown:
    return SessionShown(
        session=one.id,
        where=where,
        name=name or browser_name(agent_words(one.agent).text),
        way=one.way,
        address=one.address,
        place=place_text(one.address),
        started_at=one.started_at,
        seen_at=one.seen_at,
        ends_at=one.ends_at,
        this_one=this_one,
    )


@router.delete("/sessions/{uuid:session}", response={204: None}, summary="End one session", openapi_extra=REFUSALS)
def end_session(request: HttpRequest, session: UUID) -> Status[None]:
    """A browser's or an app's; it is signed out at its next request."""
    sessions.end_session(actor=actor_in(request), account_id=owner_of(request).id, session_id=session)
    return Status(204, None)


@router.post("/sessions/end-others", response=Ended, summary="End all other sessions", openapi_extra=REFUSALS)
def end_others(request: HttpRequest) -> Ended:
    """Every browser and every app but this one."""
    caller = caller_in(request)
    ended = sessions.end_others(actor=actor_in(request), account_id=caller.account.id, but=caller.session)
    return Ended(ended=ended)


@router.get("/devices", response=list[DeviceShown], summary="Devices the account knows", openapi_extra=REFUSALS)
def list_devices(request: HttpRequest) -> list[DeviceShown]:
    """With the header ``Device-Secret`` the answer says which of them is this one."""
    secret = request.headers.get("Device-Secret", "")
    known = devices.devices_of(
        account=owner_of(request),
        device=devices.read_device(secret),
        language=get_language() or "en",
        now=now(),
    )
    return [
        DeviceShown(
            device=one.id,
            name=browser_name(", ".join(part for part in (one.browser, one.system) if part)),
            address=one.address,
            place=one.place,
            first_seen=one.first_seen,
            last_used=one.last_used,
            trusted_until=one.trusted_until,
            this_one=one.this_one,
        )
        for one in known
    ]


@router.delete("/devices/{uuid:device}/trust", response={204: None}, summary="Trust it no more", openapi_extra=REFUSALS)
def end_trust(request: HttpRequest, device: UUID) -> Status[None]:
    """The next sign-in with this device asks for a code again."""
    devices.end_trust_in(actor=actor_in(request), account_id=owner_of(request).id, device_id=device)
    return Status(204, None)


@router.delete("/devices/trust", response={204: None}, summary="Trust none of them", openapi_extra=REFUSALS)
def end_all_trust(request: HttpRequest) -> Status[None]:
    """Every sign-in asks for a code again; sessions go on."""
    devices.end_trust(actor=actor_in(request), account_id=owner_of(request).id, reason="owner")
    return Status(204, None)
