"""Reading what stands between a legacy account and its upgrade."""

from account_center.accounts.queries import account_by_email, accounts_by_phone
from account_center.accounts.types import AccountFacts, AccountKind, AccountState
from account_center.kit.email import BadEmail, parse_email
from account_center.kit.masking import mask_number
from account_center.onboarding.rules import judge_candidate
from account_center.onboarding.types import Candidate, CandidateFacts
from account_center.tenants.queries import tenants_of
from account_center.tenants.types import TenantState

SHOWN_OF_NAME = 2


def candidates_of(legacy: AccountFacts) -> list[Candidate]:
    """The ID accounts that share the phone or e-mail of a legacy account, each with what it could be used for (1.32).

    Show them only to whoever has just proven to be its owner.
    """
    return [_shown(found, legacy) for found in sharing_accounts(legacy)]


def sharing_accounts(legacy: AccountFacts) -> list[CandidateFacts]:
    """The ID accounts behind the phone or e-mail of a legacy account, oldest first."""
    by_phone = accounts_by_phone(legacy.phone, kind=AccountKind.ID) if legacy.phone else []
    by_email = id_account_of_email(legacy.email)
    found = {one.id: one for one in [*by_phone, *([by_email] if by_email else [])]}
    busy = {tenant.owner_id for tenant in tenants_of(found) if tenant.state is not TenantState.CANCELLED}
    return [
        CandidateFacts(
            account_id=one.id,
            name=one.name,
            country=one.country,
            is_frozen=one.state is AccountState.FROZEN,
            has_tenant=one.id in busy,
            same_phone=bool(legacy.phone) and one.phone == legacy.phone,
            same_email=by_email is not None and one.id == by_email.id,
        )
        for one in sorted(found.values(), key=lambda one: one.id)
    ]


def id_account_of_email(email: str) -> AccountFacts | None:
    """The ID account that has this address, as it stands in another account."""
    try:
        return account_by_email(parse_email(email).key, kind=AccountKind.ID) if email else None
    except BadEmail:
        return None


def _shown(found: CandidateFacts, legacy: AccountFacts) -> Candidate:
    return Candidate(
        name=mask_number(found.name, head=SHOWN_OF_NAME, tail=1),
        country=found.country,
        same_phone=found.same_phone,
        same_email=found.same_email,
        verdict=judge_candidate(found, country=legacy.country),
    )
