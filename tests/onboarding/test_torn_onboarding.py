"""An account changes while the cloud is activated or the account upgraded: what counts is true at one moment."""

import pytest

from account_center.accounts.models import Account
from account_center.accounts.queries import account
from account_center.accounts.services import set_phone
from account_center.accounts.types import AccountFacts, AccountKind
from account_center.kit.refused import Refused
from account_center.onboarding.services import activate_cloud, upgrade_account
from account_center.signin.models import FreshProof
from account_center.tenants.models import Tenant
from account_center.tenants.services import open_tenant
from account_center.tenants.types import TenantFacts
from tests.between_each import after_each
from tests.signin.making import NOW, NUMBERS, VISITOR, a_phone, an_account, owner_of

pytestmark = pytest.mark.django_db(transaction=True)
FOREIGN = "+4915123456"


def a_foreign_phone() -> str:
    return f"{FOREIGN}{next(NUMBERS):05d}"


def activated(owner: AccountFacts) -> TenantFacts | None:
    try:
        return activate_cloud(actor=owner_of(owner), account_id=owner.id, name=f"Works of {owner.id}", now=NOW)
    except Refused:
        return None


def moves_to(owner: AccountFacts, phone: str) -> None:
    set_phone(actor=owner_of(owner), account_id=owner.id, phone=phone, masked="masked", now=NOW)


@pytest.mark.clause("1.10")
@pytest.mark.parametrize("becomes_mainland", [True, False])
def test_no_tenant_is_opened_with_a_phone_that_was_not_judged(becomes_mainland: bool) -> None:
    before, after = (a_foreign_phone, a_phone) if becomes_mainland else (a_phone, a_foreign_phone)
    for owner, tenant in after_each(
        lambda: an_account(phone=before()),
        activated,
        lambda owner: moves_to(owner, after()),
        about="accounts_account|tenants_",
    ):
        assert tenant is None or not tenant.contact_phone.startswith(FOREIGN)
        assert Tenant.objects.filter(owner_id=owner.id).count() == (tenant is not None)


def a_legacy() -> tuple[AccountFacts, FreshProof]:
    owner = an_account(phone=a_phone(), kind=AccountKind.LEGACY)
    name = f"Works {owner.id}"
    open_tenant(actor=VISITOR, owner_id=owner.id, name=name, country="CN", phone=owner.phone, email="", now=NOW)
    proof = FreshProof.objects.create(account_id=owner.id, action="upgrade", way="sms", mark=owner.mark, proven_at=NOW)
    return owner, proof


def upgraded(legacy: tuple[AccountFacts, FreshProof]) -> bool:
    owner, proof = legacy
    try:
        upgrade_account(actor=owner_of(owner), account_id=owner.id, name=owner.name, proof=proof.public_id, now=NOW)
    except Refused:
        return False
    return True


@pytest.mark.clause("1.36")
def test_an_account_frozen_while_it_is_upgraded_is_upgraded_before_or_not_at_all() -> None:
    def frozen(legacy: tuple[AccountFacts, FreshProof]) -> None:
        # Only what is still a legacy account is frozen here: an upgrade that was faster stays.
        Account.objects.filter(pk=legacy[0].id, kind=AccountKind.LEGACY.value).update(state="frozen")

    for (owner, _), _ in after_each(a_legacy, upgraded, frozen, about="accounts_account|tenants_|signin_freshproof"):
        found = account(owner.id)
        assert found
        assert (found.kind is AccountKind.ID) != (found.state == "frozen")
