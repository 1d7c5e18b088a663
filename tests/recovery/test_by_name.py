"""Legacy accounts and IAM users come back by their names (1.16, 1.17)."""

import pytest

from account_center.accounts.models import Account
from account_center.accounts.services import password_fits
from account_center.accounts.types import AccountFacts, AccountKind
from account_center.kit.names import name_key
from account_center.messaging.models import Message
from account_center.recovery.services import candidates, choose
from account_center.recovery.types import RecoveryState
from account_center.signin.types import Channel
from account_center.tenants.services import open_tenant
from account_center.tenants.types import TenantFacts
from tests.recovery.making import NEW, begun_by_name, finished, sent_to
from tests.signin.making import NOW, VISITOR, a_phone, an_account, code_in, hashed, prove, typed

pytestmark = pytest.mark.django_db


def a_tenant(owner: AccountFacts, name: str = "Lamp Works") -> TenantFacts:
    return open_tenant(
        actor=VISITOR, owner_id=owner.id, name=name, country="CN", phone=owner.phone, email=owner.email, now=NOW
    )


def an_iam_user(tenant: TenantFacts, name: str = "worker", *, phone: str = "", email: str = "") -> AccountFacts:
    row = Account.objects.create(
        kind=AccountKind.IAM.value,
        realm=tenant.public_id,
        name=name,
        name_key=name_key(name),
        country="CN",
        phone=phone,
        email=email,
        email_key=email or None,
        password=hashed(),
        password_changed_at=NOW,
        created_at=NOW,
    )
    return row.facts()


@pytest.mark.clause("1.16")
@pytest.mark.parametrize("channel", [Channel.SMS, Channel.EMAIL])
def test_a_legacy_account_by_name_and_either_contact(channel: Channel) -> None:
    owner = an_account("old.lamp", phone=a_phone(), email="Old@example.com", kind=AccountKind.LEGACY)
    view = begun_by_name(" OLD.lamp ")
    contact = owner.phone if channel is Channel.SMS else "old@EXAMPLE.com"
    prove(sent_to(view, channel, contact))
    _, found = candidates(recovery_id=view.id, now=NOW)
    assert [one.id for one in found] == [owner.id]
    view = choose(actor=VISITOR, recovery_id=view.id, account_id=owner.id, device="", now=NOW)
    assert view.state is RecoveryState.READY
    finished(view)
    assert password_fits(account_id=owner.id, password=NEW)


@pytest.mark.clause("1.16")
@pytest.mark.parametrize("by", ["name", "id"])
def test_an_iam_user_by_tenant_and_user_name(by: str) -> None:
    tenant = a_tenant(an_account(phone=a_phone()))
    user = an_iam_user(tenant, phone=a_phone())
    view = begun_by_name(tenant.name if by == "name" else tenant.public_id, "Worker")
    prove(sent_to(view, Channel.SMS, user.phone))
    view = choose(actor=VISITOR, recovery_id=view.id, account_id=user.id, device="", now=NOW)
    finished(view)
    assert password_fits(account_id=user.id, password=NEW)


@pytest.mark.clause("1.17")
@pytest.mark.parametrize("known", [True, False])
def test_a_contact_that_does_not_belong_to_the_name_gets_nothing(known: bool) -> None:
    an_account("old.lamp", phone=a_phone(), kind=AccountKind.LEGACY)
    stranger = an_account(phone=a_phone())  # has an account, but another one
    view = begun_by_name("old.lamp" if known else "no.lamp")
    sent = sent_to(view, Channel.SMS, stranger.phone)
    assert all(message.decoy for message in Message.objects.all())
    assert typed(sent, code_in(sent)).verdict == "wrong"


def test_the_account_of_a_name_is_hidden_until_the_code() -> None:
    an_account("old.lamp", phone=a_phone(), kind=AccountKind.LEGACY)
    assert begun_by_name("old.lamp").account is None


@pytest.mark.clause("1.17")
def test_the_name_of_an_id_account_is_found_too_and_asks_what_id_accounts_ask() -> None:
    owner = an_account("sea.lamp", phone=a_phone())
    view = begun_by_name("sea.lamp")
    prove(sent_to(view, Channel.SMS, owner.phone))
    view = choose(actor=VISITOR, recovery_id=view.id, account_id=owner.id, device="", now=NOW)
    assert view.state is RecoveryState.FURTHER
