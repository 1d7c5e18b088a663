from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client

from account_center.audit.models import Event
from account_center.clients.services import disable_client
from account_center.kit.clock import now
from account_center.kit.limits import Limits
from tests.serviceapi.asking import FORM, TOKEN, a_client, ask, basic, token_of
from tests.standing.making import SYSTEM, a_tenant

pytestmark = pytest.mark.django_db
GRANT = {"grant_type": "client_credentials"}


def post(client: Client, form: Mapping[str, object], authorization: str = "", content_type: str = FORM) -> Any:
    headers = {"Authorization": authorization} if authorization else {}
    return client.post(TOKEN, urlencode(form, doseq=True), content_type=content_type, headers=headers)


def test_a_token_is_given_for_basic_and_for_posted_credentials(client: Client) -> None:
    new = a_client()
    for answer in (
        post(client, GRANT, basic("billing", new.secret)),
        post(client, GRANT | {"client_id": "billing", "client_secret": new.secret, "scope": "decisions:read"}),
    ):
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "no-store"
        given = answer.json()
        assert given.keys() == {"access_token", "token_type", "expires_in", "scope"}
        assert (given["token_type"], given["expires_in"], given["scope"]) == ("Bearer", 3600, "decisions:read")
    assert Event.objects.filter(name="clients:token:issued", actor_name="billing").count() == 2


def test_refusals_are_those_of_rfc_6749(client: Client) -> None:
    new = a_client()
    right = basic("billing", new.secret)
    posted = {"client_id": "billing", "client_secret": new.secret}
    table = [
        (post(client, {}, right), 400, "invalid_request"),
        (post(client, {"grant_type": "password"}, right), 400, "unsupported_grant_type"),
        (post(client, {"grant_type": ["client_credentials"] * 2}, right), 400, "invalid_request"),
        (post(client, GRANT | posted, right), 400, "invalid_request"),
        (post(client, GRANT, right, "application/json"), 400, "invalid_request"),
        (post(client, GRANT | {"scope": "everything"}, right), 400, "invalid_scope"),
        (post(client, GRANT, basic("billing", "wrong")), 401, "invalid_client"),
        (post(client, GRANT, basic("nobody", new.secret)), 401, "invalid_client"),
        (post(client, GRANT, basic("bill\x00ing", new.secret)), 401, "invalid_client"),
        (post(client, GRANT, basic("计费", new.secret)), 401, "invalid_client"),
        (post(client, GRANT | {"scope": "x" * 300_000}, right), 400, "invalid_request"),
        (post(client, GRANT | {f"field{number}": 1 for number in range(300)}, right), 400, "invalid_request"),
        (post(client, GRANT, "Basic ***"), 401, "invalid_client"),
        (post(client, GRANT, "Basic YmlsbGluZw=="), 401, "invalid_client"),
        (post(client, GRANT), 401, "invalid_client"),
        (post(client, GRANT | {"client_id": "billing"}), 401, "invalid_client"),
    ]
    for answer, status, error in table:
        assert (answer.status_code, answer.json()["error"]) == (status, error)
        assert ("WWW-Authenticate" in answer.headers) == (status == 401)
        assert answer["Cache-Control"] == "no-store"
        assert new.secret not in answer.content.decode()


def test_too_many_failures_are_refused_for_a_while(client: Client, settings: LazySettings) -> None:
    settings.LIMITS = Limits(service_failures_per_client=3)
    new = a_client()
    for _ in range(3):
        assert post(client, GRANT, basic("billing", "wrong")).status_code == 401
    answer = post(client, GRANT, basic("billing", new.secret))
    assert answer.status_code == 429
    assert answer["Content-Type"] == "application/problem+json"
    assert int(answer["Retry-After"]) > 0
    with time_machine.travel(now() + timedelta(hours=1)):
        assert post(client, GRANT, basic("billing", new.secret)).status_code == 200


def test_a_token_is_needed_and_must_live(client: Client) -> None:
    tenant, new = a_tenant(), a_client()
    token = token_of(client, new)
    question = {"tenant": tenant.public_id, "action": "buy"}
    assert ask(client, token, question).status_code == 200
    for wrong in ("", "act_wrong", token + "x", token[:-1], "x" * 5000, "\u00e9"):
        answer = ask(client, wrong, question)
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert answer.json()["code"] == "serviceapi.token_refused"
    with time_machine.travel(now() + timedelta(hours=2)):
        assert ask(client, token, question).status_code == 401
    disable_client(actor=SYSTEM, client_id="billing", now=now())
    assert ask(client, token, question).status_code == 401


def test_guessing_tokens_is_limited_but_a_valid_one_still_works(client: Client, settings: LazySettings) -> None:
    settings.LIMITS = Limits(service_failures_per_address=2)
    tenant, token = a_tenant(), token_of(client, a_client())
    question = {"tenant": tenant.public_id, "action": "buy"}
    assert [ask(client, "act_guess", question).status_code for _ in range(4)] == [401, 401, 429, 429]
    assert ask(client, token, question).status_code == 200


@pytest.mark.parametrize(("scopes", "status"), [((), 403), (("decisions:read",), 200)])
def test_the_scope_decides(client: Client, scopes: tuple[str, ...], status: int) -> None:
    tenant, token = a_tenant(), token_of(client, a_client(scopes=scopes))
    answer = ask(client, token, {"tenant": tenant.public_id, "action": "buy"})
    assert answer.status_code == status
    if status == 403:
        assert 'error="insufficient_scope"' in answer["WWW-Authenticate"]
        assert answer.json()["code"] == "serviceapi.scope_missing"
