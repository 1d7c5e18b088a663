"""Customers in the midst of a verification, and what another one may do at that time.

Another one is the worker with the bank's answer, a member of staff, the phone, another window of the same customer.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property, partial
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client

from account_center.accounts.models import Account
from account_center.portal.scan_cookies import PHONE_COOKIE, TOKEN_COOKIE
from account_center.realname.adapters.sandbox import demo_face
from account_center.realname.models import Application
from account_center.realname.retention import erase_due
from account_center.realname.services import (
    cancel_application,
    claim_case,
    send_pictures_again,
    withdraw,
)
from account_center.realname.services.bank_card import lapse_drafts
from account_center.realname.services.documents import lapse_asked_again
from account_center.realname.services.reopening import reopen
from account_center.realname.services.scanning import expire_links, show_new_code
from account_center.realname.services.scanning_phone import disown, on_phone, send_picture, take_over
from account_center.realname.services.settling import settle
from account_center.realname.services.transfers import expire_transfers
from account_center.realname.types import AgreementView, ApplicationView, ChangeKind, FaceAnswer, ReviewReason, Slot
from account_center.tenants.types import TenantFacts
from tests.realname import changing, scanning
from tests.realname import transferring as bank
from tests.realname.making import (
    GOOD_FACE,
    a_company,
    a_reviewer,
    a_tenant,
    actor_at,
    all_reencoded,
    an_organisation_claim,
    begin,
    code_of,
    confirm,
    decide,
    pictures,
    reencoded,
    submit,
    submit_company,
)
from tests.realname.partnering import a_result, a_site, agreed, told
from tests.realname.partnering import send as send_result
from tests.signin.making import NOW

MONTH = timedelta(days=40)


def allow_transfers(settings: LazySettings) -> None:
    """The accounts that the sandbox's bank refuses are few, and here it is about other things than their limit."""
    settings.LIMITS = replace(settings.LIMITS, transfer_failures=10_000, transfers_per_account_day=10_000)


@pytest.fixture
def at_one_moment(
    _at_the_moment_of_the_tests: None, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> Iterator[None]:
    """The clock stands still, so that two readings can be compared."""
    allow_transfers(settings)
    monkeypatch.setattr("account_center.realname.services.evidence.reencode_images", all_reencoded)
    monkeypatch.setattr("account_center.realname.services.bank_card.reencode_image", reencoded)
    monkeypatch.setattr("account_center.realname.services.scanning_phone.reencode_image", reencoded)
    with time_machine.travel(NOW, tick=False):
        yield


@dataclass
class Case:
    """A customer with an application, and what others may do with it."""

    tenant: TenantFacts
    view: ApplicationView
    token: str = ""
    handover: str = ""
    agreement: AgreementView | None = None
    refused: str = ""  # the other one, with this code

    @cached_property
    def browser(self) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(Account.objects.get(pk=self.tenant.owner_id))
        client.cookies[TOKEN_COOKIE], client.cookies[PHONE_COOKIE] = self.token, scanning.PHONE
        return client

    @cached_property
    def fen(self) -> int:
        """The sum that was sent; to be known beforehand, since it is forgotten at the end."""
        return bank.amount_of(self.view)

    @cached_property
    def digits(self) -> str:
        """The code that went to the card's phone."""
        return code_of(self.view)

    @property
    def own(self) -> dict[str, Any]:
        return {"actor": actor_at(self.tenant), "tenant_id": self.tenant.id, "reference": self.view.reference}


Act = Callable[[Case], object]


# -- Where a customer may stand ---------------------------------------------------------------------------------------


def ordered(account: str = "ok") -> Case:
    tenant = a_tenant()
    return Case(tenant, bank.submit_account(tenant, account=bank.ACCOUNTS[account]))


def sent(account: str = "ok") -> Case:
    case = ordered(account)
    bank.follow(case.view)
    bank.let_time_pass(case.view)
    assert case.fen
    return case


def last_try() -> Case:
    case = sent()
    for _ in range(2):
        bank.type_amount(case.tenant, case.view, bank.wrong_amount(case.view))
    return case


def reviewing() -> Case:
    tenant = a_tenant()
    return Case(tenant, submit(tenant))


def asked_again() -> Case:
    case = reviewing()
    decide(a_reviewer(), case.view, back=ReviewReason.BLURRED, front=ReviewReason.PURPOSE)
    return case


def refused() -> Case:
    case = reviewing()
    decide(a_reviewer(), case.view, front=ReviewReason.FORGED)
    return case


def card_draft() -> Case:
    tenant = a_tenant()
    case = Case(tenant, begin(tenant))
    assert case.digits
    return case


def code_shown() -> Case:
    tenant = a_tenant()
    shown = scanning.show(tenant)
    return Case(tenant, shown.view, token=shown.token)


def phone_taken() -> Case:
    case = code_shown()
    case.handover = str(take_over(actor=scanning.phone_at(), token=case.token, phone=scanning.PHONE, now=NOW))
    return case


def picture_asked() -> Case:
    """The first picture could not be used; the page of its link still stands on the phone."""
    case = phone_taken()
    face_sent(case, demo_face(FaceAnswer.SEVERAL_FACES))
    return case


def comparing() -> Case:
    """The picture is there, and the comparer has not answered yet."""
    case = phone_taken()
    with patch("account_center.realname.services.scanning_phone.settle"):
        face_sent(case)
    return case


def comparer_says(case: Case) -> object:
    row = Application.objects.get(reference=case.view.reference)
    return settle(application_id=row.pk, seconds=1, now=NOW)


def register_asked(area: str = "330106") -> Case:
    tenant = a_tenant()
    return Case(tenant, submit_company(tenant, an_organisation_claim(number=a_company(area))))


def change_reviewed() -> Case:
    tenant = changing.a_company_tenant()
    view = changing.begun(changing.by_papers(tenant, None, changing.asked(tenant, ChangeKind.ANOTHER_ORGANISATION)))
    changing.settle(view)
    return Case(tenant, view)


# -- What others do ---------------------------------------------------------------------------------------------------


def bank_says(case: Case) -> object:
    return bank.follow(case.view, now=bank.LATER)


def amount_typed(case: Case) -> object:
    return bank.type_amount(case.tenant, case.view, case.fen)


def wrong_amount_typed(case: Case) -> object:
    return bank.type_amount(case.tenant, case.view, case.fen % 99 + 1)


def transfer_cancelled(case: Case) -> None:
    bank.cancel(case.tenant, case.view)


def transfer_expires(_case: Case) -> object:
    return expire_transfers(now=NOW + MONTH)


def staff_say(case: Case, **said: Any) -> object:
    return decide(a_reviewer(), case.view, **said)


def staff_take(case: Case) -> None:
    claim_case(actor=a_reviewer(), reference=case.view.reference, now=NOW)


def withdrawn(case: Case) -> None:
    withdraw(**case.own, now=NOW)


def pictures_come(case: Case) -> object:
    return send_pictures_again(**case.own, uploads=pictures(Slot.FRONT, Slot.BACK), now=NOW)


def never_came(_case: Case) -> object:
    return lapse_asked_again(now=NOW + MONTH)


def reopened(case: Case) -> object:
    return reopen(actor=a_reviewer(), reference=case.view.reference, now=NOW)


def everything_erased(_case: Case) -> object:
    return erase_due(now=NOW + 100 * MONTH)


def code_typed(case: Case) -> object:
    return confirm(case.tenant, case.view, digits=case.digits)


def draft_cancelled(case: Case) -> None:
    cancel_application(**case.own, now=NOW)


def draft_lapses(_case: Case) -> object:
    return lapse_drafts(now=NOW + MONTH)


def link_taken(case: Case) -> object:
    return take_over(actor=scanning.phone_at(), token=case.token, phone=scanning.PHONE, now=NOW)


def another_code(case: Case) -> object:
    return show_new_code(**case.own, session_id=None, now=NOW)


def link_expires(_case: Case) -> object:
    return expire_links(now=NOW + MONTH)


def face_sent(case: Case, face: bytes = GOOD_FACE) -> object:
    return send_picture(
        actor=scanning.phone_at(), handover_id=UUID(case.handover), phone=scanning.PHONE, picture=face, now=NOW
    )


def not_me(case: Case) -> None:
    disown(actor=scanning.phone_at(), handover_id=UUID(case.handover), phone=scanning.PHONE, now=NOW)


def register_says(case: Case) -> object:
    return changing.settle(case.view)


def site_sends(case: Case) -> object:
    site = a_site()
    return send_result(a_result(told(case.tenant, agreed(case.tenant, site))))


def other_picture(case: Case) -> object:
    """The phone goes on where it is led, and sends another picture."""
    view = on_phone(handover_id=UUID(case.handover), phone=scanning.PHONE, now=NOW)
    assert view.goes_on_at
    return send_picture(
        actor=scanning.phone_at(), handover_id=view.goes_on_at, phone=scanning.PHONE, picture=GOOD_FACE, now=NOW
    )


def for_a_site() -> Case:
    """Refused, and then a code was made for a site that knows the customer."""
    case = refused()
    case.agreement = agreed(case.tenant, a_site())
    return case


def site_uses_code(case: Case) -> object:
    assert case.agreement
    return send_result(a_result(told(case.tenant, case.agreement)))


def face(answer: FaceAnswer) -> Act:
    return partial(face_sent, face=demo_face(answer))
