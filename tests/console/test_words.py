"""Every state has words in both languages."""

import re
from enum import StrEnum

import pytest
from django.utils import translation

from account_center.accounts.types import AccountKind, AccountState
from account_center.console.labels import LABELS, label, pill_of
from account_center.console.types import LookReason, TermKind
from account_center.documents.types import DocumentKind
from account_center.kit.actor import StaffRole
from account_center.realname.types import (
    ApplicationState,
    ChangeKind,
    Counted,
    Doubt,
    ReviewReason,
    Slot,
    TransferState,
    Verdict,
    Way,
)
from account_center.standing.types import CustomerKind, HoldKind, HoldReason, VerificationStatus
from account_center.tenants.types import Site, TenantState, ZoneMark

CHINESE = re.compile(r"[\u4e00-\u9fff]")
SHOWN: list[type[StrEnum]] = [
    AccountState,
    TenantState,
    Site,
    ZoneMark,
    VerificationStatus,
    CustomerKind,
    ApplicationState,
    Way,
    TransferState,
    Slot,
    ReviewReason,
    Verdict,
    Doubt,
    ChangeKind,
    Counted,
    DocumentKind,
    HoldKind,
    HoldReason,
    StaffRole,
    LookReason,
    TermKind,
]


@pytest.mark.parametrize("kind", SHOWN, ids=lambda kind: kind.__name__)
def test_every_state_has_a_name_in_both_languages(kind: type[StrEnum]) -> None:
    for member in kind:
        assert label(member)
        assert pill_of(member) in {"ok", "wait", "no", "info"}
        with translation.override("zh-hans"):
            assert CHINESE.search(label(member)) or label(member) == "HCS"


def test_equal_texts_of_different_kinds_keep_their_own_names() -> None:
    assert label(AccountState.OPEN) != label(TenantState.OPEN)
    assert label(ApplicationState.CANCELLED) != label(TenantState.CANCELLED)
    assert (AccountKind, AccountKind.STAFF.value) not in LABELS
