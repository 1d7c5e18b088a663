"""A new device asks for more (1.16)."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings

from account_center.accounts.queries import account
from account_center.accounts.services import password_fits, set_sign_in_check
from account_center.accounts.types import AccountKind, SignInCheck
from account_center.audit.models import Event
from account_center.kit.masking import mask_email, mask_phone
from account_center.recovery.errors import ContactAskedTooOften, LinkUnknown, NoSuchContact, RecoveryOver, WayNotOpen
from account_center.recovery.models import Recovery
from account_center.recovery.queries import waits_until
from account_center.recovery.rules import further_ways
from account_center.recovery.services import (
    ask_contact,
    ask_other,
    choices,
    finishing,
    links,
    stop,
    stop_waiting,
    take_app,
    take_code,
    take_recovery_code,
    wait,
)
from account_center.recovery.types import FurtherFacts, FurtherWay, RecoveryState
from account_center.signin.errors import CodeTooSoon, ProofMissing, TooManyCodes
from account_center.signin.models import Device, RecoveryCode, SecondFactor
from account_center.signin.services.attempts import begin_attempt
from account_center.signin.services.authenticator import _totp, begin_app, confirm_app
from account_center.signin.services.codes import resend_code
from account_center.signin.services.recovery_codes import replace_codes
from account_center.signin.services.unusual import disown_sign_in
from account_center.signin.types import FirstWay, Step
from tests.racing import kinds, race
from tests.recovery.making import DEVICE, NEW, chosen, finished, knows_device, ready, texts_to, with_contact
from tests.signin.making import NOW, VISITOR, a_phone, an_account, another_code, code_in, owner_of, prove, typed

pytestmark = pytest.mark.django_db


@pytest.mark.clause("1.16")
@pytest.mark.parametrize(
    ("facts", "ways"),
    [
        (FurtherFacts(contacts=1, other_channel=True, app=True), ("contact",)),
        (FurtherFacts(contacts=0, other_channel=True), ("other", "wait")),
        (
            FurtherFacts(contacts=0, other_channel=False, passkeys=True, app=True, recovery_codes=True),
            ("passkey", "app", "recovery_code", "wait"),
        ),
        (FurtherFacts(contacts=0, other_channel=False), ("wait",)),
    ],
)
def test_what_a_new_device_may_show(facts: FurtherFacts, ways: tuple[str, ...]) -> None:
    assert further_ways(facts) == ways


@pytest.mark.clause("1.16")
def test_the_first_code_alone_sets_no_password_on_a_new_device() -> None:
    view = chosen(an_account(phone=a_phone(), email="lin@example.com"))
    assert view.state is RecoveryState.FURTHER
    with pytest.raises(RecoveryOver):
        finished(view)


@pytest.mark.clause("1.16")
def test_an_emergency_contact_is_shown_masked_asked_with_a_warning_and_confirms() -> None:
    owner = an_account("sea.lamp", phone=a_phone(), email="lin@example.com")
    contact = with_contact(owner, "Anna Berg", "anna@example.org")
    view = chosen(owner)
    choice = choices(recovery_id=view.id, now=NOW)
    assert choice.ways == (FurtherWay.CONTACT,)
    assert [(one.name, one.contact) for one in choice.contacts] == [("A*** B***", "an***@example.org")]
    sent = ask_contact(actor=VISITOR, recovery_id=view.id, contact_id=contact.id, now=NOW)
    text = texts_to("an***@example.org")[0]
    assert "sea.lamp" in text
    assert "in person" in text
    prove(sent)
    assert take_code(actor=VISITOR, recovery_id=view.id, now=NOW).state is RecoveryState.READY
    finished(view)
    assert password_fits(account_id=owner.id, password=NEW)


def test_the_owners_own_code_does_not_stand_in_for_the_contact() -> None:
    owner = an_account(phone=a_phone(), email="lin@example.com")
    with_contact(owner)
    view = chosen(owner)
    with pytest.raises(WayNotOpen):
        ask_other(actor=VISITOR, recovery_id=view.id, now=NOW)
    with pytest.raises(WayNotOpen):
        wait(actor=VISITOR, recovery_id=view.id, now=NOW)
    with pytest.raises(WayNotOpen):
        take_code(actor=VISITOR, recovery_id=view.id, now=NOW)


def test_a_wrong_code_of_the_contact_proves_nothing() -> None:
    owner = an_account(phone=a_phone())
    contact = with_contact(owner)
    view = chosen(owner)
    sent = ask_contact(actor=VISITOR, recovery_id=view.id, contact_id=contact.id, now=NOW)
    assert typed(sent, another_code(code_in(sent))).verdict == "wrong"
    with pytest.raises(ProofMissing):
        take_code(actor=VISITOR, recovery_id=view.id, now=NOW)


def test_another_accounts_contact_cannot_be_asked() -> None:
    owner, other = an_account(phone=a_phone()), an_account(phone=a_phone())
    with_contact(owner)
    theirs = with_contact(other, contact="other@example.org")
    with pytest.raises(NoSuchContact):
        ask_contact(actor=VISITOR, recovery_id=chosen(owner).id, contact_id=theirs.id, now=NOW)


def test_a_contact_is_asked_a_few_times_a_day_only() -> None:
    owner = an_account(phone=a_phone())
    contact = with_contact(owner)
    view = chosen(owner)
    ask_contact(actor=VISITOR, recovery_id=view.id, contact_id=contact.id, now=NOW)
    with pytest.raises(CodeTooSoon):  # which does not count
        ask_contact(actor=VISITOR, recovery_id=view.id, contact_id=contact.id, now=NOW)
    for minute in range(1, settings.LIMITS.emergency_codes_per_day):
        later = NOW + timedelta(minutes=minute)
        ask_contact(actor=VISITOR, recovery_id=view.id, contact_id=contact.id, now=later)
    with pytest.raises(ContactAskedTooOften):
        ask_contact(actor=VISITOR, recovery_id=view.id, contact_id=contact.id, now=NOW + timedelta(minutes=9))


@pytest.mark.clause("1.16")
def test_sending_again_reaches_a_contact_no_oftener_than_asking_anew() -> None:
    owner = an_account(phone=a_phone())
    contact = with_contact(owner)
    view = chosen(owner)
    before = len(texts_to("he***@example.org"))
    sent = ask_contact(actor=VISITOR, recovery_id=view.id, contact_id=contact.id, now=NOW)
    for minute in (1, 2):
        resend_code(actor=VISITOR, challenge_id=sent.id, now=NOW + timedelta(minutes=minute))
    with pytest.raises(TooManyCodes):
        resend_code(actor=VISITOR, challenge_id=sent.id, now=NOW + timedelta(minutes=3))
    with pytest.raises(TooManyCodes):
        ask_contact(actor=VISITOR, recovery_id=view.id, contact_id=contact.id, now=NOW + timedelta(minutes=3))
    assert len(texts_to("he***@example.org")) - before == settings.LIMITS.emergency_codes_per_day


@pytest.mark.django_db(transaction=True)
def test_of_64_at_one_moment_no_more_messages_than_allowed_reach_the_contact() -> None:
    owner = an_account(phone=a_phone())
    contact = with_contact(owner)
    view = chosen(owner)
    before = len(texts_to("he***@example.org"))
    answers = race(lambda _: ask_contact(actor=VISITOR, recovery_id=view.id, contact_id=contact.id, now=NOW), 64)
    assert kinds(answers).get("ChallengeView", 0) <= settings.LIMITS.emergency_codes_per_day, kinds(answers)
    assert len(texts_to("he***@example.org")) - before <= settings.LIMITS.emergency_codes_per_day


@pytest.mark.clause("1.16")
def test_without_contacts_the_other_phone_or_mailbox_proves() -> None:
    owner = an_account(phone=a_phone(), email="lin@example.com")
    by_phone = chosen(owner)
    assert choices(recovery_id=by_phone.id, now=NOW).other == mask_email(owner.email)
    by_mail = chosen(owner, contact=owner.email)
    assert choices(recovery_id=by_mail.id, now=NOW).other == mask_phone(owner.phone)
    prove(ask_other(actor=VISITOR, recovery_id=by_mail.id, now=NOW))
    assert take_code(actor=VISITOR, recovery_id=by_mail.id, now=NOW).state is RecoveryState.READY


def test_an_app_and_a_recovery_code_prove_too() -> None:
    owner = an_account(phone=a_phone())
    begin_app(account_id=owner.id, name=owner.name, now=NOW)
    digits = _shown_by_app(owner.id)
    confirm_app(actor=owner_of(owner), account_id=owner.id, digits=digits, now=NOW)
    codes = replace_codes(account_id=owner.id, now=NOW)
    later = NOW + timedelta(seconds=60)
    first = chosen(owner, now=later)
    assert (
        take_app(actor=VISITOR, recovery_id=first.id, digits=_shown_by_app(owner.id, later), now=later).state
        is RecoveryState.READY
    )
    second = chosen(owner, now=later)
    view = take_recovery_code(actor=VISITOR, recovery_id=second.id, code=codes[0], now=later)
    assert view.state is RecoveryState.READY
    assert RecoveryCode.objects.filter(account_id=owner.id, used_at__isnull=False).count() == 1


def _shown_by_app(account_id: int, moment: datetime = NOW) -> str:
    return _totp(SecondFactor.objects.get(account_id=account_id)).generate(int(moment.timestamp())).decode()


@pytest.mark.clause("1.16")
def test_a_waiting_time_is_told_everywhere_and_then_counts_as_proof() -> None:
    owner = an_account(phone=a_phone(), email="lin@example.com")
    view = chosen(owner)
    until = wait(actor=VISITOR, recovery_id=view.id, now=NOW)
    assert until == NOW + timedelta(seconds=settings.LIMITS.recovery_wait_seconds)
    for masked in (mask_phone(owner.phone), mask_email(owner.email)):
        assert "/recovery/stop/" in texts_to(masked)[0]
    early = until - timedelta(minutes=1)
    assert chosen(owner, now=early).state is RecoveryState.FURTHER
    again = chosen(owner, now=until + timedelta(minutes=1))
    assert again.state is RecoveryState.READY
    finished(again, now=until + timedelta(minutes=2))
    assert password_fits(account_id=owner.id, password=NEW)
    assert waits_until(owner.id) is None


def test_the_waiting_time_of_the_phone_does_not_serve_the_mailbox() -> None:
    owner = an_account(phone=a_phone(), email="lin@example.com")
    until = wait(actor=VISITOR, recovery_id=chosen(owner).id, now=NOW)
    assert chosen(owner, contact=owner.email, now=until).state is RecoveryState.FURTHER


def test_who_comes_back_too_late_waits_again() -> None:
    owner = an_account(phone=a_phone())
    until = wait(actor=VISITOR, recovery_id=chosen(owner).id, now=NOW)
    late = until + timedelta(seconds=settings.LIMITS.recovery_return_seconds)
    view = chosen(owner, now=late)
    assert view.state is RecoveryState.FURTHER
    assert wait(actor=VISITOR, recovery_id=view.id, now=late) > late


def test_asking_again_does_not_move_the_waiting_time() -> None:
    owner = an_account(phone=a_phone())
    first = wait(actor=VISITOR, recovery_id=chosen(owner).id, now=NOW)
    later = NOW + timedelta(hours=1)
    assert wait(actor=VISITOR, recovery_id=chosen(owner, now=later).id, now=later) == first
    assert Recovery.objects.filter(state="waiting").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_at_one_moment_one_waiting_time_runs() -> None:
    owner = an_account(phone=a_phone(), email="lin@example.com")
    views = [chosen(owner), chosen(owner, contact=owner.email), chosen(owner)]
    race(lambda number: wait(actor=VISITOR, recovery_id=views[number % 3].id, now=NOW), 12)
    assert Recovery.objects.filter(state="waiting").count() == 1
    assert Event.objects.filter(name="recovery:wait:begun").count() == 1


@pytest.mark.clause("1.16")
def test_the_link_stops_the_waiting_and_is_spent() -> None:
    owner = an_account(phone=a_phone())
    view = chosen(owner)
    until = wait(actor=VISITOR, recovery_id=view.id, now=NOW)
    token = links.link(links.STOP, view.id).split("/")[-2]
    assert finishing.whom_to_stop(token) == owner.name
    stop(actor=VISITOR, token=token, now=NOW)
    assert chosen(owner, now=until).state is RecoveryState.FURTHER
    with pytest.raises(LinkUnknown):
        stop(actor=VISITOR, token=token, now=NOW)


def test_a_link_of_another_kind_or_a_made_up_one_stops_nothing() -> None:
    owner = an_account(phone=a_phone())
    view = chosen(owner)
    wait(actor=VISITOR, recovery_id=view.id, now=NOW)
    other = links.link(links.LEAVE, view.id).split("/")[-2]
    for token in (other, "x", "", "é", other[:-1] + "A"):
        with pytest.raises(LinkUnknown):
            stop(actor=VISITOR, token=token, now=NOW)
    assert waits_until(owner.id)


def test_the_signed_in_owner_stops_it_too() -> None:
    owner = an_account(phone=a_phone())
    wait(actor=VISITOR, recovery_id=chosen(owner).id, now=NOW)
    stop_waiting(actor=owner_of(owner), account_id=owner.id, now=NOW)
    assert waits_until(owner.id) is None
    with pytest.raises(RecoveryOver):
        stop_waiting(actor=owner_of(owner), account_id=owner.id, now=NOW)


def test_contacts_named_meanwhile_end_the_short_way() -> None:
    owner = an_account(phone=a_phone())
    until = wait(actor=VISITOR, recovery_id=chosen(owner).id, now=NOW)
    with_contact(owner)
    assert chosen(owner, now=until).state is RecoveryState.FURTHER


def test_legacy_accounts_need_the_code_only() -> None:
    owner = an_account(phone=a_phone(), kind=AccountKind.LEGACY)
    assert chosen(owner).state is RecoveryState.READY


@pytest.mark.clause("1.16")
def test_recovering_leaves_the_second_factor_in_force() -> None:
    owner = an_account(phone=a_phone())
    begin_app(account_id=owner.id, name=owner.name, now=NOW)
    confirm_app(actor=owner_of(owner), account_id=owner.id, digits=_shown_by_app(owner.id), now=NOW)
    set_sign_in_check(actor=owner_of(owner), account_id=owner.id, check=SignInCheck.APP)
    finished(ready(owner))
    after = account(owner.id)
    assert after
    assert after.check is SignInCheck.APP
    begun = begin_attempt(actor=VISITOR, account=after, way=FirstWay.PASSWORD, device="x" * 43, now=NOW)
    assert begun.needs is Step.APP


def test_a_device_that_its_owner_disowned_is_new_again() -> None:
    owner = an_account(phone=a_phone())
    knows_device(owner)
    Device.objects.filter(account_id=owner.id).update(address=VISITOR.address, agent=VISITOR.agent)
    assert chosen(owner, device=DEVICE).state is RecoveryState.READY
    disown_sign_in(actor=owner_of(owner), account_id=owner.id, address=VISITOR.address, agent=VISITOR.agent)
    assert chosen(owner, device=DEVICE).state is RecoveryState.FURTHER
