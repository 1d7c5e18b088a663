"""A legacy account becomes an ID account."""

from django.db import IntegrityError, transaction

from account_center.accounts.services.opening import (
    checked_name,
    locked,
    refuse_resting_name,
    refuse_taken_name,
    take_phone,
    what_collided,
)
from account_center.accounts.types import AccountFacts, AccountKind
from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.kit.names import name_key


@transaction.atomic
def become_id_account(*, actor: Actor, account_id: int, name: str) -> AccountFacts | None:
    """Makes the legacy account an ID account with the same phone, e-mail, password and sessions (1.34).

    ``name`` is its present name, or another if that one is taken among ID accounts. None if it is no legacy account
    (any more): then nothing was done, so that twice is once. Raises BadAccountName, NameTaken, EmailTaken, PhoneFull; then nothing was changed.
    """
    row = locked(account_id)
    if row.kind != AccountKind.LEGACY:
        return None
    kept = checked_name(name)
    refuse_taken_name(kept, kind=AccountKind.ID)
    before, row.name, row.name_key, row.kind = row.name, kept, name_key(kept), AccountKind.ID.value
    try:
        with transaction.atomic():
            row.save(update_fields=["kind", "name", "name_key"])
            refuse_resting_name(row)
    except IntegrityError as collision:
        raise what_collided(row) from collision
    take_phone(row)
    record(actor=actor, event="accounts:account:upgraded", account_id=row.pk, facts={"before": before, "after": kept})
    return row.facts()
