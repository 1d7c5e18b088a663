"""Second factors, recovery codes, and what is asked at sign-in (1.22). Every change uses up a fresh proof."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status

from account_center.accounts.queries import account
from account_center.accounts.types import AccountFacts, SignInCheck
from account_center.appapi.asked import AppConfirmed, CheckChosen, PasskeyMade, PasskeyName, WithProof
from account_center.appapi.callers import AppToken, actor_in, owner_of
from account_center.appapi.docs_of import SIGNED_IN, refusals
from account_center.appapi.shown import PasskeyQuestionShown, question_shown
from account_center.kit.clock import now
from account_center.plumbing.moment import one_moment
from account_center.signin.queries import app_since, passkeys_of, recovery_codes_left
from account_center.signin.services import authenticator, factors, passkeys
from account_center.signin.services.fresh import require_fresh_proof
from account_center.signin.types import PasskeyFacts, SensitiveAction

router = Router(tags=["Second factors"], auth=AppToken())
REFUSALS = refusals(*SIGNED_IN)
FACTORS = SensitiveAction.SECOND_FACTORS


class PasskeyShown(Schema):
    passkey: UUID
    name: str
    created_at: datetime
    last_used_at: datetime | None


class FactorsShown(Schema):
    """``app_since`` null: no authenticator app. ``recovery_codes``: how many are left."""

    app_since: datetime | None
    passkeys: list[PasskeyShown]
    recovery_codes: int
    sign_in_check: SignInCheck


class AppSetUp(Schema):
    """The address for the authenticator app (otpauth), and its secret to be typed. Shown until the app is confirmed."""

    address: str
    secret: str


class CodesShown(Schema):
    """Shown once and kept nowhere: to be written down."""

    codes: list[str]


class CheckShown(Schema):
    sign_in_check: SignInCheck


@router.get("", response=FactorsShown, summary="My second factors", openapi_extra=REFUSALS)
def list_factors(request: HttpRequest) -> FactorsShown:
    """Authenticator app, passkeys and recovery codes."""
    with one_moment():
        # Read again: what is asked at sign-in changes with the factors that are there.
        owner = account(owner_of(request).id) or owner_of(request)
        return FactorsShown(
            app_since=app_since(owner.id),
            passkeys=[_passkey(one) for one in passkeys_of(owner.id)],
            recovery_codes=recovery_codes_left(owner.id),
            sign_in_check=owner.check,
        )


def _passkey(one: PasskeyFacts) -> PasskeyShown:
    return PasskeyShown(passkey=one.id, name=one.name, created_at=one.created_at, last_used_at=one.last_used_at)


@router.post("/app", response=AppSetUp, summary="Begin with an authenticator app", openapi_extra=REFUSALS)
def begin_app(request: HttpRequest, body: WithProof) -> AppSetUp:
    """The same until it is confirmed. The proof stays unused."""
    owner, moment = owner_of(request), now()
    require_fresh_proof(account_id=owner.id, proof=body.proof, action=FACTORS, now=moment)
    address, secret = authenticator.begin_app(account_id=owner.id, name=owner.name, now=moment)
    return AppSetUp(address=address, secret=secret)


@router.post("/app/confirm", response={204: None}, summary="Confirm the app", openapi_extra=REFUSALS)
def confirm_app(request: HttpRequest, body: AppConfirmed) -> Status[None]:
    """With its first code."""
    factors.add_app(
        actor=actor_in(request), account_id=owner_of(request).id, digits=body.code, proof=body.proof, now=now()
    )
    return Status(204, None)


@router.post("/app/remove", response=CheckShown, summary="Remove the app", openapi_extra=REFUSALS)
def remove_app(request: HttpRequest, body: WithProof) -> CheckShown:
    """If signing in asks for it, another factor or a code takes its place; the answer says which."""
    changed = factors.remove_app(actor=actor_in(request), account_id=owner_of(request).id, proof=body.proof, now=now())
    return _check(changed)


def _check(owner: AccountFacts) -> CheckShown:
    return CheckShown(sign_in_check=owner.check)


@router.post("/passkeys/begin", response=PasskeyQuestionShown, summary="Begin with a passkey", openapi_extra=REFUSALS)
def begin_passkey(request: HttpRequest, body: WithProof) -> PasskeyQuestionShown:
    """The question to a new passkey. The proof stays unused."""
    owner, moment = owner_of(request), now()
    require_fresh_proof(account_id=owner.id, proof=body.proof, action=FACTORS, now=moment)
    return question_shown(passkeys.begin_adding(actor=actor_in(request), account_id=owner.id, now=moment))


@router.post("/passkeys", response={201: PasskeyShown}, summary="Add a passkey", openapi_extra=REFUSALS)
def add_passkey(request: HttpRequest, body: PasskeyMade) -> Status[PasskeyShown]:
    """What the system made."""
    owner = owner_of(request)
    added = factors.add_passkey(
        actor=actor_in(request),
        account_id=owner.id,
        question_id=body.question,
        answer=body.answer,
        name=body.name,
        proof=body.proof,
        now=now(),
    )
    one = next(one for one in passkeys_of(owner.id) if one.id == added)
    shown = PasskeyShown(passkey=one.id, name=one.name, created_at=one.created_at, last_used_at=one.last_used_at)
    return Status(201, shown)


@router.put("/passkeys/{uuid:passkey}/name", response={204: None}, summary="Name a passkey", openapi_extra=REFUSALS)
def rename_passkey(request: HttpRequest, passkey: UUID, body: PasskeyName) -> Status[None]:
    """Another word for it."""
    factors.rename_passkey(actor=actor_in(request), account_id=owner_of(request).id, passkey=passkey, name=body.name)
    return Status(204, None)


@router.post("/passkeys/{uuid:passkey}/remove", response=CheckShown, summary="Remove a passkey", openapi_extra=REFUSALS)
def remove_passkey(request: HttpRequest, passkey: UUID, body: WithProof) -> CheckShown:
    """If signing in asks for it, another factor or a code takes its place; the answer says which."""
    changed = factors.remove_passkey(
        actor=actor_in(request), account_id=owner_of(request).id, passkey=passkey, proof=body.proof, now=now()
    )
    return _check(changed)


@router.post("/recovery-codes", response=CodesShown, summary="New recovery codes", openapi_extra=REFUSALS)
def new_codes(request: HttpRequest, body: WithProof) -> CodesShown:
    """The old set is worth nothing any more."""
    codes = factors.new_recovery_codes(
        actor=actor_in(request), account_id=owner_of(request).id, proof=body.proof, now=now()
    )
    return CodesShown(codes=codes)


@router.put("/sign-in-check", response=CheckShown, summary="What signing in asks for", openapi_extra=REFUSALS)
def choose_check(request: HttpRequest, body: CheckChosen) -> CheckShown:
    """After the password: nothing (discouraged), a code, the authenticator app or a passkey. Its proof: ``sign_in_check``."""
    changed = factors.choose_check(
        actor=actor_in(request), account_id=owner_of(request).id, check=body.check, proof=body.proof, now=now()
    )
    return _check(changed)
