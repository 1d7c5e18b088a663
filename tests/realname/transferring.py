"""Organisations that want to be verified by their bank account, through the services alone."""

from datetime import datetime, timedelta
from itertools import count

from stdnum.iso7064 import mod_11_10

from account_center.kit.demo_numbers import demo_resident_id
from account_center.kit.organisation_code import ALPHABET
from account_center.realname.adapters.sandbox_bank import TEST_ACCOUNTS, UNDER_WAY
from account_center.realname.models import Application, SandboxTransfer, Transfer
from account_center.realname.services.amounts import confirm_amount
from account_center.realname.services.bank_account import read_bank_account, submit_bank_account
from account_center.realname.services.paying import follow_transfer
from account_center.realname.services.transfers import amount_for_order, cancel_transfer
from account_center.realname.types import AccountClaim, AmountAnswer, ApplicationView
from account_center.tenants.types import TenantFacts
from tests.realname.making import actor_at
from tests.realname.provider import ANSWERS_WITHIN
from tests.signin.making import NOW

COMPANY = "蓝色灯塔(杭州)科技有限公司"
BRANCH = "102100000013"
ACCOUNTS = {account.meaning_code: account.number for account in TEST_ACCOUNTS}
LATER = NOW + UNDER_WAY + timedelta(seconds=1)
_ORGANISATIONS = count(10_000)
_NUMBERS = count(100_000)


def a_credit_code(pair: str = "91") -> str:
    """The code of an organisation nobody else in the test is."""
    body = f"{pair}330100{next(_ORGANISATIONS):08d}"
    body += _organisation_check(body[8:16])
    total = sum(ALPHABET.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return body + ALPHABET[(31 - total % 31) % 31]


def _organisation_check(body: str) -> str:
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    rest = 11 - sum(int(sign) * weight for sign, weight in zip(body, weights, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def a_branch(bank: str = "102") -> str:
    body = f"{bank}10000001"
    return body + mod_11_10.calc_check_digit(body)


def an_account() -> str:
    """An account that works and that nobody else in the test has."""
    return f"3100660901{next(_NUMBERS)}880000"


def typed(**more: str) -> dict[str, str]:
    """What a person types into the form."""
    return {
        "name": COMPANY,
        "number": a_credit_code(),
        "representative": "王小灯",
        "representative_id": demo_resident_id(),
        "bank": "工商银行",
        "branch": BRANCH,
        "account": an_account(),
        **more,
    }


def an_account_claim(**more: str) -> AccountClaim:
    claim, wrong = read_bank_account(**typed(**more), now=NOW)
    assert claim, wrong
    return claim


def submit_account(
    tenant: TenantFacts, claim: AccountClaim | None = None, *, now: datetime = NOW, **more: str
) -> ApplicationView:
    """A transfer that waits to be sent."""
    view, wrong = submit_bank_account(
        actor=actor_at(tenant), tenant_id=tenant.id, claim=claim or an_account_claim(**more), now=now
    )
    assert view, wrong
    return view


def transfer_of(view: ApplicationView) -> Transfer:
    return Transfer.objects.get(application__reference=view.reference)


def follow(view: ApplicationView, *, now: datetime = NOW) -> float | None:
    """One turn of the worker."""
    row = Application.objects.get(reference=view.reference)
    return follow_transfer(application_id=row.pk, seconds=ANSWERS_WITHIN, now=now)


def money_arrives(view: ApplicationView) -> None:
    """The worker pays, time goes by at the bank, and the worker asks again."""
    follow(view)
    let_time_pass(view)
    follow(view, now=LATER)


def let_time_pass(view: ApplicationView) -> None:
    row = SandboxTransfer.objects.get(remark=view.reference)
    assert row.paid_at
    SandboxTransfer.objects.filter(pk=row.pk).update(paid_at=row.paid_at - 2 * UNDER_WAY)


def amount_of(view: ApplicationView) -> int:
    return amount_for_order(transfer_of(view))


def wrong_amount(view: ApplicationView) -> int:
    return amount_of(view) % 99 + 1


def type_amount(tenant: TenantFacts, view: ApplicationView, fen: int, *, now: datetime = LATER) -> AmountAnswer:
    return confirm_amount(actor=actor_at(tenant), tenant_id=tenant.id, reference=view.reference, fen=fen, now=now)


def cancel(tenant: TenantFacts, view: ApplicationView, *, now: datetime = LATER) -> None:
    cancel_transfer(actor=actor_at(tenant), tenant_id=tenant.id, reference=view.reference, now=now)


def fail(tenant: TenantFacts, view: ApplicationView) -> None:
    """Three wrong amounts."""
    money_arrives(view)
    for _ in range(3):
        type_amount(tenant, view, wrong_amount(view))
