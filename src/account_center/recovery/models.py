from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from account_center.plumbing.data_keys import holds_data_key
from account_center.recovery.types import CheckKind, ContactState, FurtherWay, RecoveryState


class HumanCheck(models.Model):
    """One picture or question. Holds a keyed digest of the answer; the first answer, right or wrong, uses it up."""

    public_id = models.UUIDField(default=uuid4, unique=True)
    kind = models.CharField(max_length=8, choices=[(kind.value, kind.value) for kind in CheckKind])
    answer_digest = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(db_index=True)
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)


class Recovery(models.Model):
    """One way from a forgotten password to a new one. Its id is known to one browser only, and it serves once."""

    public_id = models.UUIDField(default=uuid4, unique=True)
    state = models.CharField(
        max_length=7,
        choices=[(state.value, state.value) for state in RecoveryState],
        default=RecoveryState.BEGUN.value,
    )
    # Begun by account name: then the account is known from the start, or there is none of that name.
    by_name = models.BooleanField(default=False)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="recoveries"
    )
    mark = models.CharField(max_length=80, blank=True, default="")
    challenge = models.UUIDField(null=True)
    # Of the first code. The contact itself stands in the challenge; it cannot change without the mark.
    channel = models.CharField(max_length=5, blank=True, default="")
    further = models.CharField(
        max_length=13, blank=True, default="", choices=[(way.value, way.value) for way in FurtherWay]
    )
    further_challenge = models.UUIDField(null=True)
    wait_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_index=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(state="waiting"), name="one_waiting_time_per_account"
            ),
            models.CheckConstraint(
                condition=Q(state="begun") | Q(account__isnull=False), name="further_steps_have_an_account"
            ),
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(wait_until__isnull=False), name="waiting_has_its_end"
            ),
        ]


@holds_data_key
class EmergencyContact(models.Model):
    """Somebody who helps the owner back in. Name and phone or e-mail are sealed; the digest keeps one from being named twice."""

    public_id = models.UUIDField(default=uuid4, unique=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="emergency_contacts")
    # Which of the places of its account it takes: so two requests at once cannot both take the last one.
    place = models.PositiveSmallIntegerField()
    state = models.CharField(
        max_length=9, choices=[(state.value, state.value) for state in ContactState], default=ContactState.NAMED.value
    )
    digest = models.BinaryField(max_length=32)
    sealed = models.BinaryField()
    wrapped_key = models.BinaryField()
    kek_id = models.CharField(max_length=32)
    language = models.CharField(max_length=8, default="en")
    challenge = models.UUIDField(null=True)
    named_at = models.DateTimeField(db_index=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "place"], name="one_contact_per_place"),
            models.UniqueConstraint(fields=["account", "digest"], name="one_place_per_contact"),
            models.CheckConstraint(condition=Q(place__gte=1), name="places_count_from_one"),
            models.CheckConstraint(
                condition=Q(state="named", confirmed_at__isnull=True)
                | Q(state="confirmed", confirmed_at__isnull=False),
                name="confirmed_contact_has_its_time",
            ),
        ]
