"""People, codes and accounts, made through the services alone."""

import re
from datetime import UTC, datetime
from itertools import count
from uuid import UUID

from account_center.accounts.queries import stored_password
from account_center.accounts.services import open_account, prepare_password
from account_center.accounts.types import AccountFacts, AccountKind
from account_center.kit.actor import Actor, ActorKind
from account_center.kit.email import parse_email
from account_center.messaging.models import Message
from account_center.messaging.sealed import reveal
from account_center.signin.models import Challenge, Device
from account_center.signin.services.codes import try_code
from account_center.signin.services.devices import digest_of, make_known
from account_center.signin.types import ChallengeView, CodeAnswer, Purpose

NOW = datetime(2026, 11, 23, 10, 2, tzinfo=UTC)
PASSWORD = "kranich lampe 47 sauerteig"
PHONE = "+8613800138000"
NUMBERS = count(1)


def visitor(address: str = "203.0.113.9") -> Actor:
    return Actor(kind=ActorKind.ANONYMOUS, address=address, agent="Browser of a test")


VISITOR = visitor()


def owner_of(account: AccountFacts) -> Actor:
    return VISITOR.signed_in_as(account_id=account.id, name=account.name)


def a_phone(number: int = 0) -> str:
    """A mainland number nobody else in the test has."""
    return f"+86139{number or next(NUMBERS):07d}5"


_HASHED: list[str] = []


def hashed() -> str:
    """PASSWORD as it is stored; hashed once for all tests, since how it is hashed is shown elsewhere."""
    if not _HASHED:
        _HASHED.append(prepare_password(PASSWORD, about=[]))
    return _HASHED[0]


def an_account(
    name: str = "",
    *,
    phone: str = "",
    email: str = "",
    country: str = "CN",
    kind: AccountKind = AccountKind.ID,
    now: datetime = NOW,
) -> AccountFacts:
    return open_account(
        actor=VISITOR,
        kind=kind,
        name=name or f"visitor{next(NUMBERS)}",
        country=country,
        stored_password=hashed(),
        phone=phone,
        email=parse_email(email) if email else None,
        now=now,
    )


def sent_text(view: ChallengeView) -> str:
    """The message that carries the challenge's newest code."""
    message_id = Challenge.objects.get(public_id=view.id).message_id
    assert message_id
    return reveal(Message.objects.get(public_id=message_id)).text


def code_in(view: ChallengeView) -> str:
    found = re.search(r"(?<!\d)\d{6}(?!\d)", sent_text(view))
    assert found
    return found[0]


def another_code(code: str, step: int = 1) -> str:
    return f"{(int(code) + step) % 1_000_000:06d}"


def prove(view: ChallengeView, *, now: datetime = NOW) -> UUID:
    """Types the right code."""
    answer = typed(view, code_in(view), now=now)
    assert answer.verdict == "right"
    return view.id


def typed(view: ChallengeView, digits: str, *, now: datetime = NOW, purpose: Purpose | None = None) -> CodeAnswer:
    return try_code(challenge_id=view.id, purpose=purpose or view.purpose, digits=digits, now=now)


def password_of(account: AccountFacts) -> str:
    return stored_password(account.id)


def trusted_device(account: AccountFacts, *, now: datetime = NOW) -> str:
    """The secret of a browser that the account trusts, as its cookie holds it."""
    secret = f"browser{next(NUMBERS)}".ljust(43, "_")
    make_known(actor=VISITOR, account=account, device=secret, now=now)
    Device.objects.filter(account_id=account.id, digest=digest_of(account.id, secret)).update(
        trusted_at=now, trusted_mark=account.trust_mark
    )
    return secret
