"""The page for engineers of other services says what the program does."""

import re
from pathlib import Path

import pytest
from django.test import Client

from account_center.clients.services import register_client
from account_center.clients.types import Scope
from account_center.kit.clock import now
from account_center.kit.demo_people import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, DEMO_SITE_KEY
from account_center.kit.signing import sign
from account_center.plumbing.wording import known_codes
from account_center.standing.rules import UNVERIFIED_CODES
from account_center.standing.types import Action, HoldReason
from tests.serviceapi.asking import FORM, TOKEN, basic
from tests.standing.making import SYSTEM

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "service-api.md").read_text()


def test_every_action_and_every_code_is_named() -> None:
    codes = {*UNVERIFIED_CODES.values(), *(f"standing.{reason.value}" for reason in HoldReason)}
    named = set(re.findall(r"`([a-z_.]+)`", PAGE))
    assert codes | {action.value for action in Action} <= named


@pytest.mark.django_db
def test_the_example_gets_a_token(client: Client) -> None:
    register_client(
        actor=SYSTEM, client_id=DEMO_CLIENT_ID, name="", scopes=list(Scope), now=now(), secret=DEMO_CLIENT_SECRET
    )
    shown = re.search(r"-u (\S+):(\S+)", PAGE)
    assert shown
    headers = {"Authorization": basic(shown[1], shown[2])}
    assert client.post(TOKEN, "grant_type=client_credentials", content_type=FORM, headers=headers).status_code == 200


@pytest.mark.clause("2.4.10")
def test_the_example_signature_is_right_and_every_refusal_has_words() -> None:
    given = re.search(
        r"key `([^`]+)`, timestamp `(\d+)`, nonce `([^`]+)`, path\s`([^`]+)`, body `([^`]+)` give `([0-9a-f]{64})`",
        PAGE,
    )
    assert given
    key, *parts, signature = given.groups()
    assert key == DEMO_SITE_KEY
    assert sign(key.encode(), *(part.encode() for part in parts)) == signature
    section = PAGE.partition("### When it is refused")[2]
    named = set(re.findall(r"`([a-z]+\.[a-z_]+)`", section))
    assert named <= known_codes(), named - known_codes()
