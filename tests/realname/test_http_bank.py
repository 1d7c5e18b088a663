"""The signed gateway that pays, as docs/reference/verification-providers.md describes it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from account_center.realname.adapters import transfer_bank
from account_center.realname.adapters.http_bank import HttpTransferBank
from account_center.realname.adapters.http_checks import SignedLink
from account_center.realname.ports import ProviderSilent, TransferOrder
from account_center.realname.types import ReturnReason, TransferState, TransferStep
from tests.realname.making import a_tenant
from tests.realname.provider import ANSWERS_WITHIN, SECRET, Provider, running_provider
from tests.realname.transferring import amount_of, follow, submit_account, transfer_of

ORDER = TransferOrder(
    holder="蓝色灯塔科技有限公司",
    account="310066090188990000",
    branch="102100000013",
    bank="中国工商银行",
    fen=7,
    remark="RN2345678AB",
)


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running_provider() as running:
        yield running


def bank_at(provider: Provider) -> HttpTransferBank:
    return HttpTransferBank(SignedLink(provider.address, SECRET))


@pytest.mark.clause("2.3.1")
def test_an_order_is_signed_and_paid_once_per_key(provider: Provider) -> None:
    provider.answer = "taken"
    bank = bank_at(provider)
    assert bank.outcome(key="one") is None
    for _ in range(2):
        report = bank.pay(ORDER, key="one", seconds=ANSWERS_WITHIN)
        assert (report.step, report.provider_reference) == (TransferStep.TAKEN, "REF-1")
    assert provider.times_done == 1
    assert provider.asked[0] == {
        "key": "one",
        "holder": ORDER.holder,
        "account": ORDER.account,
        "branch": ORDER.branch,
        "bank": ORDER.bank,
        "amount": "0.07",
        "currency": "CNY",
        "remark": ORDER.remark,
    }


@pytest.mark.clause("2.3.27")
@pytest.mark.parametrize(
    ("said", "read"), [("cannot_receive", ReturnReason.CANNOT_RECEIVE), ("new", ReturnReason.OTHER)]
)
def test_a_return_has_its_reason(provider: Provider, said: str, read: ReturnReason) -> None:
    provider.answer, provider.more = "returned", {"reason": said}
    assert bank_at(provider).pay(ORDER, key="one", seconds=ANSWERS_WITHIN).reason is read


@pytest.mark.parametrize(("answer", "more"), [("paid", {}), ("returned", {}), ("returned", {"reason": 7})])
def test_an_answer_that_is_none_counts_as_silence(provider: Provider, answer: str, more: dict[str, Any]) -> None:
    provider.answer, provider.more = answer, more
    with pytest.raises(ProviderSilent):
        bank_at(provider).pay(ORDER, key="one", seconds=ANSWERS_WITHIN)


@pytest.mark.django_db
def test_the_worker_pays_through_the_gateway(provider: Provider, settings: Any) -> None:
    settings.SANDBOX = False
    settings.TRANSFER_LINK, settings.TRANSFER_SECRET = provider.address, SECRET
    provider.answer = "taken"
    view = submit_account(a_tenant())
    assert follow(view)
    assert transfer_of(view).state == TransferState.SENT
    [asked] = provider.asked
    assert asked["amount"] == f"0.{amount_of(view):02d}"
    provider.done[transfer_of(view).key.hex]["answer"] = "credited"
    assert follow(view) is None
    assert transfer_of(view).state == TransferState.AWAITING_AMOUNT
    assert provider.times_done == 1


def test_the_gateway_is_asked_over_https_and_with_a_secret_only(settings: Any) -> None:
    settings.SANDBOX = False
    settings.TRANSFER_LINK, settings.TRANSFER_SECRET = "http://bank.example.com", SECRET
    with pytest.raises(ImproperlyConfigured, match="TRANSFER_LINK"):
        transfer_bank()
    settings.TRANSFER_LINK, settings.TRANSFER_SECRET = "https://bank.example.com", ""
    with pytest.raises(ImproperlyConfigured, match="TRANSFER_SECRET"):
        transfer_bank()
