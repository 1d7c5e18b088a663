"""What stands beside the ways on the verification page: partner sites, students, internal employees."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from account_center.realname.queries import newest_student_status_of
from account_center.realname.services.agreements import agreements_of, trusted_sites
from account_center.realname.services.students import end_of
from account_center.realname.types import (
    AgreementView,
    PartnerMethod,
    Party,
    Purpose,
    StudentLevel,
    StudentView,
    VerificationView,
)
from account_center.tenants.types import TenantFacts, ZoneMark

METHOD_WORDS: dict[PartnerMethod, str | Promise] = {
    PartnerMethod.BANK_CARD: _("by bank card"),
    PartnerMethod.FACE: _("by comparing the face"),
    PartnerMethod.DOCUMENT: _("by an identity document"),
    PartnerMethod.IN_PERSON: _("in person"),
    PartnerMethod.BANK_ACCOUNT: _("by the company's bank account"),
    PartnerMethod.PAPERS: _("by the company's papers"),
}
LEVEL_WORDS: dict[StudentLevel, str | Promise] = {
    StudentLevel.COLLEGE: _("College diploma"),
    StudentLevel.BACHELOR: _("Bachelor"),
    StudentLevel.MASTER: _("Master"),
    StudentLevel.DOCTOR: _("Doctorate"),
    StudentLevel.OTHER: _("Other studies"),
}


@dataclass(frozen=True, slots=True)
class ShownStatus:
    """A student status as the page shows it."""

    view: StudentView
    level: str | Promise
    counts: bool


@dataclass(frozen=True, slots=True)
class Besides:
    """What the verification page adds. ``method`` says how a partner site verified, where one did."""

    internal: bool
    has_sites: bool
    agreements: list[AgreementView]
    person: bool  # verified as a person
    student: ShownStatus | None
    method: str | Promise


def besides(tenant: TenantFacts, verification: VerificationView | None, *, now: datetime) -> Besides:
    """All of it for this tenant."""
    person = verification is not None and verification.party is Party.PERSON
    partner = verification.partner if verification else None
    return Besides(
        internal=ZoneMark.INTERNAL in tenant.marks,
        has_sites=bool(trusted_sites(Purpose.VERIFICATION)),
        agreements=agreements_of(tenant.id, purpose=Purpose.VERIFICATION, now=now) if verification is None else [],
        person=person,
        student=shown_status(tenant.id, now=now) if person else None,
        method=METHOD_WORDS[partner.method] if partner else "",
    )


def shown_status(tenant_id: int, *, now: datetime) -> ShownStatus | None:
    """The student status given last, and whether it counts at this moment."""
    view = newest_student_status_of(tenant_id)
    if view is None:
        return None
    counts = view.ended_at is None and now < end_of(view.study.until)
    return ShownStatus(view, LEVEL_WORDS[view.study.level], counts)
