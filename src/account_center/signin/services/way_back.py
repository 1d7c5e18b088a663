"""The owner's way back in past his own list of networks (1.23): at the end of a sign-in that only the list refuses."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from account_center.kit.actor import Actor
from account_center.policy import services as policy
from account_center.policy.errors import NoListToPass
from account_center.policy.queries import sign_in_rules
from account_center.signin.errors import ProofMissing, StepMissing, WayNotOpen
from account_center.signin.services import attempts, codes
from account_center.signin.services.identifiers import phone_country
from account_center.signin.services.notices import tell_everywhere
from account_center.signin.types import AttemptView, ChallengeView, Change, Channel, Purpose


def waiting_for_way_back(*, actor: Actor, attempt_id: UUID, device: str, now: datetime) -> AttemptView:
    """The half-done sign-in of the owner that only his own list refuses.

    Raises AttemptOver, StepMissing, NoListToPass (also for everybody who is not the owner).
    """
    view = attempts.attempt(attempt_id=attempt_id, device=device, now=now)
    if view.needs is not None:
        raise StepMissing
    rules = sign_in_rules(view.account.id)
    if not rules.is_owner or rules.allows(actor.address, now=now):
        raise NoListToPass
    return view


def send_way_back_code(
    *, actor: Actor, attempt_id: UUID, device: str, channel: Channel, now: datetime
) -> ChallengeView:
    """Sends a code to the owner's phone or e-mail; its message says what it opens.

    Raises what ``waiting_for_way_back`` raises, WayNotOpen, TooManyCodes.
    """
    view = waiting_for_way_back(actor=actor, attempt_id=attempt_id, device=device, now=now)
    if channel not in view.channels:
        raise WayNotOpen
    owner, by_sms = view.account, channel is Channel.SMS
    return codes.send_code(
        actor=actor,
        purpose=Purpose.WAY_BACK,
        channel=channel,
        recipient=owner.phone if by_sms else owner.email,
        country=phone_country(owner.phone, owner.country) if by_sms else owner.country,
        account_id=owner.id,
        now=now,
    )


@transaction.atomic
def open_way_back(
    *, actor: Actor, attempt_id: UUID, device: str, challenge_id: UUID, now: datetime
) -> tuple[AttemptView, datetime]:
    """Opens it for a proven code, once, and tells the owner everywhere. Returns the sign-in, and until when it is open.

    Raises what ``waiting_for_way_back`` raises, ProofMissing, TooManyWaysBack.
    """
    view = waiting_for_way_back(actor=actor, attempt_id=attempt_id, device=device, now=now)
    seen = codes.challenge(challenge_id)
    if (
        seen is None
        or seen.account_id != view.account.id
        or seen.recipient not in (view.account.phone, view.account.email)
    ):
        raise ProofMissing
    codes.use_proof(challenge_id, purpose=Purpose.WAY_BACK, now=now)
    who = actor.signed_in_as(account_id=view.account.id, name=view.account.name)
    until = policy.open_way_back(actor=who, account_id=view.account.id, now=now)
    tell_everywhere(view.account, Change.WAY_BACK)
    return view, until
