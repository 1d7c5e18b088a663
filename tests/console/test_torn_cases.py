"""Staff see an application as it was at one moment, whatever happens to it while the page is put together."""

import re
from collections.abc import Callable
from functools import partial

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from account_center.documents import services as documents
from account_center.kit.actor import StaffRole
from account_center.realname.services.legal_holds import place_legal_hold
from account_center.realname.types import ReviewReason
from tests.between_each import after_each
from tests.console.making import Clock, Desk
from tests.portal.meanwhile import (
    MONTH,
    Act,
    Case,
    allow_transfers,
    asked_again,
    bank_says,
    pictures_come,
    refused,
    reopened,
    reviewing,
    sent,
    staff_say,
    withdrawn,
)
from tests.realname.making import a_reviewer, all_reencoded
from tests.signin.making import NOW

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("2.1.10", "2.1.12")]
TABLES = "(FROM|INTO|UPDATE|JOIN) .?(realname|documents|audit)_"
SECRET = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"|"X-CSRFToken": "[^"]+"')


@pytest.fixture
def reviewer(clock: Clock, monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> Client:
    allow_transfers(settings)
    monkeypatch.setattr("account_center.realname.services.evidence.reencode_images", all_reencoded)
    return Desk(clock, StaffRole.REVIEWER).enter()


def held(case: Case) -> None:
    place_legal_hold(
        actor=a_reviewer(), reference=case.view.reference, order="Order 7", reason="Court of Hangzhou", now=NOW
    )


def pictures_erased(_case: Case) -> object:
    return documents.erase_due(now=NOW + 100 * MONTH)


STORIES: dict[str, tuple[Callable[[], Case], Act]] = {
    "approved": (reviewing, staff_say),
    "refused": (reviewing, partial(staff_say, front=ReviewReason.FORGED)),
    "withdrawn": (reviewing, withdrawn),
    "pictures come": (asked_again, pictures_come),
    "pictures are erased": (refused, pictures_erased),
    "reopened": (refused, reopened),
    "held": (refused, held),
    "returned": (partial(sent, "cannot_receive"), bank_says),
}


@pytest.mark.parametrize("name", STORIES)
def test_an_application_is_shown_as_of_one_moment(reviewer: Client, name: str) -> None:
    make, act = STORIES[name]

    def read(case: Case) -> tuple[int, str]:
        answer = reviewer.get(reverse("console:application", args=[case.view.reference]))
        return answer.status_code, SECRET.sub("", answer.content.decode())

    def ready() -> tuple[Case, tuple[int, str]]:
        case = make()
        return case, read(case)

    for (case, before), seen in after_each(ready, lambda one: read(one[0]), lambda one: act(one[0]), about=TABLES):
        assert seen[0] == 200
        assert seen in (before, read(case))
