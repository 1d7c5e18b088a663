"""What may be changed into what, once a tenant is verified (2.4): the whole matrix. Pure."""

from collections.abc import Mapping

from account_center.realname.types import ChangeKind, Held, Obstacle, Party, Slot

# A person may become another person or an organisation; an organisation may be renamed or become another one (2.4.6).
CHANGES: Mapping[Party, tuple[ChangeKind, ...]] = {
    Party.PERSON: (ChangeKind.ANOTHER_PERSON, ChangeKind.TO_ORGANISATION),
    Party.ORGANISATION: (ChangeKind.RENAMED, ChangeKind.ANOTHER_ORGANISATION),
}
AFTERWARDS: Mapping[ChangeKind, Party] = {
    ChangeKind.ANOTHER_PERSON: Party.PERSON,
    ChangeKind.TO_ORGANISATION: Party.ORGANISATION,
    ChangeKind.RENAMED: Party.ORGANISATION,
    ChangeKind.ANOTHER_ORGANISATION: Party.ORGANISATION,
}
# 2.4.8: for these a signed form is asked besides the evidence of the way; from a person to an organisation there is none.
WITH_FORM = frozenset({ChangeKind.ANOTHER_PERSON, ChangeKind.RENAMED, ChangeKind.ANOTHER_ORGANISATION})


def change_between(held: Held, stated: Party) -> ChangeKind | Obstacle:
    """What a form changes, seen from what holds; or why it cannot be.

    Neither is the way: who was verified by a bank account may become another organisation (2.4.7), and who was by card
    may become one by bank account (2.4.9). Who changed his own name is verified again like another person (2.4.4).
    """
    if held.party is Party.ORGANISATION and stated is Party.PERSON:
        return Obstacle.ORGANISATION_STAYS
    if held.party is Party.PERSON and stated is Party.ORGANISATION:
        return ChangeKind.TO_ORGANISATION
    if held.same_number and held.same_name:
        return Obstacle.SAME_AGAIN
    if stated is Party.PERSON:
        return ChangeKind.ANOTHER_PERSON
    return ChangeKind.RENAMED if held.same_number else ChangeKind.ANOTHER_ORGANISATION


def judge_change(held: Held | None, stated: Party, asked: ChangeKind | None) -> Obstacle | None:
    """What stands in the way of a form on account of what the tenant is verified as; None without a verification.

    A change is never slipped in: it must have been asked for, and be what was asked for.
    """
    if held is None:
        return None
    if asked is None:
        return Obstacle.ALREADY_VERIFIED
    change = change_between(held, stated)
    if isinstance(change, Obstacle):
        return change
    return None if change is asked else Obstacle.OTHER_CHANGE


def form_slots(change: ChangeKind | None) -> tuple[Slot, ...]:
    """The picture that a change asks for besides those of the way (2.4.8)."""
    return (Slot.CHANGE_FORM,) if change in WITH_FORM else ()


def is_looked_at(change: ChangeKind | None) -> bool:
    """Whether staff look at it however quick its way is: whether a form is signed only a reader can say."""
    return change in WITH_FORM
