"""Reading verifications: masked for owner and staff, in clear for nobody."""

from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet

from account_center.kit.bank_card import BANKS, Bank
from account_center.kit.clock import now
from account_center.kit.resident_id import BadResidentId, parse_resident_id
from account_center.kit.travel_document import DocumentKind
from account_center.kit.typed import tidy
from account_center.realname.adapters.sandbox import TEST_CARDS, TestCard, demo_face
from account_center.realname.models import OPEN_STATES, Application, Subject, Verification
from account_center.realname.rules import EVIDENCE, WAYS, is_claimed
from account_center.realname.subjects import person_digest
from account_center.realname.types import (
    ApplicationState,
    ApplicationView,
    FaceAnswer,
    ReviewRow,
    Slot,
    VerificationView,
    WayFacts,
)

LISTED = 20


def ways_offered() -> tuple[WayFacts, ...]:
    """Every way with its times, for the page that recommends one (2.1.2, 2.1.20)."""
    return WAYS


def pictures_needed(kind: DocumentKind) -> tuple[Slot, ...]:
    """Which pictures an application with this document needs (2.2.10)."""
    return EVIDENCE[kind]


def verification_of(tenant_id: int) -> VerificationView | None:
    """What holds now for the tenant."""
    rows = Verification.objects.select_related("subject", "application")
    row = rows.filter(tenant_id=tenant_id, replaced_at__isnull=True).first()
    return row.view() if row else None


def applications_of(tenant_id: int) -> list[ApplicationView]:
    """The tenant's attempts, newest first."""
    rows = Application.objects.select_related("subject").filter(tenant_id=tenant_id).order_by("-pk")
    return [row.view() for row in rows[:LISTED]]


def application(*, tenant_id: int, reference: str) -> ApplicationView | None:
    """One attempt of this tenant."""
    row = Application.objects.select_related("subject").filter(tenant_id=tenant_id, reference=reference).first()
    return row.view() if row else None


def open_application_of(tenant_id: int) -> ApplicationView | None:
    """The attempt that waits for its code, for an answer, for staff or for another picture."""
    row = Application.objects.select_related("subject").filter(tenant_id=tenant_id, state__in=OPEN_STATES).first()
    return row.view() if row else None


def review_queue(*, after: tuple[datetime, int] | None = None, limit: int = LISTED) -> list[ReviewRow]:
    """What waits for staff, the oldest promise first; ``after`` is (promised_by, id) of the last row before (keyset)."""
    rows = Application.objects.select_related("subject").filter(state=ApplicationState.REVIEWING.value)
    if after is not None:
        promised, last = after
        rows = rows.filter(Q(promised_by__gt=promised) | Q(promised_by=promised, pk__gt=last))
    return [row.review_row() for row in rows.order_by("promised_by", "pk")[:limit]]


def is_taken(row: ReviewRow, *, by: int, now: datetime) -> bool:
    """Whether a member of staff other than ``by`` has the case at present."""
    return is_claimed(reviewer_id=row.reviewer_id, claimed_at=row.claimed_at, by=by, now=now)


def tenants_of_document(number: str) -> list[int]:
    """The tenants verified, or in an attempt, with a document: by its full number or as masked (``110***…002X``)."""
    text = tidy(number).upper()
    subjects = Subject.objects.filter(id_masked=text) if "*" in text else _by_full_number(text)
    found = Application.objects.filter(subject__in=subjects).values_list("tenant_id", flat=True).distinct()
    return list(found.order_by("tenant_id")[:LISTED])


def _by_full_number(text: str) -> QuerySet[Subject]:
    try:
        number = parse_resident_id(text, today=now().date()).number
    except BadResidentId:
        return Subject.objects.none()
    return Subject.objects.filter(id_index=person_digest(number))


def person_digest_of(tenant_id: int) -> tuple[bytes, str] | None:
    """(digest, masked number) of the person behind the tenant's newest attempt, for a raise of the quota."""
    row = Application.objects.select_related("subject").filter(tenant_id=tenant_id).order_by("-pk").first()
    return (bytes(row.subject.id_index), row.subject.id_masked) if row else None


def bank_named(code: str) -> Bank | None:
    """The bank of that code, for its name and hint."""
    return BANKS.get(code)


def sandbox_cards() -> tuple[TestCard, ...]:
    """The test cards; none outside the sandbox."""
    return TEST_CARDS if settings.SANDBOX else ()


def sandbox_face(kind: str) -> bytes:
    """A drawn face (PNG) that the sandbox's comparer answers with ``kind``."""
    return demo_face(FaceAnswer(kind))
