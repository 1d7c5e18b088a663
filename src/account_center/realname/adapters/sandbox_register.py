"""A register of organisations for trying the product out: same promises and failures as a live one, decided by the number.

In a unified social credit code the six digits after the first two (the area) decide; every other number agrees:

====== ===================================================================================
990001 the company has another name in the register
990002 somebody else is its legal representative
990003 the company is cancelled (2.3.28)
990004 its licence is revoked (2.3.28)
990005 the register does not know the number
990011 time-out: the question is answered and agrees, but only the later ``outcome`` question learns it
990012 busy: the first two questions with one key are turned away, the third agrees
990013 away: nothing ever arrives
====== ===================================================================================

An organisation from abroad is never known. One key is answered once; the answers stand in ``SandboxCheck`` without
anything about the organisation.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from account_center.kit.demo_numbers import demo_credit_code, demo_resident_id
from account_center.realname.adapters.sandbox import AWAY, BUSY, TIME_OUT, answered, asked
from account_center.realname.ports import ProviderAway, ProviderSilent, RegisterQuestion
from account_center.realname.sandbox_models import SandboxCheck
from account_center.realname.types import RegisterAnswer, RegisterState

AGREES, OTHER_NAME, OTHER_REPRESENTATIVE = "agrees", "other_name", "other_representative"
_AREA = slice(2, 8)
_KIND = SandboxCheck.Kind.REGISTER


@dataclass(frozen=True, slots=True)
class TestCompany:
    """A company to try. ``meaning`` is a RegisterState's value or one of the words above."""

    __test__ = False  # pytest takes every Test… for a test

    name: str
    number: str
    representative: str
    representative_id: str
    meaning: str
    label: str | Promise


_REPRESENTATIVE = ("王小灯", demo_resident_id(area="330106", sequence=16))


def _company(name: str, area: str, meaning: str, label: Promise) -> TestCompany:
    return TestCompany(name, demo_credit_code(area=area), *_REPRESENTATIVE, meaning, label)


TEST_COMPANIES: tuple[TestCompany, ...] = (
    _company("蓝色灯塔(杭州)科技有限公司", "330106", AGREES, _("Everything agrees: verified at once")),
    _company("灯塔别名科技有限公司", "990001", OTHER_NAME, _("The register has another name")),
    _company("灯塔换人科技有限公司", "990002", OTHER_REPRESENTATIVE, _("Somebody else is the representative")),
    _company("灯塔注销科技有限公司", "990003", RegisterState.CANCELLED, _("The company is cancelled")),
    _company("灯塔吊销科技有限公司", "990004", RegisterState.REVOKED, _("Its licence is revoked")),
    _company("灯塔未知科技有限公司", "990005", RegisterState.UNKNOWN, _("The register does not know it")),
    _company("灯塔缓答科技有限公司", "990011", TIME_OUT, _("The register answers a little later")),
    _company("灯塔忙碌科技有限公司", "990012", BUSY, _("The register is busy twice, then everything agrees")),
    _company("灯塔失联科技有限公司", "990013", AWAY, _("The register cannot be reached: staff look after an hour")),
)
_MEANING = {company.number[_AREA]: company.meaning for company in TEST_COMPANIES}


class SandboxRegisterLookup:
    """RegisterLookup by the table above. It never waits, so a time-out is told at once."""

    def look_up(self, question: RegisterQuestion, *, key: str, seconds: float) -> RegisterAnswer:  # noqa: ARG002
        """The answer for this number; ``seconds`` plays no part."""
        meaning = _meaning(question)
        if meaning == AWAY:
            raise ProviderAway("the sandbox's register cannot be reached")
        row = asked(_KIND, key, AGREES if meaning in (TIME_OUT, BUSY) else meaning, busy=meaning == BUSY)
        if meaning == TIME_OUT:
            raise ProviderSilent("the sandbox's register took too long")
        return _answer(row)

    def outcome(self, *, key: str) -> RegisterAnswer | None:
        """What this key was answered."""
        row = answered(_KIND, key)
        return _answer(row) if row else None


def _meaning(question: RegisterQuestion) -> str:
    if question.country != "CN":
        return RegisterState.UNKNOWN
    return _MEANING.get(question.number[_AREA], AGREES)


def _answer(row: SandboxCheck) -> RegisterAnswer:
    plain = (AGREES, OTHER_NAME, OTHER_REPRESENTATIVE)
    state = RegisterState.ACTIVE if row.answer in plain else RegisterState(row.answer)
    known = state is not RegisterState.UNKNOWN
    return RegisterAnswer(
        state=state,
        name_agrees=known and row.answer != OTHER_NAME,
        representative_agrees=known and row.answer != OTHER_REPRESENTATIVE,
        provider_reference=row.reference,
    )
