"""What a sign-in asks for after the first factor (1.22, 1.47, 3.1.20). Each step shows the secret of the app that began it."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from account_center.appapi.asked import (
    AnswerOfStep,
    ChannelWanted,
    CodeOfStep,
    Finish,
    PasswordOfStep,
    WayBackCode,
    WithDevice,
)
from account_center.appapi.callers import visitor_of
from account_center.appapi.docs_of import refusals
from account_center.appapi.entering import finish, waiting
from account_center.appapi.shown import (
    ChallengeShown,
    PasskeyQuestionShown,
    SignInShown,
    challenge_shown,
    question_shown,
)
from account_center.kit.clock import now
from account_center.signin.services import attempts
from account_center.signin.services.codes import require_right, try_code
from account_center.signin.services.way_back import open_way_back, send_way_back_code
from account_center.signin.types import Purpose

router = Router(tags=["Sign-in: further steps"])


@router.post("/{uuid:attempt}", response=SignInShown, summary="What is still asked for", openapi_extra=refusals())
def look(request: HttpRequest, attempt: UUID, body: WithDevice) -> SignInShown:
    """A half-done sign-in, as it stands now."""
    return waiting(attempts.attempt(attempt_id=attempt, device=body.device, now=now()), body.device)


@router.post("/{uuid:attempt}/code", response=ChallengeShown, summary="Send the code", openapi_extra=refusals())
def send_code(request: HttpRequest, attempt: UUID, body: ChannelWanted) -> ChallengeShown:
    """By SMS or by e-mail, as ``channels`` offers. Sent again: POST /codes/resend."""
    sent = attempts.send_attempt_code(
        actor=visitor_of(request), attempt_id=attempt, device=body.device, channel=body.channel, now=now()
    )
    return challenge_shown(sent)


@router.post("/{uuid:attempt}/code/check", response=SignInShown, summary="Type the code", openapi_extra=refusals())
def check_code(request: HttpRequest, attempt: UUID, body: CodeOfStep) -> SignInShown:
    """The digits of the newest message. Too many wrong ones end this sign-in."""
    view = attempts.pass_code(
        actor=visitor_of(request), attempt_id=attempt, device=body.device, digits=body.code, now=now()
    )
    return waiting(view, body.device)


@router.post("/{uuid:attempt}/app", response=SignInShown, summary="The authenticator app", openapi_extra=refusals())
def check_app(request: HttpRequest, attempt: UUID, body: CodeOfStep) -> SignInShown:
    """The present code of the authenticator app."""
    view = attempts.pass_app(
        actor=visitor_of(request), attempt_id=attempt, device=body.device, digits=body.code, now=now()
    )
    return waiting(view, body.device)


@router.post("/{uuid:attempt}/recovery-code", response=SignInShown, summary="A recovery code", openapi_extra=refusals())
def check_recovery_code(request: HttpRequest, attempt: UUID, body: CodeOfStep) -> SignInShown:
    """Instead of authenticator app or passkey; each counts once."""
    view = attempts.pass_recovery_code(
        actor=visitor_of(request), attempt_id=attempt, device=body.device, code=body.code, now=now()
    )
    return waiting(view, body.device)


@router.post(
    "/{uuid:attempt}/passkey", response=PasskeyQuestionShown, summary="Ask a passkey", openapi_extra=refusals()
)
def ask_passkey(request: HttpRequest, attempt: UUID, body: WithDevice) -> PasskeyQuestionShown:
    """The question to a passkey of the account."""
    asked = attempts.ask_passkey(actor=visitor_of(request), attempt_id=attempt, device=body.device, now=now())
    return question_shown(asked)


@router.post("/{uuid:attempt}/passkey/check", response=SignInShown, summary="The passkey", openapi_extra=refusals(403))
def check_passkey(request: HttpRequest, attempt: UUID, body: AnswerOfStep) -> SignInShown:
    """The passkey's answer."""
    view = attempts.pass_passkey(
        actor=visitor_of(request),
        attempt_id=attempt,
        device=body.device,
        question_id=body.question,
        answer=body.answer,
        now=now(),
    )
    return waiting(view, body.device)


@router.post("/{uuid:attempt}/new-password", response=SignInShown, summary="A new password", openapi_extra=refusals())
def new_password(request: HttpRequest, attempt: UUID, body: PasswordOfStep) -> SignInShown:
    """Where the old one has run out or must be changed (3.1.20); all sessions end."""
    view = attempts.set_new_password(
        actor=visitor_of(request), attempt_id=attempt, device=body.device, new=body.password, now=now()
    )
    return waiting(view, body.device)


@router.post(
    "/{uuid:attempt}/way-back", response=ChallengeShown, summary="Past one's own list", openapi_extra=refusals(403)
)
def ask_way_back(request: HttpRequest, attempt: UUID, body: ChannelWanted) -> ChallengeShown:
    """For an owner whom only his own tenant's list of networks refuses: a code that opens a way back for a while (1.23)."""
    sent = send_way_back_code(
        actor=visitor_of(request), attempt_id=attempt, device=body.device, channel=body.channel, now=now()
    )
    return challenge_shown(sent)


@router.post(
    "/{uuid:attempt}/way-back/check", response=SignInShown, summary="Open the way back", openapi_extra=refusals(403)
)
def check_way_back(request: HttpRequest, attempt: UUID, body: WayBackCode) -> SignInShown:
    """With the right code; then ``finish`` succeeds from here."""
    moment = now()
    require_right(try_code(challenge_id=body.challenge, purpose=Purpose.WAY_BACK, digits=body.code, now=moment))
    view, _until = open_way_back(
        actor=visitor_of(request), attempt_id=attempt, device=body.device, challenge_id=body.challenge, now=moment
    )
    return waiting(view, body.device)


@router.post("/{uuid:attempt}/finish", response=SignInShown, summary="Finish the sign-in", openapi_extra=refusals(403))
def end(request: HttpRequest, attempt: UUID, body: Finish) -> SignInShown:
    """Gives the tokens, once. ``trust`` counts where it was offered; after it this device is asked for no code (1.47)."""
    return finish(request, attempt, device=body.device, trust=body.trust, app=body.app)
