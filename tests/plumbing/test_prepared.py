from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from account_center.accounts.models import Account
from account_center.plumbing.models import Job
from account_center.plumbing.prepared import Change, LookUp, Question, Removal
from account_center.tenants.models import Tenant
from tests.realname.making import a_tenant
from tests.signin.making import an_account

pytestmark = pytest.mark.django_db
MOMENT = datetime(2026, 11, 23, 4, 5, 6, 789_000, tzinfo=UTC)


def contents(row: models.Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_a_look_up_finds_what_a_queryset_finds_value_for_value() -> None:
    made = an_account("Lantern", phone="+8613912345675", email="Lantern@example.com")
    an_account("Other")
    by_name: LookUp[Account] = LookUp(Account, by=("kind", "realm", "name_key"))
    found = by_name.one("id", "", "lantern")
    assert found is not None
    assert contents(found) == contents(Account.objects.get(pk=made.id))
    assert found.facts() == made
    assert by_name.one("legacy", "", "lantern") is None


def test_json_dates_and_numbers_come_as_the_model_has_them() -> None:
    tenant = a_tenant()
    Tenant.objects.filter(pk=tenant.id).update(marks=["partner"], activated_at=MOMENT)
    found = LookUp(Tenant, by=("owner",)).one(tenant.owner_id)
    assert found is not None
    assert found.facts() == Tenant.objects.get(pk=tenant.id).facts()
    assert found.activated_at == MOMENT
    assert not found._state.adding


def test_a_change_counts_only_while_the_row_is_as_it_was_said_to_be() -> None:
    made = an_account("Lantern")
    rename = Change(Account, fields=("name", "phone_proven_at"), by=("id",), still=("language", "phone_proven_at"))
    assert rename("Other", MOMENT, made.id, "en", None) == 0
    assert rename("Other", MOMENT, made.id + 1, "zh-hans", None) == 0
    assert rename("Other", MOMENT, made.id, "zh-hans", None) == 1
    assert rename("Third", None, made.id, "zh-hans", None) == 0
    assert rename("Third", None, made.id, "zh-hans", MOMENT) == 1
    row = Account.objects.get(pk=made.id)
    assert (row.name, row.phone_proven_at) == ("Third", None)


def test_a_removal_takes_the_named_rows_and_no_others() -> None:
    kept, gone = an_account("Lantern"), an_account("Other")
    remove = Removal(Account, by=("kind", "name_key"))
    assert remove("legacy", "other") == 0
    assert remove("id", "other") == 1
    assert remove("id", "other") == 0
    assert list(Account.objects.values_list("pk", flat=True)) == [kept.id]
    assert gone.id != kept.id


def test_a_question_about_a_number_is_answered_as_the_queryset_would() -> None:
    made = [an_account(f"one{number}", phone="+8613912345675") for number in range(2)]
    names = Question(
        lambda account_id: Account.objects.filter(pk__gte=account_id).order_by("pk").values_list("name", "id")
    )
    for number in (made[0].id, made[1].id, made[1].id + 1):
        assert names(number) == list(Account.objects.filter(pk__gte=number).order_by("pk").values_list("name", "id"))


@pytest.mark.parametrize("number", [10**30, -(10**30), 2**63])
def test_a_number_that_no_column_holds_is_found_nowhere(number: int) -> None:
    assert LookUp(Account, by=("id",)).one(number) is None
    assert LookUp(Tenant, by=("owner",)).one(number) is None


def test_a_row_that_was_looked_up_can_be_saved() -> None:
    made = an_account("Lantern")
    found = LookUp(Account, by=("id",)).one(made.id)
    assert found is not None
    found.language = "en"
    found.save(update_fields=["language"])
    assert Account.objects.get(pk=made.id).language == "en"


def test_order_and_limit_hold() -> None:
    made = [an_account(f"one{number}", phone="+8613912345675") for number in range(3)]
    by_phone: LookUp[Account] = LookUp(Account, by=("phone",), order=("-id",), limit=2)
    assert [row.pk for row in by_phone("+8613912345675")] == [made[2].id, made[1].id]


def test_it_is_one_query_and_a_date_is_a_value_like_others() -> None:
    due: LookUp[Job] = LookUp(Job, by=("due_at",))
    with CaptureQueriesContext(connection) as seen:
        assert due(MOMENT) == []
    assert len(seen) == 1


@pytest.mark.parametrize("value", ["' OR 1=1 --", '"; DROP TABLE x; --', "%s", "\\"])
def test_what_is_asked_for_is_never_part_of_the_statement(value: str) -> None:
    an_account("Lantern")
    assert LookUp(Account, by=("kind", "realm", "name_key")).one("id", "", value) is None
    assert Account.objects.count() == 1
