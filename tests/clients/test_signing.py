"""Requests that a client signs: from whom, unchanged, near in time, and taken once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings

from account_center.clients.errors import (
    FixedSecretOutsideSandbox,
    NoSuchClient,
    RequestReplayed,
    SignatureRefused,
    TimestampRefused,
    UnknownScope,
)
from account_center.clients.models import SigningKey, UsedNonce
from account_center.clients.queries import caller_of, clients_with
from account_center.clients.retention import forget_ended
from account_center.clients.services import (
    disable_client,
    issue_token,
    new_signing_key,
    register_client,
    require_signed,
    set_scopes,
)
from account_center.clients.types import IssuedToken, Scope, SignedRequest
from account_center.kit.actor import system_actor
from account_center.kit.signing import sign
from tests.racing import kinds, race

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.4.10")]
NOW = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
SYSTEM = system_actor("tests")
PATH = "/service/v1/verification-results"
DAY = timedelta(days=1)


def a_partner(client_id: str = "partner") -> str:
    register_client(actor=SYSTEM, client_id=client_id, name="Partner", scopes=[Scope.VERIFICATIONS_WRITE], now=NOW)
    return new_signing_key(client_id=client_id, now=NOW).key


def signed(
    key: str, *, nonce: str = "n" * 16, at: datetime = NOW, path: str = PATH, body: bytes = b"{}"
) -> SignedRequest:
    timestamp = str(int(at.timestamp()))
    signature = sign(key.encode(), timestamp.encode(), nonce.encode(), path.encode(), body)
    return SignedRequest(timestamp=timestamp, nonce=nonce, signature=signature, path=path, body=body)


def test_a_signed_request_passes_once() -> None:
    key = a_partner()
    require_signed(client_id="partner", request=signed(key), now=NOW)
    with pytest.raises(RequestReplayed):
        require_signed(client_id="partner", request=signed(key), now=NOW)
    require_signed(client_id="partner", request=signed(key, nonce="m" * 16), now=NOW)


@pytest.mark.parametrize(
    "changed",
    [
        {"path": "/service/v1/student-statuses"},
        {"body": b"{ }"},
        {"nonce": "x" * 16},
        {"timestamp": str(int(NOW.timestamp()) + 1)},
        {"signature": ""},
        {"signature": "ü"},
        {"nonce": "short"},
    ],
)
def test_whatever_was_changed_is_refused_and_leaves_nothing(changed: dict[str, object]) -> None:
    was = signed(a_partner())
    parts = {"timestamp": was.timestamp, "nonce": was.nonce, "signature": was.signature, "path": was.path}
    request = SignedRequest(**{**parts, "body": was.body, **changed})  # type: ignore[arg-type]
    with pytest.raises(SignatureRefused):
        require_signed(client_id="partner", request=request, now=NOW)
    assert not UsedNonce.objects.exists()


def test_a_key_signs_for_its_own_client_only() -> None:
    key = a_partner()
    a_partner("other")
    with pytest.raises(SignatureRefused):
        require_signed(client_id="other", request=signed(key), now=NOW)
    with pytest.raises(SignatureRefused):
        require_signed(client_id="nobody", request=signed(key), now=NOW)


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_request_from_another_time_is_refused(seconds: int) -> None:
    key = a_partner()
    with pytest.raises(TimestampRefused):
        require_signed(client_id="partner", request=signed(key, at=NOW + timedelta(seconds=seconds)), now=NOW)
    with pytest.raises(TimestampRefused):
        require_signed(client_id="partner", request=SignedRequest("now", "n" * 16, "", PATH, b""), now=NOW)


def test_a_new_key_leaves_the_one_before_a_day() -> None:
    first = a_partner()
    second = new_signing_key(client_id="partner", now=NOW).key
    for number, key in enumerate((first, second)):
        require_signed(client_id="partner", request=signed(key, nonce=f"{number}" * 16), now=NOW)
    later = NOW + DAY
    require_signed(client_id="partner", request=signed(second, at=later, nonce="a" * 16), now=later)
    with pytest.raises(SignatureRefused):
        require_signed(client_id="partner", request=signed(first, at=later, nonce="b" * 16), now=later)


def test_a_disabled_client_signs_nothing() -> None:
    key = a_partner()
    disable_client(actor=SYSTEM, client_id="partner", now=NOW)
    with pytest.raises(SignatureRefused):
        require_signed(client_id="partner", request=signed(key), now=NOW)


def test_the_key_is_neither_stored_in_clear_nor_printed() -> None:
    register_client(actor=SYSTEM, client_id="partner", name="", scopes=[], now=NOW)
    made = new_signing_key(client_id="partner", now=NOW)
    assert made.key not in repr(list(SigningKey.objects.values())) + repr(made)


def test_a_key_is_chosen_in_the_sandbox_only(settings: LazySettings) -> None:
    a_partner()
    settings.SANDBOX = False
    with pytest.raises(FixedSecretOutsideSandbox):
        new_signing_key(client_id="partner", now=NOW, key="chosen")
    with pytest.raises(NoSuchClient):
        new_signing_key(client_id="nobody", now=NOW)


def test_used_numbers_and_old_keys_are_forgotten() -> None:
    key = a_partner()
    require_signed(client_id="partner", request=signed(key), now=NOW)
    new_signing_key(client_id="partner", now=NOW)
    forget_ended(NOW + 3 * DAY)
    assert (UsedNonce.objects.count(), SigningKey.objects.count()) == (0, 1)


def test_a_right_that_is_taken_away_is_gone_from_tokens_at_once() -> None:
    new = register_client(
        actor=SYSTEM, client_id="partner", name="", scopes=[Scope.VERIFICATIONS_WRITE, Scope.DECISIONS_READ], now=NOW
    )
    issued = issue_token(client_id="partner", secret=new.secret, scopes=(), address="", now=NOW)
    assert isinstance(issued, IssuedToken)
    assert [one.client_id for one in clients_with(Scope.VERIFICATIONS_WRITE)] == ["partner"]
    set_scopes(actor=SYSTEM, client_id="partner", scopes=[Scope.DECISIONS_READ], now=NOW)
    caller = caller_of(issued.token, NOW)
    assert caller
    assert caller.scopes == {"decisions:read"}
    assert clients_with(Scope.VERIFICATIONS_WRITE) == []
    with pytest.raises(UnknownScope):
        set_scopes(actor=SYSTEM, client_id="partner", scopes=["fly"], now=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_two_that_arrive_at_once_one_is_taken() -> None:
    request = signed(a_partner())
    answers = race(lambda _: require_signed(client_id="partner", request=request, now=NOW), 4)
    assert kinds(answers) == {"NoneType": 1, "RequestReplayed": 3}
