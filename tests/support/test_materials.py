"""The table of 1.18 and that of 3.1.9 and 3.1.14, row by row."""

import itertools

import pytest

from account_center.support.rules.materials import (
    APPEAL,
    CHANGE_PHONE,
    COMPANY,
    PERSON,
    materials_in_groups,
    required_materials,
)
from account_center.support.types import Condition, Material

C, M = Condition, Material
HOME = {C.LEGACY: False, C.HOME: True}
ABROAD = {C.LEGACY: False, C.HOME: False}
PLAIN = {C.ENTERPRISE: False, C.VERIFIED: False, C.CARD_BOUND: False, C.PAID_OFFLINE: False, C.PARTNER_PAID: False}
FACTS = {**PLAIN, C.PARTNER: False, C.TENANT: True}


def asked(facts: dict[Condition, bool | None]) -> set[tuple[tuple[Material, ...], ...]]:
    demands = required_materials(APPEAL, facts)
    assert all(one.is_certain for one in demands)
    return {one.alternatives for one in demands} - {((M.BASICS,),)}


ROWS = [
    ("China, no tenant", {**HOME, C.TENANT: False}, set()),
    ("China, individual", HOME, {PERSON}),
    ("China, enterprise", {**HOME, C.ENTERPRISE: True}, {COMPANY}),
    ("China, a partner advances", {**HOME, C.PARTNER_PAID: True}, {PERSON, ((M.PARTNER_CHECK,),)}),
    ("abroad, no tenant", {**ABROAD, C.TENANT: False}, set()),
    ("abroad, verified", {**ABROAD, C.VERIFIED: True}, {((M.VERIFICATION_PAPERS,),)}),
    (
        "abroad, card, not verified",
        {**ABROAD, C.CARD_BOUND: True},
        {((M.CARD_FRONT, M.CARDHOLDER_IDENTITY),), ((M.STATEMENTS,),)},
    ),
    (
        "abroad, card, verified: no statements",
        {**ABROAD, C.CARD_BOUND: True, C.VERIFIED: True},
        {((M.CARD_FRONT, M.CARDHOLDER_IDENTITY),), ((M.VERIFICATION_PAPERS,),)},
    ),
    (
        "abroad, card of an enterprise",
        {**ABROAD, C.CARD_BOUND: True, C.ENTERPRISE: True},
        {((M.CARD_FRONT, M.CARDHOLDER_IDENTITY),), ((M.STATEMENTS,),), ((M.SIGNED_AUTHORISATION,),)},
    ),
    (
        "abroad, enterprise that paid offline",
        {**ABROAD, C.ENTERPRISE: True, C.PAID_OFFLINE: True},
        {((M.PAYER_LICENCE, M.PAYER_ACCOUNT, M.STATEMENTS, M.SIGNED_AUTHORISATION),)},
    ),
    ("abroad, nothing at all", ABROAD, {((M.ACCOUNT_DATA,),)}),
    ("abroad, individual that paid offline", {**ABROAD, C.PAID_OFFLINE: True}, {((M.ACCOUNT_DATA,),)}),
    (
        "abroad, a partner advances",
        {**ABROAD, C.VERIFIED: True, C.PARTNER_PAID: True},
        {((M.VERIFICATION_PAPERS,),), ((M.PARTNER_CONSENT,),)},
    ),
    (
        "abroad, a partner's own account",
        {**ABROAD, C.VERIFIED: True, C.PARTNER: True},
        {((M.VERIFICATION_PAPERS,),), ((M.PARTNER_LICENCE,),)},
    ),
    ("legacy, individual", {C.LEGACY: True, C.HOME: True}, {PERSON}),
    ("legacy, enterprise", {C.LEGACY: True, C.HOME: False, C.ENTERPRISE: True}, {COMPANY}),
]


@pytest.mark.clause("1.18")
@pytest.mark.parametrize(("facts", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_each_row_of_the_table_asks_for_its_materials(
    facts: dict[Condition, bool | None], expected: set[tuple[tuple[Material, ...], ...]]
) -> None:
    assert asked({**FACTS, **facts}) == expected


@pytest.mark.clause("1.18")
def test_the_basics_are_asked_of_everybody_and_no_combination_of_facts_is_forgotten() -> None:
    for values in itertools.product([True, False], repeat=len(Condition)):
        facts: dict[Condition, bool | None] = dict(zip(Condition, values, strict=True))
        demands = required_materials(APPEAL, facts)
        assert demands[0].alternatives == ((M.BASICS,),)
        assert len(demands) > 1 or not facts[C.TENANT], facts


@pytest.mark.clause("1.18")
def test_a_stranger_sees_the_whole_table_with_what_each_line_depends_on() -> None:
    demands = required_materials(APPEAL, {})
    assert len(demands) == len(APPEAL)
    assert [one for one in demands if one.is_certain] == [demands[0]]


def test_the_parts_for_strangers_leave_no_row_of_the_table_out() -> None:
    shown = {one.alternatives for _, demands in materials_in_groups(home=None) for one in demands}
    assert shown == {row.alternatives for row in APPEAL}


def test_an_unknown_fact_stays_in_the_demand_until_somebody_knows_it() -> None:
    known = {**FACTS, **ABROAD, C.VERIFIED: True, C.PARTNER_PAID: None}
    consent = next(one for one in required_materials(APPEAL, known) if one.alternatives == ((M.PARTNER_CONSENT,),))
    assert consent.provided == (C.PARTNER_PAID,)


@pytest.mark.clause("3.1.9", "3.1.14")
def test_another_phone_asks_for_the_representatives_or_the_authorised_persons_set_or_the_individuals() -> None:
    person = required_materials(CHANGE_PHONE, {C.ENTERPRISE: False, C.PARTNER_PAID: False})
    company = required_materials(CHANGE_PHONE, {C.ENTERPRISE: True, C.PARTNER_PAID: False})
    assert [one.alternatives for one in person] == [((M.IDENTITY, M.HOLDING),)]
    assert [one.alternatives for one in company] == [
        (
            (M.LICENCE, M.REPRESENTATIVE_IDENTITY, M.REPRESENTATIVE_HOLDING),
            (M.LICENCE, M.LETTER, M.AUTHORISED_IDENTITY, M.AUTHORISED_HOLDING),
        )
    ]


@pytest.mark.clause("3.1.9", "3.1.14")
def test_a_tenant_whose_money_a_partner_advances_gets_a_further_check() -> None:
    demands = required_materials(CHANGE_PHONE, {C.ENTERPRISE: False, C.PARTNER_PAID: True})
    assert ((M.PARTNER_CHECK,),) in [one.alternatives for one in demands]
