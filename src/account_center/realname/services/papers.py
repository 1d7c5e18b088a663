"""Verifying an organisation by papers: form and pictures in one step, the register is asked, then staff if need be (2.3.1)."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from account_center.kit.actor import Actor
from account_center.kit.refused import Refused
from account_center.plumbing.work import enqueue
from account_center.realname.adapters import register_lookup
from account_center.realname.change_rules import is_looked_at
from account_center.realname.models import Application
from account_center.realname.partner_rules import ORGANISATION_CANCELLED, judge_partner_register
from account_center.realname.ports import ProviderAway, ProviderBusy, ProviderSilent, RegisterQuestion
from account_center.realname.rules import PAPERS, judge_register
from account_center.realname.services.applications import CONSENT_VERSION, new_reference
from account_center.realname.services.organisations import refusals_of_organisation
from account_center.realname.services.settling import approve, hand_to_staff, promise, refuse
from account_center.realname.services.submitting import Form, Intake, submit
from account_center.realname.subjects import keep_organisation, stated_by
from account_center.realname.types import (
    Acting,
    ApplicationState,
    ApplicationView,
    ChangeAsked,
    Doubt,
    Nature,
    OrganisationClaim,
    Party,
    RegisterAnswer,
    Slot,
    Way,
)

log = logging.getLogger(__name__)
AWAY = (ProviderAway, ProviderBusy, ProviderSilent)
BATCH = 200
ASK_THE_REGISTER = (Way.ENTERPRISE_PAPERS.value, Way.PARTNER.value)
FORGOTTEN_AFTER = timedelta(minutes=2)  # by then the job of an application has asked at least once


def submit_papers(
    *,
    actor: Actor,
    tenant_id: int,
    owner_id: int,
    claim: OrganisationClaim,
    uploads: Mapping[Slot, bytes],
    now: datetime,
    change: ChangeAsked | None = None,
) -> tuple[ApplicationView | None, list[Refused]]:
    """Keeps form and pictures sealed and has the register asked; or every refusal at once.

    As ``submit`` does it, with the pictures of ``PAPERS[claim.acting]``. ``change``: what a verified tenant wants changed
    (2.4.2, 2.4.5, 2.4.7). Raises FreshProofMissing.
    """
    form = Form(actor, tenant_id, owner_id, claim, uploads, change, now)
    return submit(form, Intake(PAPERS[claim.acting], refusals_of_organisation, _create))


def _create(form: Form[OrganisationClaim]) -> Application:
    now = form.now
    keep_until = now + timedelta(days=settings.LIMITS.application_keep_days)
    row = Application.objects.create(
        reference=new_reference(),
        tenant_id=form.tenant_id,
        way=Way.ENTERPRISE_PAPERS.value,
        party=Party.ORGANISATION.value,
        state=ApplicationState.CHECKING.value,
        subject=keep_organisation(form.claim, now=now, erase_at=keep_until),
        consented_at=now,
        consent_version=CONSENT_VERSION,
        created_at=now,
        submitted_at=now,
        promised_by=promise(now),
    )
    enqueue("realname.ask_register", {"application_id": row.pk}, key=f"register:{row.pk}")
    return row


def ask_register(*, application_id: int, seconds: float, now: datetime) -> bool:
    """Asks the register and decides. False when it is silent or away: ask again later, with the same key.

    Silent for ``register_settle_seconds``: staff decide without it, so that nobody waits for ever.
    """
    row = Application.objects.select_related("subject").get(pk=application_id)
    if row.state != ApplicationState.CHECKING or row.way not in ASK_THE_REGISTER:
        return True
    try:
        said: RegisterAnswer | None = _ask(row, seconds=seconds)
    except AWAY as away:
        log.info("application %s: no answer, %s", row.reference, type(away).__name__)
        if now - (row.submitted_at or now) < timedelta(seconds=settings.LIMITS.register_settle_seconds):
            return False
        said = None
    decide_papers(application_id=application_id, said=said, now=now)
    return True


def _ask(row: Application, *, seconds: float) -> RegisterAnswer:
    stated, key, register = stated_by(row.subject), str(row.provider_key), register_lookup()
    question = RegisterQuestion(
        name=stated["name"],
        number=stated["id_number"],
        representative=stated["representative"],
        representative_id=stated["representative_id"],
        country=stated["country"],
    )
    return register.outcome(key=key) or register.look_up(question, key=key, seconds=seconds)


@transaction.atomic
def decide_papers(*, application_id: int, said: RegisterAnswer | None, now: datetime) -> None:
    """Writes what the register's answer means, once: a second answer to the same question changes nothing."""
    row = Application.objects.select_for_update(of=("self",)).select_related("subject", "tenant").get(pk=application_id)
    if row.state != ApplicationState.CHECKING:
        return
    outcome, doubts, refusal = _judge(row, said)
    row.findings = _findings(said, doubts)
    if outcome is ApplicationState.APPROVED:
        approve(row, now=now)
    elif outcome is ApplicationState.REFUSED:
        refuse(row, refusal, now=now)
    else:
        hand_to_staff(row, now=now)


def _judge(row: Application, said: RegisterAnswer | None) -> tuple[ApplicationState, tuple[Doubt, ...], str]:
    stated = stated_by(row.subject)
    nature, acting = Nature(stated["nature"]), Acting(stated["acting"])
    usual = stated["number_is_usual"] == "yes"
    if row.way == Way.PARTNER:
        return judge_partner_register(said, nature=nature, acting=acting, number_is_usual=usual)
    automatic, form = settings.REGISTER_DECIDES, is_looked_at(row.change_kind())
    outcome, doubts = judge_register(
        said, nature=nature, acting=acting, number_is_usual=usual, automatic=automatic, change_form=form
    )
    return outcome, doubts, ORGANISATION_CANCELLED


def _findings(said: RegisterAnswer | None, doubts: tuple[Doubt, ...]) -> dict[str, object]:
    return {
        "state": said.state.value if said else "",
        "reference": said.provider_reference if said else "",
        "doubts": [doubt.value for doubt in doubts],
    }


def ask_register_again(*, now: datetime) -> int:
    """Sees to it that every application without an answer has a job that asks. Returns how many there are."""
    waiting = Application.objects.filter(
        way__in=ASK_THE_REGISTER,
        party=Party.ORGANISATION.value,
        state=ApplicationState.CHECKING.value,
        submitted_at__lt=now - FORGOTTEN_AFTER,
    )
    ids = list(waiting.order_by("pk").values_list("pk", flat=True)[:BATCH])
    for application_id in ids:
        enqueue("realname.ask_register", {"application_id": application_id}, key=f"register:{application_id}")
    return len(ids)
