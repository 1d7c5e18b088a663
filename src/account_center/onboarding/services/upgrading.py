"""A legacy account and its tenant become an ID account and its tenant (1.29 to 1.36)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import override

from account_center.accounts.errors import EmailTaken, PhoneFull
from account_center.accounts.queries import account, account_by_name, places_of_phone
from account_center.accounts.services import become_id_account, hold_account
from account_center.accounts.types import AccountFacts, AccountKind, AccountState
from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.kit.masking import mask_email, mask_phone
from account_center.kit.refused import Refused
from account_center.messaging.services import queue_email, queue_sms
from account_center.onboarding.errors import (
    EmailHasIdAccount,
    IdAccountAbroad,
    IdAccountFrozen,
    IdAccountInUse,
    LegacyAccountFrozen,
    OfficialSiteStaysLegacy,
    PartnerStaysLegacy,
    PhoneHasNoPlaceLeft,
    UpgradeIsForLegacyAccounts,
)
from account_center.onboarding.queries import sharing_accounts
from account_center.onboarding.rules import judge_candidate
from account_center.onboarding.texts import upgraded_notice
from account_center.onboarding.types import CandidateVerdict
from account_center.signin.errors import FreshProofMissing
from account_center.signin.services import phone_country
from account_center.signin.services.fresh import use_fresh_proof
from account_center.signin.types import SensitiveAction
from account_center.tenants.queries import tenant_of
from account_center.tenants.types import ZoneMark

PURPOSE = "account_upgraded"
EMAIL_REFUSALS: dict[CandidateVerdict, type[Refused]] = {
    CandidateVerdict.FITS: EmailHasIdAccount,
    CandidateVerdict.HAS_TENANT: IdAccountInUse,
    CandidateVerdict.OTHER_COUNTRY: IdAccountAbroad,
    CandidateVerdict.FROZEN: IdAccountFrozen,
}


def stays_legacy(legacy: AccountFacts) -> list[Refused]:
    """What keeps this account from ever being upgraded as it is, whoever asks (1.36); empty if nothing does."""
    tenant = tenant_of(legacy.id)
    marks = tenant.marks if tenant else frozenset()
    found: list[Refused] = []
    if ZoneMark.PARTNER in marks:
        found.append(PartnerStaysLegacy())
    if ZoneMark.OFFICIAL_SITE in marks:
        found.append(OfficialSiteStaysLegacy())
    if legacy.state is AccountState.FROZEN:
        found.append(LegacyAccountFrozen())
    return found


def upgrade_obstacles(legacy: AccountFacts) -> list[Refused]:
    """Every refusal that would meet the upgrade now, each with its way out (1.33, 1.36); empty if nothing stands in the way.

    Tells about other accounts of the phone and e-mail: only for whoever has just proven to be the owner.
    """
    return [*stays_legacy(legacy), *_email_obstacles(legacy), *_phone_obstacles(legacy)]


def _email_obstacles(legacy: AccountFacts) -> list[Refused]:
    same = [found for found in sharing_accounts(legacy) if found.same_email]
    return [
        EMAIL_REFUSALS[judge_candidate(found, country=legacy.country)](email=mask_email(legacy.email)) for found in same
    ]


def _phone_obstacles(legacy: AccountFacts) -> list[Refused]:
    if not legacy.phone:
        return []
    used, allowed = places_of_phone(legacy.phone)
    return [_no_place_left(legacy, used=used, allowed=allowed)] if used >= allowed else []


def _no_place_left(legacy: AccountFacts, *, used: int, allowed: int) -> PhoneHasNoPlaceLeft:
    return PhoneHasNoPlaceLeft(phone=mask_phone(legacy.phone), used=used, allowed=allowed)


def name_is_free(legacy: AccountFacts) -> bool:
    """Whether the account can keep its name; names of legacy and ID accounts live in separate name spaces."""
    return account_by_name(legacy.name, kind=AccountKind.ID) is None


def upgrade_account(*, actor: Actor, account_id: int, name: str, proof: UUID, now: datetime) -> AccountFacts:
    """The legacy account becomes an ID account: phone, e-mail, password, tenant and sessions stay (1.34). Twice is once.

    ``name`` is the present one, or another if that is taken. Raises FreshProofMissing, UpgradeIsForLegacyAccounts, the
    refusals of ``upgrade_obstacles``, NameTaken, BadAccountName; then nothing was changed.
    """
    legacy = _legacy(account_id)
    if legacy.kind is AccountKind.ID:
        return legacy
    obstacles = upgrade_obstacles(legacy)
    if obstacles:
        # A twin of this very request may have been faster; then what stands in the way is the account itself.
        there = _legacy(account_id)
        if there.kind is AccountKind.ID:
            return there
        record(
            actor=actor, event="onboarding:upgrade:refused", account_id=account_id, facts={"code": obstacles[0].code}
        )
        raise obstacles[0]
    try:
        return _upgrade(actor, legacy, name=name, proof=proof, now=now)
    except FreshProofMissing:
        return _upgraded_meanwhile(account_id)
    except (EmailTaken, PhoneFull) as raced:
        # Somebody took the address or the place between the look and the act; now the look says who.
        raise next(iter(upgrade_obstacles(_legacy(account_id))), raced) from raced


@transaction.atomic
def _upgrade(actor: Actor, legacy: AccountFacts, *, name: str, proof: UUID, now: datetime) -> AccountFacts:
    held = hold_account(legacy.id)
    use_fresh_proof(account_id=legacy.id, proof=proof, action=SensitiveAction.UPGRADE, now=now)
    # Looked at again while the account is held: it may have become a partner's since.
    for obstacle in stays_legacy(held):
        raise obstacle
    upgraded = become_id_account(actor=actor, account_id=legacy.id, name=name)
    if upgraded is None:  # another browser was faster
        return _legacy(legacy.id)
    _tell(upgraded)
    return upgraded


def _upgraded_meanwhile(account_id: int) -> AccountFacts:
    """The answer to the second of two clicks, whose proof the first one spent. Raises FreshProofMissing if it was not that."""
    found = _legacy(account_id)
    if found.kind is not AccountKind.ID:
        raise FreshProofMissing
    return found


def _tell(upgraded: AccountFacts) -> None:
    subject, text = upgraded_notice(upgraded)
    if upgraded.email:
        with override(upgraded.language):  # for the footer
            queue_email(to=upgraded.email, subject=subject, text=text, purpose=PURPOSE)
    elif upgraded.phone:
        country = phone_country(upgraded.phone, upgraded.country)
        queue_sms(to=upgraded.phone, country=country, text=text, purpose=PURPOSE)


def _legacy(account_id: int) -> AccountFacts:
    found = account(account_id)
    if found is None or found.kind not in (AccountKind.LEGACY, AccountKind.ID):
        raise UpgradeIsForLegacyAccounts
    return found
