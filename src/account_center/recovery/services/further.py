"""What a new device has to show besides the first code (1.16). The rule is in ``rules.further_ways``."""

from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from account_center.accounts.types import AccountFacts
from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.kit.limits import DAY
from account_center.kit.masking import mask_email, mask_phone
from account_center.plumbing.limiter import Budget, give_back, spend
from account_center.recovery.errors import ContactAskedTooOften, NoSuchContact, RecoveryOver, WayNotOpen
from account_center.recovery.models import Recovery
from account_center.recovery.rules import further_ways, has_waited
from account_center.recovery.services import links, rows, telling
from account_center.recovery.services.contacts import Person, confirmed_contacts, open_person, view_of
from account_center.recovery.types import FurtherChoice, FurtherFacts, FurtherWay, RecoveryState, RecoveryView
from account_center.signin.errors import CodeTooSoon, CountryNotServed, ProofMissing, TooManyCodes
from account_center.signin.queries import factors_of
from account_center.signin.services import authenticator, codes, passkeys, phone_country, recovery_codes
from account_center.signin.types import ChallengeView, Channel, PasskeyAsk, PasskeyUse, Purpose

PURPOSES = {FurtherWay.CONTACT: Purpose.CONTACT_HELP, FurtherWay.OTHER: Purpose.RECOVER}


def choices(*, recovery_id: UUID, now: datetime) -> FurtherChoice:
    """What may be shown here. Who the emergency contacts are, masked, is only for whoever gave the first proof.

    Raises RecoveryOver.
    """
    row = rows.find(recovery_id, RecoveryState.FURTHER, RecoveryState.WAITING, now=now)
    owner = rows.owner_of(row)
    contacts = confirmed_contacts(owner.id)
    other = _other(row, owner)
    waiting = _waiting(owner)
    return FurtherChoice(
        ways=_ways(row, owner),
        contacts=tuple(view_of(contact) for contact in contacts),
        other=_mask(*other) if other else "",
        waits_until=waiting.wait_until if waiting else None,
    )


def ask_contact(*, actor: Actor, recovery_id: UUID, contact_id: UUID, now: datetime) -> ChallengeView:
    """Sends an emergency contact the code that the owner has to be told in person.

    Raises RecoveryOver, WayNotOpen, NoSuchContact, ContactAskedTooOften, CodeTooSoon, TooManyCodes.
    """
    row, owner = _open_way(recovery_id, FurtherWay.CONTACT, now=now)
    contact = next((one for one in confirmed_contacts(owner.id) if one.public_id == contact_id), None)
    if contact is None:
        raise NoSuchContact
    budget = Budget("emergency_codes", str(contact.public_id), settings.LIMITS.emergency_codes_per_day, DAY)
    exhausted = spend([budget], now=now)
    if exhausted is not None:
        raise ContactAskedTooOften(retry_after=exhausted[1])
    try:
        sent = _send(actor, FurtherWay.CONTACT, owner, open_person(contact), now=now)
    except (CodeTooSoon, TooManyCodes, CountryNotServed):
        give_back([budget], now=now)
        raise
    _note(row, FurtherWay.CONTACT, sent)
    facts = {"contact": view_of(contact).name}
    record(actor=actor, event="recovery:contact:asked", account_id=owner.id, facts=facts)
    return sent


def ask_other(*, actor: Actor, recovery_id: UUID, now: datetime) -> ChallengeView:
    """Sends a code to the phone or e-mail of the account that was not proven yet. Raises as ``ask_contact``."""
    row, owner = _open_way(recovery_id, FurtherWay.OTHER, now=now)
    other = _other(row, owner)
    if other is None:
        raise WayNotOpen
    channel, recipient = other
    country = phone_country(recipient, owner.country) if channel is Channel.SMS else owner.country
    sent = _send(actor, FurtherWay.OTHER, owner, Person(owner.name, channel, recipient, country), now=now)
    _note(row, FurtherWay.OTHER, sent)
    return sent


def further_challenge(*, recovery_id: UUID, now: datetime) -> ChallengeView:
    """The code that was asked for last. Raises RecoveryOver, ProofMissing."""
    row = rows.find(recovery_id, RecoveryState.FURTHER, RecoveryState.READY, now=now)
    seen = codes.challenge(row.further_challenge) if row.further_challenge else None
    if seen is None:
        raise ProofMissing
    return seen


@transaction.atomic
def take_code(*, actor: Actor, recovery_id: UUID, now: datetime) -> RecoveryView:
    """Counts the right code of an emergency contact or of the other phone or e-mail, once.

    Raises RecoveryOver, ProofMissing, WayNotOpen.
    """
    row = rows.find(recovery_id, RecoveryState.FURTHER, now=now)
    way = FurtherWay(row.further) if row.further else None
    if way not in PURPOSES or way not in _ways(row, rows.owner_of(row)) or row.further_challenge is None:
        raise WayNotOpen
    codes.use_proof(row.further_challenge, purpose=PURPOSES[way], now=now)
    return _shown(row, way, actor=actor, now=now)


def take_app(*, actor: Actor, recovery_id: UUID, digits: str, now: datetime) -> RecoveryView:
    """Counts the present code of the authenticator app. Raises RecoveryOver, WayNotOpen, WrongSecondFactor, FactorLocked."""
    row, owner = _open_way(recovery_id, FurtherWay.APP, now=now)
    authenticator.check_app(actor=actor, account_id=owner.id, digits=digits, now=now)
    with transaction.atomic():
        return _shown(row, FurtherWay.APP, actor=actor, now=now)


def take_recovery_code(*, actor: Actor, recovery_id: UUID, code: str, now: datetime) -> RecoveryView:
    """Uses up one of the account's recovery codes. Raises RecoveryOver, WayNotOpen, WrongRecoveryCode, FactorLocked."""
    row, owner = _open_way(recovery_id, FurtherWay.RECOVERY_CODE, now=now)
    recovery_codes.use_recovery_code(actor=actor, account_id=owner.id, code=code, now=now)
    with transaction.atomic():
        return _shown(row, FurtherWay.RECOVERY_CODE, actor=actor, now=now)


def ask_passkey(*, actor: Actor, recovery_id: UUID, now: datetime) -> PasskeyAsk:
    """The question to a passkey of the account. Raises RecoveryOver, WayNotOpen, TooManyPasskeyTries."""
    _row, owner = _open_way(recovery_id, FurtherWay.PASSKEY, now=now)
    return passkeys.begin_check(actor=actor, account_id=owner.id, use=PasskeyUse.CHECK, now=now)


def take_passkey(*, actor: Actor, recovery_id: UUID, question_id: UUID, answer: str, now: datetime) -> RecoveryView:
    """Counts the passkey's answer. Raises RecoveryOver, WayNotOpen and what ``passkeys.finish_check`` raises."""
    row, owner = _open_way(recovery_id, FurtherWay.PASSKEY, now=now)
    passkeys.finish_check(
        actor=actor, account_id=owner.id, question_id=question_id, answer=answer, use=PasskeyUse.CHECK, now=now
    )
    with transaction.atomic():
        return _shown(row, FurtherWay.PASSKEY, actor=actor, now=now)


def wait(*, actor: Actor, recovery_id: UUID, now: datetime) -> datetime:
    """Begins the waiting time and tells every phone and mailbox of the account how to stop it. Returns its end.

    One waiting time runs per account; asking again neither shortens nor lengthens it. Raises RecoveryOver, WayNotOpen.
    """
    row, owner = _open_way(recovery_id, FurtherWay.WAIT, now=now)
    until = now + timedelta(seconds=settings.LIMITS.recovery_wait_seconds)
    _forget_missed(owner, now=now)
    try:
        with transaction.atomic():
            rows.move(row, RecoveryState.WAITING, now=now, wait_until=until, further=FurtherWay.WAIT.value)
            telling.tell_waiting(owner, actor=actor, until=until, link=links.link(links.STOP, row.public_id), now=now)
            record(actor=actor, event="recovery:wait:begun", account_id=owner.id)
    except IntegrityError:
        running = _waiting(owner)
        if running is None or running.wait_until is None:
            raise
        return running.wait_until
    return until


def waited(owner: AccountFacts, channel: Channel, *, now: datetime) -> bool:
    """Whether a waiting time that this phone or mailbox began is over, was not stopped, and still counts."""
    row = _waiting(owner)
    if row is None or row.wait_until is None or row.channel != channel.value or confirmed_contacts(owner.id):
        return False
    return has_waited(row.wait_until, now=now, limits=settings.LIMITS)


def _waiting(owner: AccountFacts) -> Recovery | None:
    # Under another mark the account was changed by its owner meanwhile: then the waiting was for nothing.
    return Recovery.objects.filter(account_id=owner.id, state=RecoveryState.WAITING.value, mark=owner.mark).first()


def _forget_missed(owner: AccountFacts, *, now: datetime) -> None:
    """A waiting time that nobody came back for, or that the account outlived, makes room for a new one."""
    running = Recovery.objects.filter(account_id=owner.id, state=RecoveryState.WAITING.value)
    late = now - timedelta(seconds=settings.LIMITS.recovery_return_seconds)
    for row in running:
        if row.mark != owner.mark or (row.wait_until and row.wait_until <= late):
            with suppress(RecoveryOver):  # the other of two clicks was faster
                rows.move(row, RecoveryState.STOPPED, now=now)


def _shown(row: Recovery, way: FurtherWay, *, actor: Actor, now: datetime) -> RecoveryView:
    rows.move(row, RecoveryState.READY, now=now, further=way.value)
    record(actor=actor, event="recovery:further:shown", account_id=row.account_id, facts={"way": way.value})
    return rows.view_of(row)


def _open_way(recovery_id: UUID, way: FurtherWay, *, now: datetime) -> tuple[Recovery, AccountFacts]:
    row = rows.find(recovery_id, RecoveryState.FURTHER, now=now)
    owner = rows.owner_of(row)
    if way not in _ways(row, owner):
        raise WayNotOpen
    return row, owner


def _ways(row: Recovery, owner: AccountFacts) -> tuple[FurtherWay, ...]:
    factors = factors_of(owner.id)
    return further_ways(
        FurtherFacts(
            contacts=len(confirmed_contacts(owner.id)),
            other_channel=_other(row, owner) is not None,
            passkeys=factors.passkeys > 0,
            app=factors.app,
            recovery_codes=factors.recovery_codes > 0,
        )
    )


def _other(row: Recovery, owner: AccountFacts) -> tuple[Channel, str] | None:
    """The account's phone or e-mail that the first code did not go to."""
    channel, recipient = (
        (Channel.EMAIL, owner.email) if row.channel == Channel.SMS.value else (Channel.SMS, owner.phone)
    )
    return (channel, recipient) if recipient else None


def _mask(channel: Channel, recipient: str) -> str:
    return mask_phone(recipient) if channel is Channel.SMS else mask_email(recipient)


def _note(row: Recovery, way: FurtherWay, sent: ChallengeView) -> None:
    Recovery.objects.filter(pk=row.pk, state=RecoveryState.FURTHER.value).update(
        further=way.value, further_challenge=sent.id
    )


def _send(actor: Actor, way: FurtherWay, owner: AccountFacts, to: Person, *, now: datetime) -> ChallengeView:
    return codes.send_code(
        actor=actor,
        purpose=PURPOSES[way],
        channel=to.channel,
        recipient=to.recipient,
        country=to.country,
        account_id=owner.id,
        now=now,
    )
