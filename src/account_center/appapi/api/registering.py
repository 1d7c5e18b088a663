"""Registering an ID account with the app: contact, code, name and password (3.1.1, 3.1.5)."""

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Router

from account_center.accounts.queries import places_of_phone
from account_center.appapi.asked import CodeTyped, ContactAsked, FinishRegistration
from account_center.appapi.callers import visitor_of
from account_center.appapi.docs_of import refusals
from account_center.appapi.entering import signed_in
from account_center.appapi.shown import AccountsShown, ChallengeShown, SignInShown, account_brief, challenge_shown
from account_center.kit.clock import now
from account_center.signin.services import accounts_behind, begin_registration, finish_registration, note_sign_in
from account_center.signin.services.codes import proven, require_right, try_code
from account_center.signin.services.devices import make_known, new_device
from account_center.signin.types import Channel, Purpose

WAY = "registration"
router = Router(tags=["Registration"])


class PlacesShown(AccountsShown):
    """The accounts this phone or e-mail has already, and how many it may carry (3.1.16). Told after the code only."""

    used: int
    allowed: int


@router.post("", response=ChallengeShown, summary="Begin with phone or e-mail", openapi_extra=refusals())
def begin(request: HttpRequest, body: ContactAsked) -> ChallengeShown:
    """Sends a code. One that has accounts already and one that has none are answered alike."""
    view = begin_registration(actor=visitor_of(request), contact=body.contact, country=body.country, now=now())
    return challenge_shown(view)


@router.post("/check", response=PlacesShown, summary="Type the code", openapi_extra=refusals())
def check(request: HttpRequest, body: CodeTyped) -> PlacesShown:
    """The digits of the newest message."""
    require_right(try_code(challenge_id=body.challenge, purpose=Purpose.REGISTER, digits=body.code, now=now()))
    proof = proven(body.challenge, purpose=Purpose.REGISTER, now=now())
    there = accounts_behind(proof.channel, proof.recipient)
    used, allowed = places_of_phone(proof.recipient) if proof.channel is Channel.SMS else (len(there), 1)
    return PlacesShown(accounts=[account_brief(one) for one in there], used=used, allowed=allowed)


@router.post("/finish", response=SignInShown, summary="Open the account", openapi_extra=refusals())
def finish(request: HttpRequest, body: FinishRegistration) -> SignInShown:
    """Country, name and password; signs in. The country never changes afterwards (1.7)."""
    actor = visitor_of(request)
    opened = finish_registration(
        actor=actor,
        challenge_id=body.challenge,
        country=body.country,
        name=body.name,
        password=body.password,
        language=get_language() or "en",
        now=now(),
    )
    device = body.device or new_device()
    note_sign_in(actor=actor, account_id=opened.id, way=WAY)
    make_known(actor=actor, account=opened, device=device, now=now())
    return signed_in(request, opened, way=WAY, device=device, app=body.app)
