"""What the owner of a tenant is told by message, and what the room of standing is told."""

from datetime import datetime

from django.utils.translation import override

from account_center.accounts.queries import account
from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.messaging.services import queue_email, queue_sms
from account_center.realname.models import Application
from account_center.realname.partner_texts import taken_over
from account_center.realname.services.site_notices import tell
from account_center.realname.texts import Result, result_email, result_sms
from account_center.realname.types import Party, Way
from account_center.signin.services import phone_country
from account_center.standing.services import declare_kind, note_name_change, note_verification
from account_center.standing.types import CustomerKind, VerificationStatus


def customer_kind(row: Application) -> CustomerKind:
    """As whom the tenant is verified."""
    return CustomerKind.ENTERPRISE if row.party == Party.ORGANISATION else CustomerKind.INDIVIDUAL


def note_kind(row: Application, *, actor: Actor, now: datetime) -> None:
    """Says as whom the tenant wants to be verified; while a change runs, the tenant stays what it is (2.4.2)."""
    if not row.change:
        declare_kind(actor=actor, tenant_id=row.tenant_id, kind=customer_kind(row), now=now)


def note_standing(row: Application, status: VerificationStatus, *, now: datetime) -> None:
    """Says how far the verification is. Of a change only its success: until then, and without it, the old one holds.

    That a change waits is said besides: invoices go by the verified name (2.3.20).
    """
    changed = bool(row.change)
    if not changed or status is VerificationStatus.VERIFIED:
        kind = customer_kind(row)
        note_verification(tenant_id=row.tenant_id, status=status, kind=kind, now=now, changed=changed)
    else:
        waiting = status is VerificationStatus.IN_PROGRESS
        note_name_change(tenant_id=row.tenant_id, waiting=waiting, now=now)


def result_of(row: Application, status: VerificationStatus) -> Result:
    """What the owner is told of a decision."""
    if status is VerificationStatus.VERIFIED:
        return Result.CHANGED if row.change else Result.APPROVED
    return Result.CHANGE_REFUSED if row.change else Result.REFUSED


def note_application(row: Application, event: str, *, actor: Actor, owner_id: int) -> None:
    """Records what happened to an attempt, in the caller's transaction: its reference, way and change, nothing of persons."""
    facts = {"reference": row.reference, "way": row.way, **change_fact(row)}
    record(actor=actor, event=event, account_id=owner_id, tenant_id=row.tenant_id, facts=facts)


def change_fact(row: Application) -> dict[str, str]:
    """What an event says of a change: its kind, nothing of the persons."""
    return {"change": row.change} if row.change else {}


def tell_owner(row: Application, result: Result) -> None:
    """Sends the owner the message, in the caller's transaction."""
    if row.way == Way.PARTNER and result is Result.APPROVED:
        site = row.partner.site
        tell(row.tenant.owner_id, lambda language: taken_over(site=site, reference=row.reference, language=language))
        return
    owner = account(row.tenant.owner_id)
    if owner is None:
        return
    if owner.email:
        subject, text = result_email(result, reference=row.reference, language=owner.language)
        # The footer too is in the owner's language, not in that of whoever asked last.
        with override(owner.language):
            queue_email(to=owner.email, subject=subject, text=text, purpose="realname_result")
    elif owner.phone:
        text = result_sms(result, reference=row.reference, language=owner.language)
        country = phone_country(owner.phone, owner.country)
        queue_sms(to=owner.phone, country=country, text=text, purpose="realname_result")
