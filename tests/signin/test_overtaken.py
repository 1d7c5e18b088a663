"""Hashing a new password takes long enough for something else to happen to the account: then the new password is too late."""

from collections.abc import Callable
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse

from account_center.accounts.errors import PasswordChangedMeanwhile
from account_center.accounts.queries import account
from account_center.accounts.services import (
    end_everything,
    hash_password,
    password_fits,
    require_new_password,
    set_password,
)
from account_center.accounts.types import AccountFacts
from account_center.audit.models import Event
from account_center.plumbing.session_row import Session
from account_center.recovery.errors import RecoveryOver
from account_center.signin.errors import AttemptOver
from account_center.signin.services import attempts, change_contact, change_password, prove_new_contact
from account_center.signin.services.unusual import disown_sign_in
from account_center.signin.types import AttemptView, Channel, FirstWay, SensitiveAction, Step
from tests.portal.visiting import Customer
from tests.racing import race
from tests.recovery.making import a_proof, finished, ready
from tests.signin.making import NOW, PASSWORD, VISITOR, a_phone, an_account, owner_of, prove, trusted_device

pytestmark = pytest.mark.django_db
OWNERS, THIEFS = "regenschirm pflaume 31 kutsche", "tandem quelle 93 birkenrinde"
Act = Callable[[AccountFacts], object]


def owner_sets_a_password(made: AccountFacts) -> None:
    set_password(actor=owner_of(made), account_id=made.id, password=OWNERS, now=NOW)


def owner_ends_everything(made: AccountFacts) -> None:
    end_everything(actor=owner_of(made), account_id=made.id, reason="owner")


def owner_says_it_was_not_him(made: AccountFacts) -> None:
    disown_sign_in(actor=owner_of(made), account_id=made.id, address="203.0.113.66", agent="")


MEANWHILE = [owner_sets_a_password, owner_ends_everything, owner_says_it_was_not_him]


@pytest.fixture
def while_hashing(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Has something happen once, while the next new password is hashed."""
    waiting = list[Callable[[], object]]()

    def slow(text: str) -> str:
        if waiting:
            waiting.pop()()
        return hash_password(text)

    monkeypatch.setattr("account_center.signin.services.passwords.hash_password", slow)
    return waiting.append


def asked_for_a_new_password(made: AccountFacts) -> tuple[AttemptView, str]:
    require_new_password(account_id=made.id)
    device, present = trusted_device(made), account(made.id)
    assert present
    view = attempts.begin_attempt(actor=VISITOR, account=present, way=FirstWay.PASSWORD, device=device, now=NOW)
    assert view.needs is Step.NEW_PASSWORD
    return view, device


def still_fits(made: AccountFacts, act: Act) -> bool:
    return password_fits(account_id=made.id, password=OWNERS if act is owner_sets_a_password else PASSWORD)


@pytest.mark.clause("3.1.21")
@pytest.mark.parametrize("act", MEANWHILE)
def test_a_half_done_sign_in_sets_no_password_once_the_account_was_changed(
    act: Act, while_hashing: Callable[[Callable[[], object]], None]
) -> None:
    made = an_account()
    view, device = asked_for_a_new_password(made)
    while_hashing(lambda: act(made))
    with pytest.raises(AttemptOver):
        attempts.set_new_password(actor=VISITOR, attempt_id=view.id, device=device, new=THIEFS, now=NOW)
    assert not password_fits(account_id=made.id, password=THIEFS)
    assert still_fits(made, act)


@pytest.mark.clause("3.1.21")
@pytest.mark.parametrize("act", MEANWHILE)
def test_a_session_sets_no_password_once_everything_was_ended(
    act: Act, while_hashing: Callable[[Callable[[], object]], None]
) -> None:
    made = an_account()
    while_hashing(lambda: act(made))
    with pytest.raises(PasswordChangedMeanwhile):
        change_password(actor=owner_of(made), account_id=made.id, old=PASSWORD, new=THIEFS, now=NOW)
    assert not password_fits(account_id=made.id, password=THIEFS)
    assert still_fits(made, act)


@pytest.mark.clause("1.16")
@pytest.mark.parametrize("act", MEANWHILE)
def test_a_recovery_sets_no_password_once_the_account_was_changed(
    act: Act, while_hashing: Callable[[Callable[[], object]], None]
) -> None:
    made = an_account(phone="+8613800138000")
    view = ready(made)
    while_hashing(lambda: act(made))
    with pytest.raises(RecoveryOver):
        finished(view, THIEFS)
    assert still_fits(made, act)


@pytest.mark.clause("3.1.21")
def test_a_session_that_was_ended_during_its_own_change_of_the_password_stays_ended(
    while_hashing: Callable[[Callable[[], object]], None],
) -> None:
    made = an_account()
    thief = Customer(made)
    while_hashing(lambda: Session.objects.filter(account_id=made.id).delete())
    page = thief.client.post(
        reverse("portal:security_password"),
        {"old_password": PASSWORD, "password": THIEFS, "password_again": THIEFS},
    )
    assert page.status_code in (302, 400)
    assert not Session.objects.filter(account_id=made.id).exists()
    assert not is_in(thief.client)


@pytest.mark.clause("3.1.21")
def test_what_ends_everything_right_after_a_change_ends_the_session_that_made_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = an_account()
    thief = Customer(made)
    from_portal = "account_center.portal.pages.account.change_password"

    def then_ended(**given: object) -> AccountFacts:
        changed = change_password(**given)  # type: ignore[arg-type] # what the page gives
        owner_ends_everything(made)
        return changed

    monkeypatch.setattr(from_portal, then_ended)
    thief.client.post(
        reverse("portal:security_password"),
        {"old_password": PASSWORD, "password": THIEFS, "password_again": THIEFS},
    )
    assert password_fits(account_id=made.id, password=THIEFS)
    assert not is_in(thief.client)


def is_in(client: Client) -> bool:
    return client.get(reverse("portal:security")).status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("3.1.9", "3.1.21")
def test_no_contact_is_changed_after_everything_was_ended() -> None:
    """Whichever of the two comes first: a proof from before the end changes nothing after it."""
    for number in range(12):
        made = an_account(phone=a_phone())
        proof, new = a_proof(made, SensitiveAction.CONTACTS), f"new{number}@example.com"
        sent = prove_new_contact(
            actor=owner_of(made), account_id=made.id, channel=Channel.EMAIL, contact=new, proof=proof, now=NOW
        )
        acts: list[Callable[[], object]] = [
            partial(
                change_contact, actor=owner_of(made), account_id=made.id, new_proof=prove(sent), proof=proof, now=NOW
            ),
            partial(owner_ends_everything, made),
        ]
        race(lambda one, acts=acts: acts[one](), 2)  # type: ignore[misc] # bound now, not at the end of the loop
        names = Event.objects.filter(account_id=made.id).order_by("pk").values_list("name", flat=True)
        done = [name for name in names if name in ("accounts:email:bound", "accounts:sessions:ended")]
        assert done in (["accounts:sessions:ended"], ["accounts:email:bound", "accounts:sessions:ended"])
