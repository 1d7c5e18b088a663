from datetime import UTC
from typing import ClassVar

from django.db import models

from account_center.audit.types import EventFacts, Topic


class Seal(models.Model):
    """A link of the chain: a run of events, their digest, and the digest of the link before."""

    # Unique: two sealing runs at one moment cannot both follow the same link, so the chain never forks.
    before = models.BinaryField(max_length=32, unique=True)
    digest = models.BinaryField(max_length=32)
    events = models.PositiveIntegerField()
    sealed_at = models.DateTimeField()


class Event(models.Model):
    """Append-only. Account and tenant are plain numbers: an event outlives what it speaks of."""

    at = models.DateTimeField()
    name = models.CharField(max_length=64)
    # Follows from the name (rules.topic_of), and stands here for the indexes.
    topic = models.CharField(max_length=12, choices=[(topic.value, topic.value) for topic in Topic])
    actor_kind = models.CharField(max_length=12)
    actor_name = models.CharField(max_length=64, blank=True)
    actor_id = models.BigIntegerField(null=True)
    account_id = models.BigIntegerField(null=True)
    tenant_id = models.BigIntegerField(null=True)
    address = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=300, blank=True)
    facts = models.JSONField(default=dict)
    mac = models.BinaryField(max_length=32)
    # Sealing happens after the act, in a run: one chain for all would make every sign-in wait for every other.
    seal = models.ForeignKey(Seal, null=True, on_delete=models.PROTECT, related_name="members")

    class Meta:
        indexes: ClassVar = [
            # An event stands in each of them once, so that reading by topic and period costs writing nothing more.
            models.Index(fields=["account_id", "topic", "at", "id"], name="history_of_an_account"),
            models.Index(fields=["tenant_id", "topic", "at", "id"], name="history_of_a_tenant"),
            models.Index(fields=["id"], condition=models.Q(seal__isnull=True), name="events_to_seal"),
        ]

    def as_facts(self) -> EventFacts:
        """The event as other rooms see it."""
        return EventFacts(
            id=self.pk,
            at=self.at.astimezone(UTC),
            name=self.name,
            actor_kind=self.actor_kind,
            actor_name=self.actor_name,
            account_id=self.account_id,
            tenant_id=self.tenant_id,
            address=self.address,
            agent=self.agent,
            facts=self.facts,
            actor_id=self.actor_id,
            topic=Topic(self.topic),
        )
