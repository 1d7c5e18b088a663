"""What the signin room keeps, and for how long."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings

from account_center.kit.limits import DAY
from account_center.signin.models import (
    AppSession,
    Challenge,
    Device,
    FreshProof,
    Passkey,
    PasskeyQuestion,
    RecoveryCode,
    SecondFactor,
    SignInAttempt,
    SignInGuard,
    UnusualSignIn,
)

KEPT: Mapping[str, str] = {
    "Challenge": "two days: long enough for the daily limits and for a look at what happened",
    "SignInGuard": "two days after the last try: a keyed digest and counts, no name",
    "SecondFactor": "as long as its account uses it",
    "FreshProof": "two days: which task was allowed by which proof",
    "Passkey": "as long as its account uses it: a public key and a name, no secret",
    "PasskeyQuestion": "two days: a random number that was signed or not",
    "SignInAttempt": "two days: which steps a sign-in asked for, a keyed digest of the browser's secret",
    "Device": "LIMITS.device_keep_days after the last sign-in with it: a keyed digest, browser and address",
    "UnusualSignIn": "LIMITS.device_keep_days: when, with which browser and from which address somebody signed in",
    "AppSession": "two days after its end: keyed digests of tokens, app, browser and address",
    "RecoveryCode": "until a new set takes its place, or as long as its account: a keyed digest",
}
KEEP = timedelta(seconds=2 * DAY)
# Everything here that belongs to one account and goes with it.
OF_AN_ACCOUNT = (
    AppSession,
    Device,
    FreshProof,
    Passkey,
    PasskeyQuestion,
    RecoveryCode,
    SecondFactor,
    SignInAttempt,
    UnusualSignIn,
)


def erase_expired(*, now: datetime) -> int:
    """Removes codes and counts that can decide nothing any more. Returns how many rows went."""
    gone, _ = Challenge.objects.filter(created_at__lt=now - KEEP).delete()
    quiet, _ = SignInGuard.objects.filter(last_try_at__lt=now - KEEP).delete()
    proofs, _ = FreshProof.objects.filter(proven_at__lt=now - KEEP).delete()
    questions, _ = PasskeyQuestion.objects.filter(asked_at__lt=now - KEEP).delete()
    attempts, _ = SignInAttempt.objects.filter(created_at__lt=now - KEEP).delete()
    old = now - timedelta(days=settings.LIMITS.device_keep_days)
    devices, _ = Device.objects.filter(last_used__lt=old).delete()
    unusual, _ = UnusualSignIn.objects.filter(at__lt=old).delete()
    apps, _ = AppSession.objects.filter(idle_ends_at__lt=now - KEEP).delete()
    return apps + attempts + devices + unusual + gone + quiet + proofs + questions


def erase_account(*, account_id: int, contacts: Sequence[str]) -> int:
    """Removes what a deleted account leaves here, and the codes that went to its phone (E.164) and e-mail. Returns how many rows."""
    own, _ = Challenge.objects.filter(account_id=account_id).delete()
    sent, _ = Challenge.objects.filter(recipient__in=contacts).delete()
    gone = [table._default_manager.filter(account_id=account_id).delete()[0] for table in OF_AN_ACCOUNT]
    return own + sent + sum(gone)
