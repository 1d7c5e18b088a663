"""Pictures of an application that is still open: no hole for the reviewer, and none kept longer than was said."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest

from account_center.audit.models import Event
from account_center.documents.queries import image_facts
from account_center.documents.services import erase_due as erase_images
from account_center.kit.refused import Refused
from account_center.messaging.models import Message
from account_center.messaging.sealed import reveal
from account_center.portal.verification_dates import asked_until
from account_center.realname.models import Application, Evidence
from account_center.realname.queries import application, verification_of
from account_center.realname.services import lapse_asked_again, send_pictures_again
from account_center.realname.services.legal_holds import place_legal_hold
from account_center.realname.services.old_pictures import ask_for_old_pictures
from account_center.realname.types import ApplicationState, ApplicationView, ReviewReason, Slot
from account_center.tenants.types import TenantFacts
from tests.racing import race
from tests.realname.making import a_reviewer, a_tenant, actor_at, decide, pictures, submit
from tests.signin.making import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.1.12")]


def day(number: int) -> datetime:
    return NOW + timedelta(days=number)


def shown(view: ApplicationView) -> ApplicationView:
    seen = application(tenant_id=view.tenant_id, reference=view.reference)
    assert seen
    return seen


def live(view: ApplicationView) -> dict[str, Evidence]:
    rows = Evidence.objects.filter(application__reference=view.reference, replaced_at__isnull=True)
    return {one.slot: one for one in rows}


def send(tenant: TenantFacts, view: ApplicationView, *slots: Slot, now: datetime) -> list[Refused]:
    uploads = pictures(*slots)
    return send_pictures_again(
        actor=actor_at(tenant), tenant_id=tenant.id, reference=view.reference, uploads=uploads, now=now
    )


def test_a_picture_of_an_open_application_stays_until_its_longest_time_and_is_asked_for_before_it_goes() -> None:
    tenant = a_tenant()
    view = submit(tenant)
    assert (ask_for_old_pictures(now=day(172)), erase_images(now=day(172))) == (0, 0)
    assert ask_for_old_pictures(now=day(173)) == 1
    seen = shown(view)
    assert (seen.state, {one.code for one in seen.asked}) == (ApplicationState.ASKED_AGAIN, {"realname.picture_erased"})
    assert asked_until(seen) == day(203)
    assert view.reference in reveal(Message.objects.latest("pk")).text
    asked = Event.objects.get(name="realname:application:asked_again")
    assert (asked.actor_kind, asked.tenant_id) == ("system", tenant.id)
    assert ask_for_old_pictures(now=day(174)) == 0, "asked once"
    assert erase_images(now=day(181)) == 3, "and never kept longer than that"
    assert send(tenant, view, Slot.FRONT, Slot.BACK, Slot.HOLDING, now=day(190)) == []
    assert decide(a_reviewer(), view, now=day(191)).state is ApplicationState.APPROVED
    assert verification_of(tenant.id)


def test_what_would_go_next_is_asked_for_in_the_same_breath_and_what_is_new_stays() -> None:
    tenant = a_tenant()
    view = submit(tenant)
    decide(a_reviewer(), view, now=day(1), back=ReviewReason.BLURRED)
    assert send(tenant, view, Slot.BACK, now=day(25)) == []
    decide(a_reviewer(), view, now=day(26), front=ReviewReason.BLURRED)
    assert send(tenant, view, Slot.FRONT, now=day(50)) == []
    assert ask_for_old_pictures(now=day(174)) == 1
    assert {one.slot for one in shown(view).asked} == {Slot.HOLDING, Slot.BACK}
    assert send(tenant, view, Slot.HOLDING, Slot.BACK, now=day(203)) == []
    assert shown(view).state is ApplicationState.REVIEWING
    assert all(image_facts(one.image_id).readable for one in live(view).values())


def test_pictures_that_never_come_end_even_an_application_that_staff_forgot() -> None:
    view = submit(a_tenant())
    ask_for_old_pictures(now=day(175))
    assert lapse_asked_again(now=day(204)) == 0, "the customer has all the days that he was told"
    assert lapse_asked_again(now=day(206)) == 1
    assert shown(view).refusal == "realname.pictures_never_came"


def test_the_days_to_send_another_picture_count_from_the_asking_however_late_staff_were() -> None:
    view = submit(a_tenant())
    decide(a_reviewer(), view, now=day(40), back=ReviewReason.BLURRED)
    assert asked_until(shown(view)) == day(70)
    assert lapse_asked_again(now=day(41)) == 0
    assert lapse_asked_again(now=day(71)) == 1


def test_an_order_keeps_a_picture_and_nobody_is_asked_for_it() -> None:
    view = submit(a_tenant())
    place_legal_hold(actor=a_reviewer(), reference=view.reference, order="A 1", reason="court", now=NOW)
    assert (ask_for_old_pictures(now=day(179)), erase_images(now=day(300))) == (0, 0)
    assert decide(a_reviewer(), view, now=day(300)).state is ApplicationState.APPROVED


def test_what_is_decided_in_time_keeps_its_own_date() -> None:
    view = submit(a_tenant())
    decide(a_reviewer(), view, now=day(170))
    assert ask_for_old_pictures(now=day(175)) == 0
    assert image_facts(live(view)["front"].image_id).erase_at == day(180), "30 days more would be too long"


def test_nobody_is_verified_by_a_picture_that_is_gone() -> None:
    tenant = a_tenant()
    view = submit(tenant)
    assert erase_images(now=day(181)) == 3  # the worker had stood still, and erased before it asked
    assert decide(a_reviewer(), view, now=day(181)).state is ApplicationState.ASKED_AGAIN
    assert {one.reason for one in shown(view).asked} == {ReviewReason.ERASED}
    assert not verification_of(tenant.id)


def test_what_staff_refused_stays_refused_when_its_picture_is_gone() -> None:
    view = submit(a_tenant())
    erase_images(now=day(181))
    assert decide(a_reviewer(), view, now=day(181), front=ReviewReason.FORGED).state is ApplicationState.REFUSED


def test_a_picture_asked_for_while_another_is_on_its_way_is_still_asked_for() -> None:
    tenant = a_tenant()
    view = submit(tenant)
    decide(a_reviewer(), view, now=day(160), back=ReviewReason.BLURRED)
    assert ask_for_old_pictures(now=day(175)) == 1
    assert {one.slot for one in shown(view).asked} == {Slot.FRONT, Slot.BACK, Slot.HOLDING}
    assert send(tenant, view, Slot.BACK, now=day(176)) == []
    assert {one.slot for one in shown(view).asked} == {Slot.FRONT, Slot.HOLDING}
    assert shown(view).state is ApplicationState.ASKED_AGAIN
    assert send(tenant, view, Slot.FRONT, Slot.HOLDING, now=day(176)) == []
    assert shown(view).state is ApplicationState.REVIEWING


@pytest.mark.django_db(transaction=True)
def test_a_decision_while_the_pictures_are_erased_is_an_approval_of_all_or_asks_for_what_is_gone() -> None:
    reviewer, due = a_reviewer(), day(181)
    for _ in range(4):
        tenant = a_tenant()
        view = submit(tenant)
        acts: tuple[Callable[[], object], ...] = (
            partial(decide, reviewer, view, now=due),
            partial(erase_images, now=due),
            partial(ask_for_old_pictures, now=due),
        )
        answers = race(lambda turn, acts=acts: acts[turn](), 3)  # type: ignore[misc]
        rows = live(view).values()
        row = Application.objects.get(reference=view.reference)
        if row.state == ApplicationState.APPROVED:
            assert {one.verdict for one in rows} == {"fine"}, answers
            assert verification_of(tenant.id)
        else:
            assert row.state == ApplicationState.ASKED_AGAIN, answers
            assert any(one.verdict == "again" for one in rows)
            assert all(image_facts(one.image_id).readable for one in rows if one.verdict != "again")
            assert not verification_of(tenant.id)
