"""The page for engineers of other services says what the program does."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from account_center.clients.services import new_signing_key, register_client
from account_center.clients.types import Scope
from account_center.kit.clock import now
from account_center.kit.demo_people import (
    DEMO_CLIENT_ID,
    DEMO_CLIENT_SECRET,
    DEMO_SITE_ID,
    DEMO_SITE_KEY,
    DEMO_SITE_SECRET,
)
from account_center.kit.signing import sign
from account_center.plumbing.wording import known_codes
from account_center.realname.types import TrustedSite
from account_center.standing.rules import UNVERIFIED_CODES
from account_center.standing.types import Action, HoldReason
from account_center.tenants.types import TenantFacts
from tests.realname.making import NAME, a_person, a_tenant
from tests.realname.partnering import agreed
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


@pytest.fixture
def _demo_site() -> None:
    rights = [Scope.VERIFICATIONS_WRITE]
    register_client(actor=SYSTEM, client_id=DEMO_SITE_ID, name="", scopes=rights, now=now(), secret=DEMO_SITE_SECRET)
    new_signing_key(client_id=DEMO_SITE_ID, key=DEMO_SITE_KEY, now=now())


def program(language: str, center: str) -> str:
    """The program of the page in this language, for another center."""
    begins = {"sh": "TENANT=", "python": "import base64"}[language]
    found = next(text for text in re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL) if text.startswith(begins))
    return str(found).replace("http://localhost:8000", center)


def a_code(tenant: TenantFacts) -> str:
    return agreed(tenant, TrustedSite(DEMO_SITE_ID, ""), now=now()).code


@pytest.mark.clause("2.4.10")
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_demo_site")
def test_the_python_program_of_the_page_works_as_it_stands(live_server: LiveServer) -> None:
    tenant, there = a_tenant(), {}  # type: ignore[var-annotated]
    exec(program("python", live_server.url), there)
    status, answer = there["send"](tenant.public_id, a_code(tenant), NAME, a_person())
    assert (status, answer["state"], answer["refusal"]) == (200, "approved", None)
    assert there["outcome"]("P-2") == (200, answer)
    status, refused = there["send"](tenant.public_id, "AAAA-BBBB-CCCC", NAME, a_person(), "P-3")
    assert (status, refused["code"]) == (403, "realname.no_agreement")


@pytest.mark.clause("2.4.10")
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_demo_site")
def test_the_shell_program_of_the_page_works_as_it_stands(live_server: LiveServer) -> None:
    missing = [tool for tool in ("sh", "curl", "openssl") if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"not on this machine: {', '.join(missing)}")
    tenant = a_tenant()
    first, _newline, rest = program("sh", live_server.url).partition("\n")
    assert first.startswith("TENANT=…")
    typed = f"TENANT={tenant.public_id} CODE={a_code(tenant)} NAME={NAME} NUMBER={a_person()}\n"
    done = subprocess.run(["sh", "-c", typed + rest], capture_output=True, text=True, check=True, timeout=120)
    assert json.loads(done.stdout)["state"] == "approved", done.stdout
