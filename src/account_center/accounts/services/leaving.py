"""Deleting an ID account: what is left is a number that the events can name."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from account_center.accounts.errors import OnlyIdAccountsAreDeleted
from account_center.accounts.models import Account, PhoneQuota, RestingName
from account_center.accounts.queries import name_digest, phone_digest
from account_center.accounts.services.opening import locked
from account_center.accounts.types import AccountKind, AccountState
from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.kit.limits import DAY
from account_center.plumbing.quota import give_place_back


@transaction.atomic
def delete_account(*, actor: Actor, account_id: int, now: datetime) -> None:
    """Empties the ID account and ends all its sessions: phone, e-mail and the phone's place are free at once (1.12).

    The name rests for ``deleted_name_rest_days``. Raises NoSuchAccount (also the second time), OnlyIdAccountsAreDeleted.
    """
    row = locked(account_id)
    if row.kind != AccountKind.ID:
        raise OnlyIdAccountsAreDeleted
    until = now + timedelta(seconds=settings.LIMITS.deleted_name_rest_days * DAY)
    RestingName.objects.update_or_create(digest=name_digest(row.name_key), defaults={"until": until})
    if row.phone:
        give_place_back(PhoneQuota, digest=phone_digest(row.phone), holder=row.pk)
    row.old_passwords.all().delete()
    _empty(row)
    record(actor=actor, event="accounts:account:deleted", account_id=row.pk)


def _empty(row: Account) -> None:
    row.state = AccountState.DELETED.value
    row.name, row.name_key = "", f"deleted:{row.pk}"
    row.phone, row.phone_proven_at = "", None
    row.email, row.email_key, row.email_proven_at = "", None, None
    row.password = ""
    row.epoch += 1
    row.save()
