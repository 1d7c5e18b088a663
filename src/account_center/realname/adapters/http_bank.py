"""Live adapter: transfers over signed HTTP, as docs/reference/verification-providers.md describes."""

from dataclasses import dataclass
from typing import Any

from account_center.kit.money import yuan
from account_center.realname.adapters.http_checks import SignedLink, one_of, reference_in
from account_center.realname.ports import ProviderSilent, TransferOrder, TransferReport
from account_center.realname.types import ReturnReason, TransferStep


@dataclass(frozen=True, slots=True)
class HttpTransferBank:
    """TransferBank over a SignedLink."""

    link: SignedLink

    def pay(self, order: TransferOrder, *, key: str, seconds: float) -> TransferReport:
        """Gives the order."""
        content = {
            "holder": order.holder,
            "account": order.account,
            "branch": order.branch,
            "bank": order.bank,
            "amount": yuan(order.fen),
            "currency": "CNY",
            "remark": order.remark,
        }
        return _report(self.link.ask(content, key=key, seconds=seconds))

    def outcome(self, *, key: str) -> TransferReport | None:
        """Asks by key."""
        answer = self.link.ask_again(key=key)
        return None if answer is None else _report(answer)


def _report(answer: dict[str, Any]) -> TransferReport:
    step = one_of(TransferStep, answer)
    if step is not TransferStep.RETURNED:
        return TransferReport(step, reference_in(answer))
    reason = answer.get("reason")
    if not isinstance(reason, str):
        raise ProviderSilent("the bank's answer names no reason")
    # A reason that we do not know yet is a return all the same.
    known = ReturnReason(reason) if reason in list(ReturnReason) else ReturnReason.OTHER
    return TransferReport(step, reference_in(answer), known)
