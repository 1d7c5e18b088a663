"""The process ends right before each statement of an act in turn: nothing is half done, and done again it is done once."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from account_center.audit.models import Event
from account_center.documents import files
from account_center.documents.models import StoredImage
from account_center.documents.services import erase_image, read_image, sweep_files
from account_center.realname.models import Application, SandboxTransfer, Subject, Verification
from account_center.realname.retention import erase_due
from account_center.realname.types import ApplicationState, TransferState
from account_center.standing.queries import standing_of
from account_center.tenants.types import TenantFacts
from tests.documents.ageing import as_if_written
from tests.realname.making import (
    a_document_claim,
    a_reviewer,
    a_tenant,
    all_reencoded,
    begin,
    confirm,
    decide,
    reencoded,
    submit,
)
from tests.realname.transferring import follow, submit_account, transfer_of
from tests.signin.making import NOW

pytestmark = pytest.mark.django_db(transaction=True)
AGES = NOW + timedelta(days=4_000)
SHORT = 8  # points at which a long act is ended


class Killed(BaseException):
    """What ``kill -9`` is to the database: the connection's transaction is undone."""


class Process:
    """Ends right before its ``number``-th statement."""

    def __init__(self, number: int) -> None:
        self.left = number

    def __call__(self, execute: Callable[..., Any], *asked: Any) -> Any:
        # Undoing is the database's own doing, after the end.
        if not str(asked[0]).startswith(("ROLLBACK", "RELEASE")):
            self.left -= 1
            if self.left == 0:
                raise Killed
        return execute(*asked)


def killed_at(number: int, act: Callable[[], object]) -> bool:
    """Whether the act was still under way."""
    try:
        with connection.execute_wrapper(Process(number)):
            act()
    except Killed:
        connection.close()
        return True
    return False


def length_of(act: Callable[[], object]) -> int:
    """How many statements an act has."""
    process = Process(0)
    with connection.execute_wrapper(process):
        act()
    return -process.left


def points_of(act: Callable[[], object]) -> range:
    """Where the act is ended: some places all along a long one, every place of a short one."""
    length = length_of(act)
    return range(1, length + 1, max(length // SHORT, 1))


@pytest.fixture(autouse=True)
def _own_store(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr("account_center.realname.services.evidence.reencode_images", all_reencoded)
    monkeypatch.setattr("account_center.realname.services.bank_card.reencode_image", reencoded)


def everything_fits() -> None:
    """Each picture that counts can be opened, each other file goes with the sweep, and acts and events are pairs."""
    live = StoredImage.objects.filter(erased_at__isnull=True)
    for image in live:
        assert read_image(image_id=image.public_id)
    as_if_written(NOW)
    sweep_files(now=AGES)
    assert {found for found, _at in files.images()} == {image.public_id for image in live}
    for event, state in (("submitted", ""), ("approved", ApplicationState.APPROVED)):
        rows = Application.objects.filter(state=state) if state else Application.objects.exclude(way="bank_card")
        assert Event.objects.filter(name=f"realname:application:{event}").exclude(facts__way="bank_card").count() == (
            rows.exclude(way="bank_card").count()
        )
    approved = Application.objects.filter(state=ApplicationState.APPROVED.value)
    assert approved.count() == Verification.objects.count()
    for row in approved:
        assert standing_of(row.tenant_id).is_verified


def test_submitting_with_pictures() -> None:
    first = a_tenant()
    for point in points_of(lambda: submit(first)):
        tenant, claim = a_tenant(), a_document_claim()
        assert killed_at(point, lambda: submit(tenant, claim)), point  # noqa: B023 - called at once
        everything_fits()
        assert Application.objects.filter(tenant_id=tenant.id).count() <= 1
        if not Application.objects.filter(tenant_id=tenant.id).exists():
            submit(tenant, claim)
        assert Application.objects.get(tenant_id=tenant.id).evidence.count() == 3


def approve(tenant: TenantFacts, reviewer: Any) -> None:
    """What a reviewer does who looks again after a failure."""
    row = Application.objects.get(tenant_id=tenant.id)
    if row.state == ApplicationState.REVIEWING:
        decide(reviewer, row.view())


def test_approving() -> None:
    reviewer = a_reviewer()

    def a_case() -> TenantFacts:
        tenant = a_tenant()
        submit(tenant)
        return tenant

    first = a_case()
    for point in points_of(lambda: approve(first, reviewer)):
        tenant = a_case()
        assert killed_at(point, lambda: approve(tenant, reviewer)), point  # noqa: B023 - called at once
        everything_fits()
        approve(tenant, reviewer)
        everything_fits()
        assert Application.objects.get(tenant_id=tenant.id).state == ApplicationState.APPROVED


def test_a_code_that_leads_to_a_decision() -> None:
    first = a_tenant()
    draft = begin(first)
    for point in points_of(lambda: confirm(first, draft)):
        tenant = a_tenant()
        mine = begin(tenant)
        assert killed_at(point, lambda: confirm(tenant, mine)), point  # noqa: B023 - called at once
        everything_fits()
        row = Application.objects.get(tenant_id=tenant.id)
        assert row.state in (ApplicationState.DRAFT, ApplicationState.CHECKING, ApplicationState.APPROVED), point


def test_erasing() -> None:
    def a_due_person() -> Subject:
        view = submit(a_tenant())
        Application.objects.filter(reference=view.reference).update(state=ApplicationState.REFUSED)
        Subject.objects.filter(applications__reference=view.reference).update(erase_at=NOW)
        return Subject.objects.get(applications__reference=view.reference)

    def erase() -> None:
        erase_due(now=NOW)
        for image in StoredImage.objects.filter(erased_at__isnull=True):
            erase_image(image_id=image.public_id, now=NOW)

    a_due_person()
    for point in points_of(erase):
        person = a_due_person()
        assert killed_at(point, erase), point
        everything_fits()
        for image in StoredImage.objects.all():
            assert (image.wrapped_key is None) == (image.erased_at is not None)
        erase()
        person.refresh_from_db()
        assert not person.wrapped_key
        everything_fits()
        assert not list(files.images())


@pytest.mark.clause("2.3.1")
def test_paying_at_any_point_pays_once() -> None:
    first = submit_account(a_tenant())
    for point in points_of(lambda: follow(first)):
        view = submit_account(a_tenant())
        assert killed_at(point, lambda: follow(view)), point  # noqa: B023 - called at once
        follow(view)
        assert transfer_of(view).state == TransferState.SENT
        paid = SandboxTransfer.objects.get(remark=view.reference)
        assert paid.attempts == 1, point
        sent = Event.objects.filter(name="realname:transfer:sent", facts__reference=view.reference)
        assert sent.count() == 1, point
