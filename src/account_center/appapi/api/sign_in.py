"""Signing in: with a password, with a code and the choice of an account, with a passkey (1.11, 1.44, 1.45, 1.46)."""

from django.http import HttpRequest
from ninja import Router

from account_center.accounts.types import AccountKind
from account_center.appapi.asked import (
    AccountChosen,
    CodeAsked,
    CodeTyped,
    PasskeySignIn,
    PasswordSignIn,
)
from account_center.appapi.callers import visitor_of
from account_center.appapi.docs_of import refusals
from account_center.appapi.entering import enter
from account_center.appapi.shown import (
    AccountsShown,
    ChallengeShown,
    PasskeyQuestionShown,
    SignInShown,
    account_brief,
    challenge_shown,
    question_shown,
)
from account_center.kit.clock import now
from account_center.kit.refused import Refused
from account_center.signin.errors import ProofMissing, SignInLocked, WrongPassword
from account_center.signin.services import accounts_behind, begin_code_sign_in, choose_account, sign_in_with_password
from account_center.signin.services.codes import proven, require_right, try_code
from account_center.signin.services.passkeys import begin_check, finish_check
from account_center.signin.types import FirstWay, PasskeyUse, Purpose, SignInOutcome, SignInVerdict

router = Router(tags=["Sign-in"])


@router.post("", response=SignInShown, summary="Sign in with a password", openapi_extra=refusals())
def with_password(request: HttpRequest, body: PasswordSignIn) -> SignInShown:
    """Name, phone or e-mail with the password (1.11). A wrong one and an unknown one are answered alike."""
    verdict = sign_in_with_password(
        actor=visitor_of(request),
        identifier=body.identifier,
        password=body.password,
        kind=AccountKind(body.kind),
        country=body.country,
        device=body.device or "",
        now=now(),
    )
    if verdict.outcome is not SignInOutcome.SIGNED_IN or verdict.account is None:
        raise _refusal(verdict)
    return enter(request, verdict.account, way=FirstWay.PASSWORD, device=body.device, app=body.app, known=verdict.known)


def _refusal(verdict: SignInVerdict) -> Refused:
    if verdict.outcome is SignInOutcome.LOCKED and verdict.locked_until is not None:
        return SignInLocked(retry_after=max(1, int((verdict.locked_until - now()).total_seconds())))
    return WrongPassword(tries_left=verdict.tries_left)


@router.post("/code", response=ChallengeShown, summary="Have a sign-in code sent", openapi_extra=refusals())
def send_code(request: HttpRequest, body: CodeAsked) -> ChallengeShown:
    """To a phone or e-mail. Nothing is sent to one that has no account; the answer is the same (3.1.17)."""
    view = begin_code_sign_in(
        actor=visitor_of(request),
        contact=body.contact,
        country=body.country,
        device=body.device or "",
        now=now(),
    )
    return challenge_shown(view)


@router.post("/code/check", response=AccountsShown, summary="Type the sign-in code", openapi_extra=refusals())
def check_code(request: HttpRequest, body: CodeTyped) -> AccountsShown:
    """The accounts of the phone or e-mail that the code has proven; choose one, also if there is only one (1.44)."""
    require_right(try_code(challenge_id=body.challenge, purpose=Purpose.SIGN_IN, digits=body.code, now=now()))
    proof = proven(body.challenge, purpose=Purpose.SIGN_IN, now=now())
    accounts = accounts_behind(proof.channel, proof.recipient)
    if not accounts:
        raise ProofMissing
    return AccountsShown(accounts=[account_brief(one) for one in accounts])


@router.post("/code/choose", response=SignInShown, summary="Choose the account", openapi_extra=refusals(403))
def choose(request: HttpRequest, body: AccountChosen) -> SignInShown:
    """Signs in to one of the accounts; the code counts once (1.44, 1.45)."""
    chosen = choose_account(actor=visitor_of(request), challenge_id=body.challenge, account_id=body.account, now=now())
    return enter(request, chosen, way=FirstWay.CODE, device=body.device, app=body.app)


@router.post("/passkey", response=PasskeyQuestionShown, summary="Begin with a passkey", openapi_extra=refusals())
def begin_passkey(request: HttpRequest) -> PasskeyQuestionShown:
    """A question to any passkey of this place; the answer tells whose it is, so no name is needed."""
    asked = begin_check(actor=visitor_of(request), account_id=None, use=PasskeyUse.SIGN_IN, now=now())
    return question_shown(asked)


@router.post("/passkey/check", response=SignInShown, summary="Sign in with a passkey", openapi_extra=refusals(403))
def check_passkey(request: HttpRequest, body: PasskeySignIn) -> SignInShown:
    """The passkey's answer. It is two factors in one, so no code is asked afterwards."""
    found = finish_check(
        actor=visitor_of(request),
        account_id=None,
        question_id=body.question,
        answer=body.answer,
        use=PasskeyUse.SIGN_IN,
        now=now(),
    )
    return enter(request, found, way=FirstWay.PASSKEY, device=body.device, app=body.app)
