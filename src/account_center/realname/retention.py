"""What the realname room keeps, and for how long."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from account_center.documents.errors import ImageHeld, ImageNotFound
from account_center.documents.queries import image_facts
from account_center.documents.services import erase_image
from account_center.plumbing.erasures import Again
from account_center.realname.models import OPEN_STATES, Application, LegalHold, Subject
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
    "ListedBank": "until an import of the list of branches leaves it out; public, nobody's data",
    "ListedBankWord": "as long as its bank",
    "BankBranch": "until an import of the list of branches leaves it out; public, nobody's data",
    "BankBranchWord": "as long as its branch",
    "SandboxTransfer": "sandbox only: removed with the demo data",
    "SandboxCheck": "sandbox only: removed with the demo data",
}
BATCH = 200
OWNER = "realname.application:"  # of pictures, before the reference number


def _free() -> QuerySet[Subject]:
    """What an order wants kept waits until that is lifted, and what somebody still decides on until that is done."""
    held = LegalHold.objects.filter(lifted_at__isnull=True, application__subject_id=OuterRef("pk"))
    used = Application.objects.filter(state__in=OPEN_STATES, subject_id=OuterRef("pk"))
    return Subject.objects.filter(~Exists(held), ~Exists(used), erased_at__isnull=True)


def _due(now: datetime) -> QuerySet[Subject]:
    return _free().filter(erase_at__lte=now)


def erase_due(*, now: datetime) -> int:
    """Destroys the keys of sealed values whose time has come, each in its own transaction. Returns how many records."""
    due = list(_due(now).values_list("pk", flat=True)[:BATCH])
    return sum(_erase(subject_id, _due(now), now=now) for subject_id in due)


def erase_again(*, subject_id: UUID, now: datetime) -> Again:
    """Erases what a backup brought back, whatever its date."""
    if _erase(subject_id, _free(), now=now):
        return Again.ERASED
    row = Subject.objects.filter(pk=subject_id).first()
    if row is None:
        return Again.NOT_HERE
    return Again.WAS_ERASED if row.erased_at else Again.KEPT


def erase_picture_again(*, image_id: UUID, now: datetime) -> Again:
    """Erases a picture that a backup brought back: not one of an application that is to be decided once more."""
    try:
        facts = image_facts(image_id)
    except ImageNotFound:
        return Again.NOT_HERE
    if facts.erased_at is not None:
        return Again.WAS_ERASED
    reference = facts.owner.removeprefix(OWNER)
    if reference != facts.owner and Application.objects.filter(reference=reference, state__in=OPEN_STATES).exists():
        return Again.KEPT
    try:
        erase_image(image_id=image_id, now=now)
    except ImageHeld:
        return Again.KEPT
    return Again.ERASED


@transaction.atomic
def _erase(subject_id: UUID, chosen: QuerySet[Subject], *, now: datetime) -> bool:
    # Whoever places a hold, or takes an application up again, locks it first: he is here before, or finds it gone.
    list(Application.objects.select_for_update(of=("self",)).filter(subject_id=subject_id).order_by("pk"))
    subject = chosen.select_for_update(of=("self",)).filter(pk=subject_id).first()
    if subject is None:
        return False
    erase_subject(subject, now=now)
    return True
