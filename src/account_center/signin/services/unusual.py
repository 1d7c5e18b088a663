"""Sign-ins that look unlike the owner's: he is told, and with one press can say that it was not him (3.1.19)."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import override

from account_center.accounts.services import end_everything, require_new_password
from account_center.accounts.types import AccountFacts
from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.kit.agents import agent_words
from account_center.messaging.services import queue_email, queue_sms
from account_center.plumbing.keys import keyring
from account_center.plumbing.limiter import network_of
from account_center.plumbing.places import Place, place_of
from account_center.signin.errors import NotMeLinkOver
from account_center.signin.models import Device, UnusualSignIn
from account_center.signin.rules import is_unusual
from account_center.signin.services.identifiers import phone_country
from account_center.signin.services.lost_factors import forget_factors_since
from account_center.signin.services.notices import PURPOSE
from account_center.signin.texts import unusual_notice
from account_center.signin.types import KnownDevice, Sight, UnusualFacts

TOKEN_BYTES = 32


def tell_if_unusual(
    *, actor: Actor, account: AccountFacts, known: Sequence[KnownDevice], mine: KnownDevice | None, now: datetime
) -> bool:
    """Judges a sign-in before its device is noted, records it and tells the owner. In the caller's transaction."""
    seen = [_sight(one.address, one.last_used) for one in known]
    new = _sight(actor.address, now, new_device=mine is None)
    if not is_unusual(seen, new, limits=settings.LIMITS):
        return False
    record(actor=actor, event="signin:session:unusual", account_id=account.id, facts={"place": new.place})
    _tell(account, actor, token=_new_token(account, actor, now=now), now=now)
    return True


def _sight(address: str, at: datetime, *, new_device: bool = False) -> Sight:
    place = place_of(address)
    return Sight(at=at, place=_name_of(place, address), degrees=_degrees(place), new_device=new_device)


def _name_of(place: Place | None, address: str) -> str:
    # Where no place is known, as without a file of places, another network counts as another place.
    return f"{place.country} {place.city_en}".strip() if place else network_of(address)


def _degrees(place: Place | None) -> tuple[float, float] | None:
    if place is None or place.latitude is None or place.longitude is None:
        return None
    return place.latitude, place.longitude


def _new_token(account: AccountFacts, actor: Actor, *, now: datetime) -> str:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    UnusualSignIn.objects.create(
        account_id=account.id,
        token_digest=_digest(token),
        agent=actor.agent,
        address=actor.address,
        at=now,
        expires_at=now + timedelta(days=settings.LIMITS.not_me_days),
    )
    return token


def not_me_link(*, actor: Actor, account: AccountFacts, now: datetime) -> str:
    """A link by which the owner disowns what ``actor`` has just done. In the caller's transaction."""
    token = _new_token(account, actor, now=now)
    return settings.LINK_ADDRESS + reverse("portal:not_me", args=[token])


def _digest(token: str) -> bytes:
    return keyring().digest("not_me", token)


def _tell(account: AccountFacts, actor: Actor, *, token: str, now: datetime) -> None:
    """By mail and by phone: whoever has one of them in his hands must not be able to hide it."""
    place = place_of(actor.address)
    subject, text = unusual_notice(
        name=account.name,
        at=now,
        place=place.text(account.language) if place else "",
        address=actor.address,
        browser=agent_words(actor.agent).text,
        link=settings.LINK_ADDRESS + reverse("portal:not_me", args=[token]),
        language=account.language,
    )
    if account.phone:
        country = phone_country(account.phone, account.country)
        queue_sms(to=account.phone, country=country, text=text, purpose=PURPOSE)
    if account.email:
        with override(account.language):  # for the footer
            queue_email(to=account.email, subject=subject, text=text, purpose=PURPOSE)


def unusual_sign_in(*, token: str, now: datetime) -> UnusualFacts:
    """The sign-in that a link is about, while the link counts. Raises NotMeLinkOver."""
    row = _usable(token, now=now).select_related("account").first()
    if row is None:
        raise NotMeLinkOver(days=settings.LIMITS.not_me_days)
    return UnusualFacts(account_id=row.account_id, agent=row.agent, address=row.address, at=row.at)


@transaction.atomic
def not_me(*, actor: Actor, token: str, now: datetime) -> int:
    """The owner disowns a sign-in: everything ends at once and the next sign-in asks for a new password.

    What was added since as a further factor goes: the stranger's passkey would let him choose that password. Only this
    link does so, which went to the owner's phone and mailbox; in a session whoever has stolen it could say the same.
    Counts once. Returns the account's number. Raises NotMeLinkOver.
    """
    facts = unusual_sign_in(token=token, now=now)
    if not _usable(token, now=now).update(disowned_at=now):
        raise NotMeLinkOver(days=settings.LIMITS.not_me_days)
    disown_sign_in(actor=actor, account_id=facts.account_id, address=facts.address, agent=facts.agent)
    forget_factors_since(actor=actor, account_id=facts.account_id, since=facts.at)
    return facts.account_id


@transaction.atomic
def disown_sign_in(*, actor: Actor, account_id: int, address: str, agent: str) -> None:
    """The owner says that a sign-in from ``address`` was not his, by the link or in his history.

    Everything ends at once, and the next sign-in asks for a new password.
    """
    end_everything(actor=actor, account_id=account_id, reason="not_me")
    require_new_password(account_id=account_id)
    # No longer a known device: on one of those a code alone leads to a new password (1.16).
    Device.objects.filter(account_id=account_id, address=address, agent=agent).delete()
    record(
        actor=actor,
        event="signin:session:disowned",
        account_id=account_id,
        facts={"address": address, "browser": agent_words(agent).text},
    )


def _usable(token: str, *, now: datetime) -> QuerySet[UnusualSignIn]:
    return UnusualSignIn.objects.filter(token_digest=_digest(token), disowned_at__isnull=True, expires_at__gt=now)
