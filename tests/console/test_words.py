"""Every event and every state has words in both languages."""

import ast
import re
from datetime import UTC, datetime
from enum import StrEnum

import pytest
from django.utils import translation

from account_center.accounts.types import AccountKind, AccountState
from account_center.audit.types import EventFacts, Facts
from account_center.console.event_words import SENTENCES, doer, sentence
from account_center.console.labels import LABELS, label, pill_of
from account_center.console.types import LookReason, RaisedQuota, TermKind
from account_center.kit.actor import StaffRole
from account_center.realname.types import ApplicationState, Way
from account_center.standing.types import CustomerKind, HoldKind, HoldReason, VerificationStatus
from account_center.tenants.types import Site, TenantState, ZoneMark
from tests.architecture.house import sources

EVENT = re.compile(r"[a-z]+:[a-z_]+:[a-z_]+")
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
    HoldKind,
    HoldReason,
    StaffRole,
    LookReason,
    TermKind,
    RaisedQuota,
]


def used() -> set[str]:
    """Every event name that stands in the source."""
    return {
        node.value
        for _path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and EVENT.fullmatch(node.value)
    }


def event(name: str, facts: Facts, *, kind: str = "staff", by: str = "li.support") -> EventFacts:
    return EventFacts(1, datetime(2026, 11, 23, tzinfo=UTC), name, kind, by, 1, None, "203.0.113.9", "", facts)


def test_every_event_of_the_product_has_words() -> None:
    assert used() <= SENTENCES.keys(), sorted(used() - SENTENCES.keys())


def test_no_words_are_kept_for_events_that_are_gone() -> None:
    names = {
        node.value
        for path, tree in sources()
        if path.name != "event_words.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert set(SENTENCES) <= names, sorted(set(SENTENCES) - names)


@pytest.mark.parametrize("name", sorted(SENTENCES))
def test_an_event_reads_well_without_any_fact_and_in_chinese(name: str) -> None:
    assert "{" not in sentence(event(name, {}))
    with translation.override("zh-hans"):
        assert CHINESE.search(sentence(event(name, {})))


@pytest.mark.parametrize(
    ("name", "facts", "said"),
    [
        ("signin:session:started", {"way": "second_factor"}, "Signed in (password and authenticator app)."),
        ("tenants:country:changed", {"before": "CN", "after": "SG", "proof": "p"}, "from China to Singapore. Proof: p"),
        ("console:customer:searched", {"kind": "phone", "hits": 2}, "Staff searched by a phone number and found 2."),
        ("standing:hold:placed", {"reason": "freeze_arrears"}, "A hold was placed: Frozen: unpaid services."),
        ("accounts:account:opened", {"kind": "legacy"}, "The account was opened (Legacy account)."),
        ("accounts:name:changed", {"before": "{after}", "after": "{0}"}, "changed from {after} to {0}."),
    ],
)
def test_facts_stand_in_the_sentence_in_words(name: str, facts: Facts, said: str) -> None:
    assert said in sentence(event(name, facts))


def test_an_event_says_who_did_it() -> None:
    assert doer(event("signin:session:ended", {})) == "Staff: li.support"
    assert doer(event("signin:session:ended", {}, kind="anonymous", by="")) == "Somebody not signed in"


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
