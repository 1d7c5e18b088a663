"""The table of stored images. The pictures themselves lie sealed in files beside the database."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from account_center.documents.types import DocumentKind
from account_center.plumbing.data_keys import holds_data_key
from account_center.plumbing.erasures import proves_erasures


@holds_data_key
@proves_erasures("picture", row="public_id", held=lambda: Q(legal_hold=True))
class StoredImage(models.Model):
    """One picture and the only key that opens it. After erasure the key is gone and the facts remain as proof."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=24, choices=[(kind.value, kind.value) for kind in DocumentKind])
    owner = models.CharField(max_length=80, db_index=True)  # such as "realname.application:12"
    wrapped_key = models.BinaryField(null=True, max_length=64)
    kek_id = models.CharField(max_length=40, blank=True, db_index=True)
    sha256 = models.BinaryField(max_length=32)
    size = models.PositiveIntegerField()  # bytes of the JPEG
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    stored_at = models.DateTimeField()
    erase_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)
    legal_hold = models.BooleanField(default=False)
    hold_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["erase_at", "id"], condition=Q(erased_at__isnull=True), name="documents_due"),
            models.Index(fields=["-erased_at", "-id"], condition=Q(erased_at__isnull=False), name="documents_erased"),
        ]
        constraints: ClassVar = [
            # Erased means: the key is gone. Neither may be true without the other.
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True, wrapped_key__isnull=False)
                | Q(erased_at__isnull=False, wrapped_key__isnull=True),
                name="documents_storedimage_key_gone",
            ),
            models.CheckConstraint(
                condition=Q(legal_hold=False, hold_reason="")
                | (Q(legal_hold=True, erased_at__isnull=True) & ~Q(hold_reason="")),
                name="documents_storedimage_hold",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.owner}"
