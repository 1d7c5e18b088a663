"""Reading verifications: masked for owner and staff, in clear for nobody."""

from datetime import datetime

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from account_center.documents.queries import images_of
from account_center.documents.types import ImageFacts
from account_center.kit.bank_card import BANKS, Bank
from account_center.kit.clock import now
from account_center.kit.company_banks import COMPANY_BANKS, CompanyBank
from account_center.kit.money import yuan
from account_center.kit.organisation_code import BadOrganisationCode, parse_credit_code
from account_center.kit.resident_id import BadResidentId, parse_resident_id
from account_center.kit.travel_document import DocumentKind
from account_center.kit.typed import tidy
from account_center.plumbing.moment import one_moment
from account_center.realname import organisation_words, rules
from account_center.realname.adapters import transfers_are_connected
from account_center.realname.adapters.sandbox import TEST_CARDS, TestCard, demo_face
from account_center.realname.adapters.sandbox_bank import BUSY, OK, TEST_ACCOUNTS, TIME_OUT, UNDER_WAY, TestAccount
from account_center.realname.adapters.sandbox_register import TEST_COMPANIES, TestCompany
from account_center.realname.change_rules import AFTERWARDS, CHANGES, form_slots
from account_center.realname.models import (
    OPEN_STATES,
    Application,
    Evidence,
    Handover,
    PartnerVerification,
    SandboxTransfer,
    StudentStatus,
    Subject,
    Verification,
)
from account_center.realname.rules import CERTIFICATES, EVIDENCE, PAPERS, PHOTOS, REASONS, WAYS, is_claimed, number_form
from account_center.realname.subjects import link_digest, organisation_digest, person_digest
from account_center.realname.types import (
    Acting,
    ApplicationState,
    ApplicationView,
    Certificate,
    ChangeKind,
    FaceAnswer,
    HandoverView,
    MoneyBack,
    Nature,
    NumberForm,
    Party,
    PictureView,
    ReviewFilter,
    ReviewReason,
    ReviewRow,
    Slot,
    StatementLine,
    StudentView,
    Verdict,
    VerificationView,
    VerifiedBySite,
    WayFacts,
)

LISTED = 20
EVERY_CASE = ReviewFilter()
# What kinds of organisations and certificates are called, for the pages of customers and staff.
NATURE_WORDS, NATURE_HELP = organisation_words.NATURE_WORDS, organisation_words.NATURE_HELP
CERTIFICATE_WORDS = organisation_words.CERTIFICATE_WORDS
_ARRIVING = (OK, TIME_OUT, BUSY)


def ways_offered() -> tuple[WayFacts, ...]:
    """Every way with its times, for the page that recommends one (2.1.2, 2.1.20)."""
    return WAYS


def may_be_withdrawn(view: ApplicationView) -> bool:
    """Whether the customer may still give it up."""
    return rules.may_be_withdrawn(view.way, view.state)


def pictures_needed(kind: DocumentKind) -> tuple[Slot, ...]:
    """Which pictures an application with this document needs (2.2.10)."""
    return EVIDENCE[kind]


def is_paper(slot: Slot) -> bool:
    """Whether this picture may come as PDF."""
    return slot not in PHOTOS


def papers_needed(acting: Acting) -> tuple[Slot, ...]:
    """Which pictures an organisation sends, by who acts for it (2.3.17)."""
    return PAPERS[acting]


def certificates_of(nature: Nature) -> tuple[Certificate, ...]:
    """By which papers an organisation of this kind shows itself (2.3.24)."""
    return CERTIFICATES[nature]


def number_form_of(certificate: Certificate) -> NumberForm:
    """How the number on such a certificate is built (2.3.22)."""
    return number_form(certificate)


def reasons_for(slot: Slot) -> tuple[ReviewReason, ...]:
    """What may be wrong with this picture."""
    return REASONS[slot]


def verification_of(tenant_id: int) -> VerificationView | None:
    """What holds now for the tenant."""
    row = _verifications().filter(tenant_id=tenant_id, replaced_at__isnull=True).first()
    return row.view() if row else None


def _verifications() -> QuerySet[Verification]:
    return Verification.objects.select_related("subject", "application__partner")


def verifications_of(tenant_id: int) -> list[VerificationView]:
    """As whom the tenant was verified, newest first: the first and every change of it, masked (2.1.24)."""
    return [row.view() for row in _verifications().filter(tenant_id=tenant_id).order_by("-pk")]


def changes_from(party: Party) -> tuple[ChangeKind, ...]:
    """What a tenant that is verified as this may change it into (2.4)."""
    return CHANGES[party]


def party_after(change: ChangeKind) -> Party:
    """What the tenant is verified as when the change is approved."""
    return AFTERWARDS[change]


def change_pictures(change: ChangeKind | None) -> tuple[Slot, ...]:
    """The pictures that a change asks for besides those of its way (2.4.8)."""
    return form_slots(change)


def applications_of(tenant_id: int) -> list[ApplicationView]:
    """The tenant's attempts, newest first."""
    return _views(_whole().filter(tenant_id=tenant_id).order_by("-pk")[:LISTED])


def _whole() -> QuerySet[Application]:
    # In one statement: between two, the bank's answer could come, and an ended transfer would stand without its reason.
    return Application.objects.select_related("subject", "transfer", "partner")


def _views(rows: QuerySet[Application]) -> list[ApplicationView]:
    """The attempts, each as it was at one moment."""
    found = list(rows)
    if all(row.state != ApplicationState.ASKED_AGAIN for row in found):
        return [row.view() for row in found]
    # Which pictures are asked for stands in rows of its own, and they may come while we read.
    with one_moment():
        return [row.view() for row in rows.all()]


def _view(rows: QuerySet[Application]) -> ApplicationView | None:
    return next(iter(_views(rows.order_by("pk")[:1])), None)


def application(*, tenant_id: int, reference: str) -> ApplicationView | None:
    """One attempt of this tenant."""
    return _view(_whole().filter(tenant_id=tenant_id, reference=reference))


def handover_of(*, tenant_id: int, reference: str) -> HandoverView | None:
    """The newest link of a scan, for the computer that shows its code."""
    rows = Handover.objects.filter(application__tenant_id=tenant_id, application__reference=reference)
    row = rows.order_by("-created_at", "-pk").first()
    return row.view() if row else None


def is_link_of(*, tenant_id: int, reference: str, token: str) -> bool:
    """Whether this browser's copy of the token is that of the link that counts: then its code can be drawn again."""
    rows = Handover.objects.filter(application__tenant_id=tenant_id, application__reference=reference)
    return bool(token) and rows.filter(link_digest=link_digest(token)).exists()


def open_application_of(tenant_id: int) -> ApplicationView | None:
    """The attempt that waits for its code, for an answer, for staff or for another picture."""
    return _view(_whole().filter(tenant_id=tenant_id, state__in=OPEN_STATES))


def student_status_of(tenant_id: int) -> StudentView | None:
    """The status given last, also one that has ended by its day; None once it was taken back or the person changed (2.1.16)."""
    rows = StudentStatus.objects.filter(tenant_id=tenant_id, ended_at__isnull=True)
    row = rows.filter(verification__replaced_at__isnull=True).first()
    return row.view() if row else None


def newest_student_status_of(tenant_id: int) -> StudentView | None:
    """The status given last to whom the tenant is verified as, also one that ended or was taken back, with the reason."""
    rows = StudentStatus.objects.filter(tenant_id=tenant_id, verification__replaced_at__isnull=True)
    row = rows.order_by("-pk").first()
    return row.view() if row else None


def results_of_site(client_id: str, *, after: int | None = None, limit: int = LISTED) -> list[VerifiedBySite]:
    """What a partner site had us take over, the newest first; ``after`` is the id of the last one before (keyset)."""
    rows = PartnerVerification.objects.select_related("application__subject").filter(client=client_id)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return [_of_site(row) for row in rows.order_by("-pk")[:limit]]


def _of_site(row: PartnerVerification) -> VerifiedBySite:
    made = row.application
    return VerifiedBySite(
        id=row.pk,
        tenant_id=made.tenant_id,
        application=made.reference,
        name_masked=made.subject.name_masked,
        party=Party(made.party),
        state=ApplicationState(made.state),
        source=row.source(),
        findings=made.register_findings(),
    )


def results_per_site() -> dict[str, int]:
    """How many results were taken over from each site (client ID)."""
    rows = PartnerVerification.objects.values_list("client").annotate(Count("id")).order_by("client")
    return dict(rows)


def review_queue(
    wanted: ReviewFilter = EVERY_CASE, *, after: tuple[datetime, int] | None = None, limit: int = LISTED
) -> list[ReviewRow]:
    """What waits for staff, the oldest promise first; ``after`` is (promised_by, id) of the last row before (keyset)."""
    rows = Application.objects.select_related("subject").filter(_wanted(wanted), state=ApplicationState.REVIEWING.value)
    if after is not None:
        promised, last = after
        # Said first as one bound, where the index begins; an "or" would be read from the front of the queue.
        rows = rows.filter(promised_by__gte=promised).filter(Q(promised_by__gt=promised) | Q(pk__gt=last))
    return [row.review_row() for row in rows.order_by("promised_by", "pk")[:limit]]


def _wanted(wanted: ReviewFilter) -> Q:
    found = Q()
    if wanted.party is not None:
        found &= Q(party=wanted.party.value)
    if wanted.way is not None:
        found &= Q(way=wanted.way.value)
    if wanted.change is not None:
        found &= ~Q(change="") if wanted.change else Q(change="")
    if wanted.overdue_at is not None:
        found &= Q(promised_by__lt=wanted.overdue_at)
    if wanted.mine is not None:
        found &= Q(reviewer_id=wanted.mine)
    return found


def pictures_of(reference: str) -> list[PictureView]:
    """Every picture of an application, in the order they came, replaced and erased ones too. Two queries."""
    images = {facts.image_id: facts for facts in images_of(f"realname.application:{reference}")}
    rows = Evidence.objects.filter(application__reference=reference).order_by("pk")
    return [_picture(row, images[row.image_id]) for row in rows if row.image_id in images]


def _picture(row: Evidence, facts: ImageFacts) -> PictureView:
    return PictureView(
        slot=Slot(row.slot),
        uploaded_at=row.uploaded_at,
        verdict=Verdict(row.verdict) if row.verdict else None,
        reason=ReviewReason(row.reason) if row.reason else None,
        judged_by=row.judged_by,
        replaced_at=row.replaced_at,
        erase_at=facts.erase_at,
        erased_at=facts.erased_at,
        held=bool(facts.held_because),
    )


def application_of_reference(reference: str) -> ApplicationView | None:
    """One attempt of whatever tenant, for staff."""
    return _view(_whole().filter(reference=reference))


def is_taken(row: ReviewRow, *, by: int, now: datetime) -> bool:
    """Whether a member of staff other than ``by`` has the case at present."""
    return is_claimed(reviewer_id=row.reviewer_id, claimed_at=row.claimed_at, by=by, now=now, limits=settings.LIMITS)


def tenants_of_document(number: str) -> list[int]:
    """The tenants verified, or in an attempt, with a document: by its full number or as masked (``110***…002X``).

    A person's resident number, or an organisation's unified social credit code.
    """
    text = tidy(number).upper()
    subjects = Subject.objects.filter(id_masked=text) if "*" in text else _by_full_number(text)
    found = Application.objects.filter(subject__in=subjects).values_list("tenant_id", flat=True).distinct()
    return list(found.order_by("tenant_id")[:LISTED])


def _by_full_number(text: str) -> QuerySet[Subject]:
    try:
        number = parse_resident_id(text, today=now().date()).number
    except BadResidentId:
        return _by_credit_code(text)
    return Subject.objects.filter(id_index=person_digest(number))


def _by_credit_code(text: str) -> QuerySet[Subject]:
    try:
        code = parse_credit_code(text).number
    except BadOrganisationCode:
        return Subject.objects.none()
    return Subject.objects.filter(id_index=organisation_digest(f"CN:{code}"))


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


def sandbox_companies() -> tuple[TestCompany, ...]:
    """The test companies; none outside the sandbox."""
    return TEST_COMPANIES if settings.SANDBOX else ()


def sandbox_face(kind: str) -> bytes:
    """A drawn face (PNG) that the sandbox's comparer answers with ``kind``."""
    return demo_face(FaceAnswer(kind))


def transfers_offered() -> bool:
    """Whether this installation can pay into accounts of companies."""
    return transfers_are_connected()


def money_back() -> MoneyBack | None:
    """Where a company may send the sum back (2.3.16); None where the operator names no account."""
    if settings.MONEY_BACK_ACCOUNT:
        return MoneyBack(settings.MONEY_BACK_NAME, settings.MONEY_BACK_BANK, settings.MONEY_BACK_ACCOUNT)
    return MoneyBack("沙箱运营商", "中国工商银行", "310066090188000016") if settings.SANDBOX else None


def company_banks() -> tuple[CompanyBank, ...]:
    """The banks whose accounts can be used, for the list (2.1.5)."""
    return tuple(COMPANY_BANKS.values())


def company_bank_named(code: str) -> CompanyBank | None:
    """The bank of that code."""
    return COMPANY_BANKS.get(code)


def sandbox_accounts() -> tuple[TestAccount, ...]:
    """The test accounts; none outside the sandbox."""
    return TEST_ACCOUNTS if settings.SANDBOX else ()


def sandbox_statement() -> list[StatementLine]:
    """What the companies of the sandbox read in their bank statements, newest first; empty outside the sandbox."""
    if not settings.SANDBOX:
        return []
    arrived = SandboxTransfer.objects.filter(paid_at__lte=now() - UNDER_WAY, meaning__in=_ARRIVING)
    return [
        StatementLine(row.account, row.holder, yuan(row.fen), row.remark, row.paid_at + UNDER_WAY)
        for row in arrived.order_by("-paid_at")[:LISTED]
        if row.paid_at
    ]
