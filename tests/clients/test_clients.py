from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings

from account_center.clients.errors import (
    BadClientId,
    ClientIdTaken,
    FixedSecretOutsideSandbox,
    NoSuchClient,
    TooManyFailures,
    UnknownScope,
)
from account_center.clients.models import ClientChange, ServiceClient, ServiceToken
from account_center.clients.queries import caller_of, client_by_id, clients
from account_center.clients.retention import forget_ended
from account_center.clients.services import (
    count_failure,
    disable_client,
    issue_token,
    register_client,
    revoke_token,
    rotate_secret,
)
from account_center.clients.types import IssuedToken, NewSecret, RefusedToken, Scope
from account_center.kit.actor import system_actor
from account_center.kit.limits import Limits

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
SYSTEM = system_actor("tests")
HERE = "203.0.113.7"


def a_client(client_id: str = "billing", scopes: tuple[str, ...] = (Scope.DECISIONS_READ,)) -> NewSecret:
    return register_client(actor=SYSTEM, client_id=client_id, name="Billing", scopes=scopes, now=NOW)


def token_for(new: NewSecret, now: datetime = NOW) -> IssuedToken:
    issued = issue_token(client_id=new.client.client_id, secret=new.secret, scopes=(), address=HERE, now=now)
    assert isinstance(issued, IssuedToken)
    return issued


def test_a_token_tells_who_is_calling_until_it_ends() -> None:
    issued = token_for(a_client())
    caller = caller_of(issued.token, NOW)
    assert caller is not None
    assert caller.client_id == "billing"
    assert caller.scopes == frozenset({"decisions:read"})
    end = timedelta(seconds=issued.expires_in)
    assert caller_of(issued.token, NOW + end - timedelta(seconds=1)) is not None
    assert caller_of(issued.token, NOW + end) is None


def test_neither_secret_nor_token_is_stored_or_printed() -> None:
    new = a_client()
    issued = token_for(new)
    stored = repr(list(ServiceClient.objects.values())) + repr(list(ServiceToken.objects.values()))
    for secret in (new.secret, issued.token):
        assert len(secret) >= 43
        assert secret not in stored
        assert secret not in repr(new) + repr(issued)


@pytest.mark.parametrize(
    ("client_id", "secret"), [("billing", "wrong"), ("nobody", "wrong"), ("billing", ""), ("", "")]
)
def test_a_wrong_secret_and_an_unknown_client_are_answered_alike(client_id: str, secret: str) -> None:
    a_client()
    answer = issue_token(client_id=client_id, secret=secret, scopes=(), address=HERE, now=NOW)
    assert answer is RefusedToken.INVALID_CLIENT


def test_a_token_carries_no_more_than_the_client_has() -> None:
    new = a_client(scopes=())
    refused = issue_token(client_id="billing", secret=new.secret, scopes=["decisions:read"], address=HERE, now=NOW)
    assert refused is RefusedToken.INVALID_SCOPE
    assert token_for(new).scopes == frozenset()


def test_a_right_taken_from_a_client_is_gone_from_its_tokens() -> None:
    issued = token_for(a_client())
    ServiceClient.objects.update(scopes=[])
    caller = caller_of(issued.token, NOW)
    assert caller is not None
    assert caller.scopes == frozenset()


def test_the_secret_before_works_a_while_after_a_change() -> None:
    old = a_client()
    new = rotate_secret(actor=SYSTEM, client_id="billing", now=NOW)
    assert new.secret != old.secret
    later = NOW + timedelta(days=1)
    token_for(new)
    token_for(old, later - timedelta(seconds=1))
    token_for(new, later)
    gone = issue_token(client_id="billing", secret=old.secret, scopes=(), address=HERE, now=later)
    assert gone is RefusedToken.INVALID_CLIENT


def test_a_disabled_client_and_its_tokens_end_at_once() -> None:
    new = a_client()
    issued = token_for(new)
    disable_client(actor=SYSTEM, client_id="billing", now=NOW)
    assert caller_of(issued.token, NOW) is None
    assert not ServiceToken.objects.exists()
    assert ClientChange.objects.filter(client="billing").exists()
    again = issue_token(client_id="billing", secret=new.secret, scopes=(), address=HERE, now=NOW)
    assert again is RefusedToken.INVALID_CLIENT
    first = disable_client(actor=SYSTEM, client_id="billing", now=NOW + HOUR)
    assert first.disabled_at == NOW


def test_a_revoked_token_is_refused_and_the_others_live() -> None:
    new = a_client()
    one, other = token_for(new), token_for(new)
    assert revoke_token(token=one.token, now=NOW)
    assert not revoke_token(token=one.token, now=NOW)
    assert caller_of(one.token, NOW) is None
    assert caller_of(other.token, NOW) is not None


def test_failures_are_limited_per_client_and_address(settings: LazySettings) -> None:
    settings.LIMITS = Limits(service_failures_per_client=3, service_failures_per_address=100)
    new = a_client()
    for _ in range(3):
        issue_token(client_id="billing", secret="wrong", scopes=(), address=HERE, now=NOW)
    with pytest.raises(TooManyFailures) as refused:
        issue_token(client_id="billing", secret=new.secret, scopes=(), address=HERE, now=NOW)
    assert refused.value.retry_after == 30 * 60
    # A stranger who fails in its name does not lock the service out.
    elsewhere = issue_token(client_id="billing", secret=new.secret, scopes=(), address="203.0.113.8", now=NOW)
    assert isinstance(elsewhere, IssuedToken)
    assert isinstance(token_for(new, NOW + HOUR), IssuedToken)


def test_failures_are_limited_per_address(settings: LazySettings) -> None:
    settings.LIMITS = Limits(service_failures_per_client=100, service_failures_per_address=3)
    new = a_client()
    for name in ("one", "two"):
        issue_token(client_id=name, secret="wrong", scopes=(), address=HERE, now=NOW)
    assert count_failure(address=HERE, now=NOW) is None
    assert count_failure(address=HERE, now=NOW) == 30 * 60
    with pytest.raises(TooManyFailures):
        token_for(new)
    assert count_failure(address="203.0.113.8", now=NOW) is None


def test_registering_refuses_what_makes_no_sense(settings: LazySettings) -> None:
    a_client()
    with pytest.raises(ClientIdTaken):
        a_client()
    for wrong in ("", "ab", "Billing", "billing service", "-billing", "b" * 65, "billing\n", "计费服务"):
        with pytest.raises(BadClientId):
            a_client(wrong)
    with pytest.raises(UnknownScope) as unknown:
        a_client("other", ("decisions:write",))
    assert unknown.value.facts["scope"] == "decisions:write"
    for act in (rotate_secret, disable_client):
        with pytest.raises(NoSuchClient):
            act(actor=SYSTEM, client_id="nobody", now=NOW)
    assert [client.client_id for client in clients()] == ["billing"]


def test_a_chosen_secret_is_for_the_sandbox_only(settings: LazySettings) -> None:
    chosen = register_client(actor=SYSTEM, client_id="demo", name="", scopes=(), now=NOW, secret="demo-secret")
    assert token_for(chosen).expires_in == 3600
    settings.SANDBOX = False
    with pytest.raises(FixedSecretOutsideSandbox):
        register_client(actor=SYSTEM, client_id="demo2", name="", scopes=(), now=NOW, secret="demo-secret")
    assert client_by_id("demo2") is None


def test_what_has_ended_is_forgotten() -> None:
    new = a_client()
    token_for(new)
    rotate_secret(actor=SYSTEM, client_id="billing", now=NOW)
    forget_ended(NOW + timedelta(minutes=1))
    assert ServiceToken.objects.exists()
    forget_ended(NOW + timedelta(days=3))
    assert not ServiceToken.objects.exists()
    assert ServiceClient.objects.get().previous_secret_digest is None
