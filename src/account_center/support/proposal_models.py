"""What goes past the usual and needs two members of staff, and what a ticket asks of that kind (2.1.22)."""

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from account_center.support.types import ProposalKind, ProposalState

KINDS = [(kind.value, kind.value) for kind in ProposalKind]


class Proposal(models.Model):
    """One proposes, another decides. ``subject`` is what it is about: a keyed digest, a reference, a number of a row."""

    public_id = models.UUIDField(unique=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=24, choices=KINDS)
    state = models.CharField(max_length=9, choices=[(state.value, state.value) for state in ProposalState])
    subject = models.CharField(max_length=64)
    shown = models.CharField(max_length=64)  # masked
    allowed = models.PositiveSmallIntegerField(null=True)  # of a limit
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="proposals")
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.PROTECT, null=True, related_name="proposals")
    ticket = models.ForeignKey("support.Ticket", on_delete=models.PROTECT, null=True, related_name="proposals")
    reason = models.CharField(max_length=16)
    note = models.CharField(max_length=200)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["proposed_at", "id"], condition=Q(state=ProposalState.PROPOSED.value), name="open_proposals"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=Q(state=ProposalState.PROPOSED.value),
                name="one_open_proposal_per_subject",
            ),
            # Four eyes, whatever the program above does.
            models.CheckConstraint(
                condition=~Q(state__in=[ProposalState.DONE.value, ProposalState.REFUSED.value])
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
                name="proposal_needs_two_people",
            ),
            models.CheckConstraint(
                condition=Q(state=ProposalState.PROPOSED.value, decided_at__isnull=True)
                | (~Q(state=ProposalState.PROPOSED.value) & Q(decided_at__isnull=False)),
                name="a_decided_proposal_has_its_date",
            ),
        ]


class Wish(models.Model):
    """What the ticket of a customer asks for: a higher limit. The number stands here as a keyed digest and masked."""

    ticket = models.OneToOneField("support.Ticket", on_delete=models.CASCADE, related_name="wish")
    kind = models.CharField(max_length=24, choices=KINDS)
    subject = models.CharField(max_length=64)
    shown = models.CharField(max_length=64)
    wanted = models.PositiveSmallIntegerField()
