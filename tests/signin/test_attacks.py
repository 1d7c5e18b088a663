"""What an attacker tries besides guessing: to stay after the owner is back, to use one thing twice, to hide behind headers."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from account_center.accounts.queries import account, account_by_name
from account_center.accounts.types import AccountFacts, AccountKind, SignInCheck
from account_center.audit.models import Event
from account_center.kit.refused import Refused
from account_center.plumbing.session_row import Session
from account_center.plumbing.session_store import SessionStore
from account_center.recovery.models import EmergencyContact
from account_center.recovery.services import contacts_of, name_contact
from account_center.signin.errors import FreshProofMissing, NotMeLinkOver
from account_center.signin.models import AppSession, Passkey, UnusualSignIn
from account_center.signin.queries import factors_of
from account_center.signin.services import app_sessions, attempts, change_contact, prove_new_contact
from account_center.signin.services.codes import send_code
from account_center.signin.services.recovery_codes import replace_codes
from account_center.signin.services.unusual import disown_sign_in, not_me, not_me_link
from account_center.signin.types import AppTokens, Channel, CodeVerdict, FirstWay, Purpose, SensitiveAction
from tests.portal.visiting import Customer, begin_registration, name_and_password, newest_code
from tests.racing import kinds, race
from tests.recovery.making import a_proof, finished, ready, with_contact
from tests.signin.making import (
    NOW,
    PASSWORD,
    PHONE,
    VISITOR,
    a_phone,
    an_account,
    another_code,
    code_in,
    owner_of,
    prove,
    trusted_device,
    typed,
)
from tests.signin.soft_passkey import SoftPasskey
from tests.signin.test_attempts import with_app
from tests.signin.test_passkeys import keep

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
EARLIER = NOW - HOUR


def now_of(made: AccountFacts) -> AccountFacts:
    found = account(made.id)
    assert found
    return found


# -- staying after the owner is back ------------------------------------------------------------------------------------


@pytest.mark.clause("1.16", "3.1.21")
def test_nothing_that_an_intruder_has_begun_outlives_a_recovery() -> None:
    made = an_account(phone=PHONE)
    intruder, device = Customer(made), trusted_device(made)
    tokens = app_sessions.start_app_session(actor=VISITOR, account=made, way="password", app="app", now=NOW)
    proof = a_proof(made, SensitiveAction.CONTACTS)
    begun = prove_new_contact(
        actor=owner_of(made),
        account_id=made.id,
        channel=Channel.EMAIL,
        contact="intruder@example.com",
        proof=proof,
        now=NOW,
    )
    other_proof = a_proof(made)
    waiting = attempts.begin_attempt(actor=VISITOR, account=made, way=FirstWay.PASSWORD, device="x", now=NOW)
    finished(ready(made))
    assert intruder.client.get(reverse("portal:security")).status_code == 302
    assert app_sessions.caller_of(token=tokens.access_token, now=NOW) is None
    assert not isinstance(app_sessions.refresh(actor=VISITOR, token=tokens.refresh_token, now=NOW), AppTokens)
    with pytest.raises(FreshProofMissing):
        change_contact(actor=owner_of(made), account_id=made.id, new_proof=prove(begun), proof=proof, now=NOW)
    with pytest.raises(FreshProofMissing):
        name_contact(
            actor=owner_of(made), account_id=made.id, name="Eve", contact="eve@example.com", proof=other_proof, now=NOW
        )
    with pytest.raises(Refused):
        attempts.attempt(attempt_id=waiting.id, device="x", now=NOW)
    again = attempts.begin_attempt(actor=VISITOR, account=now_of(made), way=FirstWay.PASSWORD, device=device, now=NOW)
    assert again.needs, "the trusted device is trusted no more"
    assert now_of(made).email == ""


@pytest.mark.clause("3.1.19", "1.22")
def test_factors_that_were_added_since_a_disowned_sign_in_go_with_it() -> None:
    made = an_account(phone=PHONE)
    own, strange = SoftPasskey(), SoftPasskey()
    keep(made, own, "Own")
    Passkey.objects.update(created_at=EARLIER)
    link = not_me_link(actor=VISITOR, account=made, now=NOW - timedelta(minutes=2))
    with_app(made)
    keep(made, strange, "Strange")
    replace_codes(account_id=made.id, now=NOW)
    not_me(actor=VISITOR, token=token_of(link), now=NOW)
    left = factors_of(made.id)
    assert (left.app, left.passkeys, left.recovery_codes) == (False, 1, 0)
    assert Passkey.objects.get().name == "Own"
    assert now_of(made).check is SignInCheck.PASSKEY, "the other factor takes the place of the app"
    names = Event.objects.filter(account_id=made.id).values_list("name", flat=True)
    assert {"signin:passkey:removed", "signin:second_factor:removed", "signin:session:disowned"} <= set(names)


@pytest.mark.clause("3.1.19", "1.16")
def test_contacts_that_were_named_since_a_disowned_sign_in_go_with_it_and_those_from_before_stay() -> None:
    made = an_account(phone=PHONE)
    with_contact(made, "Anna Berg", "anna@example.org")
    EmergencyContact.objects.update(named_at=EARLIER)
    link = not_me_link(actor=VISITOR, account=made, now=NOW - timedelta(minutes=2))
    with_contact(made, "Eve Strange", "eve@example.org")
    page = Client().post(reverse("portal:not_me", args=[token_of(link)]))
    assert page.status_code == 200
    assert [one.name for one in contacts_of(made.id)] == ["A*** B***"]
    assert Event.objects.filter(name="recovery:contact:removed", account_id=made.id).count() == 1


@pytest.mark.clause("3.1.19", "1.22")
def test_a_disowned_sign_in_leaves_the_factors_from_before_it() -> None:
    made = with_app(an_account(phone=PHONE))
    link = not_me_link(actor=VISITOR, account=now_of(made), now=NOW)
    not_me(actor=VISITOR, token=token_of(link), now=NOW)
    assert factors_of(made.id).app
    assert now_of(made).check is SignInCheck.APP


@pytest.mark.clause("3.1.19", "1.22")
def test_a_stolen_session_takes_no_factor_away_by_disowning_a_sign_in() -> None:
    made = with_app(an_account(phone=PHONE))
    disown_sign_in(actor=owner_of(made), account_id=made.id, address="203.0.113.9", agent="")
    assert factors_of(made.id).app


def token_of(link: str) -> str:
    return link.rstrip("/").rpartition("/")[2]


# -- one thing twice ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("3.1.19")
def test_of_16_presses_on_one_link_one_counts() -> None:
    made = an_account(phone=PHONE)
    token = token_of(not_me_link(actor=VISITOR, account=made, now=NOW))
    answers = race(lambda _: not_me(actor=VISITOR, token=token, now=NOW), 16)
    assert kinds(answers) == {"NotMeLinkOver": 15, "int": 1}
    assert Event.objects.filter(name="signin:session:disowned").count() == 1
    with pytest.raises(NotMeLinkOver):
        not_me(actor=VISITOR, token=token, now=NOW)
    assert UnusualSignIn.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("1.19")
def test_of_60_guesses_over_5_codes_of_one_phone_no_more_are_judged_than_a_day_allows(settings: LazySettings) -> None:
    settings.LIMITS = replace(settings.LIMITS, wrong_codes_per_recipient_day=20)
    purposes = (Purpose.SIGN_IN, Purpose.REGISTER, Purpose.RECOVER, Purpose.APPEAL, Purpose.BANK_CARD)
    views = [
        send_code(actor=VISITOR, purpose=one, channel=Channel.SMS, recipient=PHONE, country="CN", now=NOW)
        for one in purposes
    ]
    wrong = [another_code(code_in(view)) for view in views]
    answers = race(lambda number: typed(views[number % 5], wrong[number % 5]).verdict, 60)
    judged = [answer for answer in answers if answer is CodeVerdict.WRONG]
    refused = [answer for answer in answers if answer in (CodeVerdict.SPENT, CodeVerdict.TOO_MANY_TODAY)]
    assert len(judged) <= 20
    assert len(judged) + len(refused) == 60, kinds(answers)
    for view in views:
        assert typed(view, code_in(view)).verdict in (CodeVerdict.SPENT, CodeVerdict.TOO_MANY_TODAY)


# -- hiding behind headers ----------------------------------------------------------------------------------------------

HEADERS = (
    "198.51.100.{0}",
    "nonsense",
    "198.51.100.{0}, 203.0.113.{0}",
    ",,, ,",
    "2001:db8::{0}",
    "\ufffd" * 40,
    "1.2.3.4" * 500,
    "::ffff:198.51.100.{0}%eth0",
)


@pytest.mark.clause("1.20")
@pytest.mark.parametrize("proxies", [0, 1])
def test_no_header_makes_another_visitor(proxies: int, settings: LazySettings) -> None:
    """Without proxies of ours the header counts for nothing; with one, only what that one has written at its end."""
    settings.TRUSTED_PROXIES = proxies
    settings.LIMITS = replace(settings.LIMITS, sign_in_tries_per_address=5)
    statuses = []
    for number in range(12):
        said = HEADERS[number % len(HEADERS)].format(number)
        forwarded = f"{said}, 192.0.2.7" if proxies else said
        answer = Client(REMOTE_ADDR="192.0.2.7").post(
            reverse("portal:sign_in"),
            {"identifier": f"nobody{number}", "password": "not the right one 12"},
            headers={"x-forwarded-for": forwarded.encode("ascii", "replace").decode()},
        )
        statuses.append((answer.status_code, "Too many failed sign-ins" in answer.content.decode()))
    assert {status for status, _ in statuses} == {422}
    assert Event.objects.filter(name="signin:password:wrong").count() == 5
    assert set(Event.objects.values_list("address", flat=True)) == {"192.0.2.7"}


# -- reading the database -----------------------------------------------------------------------------------------------


@pytest.mark.clause("1.46", "1.47")
def test_whoever_reads_the_database_finds_nothing_to_sign_in_with() -> None:
    """Neither codes nor passwords nor tokens nor device secrets nor session ids of others stand anywhere as they are."""
    secrets: list[str] = [PASSWORD]
    visitor_, phone = Customer(), a_phone()
    begin_registration(visitor_, phone)
    secrets.append(newest_code())
    visitor_.send("portal:register_code", code=secrets[-1])
    visitor_.send("portal:register_finish", **name_and_password("sea.lamp"))
    secrets.append(visitor_.client.cookies["device"].value)
    made = account_by_name("sea.lamp", kind=AccountKind.ID)
    assert made
    tokens = app_sessions.start_app_session(actor=VISITOR, account=made, way="password", app="app", now=NOW)
    secrets += [tokens.access_token, tokens.refresh_token, *replace_codes(account_id=made.id, now=NOW)]
    secrets.append(token_of(not_me_link(actor=VISITOR, account=made, now=NOW)))
    elsewhere = Customer()
    elsewhere.send("portal:sign_in", identifier="sea.lamp", password=PASSWORD)
    secrets.append(newest_code())
    with_app(made)
    whole = [re.compile(rf"(?<!\w){re.escape(secret)}(?!\w)") for secret in secrets]
    found = [(place, one.pattern) for place, text in everything_kept() for one in whole if one.search(text)]
    assert found == []
    assert AppSession.objects.exists()


def everything_kept() -> Iterator[tuple[str, str]]:
    """Every value of every table as text; bytes also as what they would be as text."""
    for model in apps.get_models():
        for row in model._default_manager.values():
            for name, value in row.items():
                yield f"{model._meta.label}.{name}", as_text(value)
    for session in Session.objects.all():
        yield "content of a session", as_text(SessionStore().decode(session.session_data))


def as_text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")  # microseconds look like a code
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "replace")
    return json.dumps(value, default=str, ensure_ascii=False)
