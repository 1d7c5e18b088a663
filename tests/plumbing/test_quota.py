"""Shown with the quota of a phone's accounts; tenants, persons and cards use the same."""

import pytest
from django.db import transaction

from account_center.accounts.models import PhoneQuota, PhoneQuotaHolder
from account_center.plumbing.quota import give_place_back, has_place, places, raise_bound, take_place
from tests.racing import race

pytestmark = pytest.mark.django_db
KEY, OTHER = b"k" * 32, b"o" * 32


def take(holder: int, *, allowed: int = 3, digest: bytes = KEY) -> bool:
    with transaction.atomic():
        return take_place(PhoneQuota, digest=digest, holder=holder, allowed=allowed)


def counted(allowed: int = 3) -> tuple[int, int]:
    return places(PhoneQuota, digest=KEY, allowed=allowed)


def test_as_many_places_as_allowed_and_not_one_more() -> None:
    assert counted() == (0, 3)
    assert [take(holder) for holder in range(5)] == [True, True, True, False, False]
    assert counted() == (3, 3)
    assert take(1, digest=OTHER)


def test_taking_twice_is_taking_once() -> None:
    assert [take(7), take(7)] == [True, True]
    assert counted() == (1, 3)
    assert has_place(PhoneQuota, digest=KEY, holder=7)
    assert not has_place(PhoneQuota, digest=KEY, holder=8)


def test_a_place_given_back_can_be_taken_again_and_giving_back_twice_is_once() -> None:
    for holder in range(3):
        take(holder)
    give_place_back(PhoneQuota, digest=KEY, holder=1)
    give_place_back(PhoneQuota, digest=KEY, holder=1)
    give_place_back(PhoneQuota, digest=OTHER, holder=1)
    assert counted() == (2, 3)
    assert take(9)
    assert not take(10)


def test_a_place_taken_in_an_act_that_fails_was_never_taken() -> None:
    with transaction.atomic():
        take_place(PhoneQuota, digest=KEY, holder=1, allowed=3)
        transaction.set_rollback(True)
    assert counted() == (0, 3)


def test_a_changed_setting_counts_for_keys_that_are_there_already() -> None:
    take(1, allowed=1)
    assert not take(2, allowed=1)
    assert take(2, allowed=2)
    assert counted(5) == (2, 5)
    assert not take(3, allowed=1)
    assert counted(1) == (2, 1)


def test_a_raised_key_keeps_its_own_bound_whatever_the_setting_says() -> None:
    assert raise_bound(PhoneQuota, digest=KEY, allowed=5) == 5
    assert [take(holder) for holder in range(6)] == [True] * 5 + [False]
    assert counted() == (5, 5)


@pytest.mark.parametrize(("wanted", "bound"), [(1, 2), (-4, 2), (0, 2), (10**9, 32_767)])
def test_a_bound_is_never_below_what_is_used_nor_beyond_what_can_be_counted(wanted: int, bound: int) -> None:
    take(1)
    take(2)
    assert raise_bound(PhoneQuota, digest=KEY, allowed=wanted) == bound


def test_a_key_nobody_used_yet_can_be_given_any_bound() -> None:
    assert raise_bound(PhoneQuota, digest=KEY, allowed=-1) == 0
    assert not take(1)


@pytest.mark.django_db(transaction=True)
def test_24_at_once_take_exactly_the_places_there_are() -> None:
    answers = race(take, 24)
    assert answers.count(True) == 3
    assert answers.count(False) == 21
    assert counted() == (3, 3)
    assert PhoneQuotaHolder.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_taking_and_giving_back_at_once_never_miscounts() -> None:
    def act(holder: int) -> bool:
        taken = take(holder)
        if taken and holder % 2:
            give_place_back(PhoneQuota, digest=KEY, holder=holder)
        return taken

    def whole(holder: int) -> bool:
        with transaction.atomic():
            return act(holder)

    answers = race(whole, 16)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert counted()[0] == PhoneQuotaHolder.objects.count() <= 3
