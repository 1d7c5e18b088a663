"""A legacy account becomes an ID account; an ID account is deleted."""

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, transaction

from account_center.accounts.backend import AccountBackend
from account_center.accounts.errors import (
    BadAccountName,
    EmailTaken,
    NameTaken,
    NoSuchAccount,
    OnlyIdAccountsAreDeleted,
    PhoneFull,
)
from account_center.accounts.models import Account, OldPassword, RestingName
from account_center.accounts.queries import (
    account,
    account_by_email,
    account_by_name,
    accounts_by_phone,
    places_of_phone,
)
from account_center.accounts.retention import erase_expired
from account_center.accounts.services import (
    become_id_account,
    delete_account,
    hold_account,
    password_fits,
    rename_account,
    set_phone,
)
from account_center.accounts.types import AccountFacts, AccountKind, AccountState
from account_center.audit.models import Event
from tests.racing import kinds, race
from tests.signin.making import NOW, PASSWORD, PHONE, VISITOR, a_phone, an_account, owner_of

pytestmark = pytest.mark.django_db
ID, LEGACY = AccountKind.ID, AccountKind.LEGACY


def a_legacy(name: str = "old.lamp", *, phone: str = PHONE, email: str = "lamp@example.com") -> AccountFacts:
    return an_account(name, phone=phone, email=email, kind=LEGACY)


def become(made: AccountFacts, name: str = "") -> AccountFacts | None:
    return become_id_account(actor=owner_of(made), account_id=made.id, name=name or made.name)


def delete(made: AccountFacts) -> None:
    delete_account(actor=owner_of(made), account_id=made.id, now=NOW)


# -- Becoming an ID account -------------------------------------------------------------------------------------------


@pytest.mark.clause("1.34")
def test_an_upgraded_account_keeps_everything_one_signs_in_with() -> None:
    made = a_legacy()
    upgraded = become(made)
    assert upgraded
    assert (upgraded.id, upgraded.kind, upgraded.name) == (made.id, ID, "old.lamp")
    assert (upgraded.phone, upgraded.email, upgraded.country) == (made.phone, made.email, made.country)
    assert upgraded.mark == made.mark, "sessions and trusted devices go on"
    assert account_by_name("old.lamp", kind=ID) == account_by_email("lamp@example.com", kind=ID) == upgraded
    assert accounts_by_phone(PHONE, kind=ID) == [upgraded]
    assert account_by_name("old.lamp", kind=LEGACY) is None
    assert password_fits(account_id=made.id, password=PASSWORD)
    assert places_of_phone(PHONE) == (1, 3)
    assert Event.objects.get(name="accounts:account:upgraded").facts == {"before": "old.lamp", "after": "old.lamp"}


def test_upgrading_twice_is_upgrading_once() -> None:
    made = a_legacy()
    assert become(made)
    assert become(made, "another.name") is None
    assert account_by_name("another.name", kind=ID) is None
    assert places_of_phone(PHONE) == (1, 3)


@pytest.mark.parametrize("kind", [ID, AccountKind.STAFF, AccountKind.IAM])
def test_only_legacy_accounts_are_upgraded(kind: AccountKind) -> None:
    made = an_account("not.legacy", phone=PHONE, kind=kind)
    assert become(made) is None
    assert Account.objects.get().kind == kind


def test_a_name_taken_among_id_accounts_needs_another_one() -> None:
    an_account("Old.Lamp")
    made = a_legacy("old.lamp")
    with pytest.raises(NameTaken):
        become(made)
    with pytest.raises(BadAccountName):
        become(made, "x")
    upgraded = become(made, "new.lamp")
    assert upgraded
    assert upgraded.name == "new.lamp"


def test_an_address_taken_among_id_accounts_leaves_the_legacy_account_as_it_was() -> None:
    an_account("lin.mei", email="LAMP@example.com")
    made = a_legacy()
    with pytest.raises(EmailTaken):
        become(made)
    assert account(made.id) == made
    assert places_of_phone(PHONE) == (0, 3)


def test_a_full_phone_leaves_the_legacy_account_as_it_was() -> None:
    for _ in range(3):
        an_account(phone=PHONE)
    made = a_legacy()
    with pytest.raises(PhoneFull):
        become(made)
    assert account(made.id) == made


@pytest.mark.django_db(transaction=True)
def test_8_legacy_accounts_of_one_phone_upgrade_at_once_and_three_get_a_place() -> None:
    made = [a_legacy(f"old.lamp{number}", email=f"lamp{number}@example.com") for number in range(8)]
    answers = race(lambda number: become(made[number]), 8)
    assert kinds(answers) == {"AccountFacts": 3, "PhoneFull": 5}
    assert Account.objects.filter(kind=ID.value).count() == 3
    assert places_of_phone(PHONE) == (3, 3)


@pytest.mark.django_db(transaction=True)
def test_8_legacy_accounts_that_want_one_name_upgrade_at_once_and_one_gets_it() -> None:
    made = [a_legacy(f"old.lamp{number}", phone="", email=f"lamp{number}@example.com") for number in range(8)]
    answers = race(lambda number: become(made[number], "the.lamp"), 8)
    assert kinds(answers) == {"AccountFacts": 1, "NameTaken": 7}


# -- Deleting ---------------------------------------------------------------------------------------------------------


@pytest.mark.clause("1.12")
def test_a_deleted_account_is_empty_and_cannot_be_found() -> None:
    made = an_account("lin.mei", phone=PHONE, email="mei@example.com")
    OldPassword.objects.create(account_id=made.id, password="hash", until=NOW)
    delete(made)
    left = account(made.id)
    assert left
    assert (left.state, left.name, left.phone, left.email) == (AccountState.DELETED, "", "", "")
    assert left.mark != made.mark
    assert account_by_name("lin.mei", kind=ID) is None
    assert account_by_email("mei@example.com", kind=ID) is None
    assert accounts_by_phone(PHONE, kind=ID) == []
    assert not password_fits(account_id=made.id, password=PASSWORD)
    assert not password_fits(account_id=made.id, password="")
    assert AccountBackend().get_user(made.id) is None
    assert not OldPassword.objects.exists()
    assert Event.objects.get(name="accounts:account:deleted", account_id=made.id).facts == {}


@pytest.mark.clause("1.12")
def test_phone_and_address_are_free_at_once_and_the_new_owner_is_somebody_else() -> None:
    made = an_account("lin.mei", phone=PHONE, email="mei@example.com")
    delete(made)
    assert places_of_phone(PHONE) == (0, 3)
    newcomer = an_account("mei.new", phone=PHONE, email="mei@example.com", country="SG")
    assert newcomer.id != made.id
    assert accounts_by_phone(PHONE, kind=ID) == [newcomer]


@pytest.mark.clause("1.12")
def test_the_name_rests_before_anybody_may_take_it(settings: LazySettings) -> None:
    delete(an_account("Lin.Mei"))
    with pytest.raises(NameTaken):
        an_account("lin.mei")
    other = an_account("mei.lin")
    with pytest.raises(NameTaken):
        rename_account(actor=owner_of(other), account_id=other.id, name="LIN.MEI")
    with pytest.raises(NameTaken):
        become(a_legacy("lin.mei"))
    assert b"lin.mei" not in bytes(RestingName.objects.get().digest)
    rest = RestingName.objects.get().until - NOW
    assert rest.days == settings.LIMITS.deleted_name_rest_days == 90
    assert erase_expired(now=NOW + rest) == 0
    RestingName.objects.update(until=NOW)
    assert erase_expired(now=NOW + rest) == 1
    assert an_account("lin.mei").name == "lin.mei"


@pytest.mark.parametrize("kind", [LEGACY, AccountKind.STAFF, AccountKind.IAM])
def test_only_id_accounts_are_deleted_by_their_owners(kind: AccountKind) -> None:
    made = an_account("keeper.one", phone=PHONE, kind=kind)
    with pytest.raises(OnlyIdAccountsAreDeleted):
        delete(made)
    assert account(made.id) == made


def test_nothing_can_be_changed_on_a_deleted_account() -> None:
    made = an_account("lin.mei", phone=PHONE)
    delete(made)
    with pytest.raises(NoSuchAccount):
        delete(made)
    with pytest.raises(NoSuchAccount):
        set_phone(actor=VISITOR, account_id=made.id, phone=a_phone(), masked="", now=NOW)
    with pytest.raises(NoSuchAccount), transaction.atomic():
        hold_account(made.id)


def test_the_database_itself_refuses_a_deleted_account_that_still_knows_somebody() -> None:
    made = an_account("lin.mei", phone=PHONE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(pk=made.id).update(state=AccountState.DELETED.value)


@pytest.mark.django_db(transaction=True)
def test_whoever_waits_for_the_name_of_somebody_leaving_does_not_get_it() -> None:
    made = an_account("lin.mei", phone=PHONE)
    rivals = [an_account() for _ in range(7)]

    def act(number: int) -> object:
        if number == 0:
            delete(made)
            return None
        rival = rivals[number - 1]
        return rename_account(actor=owner_of(rival), account_id=rival.id, name="lin.mei")

    assert kinds(race(act, 8)) == {"NameTaken": 7, "NoneType": 1}
    assert account_by_name("lin.mei", kind=ID) is None


@pytest.mark.django_db(transaction=True)
def test_8_deletions_at_once_delete_once_and_give_one_place_back() -> None:
    made, _other = an_account("lin.mei", phone=PHONE), an_account(phone=PHONE)
    assert kinds(race(lambda _number: delete(made), 8)) == {"NoSuchAccount": 7, "NoneType": 1}
    assert places_of_phone(PHONE) == (1, 3)
    assert Event.objects.filter(name="accounts:account:deleted").count() == 1
