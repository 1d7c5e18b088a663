"""Legal holds: what an authority or a court wants kept is kept, whatever the dates of erasing say."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from account_center.realname.types import LegalHoldView


class LegalHold(models.Model):
    """Keeps everything of one application. Placed by one member of staff; two are needed to lift it."""

    application = models.ForeignKey("realname.Application", on_delete=models.PROTECT, related_name="legal_holds")
    order = models.CharField(max_length=80)  # reference of the order, as its sender wrote it
    reason = models.CharField(max_length=200)
    placed_by = models.BigIntegerField()
    placed_at = models.DateTimeField()
    lifted_by = models.BigIntegerField(null=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(lifted_at__isnull=True), name="one_legal_hold_per_application"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="a_lifted_legal_hold_says_by_whom",
            ),
        ]

    def view(self) -> LegalHoldView:
        """As staff see it."""
        return LegalHoldView(
            id=self.pk,
            reference=self.application.reference,
            tenant_id=self.application.tenant_id,
            order=self.order,
            reason=self.reason,
            placed_by=self.placed_by,
            placed_at=self.placed_at,
            lifted_by=self.lifted_by,
            lifted_at=self.lifted_at,
        )
