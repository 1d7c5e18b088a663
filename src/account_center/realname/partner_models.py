"""What trusted sites may tell us of a tenant, and what they told (2.4.10, 2.1.16)."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q

from account_center.realname.types import (
    PartnerMethod,
    PartnerSource,
    Purpose,
    StudentLevel,
    StudentView,
    Study,
    TrustedSite,
)


class Agreement(models.Model):
    """The customer lets one site send one result. Its code is computed from the ID, so that it is not stored."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.PROTECT, related_name="agreements")
    client = models.CharField(max_length=64)  # a client ID: never given twice
    site = models.CharField(max_length=100)  # what it was called then
    purpose = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Purpose])
    consent_version = models.CharField(max_length=16)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    # What the site sent last was not taken: its customer reads why, and the agreement stays for a better one.
    refused_at = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=64, blank=True, default="")
    refusal_facts = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "client", "purpose"],
                condition=Q(used_at__isnull=True, withdrawn_at__isnull=True),
                name="one_open_agreement_per_site_and_purpose",
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(withdrawn_at__isnull=True), name="used_or_withdrawn_not_both"
            ),
        ]


class PartnerVerification(models.Model):
    """Where the application of a partner site's result came from."""

    application = models.OneToOneField("realname.Application", on_delete=models.PROTECT, related_name="partner")
    agreement = models.OneToOneField(Agreement, on_delete=models.PROTECT, related_name="verification")
    client = models.CharField(max_length=64)
    site = models.CharField(max_length=100)
    reference = models.CharField(max_length=64)  # the partner's own
    content = models.BinaryField(max_length=32)  # keyed digest of what was sent
    method = models.CharField(max_length=16, choices=[(one.value, one.value) for one in PartnerMethod])
    verified_on = models.DateField()
    received_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["client", "reference"], name="one_result_per_reference_of_a_site")
        ]
        indexes: ClassVar = [models.Index(fields=["client", "-id"], name="results_of_a_site")]

    def source(self) -> PartnerSource:
        """As owner and staff see it."""
        return PartnerSource(
            site=TrustedSite(self.client, self.site),
            reference=self.reference,
            method=PartnerMethod(self.method),
            verified_on=self.verified_on,
            received_at=self.received_at,
        )


class StudentStatus(models.Model):
    """That the person a tenant is verified as is a student, until a day; told by a site, or given by staff."""

    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.PROTECT, related_name="student_statuses")
    # It is about this person: another verification ends it.
    verification = models.ForeignKey("realname.Verification", on_delete=models.PROTECT, related_name="student_statuses")
    school = models.CharField(max_length=100)
    level = models.CharField(max_length=12, choices=[(one.value, one.value) for one in StudentLevel])
    until = models.DateField()  # the last day
    given_at = models.DateTimeField()
    agreement = models.OneToOneField(Agreement, on_delete=models.PROTECT, null=True, related_name="student_status")
    client = models.CharField(max_length=64, blank=True, default="")
    site = models.CharField(max_length=100, blank=True, default="")
    reference = models.CharField(max_length=64, blank=True, default="")
    content = models.BinaryField(max_length=32, default=bytes)
    staff_id = models.BigIntegerField(null=True)
    ticket = models.CharField(max_length=16, blank=True, default="")
    evidence = models.CharField(max_length=200, blank=True, default="")
    ended_at = models.DateTimeField(null=True)  # before its day: replaced, or taken back
    ended_because = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant"], condition=Q(ended_at__isnull=True), name="one_student_status_per_tenant"
            ),
            models.UniqueConstraint(
                fields=["client", "reference"], condition=~Q(client=""), name="one_status_per_reference_of_a_site"
            ),
            models.CheckConstraint(
                condition=(
                    Q(staff_id__isnull=True, ticket="", agreement__isnull=False) & ~Q(client="") & ~Q(reference="")
                )
                | (Q(staff_id__isnull=False, client="", agreement__isnull=True) & ~Q(ticket="") & ~Q(evidence="")),
                name="a_student_status_says_where_it_came_from",
            ),
        ]

    def view(self) -> StudentView:
        """As owner and staff see it."""
        return StudentView(
            study=Study(self.school, StudentLevel(self.level), self.until),
            given_at=self.given_at,
            site=self.site,
            ticket=self.ticket,
            ended_at=self.ended_at,
            ended_because=self.ended_because,
        )
