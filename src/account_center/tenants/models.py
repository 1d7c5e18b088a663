from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from account_center.plumbing.quota import QuotaHolder, QuotaKey
from account_center.tenants.types import Site, TenantFacts, TenantState, ZoneMark


class Tenant(models.Model):
    """The object that owns contracts, funds, orders and resources (1.2)."""

    public_id = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=64)
    name_key = models.CharField(max_length=64)
    site = models.CharField(max_length=13, choices=[(site.value, site.value) for site in Site])
    country = models.CharField(max_length=2)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="tenants")
    state = models.CharField(
        max_length=9, choices=[(state.value, state.value) for state in TenantState], default=TenantState.OPEN.value
    )
    contact_phone = models.CharField(max_length=16, blank=True, default="")
    contact_email = models.CharField(max_length=254, blank=True, default="")
    contact_email_key = models.CharField(max_length=254, null=True, blank=True)
    # What an organisation calls itself before it is verified (3.1.7); afterwards the verification says it.
    organisation_name = models.CharField(max_length=100, blank=True, default="")
    marks = models.JSONField(default=list, blank=True)
    activated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner"], condition=~Q(state=TenantState.CANCELLED.value), name="one_live_tenant_per_account"
            ),
            # One address: one tenant, and never the same on both sites (1.9, 3.1.4).
            models.UniqueConstraint(
                fields=["contact_email_key"],
                condition=~Q(state=TenantState.CANCELLED.value),
                name="one_live_tenant_per_email",
            ),
            models.UniqueConstraint(
                fields=["site", "name_key"],
                condition=~Q(state=TenantState.CANCELLED.value),
                name="one_live_tenant_per_name_and_site",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["contact_phone"], condition=~Q(contact_phone=""), name="tenants_by_phone"),
            models.Index(fields=["name_key"], name="tenants_by_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.public_id})"

    def facts(self) -> TenantFacts:
        """What other rooms may know."""
        return TenantFacts(
            id=self.pk,
            public_id=self.public_id,
            name=self.name,
            site=Site(self.site),
            country=self.country,
            owner_id=self.owner_id,
            state=TenantState(self.state),
            contact_phone=self.contact_phone,
            contact_email=self.contact_email,
            activated_at=self.activated_at,
            organisation_name=self.organisation_name,
            marks=frozenset(ZoneMark(mark) for mark in self.marks),
        )


class TenantPhoneQuota(QuotaKey):
    """How many tenants one phone stands behind (1.8)."""


class TenantPhoneQuotaHolder(QuotaHolder):
    quota = models.ForeignKey(TenantPhoneQuota, on_delete=models.CASCADE, related_name="holders")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["quota", "holder"], name="one_place_per_tenant")]
