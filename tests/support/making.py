"""Tickets and appeals, made through the services alone."""

from datetime import datetime
from uuid import UUID, uuid4

from account_center.accounts.services import open_account
from account_center.accounts.types import AccountFacts, AccountKind
from account_center.kit.actor import Actor, ActorKind, StaffRole
from account_center.messaging.models import Message
from account_center.messaging.sealed import reveal
from account_center.support.models import Ticket
from account_center.support.services import Request, open_ticket, prove_new_phone
from account_center.support.services.appeals import Statement, begin_appeal, match_appeal, open_appeal
from account_center.support.types import Category, Happened
from tests.signin.making import NOW, NUMBERS, a_phone, an_account, hashed, owner_of, prove, visitor

STATEMENT = "My phone was stolen. Registered in March 2024, mostly used in Chengdu."


def a_colleague(*roles: StaffRole, phone: str = "", email: str = "") -> Actor:
    """A member of staff at the console."""
    made = open_account(
        actor=visitor(),
        kind=AccountKind.STAFF,
        name=f"colleague{next(NUMBERS)}",
        country="CN",
        stored_password=hashed(),
        phone=phone,
        staff_roles=roles or (StaffRole.SUPPORT,),
        now=NOW,
    )
    kind = ActorKind.STAFF
    return Actor(kind=kind, account_id=made.id, name=made.name, address="198.51.100.7", roles=frozenset(roles))


def a_ticket(
    account: AccountFacts,
    *,
    category: Category = Category.ACCOUNT,
    about: str = "",
    subject: str = "It does not work",
    text: str = "I pressed the button and nothing happened.",
    key: UUID | None = None,
    new_phone: UUID | None = None,
    now: datetime = NOW,
) -> str:
    return open_ticket(
        actor=owner_of(account),
        account_id=account.id,
        tenant_id=None,
        request=Request(key=key or uuid4(), category=category, subject=subject, text=text, about=about),
        new_phone=new_phone,
        now=now,
    )


def a_phone_ticket(account: AccountFacts, phone: str = "", *, now: datetime = NOW) -> str:
    """A ticket that asks for another phone, whose code came back (3.1.14)."""
    view = prove_new_phone(
        actor=owner_of(account), account_id=account.id, country="CN", phone=phone or a_phone(), now=now
    )
    return a_ticket(account, category=Category.CHANGE_PHONE, new_phone=prove(view, now=now), now=now)


def an_appeal(
    named: str,
    *,
    contact: str = "",
    happened: Happened = Happened.PHONE_LOST,
    key: UUID | None = None,
    matched: bool = True,
    now: datetime = NOW,
) -> str:
    """A stranger's appeal; the job that finds the account has run."""
    stranger = visitor(f"198.51.100.{next(NUMBERS) % 250}")
    view = begin_appeal(
        actor=stranger, happened=happened, named=named, contact=contact or a_phone(), country="CN", now=now
    )
    statement = Statement(key=key or uuid4(), happened=happened, named=named, country="CN", text=STATEMENT)
    reference = open_appeal(actor=stranger, proof=prove(view, now=now), statement=statement, now=now)
    if matched:
        match_appeal(ticket_id=Ticket.objects.get(reference=reference).pk)
    return reference


def a_customer(*, phone: str = "", email: str = "") -> AccountFacts:
    return an_account(phone=phone or a_phone(), email=email)


def told(recipient: str) -> list[str]:
    """The texts of all messages to a phone or mailbox, newest first."""
    letters = [reveal(row) for row in Message.objects.order_by("-pk")]
    return [letter.text for letter in letters if letter.to == recipient]
