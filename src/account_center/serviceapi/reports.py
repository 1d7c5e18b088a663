"""What trusted sites send: the shapes of their requests, read with the same parsers as the customers' own forms."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Literal, TypeVar

from django.conf import settings
from ninja import Schema
from pydantic import ConfigDict, Field, ValidationError, model_validator

from account_center.clients.types import Caller
from account_center.kit.refused import Refused
from account_center.kit.travel_document import DocumentKind
from account_center.plumbing.api_fields import REAL_TEXT, Country, Text
from account_center.plumbing.keys import keyring
from account_center.realname.services.claims import read_document
from account_center.realname.services.organisations import read_organisation
from account_center.realname.services.partners import read_resident
from account_center.realname.types import (
    Acting,
    Certificate,
    DocumentClaim,
    Nature,
    OrganisationClaim,
    PartnerMethod,
    PartnerResult,
    PersonClaim,
    StudentLevel,
    Study,
    Told,
    TrustedSite,
)
from account_center.serviceapi.errors import ReportTooLarge, ReportWrong

RESIDENT = "resident_id"
LONGEST_PROBLEMS = 10


Public = Annotated[str, Field(pattern="^[0-9a-z]{1,64}$", description="The tenant ID.", examples=["7k3m9q2x4t8w5z1c"])]
Code = Annotated[
    str,
    Field(max_length=40, description="The code that the customer made for your site.", examples=["AB3D-9KQ2-7XFM"]),
    REAL_TEXT,
]
OwnReference = Annotated[
    str, Field(pattern="^[A-Za-z0-9_-]{1,64}$", description="Yours; one for each result.", examples=["P-2026-000123"])
]
Kind = Literal["resident_id"] | DocumentKind
Claim = PersonClaim | DocumentClaim


class Shape(Schema):
    """A part of a request. Members it does not name are refused."""

    model_config = ConfigDict(extra="forbid")


class PersonShape(Shape):
    """A person with an identity document. With other documents than the resident identity card, more is needed."""

    kind: Kind = Field("resident_id")
    name: Text = Field(examples=["欧阳小明"])
    number: Text
    birth: date | None = Field(None, description="Where the number does not contain it.")
    nationality: Country | None = Field(None, description="The country or region that issued another document.")
    expires: date | None = None

    @model_validator(mode="after")
    def _issuer_of_other_documents(self) -> "PersonShape":
        if self.kind != RESIDENT and self.nationality is None:
            raise ValueError("nationality is needed with this kind of document")
        return self


class OrganisationShape(Shape):
    """An organisation, and who acts for it."""

    nature: Nature = Nature.ENTERPRISE
    certificate: Certificate = Certificate.BUSINESS_LICENCE
    name: Text = Field(examples=["蓝色灯塔(杭州)科技有限公司"])
    number: Text = Field(description="As the certificate has it; mainland enterprises: the unified social credit code.")
    country: Country = "CN"
    representative: Text = Field(description="The legal representative.")
    representative_id: Text
    acting: Acting = Acting.REPRESENTATIVE
    agent: Text = Field("", description="Whoever acts with a letter of authorisation.")
    agent_id: Text = ""


class ReportShape(Shape):
    """What every report says."""

    tenant: Public
    agreement: Code
    reference: OwnReference


class VerificationReport(ReportShape):
    """A verification that a partner site made (2.4.10). Either ``person`` or ``organisation``."""

    method: PartnerMethod = Field(description="How your site verified.")
    verified_on: date = Field(description="The day on which your site verified.")
    person: PersonShape | None = None
    organisation: OrganisationShape | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> "VerificationReport":
        if (self.person is None) == (self.organisation is None):
            raise ValueError("either person or organisation, not both")
        return self


class StudentReport(ReportShape):
    """That somebody is a student (2.1.16)."""

    person: PersonShape
    school: Text = Field(examples=["浙江大学"])
    level: StudentLevel
    until: date = Field(description="The last day of the studies.")


Report = TypeVar("Report", bound=ReportShape)


def report_in(shape: type[Report], body: bytes) -> Report:
    """The report in a request body. Raises ReportTooLarge, ReportWrong, which name what is wrong."""
    if len(body) > settings.LIMITS.report_body_bytes:
        raise ReportTooLarge(limit=settings.LIMITS.report_body_bytes)
    try:
        return shape.model_validate_json(body)
    except ValidationError as wrong:
        found = [(".".join(map(str, one["loc"])), one["msg"]) for one in wrong.errors()]
        told = [f"{place}: {said}" if place else said for place, said in found[:LONGEST_PROBLEMS]]
        raise ReportWrong(field=found[0][0], problems=told) from wrong


def told_by(caller: Caller, report: ReportShape) -> Told:
    """By whom, about whom and under which number. What the agreement's code was plays no part in the content."""
    said = report.model_dump(mode="json", exclude={"agreement"})
    content = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return Told(
        site=site_of(caller),
        tenant=report.tenant,
        agreement=report.agreement,
        reference=report.reference,
        content=keyring().digest("realname.report", content),
    )


def site_of(caller: Caller) -> TrustedSite:
    """The caller as a site whose word counts."""
    return TrustedSite(caller.client_id, caller.name)


def result_in(report: VerificationReport, told: Told, *, now: datetime) -> tuple[PartnerResult | None, list[Refused]]:
    """The result by the rules of our own forms, or every refusal with the member it is about."""
    claim: PersonClaim | DocumentClaim | OrganisationClaim | None
    if report.person is not None:
        claim, wrong = person_in(report.person, now=now)
    else:
        assert report.organisation is not None  # noqa: S101 - the shape says so
        claim, wrong = _organisation(report.organisation, now=now)
    if claim is None:
        return None, wrong
    return PartnerResult(told, report.method, report.verified_on, claim), []


def person_in(person: PersonShape, *, now: datetime) -> tuple[Claim | None, list[Refused]]:
    """The person, or every refusal with the member it is about."""
    if not isinstance(person.kind, DocumentKind):
        claim, wrong = read_resident(name=person.name, number=person.number, now=now)
        return claim, within("person", wrong)
    document, wrong = read_document(
        kind=person.kind,
        name=person.name,
        number=person.number,
        birth=person.birth,
        nationality=person.nationality or "",
        expires=person.expires,
        now=now,
    )
    return document, within("person", wrong)


def _organisation(said: OrganisationShape, *, now: datetime) -> tuple[OrganisationClaim | None, list[Refused]]:
    claim, wrong = read_organisation(
        nature=said.nature,
        certificate=said.certificate,
        name=said.name,
        number=said.number,
        representative=said.representative,
        representative_id=said.representative_id,
        country=said.country,
        acting=said.acting,
        agent=said.agent,
        agent_id=said.agent_id,
        now=now,
    )
    return claim, within("organisation", wrong)


def study_in(report: StudentReport) -> Study:
    """What makes somebody a student."""
    return Study(report.school, report.level, report.until)


MEMBERS_OF_A_REPORT = frozenset({"agreement", "reference", "verified_on", "school", "until"})


def within(part: str, wrong: Iterable[Refused]) -> list[Refused]:
    """The refusals with the full name of the member they are about."""
    found = list(wrong)
    for refusal in found:
        if refusal.field and refusal.field not in MEMBERS_OF_A_REPORT and "." not in refusal.field:
            refusal.field = f"{part}.{refusal.field}"
    return found
