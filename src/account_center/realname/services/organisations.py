"""From what was typed of an organisation to a claim, and everything that stands in its way (2.3.4, 2.3.22, 2.3.24, 2.3.26)."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from account_center.accounts.errors import name_problem_text
from account_center.kit.countries import is_country
from account_center.kit.masking import mask_number
from account_center.kit.names import BadName, parse_organisation_name, parse_person_name
from account_center.kit.organisation_code import (
    BadOrganisationCode,
    CodeProblem,
    CreditCode,
    parse_credit_code,
    parse_organisation_code,
)
from account_center.kit.refused import Refused
from account_center.kit.resident_id import BadResidentId, parse_resident_id
from account_center.kit.typed import tidy
from account_center.plumbing.limiter import spent
from account_center.plumbing.quota import has_place, places
from account_center.realname.errors import (
    BadOrganisationName,
    BadPersonName,
    BeingChecked,
    OrganisationFull,
    OtherCertificate,
    RegisteredInChina,
    id_refusal,
    organisation_code_refusal,
)
from account_center.realname.models import OPEN_STATES, Application, OrganisationQuota
from account_center.realname.rules import CERTIFICATES, USUAL_PAIRS, judge_organisation, number_form
from account_center.realname.services.changes import bar_of, refusal_of_bar
from account_center.realname.services.claims import too_many_tries, tries_budget
from account_center.realname.services.gate import refusals_at_the_gate
from account_center.realname.subjects import organisation_digest
from account_center.realname.types import (
    Acting,
    ApplicationState,
    Certificate,
    ChangeAsked,
    Nature,
    NumberForm,
    Obstacle,
    OrganisationClaim,
    OrganisationFacts,
    Party,
)

MAINLAND = ZoneInfo("Asia/Shanghai")
_AS_PRINTED = re.compile(r"[\w\-()]{4,40}")
_GAPS = re.compile(r"\s")


def read_organisation(
    *,
    nature: Nature,
    certificate: Certificate,
    name: str,
    number: str,
    representative: str,
    representative_id: str,
    now: datetime,
    country: str = "CN",
    acting: Acting = Acting.REPRESENTATIVE,
    agent: str = "",
    agent_id: str = "",
) -> tuple[OrganisationClaim | None, list[Refused]]:
    """The claim, or every refusal of what was typed, each naming its field.

    The number of whoever acts may be that of any document where the organisation is from abroad; otherwise a resident
    identity number is checked as such (2.3.25).
    """
    wrong: list[Refused] = []
    if certificate not in CERTIFICATES[nature] or not is_country(country):
        wrong.append(OtherCertificate(field="certificate"))
    if nature is Nature.OVERSEAS and country == "CN":
        wrong.append(RegisteredInChina(field="country"))
    called = _read_name(name, wrong)
    read = _read_number(number, certificate, wrong)
    head = _read_person(representative, "representative", wrong)
    head_id = _read_person_number(representative_id, "representative_id", country, now, wrong)
    authorised = acting is Acting.AUTHORISED
    acts = _read_person(agent, "agent", wrong) if authorised else ""
    acts_id = _read_person_number(agent_id, "agent_id", country, now, wrong) if authorised else ""
    if wrong or read is None:
        return None, wrong
    code, credit = read
    claim = OrganisationClaim(
        nature=nature,
        certificate=certificate,
        name=called,
        number=code,
        identity=_identity(nature, country, code),
        number_masked=mask_number(code, head=4, tail=4),
        number_is_usual=_is_usual(credit, nature),
        country=country,
        representative=head,
        representative_id=head_id,
        acting=acting,
        agent=acts,
        agent_id=acts_id,
    )
    return claim, []


def _identity(nature: Nature, country: str, code: str) -> str:
    """One for every way of writing a number, and for mainland organisations whatever country somebody names."""
    home = country if nature is Nature.OVERSEAS else "CN"
    return f"{home}:{''.join(sign for sign in code if sign.isalnum())}"


def _is_usual(credit: CreditCode | None, nature: Nature) -> bool:
    """Papers without a credit code always need a second look; a credit code of another nature, too."""
    usual = USUAL_PAIRS.get(nature, frozenset())
    return credit is not None and credit.is_usual and (not usual or credit.pair in usual)


def _read_name(text: str, wrong: list[Refused]) -> str:
    try:
        return parse_organisation_name(text)
    except BadName as bad:
        wrong.append(BadOrganisationName(field="name", problem=name_problem_text(bad.problem)))
        return ""


def _read_number(text: str, certificate: Certificate, wrong: list[Refused]) -> tuple[str, CreditCode | None] | None:
    try:
        return _number(text, number_form(certificate))
    except BadOrganisationCode as bad:
        wrong.append(organisation_code_refusal(bad.problem))
        return None


def _number(text: str, form: NumberForm) -> tuple[str, CreditCode | None]:
    if form is NumberForm.CREDIT:
        credit = parse_credit_code(text)
        return credit.number, credit
    if form is NumberForm.ORGANISATION:
        return parse_organisation_code(text), None
    if form is NumberForm.EITHER:
        try:
            credit = parse_credit_code(text)
        except BadOrganisationCode as bad:
            # Eighteen characters that fail only by their check character are a mistyped code, not an older number.
            if bad.problem is CodeProblem.CHECK_DIGIT:
                raise
        else:
            return credit.number, credit
    return _as_printed(text), None


def _as_printed(text: str) -> str:
    number = _GAPS.sub("", tidy(text)).upper()
    if not number:
        raise BadOrganisationCode(CodeProblem.EMPTY)
    if not _AS_PRINTED.fullmatch(number):
        raise BadOrganisationCode(CodeProblem.SHAPE)
    return number


def _read_person(text: str, field: str, wrong: list[Refused]) -> str:
    try:
        return parse_person_name(text)
    except BadName as bad:
        wrong.append(BadPersonName(field=field, problem=name_problem_text(bad.problem)))
        return ""


def _read_person_number(text: str, field: str, country: str, now: datetime, wrong: list[Refused]) -> str:
    if country != "CN":
        number = _GAPS.sub("", tidy(text)).upper()
        if _AS_PRINTED.fullmatch(number):
            return number
    try:
        return parse_resident_id(text, today=now.astimezone(MAINLAND).date()).number
    except BadResidentId as bad:
        refusal = id_refusal(bad.problem)
        refusal.field = field
        wrong.append(refusal)
        return ""


def organisation_facts(
    claim: OrganisationClaim, *, tenant_id: int, now: datetime, change: ChangeAsked | None = None
) -> OrganisationFacts:
    """What the rule needs to know."""
    digest = organisation_digest(claim.identity)
    used, allowed = places(OrganisationQuota, digest=digest, allowed=settings.LIMITS.verifications_per_organisation)
    busy = [state for state in OPEN_STATES if state != ApplicationState.DRAFT]
    return OrganisationFacts(
        barred=bar_of(tenant_id=tenant_id, party=Party.ORGANISATION, digest=digest, name=claim.name, asked=change),
        busy=Application.objects.filter(tenant_id=tenant_id, state__in=busy).exists(),
        tried_today=spent(tries_budget(tenant_id), now=now),
        used=used,
        allowed=allowed,
        has_place=has_place(OrganisationQuota, digest=digest, holder=tenant_id),
    )


def refusals_of_organisation(
    claim: OrganisationClaim, *, tenant_id: int, now: datetime, change: ChangeAsked | None = None
) -> list[Refused]:
    """Everything that stands in the way of this claim, with its figures; empty if nothing does."""
    facts = organisation_facts(claim, tenant_id=tenant_id, now=now, change=change)
    found = judge_organisation(facts, settings.LIMITS)
    return [
        *refusals_at_the_gate(tenant_id),
        *(_refusal(obstacle, facts, tenant_id=tenant_id, now=now) for obstacle in found),
    ]


def _refusal(obstacle: Obstacle, facts: OrganisationFacts, *, tenant_id: int, now: datetime) -> Refused:
    match obstacle:
        case Obstacle.ORGANISATION_FULL:
            return OrganisationFull(field="number", used=facts.used, allowed=facts.allowed)
        case Obstacle.TOO_MANY_TRIES:
            return too_many_tries(tenant_id, now=now)
        case Obstacle.BEING_CHECKED:
            return BeingChecked()
        case _:
            return refusal_of_bar(obstacle)
