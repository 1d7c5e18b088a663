"""What the realname room keeps, and for how long."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import QuerySet

from account_center.realname.models import LegalHold, Subject
from account_center.realname.subjects import erase_subject

KEPT: Mapping[str, str] = {
    "Subject": "sealed values: a verified person's as long as the tenant, after a change for the days of replaced_identity_keep_days, a failed attempt's for those of application_keep_days; masks and keyed digests stay for the quotas and as proof",
    "Application": "as long as the tenant: who asked for what and what was decided, masked",
    "Evidence": "as long as its application: which picture, when, and what staff said of it; the picture itself goes by the dates of its room",
    "Handover": "as long as its application: when a link was shown, taken over and used; its digests and the name of the phone's browser go within a day of its end",
    "LegalHold": "as long as its application, lifted ones too: which order kept it from being erased, and who placed and lifted it",
    "Reading": "until the decision about its application: what a machine read on a picture, sealed",
    "Verification": "as long as the tenant",
    "Agreement": "as long as the tenant: to which site the customer agreed, when, and what became of it; its code is stored nowhere",
    "PartnerVerification": "as long as its application: which site verified, how and when, under which reference",
    "StudentStatus": "as long as the tenant: school, level, until when, and who said so",
    "PersonQuota": "as long as a tenant stands behind it: a keyed digest and two counts",
    "PersonQuotaHolder": "as long as its verification",
    "OrganisationQuota": "as long as a tenant stands behind it: a keyed digest and two counts",
    "OrganisationQuotaHolder": "as long as its verification",
    "CardQuota": "as long as a tenant stands behind it: a keyed digest and two counts",
    "CardQuotaHolder": "as long as its verification",
    "Transfer": "as long as its application: masked, with its dates; the amount and its key are destroyed when the transfer ends",
    "BankAccountQuota": "for good: a keyed digest and two counts, so that six failures stay six",
    "BankAccountQuotaHolder": "while its attempt is open, and for good if it failed",
    "SandboxTransfer": "sandbox only: removed with the demo data",
    "SandboxCheck": "sandbox only: removed with the demo data",
}
BATCH = 200


def _due(now: datetime) -> QuerySet[Subject]:
    """What an order wants kept waits until that is lifted."""
    held = LegalHold.objects.filter(lifted_at__isnull=True).values("application__subject_id")
    return Subject.objects.filter(erase_at__lte=now, erased_at__isnull=True).exclude(pk__in=held)


def erase_due(*, now: datetime) -> int:
    """Destroys the keys of sealed values whose time has come. Returns how many records."""
    due = list(_due(now)[:BATCH])
    for subject in due:
        erase_subject(subject, now=now)
    return len(due)
