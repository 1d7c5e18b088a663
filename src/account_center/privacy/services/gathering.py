"""What each room knows of a person, for the copy that the person may take (1.12). Third parties stand in it masked.

Own names, phone and e-mail stand in full: the owner asks for them after a fresh proof. Numbers of documents and cards
are masked here as everywhere, codes and secrets stand nowhere.
"""

from datetime import datetime

from django.conf import settings

from account_center.accounts.types import AccountFacts
from account_center.audit.queries import device_of, doer_of, sentence_of, whole_history_of
from account_center.audit.types import EventFacts, Whose
from account_center.kit.actor import ActorKind
from account_center.kit.agents import agent_words
from account_center.messaging.queries import messages_to, takes_marketing
from account_center.plumbing.sessions import SessionFacts, sessions_of
from account_center.privacy.types import Part, Row, Value
from account_center.realname.queries import applications_of, verification_of
from account_center.recovery.services.contacts import contacts_of
from account_center.signin.queries import factors_of, passkeys_of
from account_center.signin.services import app_sessions
from account_center.signin.services.devices import devices_of
from account_center.signin.types import AppSessionFacts
from account_center.standing.queries import standing_of
from account_center.support.queries import ticket_of, tickets_of
from account_center.support.queries.words import category_name
from account_center.support.types import TicketView
from account_center.tenants.queries import tenants_of
from account_center.tenants.types import TenantFacts

MESSAGES = 1_000
TICKETS = 200
NOT_SHOWN_FROM_WHERE = frozenset({ActorKind.STAFF.value, ActorKind.SERVICE.value, ActorKind.SYSTEM.value})


def account_part(owner: AccountFacts) -> Part:
    """The account itself."""
    row: dict[str, Value] = {
        "number": owner.id,
        "kind": owner.kind.value,
        "name": owner.name,
        "country": owner.country,
        "phone": owner.phone,
        "email": owner.email,
        "language": owner.language,
        "state": owner.state.value,
        "opened_at": owner.created_at,
    }
    return Part("account", (row,))


def tenants_part(tenants: list[TenantFacts]) -> Part:
    """The tenants that belong or belonged to the account, and what they may do."""
    return Part("tenants", tuple(_tenant(one) for one in tenants))


def _tenant(tenant: TenantFacts) -> Row:
    standing = standing_of(tenant.id)
    return {
        "id": tenant.public_id,
        "name": tenant.name,
        "organisation_name": tenant.organisation_name,
        "site": tenant.site.value,
        "country": tenant.country,
        "state": tenant.state.value,
        "business_phone": tenant.contact_phone,
        "business_email": tenant.contact_email,
        "activated_at": tenant.activated_at,
        "declared_as": standing.kind.value,
        "verification": standing.verification.value,
        "holds": len(standing.holds),
    }


def verifications_part(tenants: list[TenantFacts]) -> Part:
    """Real-name verifications and attempts: masked numbers and results, no pictures."""
    rows = []
    for tenant in tenants:
        holding = verification_of(tenant.id)
        rows += [
            {
                "reference": one.reference,
                "tenant": tenant.public_id,
                "way": one.way.value,
                "state": one.state.value,
                "name": one.name_masked,
                "document": one.id_masked,
                "card": one.card_masked,
                "phone": one.phone_masked,
                "begun_at": one.created_at,
                "decided_at": one.decided_at,
                "holds_now": holding is not None and holding.reference == one.reference,
            }
            for one in applications_of(tenant.id)
        ]
    return Part("verifications", tuple(rows))


def sessions_part(owner: AccountFacts, *, now: datetime) -> Part:
    """Where the account is signed in, in browsers and in the app."""
    found: list[SessionFacts | AppSessionFacts] = [
        *sessions_of(owner.id, mark=owner.mark, now=now),
        *app_sessions.sessions_of(account_id=owner.id, mark=owner.mark, now=now),
    ]
    rows: list[Row] = [
        {
            "device": agent_words(one.agent).text,
            "way": one.way,
            "address": one.address,
            "since": one.started_at,
            "last_seen": one.seen_at,
            "ends_at": one.ends_at,
        }
        for one in found
    ]
    return Part("sessions", tuple(rows))


def devices_part(owner: AccountFacts, *, now: datetime) -> Part:
    """The browsers that signed in before."""
    rows: list[Row] = [
        {
            "device": ", ".join(word for word in (one.browser, one.system) if word),
            "address": one.address,
            "place": one.place,
            "first_seen": one.first_seen,
            "last_used": one.last_used,
            "trusted_until": one.trusted_until,
        }
        for one in devices_of(account=owner, device="", language=owner.language, now=now)
    ]
    return Part("devices", tuple(rows))


def factors_part(owner: AccountFacts) -> Part:
    """With what one shows to be the owner, besides the password; never the secrets themselves."""
    factors = factors_of(owner.id)
    row: dict[str, Value] = {
        "asked_at_sign_in": owner.check.value,
        "authenticator_app": factors.app,
        "passkeys": factors.passkeys,
        "recovery_codes_left": factors.recovery_codes,
        "password_changed_at": owner.password_changed_at,
    }
    return Part("factors", (row,))


def passkeys_part(owner: AccountFacts) -> Part:
    """The passkeys by the names the owner gave them."""
    rows: list[Row] = [
        {"name": one.name, "added_at": one.created_at, "last_used": one.last_used_at} for one in passkeys_of(owner.id)
    ]
    return Part("passkeys", tuple(rows))


def contacts_part(owner: AccountFacts) -> Part:
    """Emergency contacts: other people, so masked."""
    rows: list[Row] = [
        {"name": one.name, "contact": one.contact, "state": one.state.value, "since": one.since}
        for one in contacts_of(owner.id)
    ]
    return Part("emergency_contacts", tuple(rows))


def messages_part(owner: AccountFacts) -> Part:
    """That messages were sent and what for. What they said is kept nowhere."""
    recipients = [one for one in (owner.phone, owner.email) if one]
    rows: list[Row] = [
        {
            "channel": one.channel.value,
            "purpose": one.purpose,
            "to": one.masked,
            "state": one.state.value,
            "at": one.created_at,
        }
        for one in messages_to(recipients, limit=MESSAGES)
    ]
    return Part("messages", tuple(rows))


def tickets_parts(owner: AccountFacts, *, now: datetime) -> tuple[Part, Part]:
    """The tickets, and what was written in them to and by the owner."""
    views = _tickets(owner, now=now)
    lines: list[Row] = [
        {
            "reference": one.line.reference,
            "category": category_name(one.line.category),
            "subject": one.line.subject,
            "state": one.line.state.value,
            "opened_at": one.line.opened_at,
            "closed_at": one.closed_at,
        }
        for one in views
    ]
    entries: list[Row] = [
        {
            "reference": one.line.reference,
            "by": entry.voice.value,
            "at": entry.at,
            "text": entry.text,
            "picture": entry.image_id is not None,
        }
        for one in views
        for entry in one.entries
    ]
    return Part("tickets", tuple(lines)), Part("ticket_entries", tuple(entries))


def _tickets(owner: AccountFacts, *, now: datetime) -> list[TicketView]:
    found: list[TicketView] = []
    last: int | None = None
    while len(found) < TICKETS:
        page = tickets_of(owner.id, before=last)
        if not page:
            break
        views = [ticket_of(account_id=owner.id, reference=line.reference, now=now) for line in page]
        found += [view for view in views if view is not None]
        last = page[-1].id
    return found


def consents_part(owner: AccountFacts, tenants: list[TenantFacts]) -> Part:
    """What the owner agreed to, and when."""
    rows: list[Row] = [{"to": "terms", "at": owner.created_at, "reference": "", "agreed": True}]
    for tenant in tenants:
        rows += [
            {"to": "verification", "at": one.created_at, "reference": one.reference, "agreed": True}
            for one in applications_of(tenant.id)
        ]
    if owner.email:
        rows.append({"to": "advertising", "at": None, "reference": "", "agreed": takes_marketing(owner.email)})
    return Part("consents", tuple(rows))


def history_part(owner: AccountFacts, tenants: list[TenantFacts]) -> tuple[Part, bool]:
    """The newest events, told as on the history page; and whether older ones were left out."""
    whose = Whose(owner.id, tuple(tenant.id for tenant in tenants))
    most, rows = settings.LIMITS.copy_history_events, list[Row]()
    for event in whole_history_of(whose=whose):
        if len(rows) == most:
            return Part("history", tuple(rows)), True
        rows.append(_event(event))
    return Part("history", tuple(rows)), False


def _event(event: EventFacts) -> Row:
    by_staff = event.actor_kind in NOT_SHOWN_FROM_WHERE
    return {
        "at": event.at,
        "what": sentence_of(event, to_owner=True),
        "by": doer_of(event, to_owner=True),
        "address": "" if by_staff else event.address,
        "device": "" if by_staff else device_of(event),
        "event": event.name,
    }


def all_tenants(owner: AccountFacts) -> list[TenantFacts]:
    """The account's tenants, cancelled ones too."""
    return tenants_of([owner.id])
