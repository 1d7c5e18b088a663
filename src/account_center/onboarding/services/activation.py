"""Activating the cloud for an ID account."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language

from account_center.accounts.queries import account
from account_center.accounts.services import hold_account
from account_center.accounts.types import AccountFacts, AccountKind
from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.kit.countries import country_name
from account_center.kit.email import BadEmail, parse_email
from account_center.kit.masking import mask_email
from account_center.kit.phone import BadPhone, parse_phone
from account_center.kit.refused import Refused
from account_center.onboarding.errors import ActivationIsForIdAccounts
from account_center.standing.services import open_standing
from account_center.tenants.errors import EmailTakenByTenant, OutsideServiceArea, PhoneNotMainland
from account_center.tenants.queries import email_is_taken, places_of_phone, tenant_of
from account_center.tenants.queries import obstacles as obstacles_to_activation
from account_center.tenants.services import open_tenant, phone_full
from account_center.tenants.types import ActivationFacts, ActivationObstacle, TenantFacts


def obstacles(account_id: int) -> list[Refused]:
    """Every refusal of 1.10 that would meet this account now, each with its way out; empty if it may activate."""
    return _obstacles(_id_account(account(account_id)))


def _obstacles(owner: AccountFacts) -> list[Refused]:
    return [_refusal(obstacle, owner) for obstacle in obstacles_to_activation(activation_facts(owner))]


def activation_facts(owner: AccountFacts) -> ActivationFacts:
    """What the rule needs to know."""
    used, allowed = places_of_phone(owner.phone) if owner.phone else (0, settings.LIMITS.tenants_per_phone)
    return ActivationFacts(
        country=owner.country,
        phone=owner.phone,
        phone_is_mainland=_is_mainland(owner.phone),
        email_taken=bool(owner.email) and _email_taken(owner.email),
        phone_used=used,
        phone_allowed=allowed,
        service_area=settings.SERVICE_AREA,
    )


def activate_cloud(*, actor: Actor, account_id: int, name: str, now: datetime) -> TenantFacts:
    """Creates the tenant of an ID account (1.2). Repeated at will it finds what is there and doubles nothing (1.41).

    Raises the first refusal of 1.10, TenantNameTaken, BadTenantName, ActivationIsForIdAccounts; then nothing is left.
    """
    answer = _activate(actor, _id_account(account(account_id)).id, name=name, now=now)
    if isinstance(answer, Refused):
        raise answer
    return answer


@transaction.atomic
def _activate(actor: Actor, account_id: int, *, name: str, now: datetime) -> TenantFacts | Refused:
    # Held while it is judged and used: it may be deleted, or change its phone, before this or afterwards.
    owner = hold_account(account_id)
    there = tenant_of(account_id)
    if there is not None:
        return there
    refusals = _obstacles(owner)
    if refusals:
        facts = {"code": refusals[0].code}
        record(actor=actor, event="onboarding:activation:refused", account_id=account_id, facts=facts)
        return refusals[0]
    tenant = open_tenant(
        actor=actor,
        owner_id=account_id,
        name=name,
        country=owner.country,
        phone=owner.phone,
        email=owner.email,
        now=now,
    )
    open_standing(tenant_id=tenant.id)
    return tenant


def _id_account(owner: AccountFacts | None) -> AccountFacts:
    if owner is None or owner.kind is not AccountKind.ID:
        raise ActivationIsForIdAccounts
    return owner


def _is_mainland(phone: str) -> bool:
    try:
        return bool(phone) and parse_phone(phone, country="CN").is_mainland_mobile
    except BadPhone:
        return False


def _email_taken(email: str) -> bool:
    try:
        return email_is_taken(parse_email(email).key)
    except BadEmail:
        return False


def _refusal(obstacle: ActivationObstacle, owner: AccountFacts) -> Refused:
    match obstacle:
        case ActivationObstacle.OUTSIDE_SERVICE_AREA:
            return OutsideServiceArea(country=country_name(owner.country, get_language() or "en"))
        case ActivationObstacle.EMAIL_TAKEN:
            return EmailTakenByTenant(email=mask_email(owner.email))
        case ActivationObstacle.PHONE_NOT_MAINLAND:
            return PhoneNotMainland()
        case ActivationObstacle.PHONE_FULL:
            return phone_full(owner.phone)
