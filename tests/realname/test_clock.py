"""The clock jumps, or two machines disagree: nothing of a verification counts for longer than it should, or ends too soon."""

from datetime import timedelta

import pytest

from account_center.documents.models import StoredImage
from account_center.realname.errors import LinkOver
from account_center.realname.services.transfers import expire_transfers
from account_center.realname.types import TransferState
from tests.realname.making import a_tenant, submit
from tests.realname.scanning import send, show, take
from tests.realname.transferring import follow, money_arrives, submit_account, transfer_of
from tests.signin.making import NOW

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.mark.clause("2.1.20")
@pytest.mark.parametrize("ahead", [10 * MINUTE, DAY])
def test_a_link_shown_before_the_clock_was_set_back_counts_no_more(ahead: timedelta) -> None:
    with pytest.raises(LinkOver):
        take(show(a_tenant(), now=NOW + ahead))


@pytest.mark.clause("2.1.20")
def test_nor_does_one_that_was_taken_over_then() -> None:
    shown = show(a_tenant(), now=NOW + DAY)
    taken = take(shown, now=NOW + DAY)
    with pytest.raises(LinkOver):
        send(handover_id=taken, now=NOW)


@pytest.mark.clause("2.1.20")
def test_clocks_of_two_machines_may_differ_by_some_seconds() -> None:
    shown = show(a_tenant(), now=NOW + MINUTE / 2)
    assert send(handover_id=take(shown), now=NOW - MINUTE / 3).refusal == ""


@pytest.mark.clause("2.3.7")
def test_a_machine_two_minutes_ahead_ends_no_transfer_and_asks_no_sooner_than_the_bank_can_know() -> None:
    view = submit_account(a_tenant())
    assert follow(view, now=NOW + 2 * MINUTE)
    assert follow(view, now=NOW)
    assert transfer_of(view).state == TransferState.SENT
    money_arrives(view)
    assert expire_transfers(now=NOW + 2 * MINUTE) == 0
    assert transfer_of(view).state == TransferState.AWAITING_AMOUNT


@pytest.mark.clause("2.1.10")
def test_dates_come_from_the_moment_of_the_act_and_not_from_a_machine_that_is_wrong_later() -> None:
    view = submit(a_tenant())
    promised, erased = view.promised_by, set(StoredImage.objects.values_list("erase_at", flat=True))
    assert promised
    assert NOW < promised < NOW + 10 * DAY
    assert all(moment > NOW for moment in erased)
    again = submit(a_tenant(), now=NOW - DAY)
    assert again.promised_by
    assert again.promised_by <= promised
