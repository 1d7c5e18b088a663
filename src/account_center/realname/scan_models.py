"""Links by which a verification by scan is handed over to a phone."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q

from account_center.realname.types import ApplicationState, HandoverState, HandoverView, PhoneView

LIVE_HANDOVERS = [HandoverState.WAITING.value, HandoverState.TAKEN.value]


class Handover(models.Model):
    """One link. It counts once, for one browser, for a short time, and while the session that showed it lives.

    The token in the link and the secret of the phone's browser are kept as keyed digests only; the former goes when
    the link ends, so that an old link and one that never was are the same.
    """

    id = models.UUIDField(primary_key=True, default=uuid4)
    application = models.ForeignKey("realname.Application", on_delete=models.PROTECT, related_name="handovers")
    state = models.CharField(max_length=12, choices=[(state.value, state.value) for state in HandoverState])
    link_digest = models.BinaryField(max_length=32, null=True, unique=True)
    phone_digest = models.BinaryField(max_length=32, null=True)
    session_id = models.UUIDField(null=True)  # the public number of the session that shows the code
    phone_agent = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    agreed_at = models.DateTimeField(null=True)  # the person at the phone agreed to the comparison of the face
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(state__in=LIVE_HANDOVERS), name="one_live_link_per_application"
            ),
            models.CheckConstraint(
                condition=Q(state__in=LIVE_HANDOVERS, ended_at__isnull=True, link_digest__isnull=False)
                | (~Q(state__in=LIVE_HANDOVERS) & Q(ended_at__isnull=False, link_digest__isnull=True)),
                name="a_link_counts_or_has_ended",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[HandoverState.TAKEN.value, HandoverState.USED.value])
                | Q(phone_digest__isnull=False, taken_at__isnull=False),
                name="a_taken_link_has_its_phone",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["expires_at"], condition=Q(ended_at__isnull=True), name="live_links"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    def view(self) -> HandoverView:
        """As the computer that shows the code sees it."""
        return HandoverView(
            state=HandoverState(self.state),
            expires_at=self.expires_at,
            taken_at=self.taken_at,
            phone_agent=self.phone_agent,
        )

    def phone_view(self, account_masked: str) -> PhoneView:
        """As the phone sees it."""
        return PhoneView(
            handover_id=self.pk,
            handover=HandoverState(self.state),
            application=ApplicationState(self.application.state),
            reference=self.application.reference,
            name_masked=self.application.subject.name_masked,
            account_masked=account_masked,
            expires_at=self.expires_at,
            refusal=self.application.refusal,
        )
