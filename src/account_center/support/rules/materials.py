"""Which materials prove an account: the whole table of 1.18, and that of 3.1.9 and 3.1.14, as rows of one rule."""

from collections.abc import Mapping
from dataclasses import dataclass

from account_center.support.types import Condition, Demand, Group, Material

C, M = Condition, Material
Facts = Mapping[Condition, bool | None]

PERSON = ((M.IDENTITY, M.HOLDING),)
# Either set will do, whole: the legal representative's, or that of somebody he authorised.
COMPANY = (
    (M.LICENCE, M.REPRESENTATIVE_IDENTITY, M.REPRESENTATIVE_HOLDING),
    (M.LICENCE, M.LETTER, M.AUTHORISED_IDENTITY, M.AUTHORISED_HOLDING),
)


@dataclass(frozen=True, slots=True)
class Row:
    """``alternatives`` are asked for when all of ``provided`` are true and none of ``unless`` is."""

    alternatives: tuple[tuple[Material, ...], ...]
    provided: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()


def _all(*materials: Material) -> tuple[tuple[Material, ...], ...]:
    return (materials,)


ABROAD = (C.LEGACY, C.HOME)

# 1.18. A phone or e-mail address is replaced, or a phone is unbound, for somebody who cannot receive codes.
APPEAL: tuple[Row, ...] = (
    Row(_all(M.BASICS)),
    Row(PERSON, provided=(C.HOME, C.TENANT), unless=(C.LEGACY, C.ENTERPRISE)),
    Row(COMPANY, provided=(C.HOME, C.TENANT, C.ENTERPRISE), unless=(C.LEGACY,)),
    # A legacy account goes by the older rule of 3.1.14, wherever it was registered.
    Row(PERSON, provided=(C.LEGACY,), unless=(C.ENTERPRISE,)),
    Row(COMPANY, provided=(C.LEGACY, C.ENTERPRISE)),
    Row(_all(M.VERIFICATION_PAPERS), provided=(C.TENANT, C.VERIFIED), unless=ABROAD),
    Row(_all(M.CARD_FRONT, M.CARDHOLDER_IDENTITY), provided=(C.TENANT, C.CARD_BOUND), unless=ABROAD),
    Row(_all(M.STATEMENTS), provided=(C.TENANT, C.CARD_BOUND), unless=(*ABROAD, C.VERIFIED)),
    Row(_all(M.SIGNED_AUTHORISATION), provided=(C.TENANT, C.CARD_BOUND, C.ENTERPRISE), unless=ABROAD),
    Row(
        _all(M.PAYER_LICENCE, M.PAYER_ACCOUNT, M.STATEMENTS, M.SIGNED_AUTHORISATION),
        provided=(C.TENANT, C.ENTERPRISE, C.PAID_OFFLINE),
        unless=(*ABROAD, C.VERIFIED, C.CARD_BOUND),
    ),
    Row(_all(M.ACCOUNT_DATA), provided=(C.TENANT,), unless=(*ABROAD, C.VERIFIED, C.CARD_BOUND, C.PAID_OFFLINE)),
    # The source names offline payment for enterprises only; an individual who paid so has nothing else to show.
    Row(
        _all(M.ACCOUNT_DATA),
        provided=(C.TENANT, C.PAID_OFFLINE),
        unless=(*ABROAD, C.VERIFIED, C.CARD_BOUND, C.ENTERPRISE),
    ),
    Row(_all(M.PARTNER_CONSENT), provided=(C.TENANT, C.PARTNER_PAID), unless=ABROAD),
    Row(_all(M.PARTNER_LICENCE), provided=(C.TENANT, C.PARTNER), unless=ABROAD),
    Row(_all(M.PARTNER_CHECK), provided=(C.HOME, C.TENANT, C.PARTNER_PAID), unless=(C.LEGACY,)),
    Row(_all(M.PARTNER_CHECK), provided=(C.LEGACY, C.PARTNER_PAID)),
)
# 3.1.9, 3.1.14. The customer is signed in and wants another phone; the old one receives no codes.
CHANGE_PHONE: tuple[Row, ...] = (
    Row(PERSON, unless=(C.ENTERPRISE,)),
    Row(COMPANY, provided=(C.ENTERPRISE,)),
    Row(_all(M.PARTNER_CHECK), provided=(C.PARTNER_PAID,)),
)


def required_materials(rows: tuple[Row, ...], facts: Facts) -> tuple[Demand, ...]:
    """What must be handed in. A fact that is missing or None is unknown: then the demand says on what it depends."""
    demands = (_demand(row, facts) for row in rows)
    return tuple(demand for demand in demands if demand is not None)


def _demand(row: Row, facts: Facts) -> Demand | None:
    if any(facts.get(one) is False for one in row.provided) or any(facts.get(one) is True for one in row.unless):
        return None
    return Demand(
        alternatives=row.alternatives,
        provided=tuple(one for one in row.provided if facts.get(one) is None),
        unless=tuple(one for one in row.unless if facts.get(one) is None),
    )


GROUPS: Mapping[Group, Facts] = {
    Group.EVERYBODY: {C.LEGACY: False, C.TENANT: False},
    Group.HOME: {C.LEGACY: False, C.HOME: True, C.TENANT: True},
    Group.ABROAD: {C.LEGACY: False, C.HOME: False, C.TENANT: True},
    Group.LEGACY: {C.LEGACY: True},
}


def materials_in_groups(*, home: bool | None) -> list[tuple[Group, tuple[Demand, ...]]]:
    """The table of 1.18 for a stranger: nothing in it comes from an account, only ``home`` from what he typed himself."""
    unfit = {None: set(), True: {Group.ABROAD}, False: {Group.HOME}}[home]
    basics = required_materials(APPEAL, GROUPS[Group.EVERYBODY])
    return [
        (
            group,
            tuple(one for one in required_materials(APPEAL, facts) if group is Group.EVERYBODY or one not in basics),
        )
        for group, facts in GROUPS.items()
        if group not in unfit
    ]
