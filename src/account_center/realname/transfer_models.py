"""Transfers to companies' accounts, and how many attempts each account has (2.3.1-2.3.16)."""

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from account_center.plumbing.data_keys import holds_data_key
from account_center.plumbing.quota import QuotaHolder, QuotaKey
from account_center.realname.types import ReturnReason, TransferState, TransferView

OPEN_TRANSFERS = [
    TransferState.CREATED.value,
    TransferState.SENDING.value,
    TransferState.SENT.value,
    TransferState.AWAITING_AMOUNT.value,
]


@holds_data_key
class Transfer(models.Model):
    """The payment of one application. The amount is sealed for the payment order and compared by a keyed digest."""

    application = models.OneToOneField("realname.Application", on_delete=models.PROTECT, related_name="transfer")
    state = models.CharField(max_length=16, choices=[(state.value, state.value) for state in TransferState])
    # Travels with the order: one key, one payment. Also the end-to-end identification in payment files.
    key = models.UUIDField(default=uuid4, unique=True)
    wrapped_key = models.BinaryField()
    kek_id = models.CharField(max_length=32)
    sealed_amount = models.BinaryField()
    amount_digest = models.BinaryField(max_length=32)
    account_index = models.BinaryField(max_length=32, db_index=True)
    account_masked = models.CharField(max_length=32)
    branch = models.CharField(max_length=12)
    # As it was called when the form came; empty for a bank that the product knows by its code.
    bank_name = models.CharField(max_length=120, blank=True, default="")
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    provider_reference = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=16, blank=True, choices=[(one.value, one.value) for one in ReturnReason])
    batch = models.CharField(max_length=32, blank=True, db_index=True)  # the payment file it stands in
    created_at = models.DateTimeField()
    expected_by = models.DateTimeField()
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    credited_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=OPEN_TRANSFERS, ended_at__isnull=True)
                | (~Q(state__in=OPEN_TRANSFERS) & Q(ended_at__isnull=False)),
                name="a_transfer_is_open_or_ended",
            ),
            models.CheckConstraint(
                condition=(Q(state=TransferState.RETURNED.value) & ~Q(reason=""))
                | (~Q(state=TransferState.RETURNED.value) & Q(reason="")),
                name="a_returned_transfer_has_its_reason",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["expires_at"], condition=Q(state__in=OPEN_TRANSFERS), name="open_transfers"),
        ]

    def view(self, bank_code: str) -> TransferView:
        """As owner and staff see it."""
        return TransferView(
            state=TransferState(self.state),
            account_masked=self.account_masked,
            bank_code=bank_code,
            bank_name=self.bank_name,
            branch=self.branch,
            tries_left=max(settings.LIMITS.transfer_wrong_amounts - self.wrong_tries, 0),
            expected_by=self.expected_by,
            expires_at=self.expires_at,
            created_at=self.created_at,
            sent_at=self.sent_at,
            credited_at=self.credited_at,
            ended_at=self.ended_at,
        )


class BankAccountQuota(QuotaKey):
    """How many open or failed attempts one company account has (2.3.5): six, then this way is closed to it for good."""


class BankAccountQuotaHolder(QuotaHolder):
    quota = models.ForeignKey(BankAccountQuota, on_delete=models.CASCADE, related_name="holders")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["quota", "holder"], name="one_place_per_bank_account_and_attempt")
        ]


class SandboxTransfer(models.Model):
    """A payment in the sandbox's bank, as the company's bank statement shows it. Never there outside the sandbox."""

    key = models.CharField(max_length=64, unique=True)
    account = models.CharField(max_length=32)
    holder = models.CharField(max_length=200)
    fen = models.PositiveSmallIntegerField()
    remark = models.CharField(max_length=64)
    meaning = models.CharField(max_length=16)
    reference = models.CharField(max_length=40)
    attempts = models.PositiveSmallIntegerField(default=0)
    paid_at = models.DateTimeField(null=True)
