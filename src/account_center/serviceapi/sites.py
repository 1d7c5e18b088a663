"""What trusted sites may do: send verifications (2.4.10) and student statuses (2.1.16)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from account_center.clients.types import Caller, Scope
from account_center.kit.actor import Actor
from account_center.kit.clock import now
from account_center.kit.refused import Refused
from account_center.plumbing.actors import AGENT_LENGTH, client_address
from account_center.plumbing.refusals import problem_json
from account_center.plumbing.wording import explain, explain_refusal
from account_center.realname.services.partners import result_of, site_actor, take_result
from account_center.realname.services.students import take_student_status
from account_center.realname.types import ApplicationState, PartnerAnswer
from account_center.serviceapi.callers import PROBLEM, ReasonShown
from account_center.serviceapi.errors import UnknownResult
from account_center.serviceapi.reports import (
    StudentReport,
    VerificationReport,
    person_in,
    report_in,
    result_in,
    site_of,
    study_in,
    told_by,
    within,
)
from account_center.serviceapi.signed import SignedToken

router = Router()
SIGNED_HEADERS = [
    {"name": name, "in": "header", "required": True, "schema": {"type": "string"}, "description": description}
    for name, description in (
        ("X-Timestamp", "Seconds since 1970, as signed."),
        ("X-Nonce", "16 to 64 letters, digits, hyphens or underscores; never the same twice."),
        ("X-Signature", "Hexadecimal HMAC-SHA256 over timestamp + '.' + nonce + '.' + path + '.' + body."),
    )
]
REFUSALS: dict[int, Any] = dict.fromkeys((401, 403, 404, 409, 413, 422, 429, 503), PROBLEM)


class ResultShown(Schema):
    """How far a result is. ``application`` is our reference number, which the customer sees too."""

    reference: str
    application: str
    state: ApplicationState
    refusal: ReasonShown | None = None


class StatusShown(Schema):
    """A student status that counts up to and including ``until``."""

    reference: str
    until: str


def _described(shape: type[Schema]) -> dict[str, Any]:
    body = {"required": True, "content": {"application/json": {"schema": shape.model_json_schema()}}}
    return {"requestBody": body, "parameters": SIGNED_HEADERS, "responses": REFUSALS}


@router.post(
    "/verification-results",
    auth=SignedToken(Scope.VERIFICATIONS_WRITE),
    response={200: ResultShown},
    summary="Send a verification that your site made, with the customer's agreement",
    openapi_extra=_described(VerificationReport),
)
def verification_results(request: HttpRequest) -> HttpResponse | ResultShown:
    """The same reference with the same content is answered as the first time."""
    report = report_in(VerificationReport, request.body)
    result, wrong = result_in(report, told_by(_caller(request), report), now=now())
    if result is None:
        return refused_report(request, wrong)
    answer, wrong = take_result(actor=_actor(request), result=result, now=now())
    if answer is None:
        return refused_report(request, within("person" if report.person else "organisation", wrong))
    return _shown(report.reference, answer)


@router.get(
    "/verification-results/{reference}",
    auth=SignedToken(Scope.VERIFICATIONS_WRITE),
    response={200: ResultShown},
    summary="How far a result is that your site sent",
    openapi_extra={"parameters": SIGNED_HEADERS, "responses": REFUSALS},
)
def verification_result(request: HttpRequest, reference: str) -> ResultShown:
    """Of your own site's results only."""
    answer = result_of(site=site_of(_caller(request)), reference=reference)
    if answer is None:
        raise UnknownResult
    return _shown(reference, answer)


@router.post(
    "/student-statuses",
    auth=SignedToken(Scope.STUDENTS_WRITE),
    response={200: StatusShown},
    summary="Say that the person a tenant is verified as is a student",
    openapi_extra=_described(StudentReport),
)
def student_statuses(request: HttpRequest) -> HttpResponse | StatusShown:
    """The same reference with the same content is answered as the first time."""
    report = report_in(StudentReport, request.body)
    who, wrong = person_in(report.person, now=now())
    if who is None:
        return refused_report(request, wrong)
    told = told_by(_caller(request), report)
    given, wrong = take_student_status(actor=_actor(request), told=told, study=study_in(report), who=who, now=now())
    if given is None:
        return refused_report(request, within("person", wrong))
    return StatusShown(reference=report.reference, until=given.study.until.isoformat())


def refused_report(request: HttpRequest, wrong: list[Refused]) -> HttpResponse:
    """Problem details of the first refusal, with all of them under ``problems``: so that one round trip mends everything."""
    problems = [{**explain_refusal(one).as_json(), "field": one.field} for one in wrong]
    return problem_json(wrong[0], instance=request.path, problems=problems)


def _shown(reference: str, answer: PartnerAnswer) -> ResultShown:
    refusal = explain(answer.refusal, {"reference": answer.reference}).as_json() if answer.refusal else None
    return ResultShown(
        reference=reference,
        application=answer.reference,
        state=answer.state,
        refusal=ReasonShown(**refusal) if refusal else None,
    )


def _caller(request: HttpRequest) -> Caller:
    caller = request.auth  # type: ignore[attr-defined]
    assert isinstance(caller, Caller)  # noqa: S101 - what SignedToken returns
    return caller


def _actor(request: HttpRequest) -> Actor:
    agent = request.headers.get("User-Agent", "")[:AGENT_LENGTH]
    return site_actor(site_of(_caller(request)), address=client_address(request), agent=agent)
