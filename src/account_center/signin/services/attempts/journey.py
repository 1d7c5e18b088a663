"""Beginning and finishing what comes after the first factor, and the new password that may stand between."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from account_center.accounts.errors import PasswordChangedMeanwhile
from account_center.accounts.services import keep_password
from account_center.accounts.types import AccountFacts
from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.kit.limits import DAY
from account_center.plumbing.limiter import Budget, spend
from account_center.policy.errors import NetworkNotAllowed, OwnerOutsideNetworks
from account_center.policy.services import require_network
from account_center.policy.types import PasswordUse
from account_center.signin.errors import AttemptOver, StepMissing
from account_center.signin.models import SignInAttempt
from account_center.signin.rules import offers_trust
from account_center.signin.services import devices, unusual
from account_center.signin.services.attempts.judging import Judged, judge, open_attempt, view_of, waiting_rows
from account_center.signin.services.notices import tell_owner
from account_center.signin.services.passwords import prepare_new_password
from account_center.signin.types import AttemptState, AttemptView, Change, FirstWay, KnownDevice, Step


def begin_attempt(
    *,
    actor: Actor,
    account: AccountFacts,
    way: FirstWay,
    device: str,
    now: datetime,
    known: Sequence[KnownDevice] | None = None,
) -> AttemptView:
    """What comes after the first factor. ``device`` is the secret that this browser or app keeps for ever.

    ``known``: the account's devices, if the caller has just read them. If nothing is asked and nothing offered, the sign-in is done at once: ``state`` DONE, and no row is written.
    """
    judged = judge(account, way, device, shown=None, known=known, now=now)
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
        return view_of(row, judged)
    row.state = AttemptState.DONE.value
    with transaction.atomic():
        _sign_in(actor, judged, device, trust=False, now=now)
    return view_of(row, judged)


def attempt(*, attempt_id: UUID, device: str, now: datetime) -> AttemptView:
    """A half-done sign-in of this browser. Raises AttemptOver."""
    row, judged = open_attempt(attempt_id, device, now=now)
    return view_of(row, judged)


def set_new_password(*, actor: Actor, attempt_id: UUID, device: str, new: str, now: datetime) -> AttemptView:
    """The last step where the password has run out or must be changed (3.1.20); all sessions end.

    Raises WeakPassword, SamePassword, PasswordUsedBefore, PasswordCheckBusy, StepMissing, AttemptOver.
    """
    row, judged = open_attempt(attempt_id, device, now=now)
    if judged.needs is not Step.NEW_PASSWORD:
        raise StepMissing if judged.needs else AttemptOver
    owner = judged.account
    stored = prepare_new_password(account_id=owner.id, new=new, now=now, use=PasswordUse.FORCED)
    try:
        with transaction.atomic():
            changed = keep_password(actor=actor, account_id=owner.id, stored=stored, now=now, under=owner.mark)
            tell_owner(owner, Change.PASSWORD)
            # This sign-in has made the change: it alone goes on under the new mark.
            if not waiting_rows(row, now=now).filter(mark=row.mark).update(mark=changed.trust_mark):
                raise AttemptOver
    except PasswordChangedMeanwhile as overtaken:
        raise AttemptOver from overtaken
    return attempt(attempt_id=attempt_id, device=device, now=now)


def finish(*, actor: Actor, attempt_id: UUID, device: str, trust: bool, now: datetime) -> AccountFacts:
    """Signs in, once: of many at the same moment one succeeds. ``trust`` counts only where it was offered.

    Raises StepMissing, AttemptOver, NetworkNotAllowed, OwnerOutsideNetworks; after these two it can be tried again.
    """
    row, judged = open_attempt(attempt_id, device, now=now)
    if judged.needs is not None:
        raise StepMissing
    _require_network(actor, row, judged, now=now)
    with transaction.atomic():
        if not waiting_rows(row, now=now).filter(shown=row.shown).update(state=AttemptState.DONE.value):
            raise AttemptOver
        _sign_in(actor, judged, device, trust=trust and offers_trust(judged.facts), now=now)
    return judged.account


def _require_network(actor: Actor, row: SignInAttempt, judged: Judged, *, now: datetime) -> None:
    """Whoever comes this far has shown everything: if he is a stranger, the owner should read of it."""
    try:
        require_network(rules=judged.rules, address=actor.address, now=now)
    except (NetworkNotAllowed, OwnerOutsideNetworks):
        # Once for each sign-in, however often its last step is tried.
        if spend([Budget("refused_by_network", str(row.public_id), 1, DAY)], now=now) is None:
            record(actor=actor, event="signin:network:refused", account_id=row.account_id)
        raise


def _sign_in(actor: Actor, judged: Judged, device: str, *, trust: bool, now: datetime) -> None:
    unusual.tell_if_unusual(actor=actor, account=judged.account, known=judged.known, mine=judged.mine, now=now)
    devices.note_use(actor=actor, account=judged.account, one=judged.mine, device=device, trust=trust, now=now)
    shown = judged.facts.shown
    second = shown.value if shown else "trusted_device" if judged.facts.device_trusted else "none"
    facts = {"way": judged.facts.first_way.value, "second": second}
    record(actor=actor, event="signin:session:started", account_id=judged.account.id, facts=facts)
