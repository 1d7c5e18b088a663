"""Quotas that hold when requests race: one row per counted key, locked, with the bound as a database constraint."""

from typing import Any, ClassVar

from django.db import IntegrityError, models, transaction
from django.db.models import F, Q

HIGHEST_BOUND = 32_767  # of the column


class QuotaKey(models.Model):
    """One counted thing (a phone, a document, a card), known by a digest.

    ``raised`` keys have a bound of their own in ``allowed``; for all others the setting decides, whenever it changes.
    """

    digest = models.BinaryField(max_length=32, unique=True)
    allowed = models.PositiveSmallIntegerField()
    raised = models.BooleanField(default=False)
    used = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(used__lte=F("allowed")), name="%(app_label)s_%(class)s_bound")
        ]


class QuotaHolder(models.Model):
    """One place taken under a key. Subclasses add ``quota`` (foreign key, related name ``holders``)."""

    holder = models.BigIntegerField(db_index=True)

    class Meta:
        abstract = True


def take_place(keys: type[QuotaKey], *, digest: bytes, holder: int, allowed: int) -> bool:
    """Takes a place for ``holder``; False when all places are taken. Taking twice is taking once.

    Must run inside the transaction of the act that needs the place, so that both happen or neither.
    """
    quota = _locked(keys, digest=digest, allowed=allowed)
    if quota.holders.filter(holder=holder).exists():
        return True
    bound = quota.allowed if quota.raised else allowed
    if quota.used >= bound:
        return False
    quota.holders.create(holder=holder)
    quota.used, quota.allowed = F("used") + 1, bound
    quota.save(update_fields=["used", "allowed"])
    return True


def give_place_back(keys: type[QuotaKey], *, digest: bytes, holder: int) -> None:
    """Frees the place of ``holder``; nothing happens if it has none."""
    quota: Any = keys._default_manager.select_for_update().filter(digest=digest).first()
    if quota is None:
        return
    gone, _ = quota.holders.filter(holder=holder).delete()
    if gone:
        quota.used = F("used") - 1
        quota.save(update_fields=["used"])


def lock_in_order(keys: type[QuotaKey], *, digests: list[bytes]) -> None:
    """Locks several keys before places move between them, so that two moves in opposite directions do not block."""
    list(keys._default_manager.select_for_update().filter(digest__in=digests).order_by("digest"))


def raise_bound(keys: type[QuotaKey], *, digest: bytes, allowed: int) -> int:
    """Sets another bound for this key, never below what is used. Returns the bound now in force."""
    wanted = min(max(allowed, 0), HIGHEST_BOUND)
    quota = _locked(keys, digest=digest, allowed=wanted)
    quota.allowed, quota.raised = max(wanted, quota.used), True
    quota.save(update_fields=["allowed", "raised"])
    return int(quota.allowed)


def places(keys: type[QuotaKey], *, digest: bytes, allowed: int) -> tuple[int, int]:
    """(used, allowed) of a key, without locking it."""
    row = keys._default_manager.filter(digest=digest).values_list("used", "allowed", "raised").first()
    if row is None:
        return 0, allowed
    used, own, raised = row
    return int(used), int(own) if raised else allowed


def has_place(keys: type[QuotaKey], *, digest: bytes, holder: int) -> bool:
    """Whether ``holder`` has a place under this key already."""
    quota: Any = keys._default_manager.filter(digest=digest).first()
    return quota is not None and bool(quota.holders.filter(holder=holder).exists())


def _locked(keys: type[QuotaKey], *, digest: bytes, allowed: int) -> Any:
    found = keys._default_manager.select_for_update().filter(digest=digest).first()
    if found is not None:
        return found
    try:
        # A savepoint: PostgreSQL ends the transaction on a unique violation otherwise.
        with transaction.atomic():
            keys._default_manager.create(digest=digest, allowed=allowed)
    except IntegrityError:
        pass
    return keys._default_manager.select_for_update().get(digest=digest)
