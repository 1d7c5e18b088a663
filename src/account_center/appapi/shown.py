"""What answers hold, and how it is made of what the rooms know."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Schema

from account_center.accounts.types import AccountFacts, AccountKind
from account_center.kit.masking import mask_email, mask_phone
from account_center.messaging.errors import MessageUnknown
from account_center.messaging.queries import delivery_of
from account_center.messaging.types import MessageState
from account_center.plumbing.places import place_of
from account_center.signin.types import (
    AppTokens,
    AttemptView,
    ChallengeView,
    Channel,
    PasskeyAsk,
    SecondWay,
    Step,
)


class LinkShown(Schema):
    label: str
    href: str


class TokensShown(Schema):
    """Keep the refresh token where the system keeps secrets. Times are seconds from now."""

    session: UUID
    access_token: str
    token_type: str = "Bearer"  # noqa: S105 - OAuth's word
    expires_in: int
    refresh_token: str
    refresh_expires_in: int
    session_ends_at: datetime


class AccountBrief(Schema):
    account: int
    name: str
    kind: AccountKind
    phone: str
    email: str


class ChannelShown(Schema):
    channel: Channel
    masked: str


class AttemptShown(Schema):
    """What a sign-in still asks for. ``needs`` null: only ``finish`` is missing."""

    id: UUID
    needs: Step | None
    answers: list[SecondWay]
    channels: list[ChannelShown]
    offers_trust: bool
    expires_at: datetime


class SignInShown(Schema):
    """``state`` signed_in: ``tokens`` and ``account`` are there. ``state`` waiting: ``attempt`` says what is missing."""

    state: str
    device: str
    attempt: AttemptShown | None = None
    tokens: TokensShown | None = None
    account: AccountBrief | None = None


class ChallengeShown(Schema):
    """A code that was sent. ``delivery`` is how far the message has come, as far as a stranger may know."""

    id: UUID
    channel: Channel
    masked: str
    expires_at: datetime
    resend_at: datetime
    tries_left: int
    delivery: MessageState | None


class AccountsShown(Schema):
    accounts: list[AccountBrief]


class PasskeyQuestionShown(Schema):
    question: UUID
    options: dict[str, Any]


class ProofShown(Schema):
    proof: UUID
    action: str
    expires_in: int


def tokens_shown(tokens: AppTokens) -> TokensShown:
    """For the app, and for nobody else."""
    return TokensShown(
        session=tokens.session,
        access_token=tokens.access_token,
        expires_in=tokens.access_seconds,
        refresh_token=tokens.refresh_token,
        refresh_expires_in=tokens.refresh_seconds,
        session_ends_at=tokens.ends_at,
    )


def account_brief(account: AccountFacts) -> AccountBrief:
    """An account, masked, for whoever has proven something of it."""
    return AccountBrief(
        account=account.id,
        name=account.name,
        kind=account.kind,
        phone=mask_phone(account.phone) if account.phone else "",
        email=mask_email(account.email) if account.email else "",
    )


def attempt_shown(view: AttemptView) -> AttemptShown:
    """A half-done sign-in: what it asks for, nothing of the account but where a code can go."""
    masked = {Channel.SMS: mask_phone(view.account.phone), Channel.EMAIL: mask_email(view.account.email)}
    return AttemptShown(
        id=view.id,
        needs=view.needs,
        answers=sorted(view.answers),
        channels=[ChannelShown(channel=one, masked=masked[one]) for one in view.channels],
        offers_trust=view.offers_trust,
        expires_at=view.expires_at,
    )


def challenge_shown(view: ChallengeView) -> ChallengeShown:
    """A code, without the whole address it went to."""
    return ChallengeShown(
        id=view.id,
        channel=view.channel,
        masked=view.masked,
        expires_at=view.expires_at,
        resend_at=view.resend_at,
        tries_left=view.tries_left,
        delivery=_delivery(view.message_id),
    )


def _delivery(message_id: UUID | None) -> MessageState | None:
    try:
        # Whoever asks has not proven the recipient yet: refusals of the very recipient would tell about it.
        return delivery_of(message_id).for_strangers().state if message_id else None
    except MessageUnknown:
        return None


def question_shown(asked: PasskeyAsk) -> PasskeyQuestionShown:
    """A question to a passkey, for the system's own dialogue."""
    return PasskeyQuestionShown(question=asked.id, options=dict(asked.options))


def browser_name(words: str) -> str:
    """What a browser says of itself, or that it says nothing we know."""
    return words or _("unknown browser")


def place_text(address: str) -> str:
    """The place of a network address in words; empty if none is known."""
    place = place_of(address)
    return place.text(get_language() or "en") if place else ""
