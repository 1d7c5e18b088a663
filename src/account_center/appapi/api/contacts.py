"""Changing the phone or the e-mail address: the owner is proven first, then the new one (3.1.9, 3.1.11)."""

from django.http import HttpRequest
from ninja import Router, Schema

from account_center.appapi.asked import ConfirmContact, NewContact
from account_center.appapi.callers import AppToken, actor_in, owner_of
from account_center.appapi.docs_of import SIGNED_IN, refusals
from account_center.appapi.errors import NotYours
from account_center.appapi.keeping import kept_tokens
from account_center.appapi.shown import (
    AccountBrief,
    ChallengeShown,
    TokensShown,
    account_brief,
    challenge_shown,
)
from account_center.kit.clock import now
from account_center.signin.services import change_contact, prove_new_contact
from account_center.signin.services.codes import challenge, require_right, try_code
from account_center.signin.types import Purpose

router = Router(tags=["Phone and e-mail"], auth=AppToken())


class ContactChanged(Schema):
    """All other sessions have ended; this one goes on with these tokens."""

    account: AccountBrief
    tokens: TokensShown


@router.post("/new", response=ChallengeShown, summary="Send a code to the new one", openapi_extra=refusals(*SIGNED_IN))
def new(request: HttpRequest, body: NewContact) -> ChallengeShown:
    """With a fresh proof for ``contacts``, which stays unused until the new one is confirmed."""
    sent = prove_new_contact(
        actor=actor_in(request),
        account_id=owner_of(request).id,
        channel=body.channel,
        contact=body.contact,
        proof=body.proof,
        now=now(),
    )
    return challenge_shown(sent)


@router.post("/confirm", response=ContactChanged, summary="Confirm the new one", openapi_extra=refusals(*SIGNED_IN))
def confirm(request: HttpRequest, body: ConfirmContact) -> ContactChanged:
    """The digits that came to the new phone or e-mail. The old one is told. An e-mail can be changed, never removed."""
    owner = owner_of(request)
    seen = challenge(body.challenge)
    if seen is None or seen.account_id != owner.id or seen.purpose is not Purpose.NEW_CONTACT:
        raise NotYours
    require_right(try_code(challenge_id=body.challenge, purpose=Purpose.NEW_CONTACT, digits=body.code, now=now()))
    changed = change_contact(
        actor=actor_in(request), account_id=owner.id, new_proof=body.challenge, proof=body.proof, now=now()
    )
    return ContactChanged(account=account_brief(changed), tokens=kept_tokens(request, mark=changed.mark))
