"""Forgotten password (1.16, 1.17): from a phone, an e-mail or a name to a new password; then sign in with it."""

from base64 import b64encode
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from account_center.appapi.asked import (
    CodeAsked,
    HumanCheckWanted,
    RecoveryAccount,
    RecoveryByName,
    RecoveryCodeTyped,
    RecoveryContact,
    RecoveryPasskey,
    RecoveryPassword,
    RecoveryStep,
    RecoveryTo,
)
from account_center.appapi.callers import visitor_of
from account_center.appapi.docs_of import refusals
from account_center.appapi.shown import (
    AccountBrief,
    AccountsShown,
    ChallengeShown,
    PasskeyQuestionShown,
    account_brief,
    challenge_shown,
    question_shown,
)
from account_center.kit.clock import now
from account_center.recovery import services as recovery
from account_center.recovery.services.further import ask_passkey, take_passkey, take_recovery_code
from account_center.recovery.types import CheckKind, FurtherWay, RecoveryState, RecoveryView
from account_center.signin.errors import ProofMissing
from account_center.signin.services.codes import challenge, require_right, try_code
from account_center.signin.types import Channel

router = Router(tags=["Forgotten password"])
REFUSALS = refusals(404)


class RecoveryShown(Schema):
    """``further``: on a new device one of ``ways`` has to be shown. ``ready``: set the new password."""

    recovery: UUID
    state: RecoveryState
    account: AccountBrief | None
    code: ChallengeShown | None
    expires_at: datetime


class PersonShown(Schema):
    contact: UUID
    name: str
    masked: str
    channel: Channel


class FurtherShown(Schema):
    """What may be shown on this new device. ``other`` is the masked phone or e-mail not proven yet."""

    ways: list[FurtherWay]
    contacts: list[PersonShown]
    other: str
    waits_until: datetime | None


class HumanCheckShown(Schema):
    """A picture (PNG in base64) or a question. It takes one answer."""

    check: UUID
    kind: CheckKind
    picture: str
    question: str


class WaitingShown(Schema):
    waits_until: datetime


def _shown(view: RecoveryView) -> RecoveryShown:
    sent = challenge(view.challenge) if view.challenge and view.state is RecoveryState.BEGUN else None
    return RecoveryShown(
        recovery=view.id,
        state=view.state,
        account=account_brief(view.account) if view.account else None,
        code=challenge_shown(sent) if sent else None,
        expires_at=view.expires_at,
    )


@router.post("", response=RecoveryShown, summary="Begin with phone or e-mail", openapi_extra=REFUSALS)
def begin(request: HttpRequest, body: CodeAsked) -> RecoveryShown:
    """Sends a code. Known and unknown ones are answered alike."""
    view = recovery.begin_by_contact(
        actor=visitor_of(request),
        contact=body.contact,
        country=body.country,
        device=body.device or "",
        now=now(),
    )
    return _shown(view)


@router.post("/human-check", response=HumanCheckShown, summary="A human check", openapi_extra=REFUSALS)
def human_check(request: HttpRequest, body: HumanCheckWanted) -> HumanCheckShown:
    """Needed before ``by-name``: a picture to read, or a question for whoever does not see pictures."""
    shown = recovery.new_check(actor=visitor_of(request), kind=body.kind, now=now())
    picture = b64encode(shown.picture).decode()
    return HumanCheckShown(check=shown.id, kind=shown.kind, picture=picture, question=shown.question)


@router.post("/by-name", response=RecoveryShown, summary="Begin with a name", openapi_extra=REFUSALS)
def by_name(request: HttpRequest, body: RecoveryByName) -> RecoveryShown:
    """A legacy account or an IAM user. Nothing is said about the name, and nothing is sent yet: ``send`` does."""
    view = recovery.begin_by_name(name=body.name, user=body.user, check_id=body.check, answer=body.answer, now=now())
    return _shown(view)


@router.post("/send", response=ChallengeShown, summary="Send the code of a name", openapi_extra=REFUSALS)
def send(request: HttpRequest, body: RecoveryTo) -> ChallengeShown:
    """To the phone or e-mail typed, if it is the account's own; the answer is the same for any other."""
    sent = recovery.send_to(
        actor=visitor_of(request),
        recovery_id=body.recovery,
        channel=body.channel,
        contact=body.contact,
        country=body.country,
        device=body.device or "",
        now=now(),
    )
    return challenge_shown(sent)


@router.post("/check", response=AccountsShown, summary="Type the first code", openapi_extra=REFUSALS)
def check(request: HttpRequest, body: RecoveryCodeTyped) -> AccountsShown:
    """The accounts that the code opens; choose one, also if there is only one (1.44)."""
    moment = now()
    view = recovery.recovery_of(recovery_id=body.recovery, now=moment)
    sent = challenge(view.challenge) if view.challenge else None
    if sent is None:
        raise ProofMissing
    require_right(try_code(challenge_id=sent.id, purpose=sent.purpose, digits=body.code, now=moment))
    _proof, accounts = recovery.candidates(recovery_id=body.recovery, now=moment)
    return AccountsShown(accounts=[account_brief(one) for one in accounts])


@router.post("/choose", response=RecoveryShown, summary="Choose the account", openapi_extra=REFUSALS)
def choose(request: HttpRequest, body: RecoveryAccount) -> RecoveryShown:
    """On a device that an ID account does not know, something more has to be shown."""
    view = recovery.choose(
        actor=visitor_of(request),
        recovery_id=body.recovery,
        account_id=body.account,
        device=body.device or "",
        now=now(),
    )
    return _shown(view)


@router.post("/further", response=FurtherShown, summary="What may be shown", openapi_extra=REFUSALS)
def further(request: HttpRequest, body: RecoveryStep) -> FurtherShown:
    """Besides the first code, on a new device."""
    found = recovery.choices(recovery_id=body.recovery, now=now())
    people = [
        PersonShown(contact=one.id, name=one.name, masked=one.contact, channel=one.channel) for one in found.contacts
    ]
    return FurtherShown(ways=list(found.ways), contacts=people, other=found.other, waits_until=found.waits_until)


@router.post("/further/contact", response=ChallengeShown, summary="Ask a contact", openapi_extra=REFUSALS)
def ask_contact(request: HttpRequest, body: RecoveryContact) -> ChallengeShown:
    """Sends an emergency contact a code, which the owner has to be told in person."""
    sent = recovery.ask_contact(
        actor=visitor_of(request), recovery_id=body.recovery, contact_id=body.contact, now=now()
    )
    return challenge_shown(sent)


@router.post("/further/other", response=ChallengeShown, summary="The other channel", openapi_extra=REFUSALS)
def ask_other(request: HttpRequest, body: RecoveryStep) -> ChallengeShown:
    """Sends a code to the account's phone or e-mail that was not proven yet."""
    return challenge_shown(recovery.ask_other(actor=visitor_of(request), recovery_id=body.recovery, now=now()))


@router.post("/further/check", response=RecoveryShown, summary="Type the further code", openapi_extra=REFUSALS)
def check_further(request: HttpRequest, body: RecoveryCodeTyped) -> RecoveryShown:
    """The code of the contact, or of the other channel."""
    moment = now()
    sent = recovery.further_challenge(recovery_id=body.recovery, now=moment)
    require_right(try_code(challenge_id=sent.id, purpose=sent.purpose, digits=body.code, now=moment))
    return _shown(recovery.take_code(actor=visitor_of(request), recovery_id=body.recovery, now=moment))


@router.post("/further/app", response=RecoveryShown, summary="The authenticator app", openapi_extra=REFUSALS)
def by_app(request: HttpRequest, body: RecoveryCodeTyped) -> RecoveryShown:
    """Its present code."""
    view = recovery.take_app(actor=visitor_of(request), recovery_id=body.recovery, digits=body.code, now=now())
    return _shown(view)


@router.post("/further/recovery-code", response=RecoveryShown, summary="A recovery code", openapi_extra=REFUSALS)
def by_recovery_code(request: HttpRequest, body: RecoveryCodeTyped) -> RecoveryShown:
    """Uses it up."""
    view = take_recovery_code(actor=visitor_of(request), recovery_id=body.recovery, code=body.code, now=now())
    return _shown(view)


@router.post("/further/passkey", response=PasskeyQuestionShown, summary="Ask a passkey", openapi_extra=REFUSALS)
def begin_passkey(request: HttpRequest, body: RecoveryStep) -> PasskeyQuestionShown:
    """The question to a passkey of the account."""
    return question_shown(ask_passkey(actor=visitor_of(request), recovery_id=body.recovery, now=now()))


@router.post("/further/passkey/check", response=RecoveryShown, summary="The passkey", openapi_extra=REFUSALS)
def by_passkey(request: HttpRequest, body: RecoveryPasskey) -> RecoveryShown:
    """The passkey's answer."""
    view = take_passkey(
        actor=visitor_of(request),
        recovery_id=body.recovery,
        question_id=body.question,
        answer=body.answer,
        now=now(),
    )
    return _shown(view)


@router.post("/further/wait", response=WaitingShown, summary="Wait", openapi_extra=REFUSALS)
def wait(request: HttpRequest, body: RecoveryStep) -> WaitingShown:
    """Where nothing else can be shown: the owner is told everywhere and can stop it."""
    until = recovery.wait(actor=visitor_of(request), recovery_id=body.recovery, now=now())
    return WaitingShown(waits_until=until)


@router.post("/new-password", response=RecoveryShown, summary="Set the new password", openapi_extra=REFUSALS)
def new_password(request: HttpRequest, body: RecoveryPassword) -> RecoveryShown:
    """Once. Every session and trust ends, and the owner is told everywhere. The second factor stays; now sign in."""
    view = recovery.set_new_password(
        actor=visitor_of(request), recovery_id=body.recovery, password=body.password, now=now()
    )
    return _shown(view)
