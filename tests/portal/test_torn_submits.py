"""What a customer sends while another one acts is answered clearly, and leaves one outcome that fits together."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from account_center.audit.models import Event
from account_center.kit.money import yuan
from account_center.kit.refused import Refused
from account_center.realname.models import Application, Handover, Transfer
from account_center.realname.queries import verification_of
from account_center.realname.scan_models import LIVE_HANDOVERS
from account_center.realname.types import ApplicationState, TransferState
from account_center.standing.queries import standing_of
from tests.between_each import after_each
from tests.portal import meanwhile
from tests.portal.meanwhile import (
    Act,
    Case,
    amount_typed,
    another_code,
    asked_again,
    bank_says,
    card_draft,
    code_shown,
    code_typed,
    draft_cancelled,
    face_sent,
    last_try,
    link_taken,
    never_came,
    not_me,
    phone_taken,
    pictures_come,
    refused,
    reviewing,
    sent,
    site_sends,
    staff_say,
    transfer_cancelled,
    withdrawn,
    wrong_amount_typed,
)
from tests.portal.test_scan import fields
from tests.realname.making import GOOD_FACE, photo

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("at_one_moment"),
    pytest.mark.clause("2.1.12"),
]
at_one_moment = meanwhile.at_one_moment
TABLES = "FROM .?(tenants_tenant|realname_(application|transfer|handover|evidence))"
ENDS = {"approved", "refused", "lapsed", "cancelled"}
Send = Callable[[Case], int]


def post(case: Case, name: str, /, *args: str, **typed: Any) -> int:
    return case.browser.post(reverse(f"portal:{name}", args=args), typed).status_code


def of_one(name: str, **typed: Any) -> Send:
    return lambda case: post(case, name, case.view.reference, **typed)


def types_amount(case: Case) -> int:
    return post(case, "transfer", case.view.reference, amount=yuan(case.fen))


def types_wrong_amount(case: Case) -> int:
    return post(case, "transfer", case.view.reference, amount=yuan(case.fen % 99 + 1))


def types_code(case: Case) -> int:
    return post(case, "bank_card_code", case.view.reference, code=case.digits)


def sends_pictures(case: Case) -> int:
    return post(case, "document_again", case.view.reference, front=_picture("black"), back=_picture("white"))


def sends_face(case: Case) -> int:
    return post(case, "scan_phone", case.handover, face=SimpleUploadedFile("face.png", GOOD_FACE), agree="on")


def begins_a_scan(case: Case) -> int:
    return post(case, "scan", **fields())


def _picture(colour: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.jpg", photo(colour), content_type="image/jpeg")


STORIES: dict[str, tuple[Callable[[], Case], Send, Act]] = {
    "the amount and the return": (partial(sent, "cannot_receive"), types_amount, bank_says),
    "the amount and the end": (sent, types_amount, transfer_cancelled),
    "the amount twice": (sent, types_amount, amount_typed),
    "the last wrong amount twice": (last_try, types_wrong_amount, wrong_amount_typed),
    "the end and the amount": (sent, of_one("transfer_cancel"), amount_typed),
    "the end and the return": (partial(sent, "cannot_receive"), of_one("transfer_cancel"), bank_says),
    "another code and the phone": (code_shown, of_one("scan_new_code"), link_taken),
    "another code and the face": (phone_taken, of_one("scan_new_code"), face_sent),
    "the phone and another code": (code_shown, lambda case: post(case, "scan_link", case.token), another_code),
    "the face and another code": (phone_taken, sends_face, another_code),
    "the face twice": (phone_taken, sends_face, face_sent),
    "the face and the end": (phone_taken, sends_face, draft_cancelled),
    "not me and the face": (phone_taken, lambda case: post(case, "scan_not_me", case.handover), face_sent),
    "the end and not me": (phone_taken, of_one("bank_card_cancel"), not_me),
    "the code and the end": (card_draft, types_code, draft_cancelled),
    "the code twice": (card_draft, types_code, code_typed),
    "the end and the code": (card_draft, of_one("bank_card_cancel"), code_typed),
    "pictures twice": (asked_again, sends_pictures, pictures_come),
    "pictures and the end": (asked_again, sends_pictures, withdrawn),
    "pictures too late": (asked_again, sends_pictures, never_came),
    "the end and the approval": (reviewing, of_one("document_give_up"), staff_say),
    "a scan and a site": (refused, begins_a_scan, site_sends),
}


@pytest.mark.parametrize("name", STORIES)
def test_what_is_sent_while_another_one_acts_leaves_one_outcome(name: str) -> None:
    make, send, act = STORIES[name]
    for case, status in after_each(make, send, partial(tried, act), about=TABLES):
        assert status < 500
        assert_sound(case)


def tried(act: Act, case: Case) -> None:
    """The other one may be refused as well."""
    try:
        act(case)
    except Refused as refusal:
        case.refused = refusal.code


def assert_sound(case: Case) -> None:
    """Everything that is kept of the tenant's applications says the same."""
    held = verification_of(case.tenant.id)
    assert standing_of(case.tenant.id).is_verified == (held is not None)
    for row in Application.objects.filter(tenant_id=case.tenant.id):
        assert (row.state == ApplicationState.APPROVED) == (held is not None and held.reference == row.reference)
        events = Event.objects.filter(tenant_id=case.tenant.id, name__startswith="realname:application:")
        ends = [one.name for one in events if one.facts.get("reference") == row.reference]
        assert len([one for one in ends if one.rpartition(":")[2] in ENDS]) <= 1, ends
        live = Handover.objects.filter(application=row, state__in=LIVE_HANDOVERS).count()
        assert live == (row.state == ApplicationState.DRAFT and row.way == "scan")
        transfer = Transfer.objects.filter(application=row).first()
        if transfer is not None:
            over = transfer.ended_at is not None
            assert over == (row.state != ApplicationState.CHECKING)
            assert (transfer.state == TransferState.VERIFIED) == (row.state == ApplicationState.APPROVED)
            assert bool(row.refusal) == (row.state in (ApplicationState.REFUSED, ApplicationState.LAPSED))
