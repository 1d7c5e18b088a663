"""Several reads see one moment, and hold nobody up."""

from contextlib import nullcontext

import pytest
from django.db import ProgrammingError, connection
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from account_center.accounts.models import Account
from account_center.plumbing.moment import at_one_moment, one_moment
from tests.between import after_the_first_statement
from tests.between_each import after_each
from tests.signin.making import an_account


def trust_of(account_id: int) -> int:
    return Account.objects.get(pk=account_id).trust_epoch


def raise_trust(account_id: int) -> None:
    Account.objects.filter(pk=account_id).update(trust_epoch=F("trust_epoch") + 1)


@pytest.mark.django_db(transaction=True)
def test_what_is_committed_between_two_reads_is_seen_by_both_or_by_neither() -> None:
    def read(account_id: int) -> list[int]:
        with one_moment():
            return [trust_of(account_id), trust_of(account_id)]

    answers = after_each(lambda: an_account().id, read, raise_trust)
    seen = [answer for _, answer in answers]
    assert [0, 0] in seen
    assert all(first == second for first, second in seen)


@pytest.mark.django_db(transaction=True)
def test_without_it_the_two_reads_differ() -> None:
    account_id = an_account().id
    with after_the_first_statement(lambda: raise_trust(account_id)):
        assert [trust_of(account_id), trust_of(account_id)] == [0, 1]


@pytest.mark.django_db(transaction=True)
def test_afterwards_one_may_write_again() -> None:
    account_id = an_account().id
    with one_moment():
        trust_of(account_id)
    raise_trust(account_id)
    with one_moment():
        assert trust_of(account_id) == 1


@pytest.mark.django_db(transaction=True)
def test_a_reading_that_fails_leaves_nothing_behind() -> None:
    account_id = an_account().id
    with pytest.raises(Account.DoesNotExist), one_moment():
        trust_of(0)
    raise_trust(account_id)
    assert trust_of(account_id) == 1
    assert not connection.in_atomic_block


@pytest.mark.django_db(transaction=True)
def test_nothing_can_be_written_inside() -> None:
    account_id = an_account().id
    # A file has no reader's mode: there it is only kept from waiting for writers.
    refused = pytest.raises(ProgrammingError) if connection.vendor == "postgresql" else nullcontext()
    with refused, one_moment():
        raise_trust(account_id)
    assert trust_of(account_id) == (0 if connection.vendor == "postgresql" else 1)


@pytest.mark.django_db(transaction=True)
def test_a_view_reads_at_one_moment() -> None:
    account_id = an_account().id

    @at_one_moment
    def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse(f"{request.path} {trust_of(account_id)} {trust_of(account_id)}")

    asked = RequestFactory().get("/here")
    asked.user = Account.objects.get(pk=account_id)
    with after_the_first_statement(lambda: raise_trust(account_id)):
        assert page(asked).content in (b"/here 0 0", b"/here 1 1")


@pytest.mark.django_db
def test_inside_a_transaction_it_changes_nothing() -> None:
    account_id = an_account().id
    with one_moment():
        raise_trust(account_id)
    assert trust_of(account_id) == 1
