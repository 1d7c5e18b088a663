"""The matrix of changes (2.4), as a table."""

import pytest

from account_center.realname.change_rules import (
    AFTERWARDS,
    CHANGES,
    change_between,
    form_slots,
    is_looked_at,
    judge_change,
)
from account_center.realname.rules import REASONS
from account_center.realname.types import ChangeKind, Held, Obstacle, Party, ReviewReason, Slot, Verdict

PERSON, ORGANISATION = Party.PERSON, Party.ORGANISATION


@pytest.mark.clause("2.4.2", "2.4.4", "2.4.5", "2.4.6", "2.4.7", "2.2.8")
@pytest.mark.parametrize(
    ("held", "stated", "number", "name", "what"),
    [
        (PERSON, PERSON, False, False, ChangeKind.ANOTHER_PERSON),
        (PERSON, PERSON, False, True, ChangeKind.ANOTHER_PERSON),  # namesakes
        (PERSON, PERSON, True, False, ChangeKind.ANOTHER_PERSON),  # the same person under a new name
        (PERSON, PERSON, True, True, Obstacle.SAME_AGAIN),
        (PERSON, ORGANISATION, False, False, ChangeKind.TO_ORGANISATION),
        (PERSON, ORGANISATION, False, True, ChangeKind.TO_ORGANISATION),
        (PERSON, ORGANISATION, True, True, ChangeKind.TO_ORGANISATION),
        (ORGANISATION, ORGANISATION, True, False, ChangeKind.RENAMED),
        (ORGANISATION, ORGANISATION, False, False, ChangeKind.ANOTHER_ORGANISATION),
        (ORGANISATION, ORGANISATION, False, True, ChangeKind.ANOTHER_ORGANISATION),
        (ORGANISATION, ORGANISATION, True, True, Obstacle.SAME_AGAIN),
        (ORGANISATION, PERSON, False, False, Obstacle.ORGANISATION_STAYS),
        (ORGANISATION, PERSON, True, True, Obstacle.ORGANISATION_STAYS),
    ],
)
def test_the_matrix_of_changes(
    held: Party, stated: Party, number: bool, name: bool, what: ChangeKind | Obstacle
) -> None:
    assert change_between(Held(held, same_number=number, same_name=name), stated) is what


def test_what_the_pages_offer_is_what_the_matrix_allows() -> None:
    for held, kinds in CHANGES.items():
        found = {
            change_between(Held(held, same_number=number, same_name=name), stated)
            for stated in Party
            for number in (True, False)
            for name in (True, False)
        }
        assert {one for one in found if isinstance(one, ChangeKind)} == set(kinds)
    assert set(AFTERWARDS) == set(ChangeKind)


@pytest.mark.clause("2.1.14", "2.1.24")
@pytest.mark.parametrize("stated", Party)
def test_a_change_is_never_slipped_in(stated: Party) -> None:
    another = Held(PERSON, same_number=False, same_name=False)
    assert judge_change(another, stated, None) is Obstacle.ALREADY_VERIFIED
    assert judge_change(None, stated, None) is None
    assert judge_change(None, stated, ChangeKind.RENAMED) is None  # nothing holds, so nothing is changed


@pytest.mark.clause("2.4.5", "2.4.7")
@pytest.mark.parametrize("same_number", [True, False])
def test_a_change_must_be_the_one_that_was_asked_for(same_number: bool) -> None:
    held = Held(ORGANISATION, same_number=same_number, same_name=False)
    right = ChangeKind.RENAMED if same_number else ChangeKind.ANOTHER_ORGANISATION
    for asked in ChangeKind:
        assert judge_change(held, ORGANISATION, asked) is (None if asked is right else Obstacle.OTHER_CHANGE)


@pytest.mark.clause("2.4.8", "2.4.2")
def test_every_change_but_that_to_an_organisation_asks_for_a_form_that_staff_read() -> None:
    for kind in ChangeKind:
        with_form = kind is not ChangeKind.TO_ORGANISATION
        assert form_slots(kind) == ((Slot.CHANGE_FORM,) if with_form else ())
        assert is_looked_at(kind) is with_form
    assert form_slots(None) == ()
    assert not is_looked_at(None)


@pytest.mark.clause("2.4.8", "2.1.12")
def test_a_form_can_be_asked_for_again_for_reasons_of_its_own() -> None:
    own = {ReviewReason.NOT_SIGNED, ReviewReason.OTHER_NAMES, ReviewReason.NOT_THIS_FORM}
    assert own <= set(REASONS[Slot.CHANGE_FORM])
    assert {reason.verdict for reason in own} == {Verdict.AGAIN}
