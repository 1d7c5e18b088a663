import ast
import inspect
import random
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils.translation import override
from zxcvbn import feedback

from account_center.accounts.errors import PasswordChangedMeanwhile, WeakPassword
from account_center.accounts.models import Account, OldPassword
from account_center.accounts.password_words import WORDS
from account_center.accounts.passwords import _bounded
from account_center.accounts.queries import old_passwords, password_strength
from account_center.accounts.services import keep_password, password_fits, require_new_password
from account_center.accounts.types import AccountFacts
from account_center.messaging.models import Message
from account_center.policy.errors import PasswordTooYoung, PasswordUsedBefore, SamePassword, TooManyNewPasswords
from account_center.policy.types import PasswordUse
from account_center.signin.services import change_password
from account_center.signin.services.app_sessions import caller_of, refresh, start_app_session
from account_center.signin.services.passwords import judge_new_password, prepare_new_password
from account_center.signin.types import AppRefusal
from tests.policy.making import an_owner, passwords
from tests.racing import kinds, race
from tests.signin.making import NOW, PASSWORD, an_account, owner_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NEW = "regenschirm pflaume 31 kutsche"


def a_password(number: int) -> str:
    return f"laterne {number:03d} zwetschge morgentau"


def change(account: AccountFacts, old: str, new: str, *, now: datetime = NOW) -> None:
    change_password(actor=owner_of(account), account_id=account.id, old=old, new=new, now=now)


def change_through(account: AccountFacts, count: int) -> list[str]:
    """Changes the password ``count`` times, an hour apart; returns all that were ever in use, the present one last."""
    used = [PASSWORD, *(a_password(number) for number in range(count))]
    for number in range(count):
        change(account, used[number], used[number + 1], now=NOW + number * HOUR)
    return used


@pytest.mark.clause("3.1.20")
def test_the_present_password_is_no_new_one() -> None:
    with pytest.raises(SamePassword):
        change(an_account(), PASSWORD, PASSWORD)


@pytest.mark.clause("3.1.20")
def test_the_last_passwords_are_barred_as_deep_as_the_tenant_says() -> None:
    owner = an_owner()
    used = change_through(owner, 4)
    passwords(owner, history=3)
    later = NOW + 9 * HOUR
    for barred in used[1:4]:
        with pytest.raises(PasswordUsedBefore) as refused:
            judge_new_password(account_id=owner.id, new=barred, now=later)
        assert refused.value.facts == {"depth": 3}
    judge_new_password(account_id=owner.id, new=used[0], now=later)


def test_without_a_rule_of_the_tenant_old_passwords_may_come_back() -> None:
    owner = an_owner()
    used = change_through(owner, 2)
    judge_new_password(account_id=owner.id, new=used[0], now=NOW + 9 * HOUR)


def test_as_many_old_passwords_are_kept_as_a_tenant_may_bar_and_no_more() -> None:
    account = an_account()
    for number in range(30):
        OldPassword.objects.create(account_id=account.id, password=f"hash {number}", until=NOW)
    change(account, PASSWORD, NEW)
    kept = old_passwords(account.id, newest=99)
    assert len(kept) == 24
    assert kept[1:3] == ["hash 29", "hash 28"]


def test_only_hashes_of_old_passwords_are_kept() -> None:
    account = an_account()
    change(account, PASSWORD, NEW)
    (kept,) = old_passwords(account.id, newest=9)
    assert kept.startswith("argon2")
    assert PASSWORD not in kept


@pytest.mark.clause("3.1.20")
def test_a_password_stays_as_long_as_the_tenant_says() -> None:
    owner = an_owner()
    Account.objects.filter(pk=owner.id).update(password_changed_at=NOW + HOUR)
    passwords(owner, min_hours=24)
    young = NOW + 24 * HOUR
    with pytest.raises(PasswordTooYoung) as refused:
        judge_new_password(account_id=owner.id, new=NEW, now=young)
    assert refused.value.retry_after == 3600
    judge_new_password(account_id=owner.id, new=NEW, now=NOW + 25 * HOUR)


@pytest.mark.parametrize("use", [PasswordUse.FORCED, PasswordUse.RECOVERED])
def test_a_forced_or_recovered_password_needs_no_age(use: PasswordUse) -> None:
    owner = an_owner()
    Account.objects.filter(pk=owner.id).update(password_changed_at=NOW + HOUR)
    passwords(owner, min_hours=24)
    assert prepare_new_password(account_id=owner.id, new=NEW, now=NOW + HOUR, use=use).startswith("argon2")


def test_a_password_that_must_be_changed_needs_no_age() -> None:
    owner = an_owner()
    Account.objects.filter(pk=owner.id).update(password_changed_at=NOW + HOUR)
    passwords(owner, min_hours=24)
    require_new_password(account_id=owner.id)
    change(owner, PASSWORD, NEW, now=NOW + HOUR)
    assert not Account.objects.get(pk=owner.id).must_change_password


def test_the_first_password_may_be_mended_at_once() -> None:
    owner = an_owner()
    passwords(owner, min_hours=24)
    change(owner, PASSWORD, NEW)


def test_new_passwords_are_judged_only_so_often(settings: LazySettings) -> None:
    owner = an_owner()
    for number in range(settings.LIMITS.new_passwords_per_hour):
        judge_new_password(account_id=owner.id, new=a_password(number), now=NOW)
    with pytest.raises(TooManyNewPasswords):
        judge_new_password(account_id=owner.id, new=NEW, now=NOW)
    with pytest.raises(WeakPassword):
        judge_new_password(account_id=owner.id, new="12345", now=NOW)


@pytest.mark.clause("3.1.21")
@pytest.mark.django_db(transaction=True)
def test_of_many_changes_at_once_one_wins() -> None:
    account = an_account(email="many@example.org")
    answers = race(lambda number: change(account, PASSWORD, a_password(number)), 4)
    won = [number for number, answer in enumerate(answers) if answer is None]
    assert len(won) == 1, kinds(answers)
    assert password_fits(account_id=account.id, password=a_password(won[0]))
    assert OldPassword.objects.filter(account_id=account.id).count() == 1
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_loser_of_two_changes_is_told() -> None:
    account = an_account()
    change(account, PASSWORD, NEW)
    with pytest.raises(PasswordChangedMeanwhile):
        keep_password(actor=owner_of(account), account_id=account.id, stored="x", now=NOW, under=account.mark)


@pytest.mark.clause("3.1.21")
def test_a_new_password_counts_at_once_in_every_other_browser() -> None:
    account = an_account()
    row = Account.objects.get(pk=account.id)
    here, there = Client(), Client()
    here.force_login(row)
    there.force_login(row)
    answer = here.post(
        "/account/security/password/",
        {"old_password": PASSWORD, "password": NEW, "password_again": NEW},
    )
    assert answer.status_code == 302
    assert here.get("/account/security/").status_code == 200
    ended = there.get("/account/security/")
    assert (ended.status_code, ended["Location"].partition("?")[0]) == (302, "/sign-in/")
    assert not password_fits(account_id=account.id, password=PASSWORD)


@pytest.mark.clause("3.1.21")
def test_a_new_password_ends_the_tokens_of_every_app_at_once() -> None:
    account = an_account()
    tokens = start_app_session(actor=owner_of(account), account=account, way="password", app="Test app", now=NOW)
    assert caller_of(token=tokens.access_token, now=NOW)
    change(account, PASSWORD, NEW)
    assert caller_of(token=tokens.access_token, now=NOW) is None
    assert refresh(actor=owner_of(account), token=tokens.refresh_token, now=NOW) is AppRefusal.OVER


@pytest.mark.clause("1.22")
@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("short", "It has fewer than 10 characters."),
        ("1234567890", "It stands in the lists that attackers try first."),
        ("qwertyuiop", "It stands in the lists that attackers try first."),
        ("Password123", "It stands in the lists that attackers try first."),
        ("abcabcabcabc", "A computer would guess it soon: it follows a known pattern."),
        (NEW, ""),
        ("三颗樱桃 与 旧钟楼 四十二", ""),
    ],
)
def test_a_password_that_is_refused_says_why(password: str, problem: str) -> None:
    assert password_strength(password, about=[]).problem == problem


@pytest.mark.clause("1.22")
def test_hints_come_in_the_readers_language() -> None:
    english = password_strength("abcabcabcabc", about=[])
    with override("zh-hans"):
        chinese = password_strength("abcabcabcabc", about=[])
    assert english.hints
    assert english.score == chinese.score < 3
    assert set(english.hints).isdisjoint(chinese.hints)
    assert all(any("\u4e00" <= sign <= "\u9fff" for sign in hint) for hint in chinese.hints)


def test_everything_the_judge_says_has_words_of_ours() -> None:
    said = {
        part.value
        for call in ast.walk(ast.parse(inspect.getsource(feedback)))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "_"
        for part in call.args
        if isinstance(part, ast.Constant)
    }
    assert said == set(WORDS)


def test_ones_own_words_count_against_a_password() -> None:
    theirs = password_strength("linmeishanghai", about=["lin.mei.shanghai"])
    assert theirs.score < password_strength("linmeishanghai", about=[]).score


def test_nothing_typed_is_too_short() -> None:
    assert password_strength("", about=[]).problem == "It has fewer than 10 characters."


@pytest.mark.clause("1.22")
def test_the_operators_own_list_bars_passwords(settings: LazySettings, tmp_path: Path) -> None:
    listed = tmp_path / "common.txt"
    listed.write_text("Kutschenrad Pflaumenkern 99\n\n", encoding="utf-8")
    assert not password_strength("kutschenrad pflaumenkern 99", about=[]).problem
    settings.COMMON_PASSWORDS_FILE = str(listed)
    refused = password_strength("kutschenrad PFLAUMENKERN 99", about=[])
    assert (refused.score, refused.problem) == (0, "It stands in the lists that attackers try first.")


def test_no_password_keeps_the_judge_busy() -> None:
    """One of 72 signs that each stand for several letters took seven seconds."""
    drawn = random.Random(4)
    worst = "".join(drawn.choice("4@8({[<3690!1|7$5+%2") for _ in range(72))
    began = time.process_time()
    password_strength(worst, about=[])
    assert time.process_time() - began < 2


def test_only_signs_beyond_the_bound_are_taken_for_themselves() -> None:
    assert _bounded("p4ssw0rd!2$ and 1990") == "p4ssw0rd!2$ and 1990"
    bounded = _bounded("4@8({[<3690!1|7$5+%2")
    assert len(bounded) == 20
    assert [sign for sign in bounded if sign.isdigit()] == list("483690175" + "2")
