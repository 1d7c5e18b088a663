from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.db import transaction

from account_center.accounts.backend import AccountBackend
from account_center.accounts.errors import BadAccountName, EmailTaken, NameTaken, NoSuchAccount, WeakPassword
from account_center.accounts.models import Account
from account_center.accounts.passwords import hash_password, judge_password, password_matches
from account_center.accounts.queries import (
    account,
    account_by_email,
    account_by_name,
    accounts_by_phone,
    places_of_phone,
    suggest_name,
)
from account_center.accounts.services import (
    delete_account,
    keep_password,
    rename_account,
    set_email,
    set_password,
    set_phone,
)
from account_center.accounts.types import AccountKind
from account_center.audit.models import Event
from account_center.kit.email import parse_email
from tests.racing import kinds, race
from tests.signin.making import NOW, PASSWORD, PHONE, VISITOR, a_phone, an_account, owner_of, password_of

pytestmark = pytest.mark.django_db
ID, LEGACY = AccountKind.ID, AccountKind.LEGACY


# -- Names ------------------------------------------------------------------------------------------------------------


@pytest.mark.clause("3.1.6")
def test_a_name_can_be_changed_and_the_history_tells_both() -> None:
    made = an_account("lin.mei")
    assert rename_account(actor=owner_of(made), account_id=made.id, name=" Mei.Lin ").name == "Mei.Lin"
    assert account_by_name("MEI.LIN", kind=ID) == account(made.id)
    assert account_by_name("lin.mei", kind=ID) is None
    assert Event.objects.get(name="accounts:name:changed").facts == {"before": "lin.mei", "after": "Mei.Lin"}
    an_account("lin.mei")  # the old name is free


@pytest.mark.clause("3.1.6")
def test_the_case_of_ones_own_name_can_be_changed() -> None:
    made = an_account("lin.mei")
    assert rename_account(actor=owner_of(made), account_id=made.id, name="Lin.Mei").name == "Lin.Mei"


@pytest.mark.parametrize("name", ["mei.lin", "MEI.LIN", "ｍｅｉ．ｌｉｎ"])
def test_another_accounts_name_is_refused(name: str) -> None:
    an_account("Mei.Lin")
    made = an_account("lin.mei")
    with pytest.raises(NameTaken) as refused:
        rename_account(actor=owner_of(made), account_id=made.id, name=name)
    assert str(refused.value.facts["suggestion"]).isascii()
    found = account(made.id)
    assert found
    assert found.name == "lin.mei"


@pytest.mark.parametrize("name", ["mеi.lin", "meі.lin", "admin", "13800138000", "mei@lin.cn", "me", "1mei"])
def test_a_misleading_name_is_refused(name: str) -> None:
    made = an_account("lin.mei")
    with pytest.raises(BadAccountName):
        rename_account(actor=owner_of(made), account_id=made.id, name=name)


def test_a_suggestion_is_free_and_allowed_even_for_the_longest_name() -> None:
    an_account("x" * 32)
    suggestion = suggest_name("x" * 32, kind=ID)
    assert an_account(suggestion).name == suggestion


def test_id_and_legacy_accounts_live_in_separate_name_spaces() -> None:
    one = an_account("lin.mei", email="mei@example.com")
    other = an_account("lin.mei", email="mei@example.com", kind=LEGACY)
    assert account_by_name("lin.mei", kind=ID) == one
    assert account_by_name("lin.mei", kind=LEGACY) == other
    assert account_by_email("mei@example.com", kind=LEGACY) == other


@pytest.mark.django_db(transaction=True)
def test_of_8_accounts_that_take_one_name_at_once_one_gets_it() -> None:
    made = [an_account() for _ in range(8)]
    answers = race(lambda one: rename_account(actor=VISITOR, account_id=made[one].id, name="wanted.name"), 8)
    assert kinds(answers) == {"AccountFacts": 1, "NameTaken": 7}


# -- Contacts ---------------------------------------------------------------------------------------------------------


@pytest.mark.clause("1.44", "3.1.17")
def test_a_phone_lists_its_accounts_oldest_first_without_deleted_ones() -> None:
    made = [an_account(phone=PHONE) for _ in range(3)]
    delete_account(actor=VISITOR, account_id=made[1].id, now=NOW)
    assert [found.id for found in accounts_by_phone(PHONE, kind=ID)] == [made[0].id, made[2].id]
    assert places_of_phone(PHONE) == (2, 3)


def test_setting_the_same_phone_again_takes_no_second_place() -> None:
    made = an_account(phone=PHONE)
    for _ in range(2):
        set_phone(actor=VISITOR, account_id=made.id, phone=PHONE, masked="", now=NOW)
    assert places_of_phone(PHONE) == (1, 3)


@pytest.mark.django_db(transaction=True)
def test_two_accounts_that_swap_their_phones_at_once_do_not_block_each_other() -> None:
    phones = [PHONE, "+8613900139005"]
    made = [an_account(phone=phone) for phone in phones]

    def swap(one: int) -> None:
        for turn in range(6):
            set_phone(actor=VISITOR, account_id=made[one].id, phone=phones[(one + turn + 1) % 2], masked="", now=NOW)

    assert race(swap, 2) == [None, None]
    assert [places_of_phone(phone)[0] for phone in phones] == [1, 1]


def test_legacy_accounts_take_no_place_of_the_id_accounts() -> None:
    for _ in range(4):
        an_account(phone=PHONE, kind=LEGACY)
    assert places_of_phone(PHONE) == (0, 3)


@pytest.mark.clause("3.1.12")
def test_an_e_mail_address_of_another_account_is_refused_in_every_case() -> None:
    an_account(email="mei@example.com")
    made = an_account()
    with pytest.raises(EmailTaken):
        set_email(actor=VISITOR, account_id=made.id, email=parse_email("MEI@Example.COM"), now=NOW)


@pytest.mark.clause("3.1.11")
def test_the_table_itself_keeps_an_e_mail_address_findable() -> None:
    made = an_account(email="mei@example.com")
    with pytest.raises(Exception, match="email_has_its_key"), transaction.atomic():
        Account.objects.filter(pk=made.id).update(email_key=None)


@pytest.mark.parametrize("act", ["rename", "email", "phone", "password"])
def test_an_account_that_is_not_there_is_said_not_to_be_there(act: str) -> None:
    acts: dict[str, Callable[[], object]] = {
        "rename": lambda: rename_account(actor=VISITOR, account_id=1, name="some.name"),
        "email": lambda: set_email(actor=VISITOR, account_id=1, email=parse_email("a@example.com"), now=NOW),
        "phone": lambda: set_phone(actor=VISITOR, account_id=1, phone=a_phone(), masked="", now=NOW),
        "password": lambda: keep_password(actor=VISITOR, account_id=1, stored="x", now=NOW),
    }
    with pytest.raises(NoSuchAccount):
        acts[act]()


# -- Passwords --------------------------------------------------------------------------------------------------------


@pytest.mark.clause("3.1.21")
def test_a_new_password_is_another_hash_and_ends_all_sessions() -> None:
    made = an_account("lin.mei")
    before, session = password_of(made), Account.objects.get().get_session_auth_hash()
    set_password(actor=owner_of(made), account_id=made.id, password="tandem quelle 93 birkenrinde", now=NOW)
    assert password_matches("tandem quelle 93 birkenrinde", password_of(made))
    assert not password_matches(PASSWORD, password_of(made))
    assert password_of(made) != before
    assert Account.objects.get().get_session_auth_hash() != session


def test_passwords_are_kept_as_argon2id_with_the_configured_price(settings: LazySettings) -> None:
    settings.ARGON2_MEMORY_KIB, settings.ARGON2_PASSES, settings.ARGON2_LANES = 512, 3, 1
    assert hash_password(PASSWORD).startswith("argon2$argon2id$v=19$m=512,t=3,p=1$")


def test_one_password_twice_gives_two_hashes() -> None:
    assert hash_password(PASSWORD) != hash_password(PASSWORD)


@pytest.mark.parametrize("stored", ["", "!unusable", "plain text"])
def test_nothing_matches_what_is_no_hash(stored: str) -> None:
    assert not password_matches(PASSWORD, stored)
    assert not password_matches("", stored)
    assert not password_matches(stored, stored)


@pytest.mark.parametrize(
    "password",
    [
        "lin.mei.1990",
        "linmei1990",
        "mei@example.com",
        "13800138000",
        "LinMei2026!",
        "huanying123",
        "zhanghao2026",
        "p@ssw0rd123",
    ],
)
def test_what_is_known_of_a_person_makes_no_password(password: str, settings: LazySettings) -> None:
    with pytest.raises(WeakPassword):
        judge_password(password, about=["lin.mei", PHONE, "mei@example.com"], limits=settings.LIMITS)


@pytest.mark.parametrize(("password", "said"), [("kq7Zr2Vw9", "fewer than 10"), ("kq7Zr2Vw9" * 15, "more than 128")])
def test_too_short_and_too_long_say_the_limit(password: str, said: str, settings: LazySettings) -> None:
    with pytest.raises(WeakPassword) as refused:
        judge_password(password, about=[], limits=settings.LIMITS)
    assert said in str(refused.value.facts["problem"])


# -- The session's account --------------------------------------------------------------------------------------------


def test_a_session_finds_its_account_unless_it_was_deleted() -> None:
    made = an_account("lin.mei")
    backend = AccountBackend()
    found = backend.get_user(made.id)
    assert found
    assert str(found) == "lin.mei"
    delete_account(actor=VISITOR, account_id=made.id, now=NOW)
    assert backend.get_user(made.id) is None
    assert backend.get_user(987_654) is None


def test_nobody_signs_in_past_the_signin_room() -> None:
    an_account("lin.mei")
    assert AccountBackend().authenticate(None, username="lin.mei", password=PASSWORD) is None  # type: ignore[func-returns-value]
