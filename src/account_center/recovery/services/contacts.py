"""Emergency contacts: named by the owner, confirmed by a code of their own, removed by either side (1.16)."""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from account_center.accounts.queries import account
from account_center.accounts.types import AccountFacts
from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.kit.email import parse_email
from account_center.kit.masking import mask_email, mask_phone
from account_center.kit.sealing import seal, unseal
from account_center.kit.typed import tidy
from account_center.plumbing.keys import keyring
from account_center.plumbing.rows import insert_unless_there
from account_center.recovery.errors import BadContactName, ContactNamedAlready, ContactsFull, NoSuchContact, OwnContact
from account_center.recovery.models import EmergencyContact, Recovery
from account_center.recovery.rules import hint_of
from account_center.recovery.services import links, telling
from account_center.recovery.types import ContactState, ContactView, RecoveryState
from account_center.signin.queries import factors_of
from account_center.signin.services import codes, fresh, read_contact
from account_center.signin.types import ChallengeView, Channel, Purpose, SensitiveAction

NAME_LENGTH = 40
IN_NAMES = " .·'’-"


@dataclass(frozen=True, slots=True)
class Person:
    """Who a contact is, opened. Never for a page."""

    name: str
    channel: Channel
    recipient: str
    country: str


@transaction.atomic
def name_contact(*, actor: Actor, account_id: int, name: str, contact: str, proof: UUID, now: datetime) -> ContactView:
    """Names somebody; ``send_contact_code`` asks that person, and until the code is typed nothing counts.

    ``proof`` is a fresh proof of the owner, or a recovery that has just led to a new password. Raises BadContactName,
    BadPhoneTyped, BadEmailTyped, OwnContact, ContactNamedAlready, ContactsFull, FreshProofMissing.
    """
    owner = _owner(account_id)
    person = _read(owner, name=name, contact=contact)
    if not has_just_recovered(owner, proof, now=now):
        fresh.use_fresh_proof(account_id=account_id, proof=proof, action=SensitiveAction.EMERGENCY_CONTACTS, now=now)
    row = _take_a_place(owner, person, language=actor.language, now=now)
    record(actor=actor, event="recovery:contact:named", account_id=account_id, facts={"contact": _masked(person)})
    return view_of(row)


def has_just_recovered(owner: AccountFacts, recovery_id: UUID, *, now: datetime) -> bool:
    """Whether this recovery set the present password minutes ago, which shows as much as a fresh proof does (1.16).

    Not for an account with a second factor: it was not shown here.
    """
    if factors_of(owner.id).any:
        return False
    since = now - timedelta(seconds=settings.LIMITS.proof_seconds)
    done = Recovery.objects.filter(public_id=recovery_id, account_id=owner.id, state=RecoveryState.DONE.value)
    return done.filter(ended_at__gt=since, mark=owner.mark).exists()


def send_contact_code(*, actor: Actor, account_id: int, contact_id: UUID, now: datetime) -> ChallengeView:
    """Asks a named contact to agree, once more if need be. Raises NoSuchContact, TooManyCodes."""
    row = _row(account_id, contact_id, ContactState.NAMED)
    person = open_person(row)
    sent = codes.send_code(
        actor=actor,
        purpose=Purpose.CONTACT_NAME,
        channel=person.channel,
        recipient=person.recipient,
        country=person.country,
        account_id=account_id,
        now=now,
    )
    EmergencyContact.objects.filter(pk=row.pk).update(challenge=sent.id)
    return sent


@transaction.atomic
def confirm_contact(*, actor: Actor, account_id: int, contact_id: UUID, now: datetime) -> ContactView:
    """Counts the contact from now on, when the right code was typed. Both sides are told.

    Raises NoSuchContact, ProofMissing.
    """
    row = _row(account_id, contact_id, ContactState.NAMED)
    if row.challenge is None:
        raise NoSuchContact
    codes.use_proof(row.challenge, purpose=Purpose.CONTACT_NAME, now=now)
    row.state, row.confirmed_at = ContactState.CONFIRMED.value, now
    if not EmergencyContact.objects.filter(pk=row.pk).update(state=row.state, confirmed_at=now):
        raise NoSuchContact  # its owner has just taken it off the list
    owner, person = _owner(account_id), open_person(row)
    telling.tell_contact_added(owner, hint=_masked(person))
    telling.tell_person_listed(
        owner,
        channel=person.channel,
        recipient=person.recipient,
        country=person.country,
        language=row.language,
        link=links.link(links.LEAVE, row.public_id),
    )
    record(actor=actor, event="recovery:contact:confirmed", account_id=account_id, facts={"contact": _masked(person)})
    return view_of(row)


@transaction.atomic
def remove_contact(*, actor: Actor, account_id: int, contact_id: UUID, proof: UUID, now: datetime) -> None:
    """The owner takes somebody off the list, after a fresh proof. Raises NoSuchContact, FreshProofMissing."""
    fresh.use_fresh_proof(account_id=account_id, proof=proof, action=SensitiveAction.EMERGENCY_CONTACTS, now=now)
    row = _row(account_id, contact_id)
    _erase(row, actor=actor, by_contact=False)


@transaction.atomic
def leave(*, actor: Actor, token: str) -> None:
    """The contact takes him- or herself off the list, by the link of the message. Raises LinkUnknown, NoSuchContact."""
    row = _row_of_link(token)
    _erase(row, actor=actor, by_contact=True)


@transaction.atomic
def forget_contacts_since(*, actor: Actor, account_id: int, since: datetime) -> None:
    """Takes off the list whoever was named at ``since`` or later, after a sign-in that the owner has disowned.

    A stranger's contact would keep the owner from getting back in on a new device. Each removal is told. Twice is once.
    """
    for row in EmergencyContact.objects.filter(account_id=account_id, named_at__gte=since):
        with suppress(NoSuchContact):  # somebody else has just removed it
            _erase(row, actor=actor, by_contact=False)


def whom_to_leave(token: str) -> str:
    """The name of the account whose list the link is about. Raises LinkUnknown, NoSuchContact."""
    return _owner(_row_of_link(token).account_id).name


def open_person(row: EmergencyContact) -> Person:
    """Name and phone or e-mail, unsealed."""
    key = keyring().unwrap(wrapped=bytes(row.wrapped_key), kek_id=row.kek_id)
    told = json.loads(unseal(key, bytes(row.sealed), place=_place(row)))
    return Person(told["name"], Channel(told["channel"]), told["recipient"], told["country"])


def view_of(row: EmergencyContact) -> ContactView:
    """The contact, masked."""
    person = open_person(row)
    return ContactView(
        id=row.public_id,
        name=hint_of(person.name),
        contact=_mask(person),
        channel=person.channel,
        state=ContactState(row.state),
        since=row.confirmed_at or row.named_at,
        challenge=row.challenge,
    )


def contacts_of(account_id: int) -> list[ContactView]:
    """All of them, masked, as the owner sees them."""
    return [view_of(row) for row in EmergencyContact.objects.filter(account_id=account_id).order_by("place")]


def confirmed_contacts(account_id: int) -> list[EmergencyContact]:
    """The rows that count."""
    rows = EmergencyContact.objects.filter(account_id=account_id, state=ContactState.CONFIRMED.value)
    return list(rows.order_by("place"))


def _erase(row: EmergencyContact, *, actor: Actor, by_contact: bool) -> None:
    owner, person = _owner(row.account_id), open_person(row)
    if not EmergencyContact.objects.filter(pk=row.pk).delete()[0]:
        raise NoSuchContact
    telling.tell_contact_gone(owner, hint=_masked(person), by_contact=by_contact)
    facts = {"contact": _masked(person), "by": "contact" if by_contact else "owner"}
    record(actor=actor, event="recovery:contact:removed", account_id=owner.id, facts=facts)


def _read(owner: AccountFacts, *, name: str, contact: str) -> Person:
    called = " ".join(tidy(name).split())
    if not called or len(called) > NAME_LENGTH or not any(sign.isalpha() for sign in called):
        raise BadContactName(field="name")
    # Short of digits and signs: the name comes back in messages, where it must not become a link or a number.
    if not all(sign.isalpha() or sign in IN_NAMES for sign in called):
        raise BadContactName(field="name")
    channel, recipient, country = read_contact(contact, country=owner.country)
    if recipient.lower() in (owner.phone, owner.email.lower()):
        raise OwnContact(field="recipient")
    return Person(called, channel, recipient, country)


def _take_a_place(owner: AccountFacts, person: Person, *, language: str, now: datetime) -> EmergencyContact:
    allowed = settings.LIMITS.emergency_contacts
    for place in range(1, allowed + 1):
        row = _sealed(EmergencyContact(account_id=owner.id, place=place, language=language, named_at=now), person)
        # The database refuses a second one in this place, whoever was faster, and a second place of this contact.
        if insert_unless_there(row):
            return EmergencyContact.objects.get(public_id=row.public_id)
        if EmergencyContact.objects.filter(account_id=owner.id, digest=row.digest).exists():
            raise ContactNamedAlready(field="recipient")
    raise ContactsFull(allowed=allowed)


def _sealed(row: EmergencyContact, person: Person) -> EmergencyContact:
    key = keyring().new_data_key()
    told = {
        "name": person.name,
        "channel": person.channel.value,
        "recipient": person.recipient,
        "country": person.country,
    }
    row.wrapped_key, row.kek_id = key.wrapped, key.kek_id
    row.sealed = seal(key, json.dumps(told).encode(), place=_place(row))
    one = person.recipient if person.channel is Channel.SMS else parse_email(person.recipient).key
    row.digest = keyring().blind_index("emergency_contact", one)
    return row


def _place(row: EmergencyContact) -> str:
    return f"recovery_emergencycontact.sealed:{row.public_id}"


def _masked(person: Person) -> str:
    return f"{hint_of(person.name)} ({_mask(person)})"


def _mask(person: Person) -> str:
    return mask_phone(person.recipient) if person.channel is Channel.SMS else mask_email(person.recipient)


def _row_of_link(token: str) -> EmergencyContact:
    row = EmergencyContact.objects.filter(public_id=links.read(links.LEAVE, token)).first()
    if row is None:
        raise NoSuchContact
    return row


def _row(account_id: int, contact_id: UUID, state: ContactState | None = None) -> EmergencyContact:
    rows = EmergencyContact.objects.filter(account_id=account_id, public_id=contact_id)
    row = (rows.filter(state=state.value) if state else rows).first()
    if row is None:
        raise NoSuchContact
    return row


def _owner(account_id: int) -> AccountFacts:
    owner = account(account_id)
    if owner is None:
        raise NoSuchContact
    return owner
