"""Half-done sign-ins: what is asked for after the first factor, and that each becomes one session at most."""

from datetime import timedelta

import pytest

from account_center.accounts.queries import account
from account_center.accounts.services import set_sign_in_check
from account_center.accounts.types import AccountFacts, SignInCheck
from account_center.signin.services import attempts
from account_center.signin.services.authenticator import confirm_app, sandbox_code
from account_center.signin.types import AttemptState, AttemptView, Channel, FirstWay, Step
from tests.signin.making import NOW, PHONE, VISITOR, an_account, code_in, owner_of

pytestmark = pytest.mark.django_db
BROWSER = "the secret of one browser"
OTHER = "the secret of another one"
MINUTE = timedelta(minutes=1)
NEW_PASSWORD = "tandem quelle 93 birkenrinde"


def begin(
    made: AccountFacts, *, way: FirstWay = FirstWay.PASSWORD, device: str = BROWSER, now: object = NOW
) -> AttemptView:
    return attempts.begin_attempt(actor=VISITOR, account=fresh(made), way=way, device=device, now=now)  # type: ignore[arg-type]


def fresh(made: AccountFacts) -> AccountFacts:
    found = account(made.id)
    assert found
    return found


def sent_code(view: AttemptView, *, channel: Channel = Channel.SMS, now: object = NOW) -> str:
    sent = attempts.send_attempt_code(actor=VISITOR, attempt_id=view.id, device=BROWSER, channel=channel, now=now)  # type: ignore[arg-type]
    return code_in(sent)


def type_code(view: AttemptView, digits: str, *, device: str = BROWSER, now: object = NOW) -> AttemptView:
    return attempts.pass_code(actor=VISITOR, attempt_id=view.id, device=device, digits=digits, now=now)  # type: ignore[arg-type]


def finish(view: AttemptView, *, trust: bool = False, device: str = BROWSER, now: object = NOW) -> AccountFacts:
    return attempts.finish(actor=VISITOR, attempt_id=view.id, device=device, trust=trust, now=now)  # type: ignore[arg-type]


def trusted(made: AccountFacts, *, now: object = NOW) -> None:
    """The whole way once, with "Trust this device"."""
    view = begin(made, now=now)
    type_code(view, sent_code(view, now=now), now=now)
    finish(view, trust=True, now=now)


def with_app(made: AccountFacts, check: SignInCheck = SignInCheck.APP) -> AccountFacts:
    from account_center.signin.services.authenticator import begin_app

    earlier = NOW - MINUTE
    begin_app(account_id=made.id, name=made.name, now=earlier)
    confirm_app(actor=owner_of(made), account_id=made.id, digits=app_code(made, earlier), now=earlier)
    return set_sign_in_check(actor=owner_of(made), account_id=made.id, check=check)


def app_code(made: AccountFacts, now: object = NOW) -> str:
    return sandbox_code(account_id=made.id, name=made.name, now=now)  # type: ignore[arg-type]


# -- 1.47: a code, until the device is trusted ------------------------------------------------------------------------


@pytest.mark.clause("1.47")
def test_a_new_account_is_asked_for_a_code_until_it_trusts_the_device() -> None:
    made = an_account(phone=PHONE)
    for _ in range(2):
        view = begin(made)
        assert (view.state, view.needs) == (AttemptState.WAITING, Step.CODE)
        assert type_code(view, sent_code(view)).needs is None
        assert finish(view).id == made.id
    trusted(made, now=NOW + MINUTE)
    assert begin(made).state is AttemptState.DONE
    assert begin(made, device=OTHER).needs is Step.CODE


@pytest.mark.clause("1.47")
def test_trust_ends_after_thirty_days() -> None:
    made = an_account(phone=PHONE)
    trusted(made)
    assert begin(made, now=NOW + timedelta(days=30) - MINUTE).state is AttemptState.DONE
    assert begin(made, now=NOW + timedelta(days=30)).needs is Step.CODE
