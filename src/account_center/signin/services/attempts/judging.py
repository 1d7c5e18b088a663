"""What a half-done sign-in depends on at this moment, judged anew each time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from account_center.accounts.types import AccountFacts, AccountState, SignInCheck
from account_center.policy.queries import sign_in_rules
from account_center.policy.types import SignInRules
from account_center.signin.errors import AttemptOver
from account_center.signin.models import SignInAttempt
from account_center.signin.queries import factors_of
from account_center.signin.rules import answers_to, check_in_force, next_step, offers_trust
from account_center.signin.services import code_limits, devices
from account_center.signin.services.identifiers import phone_country
from account_center.signin.types import (
    AttemptState,
    AttemptView,
    Channel,
    Factors,
    FirstWay,
    KnownDevice,
    SecondWay,
    Step,
    StepFacts,
)

NO_FACTORS = Factors()


@dataclass(frozen=True, slots=True)
class Judged:
    """Everything a half-done sign-in depends on at this moment."""

    account: AccountFacts
    facts: StepFacts
    needs: Step | None
    rules: SignInRules
    known: Sequence[KnownDevice]
    mine: KnownDevice | None
    channels: tuple[Channel, ...]


def open_attempt(attempt_id: UUID, device: str, *, now: datetime) -> tuple[SignInAttempt, Judged]:
    """A half-done sign-in of this browser, and all it depends on. Raises AttemptOver."""
    rows = SignInAttempt.objects.filter(public_id=attempt_id, state=AttemptState.WAITING.value, expires_at__gt=now)
    row = next(iter(rows.select_related("account")[:1]), None)
    if row is None or bytes(row.device_digest) != devices.digest_of(row.account_id, device):
        raise AttemptOver
    account = row.account.facts()
    if row.mark != account.trust_mark or account.state is AccountState.DELETED:
        raise AttemptOver
    shown = SecondWay(row.shown) if row.shown else None
    return row, judge(account, FirstWay(row.way), device, shown=shown, now=now)


def judge(
    account: AccountFacts,
    way: FirstWay,
    device: str,
    *,
    shown: SecondWay | None,
    now: datetime,
    known: Sequence[KnownDevice] | None = None,
) -> Judged:
    """Gathers what the rules look at, and asks them."""
    rules = sign_in_rules(account.id)
    known = devices.known_devices(account.id) if known is None else known
    mine = devices.find(known, account.id, device)
    trusted = devices.trusts(mine, account, now=now)
    channels = channels_of(account)
    check = check_in_force(account.check, rules.least_check)
    facts = StepFacts(
        check=check,
        first_way=way,
        factors=NO_FACTORS if _asks_for_no_factor(check, way, trusted=trusted) else factors_of(account.id),
        device_trusted=trusted,
        can_receive_code=bool(channels),
        must_change_password=account.must_change_password,
        password_expired=rules.password_too_old(account.password_changed_at or account.created_at, now=now),
        shown=shown,
    )
    return Judged(account, facts, next_step(facts), rules, known, mine, channels)


def _asks_for_no_factor(check: SignInCheck, way: FirstWay, *, trusted: bool) -> bool:
    # Then nobody need look for factors: most sign-ins are of this kind.
    return way is FirstWay.PASSKEY or check is SignInCheck.NONE or (check is SignInCheck.CODE and trusted)


def channels_of(account: AccountFacts) -> tuple[Channel, ...]:
    """By which the account can receive a code."""
    by_sms = bool(account.phone) and code_limits.serves(phone_country(account.phone, account.country))
    return (*((Channel.SMS,) if by_sms else ()), *((Channel.EMAIL,) if account.email else ()))


def waiting_rows(row: SignInAttempt, *, now: datetime) -> QuerySet[SignInAttempt]:
    """The row, if it still waits: every move is a conditional update of this."""
    return SignInAttempt.objects.filter(pk=row.pk, state=AttemptState.WAITING.value, expires_at__gt=now)


def end_attempt(row: SignInAttempt) -> None:
    """Somebody guessed: this sign-in ends."""
    SignInAttempt.objects.filter(pk=row.pk, state=AttemptState.WAITING.value).update(state=AttemptState.DEAD.value)


def view_of(row: SignInAttempt, judged: Judged) -> AttemptView:
    """For the doors."""
    return AttemptView(
        id=row.public_id,
        account=judged.account,
        way=judged.facts.first_way,
        state=AttemptState(row.state),
        needs=judged.needs,
        answers=answers_to(judged.needs, judged.facts.factors),
        channels=judged.channels,
        challenge=row.challenge_id,
        offers_trust=offers_trust(judged.facts),
        session_seconds=judged.rules.session_seconds,
        expires_at=row.expires_at,
    )
