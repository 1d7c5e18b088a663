"""What the sandbox's card checker, face comparer and register remember. It holds no name, number or picture."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class SandboxCheck(models.Model):
    """One question asked under one key. ``answer`` stays empty while the sandbox plays busy."""

    class Kind(models.TextChoices):
        CARD = "card", "card"
        FACE = "face", "face"
        REGISTER = "register", "register"

    key = models.CharField(max_length=128)
    kind = models.CharField(max_length=8, choices=Kind)
    answer = models.CharField(max_length=40, blank=True)
    reference = models.CharField(max_length=40, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "key"], name="realname_sandboxcheck_once"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="realname_sandboxcheck_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
