"""The invented people are ones the product itself would take."""

from datetime import date

import pytest
from stdnum import luhn

from account_center.kit.email import parse_email
from account_center.kit.names import name_key, parse_account_name, parse_person_name, parse_tenant_name, tenant_name_key
from account_center.kit.phone import parse_phone
from account_center.kit.resident_id import parse_resident_id
from account_center.tenants.services import PUBLIC_ID_ALPHABET, PUBLIC_ID_LENGTH
from bench.people import MOST_PEOPLE, SHARING, person

SOME = [*range(1, 300), 10_000, 999_999, 1_000_000, 9_999_999, 10_000_000, MOST_PEOPLE - 1]
TODAY = date(2026, 1, 1)


@pytest.mark.parametrize("number", SOME)
def test_every_number_of_an_invented_person_is_valid(number: int) -> None:
    who = person(number)
    assert parse_phone(who.phone, country="CN").e164 == who.phone
    assert parse_account_name(who.name) == who.name
    assert parse_email(who.email).key == who.email
    assert parse_tenant_name(who.tenant_name) == who.tenant_name
    assert (who.name_key, who.tenant_name_key) == (name_key(who.name), tenant_name_key(who.tenant_name))
    assert parse_person_name(who.real_name) == who.real_name
    assert parse_resident_id(who.id_number, today=TODAY).age_on(TODAY) >= 18
    assert luhn.is_valid(who.card)


def test_no_two_people_share_what_must_be_unique() -> None:
    people = [person(number) for number in range(1, 5_001)]
    for kind in ("name", "email", "tenant_id", "id_number", "card"):
        assert len({getattr(who, kind) for who in people}) == len(people), kind
    assert len({(who.tenant_name) for who in people}) == len(people)


def test_every_twentieth_account_has_its_phone_together_with_the_one_before() -> None:
    assert person(SHARING).phone == person(SHARING - 1).phone
    phones = [person(number).phone for number in range(1, 2_001)]
    assert len(set(phones)) == len(phones) - len(phones) // SHARING


def test_a_tenant_id_is_of_the_kind_that_the_product_gives() -> None:
    given = person(7).tenant_id
    assert len(given) == PUBLIC_ID_LENGTH
    assert set(given) <= set(PUBLIC_ID_ALPHABET)
