"""Owner and stranger act at one moment on the way back in: who stops it has stopped it, and nothing breaks."""

from datetime import timedelta

import pytest
from django.conf import settings

from account_center.accounts.queries import account
from account_center.accounts.types import AccountFacts
from account_center.kit.refused import Refused
from account_center.recovery.errors import NoSuchContact, RecoveryOver
from account_center.recovery.models import EmergencyContact, Recovery
from account_center.recovery.services import confirm_contact, stop_waiting, wait
from account_center.recovery.services.choosing import choose
from account_center.recovery.services.contacts import send_contact_code
from account_center.recovery.services.finishing import set_new_password
from account_center.recovery.services.rows import move
from account_center.recovery.types import ContactView, RecoveryState, RecoveryView
from tests.between_each import after_each
from tests.recovery.making import NEW, begun, chosen, named, prove_first, ready
from tests.signin.making import NOW, VISITOR, a_phone, an_account, owner_of, prove

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("1.16")]
Way = tuple[AccountFacts, RecoveryView]
OVER = NOW + timedelta(seconds=settings.LIMITS.recovery_wait_seconds, minutes=1)
ENDED = {RecoveryState.STOPPED, RecoveryState.DONE, RecoveryState.BEGUN}


def state_of(view: RecoveryView) -> RecoveryState:
    return RecoveryState(Recovery.objects.get(public_id=view.id).state)


def stopped(way: Way) -> bool:
    try:
        stop_waiting(actor=owner_of(way[0]), account_id=way[0].id, now=NOW)
    except RecoveryOver:
        return False
    return True


def waited() -> Way:
    """A stranger's waiting time is over, and he comes back with a new code."""
    owner = an_account(phone=a_phone())
    wait(actor=VISITOR, recovery_id=chosen(owner).id, now=NOW)
    view = begun(owner.phone, now=OVER)
    prove_first(view, now=OVER)
    return owner, view


def chosen_again(way: Way) -> RecoveryState | None:
    owner, view = way
    try:
        return choose(actor=VISITOR, recovery_id=view.id, account_id=owner.id, device="", now=OVER).state
    except Refused:
        return None


def test_a_stop_while_the_account_is_chosen_leaves_nobody_ready_to_set_a_password() -> None:
    for (_, view), _ in after_each(waited, chosen_again, stopped, about="recovery_recovery|accounts_account"):
        assert state_of(view) is not RecoveryState.READY


def going_on() -> Way:
    owner = an_account(phone=a_phone())
    return owner, chosen(owner)


def test_a_step_taken_while_its_owner_stops_it_does_not_keep_it_from_stopping() -> None:
    def step_taken(way: Way) -> None:
        row = Recovery.objects.get(public_id=way[1].id)
        if row.state == RecoveryState.FURTHER:
            try:
                move(row, RecoveryState.READY, now=NOW)
            except RecoveryOver:
                return

    for (_, view), was_stopped in after_each(going_on, stopped, step_taken):
        assert was_stopped
        assert state_of(view) is RecoveryState.STOPPED


def two_ways() -> Way:
    """The owner is about to set a password, while another way of the same account is under way."""
    owner = an_account(phone=a_phone())
    view = ready(owner)
    Recovery.objects.create(
        account_id=owner.id,
        mark=owner.mark,
        state="further",
        channel="sms",
        created_at=NOW,
        expires_at=NOW + timedelta(hours=1),
    )
    return owner, view


def test_a_password_is_set_though_another_way_goes_on_at_that_moment() -> None:
    def other_goes_on(way: Way) -> None:
        Recovery.objects.filter(account_id=way[0].id, state="further").update(state="ready")

    def set_it(way: Way) -> RecoveryState:
        return set_new_password(actor=VISITOR, recovery_id=way[1].id, password=NEW, now=NOW).state

    for (owner, _), state in after_each(two_ways, set_it, other_goes_on, about="recovery_recovery"):
        assert state is RecoveryState.DONE
        assert not Recovery.objects.filter(account_id=owner.id, mark=mark_of(owner)).exclude(state="done").exists()


def mark_of(owner: AccountFacts) -> str:
    found = account(owner.id)
    assert found
    return found.mark


def agreeing() -> tuple[AccountFacts, ContactView]:
    """Somebody has told the owner the code, and so has agreed to be an emergency contact."""
    owner = an_account(phone=a_phone())
    contact = named(owner)
    prove(send_contact_code(actor=owner_of(owner), account_id=owner.id, contact_id=contact.id, now=NOW))
    return owner, contact


def test_a_contact_removed_while_it_is_confirmed_is_gone() -> None:
    def confirmed(case: tuple[AccountFacts, ContactView]) -> bool:
        owner, contact = case
        try:
            confirm_contact(actor=owner_of(owner), account_id=owner.id, contact_id=contact.id, now=NOW)
        except NoSuchContact:
            return False
        return True

    def removed(case: tuple[AccountFacts, ContactView]) -> None:
        EmergencyContact.objects.filter(public_id=case[1].id).delete()

    answers = list(after_each(agreeing, confirmed, removed, about="recovery_emergencycontact|signin_challenge"))
    assert not EmergencyContact.objects.filter(public_id__in=[contact.id for (_, contact), _ in answers]).exists()
