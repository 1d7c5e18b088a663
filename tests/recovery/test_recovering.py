"""From a forgotten password to a new one: ID accounts (1.16)."""

from datetime import timedelta

import pytest
from django.conf import settings

from account_center.accounts.errors import WeakPassword
from account_center.accounts.queries import account
from account_center.accounts.services import password_fits, set_phone
from account_center.accounts.types import AccountKind
from account_center.audit.models import Event
from account_center.kit.masking import mask_email, mask_phone
from account_center.messaging.models import Message
from account_center.recovery.errors import NotOfThisContact, RecoveryOver
from account_center.recovery.models import Recovery
from account_center.recovery.services import candidates, choose, recovery_of
from account_center.recovery.types import RecoveryState
from account_center.signin.errors import ProofMissing
from account_center.signin.services import guard, sign_in_with_password
from account_center.signin.services.codes import challenge
from account_center.signin.types import SignInOutcome
from tests.racing import kinds, race
from tests.recovery.making import DEVICE, NEW, begun, chosen, finished, knows_device, prove_first, ready, texts_to
from tests.signin.making import NOW, PASSWORD, VISITOR, a_phone, an_account, code_in, typed

pytestmark = pytest.mark.django_db


@pytest.mark.clause("1.16")
def test_phone_code_and_account_lead_to_a_new_password_on_a_known_device() -> None:
    owner = an_account(phone=a_phone())
    done = finished(ready(owner))
    assert done.state is RecoveryState.DONE
    assert password_fits(account_id=owner.id, password=NEW)
    assert not password_fits(account_id=owner.id, password=PASSWORD)


@pytest.mark.clause("1.16")
def test_an_e_mail_address_does_as_well() -> None:
    owner = an_account(email="lin@example.com")
    finished(ready(owner))
    assert password_fits(account_id=owner.id, password=NEW)


@pytest.mark.clause("1.16")
def test_the_accounts_of_a_phone_are_named_after_the_code_only() -> None:
    phone = a_phone()
    first, second = an_account(phone=phone), an_account(phone=phone)
    view = begun(phone)
    assert view.account is None
    with pytest.raises(ProofMissing):
        candidates(recovery_id=view.id, now=NOW)
    prove_first(view)
    _, found = candidates(recovery_id=view.id, now=NOW)
    assert [one.id for one in found] == [first.id, second.id]


@pytest.mark.clause("1.17")
def test_a_phone_of_a_legacy_account_alone_leads_to_it() -> None:
    phone = a_phone()
    legacy = an_account(phone=phone, kind=AccountKind.LEGACY)
    view = begun(phone)
    prove_first(view)
    _, found = candidates(recovery_id=view.id, now=NOW)
    assert [one.kind for one in found] == [AccountKind.LEGACY]
    view = choose(actor=VISITOR, recovery_id=view.id, account_id=legacy.id, device="", now=NOW)
    assert view.state is RecoveryState.READY


def test_an_account_of_another_phone_cannot_be_chosen() -> None:
    owner, other = an_account(phone=a_phone()), an_account(phone=a_phone())
    view = begun(owner.phone)
    prove_first(view)
    with pytest.raises(NotOfThisContact):
        choose(actor=VISITOR, recovery_id=view.id, account_id=other.id, device="", now=NOW)


@pytest.mark.clause("1.17")
def test_an_unknown_phone_gets_no_message_and_no_code_is_right() -> None:
    view = begun("139 1234 5675")
    assert all(message.decoy for message in Message.objects.all())
    row = Recovery.objects.get(public_id=view.id)
    seen = challenge(row.challenge) if row.challenge else None
    assert seen
    assert typed(seen, code_in(seen)).verdict == "wrong"


@pytest.mark.clause("3.1.21")
def test_everything_ends_and_the_lock_with_it() -> None:
    owner = an_account(phone=a_phone())
    before = account(owner.id)
    for _ in range(settings.LIMITS.wrong_passwords):
        sign_in_with_password(
            actor=VISITOR, identifier=owner.name, password="wrong", kind=AccountKind.ID, country="CN", now=NOW
        )
    assert guard.lock_of(guard.guard_key(f"account:{owner.id}"), now=NOW)
    finished(ready(owner))
    after = account(owner.id)
    assert before
    assert after
    assert (after.mark, after.trust_mark) != (before.mark, before.trust_mark)
    assert not guard.lock_of(guard.guard_key(f"account:{owner.id}"), now=NOW)
    verdict = sign_in_with_password(
        actor=VISITOR, identifier=owner.name, password=NEW, kind=AccountKind.ID, country="CN", now=NOW
    )
    assert verdict.outcome is SignInOutcome.SIGNED_IN


def test_phone_and_mailbox_are_told_both_with_time_place_and_a_way_to_object() -> None:
    owner = an_account(phone=a_phone(), email="lin@example.com")
    finished(ready(owner))
    for masked in (mask_phone(owner.phone), mask_email(owner.email)):
        text = texts_to(masked)[0]
        assert owner.name in text
        assert "2026" in text
        assert "/account/not-me/" in text
        assert "深圳" in text  # of the visitor's address, in the owner's language


def test_the_history_tells_how() -> None:
    owner = an_account(phone=a_phone())
    finished(ready(owner))
    names = list(Event.objects.filter(account_id=owner.id).values_list("name", flat=True))
    assert "recovery:account:chosen" in names
    assert "recovery:password:set" in names


def test_a_weak_password_changes_nothing_and_can_be_mended() -> None:
    view = ready(an_account(phone=a_phone()))
    with pytest.raises(WeakPassword):
        finished(view, "password12")
    assert finished(view).state is RecoveryState.DONE


def test_a_recovery_serves_once() -> None:
    owner = an_account(phone=a_phone())
    view = ready(owner)
    finished(view)
    with pytest.raises(RecoveryOver):
        finished(view, "another teapot 99 window")
    assert password_fits(account_id=owner.id, password=NEW)


def test_the_code_serves_one_account_once() -> None:
    phone = a_phone()
    first, second = an_account(phone=phone), an_account(phone=phone)
    knows_device(first)
    knows_device(second)
    view = begun(phone)
    prove_first(view)
    choose(actor=VISITOR, recovery_id=view.id, account_id=first.id, device=DEVICE, now=NOW)
    with pytest.raises(RecoveryOver):
        choose(actor=VISITOR, recovery_id=view.id, account_id=second.id, device=DEVICE, now=NOW)


def test_yesterdays_recovery_is_refused() -> None:
    view = ready(an_account(phone=a_phone()))
    late = NOW + timedelta(seconds=settings.LIMITS.recovery_seconds)
    with pytest.raises(RecoveryOver):
        finished(view, now=late)


def test_a_change_of_the_account_ends_what_was_begun_before() -> None:
    owner = an_account(phone=a_phone())
    view = ready(owner)
    set_phone(actor=VISITOR, account_id=owner.id, phone=a_phone(), masked="…", now=NOW)
    with pytest.raises(RecoveryOver):
        finished(view)


def test_a_second_recovery_of_the_same_account_dies_with_the_first_success() -> None:
    owner = an_account(phone=a_phone(), email="lin@example.com")
    first = ready(owner)
    second = chosen(owner, contact=owner.email, device=DEVICE)
    finished(first)
    with pytest.raises(RecoveryOver):
        finished(second, "another teapot 99 window")
    assert recovery_of(recovery_id=first.id, now=NOW).state is RecoveryState.DONE


@pytest.mark.django_db(transaction=True)
def test_of_64_finishes_at_one_moment_one_succeeds() -> None:
    owner = an_account(phone=a_phone())
    view = ready(owner)
    answers = race(lambda number: finished(view, f"granite teapot {number:02d} window"), 64)
    assert kinds(answers).get("RecoveryView") == 1, kinds(answers)
    assert Event.objects.filter(name="recovery:password:set").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_64_choices_at_one_moment_one_counts() -> None:
    phone = a_phone()
    owners = [an_account(phone=phone) for _ in range(2)]
    view = begun(phone)
    prove_first(view)
    answers = race(
        lambda number: choose(actor=VISITOR, recovery_id=view.id, account_id=owners[number % 2].id, device="", now=NOW),
        64,
    )
    assert kinds(answers).get("RecoveryView") == 1, kinds(answers)
