"""The places a person and a card take (2.2.5, 2.2.9), held by the database when requests race."""

from django.conf import settings
from django.db import transaction

from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.plumbing.quota import QuotaKey, give_place_back, places, raise_bound, take_place
from account_center.realname.errors import CardFull, OrganisationFull, PersonFull
from account_center.realname.models import (
    Application,
    BankAccountQuota,
    CardQuota,
    OrganisationQuota,
    PersonQuota,
    Verification,
)
from account_center.realname.types import Counted, CountedNumber, Party, Way
from account_center.tenants.services import require_customer_manager


def take_places(row: Application) -> None:
    """Takes a place for the person and the card, if there is one, in the caller's transaction.

    Raises PersonFull, CardFull.
    """
    limits = settings.LIMITS
    if row.party == Party.ORGANISATION:
        _take_organisation(row)
        return
    person, card = bytes(row.subject.id_index), bytes(row.subject.card_index)
    if not take_place(PersonQuota, digest=person, holder=row.tenant_id, allowed=limits.verifications_per_person):
        used, allowed = places(PersonQuota, digest=person, allowed=limits.verifications_per_person)
        raise PersonFull(field="id_number", used=used, allowed=allowed)
    if card and not take_place(CardQuota, digest=card, holder=row.tenant_id, allowed=limits.verifications_per_card):
        used, allowed = places(CardQuota, digest=card, allowed=limits.verifications_per_card)
        raise CardFull(field="card", used=used, allowed=allowed)


def _take_organisation(row: Application) -> None:
    limits, digest = settings.LIMITS, bytes(row.subject.id_index)
    most = limits.verifications_per_organisation
    if not take_place(OrganisationQuota, digest=digest, holder=row.tenant_id, allowed=most):
        used, allowed = places(OrganisationQuota, digest=digest, allowed=most)
        raise OrganisationFull(field="number", used=used, allowed=allowed)


def give_places_back(row: Application) -> None:
    """Frees what a failed application took, unless a verification of the tenant stands on it."""
    if row.party == Party.ORGANISATION:
        _give_organisation_back(row)
        return
    live = (
        Verification.objects.filter(tenant_id=row.tenant_id, replaced_at__isnull=True).select_related("subject").first()
    )
    if live is None or bytes(live.subject.id_index) != bytes(row.subject.id_index):
        give_place_back(PersonQuota, digest=bytes(row.subject.id_index), holder=row.tenant_id)
    card = bytes(row.subject.card_index)
    if card and (live is None or bytes(live.subject.card_index) != card):
        give_place_back(CardQuota, digest=bytes(row.subject.card_index), holder=row.tenant_id)


def give_places_of_replaced(before: Verification, *, by: Application) -> None:
    """Frees what a replaced verification took, but for what the new one stands on as well."""
    old, new, tenant_id = before.subject, by.subject, before.tenant_id
    same_number = bytes(old.id_index) == bytes(new.id_index)
    if not same_number:
        party = Party(before.application.party)
        keys = OrganisationQuota if party is Party.ORGANISATION else PersonQuota
        give_place_back(keys, digest=bytes(old.id_index), holder=tenant_id)
    card = bytes(old.card_index)
    if card and bytes(new.card_index) != card:
        give_place_back(CardQuota, digest=card, holder=tenant_id)


def _give_organisation_back(row: Application) -> None:
    digest = bytes(row.subject.id_index)
    live = Verification.objects.filter(tenant_id=row.tenant_id, replaced_at__isnull=True, subject__id_index=digest)
    if not live.exists():
        give_place_back(OrganisationQuota, digest=digest, holder=row.tenant_id)


_QUOTAS: dict[Counted, tuple[type[QuotaKey], str]] = {
    Counted.PERSON: (PersonQuota, "verifications_per_person"),
    Counted.ORGANISATION: (OrganisationQuota, "verifications_per_organisation"),
    Counted.CARD: (CardQuota, "verifications_per_card"),
    Counted.BANK_ACCOUNT: (BankAccountQuota, "transfer_failures"),
}
_RAISED = {
    Counted.PERSON: "realname:person_quota:raised",
    Counted.ORGANISATION: "realname:organisation_quota:raised",
    Counted.CARD: "realname:card_quota:raised",
    Counted.BANK_ACCOUNT: "realname:account_quota:raised",
}


def counted(kind: Counted, *, digest: bytes, masked: str) -> CountedNumber:
    """The number with what is used of its limit now."""
    keys, limit = _QUOTAS[kind]
    used, allowed = places(keys, digest=digest, allowed=getattr(settings.LIMITS, limit))
    return CountedNumber(kind, digest, masked, used, allowed)


def uncounted(kind: Counted, *, digest: bytes, masked: str) -> CountedNumber:
    """The number with the limit that every such number has: for whoever typed one and has shown nothing of it."""
    return CountedNumber(kind, digest, masked, 0, getattr(settings.LIMITS, _QUOTAS[kind][1]))


def numbers_behind(tenant_id: int) -> list[CountedNumber]:
    """What the tenant's newest attempt is counted by: a person or an organisation, a card, a bank account."""
    rows = Application.objects.select_related("subject", "transfer").filter(tenant_id=tenant_id)
    row = rows.order_by("-pk").first()
    if row is None:
        return []
    subject = row.subject
    who = Counted.ORGANISATION if row.party == Party.ORGANISATION else Counted.PERSON
    found = [counted(who, digest=bytes(subject.id_index), masked=subject.id_masked)]
    if subject.card_index:
        found.append(counted(Counted.CARD, digest=bytes(subject.card_index), masked=subject.card_masked))
    if row.way == Way.BANK_ACCOUNT:
        transfer = row.transfer
        found.append(
            counted(Counted.BANK_ACCOUNT, digest=bytes(transfer.account_index), masked=transfer.account_masked)
        )
    return found


@transaction.atomic
def allow_more_verifications(
    *, actor: Actor, id_digest: bytes, masked: str, allowed: int, reason: str, kind: Counted = Counted.PERSON
) -> int:
    """A customer manager's raise for one number (2.1.22). Returns the bound in force. Raises OnlyCustomerManagers."""
    require_customer_manager(actor)
    bound = raise_bound(_QUOTAS[kind][0], digest=id_digest, allowed=allowed)
    record(
        actor=actor,
        event=_RAISED[kind],
        facts={"document": masked, "allowed": bound, "reason": reason.strip()[:200]},
    )
    return bound
