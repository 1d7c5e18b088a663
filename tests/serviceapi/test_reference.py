"""The page for engineers of other services says what the program does."""

import re
from pathlib import Path

import pytest
from django.test import Client

from account_center.clients.services import register_client
from account_center.clients.types import Scope
from account_center.kit.clock import now
from account_center.kit.demo_people import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET
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
