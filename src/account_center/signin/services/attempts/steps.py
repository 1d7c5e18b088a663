"""The steps that ask who it is: a code, the authenticator app, a passkey, a recovery code."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from account_center.accounts.types import AccountFacts
from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.signin.errors import (
    AttemptOver,
    CodeExpired,
    CodeTooSoon,
    FactorLocked,
    GuessedOut,
    ProofMissing,
    WayNotOpen,
)
from account_center.signin.models import SignInAttempt
from account_center.signin.rules import answers_to
from account_center.signin.services import authenticator, codes, passkeys, recovery_codes
from account_center.signin.services.attempts.judging import (
    Judged,
    channels_of,
    end_attempt,
    judge,
    open_attempt,
    view_of,
    waiting_rows,
)
from account_center.signin.services.identifiers import phone_country
from account_center.signin.types import (
    AttemptView,
    ChallengeView,
    Channel,
    CodeVerdict,
    PasskeyAsk,
    PasskeyUse,
    Purpose,
    SecondWay,
)


def send_attempt_code(*, actor: Actor, attempt_id: UUID, device: str, channel: Channel, now: datetime) -> ChallengeView:
    """Sends the code of the step CODE to the phone or the e-mail address of the account.

    The same channel again within the life of its code sends nothing; nor does a sign-in begun anew in the same browser
    while the code of the one before is on its way. Raises AttemptOver, WayNotOpen, CodeTooSoon, TooManyCodes.
    """
    row, judged = open_attempt(attempt_id, device, now=now)
    _require_answer(judged, SecondWay.CODE)
    if channel not in channels_of(judged.account):
        raise WayNotOpen
    there = codes.challenge(row.challenge_id) if row.challenge_id else None
    if there is not None and there.channel is channel and now < there.expires_at:
        return there
    try:
        sent = _send(actor, judged.account, channel, now=now)
    except CodeTooSoon as refusal:
        sent = _sent_before(row, refusal)
    waiting_rows(row, now=now).update(challenge_id=sent.id)
    return sent


def _send(actor: Actor, account: AccountFacts, channel: Channel, *, now: datetime) -> ChallengeView:
    by_sms = channel is Channel.SMS
    return codes.send_code(
        actor=actor,
        purpose=Purpose.SECOND_STEP,
        channel=channel,
        recipient=account.phone if by_sms else account.email,
        country=phone_country(account.phone, account.country) if by_sms else account.country,
        account_id=account.id,
        now=now,
    )


def _sent_before(row: SignInAttempt, refusal: CodeTooSoon) -> ChallengeView:
    """The code that this very browser was sent for a sign-in it has just given up. Raises the refusal if it was another."""
    given_up = SignInAttempt.objects.filter(
        account_id=row.account_id, device_digest=row.device_digest, challenge_id=refusal.challenge
    )
    sent = codes.challenge(refusal.challenge) if refusal.challenge and given_up.exists() else None
    if sent is None:
        raise refusal
    return sent


def pass_code(*, actor: Actor, attempt_id: UUID, device: str, digits: str, now: datetime) -> AttemptView:
    """Judges the digits of the code that was sent last. Too many wrong ones end this sign-in.

    Raises WrongCode, CodeExpired, TooManyWrongCodes, GuessedOut, AttemptOver.
    """
    row, judged = open_attempt(attempt_id, device, now=now)
    if judged.facts.shown is SecondWay.CODE:
        return view_of(row, judged)  # the other click of a double click was faster
    _require_answer(judged, SecondWay.CODE)
    if row.challenge_id is None:
        raise CodeExpired(field="code")
    answer = codes.try_code(challenge_id=row.challenge_id, purpose=Purpose.SECOND_STEP, digits=digits, now=now)
    if answer.verdict is CodeVerdict.EXPIRED and open_attempt(attempt_id, device, now=now)[1].facts.shown:
        return _shown_by_twin(attempt_id, device, now=now)
    if answer.verdict in (CodeVerdict.WRONG, CodeVerdict.SPENT):
        record(actor=actor, event="signin:code:wrong", account_id=row.account_id)
    if answer.verdict is CodeVerdict.SPENT:
        end_attempt(row)
        raise GuessedOut
    codes.require_right(answer)
    try:
        with transaction.atomic():
            codes.use_proof(row.challenge_id, purpose=Purpose.SECOND_STEP, now=now)
            return _shown(row, judged, SecondWay.CODE, device, now=now)
    except (ProofMissing, AttemptOver):
        return _shown_by_twin(attempt_id, device, now=now)


def _shown_by_twin(attempt_id: UUID, device: str, *, now: datetime) -> AttemptView:
    """Of a double click the other one was faster: the same answer. Raises AttemptOver if it was something else."""
    row, judged = open_attempt(attempt_id, device, now=now)
    if judged.facts.shown is not SecondWay.CODE:
        raise AttemptOver
    return view_of(row, judged)


def pass_app(*, actor: Actor, attempt_id: UUID, device: str, digits: str, now: datetime) -> AttemptView:
    """Judges the present code of the authenticator app. Raises WrongSecondFactor, FactorLocked, AttemptOver."""
    row, judged = open_attempt(attempt_id, device, now=now)
    _require_answer(judged, SecondWay.APP)
    try:
        authenticator.check_app(actor=actor, account_id=row.account_id, digits=digits, now=now)
    except FactorLocked:
        end_attempt(row)
        raise
    return _shown(row, judged, SecondWay.APP, device, now=now)


def ask_passkey(*, actor: Actor, attempt_id: UUID, device: str, now: datetime) -> PasskeyAsk:
    """The question to a passkey of the account. Raises AttemptOver, WayNotOpen, TooManyPasskeyTries."""
    row, judged = open_attempt(attempt_id, device, now=now)
    _require_answer(judged, SecondWay.PASSKEY)
    return passkeys.begin_check(actor=actor, account_id=row.account_id, use=PasskeyUse.CHECK, now=now)


def pass_passkey(
    *, actor: Actor, attempt_id: UUID, device: str, question_id: UUID, answer: str, now: datetime
) -> AttemptView:
    """Judges the browser's answer to that question. Raises the refusals of ``passkeys.finish_check``, AttemptOver."""
    row, judged = open_attempt(attempt_id, device, now=now)
    _require_answer(judged, SecondWay.PASSKEY)
    passkeys.finish_check(
        actor=actor,
        account_id=row.account_id,
        question_id=question_id,
        answer=answer,
        use=PasskeyUse.CHECK,
        now=now,
    )
    return _shown(row, judged, SecondWay.PASSKEY, device, now=now)


def pass_recovery_code(*, actor: Actor, attempt_id: UUID, device: str, code: str, now: datetime) -> AttemptView:
    """Uses a recovery code up instead of app or passkey. Raises WrongRecoveryCode, FactorLocked, AttemptOver."""
    row, judged = open_attempt(attempt_id, device, now=now)
    _require_answer(judged, SecondWay.RECOVERY_CODE)
    try:
        recovery_codes.use_recovery_code(actor=actor, account_id=row.account_id, code=code, now=now)
    except FactorLocked:
        end_attempt(row)
        raise
    return _shown(row, judged, SecondWay.RECOVERY_CODE, device, now=now)


def _require_answer(judged: Judged, way: SecondWay) -> None:
    if way not in answers_to(judged.needs, judged.facts.factors):
        raise WayNotOpen if judged.needs else AttemptOver


def _shown(row: SignInAttempt, judged: Judged, way: SecondWay, device: str, *, now: datetime) -> AttemptView:
    if not waiting_rows(row, now=now).filter(shown="").update(shown=way.value):
        raise AttemptOver
    row.shown = way.value
    return view_of(row, judge(judged.account, judged.facts.first_way, device, shown=way, now=now))
