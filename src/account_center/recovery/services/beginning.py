"""The first steps: phone or e-mail of an ID account, or the name of a legacy account or IAM user (1.16, 1.17).

Whether any of them is known shows nowhere: unknown ones take the same look-ups, spend the same limits and get a code
that is never sent.
"""

from datetime import datetime
from uuid import UUID

from account_center.accounts.queries import account, account_by_email, account_by_name, accounts_by_phone, iam_users
from account_center.accounts.types import AccountFacts, AccountKind, AccountState
from account_center.kit.actor import Actor
from account_center.kit.email import parse_email
from account_center.kit.names import name_key
from account_center.kit.typed import tidy
from account_center.recovery.models import Recovery
from account_center.recovery.services import rows
from account_center.recovery.services.human_check import require_human
from account_center.recovery.types import RecoveryState, RecoveryView
from account_center.signin.services import codes, devices, read_contact, read_email, read_phone
from account_center.signin.types import ChallengeView, Channel, Purpose
from account_center.tenants.queries import tenant_by_public_id, tenants_named

KINDS = (AccountKind.ID, AccountKind.LEGACY, AccountKind.IAM)
NO_REALM = "-"  # no tenant's ID: an unknown tenant takes the same look-up as a known one


def begin_by_contact(*, actor: Actor, contact: str, country: str, now: datetime, device: str = "") -> RecoveryView:
    """Sends a code to a phone or e-mail that has an account of any kind; to any other only the page is shown.

    ``device`` is the secret the browser keeps: where it is known, strangers' codes do not use the owner's up.
    Raises BadPhoneTyped, BadEmailTyped, TooManyCodes, CountryNotServed.
    """
    channel, recipient, contact_country = read_contact(contact, country=country)
    there = accounts_of(channel, recipient)
    known = devices.is_known_to_one([one.id for one in there], device)
    sent = _send(actor, channel, recipient, contact_country, decoy=not there, known_device=known, now=now)
    return rows.begin(by_name=False, account_id=None, sent=sent, now=now)


def begin_by_name(*, name: str, user: str, check_id: UUID | None, answer: str, now: datetime) -> RecoveryView:
    """Takes an account name, or a tenant's name or ID and a ``user`` of it, from whoever passed the human check.

    Raises WrongAnswer. Nothing is said about the name, and nothing is sent yet.
    """
    require_human(check_id=check_id, answer=answer, now=now)
    found = _iam_user(name, user) if tidy(user) else _named(name)
    return rows.begin(by_name=True, account_id=found.id if found else None, sent=None, now=now)


def send_to(
    *,
    actor: Actor,
    recovery_id: UUID,
    channel: Channel,
    contact: str,
    country: str,
    now: datetime,
    device: str = "",
) -> ChallengeView:
    """Sends the code of a way begun by name: to the phone or e-mail typed, if it is the account's own.

    ``device`` as in ``begin_by_contact``.
    Raises RecoveryOver, BadPhoneTyped, BadEmailTyped, TooManyCodes, CountryNotServed.
    """
    row = rows.find(recovery_id, RecoveryState.BEGUN, now=now)
    if channel is Channel.SMS:
        phone = read_phone(contact, country=country)
        recipient, country = phone.e164, phone.country
    else:
        recipient = read_email(contact).text
    owner = account(row.account_id or 0)
    fits = owner is not None and belongs(owner, channel, recipient)
    # As it was typed, so that the page shows nothing that the visitor did not know.
    known = devices.is_known_to_one([owner.id] if owner and fits else [], device)
    sent = _send(actor, channel, recipient, country, decoy=not fits, known_device=known, now=now)
    Recovery.objects.filter(pk=row.pk, state=RecoveryState.BEGUN.value).update(challenge=sent.id, channel=channel.value)
    return sent


def accounts_of(channel: Channel, recipient: str) -> list[AccountFacts]:
    """The accounts of a proven phone or e-mail, ID accounts first. Only for whoever proved it."""
    if channel is Channel.SMS:
        return [found for kind in KINDS for found in accounts_by_phone(recipient, kind=kind)]
    key = parse_email(recipient).key
    by_kind = (account_by_email(key, kind=kind) for kind in KINDS)
    return [found for found in by_kind if found is not None and found.state is not AccountState.DELETED]


def belongs(owner: AccountFacts, channel: Channel, recipient: str) -> bool:
    """Whether this is the account's present phone or e-mail."""
    if owner.state is AccountState.DELETED:
        return False
    if channel is Channel.SMS:
        return owner.phone == recipient
    return bool(owner.email) and parse_email(owner.email).key == parse_email(recipient).key


def _send(
    actor: Actor,
    channel: Channel,
    recipient: str,
    country: str,
    *,
    decoy: bool,
    known_device: bool,
    now: datetime,
) -> ChallengeView:
    return codes.send_code(
        actor=actor,
        purpose=Purpose.RECOVER,
        channel=channel,
        recipient=recipient,
        country=country,
        decoy=decoy,
        known_device=known_device,
        now=now,
    )


def _named(name: str) -> AccountFacts | None:
    """A legacy account of that name, else an ID account: who took the wrong path is led on the right one (1.17)."""
    text = tidy(name)
    legacy, own = (account_by_name(text, kind=kind) for kind in (AccountKind.LEGACY, AccountKind.ID))
    return legacy or own


def _iam_user(tenant: str, user: str) -> AccountFacts | None:
    text = tidy(tenant)
    by_id = tenant_by_public_id(text)
    named = tenants_named(name_key(text))
    realms = [found.public_id for found in ([by_id] if by_id else named)]
    users = iam_users(tidy(user), realms=realms or [NO_REALM])
    return users[0] if len(users) == 1 else None
