import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from account_center.kit.clock import now
from account_center.kit.limits import Limits
from account_center.standing.services import note_name_change, note_verification, place_hold
from account_center.standing.types import Action, CustomerKind, HoldReason, VerificationStatus
from tests.serviceapi.asking import DECISIONS, a_client, ask, token_of
from tests.standing.making import STAFF, a_tenant, verify

pytestmark = pytest.mark.django_db
ALL = [action.value for action in Action]


@pytest.mark.clause("2.1.1")
def test_the_answer_turns_from_no_because_to_yes(client: Client) -> None:
    tenant, token = a_tenant(), token_of(client, a_client())
    question = {"tenant": tenant.public_id, "actions": ["buy", "see_bills"]}
    before = ask(client, token, question).json()
    buy, bills = before["decisions"]
    assert before["tenant"] == tenant.public_id
    assert (buy["action"], buy["allowed"], bills["action"], bills["allowed"]) == ("buy", False, "see_bills", True)
    assert bills["reasons"] == []
    assert [(reason["code"], reason["faq"]) for reason in buy["reasons"]] == [("standing.not_verified", "2.1.1")]
    assert all(buy["reasons"][0][part] for part in ("what", "why", "todo"))
    verify(tenant)
    after = ask(client, token, question).json()
    assert [decision["allowed"] for decision in after["decisions"]] == [True, True]


@pytest.mark.clause("2.3.20")
def test_a_decision_about_invoices_tells_of_another_name_from_its_asking_to_its_approval(client: Client) -> None:
    tenant, token = a_tenant(), token_of(client, a_client())
    verify(tenant)
    question = {"tenant": tenant.public_id, "actions": ["request_invoice", "buy"]}

    def told(language: str = "en") -> list[str]:
        invoice, buy = ask(client, token, question, language).json()["decisions"]
        assert invoice["allowed"]
        assert buy["notes"] == []
        return [f"{note['code']}: {note['what']}" for note in invoice["notes"]]

    assert told() == []
    note_name_change(tenant_id=tenant.id, waiting=True, now=now())
    assert [one.partition(":")[0] for one in told()] == ["standing.invoices_by_name_until_changed"]
    note_name_change(tenant_id=tenant.id, waiting=False, now=now())
    assert told() == []
    note_name_change(tenant_id=tenant.id, waiting=True, now=now())
    status, kind = VerificationStatus.VERIFIED, CustomerKind.ENTERPRISE
    note_verification(tenant_id=tenant.id, status=status, kind=kind, now=now(), changed=True)
    [said] = told("zh-CN")
    assert said.startswith("standing.invoices_by_new_name: 认证名称已于 ")


@pytest.mark.clause("1.39", "1.40")
def test_every_reason_is_told_with_its_words(client: Client) -> None:
    tenant, token = a_tenant(), token_of(client, a_client())
    evening = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)  # in Beijing the next day has begun
    for reason in HoldReason:
        place_hold(actor=STAFF, tenant_id=tenant.id, reason=reason, now=evening)
    shown = ask(client, token, {"tenant": tenant.public_id, "action": "buy_on_demand"}).json()["decisions"][0][
        "reasons"
    ]
    assert [reason["code"] for reason in shown] == [
        "standing.not_verified",
        *(f"standing.{one.value}" for one in HoldReason),
    ]
    assert all("2026-11-24" in reason["what"] for reason in shown[1:])


@pytest.mark.clause("2.1.1")
def test_the_words_come_in_the_callers_language(client: Client) -> None:
    tenant, token = a_tenant(), token_of(client, a_client())
    question = {"tenant": tenant.public_id, "action": "buy"}
    said = {}
    for language in ("en", "zh-CN", "zh-Hans;q=0.9, en;q=0.5", "fr", ""):
        answer = ask(client, token, question, language)
        said[language] = (answer["Content-Language"], answer.json()["decisions"][0]["reasons"][0]["what"])
    assert said["en"] == ("en", "This tenant is not verified.")
    assert said["zh-CN"] == ("zh-hans", "该租户尚未完成实名认证。")
    assert said["zh-Hans;q=0.9, en;q=0.5"] == said["zh-CN"]
    assert said["fr"] == said[""] == said["en"]


def test_links_are_absolute_when_the_public_address_is_known(client: Client, settings: LazySettings) -> None:
    settings.ROOT_URLCONF = "tests.serviceapi.with_portal"
    tenant, token = a_tenant(), token_of(client, a_client())
    question = {"tenant": tenant.public_id, "action": "buy"}
    links = []
    for address in ("", "https://id.example.com"):
        settings.PUBLIC_ADDRESS = address
        links.append(ask(client, token, question).json()["decisions"][0]["reasons"][0]["links"])
    assert [link[0]["href"] for link in links] == ["/verification", "https://id.example.com/verification"]


def test_answers_come_in_the_order_asked_and_once_each(client: Client) -> None:
    tenant, token = a_tenant(), token_of(client, a_client())
    asked = [*reversed(ALL), *ALL]
    answer = ask(client, token, {"tenant": tenant.public_id, "actions": asked}).json()
    assert [decision["action"] for decision in answer["decisions"]] == list(reversed(ALL))


WRONG: list[tuple[Any, int, str]] = [
    (b"", 422, "serviceapi.body_not_json"),
    (b"{", 422, "serviceapi.body_not_json"),
    (b"\xff\xfe", 422, "serviceapi.body_not_json"),
    (b"[" * 50_000, 422, "serviceapi.body_not_json"),
    (b"1" * 6_000, 422, "serviceapi.body_not_json"),
    (b" " * 70_000, 413, "serviceapi.body_too_large"),
    (b" " * 300_000, 413, "serviceapi.body_too_large"),
    ([], 422, "serviceapi.body_not_json"),
    ({}, 422, "serviceapi.tenant_missing"),
    ({"tenant": 7, "action": "buy"}, 422, "serviceapi.tenant_missing"),
    ({"tenant": "t"}, 422, "serviceapi.actions_missing"),
    ({"tenant": "t", "actions": []}, 422, "serviceapi.actions_missing"),
    ({"tenant": "t", "actions": "buy"}, 422, "serviceapi.actions_missing"),
    ({"tenant": "t", "action": "buy", "actions": ["buy"]}, 422, "serviceapi.actions_missing"),
    ({"tenant": "t", "acton": "buy"}, 422, "serviceapi.unknown_member"),
    ({"tenant": "t", "action": "Buy"}, 422, "serviceapi.unknown_action"),
    ({"tenant": "t", "action": None}, 422, "serviceapi.unknown_action"),
    ({"tenant": "t", "actions": ["buy", {"buy": 1}]}, 422, "serviceapi.unknown_action"),
    ({"tenant": "t", "actions": ["buy"] * 51}, 422, "serviceapi.too_many_actions"),
    ({"tenant": "t", "action": "buy"}, 404, "serviceapi.unknown_tenant"),
    ({"tenant": "t\x00' OR 1=1 --", "action": "buy"}, 404, "serviceapi.unknown_tenant"),
    ({"tenant": "\ud800", "action": "buy"}, 404, "serviceapi.unknown_tenant"),
    ({"tenant": "t" * 60_000, "action": "buy"}, 404, "serviceapi.unknown_tenant"),
]


@pytest.mark.parametrize(("question", "status", "code"), WRONG, ids=range(len(WRONG)))
def test_what_cannot_be_answered_is_explained(client: Client, question: Any, status: int, code: str) -> None:
    answer = ask(client, token_of(client, a_client()), question)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["status"], problem["code"], problem["instance"]) == (status, code, DECISIONS)
    assert problem["title"]
    assert problem["todo"]


def test_an_unknown_action_is_named_together_with_the_known_ones(client: Client) -> None:
    answer = ask(client, token_of(client, a_client()), {"tenant": "t", "actions": ["buy", "fly"]})
    assert "fly" in answer.json()["title"]
    assert all(name in answer.json()["todo"] for name in ALL)


def test_the_number_of_actions_is_a_setting(client: Client, settings: LazySettings) -> None:
    settings.LIMITS = Limits(decision_actions=2)
    tenant, token = a_tenant(), token_of(client, a_client())
    assert ask(client, token, {"tenant": tenant.public_id, "actions": ["buy", "sign_in"]}).status_code == 200
    refused = ask(client, token, {"tenant": tenant.public_id, "actions": ["buy", "sign_in", "see_bills"]})
    assert (refused.status_code, "2" in refused.json()["title"]) == (422, True)


def test_the_interface_describes_itself(client: Client) -> None:
    described = json.loads(client.get("/service/v1/openapi.json").content)
    assert described["openapi"].startswith("3.1")
    assert {"/service/v1/token", DECISIONS} <= set(described["paths"])
    request = described["paths"][DECISIONS]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert request["properties"]["action"]["enum"] == ALL


def test_other_methods_are_not_answered(client: Client) -> None:
    for method in ("get", "put", "patch", "delete"):
        assert getattr(client, method)(DECISIONS).status_code == 405
