"""Emergency contacts (1.16): up to five, each confirmed by the contact's own code."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status

from account_center.appapi.asked import CodeOnly, EmergencyContactNamed, WithProof
from account_center.appapi.callers import AppToken, actor_in, owner_of
from account_center.appapi.docs_of import SIGNED_IN, refusals
from account_center.appapi.errors import NotYours
from account_center.appapi.shown import ChallengeShown, challenge_shown
from account_center.kit.clock import now
from account_center.recovery import services as recovery
from account_center.recovery.types import ContactState, ContactView
from account_center.signin.services.codes import require_right, try_code
from account_center.signin.types import Channel, Purpose

router = Router(tags=["Emergency contacts"], auth=AppToken())
REFUSALS = refusals(*SIGNED_IN)


class EmergencyContactShown(Schema):
    contact: UUID
    name: str
    masked: str
    channel: Channel
    state: ContactState
    since: datetime


def _shown(one: ContactView) -> EmergencyContactShown:
    return EmergencyContactShown(
        contact=one.id, name=one.name, masked=one.contact, channel=one.channel, state=one.state, since=one.since
    )


@router.get("", response=list[EmergencyContactShown], summary="My emergency contacts", openapi_extra=REFUSALS)
def list_contacts(request: HttpRequest) -> list[EmergencyContactShown]:
    """Masked, as on the pages."""
    return [_shown(one) for one in recovery.contacts_of(owner_of(request).id)]


@router.post("", response={201: EmergencyContactShown}, summary="Name somebody", openapi_extra=REFUSALS)
def name(request: HttpRequest, body: EmergencyContactNamed) -> Status[EmergencyContactShown]:
    """With a fresh proof for ``emergency_contacts``. Counts only when the contact's own code was typed."""
    named = recovery.name_contact(
        actor=actor_in(request),
        account_id=owner_of(request).id,
        name=body.name,
        contact=body.contact,
        proof=body.proof,
        now=now(),
    )
    return Status(201, _shown(named))


@router.post("/{uuid:contact}/code", response=ChallengeShown, summary="Ask the contact", openapi_extra=REFUSALS)
def send_code(request: HttpRequest, contact: UUID) -> ChallengeShown:
    """Sends the contact a code and says what it is for."""
    sent = recovery.send_contact_code(
        actor=actor_in(request), account_id=owner_of(request).id, contact_id=contact, now=now()
    )
    return challenge_shown(sent)


@router.post(
    "/{uuid:contact}/confirm", response=EmergencyContactShown, summary="Confirm a contact", openapi_extra=REFUSALS
)
def confirm(request: HttpRequest, contact: UUID, body: CodeOnly) -> EmergencyContactShown:
    """With the code that the contact has told the owner."""
    owner, moment = owner_of(request), now()
    there = next((one for one in recovery.contacts_of(owner.id) if one.id == contact), None)
    if there is None or there.challenge is None:
        raise NotYours
    require_right(try_code(challenge_id=there.challenge, purpose=Purpose.CONTACT_NAME, digits=body.code, now=moment))
    confirmed = recovery.confirm_contact(actor=actor_in(request), account_id=owner.id, contact_id=contact, now=moment)
    return _shown(confirmed)


@router.post("/{uuid:contact}/remove", response={204: None}, summary="Remove a contact", openapi_extra=REFUSALS)
def remove(request: HttpRequest, contact: UUID, body: WithProof) -> Status[None]:
    """With a fresh proof; the contact is told."""
    recovery.remove_contact(
        actor=actor_in(request), account_id=owner_of(request).id, contact_id=contact, proof=body.proof, now=now()
    )
    return Status(204, None)
