"""A copy of one's data: that nothing is forgotten, and how values read."""

import json
from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.conf import LazySettings

from account_center.kit.limits import Limits
from account_center.plumbing.limiter import LimitCounter
from account_center.privacy.services.copying import as_json, as_page, collect, take_copy
from account_center.privacy.types import Part
from account_center.privacy.words import LABELS, TITLES, shown, shown_part
from account_center.signin.errors import FreshProofMissing
from account_center.signin.services import begin_code_sign_in
from account_center.signin.types import SensitiveAction
from tests.architecture.house import room_of
from tests.privacy.test_deleting import EMAIL, _points_at_an_account, a_proof, somebody
from tests.realname.making import a_tenant, verify
from tests.signin.making import NOW, VISITOR, owner_of

pytestmark = pytest.mark.django_db

# Tables that point at an account: the part of the copy that shows them, or why none does.
SHOWN = {
    "AppSession": "sessions",
    "Device": "devices",
    "EmergencyContact": "emergency_contacts",
    "Entry": "ticket_entries",
    "Event": "history",
    "Passkey": "passkeys",
    "RecoveryCode": "factors",
    "SecondFactor": "factors",
    "Session": "sessions",
    "Tenant": "tenants",
    "Ticket": "tickets",
}
NOT_SHOWN = {
    "AgeNotice": "that a notice was sent stands among the messages",
    "Challenge": "a digest of a code, gone after two days; that it was sent stands among the messages",
    "FreshProof": "gone after two days; stands in the history",
    "OldPassword": "hashes that nobody can read",
    "PasskeyQuestion": "a random number, gone after two days",
    "Proposal": "which limit staff proposed to raise and why: the result stands in the history",
    "Recovery": "stands in the history",
    "Remedy": "stands in the history",
    "SignInAttempt": "gone after two days; stands in the history",
    "UnusualSignIn": "stands in the history, with browser and address",
}


def test_every_table_that_points_at_an_account_is_shown_in_a_copy_or_says_why_not() -> None:
    tables = {
        table.__name__ for table in apps.get_models() if room_of(table.__module__) and _points_at_an_account(table)
    }
    assert tables == SHOWN.keys() | NOT_SHOWN.keys()
    parts = {part.key for part in collect(somebody(), now=NOW).parts}
    assert set(SHOWN.values()) <= parts == TITLES.keys()


@pytest.mark.clause("1.12")
def test_every_key_of_a_copy_has_a_label_and_every_time_its_zone() -> None:
    owner = somebody()
    verify(a_tenant(owner))
    begin_code_sign_in(actor=VISITOR, contact=EMAIL, country="CN", now=NOW)
    copy = collect(owner, now=NOW)
    assert {key for part in copy.parts for row in part.rows for key in row} <= LABELS.keys()
    data = json.loads(as_json(copy))
    assert data["made_at"].endswith("+00:00")
    assert data["messages"]
    assert "UTC" in as_page(copy)


def test_a_long_history_is_cut_and_says_so(settings: LazySettings) -> None:
    settings.LIMITS = Limits(copy_history_events=1)
    owner = somebody()
    a_tenant(owner)
    copy = collect(owner, now=NOW)
    assert copy.cut
    assert len(copy.parts[-1].rows) == 1
    assert json.loads(as_json(copy))["older_history_left_out"] is True
    assert "Only the newest part of the history stands here." in as_page(copy)


def test_a_copy_that_was_not_proven_counts_against_nobody() -> None:
    owner = somebody()
    for _ in range(5):
        with pytest.raises(FreshProofMissing):
            take_copy(actor=owner_of(owner), account_id=owner.id, proof=a_proof(owner), now=NOW)
    assert not LimitCounter.objects.filter(count__gt=0).exists()
    proof = a_proof(owner, SensitiveAction.COPY_OF_DATA)
    assert take_copy(actor=owner_of(owner), account_id=owner.id, proof=proof, now=NOW).name.endswith(".zip")


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("state", "open", "open"),
        ("purpose", "security_notice", "notice about security"),
        ("purpose", "something_new", "something_new"),
        ("country", "CN", "China"),
        ("agreed", True, "yes"),
        ("closed_at", None, "—"),
        ("at", datetime(2026, 11, 23, 10, 2, tzinfo=UTC), "2026-11-23 10:02 UTC"),
        ("name", "open", "open"),
        ("text", "sms", "sms"),
        ("channel", "sms", "SMS"),
    ],
)
def test_values_read_as_words_and_free_text_as_it_was_written(key: str, value: object, said: str) -> None:
    assert shown(key, value) == said  # type: ignore[arg-type]


def test_an_empty_part_says_that_nothing_is_kept() -> None:
    part = shown_part(Part("passkeys", ()))
    assert (part.heads, part.rows, part.facts) == ((), (), ())
