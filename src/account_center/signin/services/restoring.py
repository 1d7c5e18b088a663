"""After a backup was brought back: what was ended in the time that is lost must not count again."""

from django.db import transaction

from account_center.signin.models import Challenge, PasskeyQuestion
from account_center.signin.types import ChallengeState


@transaction.atomic
def end_codes() -> int:
    """Makes every code worthless that could still be typed or used, and every question to a passkey. Returns how many codes.

    Everything else that is half done hangs on the accounts' marks.
    """
    waiting = Challenge.objects.filter(state=ChallengeState.WAITING.value).update(state=ChallengeState.SPENT.value)
    proven = Challenge.objects.filter(state=ChallengeState.PROVEN.value).update(state=ChallengeState.USED.value)
    PasskeyQuestion.objects.filter(answered_at__isnull=True).delete()
    return waiting + proven
