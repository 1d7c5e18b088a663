"""Fresh proofs: before a sensitive task the signed-in person shows again to be the owner. One task, once, a few minutes."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from ninja import Router, Schema

from account_center.appapi.asked import (
    ProofByPasskey,
    ProofByPassword,
    ProofCodeTyped,
    ProofCodeWanted,
    ProofTyped,
)
from account_center.appapi.callers import AppToken, actor_in, owner_of
from account_center.appapi.docs_of import SIGNED_IN, refusals
from account_center.appapi.errors import NotYours
from account_center.appapi.shown import (
    ChallengeShown,
    PasskeyQuestionShown,
    ProofShown,
    challenge_shown,
    question_shown,
)
from account_center.kit.clock import now
from account_center.signin.services import fresh
from account_center.signin.services.codes import challenge, require_right, try_code
from account_center.signin.types import Purpose, SensitiveAction, WayToProve

router = Router(tags=["Fresh proofs"], auth=AppToken())
REFUSALS = refusals(*SIGNED_IN)


class WaysShown(Schema):
    """The one to offer first stands first."""

    ways: list[WayToProve]


@router.get("", response=WaysShown, summary="How I can prove it", openapi_extra=REFUSALS)
def ways(request: HttpRequest) -> WaysShown:
    """Codes count only where signing in asks for no second factor."""
    return WaysShown(ways=fresh.ways_to_prove(owner_of(request).id))


@router.post("/code", response=ChallengeShown, summary="Have a code sent", openapi_extra=REFUSALS)
def send_code(request: HttpRequest, body: ProofCodeWanted) -> ChallengeShown:
    """To the account's own phone or e-mail; the message names the task."""
    sent = fresh.send_proof_code(
        actor=actor_in(request), account_id=owner_of(request).id, action=body.action, channel=body.channel, now=now()
    )
    return challenge_shown(sent)


@router.post("/code/check", response=ProofShown, summary="Prove by code", openapi_extra=REFUSALS)
def by_code(request: HttpRequest, body: ProofCodeTyped) -> ProofShown:
    """The digits of the newest message."""
    owner = owner_of(request)
    seen = challenge(body.challenge)
    if seen is None or seen.account_id != owner.id or seen.purpose is not Purpose.PROVE_OLD:
        raise NotYours
    require_right(try_code(challenge_id=body.challenge, purpose=Purpose.PROVE_OLD, digits=body.code, now=now()))
    proof = fresh.prove_by_code(
        actor=actor_in(request), account_id=owner.id, action=body.action, challenge_id=body.challenge, now=now()
    )
    return _shown(proof, body.action)


@router.post("/app", response=ProofShown, summary="Prove by authenticator app", openapi_extra=REFUSALS)
def by_app(request: HttpRequest, body: ProofTyped) -> ProofShown:
    """The present code of the app."""
    proof = fresh.prove_by_app(
        actor=actor_in(request), account_id=owner_of(request).id, action=body.action, digits=body.code, now=now()
    )
    return _shown(proof, body.action)


@router.post("/recovery-code", response=ProofShown, summary="Prove by recovery code", openapi_extra=REFUSALS)
def by_recovery_code(request: HttpRequest, body: ProofTyped) -> ProofShown:
    """Uses the code up."""
    proof = fresh.prove_by_recovery_code(
        actor=actor_in(request), account_id=owner_of(request).id, action=body.action, code=body.code, now=now()
    )
    return _shown(proof, body.action)


@router.post("/password", response=ProofShown, summary="Prove by password", openapi_extra=REFUSALS)
def by_password(request: HttpRequest, body: ProofByPassword) -> ProofShown:
    """Only where the account has nothing else."""
    proof = fresh.prove_by_password(
        actor=actor_in(request), account_id=owner_of(request).id, action=body.action, password=body.password, now=now()
    )
    return _shown(proof, body.action)


@router.post("/passkey", response=PasskeyQuestionShown, summary="Ask a passkey", openapi_extra=REFUSALS)
def ask_passkey(request: HttpRequest) -> PasskeyQuestionShown:
    """The question to a passkey of the account."""
    asked = fresh.begin_passkey_proof(actor=actor_in(request), account_id=owner_of(request).id, now=now())
    return question_shown(asked)


@router.post("/passkey/check", response=ProofShown, summary="Prove by passkey", openapi_extra=REFUSALS)
def by_passkey(request: HttpRequest, body: ProofByPasskey) -> ProofShown:
    """The passkey's answer."""
    proof = fresh.prove_by_passkey(
        actor=actor_in(request),
        account_id=owner_of(request).id,
        action=body.action,
        question_id=body.question,
        answer=body.answer,
        now=now(),
    )
    return _shown(proof, body.action)


def _shown(proof: UUID, action: SensitiveAction) -> ProofShown:
    return ProofShown(proof=proof, action=action.value, expires_in=settings.LIMITS.proof_seconds)
