"""Trusted sites at the real door: tokens, signatures, results and student statuses (2.4.10, 2.1.16)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client

from account_center.audit.models import Event
from account_center.clients.services import disable_client, new_signing_key, register_client, set_scopes
from account_center.clients.types import NewSecret, Scope
from account_center.kit.clock import now
from account_center.kit.demo_numbers import demo_resident_id
from account_center.kit.limits import Limits
from account_center.kit.signing import sign
from account_center.plumbing.work.running import run_due
from account_center.realname.models import Application
from account_center.realname.queries import student_status_of, verification_of
from account_center.realname.types import Purpose, TrustedSite
from account_center.tenants.types import TenantFacts
from tests.realname.making import NAME, a_company, a_person, a_tenant
from tests.realname.partnering import agreed
from tests.serviceapi.asking import ask, token_of
from tests.signin.making import NOW
from tests.standing.making import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.4.10")]
RESULTS = "/service/v1/verification-results"
STUDENTS = "/service/v1/student-statuses"
NONCES = count(1)


@pytest.fixture(autouse=True)
def _at_the_moment_of_the_tests() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@dataclass
class Partner:
    """A trusted site as its own program would be written: it gets a token and signs what it sends."""

    client: Client
    new: NewSecret
    key: str
    token: str = field(init=False)

    def __post_init__(self) -> None:
        self.token = token_of(self.client, self.new)

    @property
    def site(self) -> TrustedSite:
        return TrustedSite(self.new.client.client_id, self.new.client.name)

    def headers(self, path: str, body: bytes, nonce: str = "") -> dict[str, str]:
        timestamp, used = str(int(now().timestamp())), nonce or f"nonce-{next(NONCES):012d}"
        signature = sign(self.key.encode(), timestamp.encode(), used.encode(), path.encode(), body)
        return {
            "Authorization": f"Bearer {self.token}",
            "X-Timestamp": timestamp,
            "X-Nonce": used,
            "X-Signature": signature,
        }

    def post(self, path: str, report: Any, **changed: str) -> Any:
        body = report if isinstance(report, bytes) else json.dumps(report).encode()
        headers = self.headers(path, body) | changed
        return self.client.generic("POST", path, body, content_type="application/json", headers=headers)

    def get(self, path: str) -> Any:
        return self.client.get(path, headers=self.headers(path, b""))


def a_partner(*scopes: Scope, client_id: str = "partner") -> Partner:
    new = register_client(
        actor=SYSTEM,
        client_id=client_id,
        name="Blue Harbour",
        scopes=scopes or (Scope.VERIFICATIONS_WRITE,),
        now=now(),
    )
    return Partner(Client(), new, new_signing_key(client_id=client_id, now=now()).key)


def a_report(tenant: TenantFacts, partner: Partner, /, **changed: Any) -> dict[str, Any]:
    report = {
        "tenant": tenant.public_id,
        "agreement": changed.pop("agreement", None) or agreed(tenant, partner.site).code,
        "reference": "P-2026-1",
        "method": "face",
        "verified_on": "2026-11-20",
        "person": {"kind": "resident_id", "name": NAME, "number": a_person()},
    }
    return {name: said for name, said in (report | changed).items() if said is not None}


def an_organisation(area: str = "330106", **changed: Any) -> dict[str, Any]:
    said = {
        "nature": "enterprise",
        "certificate": "business_licence",
        "name": "蓝色灯塔(杭州)科技有限公司",
        "number": a_company(area),
        "representative": "王小灯",
        "representative_id": demo_resident_id(),
    }
    return said | changed


def test_a_partners_result_verifies_the_tenant() -> None:
    tenant, partner = a_tenant(), a_partner()
    answer = partner.post(RESULTS, a_report(tenant, partner))
    assert answer.status_code == 200, answer.content
    held = verification_of(tenant.id)
    assert held
    assert held.partner
    assert answer.json() == {
        "reference": "P-2026-1",
        "application": held.reference,
        "state": "approved",
        "refusal": None,
    }
    assert held.partner.site.name == "Blue Harbour"
    event = Event.objects.get(name="realname:partner:received")
    assert (event.actor_kind, event.actor_name) == ("service", "partner")


def test_an_organisation_is_followed_until_the_register_has_answered() -> None:
    tenant, partner = a_tenant(), a_partner()
    report = a_report(tenant, partner, person=None, organisation=an_organisation("990003"), method="papers")
    assert partner.post(RESULTS, report).json()["state"] == "checking"
    run_due()
    later = partner.get(f"{RESULTS}/P-2026-1").json()
    assert later["state"] == "refused"
    assert later["refusal"]["code"] == "realname.organisation_cancelled"
    assert later["refusal"]["todo"]
    again = partner.post(RESULTS, report)
    assert (again.status_code, again.json()) == (200, later)


def test_another_document_and_an_authorised_person_are_understood() -> None:
    partner = a_partner()
    abroad = {
        "kind": "passport",
        "name": "MARIA SCHMIDT",
        "number": "C01X00T47",
        "birth": "1990-05-17",
        "nationality": "DE",
        "expires": "2031-05-16",
    }
    first = a_tenant()
    answer = partner.post(RESULTS, a_report(first, partner, person=abroad))
    assert answer.json()["state"] == "approved", answer.content
    chinese = partner.post(
        RESULTS, a_report(a_tenant(), partner, person={**abroad, "nationality": "CN"}, reference="P-3")
    )
    assert chinese.status_code == 422
    assert "realname.issued_in_china" in chinese.content.decode()
    second = a_tenant()
    company = an_organisation(acting="authorised", agent="陈海茶", agent_id=demo_resident_id(sequence=24))
    report = a_report(second, partner, person=None, organisation=company, reference="P-2")
    assert partner.post(RESULTS, report).json()["state"] == "checking"
    run_due()
    assert verification_of(second.id)


def test_the_same_result_again_is_answered_the_same_and_other_content_is_refused() -> None:
    tenant, partner = a_tenant(), a_partner()
    report = a_report(tenant, partner)
    first = partner.post(RESULTS, report)
    again = partner.post(RESULTS, dict(reversed(list(report.items()))))
    assert (again.status_code, again.json()) == (200, first.json())
    other = partner.post(RESULTS, {**report, "verified_on": "2026-11-19"})
    assert (other.status_code, other.json()["code"]) == (409, "realname.other_content")
    assert Application.objects.count() == 1


def test_a_request_that_somebody_kept_is_not_taken_twice() -> None:
    tenant, partner = a_tenant(), a_partner()
    body = json.dumps(a_report(tenant, partner)).encode()
    headers = partner.headers(RESULTS, body)

    def send() -> Any:
        return partner.client.generic("POST", RESULTS, body, content_type="application/json", headers=headers)

    assert send().status_code == 200
    replayed = send()
    assert (replayed.status_code, replayed.json()["code"]) == (409, "clients.request_replayed")


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"X-Signature": "0" * 64}, 401, "clients.signature_refused"),
        ({"X-Signature": ""}, 401, "clients.signature_refused"),
        ({"X-Nonce": ""}, 401, "clients.signature_refused"),
        ({"X-Nonce": "another-nonce-0001"}, 401, "clients.signature_refused"),
        ({"X-Timestamp": "1"}, 401, "clients.timestamp_refused"),
        ({"X-Timestamp": "soon"}, 401, "clients.timestamp_refused"),
        ({"Authorization": "Bearer act_nothing"}, 401, "serviceapi.token_refused"),
    ],
)
def test_who_does_not_prove_who_he_is_changes_nothing(changed: dict[str, str], status: int, code: str) -> None:
    tenant, partner = a_tenant(), a_partner()
    answer = partner.post(RESULTS, a_report(tenant, partner), **changed)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"
    assert not Application.objects.exists()


def test_a_signature_is_for_its_path_and_body_only() -> None:
    tenant, partner = a_tenant(), a_partner(Scope.VERIFICATIONS_WRITE, Scope.STUDENTS_WRITE)
    body = json.dumps(a_report(tenant, partner)).encode()
    for path, sent in ((STUDENTS, body), (RESULTS, body + b" ")):
        headers = partner.headers(RESULTS, body)
        answer = partner.client.generic("POST", path, sent, content_type="application/json", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "clients.signature_refused")


def test_guessing_signatures_is_counted() -> None:
    tenant, partner = a_tenant(), a_partner()
    report = a_report(tenant, partner)
    for _ in range(30):
        assert partner.post(RESULTS, report, **{"X-Signature": "0" * 64}).status_code == 401
    answer = partner.post(RESULTS, report, **{"X-Signature": "0" * 64})
    assert (answer.status_code, answer.json()["code"]) == (429, "clients.too_many_failures")
    assert answer["Retry-After"]


def test_the_right_to_send_results_is_one_of_its_own() -> None:
    tenant, shop = a_tenant(), a_partner(Scope.DECISIONS_READ, Scope.STUDENTS_WRITE, client_id="shop")
    partner = a_partner()
    answer = shop.post(RESULTS, a_report(tenant, partner))
    assert (answer.status_code, answer.json()["code"]) == (403, "serviceapi.scope_missing")
    assert ask(partner.client, partner.token, {"tenant": tenant.public_id, "action": "buy"}).status_code == 403


def test_ending_the_trust_counts_at_once_for_tokens_given_before() -> None:
    tenant, partner = a_tenant(), a_partner()
    report = a_report(tenant, partner)
    set_scopes(actor=SYSTEM, client_id="partner", scopes=[], now=now())
    assert partner.post(RESULTS, report).json()["code"] == "serviceapi.scope_missing"
    disable_client(actor=SYSTEM, client_id="partner", now=now())
    assert partner.post(RESULTS, report).json()["code"] == "serviceapi.token_refused"
    assert not Application.objects.exists()


def test_one_sites_results_are_not_shown_to_another() -> None:
    tenant, partner = a_tenant(), a_partner()
    partner.post(RESULTS, a_report(tenant, partner))
    other = a_partner(client_id="other")
    answer = other.get(f"{RESULTS}/P-2026-1")
    assert (answer.status_code, answer.json()["code"]) == (404, "serviceapi.unknown_result")


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"tenant": "T!"}, "serviceapi.report_wrong", "tenant"),
    ({"reference": "P 1"}, "serviceapi.report_wrong", "reference"),
    ({"reference": None}, "serviceapi.report_wrong", "reference"),
    ({"method": "magic"}, "serviceapi.report_wrong", "method"),
    ({"verified_on": "yesterday"}, "serviceapi.report_wrong", "verified_on"),
    ({"more": 1}, "serviceapi.report_wrong", "more"),
    ({"person": None}, "serviceapi.report_wrong", ""),
    ({"organisation": an_organisation()}, "serviceapi.report_wrong", ""),
    ({"person": {"kind": "passport", "name": "M", "number": "C01X00T47"}}, "serviceapi.report_wrong", "person"),
    ({"person": {"name": "王\0", "number": "1"}}, "serviceapi.report_wrong", "person.name"),
    ({"person": {"name": NAME, "number": "11010519491231002X1"}}, "realname.bad_id_number", "person.number"),
    ({"person": {"name": "1", "number": a_person()}}, "realname.bad_name", "person.name"),
    ({"verified_on": "2026-12-24"}, "realname.verified_in_future", "verified_on"),
    ({"person": None, "organisation": an_organisation(number="12")}, "realname.bad_organisation_number", ""),
]


@pytest.mark.parametrize(("changed", "code", "where"), WRONG, ids=range(len(WRONG)))
def test_what_is_wrong_is_said_with_its_place_and_a_way_out(changed: dict[str, Any], code: str, where: str) -> None:
    tenant, partner = a_tenant(), a_partner()
    answer = partner.post(RESULTS, a_report(tenant, partner, **changed))
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, code), problem
    assert problem["what"]
    assert problem["todo"]
    assert problem.get("field", "").startswith(where)
    assert not Application.objects.exists()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 15_000])
def test_what_is_no_report_is_refused(body: bytes) -> None:
    answer = a_partner().post(RESULTS, body)
    assert (answer.status_code, answer.json()["code"]) == (422, "serviceapi.report_wrong")


@pytest.mark.parametrize("size", [17_000, 3_000_000])
def test_a_report_is_small(size: int) -> None:
    answer = a_partner().post(RESULTS, b" " * size)
    assert (answer.status_code, answer.json()["code"]) == (413, "serviceapi.report_too_large")


def test_everything_wrong_comes_in_one_answer() -> None:
    tenant, partner = a_tenant(), a_partner()
    person = {"name": "1", "number": "2"}
    problem = partner.post(RESULTS, a_report(tenant, partner, person=person)).json()
    assert [(one["code"], one["field"]) for one in problem["problems"]] == [
        ("realname.bad_name", "person.name"),
        ("realname.bad_id_number", "person.number"),
    ]


@pytest.mark.clause("2.1.18")
def test_the_rules_of_the_house_answer_in_the_callers_language() -> None:
    tenant, partner = a_tenant(), a_partner()
    child = {"name": NAME, "number": demo_resident_id(birth=NOW.date().replace(year=2012))}
    answer = partner.post(RESULTS, a_report(tenant, partner, person=child), **{"Accept-Language": "zh-CN"})
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["field"]) == (409, "realname.too_young", "person.number")
    assert "周岁" in problem["what"]


def test_no_number_stands_in_an_event_or_a_log(caplog: pytest.LogCaptureFixture) -> None:
    tenant, partner, number = a_tenant(), a_partner(), a_person()
    partner.post(RESULTS, a_report(tenant, partner, person={"name": NAME, "number": number}))
    facts = repr(list(Event.objects.values_list("facts", flat=True)))
    assert number not in facts + caplog.text
    assert NAME not in facts + caplog.text


def test_the_size_of_a_report_is_a_setting(settings: LazySettings) -> None:
    tenant, partner = a_tenant(), a_partner()
    report = a_report(tenant, partner)
    settings.LIMITS = Limits(report_body_bytes=10)
    assert partner.post(RESULTS, report).status_code == 413


@pytest.mark.clause("2.1.16")
def test_an_education_service_says_who_is_a_student_and_the_decision_changes() -> None:
    tenant, number = a_tenant(), a_person()
    partner = a_partner(Scope.VERIFICATIONS_WRITE, Scope.STUDENTS_WRITE, Scope.DECISIONS_READ)
    person = {"name": NAME, "number": number}
    partner.post(RESULTS, a_report(tenant, partner, person=person))
    question = {"tenant": tenant.public_id, "action": "student_offers"}
    (before,) = ask(partner.client, partner.token, question).json()["decisions"]
    assert [reason["code"] for reason in before["reasons"]] == ["standing.student_status_missing"]
    report = {
        "tenant": tenant.public_id,
        "agreement": agreed(tenant, partner.site, purpose=Purpose.STUDENT).code,
        "reference": "S-1",
        "person": person,
        "school": "浙江大学",
        "level": "bachelor",
        "until": "2028-07-31",
    }
    answer = partner.post(STUDENTS, report)
    assert (answer.status_code, answer.json()) == (200, {"reference": "S-1", "until": "2028-07-31"})
    (after,) = ask(partner.client, partner.token, question).json()["decisions"]
    assert after["allowed"]
    assert partner.post(STUDENTS, report).json() == answer.json()
    shown = student_status_of(tenant.id)
    assert shown
    assert (shown.study.school, shown.site) == ("浙江大学", "Blue Harbour")


@pytest.mark.clause("2.1.16")
def test_a_student_status_about_somebody_else_is_refused_with_the_reason() -> None:
    tenant, partner = a_tenant(), a_partner(Scope.STUDENTS_WRITE)
    report = {
        "tenant": tenant.public_id,
        "agreement": agreed(tenant, partner.site, purpose=Purpose.STUDENT).code,
        "reference": "S-1",
        "person": {"name": NAME, "number": a_person()},
        "school": "浙江大学",
        "level": "bachelor",
        "until": "2020-07-31",
    }
    problem = partner.post(STUDENTS, report).json()
    assert [one["code"] for one in problem["problems"]] == ["realname.study_over", "realname.student_not_verified"]


def test_the_interface_describes_what_sites_may_send() -> None:
    described = json.loads(Client().get("/service/v1/openapi.json").content)
    operation = described["paths"][RESULTS]["post"]
    assert {one["name"] for one in operation["parameters"]} == {"X-Timestamp", "X-Nonce", "X-Signature"}
    shape = operation["requestBody"]["content"]["application/json"]["schema"]
    assert {"tenant", "agreement", "reference", "method", "verified_on"} <= set(shape["required"])
