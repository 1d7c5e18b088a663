"""Appeals: the tickets of people who cannot sign in (1.18, 1.31). A contact is proven; the account is found later, by a job.

Whatever was typed, known or not, the same happens at the page, and in the same time.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, transaction

from account_center.accounts.errors import NoSuchAccount
from account_center.accounts.queries import account
from account_center.accounts.services import hold_account
from account_center.accounts.types import AccountFacts, AccountKind
from account_center.kit.actor import Actor, system_actor
from account_center.kit.limits import DAY
from account_center.kit.names import name_key
from account_center.kit.typed import tidy
from account_center.plumbing.limiter import Budget, give_back, network_of, spend
from account_center.plumbing.work import enqueue
from account_center.signin.errors import CodeTooSoon
from account_center.signin.services import read_contact, resolve
from account_center.signin.services.codes import send_code, use_proof
from account_center.signin.services.devices import end_trust
from account_center.signin.types import ChallengeView, Channel, Purpose
from account_center.support.errors import AnotherContact, AppealAway, NobodyFound, TooManyAppeals
from account_center.support.models import Appeal, Ticket
from account_center.support.sealed import close_text, contact_index, key_of, open_text
from account_center.support.services.asking import open_row
from account_center.support.services.desk import claimed
from account_center.support.services.notices import tell_owner_of_appeal
from account_center.support.services.tickets import checked_text, move, note, write
from account_center.support.texts import HAPPENED_WORDS, stranger_subject, stranger_text
from account_center.support.types import Category, Happened, Reach, TicketState, Voice
from account_center.tenants.queries import tenant_of

NAME_LENGTH = 254
REACH = {Channel.SMS: Reach.SMS, Channel.EMAIL: Reach.EMAIL}
SYSTEM = system_actor("support")
TRUST_ENDED = "appeal"


@dataclass(frozen=True, slots=True)
class Statement:
    """What an appellant states. ``named`` is the account as typed: name, phone or e-mail."""

    key: UUID
    happened: Happened
    named: str = field(repr=False)
    country: str
    text: str = field(repr=False)


def begin_appeal(
    *, actor: Actor, happened: Happened, named: str, contact: str, country: str, now: datetime
) -> ChallengeView:
    """Sends a code to where the appellant can be reached; nothing is kept yet.

    Raises BadPhoneTyped, BadEmailTyped, AnotherContact, TooManyAppeals, CodeTooSoon, TooManyCodes, CountryNotServed.
    """
    channel, recipient, its_country = read_contact(contact, country=country)
    if happened is Happened.NOT_REGISTERED and channel is not Channel.SMS:
        raise AnotherContact(field="contact")
    budgets = _budgets(actor, named=named, contact=recipient)
    exhausted = spend(budgets, now=now)
    if exhausted is not None:
        raise TooManyAppeals(retry_after=exhausted[1])
    try:
        return send_code(
            actor=actor, purpose=Purpose.APPEAL, channel=channel, recipient=recipient, country=its_country, now=now
        )
    except CodeTooSoon:
        give_back(budgets, now=now)  # the other click of a double click
        raise


def _budgets(actor: Actor, *, named: str, contact: str) -> list[Budget]:
    limits = settings.LIMITS
    return [
        Budget("appeals_from", network_of(actor.address), limits.appeals_per_network_day, DAY),
        Budget("appeals_to", contact.lower(), limits.appeals_per_contact_day, DAY),
        # By what was typed, not by the account it means: so the limit tells nobody whether there is one.
        Budget("appeals_about", name_key(tidy(named)), limits.appeals_per_name_day, DAY),
    ]


def open_appeal(*, actor: Actor, proof: UUID, statement: Statement, now: datetime) -> str:
    """Opens the appeal with the proven contact, and returns its reference. Sent twice, it is one appeal.

    Raises ProofMissing, NothingWritten, TextTooLong; then nothing is kept.
    """
    text = checked_text(statement.text)
    try:
        with transaction.atomic():
            return _open(actor, proof, statement, text, now=now)
    except IntegrityError:
        twin = Ticket.objects.filter(public_id=statement.key, appeal__isnull=False).first()
        if twin is None:  # the key of a ticket that is none of theirs
            raise AppealAway from None
        return twin.reference


def _open(actor: Actor, proof: UUID, statement: Statement, text: str, *, now: datetime) -> str:
    used = use_proof(proof, purpose=Purpose.APPEAL, now=now)
    if used.account_id is not None:
        raise AppealAway
    row = Ticket(category=Category.APPEAL.value, reach=REACH[used.channel].value, contact_masked=used.masked)
    subject = str(HAPPENED_WORDS[statement.happened])
    open_row(row, statement.key, subject=subject, text=text, contact=used.recipient, now=now)
    _keep_appeal(row, actor, statement, used)
    note(actor, "support:appeal:opened", row, happened=statement.happened.value, contact=used.masked)
    enqueue("support.match_appeal", {"ticket_id": row.pk}, key=f"match:{row.pk}")
    return row.reference


def _keep_appeal(row: Ticket, actor: Actor, statement: Statement, used: ChallengeView) -> None:
    key, named = key_of(row), tidy(statement.named)[:NAME_LENGTH]
    assert key is not None  # noqa: S101 - made a moment ago
    Appeal.objects.create(
        ticket=row,
        happened=statement.happened.value,
        sealed_named=close_text(key, named, column="named", row=row.public_id),
        contact_index=contact_index(used.recipient),
        country=statement.country,
        language=actor.language,
    )


def match_appeal(*, ticket_id: int) -> bool:
    """Finds the account that was named, and tells its owner. False if there is none of that name, or several."""
    row = Ticket.objects.select_related("appeal").filter(pk=ticket_id, account__isnull=True).first()
    if row is None:
        return False
    named = open_text(key_of(row), row.appeal.sealed_named, column="named", row=row.public_id) or ""
    kinds = (AccountKind.ID, AccountKind.LEGACY)
    found = [resolve(named, kind=kind, country=row.appeal.country) for kind in kinds]
    owner = next((one for one in found if one is not None), None)
    return owner is not None and _bind(row.pk, owner, actor=SYSTEM)


@transaction.atomic
def bind_account(*, actor: Actor, reference: str, account_id: int, now: datetime) -> None:
    """Staff found the account that the appellant means. Raises NobodyFound, ClaimedByAnother, OwnCase, NoSuchTicket."""
    row = claimed(actor, reference, now=now)
    owner = account(account_id)
    if owner is None or owner.kind is AccountKind.STAFF or not Appeal.objects.filter(ticket=row).exists():
        raise NobodyFound(field="account")
    _bind(row.pk, owner, actor=actor)


@transaction.atomic
def _bind(ticket_id: int, owner: AccountFacts, *, actor: Actor) -> bool:
    row = Ticket.objects.select_for_update(of=("self",)).filter(pk=ticket_id, account__isnull=True).first()
    if row is None or row.state == TicketState.CLOSED:
        return False
    try:
        owner = hold_account(owner.id)  # its owner may be deleting it
    except NoSuchAccount:
        return False
    tenant = tenant_of(owner.id)
    row.account_id, row.tenant_id = owner.id, tenant.id if tenant else None
    row.save(update_fields=["account", "tenant"])
    end_trust(actor=actor, account_id=owner.id, reason=TRUST_ENDED)
    tell_owner_of_appeal(row, owner)
    note(actor, "support:appeal:matched", row)
    return True


def find_appeal(*, actor: Actor, reference: str, contact: str, country: str, now: datetime) -> ChallengeView:
    """Sends a code to the contact of an appeal; the same page, and no code, for any other. Raises as ``begin_appeal``."""
    channel, recipient, its_country = read_contact(contact, country=country)
    wanted = tidy(reference).upper()
    there = Appeal.objects.filter(ticket__reference=wanted, contact_index=contact_index(recipient)).exists()
    return send_code(
        actor=actor,
        purpose=Purpose.APPEAL,
        channel=channel,
        recipient=recipient,
        country=its_country,
        decoy=not there,
        now=now,
    )


@transaction.atomic
def enter_appeal(*, proof: UUID, reference: str, now: datetime) -> str:
    """The appeal that the proven contact belongs to; the proof is used up. Raises ProofMissing, AppealAway."""
    used = use_proof(proof, purpose=Purpose.APPEAL, now=now)
    wanted = tidy(reference).upper()
    own = Appeal.objects.filter(ticket__reference=wanted, contact_index=contact_index(used.recipient))
    if used.account_id is not None or not own.exists():
        raise AppealAway
    return wanted


@transaction.atomic
def open_appeal_after_stranger(*, actor: Actor, account_id: int, facts: dict[str, str], now: datetime) -> str:
    """The owner said "this was not me": a ticket in his name, so that staff look into it. Returns its reference.

    ``facts`` say when, where and with which device the stranger came, in words, without secrets. While such a ticket is
    open, the next one is added to it.
    """
    owner, tenant = account(account_id), tenant_of(account_id)
    language = owner.language if owner else actor.language
    text = stranger_text(facts, language=language)
    row = _stranger_ticket(account_id)
    if row is None:
        row = Ticket(account_id=account_id, tenant_id=tenant.id if tenant else None, category=Category.STRANGER.value)
        open_row(row, uuid4(), subject=stranger_subject(language=language), text="", contact="", now=now)
        note(actor, "support:ticket:opened", row)
    write(row, Voice.SYSTEM, text, now=now, key=uuid4())
    move(row, TicketState.OPEN, now=now)
    return row.reference


def _stranger_ticket(account_id: int) -> Ticket | None:
    rows = Ticket.objects.select_for_update(of=("self",)).filter(account_id=account_id)
    return rows.filter(category=Category.STRANGER.value).exclude(state=TicketState.CLOSED.value).first()
