"""The places a person and a card take (2.2.5, 2.2.9), held by the database when requests race."""

from django.conf import settings
from django.db import transaction

from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.plumbing.quota import give_place_back, places, raise_bound, take_place
from account_center.realname.errors import CardFull, OrganisationFull, PersonFull
from account_center.realname.models import Application, CardQuota, OrganisationQuota, PersonQuota, Verification
from account_center.realname.types import Party
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


def _give_organisation_back(row: Application) -> None:
    digest = bytes(row.subject.id_index)
    live = Verification.objects.filter(tenant_id=row.tenant_id, replaced_at__isnull=True, subject__id_index=digest)
    if not live.exists():
        give_place_back(OrganisationQuota, digest=digest, holder=row.tenant_id)


def places_of_person(id_digest: bytes) -> tuple[int, int]:
    """(used, allowed) tenants of one person."""
    return places(PersonQuota, digest=id_digest, allowed=settings.LIMITS.verifications_per_person)


@transaction.atomic
def allow_more_verifications(*, actor: Actor, id_digest: bytes, masked: str, allowed: int, reason: str) -> int:
    """A customer manager's raise for one person (2.2.9). Returns the bound in force. Raises OnlyCustomerManagers."""
    require_customer_manager(actor)
    bound = raise_bound(PersonQuota, digest=id_digest, allowed=allowed)
    record(
        actor=actor,
        event="realname:person_quota:raised",
        facts={"document": masked, "allowed": bound, "reason": reason.strip()[:200]},
    )
    return bound
