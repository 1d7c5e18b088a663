"""One-time codes: one mechanism for every purpose and both channels (trust: counted in the database)."""

import hmac
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F

from account_center.accounts.queries import account
from account_center.kit.actor import Actor
from account_center.kit.masking import mask_email, mask_phone
from account_center.kit.typed import tidy
from account_center.messaging.services import queue_email, queue_sms
from account_center.plumbing.keys import keyring
from account_center.plumbing.limiter import give_back
from account_center.signin.errors import (
    CodeExpired,
    CodeSpent,
    CodeTooSoon,
    ProofMissing,
    TooManyWrongCodes,
    WrongCode,
)
from account_center.signin.models import Challenge
from account_center.signin.rules import is_ahead, judge_challenge
from account_center.signin.services.code_limits import (
    end_code_turn,
    guessed_out,
    refuse_unserved,
    reserve_sending,
    seconds_to_next_try,
    sending_budgets,
    spend_sending,
    take_code_turn,
)
from account_center.signin.texts import code_email, contact_code, is_for_a_contact, what_code_is_for
from account_center.signin.types import (
    ChallengeState,
    ChallengeView,
    Channel,
    CodeAnswer,
    CodeVerdict,
    Purpose,
    SensitiveAction,
)


def send_code(
    *,
    actor: Actor,
    purpose: Purpose,
    channel: Channel,
    recipient: str,
    country: str,
    now: datetime,
    account_id: int | None = None,
    action: SensitiveAction | None = None,
    decoy: bool = False,
    known_device: bool = False,
) -> ChallengeView:
    """Sends a code to a phone (E.164) or an e-mail address and returns the challenge that waits for it.

    With ``action`` the message names the task that the code allows. With ``decoy`` nothing is sent, but limits and page
    are the same. On a ``known_device`` of the recipient's codes are counted apart from those of strangers. Raises CodeTooSoon while an earlier one is on its way, TooManyCodes, CountryNotServed.
    """
    refuse_unserved(channel, country)
    row = Challenge(
        purpose=purpose.value,
        channel=channel.value,
        recipient=recipient,
        country=country,
        account_id=account_id,
        action=action.value if action else "",
        decoy=decoy,
        known_device=known_device,
        created_at=now,
        tries_left=settings.LIMITS.code_tries,
    )
    reserve_sending(actor, row, now=now)
    with transaction.atomic():
        _send(row, now=now)
    return _view(row)


def resend_code(*, actor: Actor, challenge_id: UUID, now: datetime) -> ChallengeView:
    """Sends a new code for the same challenge; the older code stops counting, spent tries stay spent.

    Raises CodeTooSoon, TooManyCodes, CodeExpired, CodeSpent.
    """
    row = _find(challenge_id)
    if row.state != ChallengeState.WAITING or row.tries_left <= 0:
        raise CodeSpent if row.tries_left <= 0 else CodeExpired
    wait = _wait(row, now=now)
    if wait > 0:
        raise CodeTooSoon(retry_after=wait)
    budgets = sending_budgets(actor, row)
    spend_sending(budgets, now=now)
    try:
        row, sent = _send_again(row, now=now)
    except (CodeTooSoon, CodeExpired):
        give_back(budgets, now=now)
        raise
    if not sent:
        give_back(budgets, now=now)  # the other click of a double click sent it, or the code has just been typed
    return _view(row)


@transaction.atomic
def _send_again(row: Challenge, *, now: datetime) -> tuple[Challenge, bool]:
    there = Challenge.objects.select_for_update().filter(pk=row.pk).first()
    if there is None:  # erased at this moment, with the account that it was for
        raise CodeExpired
    if there.state != ChallengeState.WAITING or _wait(there, now=now) > 0:
        return there, False
    take_code_turn(there, now=now)
    _send(there, now=now)
    return there, True


def _wait(row: Challenge, *, now: datetime) -> int:
    if is_ahead(row.sent_at, now=now, limits=settings.LIMITS):
        return 0
    return settings.LIMITS.code_resend_seconds - int((now - row.sent_at).total_seconds())


def try_code(*, challenge_id: UUID, purpose: Purpose, digits: str, now: datetime) -> CodeAnswer:
    """Judges typed digits. The answer is a value: a wrong code stays spent, however many come at once.

    One conditional UPDATE takes the try before the digits are compared.
    """
    row = Challenge.objects.filter(public_id=challenge_id, purpose=purpose.value).first()
    if row is None:
        return CodeAnswer(CodeVerdict.EXPIRED)
    digits = "".join(tidy(digits).split())  # full-width, or with the gap that some messages show
    if row.state == ChallengeState.PROVEN and now < _proof_ends(row):
        return _judge_again(row, digits=digits, now=now)
    over = _over(row, now=now)
    if over is not None:
        return CodeAnswer(over)
    if guessed_out(row, now=now):
        return CodeAnswer(CodeVerdict.TOO_MANY_TODAY, retry_after=seconds_to_next_try(row, now=now))
    return _take_try(row, digits=digits, now=now)


def _over(row: Challenge, *, now: datetime) -> CodeVerdict | None:
    # Sent in a time to come, it would live for as long as the clock was set back.
    ends = now if is_ahead(row.sent_at, now=now, limits=settings.LIMITS) else row.expires_at
    return judge_challenge(state=ChallengeState(row.state), expires_at=ends, tries_left=row.tries_left, now=now)


def _judge_again(row: Challenge, *, digits: str, now: datetime) -> CodeAnswer:
    # A double click brings the right code twice; it must not look like a failure the second time.
    right = not guessed_out(row, now=now) and _fits(row, digits)
    return CodeAnswer(CodeVerdict.RIGHT if right else CodeVerdict.EXPIRED, row.tries_left)


def _take_try(row: Challenge, *, digits: str, now: datetime) -> CodeAnswer:
    waiting = Challenge.objects.filter(pk=row.pk, state=ChallengeState.WAITING.value, tries_left__gt=0)
    with transaction.atomic():
        taken = waiting.update(tries_left=F("tries_left") - 1)
        there = Challenge.objects.filter(pk=row.pk).first()
        if there is None:  # erased at this moment, with the account that it was for
            return CodeAnswer(CodeVerdict.EXPIRED)
        row = there
        if not taken and row.state == ChallengeState.PROVEN and _fits(row, digits):
            return CodeAnswer(CodeVerdict.RIGHT, row.tries_left)  # the other click of a double click was faster
        if not taken:
            return CodeAnswer(CodeVerdict.SPENT if row.tries_left == 0 else CodeVerdict.EXPIRED)
        if _fits(row, digits) and not row.decoy:
            Challenge.objects.filter(pk=row.pk).update(state=ChallengeState.PROVEN.value, proven_at=now)
            end_code_turn(row)
            return CodeAnswer(CodeVerdict.RIGHT, row.tries_left)
        if row.tries_left == 0:
            Challenge.objects.filter(pk=row.pk).update(state=ChallengeState.SPENT.value)
            end_code_turn(row)
            return CodeAnswer(CodeVerdict.SPENT)
    return CodeAnswer(CodeVerdict.WRONG, row.tries_left)


def require_right(answer: CodeAnswer) -> None:
    """Raises the refusal that tells the person about a code that did not count."""
    if answer.verdict is CodeVerdict.WRONG:
        raise WrongCode(field="code", tries_left=answer.tries_left)
    if answer.verdict is CodeVerdict.SPENT:
        raise CodeSpent(field="code")
    if answer.verdict is CodeVerdict.EXPIRED:
        raise CodeExpired(field="code")
    if answer.verdict is CodeVerdict.TOO_MANY_TODAY:
        raise TooManyWrongCodes(field="code", retry_after=answer.retry_after)


def proven(challenge_id: UUID | None, *, purpose: Purpose, now: datetime) -> ChallengeView:
    """The proof that a challenge became. Raises ProofMissing if it is none, too old, used, or for another purpose."""
    row = Challenge.objects.filter(public_id=challenge_id, purpose=purpose.value).first() if challenge_id else None
    if row is None or row.state != ChallengeState.PROVEN or now >= _proof_ends(row) or _is_ahead(row, now=now):
        raise ProofMissing
    return _view(row)


def _is_ahead(row: Challenge, *, now: datetime) -> bool:
    return is_ahead(row.proven_at or row.created_at, now=now, limits=settings.LIMITS)


def use_proof(challenge_id: UUID, *, purpose: Purpose, now: datetime) -> ChallengeView:
    """Uses a proof, once, in the caller's transaction. Raises ProofMissing."""
    oldest = now - timedelta(seconds=settings.LIMITS.proof_seconds)
    newest = now + timedelta(seconds=settings.LIMITS.clock_skew_seconds)
    waiting = Challenge.objects.filter(
        public_id=challenge_id,
        purpose=purpose.value,
        state=ChallengeState.PROVEN.value,
        proven_at__gt=oldest,
        proven_at__lte=newest,
    )
    if not waiting.update(state=ChallengeState.USED.value):
        raise ProofMissing
    return _view(Challenge.objects.get(public_id=challenge_id))


def note_account(challenge_id: UUID, *, account_id: int) -> None:
    """Notes which account came of a used proof, so that a repeated post can find it."""
    Challenge.objects.filter(public_id=challenge_id, state=ChallengeState.USED.value).update(account_id=account_id)


def challenge(challenge_id: UUID) -> ChallengeView | None:
    """What is known of a challenge."""
    row = Challenge.objects.filter(public_id=challenge_id).first()
    return _view(row) if row else None


def _find(challenge_id: UUID) -> Challenge:
    row = Challenge.objects.filter(public_id=challenge_id).first()
    if row is None:
        raise CodeExpired
    return row


def _send(row: Challenge, *, now: datetime) -> None:
    limits = settings.LIMITS
    code = f"{secrets.randbelow(10**limits.code_digits):0{limits.code_digits}d}"
    row.code_digest = _digest(row, code)
    row.sent_at, row.expires_at = now, now + timedelta(seconds=limits.code_seconds)
    subject, text = _message(row, code=code, minutes=limits.code_seconds // 60)
    if row.channel == Channel.SMS:
        row.message_id = queue_sms(
            to=row.recipient,
            country=row.country,
            text=text,
            purpose=row.purpose,
            decoy=row.decoy,
            expires_at=row.expires_at,
        )
    else:
        row.message_id = queue_email(
            to=row.recipient,
            subject=subject,
            text=text,
            purpose=row.purpose,
            decoy=row.decoy,
            expires_at=row.expires_at,
        )
    row.save()


def _message(row: Challenge, *, code: str, minutes: int) -> tuple[str, str]:
    purpose = Purpose(row.purpose)
    if is_for_a_contact(purpose):
        owner = account(row.account_id or 0)
        return contact_code(purpose, owner=owner.name if owner else "", code=code, minutes=minutes)
    what_for = what_code_is_for(purpose, _action(row))
    return code_email(what_for, code=code, minutes=minutes)


def _digest(row: Challenge, code: str) -> bytes:
    return keyring().digest("code", f"{row.public_id}:{row.purpose}:{code}")


def _fits(row: Challenge, digits: str) -> bool:
    return hmac.compare_digest(bytes(row.code_digest), _digest(row, digits))


def _proof_ends(row: Challenge) -> datetime:
    return (row.proven_at or row.created_at) + timedelta(seconds=settings.LIMITS.proof_seconds)


def _view(row: Challenge) -> ChallengeView:
    mask = mask_phone if row.channel == Channel.SMS else mask_email
    return ChallengeView(
        id=row.public_id,
        purpose=Purpose(row.purpose),
        channel=Channel(row.channel),
        recipient=row.recipient,
        country=row.country,
        masked=mask(row.recipient),
        state=ChallengeState(row.state),
        expires_at=row.expires_at,
        resend_at=row.sent_at + timedelta(seconds=settings.LIMITS.code_resend_seconds),
        tries_left=row.tries_left,
        message_id=row.message_id,
        account_id=row.account_id,
        action=_action(row),
    )


def _action(row: Challenge) -> SensitiveAction | None:
    return SensitiveAction(row.action) if row.action else None
