"""Sessions of the app (1.46): short access tokens, refresh tokens that count once, and what ends them at once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import LazySettings

from account_center.accounts.models import Account
from account_center.accounts.queries import account
from account_center.accounts.services import end_everything, set_email, set_password
from account_center.accounts.types import AccountFacts
from account_center.audit.models import Event
from account_center.kit.email import parse_email
from account_center.messaging.models import Message
from account_center.policy.errors import NetworkNotAllowed, OwnerOutsideNetworks
from account_center.policy.models import SecurityPolicy
from account_center.signin import retention
from account_center.signin.models import AppSession
from account_center.signin.services import app_sessions
from account_center.signin.types import AppRefusal, AppTokens
from tests.policy.making import an_owner, tenant_owned_by
from tests.racing import kinds, race
from tests.signin.making import NOW, PHONE, VISITOR, an_account, owner_of, visitor

pytestmark = pytest.mark.django_db
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
APP = "Lanyun for Android, Pixel 9"


def begin(made: AccountFacts, *, now: object = NOW) -> AppTokens:
    found = account(made.id)
    assert found
    return app_sessions.start_app_session(actor=VISITOR, account=found, way="password", app=APP, now=now)  # type: ignore[arg-type]


def mark_of(made: AccountFacts) -> str:
    found = account(made.id)
    assert found
    return found.mark


def again(token: str, *, now: object = NOW, address: str = "203.0.113.9") -> AppTokens | AppRefusal:
    return app_sessions.refresh(actor=visitor(address), token=token, now=now)  # type: ignore[arg-type]


def renewed(token: str, *, now: object = NOW) -> AppTokens:
    answer = again(token, now=now)
    assert isinstance(answer, AppTokens)
    return answer


def works(tokens: AppTokens, *, now: object = NOW) -> bool:
    return app_sessions.caller_of(token=tokens.access_token, now=now) is not None  # type: ignore[arg-type]


@pytest.mark.clause("1.46")
def test_an_access_token_counts_for_a_quarter_of_an_hour() -> None:
    made = an_account(phone=PHONE)
    tokens = begin(made)
    caller = app_sessions.caller_of(token=tokens.access_token, now=NOW)
    assert caller is not None
    assert (caller.account.id, caller.session) == (made.id, tokens.session)
    assert tokens.access_seconds == 900
    assert works(tokens, now=NOW + 15 * MINUTE - SECOND)
    assert not works(tokens, now=NOW + 15 * MINUTE)


def test_no_token_stands_in_the_database() -> None:
    tokens = begin(an_account())
    row = AppSession.objects.get()
    kept = b"".join(bytes(value) for value in vars(row).values() if isinstance(value, bytes | memoryview))
    for token in (tokens.access_token, tokens.refresh_token):
        assert token.encode() not in kept
        assert token not in repr(vars(row))
    assert tokens.access_token not in repr(tokens)


def test_who_calls_is_found_in_one_query(django_assert_num_queries: object) -> None:
    tokens = begin(an_account())
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert works(tokens)


@pytest.mark.parametrize(
    "token", ["", "aat_", "aat_" + "x" * 43, "aat_" + "x" * 500, "art_x.y", "aat_\u5bc6", "Bearer x"]
)
def test_what_is_no_token_of_ours_is_nobody(token: str) -> None:
    begin(an_account())
    assert app_sessions.caller_of(token=token, now=NOW) is None
    assert again(token) is AppRefusal.OVER


@pytest.mark.clause("1.46")
def test_a_refresh_gives_a_new_pair_and_ends_the_old_access_token() -> None:
    first = begin(an_account())
    second = renewed(first.refresh_token, now=NOW + MINUTE)
    assert second.session == first.session
    assert {first.access_token, first.refresh_token}.isdisjoint({second.access_token, second.refresh_token})
    assert works(second, now=NOW + MINUTE)
    assert not works(first, now=NOW + MINUTE)


def test_the_same_refresh_within_a_minute_gets_the_same_answer() -> None:
    first = begin(an_account())
    second = renewed(first.refresh_token)
    assert renewed(first.refresh_token, now=NOW + 59 * SECOND).access_token == second.access_token
    assert renewed(first.refresh_token, now=NOW + 59 * SECOND).refresh_token == second.refresh_token
    assert Event.objects.filter(name="signin:app_session:token_reused").count() == 0


@pytest.mark.clause("1.46")
def test_a_refresh_token_that_comes_back_later_ends_the_session_and_its_owner_is_told() -> None:
    made = an_account(phone=PHONE, email="owner@example.com")
    first = begin(made)
    second = renewed(first.refresh_token)
    before = Message.objects.count()
    assert again(first.refresh_token, now=NOW + MINUTE, address="198.51.100.7") is AppRefusal.REUSED
    assert not works(second)
    assert again(second.refresh_token) is AppRefusal.OVER
    assert Message.objects.count() == before + 2  # by phone and by mail
    event = Event.objects.get(name="signin:app_session:token_reused")
    assert (event.account_id, event.facts) == (made.id, {"app": APP, "address": "198.51.100.7"})
    assert again(first.refresh_token, now=NOW + MINUTE) is AppRefusal.OVER  # told once


def test_the_one_before_the_last_counts_as_copied_even_at_once() -> None:
    first = begin(an_account())
    second = renewed(first.refresh_token)
    renewed(second.refresh_token)
    assert again(first.refresh_token) is AppRefusal.REUSED


def test_whoever_knows_only_the_number_of_a_session_cannot_end_it() -> None:
    tokens = begin(an_account())
    family = tokens.refresh_token.partition(".")[0]
    assert again(f"art_{tokens.session}.{'x' * 43}") is AppRefusal.OVER
    assert works(tokens)
    # Whoever holds the first part holds a token that was ours once.
    assert again(f"{family}.{'x' * 43}") is AppRefusal.REUSED


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("1.46")
def test_of_many_refreshes_at_once_comes_one_new_pair() -> None:
    tokens = begin(an_account())
    answers = race(lambda number: renewed(tokens.refresh_token), 64)
    assert kinds(answers) == {"AppTokens": 64}
    assert len({answer.refresh_token for answer in answers if isinstance(answer, AppTokens)}) == 1
    assert len({answer.access_token for answer in answers if isinstance(answer, AppTokens)}) == 1
    assert works(next(answer for answer in answers if isinstance(answer, AppTokens)))


@pytest.mark.django_db(transaction=True)
def test_of_many_copies_used_at_once_the_owner_is_told_once() -> None:
    first = begin(an_account(phone=PHONE))
    renewed(renewed(first.refresh_token).refresh_token)
    answers = race(lambda number: str(again(first.refresh_token)), 16)
    assert set(answers) <= {AppRefusal.REUSED.value, AppRefusal.OVER.value}
    assert Event.objects.filter(name="signin:app_session:token_reused").count() == 1
    assert Message.objects.filter(purpose="security_notice").count() == 1


@pytest.mark.clause("1.46", "3.1.21")
@pytest.mark.parametrize("change", ["password", "email", "everything"])
def test_a_change_of_the_account_ends_its_sessions_at_once(change: str) -> None:
    made = an_account(phone=PHONE)
    tokens, other = begin(made), begin(an_account())
    match change:
        case "password":
            set_password(actor=owner_of(made), account_id=made.id, password="tandem quelle 93 birkenrinde", now=NOW)
        case "email":
            set_email(actor=owner_of(made), account_id=made.id, email=parse_email("new@example.com"), now=NOW)
        case "everything":
            end_everything(actor=owner_of(made), account_id=made.id, reason="test")
    assert not works(tokens)
    assert again(tokens.refresh_token) is AppRefusal.OVER
    assert works(other)


def test_a_deleted_account_has_no_session() -> None:
    made = an_account()
    tokens = begin(made)
    empty = {"name": "", "phone": "", "email": "", "email_key": None, "password": "", "name_key": f"deleted-{made.id}"}
    Account.objects.filter(pk=made.id).update(state="deleted", **empty)
    assert not works(tokens)
    assert again(tokens.refresh_token) is AppRefusal.OVER


def test_the_session_that_made_a_change_goes_on_with_new_tokens() -> None:
    made = an_account()
    tokens, other = begin(made), begin(made)
    set_password(actor=owner_of(made), account_id=made.id, password="tandem quelle 93 birkenrinde", now=NOW)
    mark = mark_of(made)
    kept = app_sessions.keep_app_session(session=tokens.session, account_id=made.id, mark=mark, now=NOW)
    assert kept is not None
    assert works(kept)
    assert not works(tokens)
    assert not works(other)
    assert again(tokens.refresh_token) is AppRefusal.OVER
    assert isinstance(again(kept.refresh_token), AppTokens)
    assert app_sessions.keep_app_session(session=uuid4(), account_id=made.id, mark=mark, now=NOW) is None
    assert app_sessions.keep_app_session(session=tokens.session, account_id=made.id + 1, mark=mark, now=NOW) is None


def test_what_ends_everything_while_a_session_makes_a_change_ends_that_session_too() -> None:
    made = an_account()
    tokens = begin(made)
    set_password(actor=owner_of(made), account_id=made.id, password="tandem quelle 93 birkenrinde", now=NOW)
    mark = mark_of(made)
    end_everything(actor=owner_of(made), account_id=made.id, reason="not_me")
    assert app_sessions.keep_app_session(session=tokens.session, account_id=made.id, mark=mark, now=NOW) is None
    assert not works(tokens)


@pytest.mark.clause("1.46")
def test_a_session_ends_when_it_is_not_used_and_at_last_in_any_case(settings: LazySettings) -> None:
    tokens = begin(an_account())
    assert again(tokens.refresh_token, now=NOW + 14 * DAY) is AppRefusal.OVER
    moment = NOW
    while moment < NOW + 83 * DAY:
        moment += 13 * DAY
        if moment >= NOW + 90 * DAY:
            break
        tokens = renewed(tokens.refresh_token, now=moment)
    assert tokens.ends_at == NOW + 90 * DAY
    assert again(tokens.refresh_token, now=NOW + 90 * DAY) is AppRefusal.OVER


@pytest.mark.clause("1.46", "1.22")
def test_a_tenant_that_asks_for_shorter_sessions_means_those_that_have_begun_too() -> None:
    made = an_owner()
    tenant = tenant_owned_by(made)
    early, late = begin(made), begin(made)
    SecurityPolicy.objects.create(tenant_id=tenant.id, session_minutes=20, changed_at=NOW)
    second = renewed(early.refresh_token, now=NOW + 19 * MINUTE)
    assert (second.access_seconds, second.refresh_seconds) == (10 * 60, 20 * 60)
    assert again(late.refresh_token, now=NOW + 20 * MINUTE) is AppRefusal.OVER
    assert again(second.refresh_token, now=NOW + 39 * MINUTE) is AppRefusal.OVER
    assert begin(made).refresh_seconds == 20 * 60


@pytest.mark.clause("1.46", "1.23")
def test_outside_the_tenants_networks_nothing_is_refreshed_and_the_session_lives_on() -> None:
    made = an_owner()
    tenant = tenant_owned_by(made)
    tokens = begin(made)
    SecurityPolicy.objects.create(tenant_id=tenant.id, networks=["203.0.113.0/24"], changed_at=NOW)
    with pytest.raises((NetworkNotAllowed, OwnerOutsideNetworks)):
        again(tokens.refresh_token, address="198.51.100.7")
    assert isinstance(again(tokens.refresh_token), AppTokens)


def test_with_too_many_sessions_the_oldest_ends(settings: LazySettings) -> None:
    made = an_account()
    all_of_them = [begin(made, now=NOW + number * SECOND) for number in range(21)]
    assert not works(all_of_them[0])
    assert all(works(tokens) for tokens in all_of_them[1:])


@pytest.mark.clause("1.46", "1.47")
def test_sessions_are_listed_and_ended_by_their_owner_alone() -> None:
    made, stranger = an_account(), an_account()
    first, second = begin(made), begin(made, now=NOW + MINUTE)
    listed = app_sessions.sessions_of(account_id=made.id, mark=account(made.id).mark, now=NOW)  # type: ignore[union-attr]
    assert [one.id for one in listed] == [second.session, first.session]
    assert listed[0].app == APP
    assert not app_sessions.end(actor=owner_of(stranger), account_id=stranger.id, session=first.session)
    assert works(first)
    assert app_sessions.end(actor=owner_of(made), account_id=made.id, session=first.session)
    assert not app_sessions.end(actor=owner_of(made), account_id=made.id, session=first.session)
    assert not works(first)
    assert Event.objects.filter(name="signin:app_session:ended", account_id=made.id).count() == 1
    assert app_sessions.end_others(account_id=made.id, but=second.session) == 0
    assert app_sessions.end_others(account_id=made.id) == 1


def test_use_is_noted_every_few_minutes_only(django_assert_num_queries: object) -> None:
    made = an_account()
    tokens = begin(made)
    assert works(tokens, now=NOW + 6 * MINUTE)
    assert AppSession.objects.get().seen_at == NOW + 6 * MINUTE
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert works(tokens, now=NOW + 7 * MINUTE)


def test_ended_sessions_are_erased_two_days_later() -> None:
    begin(an_account())
    retention.erase_expired(now=NOW + 15 * DAY)
    assert AppSession.objects.count() == 1
    retention.erase_expired(now=NOW + 16 * DAY + SECOND)
    assert AppSession.objects.count() == 0
