"""Somebody changes an account between two statements of a sign-in: nothing is granted that neither moment grants, and nothing breaks."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest

from account_center.accounts.queries import account
from account_center.accounts.services import end_everything, end_trust
from account_center.accounts.types import AccountFacts
from account_center.audit.models import Event
from account_center.kit.refused import Refused
from account_center.plumbing.session_row import Session
from account_center.signin.errors import AttemptOver, CodeExpired, PasskeyTooLate, PasskeyUnknown
from account_center.signin.models import AppSession, Challenge, Passkey, PasskeyQuestion
from account_center.signin.services import app_sessions, attempts, codes, devices, passkeys
from account_center.signin.types import (
    AppRefusal,
    AppTokens,
    ChallengeView,
    Channel,
    CodeVerdict,
    FirstWay,
    PasskeyAsk,
    PasskeyUse,
    Purpose,
)
from tests.between_each import after_each
from tests.portal.visiting import Customer
from tests.signin.making import NOW, PASSWORD, VISITOR, a_phone, an_account, code_in, owner_of, typed
from tests.signin.soft_passkey import SoftPasskey

pytestmark = pytest.mark.django_db(transaction=True)
BROWSER = "browser".ljust(43, "_")
NEW = "regenschirm pflaume 31 kutsche"


# -- the last step ----------------------------------------------------------------------------------------------------


def nearly_in() -> tuple[AccountFacts, UUID]:
    """Somebody who has shown password and code, and is asked whether this browser shall be trusted."""
    owner = an_account(phone=a_phone())
    view = attempts.begin_attempt(actor=VISITOR, account=owner, way=FirstWay.PASSWORD, device=BROWSER, now=NOW)
    sent = attempts.send_attempt_code(actor=VISITOR, attempt_id=view.id, device=BROWSER, channel=Channel.SMS, now=NOW)
    attempts.pass_code(actor=VISITOR, attempt_id=view.id, device=BROWSER, digits=code_in(sent), now=NOW)
    return owner, view.id


def finish(half: tuple[AccountFacts, UUID]) -> AccountFacts | None:
    try:
        return attempts.finish(actor=VISITOR, attempt_id=half[1], device=BROWSER, trust=True, now=NOW)
    except AttemptOver:
        return None


def now_of(owner: AccountFacts) -> AccountFacts:
    found = account(owner.id)
    assert found
    return found


def test_a_sign_in_finished_while_everything_ends_is_worth_nothing() -> None:
    def all_ends(half: tuple[AccountFacts, UUID]) -> None:
        end_everything(actor=owner_of(half[0]), account_id=half[0].id, reason="owner")

    for (owner, _), signed_in in after_each(nearly_in, finish, all_ends):
        present = now_of(owner)
        assert signed_in is None or signed_in.mark != present.mark
        assert not trusted(present)


def test_trust_given_while_all_trust_ends_does_not_count() -> None:
    def trust_ends(half: tuple[AccountFacts, UUID]) -> None:
        end_trust(actor=owner_of(half[0]), account_id=half[0].id, reason="freeze")

    assert all(not trusted(now_of(owner)) for (owner, _), _ in after_each(nearly_in, finish, trust_ends))


def trusted(owner: AccountFacts) -> bool:
    return any(devices.trusts(one, owner, now=NOW) for one in devices.known_devices(owner.id))


# -- codes ------------------------------------------------------------------------------------------------------------


@dataclass
class Waiting:
    """A code that is on its way."""

    view: ChallengeView
    digits: str


def waiting() -> Waiting:
    owner = an_account(phone=a_phone())
    view = codes.send_code(
        actor=VISITOR,
        purpose=Purpose.SIGN_IN,
        channel=Channel.SMS,
        recipient=owner.phone,
        country="CN",
        now=NOW,
    )
    return Waiting(view, code_in(view))


def erased(one: Waiting) -> None:
    """As when its owner deletes the account."""
    Challenge.objects.filter(public_id=one.view.id).delete()


def test_a_code_erased_while_it_is_judged_is_right_or_over() -> None:
    answers = {answer.verdict for _, answer in after_each(waiting, lambda one: typed(one.view, one.digits), erased)}
    assert answers <= {CodeVerdict.RIGHT, CodeVerdict.EXPIRED}


def test_a_code_erased_while_another_is_sent_is_sent_or_over() -> None:
    def send_again(one: Waiting) -> bool:
        try:
            return bool(codes.resend_code(actor=VISITOR, challenge_id=one.view.id, now=NOW + timedelta(minutes=2)))
        except CodeExpired:
            return False

    assert False in [sent for _, sent in after_each(waiting, send_again, erased)]


# -- passkeys ---------------------------------------------------------------------------------------------------------


@dataclass
class Asked:
    """A passkey that has signed its question."""

    owner: AccountFacts
    question: PasskeyAsk
    answer: str


def asked() -> Asked:
    owner, device = an_account(), SoftPasskey()
    adding = passkeys.begin_adding(actor=owner_of(owner), account_id=owner.id, now=NOW)
    new = passkeys.read_new(account_id=owner.id, question_id=adding.id, answer=device.make(adding.options), now=NOW)
    passkeys.keep_new(account_id=owner.id, new=new, name="Laptop", now=NOW)
    question = passkeys.begin_check(actor=VISITOR, account_id=None, use=PasskeyUse.SIGN_IN, now=NOW)
    return Asked(owner, question, device.sign(question.options))


def judged(one: Asked) -> AccountFacts | type[Refused]:
    try:
        return passkeys.finish_check(
            actor=VISITOR,
            account_id=None,
            question_id=one.question.id,
            answer=one.answer,
            use=PasskeyUse.SIGN_IN,
            now=NOW,
        )
    except Refused as refusal:
        return type(refusal)


def test_a_passkey_removed_while_it_is_used_is_unknown_and_nobody_is_told_of_a_copy() -> None:
    answers = list(after_each(asked, judged, lambda one: Passkey.objects.filter(account_id=one.owner.id).delete()))
    assert {answer for _, answer in answers if not isinstance(answer, AccountFacts)} == {PasskeyUnknown}
    assert not Event.objects.filter(name="signin:passkey:copied").exists()


def test_a_question_erased_while_it_is_answered_is_too_late() -> None:
    def erase(one: Asked) -> None:
        PasskeyQuestion.objects.filter(public_id=one.question.id).delete()

    answers = {answer for _, answer in after_each(asked, judged, erase) if not isinstance(answer, AccountFacts)}
    assert answers == {PasskeyTooLate}


# -- sessions ---------------------------------------------------------------------------------------------------------


def app_tokens() -> AppTokens:
    owner = an_account()
    return app_sessions.start_app_session(actor=VISITOR, account=owner, way="password", app="App", now=NOW)


def test_a_refresh_while_its_session_is_ended_gives_nothing_that_counts() -> None:
    def refresh(tokens: AppTokens) -> AppTokens | AppRefusal:
        return app_sessions.refresh(actor=VISITOR, token=tokens.refresh_token, now=NOW)

    def ended(tokens: AppTokens) -> None:
        AppSession.objects.filter(public_id=tokens.session).delete()

    for _, answer in after_each(app_tokens, refresh, ended):
        assert answer is AppRefusal.OVER or isinstance(answer, AppTokens)
        assert isinstance(answer, AppRefusal) or not app_sessions.caller_of(token=answer.access_token, now=NOW)


def test_a_session_ended_while_it_changes_the_password_stays_ended() -> None:
    @dataclass
    class Signed:
        owner: AccountFacts
        browser: Customer

    def signed_in() -> Signed:
        owner = an_account(phone=a_phone())
        return Signed(owner, Customer(owner))

    def change(one: Signed) -> int:
        typed_in = {"old_password": PASSWORD, "password": NEW, "password_again": NEW}
        return one.browser.send("portal:security_password", **typed_in).status

    def ended(one: Signed) -> None:
        Session.objects.filter(account_id=one.owner.id).delete()

    for one, status in after_each(signed_in, change, ended, about="plumbing_session"):
        assert status < 500
        assert not Session.objects.filter(account_id=one.owner.id).exists()
