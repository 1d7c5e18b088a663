"""Who is a student, until when, and who says so: an education service we trust, or staff by ticket (2.1.16).

The status belongs to the person the tenant is verified as; another verification ends it. It ends by its day without an
act: what other services are told is computed from that day.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock_time

from django.conf import settings
from django.db import IntegrityError, transaction

from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.kit.refused import Refused
from account_center.kit.typed import tidy
from account_center.realname.models import Agreement, StudentStatus, Verification
from account_center.realname.partner_errors import (
    AnotherStudent,
    BadSchool,
    EvidenceMissing,
    NoAgreement,
    NoStudentStatus,
    NotAPerson,
    NotVerifiedYet,
    OnlyStaff,
    OtherContent,
    StudyOver,
    StudyTooLong,
    TicketMissing,
    TooManyWrongCodes,
)
from account_center.realname.partner_texts import student, student_ended
from account_center.realname.services.agreements import note_refusal, require_agreement, use_agreement
from account_center.realname.services.claims import MAINLAND
from account_center.realname.services.partners import digest_of
from account_center.realname.services.site_notices import tell
from account_center.realname.types import (
    DocumentClaim,
    Party,
    PersonClaim,
    Purpose,
    StudentView,
    Study,
    Told,
)
from account_center.standing.services import note_student
from account_center.tenants.types import TenantFacts

TICKET = re.compile(r"TK[2-9A-HJ-NP-Z]{8}", re.ASCII)
SCHOOL_LENGTH = 100
EVIDENCE_LENGTH = 200
REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class _Source:
    """Who says so; either a site with its agreement, or a member of staff with a ticket."""

    told: Told | None = None
    person: bytes | None = None  # who it must be about, where that was said
    agreement: Agreement | None = None
    staff_id: int | None = None
    ticket: str = ""
    evidence: str = ""


def take_student_status(
    *, actor: Actor, told: Told, study: Study, who: PersonClaim | DocumentClaim, now: datetime
) -> tuple[StudentView | None, list[Refused]]:
    """Keeps what a trusted education service says; or every refusal, and then nothing is kept and the agreement stays.

    ``who`` must be the person the tenant is verified as. The same reference with the same content changes nothing.
    Raises OtherContent, NoAgreement, TooManyWrongCodes.
    """
    before = _answered(told)
    if before is not None:
        return before, []
    try:
        tenant, agreement = require_agreement(told, purpose=Purpose.STUDENT, now=now)
    except (NoAgreement, TooManyWrongCodes):
        twin = _answered(told)  # the first of two that arrived at once has used it up a moment ago
        if twin is None:
            raise
        return twin, []
    wrong = [*_wrong_study(study, now), *_wrong_person(tenant.id, digest_of(who))]
    if wrong:
        note_refusal(actor=actor, told=told, tenant=tenant, row=agreement, refusal=wrong[0], now=now)
        return None, wrong
    try:
        with transaction.atomic():
            use_agreement(agreement, now=now)
            return _give(actor, tenant, study, _Source(told, digest_of(who), agreement), now=now), []
    except (IntegrityError, Refused):
        twin = _answered(told)
        if twin is None:
            raise
        return twin, []


def _answered(told: Told) -> StudentView | None:
    row = StudentStatus.objects.filter(client=told.site.client_id, reference=told.reference).first()
    if row is None:
        return None
    if bytes(row.content) != told.content:
        raise OtherContent(field="reference", reference=told.reference)
    return row.view()


def give_student_status(
    *, actor: Actor, tenant: TenantFacts, study: Study, ticket: str, evidence: str, now: datetime
) -> StudentView:
    """A member of staff gives it on a ticket's proof; one given before is replaced.

    Raises OnlyStaff, NotVerifiedYet, NotAPerson, BadSchool, StudyOver, StudyTooLong, TicketMissing, EvidenceMissing.
    """
    if not actor.is_staff or actor.account_id is None:
        raise OnlyStaff
    seen, number = tidy(evidence)[:EVIDENCE_LENGTH], tidy(ticket).upper()
    wrong = [*_wrong_study(study, now), *_wrong_person(tenant.id, None)]
    if not TICKET.fullmatch(number):
        wrong.append(TicketMissing(field="ticket"))
    if not seen:
        wrong.append(EvidenceMissing(field="evidence"))
    if wrong:
        raise wrong[0]
    source = _Source(staff_id=actor.account_id, ticket=number, evidence=seen)
    with transaction.atomic():
        return _give(actor, tenant, study, source, now=now)


@transaction.atomic
def end_student_status(*, actor: Actor, tenant: TenantFacts, because: str, now: datetime) -> None:
    """A member of staff takes it back before its day. Raises OnlyStaff, EvidenceMissing, NoStudentStatus."""
    reason = tidy(because)[:EVIDENCE_LENGTH]
    if not actor.is_staff:
        raise OnlyStaff
    if not reason:
        raise EvidenceMissing(field="because")
    if not _end_live(tenant.id, reason, now=now):
        raise NoStudentStatus
    note_student(tenant_id=tenant.id, until=None, now=now)
    _note(actor, "realname:student:ended", tenant, {"because": reason})
    tell(tenant.owner_id, lambda language: student_ended(language=language))


def _give(actor: Actor, tenant: TenantFacts, study: Study, source: _Source, *, now: datetime) -> StudentView:
    live = _lock_person(tenant.id, source.person)
    _end_live(tenant.id, REPLACED, now=now)
    told = source.told
    row = StudentStatus.objects.create(
        tenant_id=tenant.id,
        verification=live,
        school=tidy(study.school),
        level=study.level.value,
        until=study.until,
        given_at=now,
        agreement=source.agreement,
        client=told.site.client_id if told else "",
        site=told.site.name if told else "",
        reference=told.reference if told else "",
        content=told.content if told else b"",
        staff_id=source.staff_id,
        ticket=source.ticket,
        evidence=source.evidence,
    )
    note_student(tenant_id=tenant.id, until=end_of(study.until), now=now)
    said_by = {"site": row.site, "ticket": row.ticket, "evidence": row.evidence}
    _note(actor, "realname:student:given", tenant, {"until": study.until.isoformat(), **said_by})
    tell(tenant.owner_id, lambda language: student(until=study.until.isoformat(), language=language))
    return row.view()


def _end_live(tenant_id: int, because: str, *, now: datetime) -> int:
    rows = StudentStatus.objects.filter(tenant_id=tenant_id, ended_at__isnull=True)
    return rows.update(ended_at=now, ended_because=because)


def _lock_person(tenant_id: int, digest: bytes | None) -> Verification:
    """The verification, locked, so that nobody becomes somebody else meanwhile."""
    rows = Verification.objects.select_for_update(of=("self",)).select_related("subject", "application")
    live = rows.filter(tenant_id=tenant_id, replaced_at__isnull=True).first()
    wrong = _wrong_verification(live, digest)
    if live is None or wrong:
        raise wrong[0]
    return live


def _wrong_person(tenant_id: int, digest: bytes | None) -> list[Refused]:
    rows = Verification.objects.select_related("subject", "application")
    return _wrong_verification(rows.filter(tenant_id=tenant_id, replaced_at__isnull=True).first(), digest)


def _wrong_verification(live: Verification | None, digest: bytes | None) -> list[Refused]:
    if live is None:
        return [NotVerifiedYet()]
    if live.application.party != Party.PERSON:
        return [NotAPerson()]
    same = digest is None or bytes(live.subject.id_index) == digest
    return [] if same else [AnotherStudent(field="number")]


def _wrong_study(study: Study, now: datetime) -> list[Refused]:
    today, longest = now.astimezone(MAINLAND).date(), settings.LIMITS.student_longest_days
    wrong: list[Refused] = []
    if not 0 < len(tidy(study.school)) <= SCHOOL_LENGTH:
        wrong.append(BadSchool(field="school", most=SCHOOL_LENGTH))
    if study.until < today:
        wrong.append(StudyOver(field="until"))
    if study.until > today + timedelta(days=longest):
        wrong.append(StudyTooLong(field="until", days=longest))
    return wrong


def end_of(last_day: date) -> datetime:
    """The first moment at which a status counts no more."""
    return datetime.combine(last_day + timedelta(days=1), clock_time(), tzinfo=MAINLAND)


def _note(actor: Actor, event: str, tenant: TenantFacts, facts: dict[str, str]) -> None:
    record(actor=actor, event=event, account_id=tenant.owner_id, tenant_id=tenant.id, facts=facts)
