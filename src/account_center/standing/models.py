from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from account_center.standing.types import CustomerKind, HoldFacts, HoldReason, VerificationStatus


class TenantStanding(models.Model):
    """What holds for a tenant apart from its holds. A tenant without a row is undeclared and not verified."""

    tenant = models.OneToOneField("tenants.Tenant", on_delete=models.CASCADE, related_name="standing", primary_key=True)
    customer_kind = models.CharField(
        max_length=10,
        choices=[(kind.value, kind.value) for kind in CustomerKind],
        default=CustomerKind.UNDECLARED.value,
    )
    verification = models.CharField(
        max_length=11,
        choices=[(status.value, status.value) for status in VerificationStatus],
        default=VerificationStatus.NONE.value,
    )
    verified_at = models.DateTimeField(null=True)
    # 2.1.16: of the person the tenant is verified as; from this moment on it counts no more.
    student_until = models.DateTimeField(null=True)
    # 2.3.20: invoices go by the verified name, so whoever makes them out must hear of a change of it.
    name_since = models.DateTimeField(null=True)
    name_waits_since = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(verification=VerificationStatus.VERIFIED.value, verified_at__isnull=False)
                & ~Q(customer_kind=CustomerKind.UNDECLARED.value)
                | ~Q(verification=VerificationStatus.VERIFIED.value) & Q(verified_at__isnull=True),
                name="verified_says_since_when_and_as_what",
            ),
        ]


class Hold(models.Model):
    """A freeze (1.39) or restriction (1.40). Several stand at once, and each is lifted by itself."""

    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.CASCADE, related_name="holds")
    reason = models.CharField(max_length=32, choices=[(reason.value, reason.value) for reason in HoldReason])
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True, default="")
    placed_by = models.CharField(max_length=64)
    placed_at = models.DateTimeField()
    lifted_by = models.CharField(max_length=64, blank=True, default="")
    lifted_at = models.DateTimeField(null=True)
    lift_note = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="a_hold_ends_after_it_began"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | ~Q(lifted_by=""), name="a_lifted_hold_says_by_whom"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant"], condition=Q(lifted_at__isnull=True), name="standing_holds_in_force")
        ]

    def facts(self) -> HoldFacts:
        """What the decision reads."""
        return HoldFacts(id=self.pk, reason=HoldReason(self.reason), since=self.since, until=self.until)


class StandingChange(models.Model):
    """Written with every change, so that other processes see that a tenant's answers may differ now."""

    tenant = models.CharField(max_length=24)  # the public ID
    at = models.DateTimeField(db_index=True)
