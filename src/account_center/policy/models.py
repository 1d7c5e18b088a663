from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from account_center.kit.networks import parse_networks
from account_center.policy.types import (
    LEAST_SESSION_MINUTES,
    MOST_HISTORY,
    MOST_MIN_AGE_HOURS,
    MOST_PASSWORD_DAYS,
    MOST_SESSION_MINUTES,
    LeastCheck,
    PolicyFacts,
)

HOURS_OF_A_DAY = 24


class SecurityPolicy(models.Model):
    """What a tenant asks of its users. A tenant without a row has the operator's defaults."""

    tenant = models.OneToOneField(
        "tenants.Tenant", on_delete=models.CASCADE, related_name="security_policy", primary_key=True
    )
    version = models.PositiveIntegerField(default=1)
    networks = models.JSONField(default=list, blank=True)
    password_days = models.PositiveSmallIntegerField(default=0)
    password_history = models.PositiveSmallIntegerField(default=0)
    password_min_hours = models.PositiveSmallIntegerField(default=0)
    session_minutes = models.PositiveIntegerField(default=0)
    least_check = models.CharField(
        max_length=13,
        choices=[(check.value, check.value) for check in LeastCheck],
        default=LeastCheck.ANY.value,
    )
    # The owner's way back in past the list of networks: one at a time, from one address (IPv6: its /64).
    way_back = models.CharField(max_length=49, blank=True, default="")
    way_back_until = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(password_days__lte=MOST_PASSWORD_DAYS), name="passwords_count_180_days_at_most"
            ),
            models.CheckConstraint(condition=Q(password_history__lte=MOST_HISTORY), name="password_history_bound"),
            models.CheckConstraint(
                condition=Q(password_min_hours__lte=MOST_MIN_AGE_HOURS), name="password_minimum_age_bound"
            ),
            models.CheckConstraint(
                condition=Q(password_days=0) | Q(password_min_hours__lt=F("password_days") * HOURS_OF_A_DAY),
                name="passwords_may_be_changed_before_they_run_out",
            ),
            models.CheckConstraint(
                condition=Q(session_minutes=0)
                | Q(session_minutes__gte=LEAST_SESSION_MINUTES, session_minutes__lte=MOST_SESSION_MINUTES),
                name="session_length_bounds",
            ),
            models.CheckConstraint(
                condition=Q(least_check__in=[check.value for check in LeastCheck]), name="least_check_is_known"
            ),
            models.CheckConstraint(
                condition=Q(way_back="", way_back_until__isnull=True)
                | ~Q(way_back="") & Q(way_back_until__isnull=False),
                name="a_way_back_has_address_and_end",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["password_days"], condition=~Q(password_days=0), name="policy_by_password_days")
        ]

    def facts(self) -> PolicyFacts:
        """What pages and services read."""
        return PolicyFacts(
            tenant_id=self.pk,
            version=self.version,
            networks=parse_networks("\n".join(self.networks)),
            password_days=self.password_days,
            password_history=self.password_history,
            password_min_hours=self.password_min_hours,
            session_minutes=self.session_minutes,
            least_check=LeastCheck(self.least_check),
            way_back=next(iter(parse_networks(self.way_back)), None),
            way_back_until=self.way_back_until,
            changed_at=self.changed_at,
        )


class AgeNotice(models.Model):
    """That an account was told that the password set at ``password_of`` runs out; once for each password."""

    account = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="age_notice")
    password_of = models.DateTimeField()
