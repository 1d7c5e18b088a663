"""Sign-ins after their first factor, as rows: one mechanism for pages and app (1.47, 3.1.20).

A half-done sign-in is bound to one browser, lives a quarter of an hour, ends when the account changes, and becomes one
session at most. What is still asked for is judged anew each time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from account_center.accounts.queries import account
from account_center.accounts.services import keep_password
from account_center.accounts.types import AccountFacts, AccountState, SignInCheck
from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.policy.queries import sign_in_rules
from account_center.policy.services import require_network
from account_center.policy.types import PasswordUse, SignInRules
from account_center.signin.errors import (
    AttemptOver,
    CodeExpired,
    FactorLocked,
    GuessedOut,
    StepMissing,
    WayNotOpen,
)
from account_center.signin.models import Device, SignInAttempt
from account_center.signin.queries import factors_of
from account_center.signin.rules import answers_to, check_in_force, next_step, offers_trust
from account_center.signin.services import authenticator, codes, devices, unusual
from account_center.signin.services.identifiers import phone_country
from account_center.signin.services.notices import tell_owner
from account_center.signin.services.passwords import prepare_new_password
from account_center.signin.types import (
    AttemptState,
    AttemptView,
    ChallengeView,
    Change,
    Channel,
    CodeVerdict,
    Factors,
    FirstWay,
    Purpose,
    SecondWay,
    Step,
    StepFacts,
)

NO_FACTORS = Factors()


@dataclass(frozen=True, slots=True)
class _Judged:
    """Everything a half-done sign-in depends on at this moment."""

    account: AccountFacts
    facts: StepFacts
    needs: Step | None
    rules: SignInRules
    known: Sequence[Device]
    mine: Device | None


def begin_attempt(*, actor: Actor, account: AccountFacts, way: FirstWay, device: str, now: datetime) -> AttemptView:
    """What comes after the first factor. ``device`` is the secret that this browser or app keeps for ever.

    If nothing is asked and nothing offered, the sign-in is done at once: ``state`` DONE, and no row is written.
    """
    judged = _judge(account, way, device, shown=None, now=now)
    row = SignInAttempt(
        public_id=uuid4(),
        account_id=account.id,
        way=way.value,
        mark=account.trust_mark,
        device_digest=devices.digest_of(account.id, device),
        created_at=now,
        expires_at=now + timedelta(seconds=settings.LIMITS.sign_in_seconds),
    )
    if judged.needs or offers_trust(judged.facts) or not judged.rules.allows(actor.address, now=now):
        row.save(force_insert=True)
        return _view(row, judged)
    row.state = AttemptState.DONE.value
    with transaction.atomic():
        _sign_in(actor, judged, device, trust=False, now=now)
    return _view(row, judged)


def attempt(*, attempt_id: UUID, device: str, now: datetime) -> AttemptView:
    """A half-done sign-in of this browser. Raises AttemptOver."""
    row, judged = _open(attempt_id, device, now=now)
    return _view(row, judged)


def send_attempt_code(*, actor: Actor, attempt_id: UUID, device: str, channel: Channel, now: datetime) -> ChallengeView:
    """Sends the code of the step CODE to the phone or the e-mail address of the account.

    The same channel again within the life of its code sends nothing. Raises AttemptOver, WayNotOpen, TooManyCodes.
    """
    row, judged = _open(attempt_id, device, now=now)
    _require_answer(judged, SecondWay.CODE)
    if channel not in _channels(judged.account):
        raise WayNotOpen
    there = codes.challenge(row.challenge_id) if row.challenge_id else None
    if there is not None and there.channel is channel and now < there.expires_at:
        return there
    sent = _send(actor, judged.account, channel, now=now)
    _waiting(row, now=now).update(challenge_id=sent.id)
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


def pass_code(*, actor: Actor, attempt_id: UUID, device: str, digits: str, now: datetime) -> AttemptView:
    """Judges the digits of the code that was sent last. Too many wrong ones end this sign-in.

    Raises WrongCode, CodeExpired, TooManyWrongCodes, GuessedOut, AttemptOver.
    """
    row, judged = _open(attempt_id, device, now=now)
    _require_answer(judged, SecondWay.CODE)
    if row.challenge_id is None:
        raise CodeExpired(field="code")
    answer = codes.try_code(challenge_id=row.challenge_id, purpose=Purpose.SECOND_STEP, digits=digits, now=now)
    if answer.verdict is not CodeVerdict.RIGHT:
        record(actor=actor, event="signin:code:wrong", account_id=row.account_id)
    if answer.verdict in (CodeVerdict.SPENT, CodeVerdict.TOO_MANY_TODAY):
        _end(row)
    if answer.verdict is CodeVerdict.SPENT:
        raise GuessedOut
    codes.require_right(answer)
    with transaction.atomic():
        codes.use_proof(row.challenge_id, purpose=Purpose.SECOND_STEP, now=now)
        return _shown(row, judged, SecondWay.CODE, device, now=now)


def pass_app(*, actor: Actor, attempt_id: UUID, device: str, digits: str, now: datetime) -> AttemptView:
    """Judges the present code of the authenticator app. Raises WrongSecondFactor, FactorLocked, AttemptOver."""
    row, judged = _open(attempt_id, device, now=now)
    _require_answer(judged, SecondWay.APP)
    try:
        authenticator.check_app(actor=actor, account_id=row.account_id, digits=digits, now=now)
    except FactorLocked:
        _end(row)
        raise
    return _shown(row, judged, SecondWay.APP, device, now=now)


def set_new_password(*, actor: Actor, attempt_id: UUID, device: str, new: str, now: datetime) -> AttemptView:
    """The last step where the password has run out or must be changed (3.1.20); all sessions end.

    Raises WeakPassword, SamePassword, PasswordUsedBefore, PasswordCheckBusy, StepMissing, AttemptOver.
    """
    row, judged = _open(attempt_id, device, now=now)
    if judged.needs is not Step.NEW_PASSWORD:
        raise StepMissing if judged.needs else AttemptOver
    owner = judged.account
    stored = prepare_new_password(account_id=owner.id, new=new, now=now, use=PasswordUse.FORCED)
    with transaction.atomic():
        keep_password(actor=actor, account_id=owner.id, stored=stored, now=now)
        tell_owner(owner, Change.PASSWORD)
        changed = account(owner.id) or owner
        # This sign-in has made the change: it alone goes on under the new mark.
        if not _waiting(row, now=now).filter(mark=row.mark).update(mark=changed.trust_mark):
            raise AttemptOver
    return attempt(attempt_id=attempt_id, device=device, now=now)


def finish(*, actor: Actor, attempt_id: UUID, device: str, trust: bool, now: datetime) -> AccountFacts:
    """Signs in, once: of many at the same moment one succeeds. ``trust`` counts only where it was offered.

    Raises StepMissing, AttemptOver, NetworkNotAllowed, OwnerOutsideNetworks; after these two it can be tried again.
    """
    row, judged = _open(attempt_id, device, now=now)
    if judged.needs is not None:
        raise StepMissing
    require_network(rules=judged.rules, address=actor.address, now=now)
    with transaction.atomic():
        if not _waiting(row, now=now).filter(shown=row.shown).update(state=AttemptState.DONE.value):
            raise AttemptOver
        _sign_in(actor, judged, device, trust=trust and offers_trust(judged.facts), now=now)
    return judged.account


def _sign_in(actor: Actor, judged: _Judged, device: str, *, trust: bool, now: datetime) -> None:
    unusual.tell_if_unusual(actor=actor, account=judged.account, known=judged.known, mine=judged.mine, now=now)
    devices.note_use(actor=actor, account=judged.account, one=judged.mine, device=device, trust=trust, now=now)
    shown = judged.facts.shown
    second = shown.value if shown else "trusted_device" if judged.facts.device_trusted else "none"
    facts = {"way": judged.facts.first_way.value, "second": second}
    record(actor=actor, event="signin:session:started", account_id=judged.account.id, facts=facts)


def _open(attempt_id: UUID, device: str, *, now: datetime) -> tuple[SignInAttempt, _Judged]:
    rows = SignInAttempt.objects.filter(public_id=attempt_id, state=AttemptState.WAITING.value, expires_at__gt=now)
    row = next(iter(rows.select_related("account")[:1]), None)
    if row is None or bytes(row.device_digest) != devices.digest_of(row.account_id, device):
        raise AttemptOver
    account = row.account.facts()
    if row.mark != account.trust_mark or account.state is AccountState.DELETED:
        raise AttemptOver
    shown = SecondWay(row.shown) if row.shown else None
    return row, _judge(account, FirstWay(row.way), device, shown=shown, now=now)


def _judge(account: AccountFacts, way: FirstWay, device: str, *, shown: SecondWay | None, now: datetime) -> _Judged:
    rules, known = sign_in_rules(account.id), devices.known_devices(account.id)
    mine = devices.find(known, account.id, device)
    trusted = devices.trusts(mine, account, now=now)
    check = check_in_force(account.check, rules.least_check)
    facts = StepFacts(
        check=check,
        first_way=way,
        factors=NO_FACTORS if _asks_for_no_factor(check, way, trusted=trusted) else factors_of(account.id),
        device_trusted=trusted,
        can_receive_code=bool(_channels(account)),
        must_change_password=account.must_change_password,
        password_expired=rules.password_too_old(account.password_changed_at or account.created_at, now=now),
        shown=shown,
    )
    return _Judged(account, facts, next_step(facts), rules, known, mine)


def _asks_for_no_factor(check: SignInCheck, way: FirstWay, *, trusted: bool) -> bool:
    # Then nobody need look for factors: most sign-ins are of this kind.
    return way is FirstWay.PASSKEY or check is SignInCheck.NONE or (check is SignInCheck.CODE and trusted)


def _channels(account: AccountFacts) -> tuple[Channel, ...]:
    by_sms = bool(account.phone) and codes.serves(phone_country(account.phone, account.country))
    return (*((Channel.SMS,) if by_sms else ()), *((Channel.EMAIL,) if account.email else ()))


def _require_answer(judged: _Judged, way: SecondWay) -> None:
    if way not in answers_to(judged.needs, judged.facts.factors):
        raise WayNotOpen if judged.needs else AttemptOver


def _shown(row: SignInAttempt, judged: _Judged, way: SecondWay, device: str, *, now: datetime) -> AttemptView:
    if not _waiting(row, now=now).filter(shown="").update(shown=way.value):
        raise AttemptOver
    row.shown = way.value
    return _view(row, _judge(judged.account, judged.facts.first_way, device, shown=way, now=now))


def _waiting(row: SignInAttempt, *, now: datetime) -> QuerySet[SignInAttempt]:
    return SignInAttempt.objects.filter(pk=row.pk, state=AttemptState.WAITING.value, expires_at__gt=now)


def _end(row: SignInAttempt) -> None:
    SignInAttempt.objects.filter(pk=row.pk, state=AttemptState.WAITING.value).update(state=AttemptState.DEAD.value)


def _view(row: SignInAttempt, judged: _Judged) -> AttemptView:
    return AttemptView(
        id=row.public_id,
        account=judged.account,
        way=judged.facts.first_way,
        state=AttemptState(row.state),
        needs=judged.needs,
        answers=answers_to(judged.needs, judged.facts.factors),
        channels=_channels(judged.account),
        challenge=row.challenge_id,
        offers_trust=offers_trust(judged.facts),
        session_seconds=judged.rules.session_seconds,
        expires_at=row.expires_at,
    )
