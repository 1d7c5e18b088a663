"""Telling owners, once for each password, that it runs out in some days (3.1.20)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import override

from account_center.accounts.queries import account
from account_center.messaging.services import queue_email
from account_center.plumbing.rows import insert_unless_there
from account_center.policy.models import AgeNotice, SecurityPolicy
from account_center.policy.queries import days_left
from account_center.policy.rules import notice_days
from account_center.policy.texts import password_runs_out
from account_center.tenants.types import TenantState

PURPOSE = "password_age"
AT_ONCE = 500


def tell_before_passwords_run_out(*, now: datetime) -> int:
    """Mails everybody whose password runs out within the notice time and who was not told yet. Returns how many.

    Who has no e-mail address sees it on the home page. Twice at once tells nobody twice.
    """
    lengths = SecurityPolicy.objects.exclude(password_days=0).values_list("password_days", flat=True).distinct()
    return sum(_tell_owners(days, now=now) for days in lengths)


def _tell_owners(days: int, *, now: datetime) -> int:
    # By the length that counts for them: then a plain comparison of times finds them, on every database.
    ends = now - timedelta(days=days)
    begins = ends + timedelta(days=notice_days(days, usual=settings.LIMITS.password_notice_days))
    running_out = SecurityPolicy.objects.filter(
        password_days=days,
        tenant__owner__password_changed_at__gt=ends,
        tenant__owner__password_changed_at__lte=begins,
    ).exclude(tenant__state=TenantState.CANCELLED.value)
    owners = running_out.values_list("tenant__owner_id", "tenant__owner__password_changed_at")
    return sum(_tell(owner_id, changed_at, now=now) for owner_id, changed_at in owners.iterator(AT_ONCE))


@transaction.atomic
def _tell(account_id: int, changed_at: datetime, *, now: datetime) -> bool:
    owner = account(account_id)
    left = days_left(account_id=account_id, changed_at=changed_at, now=now)
    if owner is None or not owner.email or left is None or not _note(account_id, changed_at):
        return False
    subject, text = password_runs_out(name=owner.name, days=left, language=owner.language)
    with override(owner.language):  # for the footer
        queue_email(to=owner.email, subject=subject, text=text, purpose=PURPOSE)
    return True


def _note(account_id: int, changed_at: datetime) -> bool:
    """Whether this is the first notice about this password; noted in the same statement that asks."""
    there = AgeNotice.objects.filter(account_id=account_id)
    if there.exclude(password_of=changed_at).update(password_of=changed_at):
        return True
    return insert_unless_there(AgeNotice(account_id=account_id, password_of=changed_at))
