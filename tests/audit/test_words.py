"""Every event has words in both languages, for its owner and for staff."""

import ast
import re
from datetime import UTC, datetime
from enum import StrEnum

import pytest
from django.utils import translation

from account_center.accounts.types import AccountKind, SignInCheck
from account_center.audit.event_words import SENTENCES, TO_OWNER
from account_center.audit.fact_words import ACTORS, CODED, CODED_IN
from account_center.audit.queries import doer_of, sentence_of
from account_center.audit.types import EventFacts, Facts
from account_center.console.types import LookReason, TermKind
from account_center.kit.actor import ActorKind
from account_center.realname.types import ChangeKind, Way
from account_center.signin.types import SensitiveAction, WayToProve
from account_center.standing.types import CustomerKind, HoldReason
from account_center.support.types import ClosedBecause, Happened, ProposalKind, RemedyKind
from account_center.tenants.types import Site
from tests.architecture.house import sources

EVENT = re.compile(r"[a-z]+:[a-z_]+:[a-z_]+")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
WORDS_ONLY = {"event_words.py", "fact_words.py"}
CODES: list[tuple[str, type[StrEnum]]] = [
    ("kind", AccountKind),
    ("kind", TermKind),
    ("kind", CustomerKind),
    ("site", Site),
    ("way", Way),
    ("change", ChangeKind),
    ("reason", LookReason),
    ("reason", HoldReason),
    ("hold", HoldReason),
    ("quota", ProposalKind),
    ("remedy", RemedyKind),
    ("happened", Happened),
    ("because", ClosedBecause),
]


def used() -> set[str]:
    """Every event name that stands in the source, outside the lists of words."""
    return {
        node.value
        for path, tree in sources()
        if path.name not in WORDS_ONLY
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and EVENT.fullmatch(node.value)
    }


def event(name: str, facts: Facts, *, kind: str = "staff", by: str = "li.support") -> EventFacts:
    return EventFacts(1, datetime(2026, 11, 23, tzinfo=UTC), name, kind, by, 1, None, "203.0.113.9", "", facts)


def test_every_event_of_the_product_has_words_and_no_other() -> None:
    assert used() == SENTENCES.keys(), sorted(used() ^ SENTENCES.keys())
    assert TO_OWNER.keys() | CODED_IN.keys() <= SENTENCES.keys()


@pytest.mark.parametrize("name", sorted(SENTENCES))
@pytest.mark.parametrize("to_owner", [True, False])
def test_an_event_reads_well_without_any_fact_and_in_chinese(name: str, to_owner: bool) -> None:
    assert "{" not in sentence_of(event(name, {}), to_owner=to_owner)
    with translation.override("zh-hans"):
        assert CHINESE.search(sentence_of(event(name, {}), to_owner=to_owner))


@pytest.mark.parametrize(
    ("name", "facts", "said"),
    [
        ("signin:session:started", {"way": "second_factor"}, "Signed in (password, authenticator app)."),
        ("realname:application:begun", {"reference": "V1", "way": "bank_card"}, "begun: V1 (Bank card)."),
        ("tenants:country:changed", {"before": "CN", "after": "SG", "proof": "p"}, "from China to Singapore. Proof: p"),
        ("console:customer:searched", {"kind": "phone", "hits": 2}, "Staff searched by a phone number and found 2."),
        ("standing:hold:placed", {"reason": "freeze_arrears"}, "A hold was placed: Frozen: unpaid services."),
        ("accounts:account:opened", {"kind": "legacy"}, "The account was opened (Legacy account)."),
        ("accounts:sign_in_check:changed", {"before": "code", "after": "app"}, "e-mail to authenticator app."),
        ("accounts:name:changed", {"before": "{after}", "after": "{0}"}, "changed from {after} to {0}."),
    ],
)
def test_facts_stand_in_the_sentence_in_words(name: str, facts: Facts, said: str) -> None:
    assert said in sentence_of(event(name, facts))


@pytest.mark.parametrize(("fact", "codes"), CODES, ids=lambda one: one if isinstance(one, str) else one.__name__)
def test_every_code_that_an_event_may_carry_has_words_in_both_languages(fact: str, codes: type[StrEnum]) -> None:
    for code in set(codes) - {AccountKind.STAFF}:
        assert CODED[fact][code]
        with translation.override("zh-hans"):
            assert CHINESE.search(str(CODED[fact][code])), code


@pytest.mark.clause("1.47")
@pytest.mark.parametrize("name", ["signin:device:trusted", "signin:device:trust_ended", "signin:session:disowned"])
def test_a_browser_that_says_nothing_of_itself_is_called_unknown(name: str) -> None:
    said = event(name, {"browser": "", "address": "203.0.113.9"})
    assert "unknown browser" in sentence_of(said, to_owner=True)
    with translation.override("zh-hans"):
        assert "未知浏览器" in sentence_of(said, to_owner=True)


def test_what_is_proven_again_and_how_has_words() -> None:
    words = CODED_IN["signin:owner:proven"]
    assert words["action"].keys() == set(SensitiveAction)
    assert words["way"].keys() >= set(WayToProve)


def test_the_checks_at_sign_in_and_the_actors_have_words() -> None:
    assert CODED_IN["accounts:sign_in_check:changed"]["before"].keys() == set(SignInCheck)
    assert ACTORS.keys() == set(ActorKind)


def test_staff_reads_who_did_it_and_why() -> None:
    looked = event("console:contact:looked_at", {"reason": "ticket", "note": "T-17"})
    assert doer_of(looked) == "Staff: li.support"
    assert sentence_of(looked).endswith("A ticket needs it T-17")
    assert doer_of(event("signin:password:wrong", {}, kind="anonymous", by="")) == "Somebody not signed in"


@pytest.mark.clause("3.1.19")
def test_the_owner_reads_that_staff_looked_but_neither_names_nor_notes() -> None:
    looked = event("console:contact:looked_at", {"reason": "ticket", "note": "T-17"})
    assert doer_of(looked, to_owner=True) == "Support staff"
    assert sentence_of(looked, to_owner=True) == "Support staff saw the contact data in full."
    assert doer_of(event("standing:hold:placed", {}, kind="service", by="billing"), to_owner=True) == "Service"
    assert doer_of(event("signin:session:ended", {}, kind="customer", by="mei"), to_owner=True) == "mei"
    assert doer_of(event("realname:application:approved", {}, kind="system", by="realname"), to_owner=True) == "System"
