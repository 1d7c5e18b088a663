"""Known and trusted devices (1.47). A browser keeps one secret; each account knows it by a keyed digest of its own."""

import re
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from account_center.accounts import services as accounts
from account_center.accounts.types import AccountFacts
from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.kit.agents import agent_words
from account_center.plumbing.keys import keyring
from account_center.plumbing.places import place_of
from account_center.plumbing.prepared import Change, LookUp
from account_center.plumbing.rows import insert_unless_there
from account_center.signin.errors import NoSuchDevice
from account_center.signin.models import Device
from account_center.signin.rules import is_trusted
from account_center.signin.types import DeviceFacts, KnownDevice

LISTED = 50
NOBODY = 0  # no account's number
SECRET_BYTES = 32
DEVICE_SHAPE = r"[A-Za-z0-9_-]{43}"  # as many bytes in base64url
_USE = ("agent", "address", "last_used")
_USED = Change(Device, fields=_USE, by=("account", "digest"))
_TRUSTED = Change(Device, fields=(*_USE, "trusted_at", "trusted_mark"), by=("account", "digest"))
_OF_ACCOUNT = LookUp(Device, by=("account",), order=("-last_used",), limit=LISTED)


def new_device() -> str:
    """A secret for a browser or app that has none: 43 characters, which come from nothing a page has ever shown.

    It signs nobody in; it only spares its owner a code (1.47).
    """
    return secrets.token_urlsafe(SECRET_BYTES)


def read_device(text: str) -> str:
    """The secret that was brought along; empty if it cannot be one."""
    return text if re.fullmatch(DEVICE_SHAPE, text) else ""


def digest_of(account_id: int, device: str) -> bytes:
    """By what an account knows a device; two accounts of one browser do not share it."""
    return keyring().digest("device", f"{account_id}:{device}")


def known_devices(account_id: int) -> tuple[KnownDevice, ...]:
    """The devices of an account, the one used last first. One query, also for an account that is not there."""
    return tuple(one.facts() for one in _OF_ACCOUNT(account_id))


def is_known_to_one(account_ids: Iterable[int], device: str) -> bool:
    """Whether one of these accounts was signed in to on this device before. One query for any secret, also for no account."""
    if not device:
        return False
    digests = {digest_of(one, device): one for one in account_ids} or {digest_of(NOBODY, device): NOBODY}
    there = Device.objects.filter(account_id__in=digests.values(), digest__in=digests)
    # A digest is made for one account, so it stands in no other one's row.
    return there.exists()


def find(known: Sequence[KnownDevice], account_id: int, device: str) -> KnownDevice | None:
    """The one among them that keeps this secret."""
    digest = digest_of(account_id, device)
    return next((one for one in known if device and one.digest == digest), None)


def trusts(one: KnownDevice | None, account: AccountFacts, *, now: datetime) -> bool:
    """Whether the account trusts this device now."""
    if one is None or one.account_id != account.id:
        return False
    return is_trusted(one.trusted_at, one.trusted_mark, account.trust_mark, now=now, limits=settings.LIMITS)


def note_use(
    *, actor: Actor, account: AccountFacts, one: KnownDevice | None, device: str, trust: bool, now: datetime
) -> None:
    """Makes the device of a sign-in known, and trusted if its owner said so. In the caller's transaction."""
    digest = digest_of(account.id, device)
    if one is None:
        fresh = {"agent": actor.agent, "address": actor.address, "last_used": now}
        insert_unless_there(Device(account_id=account.id, digest=digest, first_seen=now, **fresh))
    if trust:
        record(actor=actor, event="signin:device:trusted", account_id=account.id, facts=_words(actor.agent))
        _TRUSTED(actor.agent, actor.address, now, now, account.trust_mark, account.id, digest)
    elif one is not None:
        _USED(actor.agent, actor.address, now, account.id, digest)


def make_known(*, actor: Actor, account: AccountFacts, device: str, now: datetime) -> None:
    """Makes the device known on which an account was opened; trust is not offered there (1.47)."""
    one = find(known_devices(account.id), account.id, device)
    note_use(actor=actor, account=account, one=one, device=device, trust=False, now=now)


def devices_of(*, account: AccountFacts, device: str, language: str, now: datetime) -> list[DeviceFacts]:
    """For the owner's page; ``device`` is the secret of the browser that asks."""
    mine = digest_of(account.id, device) if device else b""
    return [
        _facts(one, account, language=language, this_one=bytes(one.digest) == mine, now=now)
        for one in _OF_ACCOUNT(account.id)
    ]


def _facts(one: Device, account: AccountFacts, *, language: str, this_one: bool, now: datetime) -> DeviceFacts:
    agent, place = agent_words(one.agent), place_of(one.address)
    lasts = timedelta(days=settings.LIMITS.device_trust_days)
    return DeviceFacts(
        id=one.public_id,
        browser=agent.browser,
        system=agent.system,
        address=one.address,
        place=place.text(language) if place else "",
        first_seen=one.first_seen,
        last_used=one.last_used,
        trusted_until=one.trusted_at + lasts if one.trusted_at and trusts(one.facts(), account, now=now) else None,
        this_one=this_one,
    )


@transaction.atomic
def end_trust_in(*, actor: Actor, account_id: int, device_id: UUID) -> None:
    """Ends the trust in one device: the next sign-in with it asks for a code again. Raises NoSuchDevice."""
    one = Device.objects.filter(account_id=account_id, public_id=device_id).first()
    if one is None:
        raise NoSuchDevice
    trusted = Device.objects.filter(pk=one.pk, trusted_at__isnull=False)
    if trusted.update(trusted_at=None, trusted_mark=""):
        record(actor=actor, event="signin:device:trust_ended", account_id=account_id, facts=_words(one.agent))


def end_trust(*, actor: Actor, account_id: int, reason: str) -> None:
    """Ends the trust in every device of an account; its sessions go on. ``reason`` goes into its history."""
    accounts.end_trust(actor=actor, account_id=account_id, reason=reason)


def _words(agent: str) -> dict[str, str]:
    return {"browser": agent_words(agent).text}
