from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q

from account_center.clients.types import ClientFacts
from account_center.plumbing.data_keys import holds_data_key


class ServiceClient(models.Model):
    """A service that may call us. Its secret is random (256 bits) and kept only as a keyed digest."""

    client_id = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=100)
    scopes = models.JSONField(default=list)
    secret_digest = models.BinaryField(max_length=32)
    # After a change of secret the one before works a while longer, so that no service has to stop.
    previous_secret_digest = models.BinaryField(max_length=32, null=True)
    previous_secret_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    disabled_at = models.DateTimeField(null=True)
    changed_by = models.CharField(max_length=64)  # who registered it, or changed it last

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(previous_secret_digest__isnull=True, previous_secret_until__isnull=True)
                | Q(previous_secret_digest__isnull=False, previous_secret_until__isnull=False),
                name="a_previous_secret_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return self.client_id

    def facts(self) -> ClientFacts:
        """What may be shown."""
        return ClientFacts(
            client_id=self.client_id,
            name=self.name,
            scopes=frozenset(self.scopes),
            created_at=self.created_at,
            disabled_at=self.disabled_at,
            previous_secret_until=self.previous_secret_until,
        )


class ServiceToken(models.Model):
    """An opaque bearer token, known by its keyed digest."""

    digest = models.BinaryField(max_length=32, unique=True)
    client = models.ForeignKey(ServiceClient, on_delete=models.CASCADE, related_name="tokens")
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)


@holds_data_key
class SigningKey(models.Model):
    """A key with which a client signs. It is needed in clear to check a signature, so it is sealed, not digested."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    client = models.ForeignKey(ServiceClient, on_delete=models.CASCADE, related_name="signing_keys")
    sealed_key = models.BinaryField()
    wrapped_key = models.BinaryField()
    kek_id = models.CharField(max_length=32)
    created_at = models.DateTimeField()
    # After a change the key before works a while longer, so that no partner has to stop.
    ends_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["client"], condition=Q(ends_at__isnull=True), name="one_lasting_signing_key_per_client"
            ),
        ]


class UsedNonce(models.Model):
    """A signed request that was taken: it is not taken again."""

    digest = models.BinaryField(max_length=32, unique=True)  # keyed, of client and nonce
    at = models.DateTimeField(db_index=True)


class ClientChange(models.Model):
    """Written when tokens of a client die before their time, so that other processes forget them."""

    client = models.CharField(max_length=64)  # the client ID
    at = models.DateTimeField(db_index=True)
