from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Exists, OuterRef, Q

from account_center.plumbing.data_keys import holds_data_key
from account_center.plumbing.erasures import proves_erasures
from account_center.plumbing.quota import QuotaHolder, QuotaKey
from account_center.realname.branch_models import BankBranch, BankBranchWord, ListedBank, ListedBankWord
from account_center.realname.hold_models import LegalHold
from account_center.realname.partner_models import Agreement, PartnerVerification, StudentStatus
from account_center.realname.sandbox_models import SandboxCheck
from account_center.realname.scan_models import Handover
from account_center.realname.transfer_models import (
    BankAccountQuota,
    BankAccountQuotaHolder,
    SandboxTransfer,
    Transfer,
)
from account_center.realname.types import (
    ApplicationState,
    ApplicationView,
    AskedAgain,
    ChangeKind,
    Doubt,
    Party,
    RegisterFindings,
    RegisterState,
    ReviewReason,
    ReviewRow,
    Slot,
    Verdict,
    VerificationView,
    Way,
    code_of,
)

__all__ = [
    "Agreement",
    "Application",
    "BankAccountQuota",
    "BankAccountQuotaHolder",
    "BankBranch",
    "BankBranchWord",
    "CardQuota",
    "CardQuotaHolder",
    "Evidence",
    "Handover",
    "LegalHold",
    "ListedBank",
    "ListedBankWord",
    "OrganisationQuota",
    "OrganisationQuotaHolder",
    "PartnerVerification",
    "PersonQuota",
    "PersonQuotaHolder",
    "Reading",
    "SandboxCheck",
    "SandboxTransfer",
    "StudentStatus",
    "Subject",
    "Transfer",
    "Verification",
]

OPEN_STATES = [
    ApplicationState.DRAFT.value,
    ApplicationState.CHECKING.value,
    ApplicationState.REVIEWING.value,
    ApplicationState.ASKED_AGAIN.value,
]


def _kept() -> Q:
    """What an order keeps, or an application that somebody still decides on; the same as retention leaves alone."""
    held = LegalHold.objects.filter(lifted_at__isnull=True, application__subject_id=OuterRef("pk"))
    used = Application.objects.filter(state__in=OPEN_STATES, subject_id=OuterRef("pk"))
    return Q(Exists(held)) | Q(Exists(used))


@holds_data_key
@proves_erasures("identity", row="id", held=_kept)
class Subject(models.Model):
    """A person as stated or proven: everything sensitive sealed with the row's own key, numbers found by blind index."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    # What kind of number ``id_index`` was made of: ``resident_id``, or a document of 2.2.10.
    number_kind = models.CharField(max_length=24, default="resident_id")
    sealed_name = models.BinaryField()
    sealed_id_number = models.BinaryField()
    sealed_card = models.BinaryField(default=bytes)
    sealed_phone = models.BinaryField(default=bytes)
    sealed_more = models.BinaryField(default=bytes)  # JSON: birth date, nationality, expiry
    wrapped_key = models.BinaryField()
    kek_id = models.CharField(max_length=32)
    id_index = models.BinaryField(max_length=32, db_index=True)
    card_index = models.BinaryField(max_length=32, db_index=True, default=bytes)
    name_masked = models.CharField(max_length=100)
    id_masked = models.CharField(max_length=32, db_index=True)
    card_masked = models.CharField(max_length=32)
    phone_masked = models.CharField(max_length=24)
    created_at = models.DateTimeField()
    erase_at = models.DateTimeField(null=True, db_index=True)
    erased_at = models.DateTimeField(null=True)


class Application(models.Model):
    """One attempt to be verified, with its states."""

    reference = models.CharField(max_length=16, unique=True)
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.PROTECT, related_name="applications")
    way = models.CharField(max_length=20, choices=[(way.value, way.value) for way in Way])
    party = models.CharField(
        max_length=12, choices=[(party.value, party.value) for party in Party], default=Party.PERSON.value
    )
    state = models.CharField(max_length=12, choices=[(state.value, state.value) for state in ApplicationState])
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="applications")
    bank_code = models.CharField(max_length=16, blank=True)
    face_id = models.UUIDField(null=True)
    challenge_id = models.UUIDField(null=True)
    # Travels with every question to a provider, so that a repeated question is one question.
    provider_key = models.UUIDField(default=uuid4, unique=True)
    card_reference = models.CharField(max_length=64, blank=True)
    face_reference = models.CharField(max_length=64, blank=True)
    refusal = models.CharField(max_length=64, blank=True)
    consented_at = models.DateTimeField()
    consent_version = models.CharField(max_length=16)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    # Review by staff: since when it waits, by when an answer was promised, who has it.
    submitted_at = models.DateTimeField(null=True)
    promised_by = models.DateTimeField(null=True)
    reviewer_id = models.BigIntegerField(null=True)
    claimed_at = models.DateTimeField(null=True)
    # An organisation's papers: what the register said (state, reference, doubts); nothing of what was stated.
    findings = models.JSONField(default=dict)
    # A change of a verification (2.4): which, and what it replaces once it is approved. Empty: a first verification.
    change = models.CharField(
        max_length=20, blank=True, default="", choices=[(kind.value, kind.value) for kind in ChangeKind]
    )
    replaces = models.ForeignKey("Verification", on_delete=models.PROTECT, null=True, related_name="changes")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant"], condition=Q(state__in=OPEN_STATES), name="one_open_application_per_tenant"
            ),
            models.CheckConstraint(
                condition=Q(change="", replaces__isnull=True) | (~Q(change="") & Q(replaces__isnull=False)),
                name="a_change_says_what_it_replaces",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "-id"], name="applications_of_a_tenant"),
            models.Index(
                fields=["promised_by", "id"], condition=Q(state=ApplicationState.REVIEWING.value), name="review_queue"
            ),
            # The same for a part of it, so that a page costs as much however long the whole queue is.
            models.Index(
                fields=["party", "promised_by", "id"],
                condition=Q(state=ApplicationState.REVIEWING.value),
                name="review_queue_of_a_party",
            ),
            models.Index(
                fields=["reviewer_id", "promised_by", "id"],
                condition=Q(state=ApplicationState.REVIEWING.value),
                name="review_queue_of_a_reviewer",
            ),
        ]

    def view(self) -> ApplicationView:
        """As owner and staff see it."""
        return ApplicationView(
            reference=self.reference,
            tenant_id=self.tenant_id,
            way=Way(self.way),
            state=ApplicationState(self.state),
            name_masked=self.subject.name_masked,
            id_masked=self.subject.id_masked,
            card_masked=self.subject.card_masked,
            phone_masked=self.subject.phone_masked,
            bank_code=self.bank_code,
            refusal=self.refusal,
            created_at=self.created_at,
            confirmed_at=self.confirmed_at,
            decided_at=self.decided_at,
            challenge_uuid=self.challenge_id,
            face_erased=self.face_id is None,
            card_reference=self.card_reference,
            face_reference=self.face_reference,
            party=Party(self.party),
            number_kind=self.subject.number_kind,
            submitted_at=self.submitted_at,
            promised_by=self.promised_by,
            asked=self._asked() if self.state == ApplicationState.ASKED_AGAIN else (),
            transfer=self.transfer.view(self.bank_code) if self.way == Way.BANK_ACCOUNT else None,
            change=self.change_kind(),
            partner=self.partner.source() if self.way == Way.PARTNER else None,
        )

    def change_kind(self) -> ChangeKind | None:
        """What it changes; None for a first verification."""
        return ChangeKind(self.change) if self.change else None

    def _asked(self) -> tuple[AskedAgain, ...]:
        wanted = self.evidence.filter(verdict=Verdict.AGAIN.value, replaced_at__isnull=True).order_by("pk")
        return tuple(_asked_again(one, Party(self.party)) for one in wanted)

    def register_findings(self) -> RegisterFindings | None:
        """What the register said, for the reviewer; None where it was never asked."""
        if not self.findings:
            return None
        return RegisterFindings(
            state=RegisterState(self.findings["state"]) if self.findings["state"] else None,
            reference=self.findings["reference"],
            doubts=tuple(Doubt(doubt) for doubt in self.findings["doubts"]),
        )

    def review_row(self) -> ReviewRow:
        """As it stands in the queue."""
        submitted = self.submitted_at or self.created_at
        return ReviewRow(
            id=self.pk,
            reference=self.reference,
            way=Way(self.way),
            party=Party(self.party),
            number_kind=self.subject.number_kind,
            name_masked=self.subject.name_masked,
            submitted_at=submitted,
            promised_by=self.promised_by or submitted,
            reviewer_id=self.reviewer_id,
            claimed_at=self.claimed_at,
            change=self.change_kind(),
        )


def _asked_again(one: "Evidence", party: Party) -> AskedAgain:
    reason = ReviewReason(one.reason)
    asked_at = one.judged_at or one.uploaded_at
    return AskedAgain(slot=Slot(one.slot), reason=reason, code=code_of(reason, party), at=asked_at)


class Evidence(models.Model):
    """One picture of an application and what staff said of it. A new picture replaces the old row, which stays as proof."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="evidence")
    slot = models.CharField(max_length=12, choices=[(slot.value, slot.value) for slot in Slot])
    image_id = models.UUIDField(unique=True)
    uploaded_at = models.DateTimeField()
    verdict = models.CharField(max_length=8, blank=True, choices=[(one.value, one.value) for one in Verdict])
    reason = models.CharField(max_length=24, blank=True, choices=[(one.value, one.value) for one in ReviewReason])
    judged_at = models.DateTimeField(null=True)
    judged_by = models.BigIntegerField(null=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "slot"], condition=Q(replaced_at__isnull=True), name="one_live_picture_per_slot"
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=["", Verdict.FINE.value], reason="")
                | (Q(verdict__in=[Verdict.AGAIN.value, Verdict.REFUSED.value]) & ~Q(reason="")),
                name="a_bad_picture_has_its_reason",
            ),
        ]


@holds_data_key
class Reading(models.Model):
    """What a machine read on a picture, sealed with the row's own key. Deleted with the decision on the application."""

    evidence = models.OneToOneField(Evidence, on_delete=models.CASCADE, related_name="reading")
    sealed_lines = models.BinaryField(default=bytes)  # JSON: texts from top to bottom; empty: it could not be read
    wrapped_key = models.BinaryField()
    kek_id = models.CharField(max_length=32)
    read_at = models.DateTimeField()


class Verification(models.Model):
    """What holds: one live row per tenant. A change replaces it; nothing removes it (2.1.14)."""

    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.PROTECT, related_name="verifications")
    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="verification")
    way = models.CharField(max_length=20, choices=[(way.value, way.value) for way in Way])
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="verifications")
    verified_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant"], condition=Q(replaced_at__isnull=True), name="one_live_verification_per_tenant"
            )
        ]

    def view(self) -> VerificationView:
        """As owner and staff see it."""
        return VerificationView(
            tenant_id=self.tenant_id,
            way=Way(self.way),
            name_masked=self.subject.name_masked,
            id_masked=self.subject.id_masked,
            verified_at=self.verified_at,
            reference=self.application.reference,
            party=Party(self.application.party),
            change=self.application.change_kind(),
            replaced_at=self.replaced_at,
            decided_by=self.application.reviewer_id,
            partner=self.application.partner.source() if self.way == Way.PARTNER else None,
        )


class PersonQuota(QuotaKey):
    """How many tenants one person's number stands behind (2.2.9)."""


class PersonQuotaHolder(QuotaHolder):
    quota = models.ForeignKey(PersonQuota, on_delete=models.CASCADE, related_name="holders")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["quota", "holder"], name="one_place_per_person_and_tenant")
        ]


class CardQuota(QuotaKey):
    """How many tenants one bank card verified (2.2.5)."""


class CardQuotaHolder(QuotaHolder):
    quota = models.ForeignKey(CardQuota, on_delete=models.CASCADE, related_name="holders")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["quota", "holder"], name="one_place_per_card_and_tenant")
        ]


class OrganisationQuota(QuotaKey):
    """How many tenants one organisation stands behind (2.3.26)."""


class OrganisationQuotaHolder(QuotaHolder):
    quota = models.ForeignKey(OrganisationQuota, on_delete=models.CASCADE, related_name="holders")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["quota", "holder"], name="one_place_per_organisation_and_tenant")
        ]
