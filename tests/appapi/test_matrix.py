"""Every operation of the app's interface, taken from its own description: so that a new one without a rule fails here.

The class of case is trust F60: tokens that do not count, and numbers that belong to somebody else.
"""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from account_center.accounts.models import Account
from account_center.accounts.services import end_everything, set_password
from account_center.accounts.types import AccountFacts
from account_center.appapi.api.main import api
from account_center.audit.models import Event
from account_center.kit.clock import now
from account_center.recovery.models import EmergencyContact
from account_center.recovery.services import name_contact
from account_center.signin.models import AppSession, Device, Passkey
from account_center.signin.services.fresh import _proven
from account_center.signin.types import SensitiveAction, WayToProve
from account_center.support.services.asking import Request, open_ticket
from account_center.support.types import Category
from tests.appapi.app import App
from tests.signin.making import a_phone, an_account, owner_of

pytestmark = pytest.mark.django_db
DESCRIPTION: dict[str, Any] = api.get_openapi_schema(path_prefix="")
METHODS = ("get", "post", "put", "patch", "delete")

# Whoever asks here proves himself in the body, or asks for nothing of anybody. Adding one is a decision.
PUBLIC = {
    "POST /sign-in": "the password is the proof",
    "POST /sign-in/code": "asks for a code",
    "POST /sign-in/code/check": "the code is the proof",
    "POST /sign-in/code/choose": "a proven code is asked for",
    "POST /sign-in/passkey": "a question to any passkey",
    "POST /sign-in/passkey/check": "the passkey is the proof",
    "POST /sign-in/{attempt}": "the secret of the app that began it",
    "POST /sign-in/{attempt}/code": "the secret of the app that began it",
    "POST /sign-in/{attempt}/code/check": "the secret of the app that began it",
    "POST /sign-in/{attempt}/app": "the secret of the app that began it",
    "POST /sign-in/{attempt}/recovery-code": "the secret of the app that began it",
    "POST /sign-in/{attempt}/passkey": "the secret of the app that began it",
    "POST /sign-in/{attempt}/passkey/check": "the secret of the app that began it",
    "POST /sign-in/{attempt}/new-password": "the secret of the app that began it",
    "POST /sign-in/{attempt}/way-back": "the secret of the app that began it",
    "POST /sign-in/{attempt}/way-back/check": "the secret of the app that began it",
    "POST /sign-in/{attempt}/finish": "the secret of the app that began it",
    "POST /token/refresh": "the refresh token is the proof",
    "POST /codes/look": "only its asker knows the number",
    "POST /codes/resend": "only its asker knows the number",
    "POST /registrations": "becoming a customer",
    "POST /registrations/check": "the code is the proof",
    "POST /registrations/finish": "a proven code is asked for",
    "POST /recoveries": "asks for a code",
    "POST /recoveries/human-check": "a question to a person",
    "POST /recoveries/by-name": "passed the human check",
    "POST /recoveries/send": "only its asker knows the number",
    "POST /recoveries/check": "the code is the proof",
    "POST /recoveries/choose": "a proven code is asked for",
    "POST /recoveries/further": "a proven code is asked for",
    "POST /recoveries/further/contact": "a proven code is asked for",
    "POST /recoveries/further/other": "a proven code is asked for",
    "POST /recoveries/further/check": "a proven code is asked for",
    "POST /recoveries/further/app": "a proven code is asked for",
    "POST /recoveries/further/recovery-code": "a proven code is asked for",
    "POST /recoveries/further/passkey": "a proven code is asked for",
    "POST /recoveries/further/passkey/check": "a proven code is asked for",
    "POST /recoveries/further/wait": "a proven code is asked for",
    "POST /recoveries/new-password": "a proven code is asked for, and more on a new device",
}


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in DESCRIPTION["paths"].items():
        for method, operation in methods.items():
            if method in METHODS:
                yield method.upper(), path, operation


def name_of(method: str, path: str) -> str:
    return f"{method} {path}"


ALL = {name_of(method, path): (method, path, operation) for method, path, operation in operations()}
SIGNED_IN = sorted(set(ALL) - set(PUBLIC))
WITH_NUMBERS = [name for name in SIGNED_IN if "{" in name]


def filled(path: str, numbers: dict[str, Any] | None = None) -> str:
    """The path with numbers: those given, else ones that nothing has."""
    defaults = {"number": 1, "reference": "ABCDEFGH"}
    for part in [piece[1:-1] for piece in path.split("/") if piece.startswith("{")]:
        value = (numbers or {}).get(part, defaults.get(part, uuid4()))
        path = path.replace(f"{{{part}}}", str(value))
    return path


def body_of(operation: dict[str, Any]) -> dict[str, Any] | None:
    """A body that fits the description."""
    if "requestBody" not in operation:
        return None
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    return {name: value_of(kind) for name, kind in resolved(schema)["properties"].items()}


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        found: dict[str, Any] = DESCRIPTION["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return found
    return schema


def value_of(kind: dict[str, Any]) -> Any:
    kind = resolved(kind["allOf"][0] if "allOf" in kind else kind["anyOf"][0] if "anyOf" in kind else kind)
    if "enum" in kind:
        return "password" if "password" in kind["enum"] else kind["enum"][0]
    if kind.get("format") == "uuid":
        return str(uuid4())
    if "pattern" in kind:
        return {"^[A-Z]{2}$": "CN", "^[A-Za-z0-9-]{0,24}$": ""}.get(kind["pattern"], "x" * 43)
    return {"integer": 1, "boolean": False}.get(kind.get("type", ""), "some text")


def test_the_public_operations_are_those_of_the_list() -> None:
    public = {name for name, (_, _, operation) in ALL.items() if "security" not in operation}
    assert public == set(PUBLIC)


def test_every_operation_says_how_it_refuses_and_what_it_is_for() -> None:
    for name, (_, _, operation) in ALL.items():
        assert operation["summary"], name
        assert operation["description"], name
        assert {422, 429} <= {int(status) for status in operation["responses"]}, name


@pytest.mark.parametrize("token", ["", "aat_" + "x" * 43, "art_x.y", "\u00e9\u00e8"])
def test_without_a_token_that_counts_nothing_answers(token: str) -> None:
    for name in SIGNED_IN:
        method, path, operation = ALL[name]
        answer = App().ask(method, filled(path), body_of(operation), token=token)
        assert (answer.status, answer.code) == (401, "appapi.token_refused"), name
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


@pytest.fixture(params=["expired", "password", "everything", "deleted", "signed out"])
def ended(request: pytest.FixtureRequest) -> App:
    """An app whose token counted once."""
    made, app = an_account(phone=a_phone()), App()
    app.sign_in(made)
    assert app.get("/me").status == 200
    match request.param:
        case "expired":
            AppSession.objects.update(access_ends_at=now())
        case "password":
            set_password(actor=owner_of(made), account_id=made.id, password="tandem quelle 93 birkenrinde", now=now())
        case "everything":
            end_everything(actor=owner_of(made), account_id=made.id, reason="test")
        case "deleted":
            Account.objects.filter(pk=made.id).update(
                state="deleted", name="", phone="", email="", email_key=None, password="", name_key=f"deleted-{made.id}"
            )
        case "signed out":
            assert app.post("/sign-out").status == 204
    return app


@pytest.mark.clause("1.46", "3.1.21")
def test_a_token_that_has_ended_answers_nowhere(ended: App) -> None:
    for name in SIGNED_IN:
        method, path, operation = ALL[name]
        answer = ended.ask(method, filled(path), body_of(operation))
        assert (answer.status, answer.code) == (401, "appapi.token_refused"), name


def belongings_of(owner: AccountFacts) -> dict[str, Any]:
    """One of everything that an address can name, of this account."""
    app = App()
    app.sign_in(owner, trust=True)
    proof = _proven(owner_of(owner), owner, SensitiveAction.EMERGENCY_CONTACTS, WayToProve.SMS, now=now())
    contact = name_contact(
        actor=owner_of(owner), account_id=owner.id, name="Wang Fang", contact=a_phone(), proof=proof, now=now()
    )
    asked = Request(key=uuid4(), category=Category.ACCOUNT, subject="A question", text="How?")
    return {
        "session": AppSession.objects.get(account_id=owner.id).public_id,
        "device": Device.objects.get(account_id=owner.id).public_id,
        "passkey": Passkey.objects.create(
            account_id=owner.id, slot=1, name="Key", credential_id=b"1", public_key=b"2", created_at=now()
        ).public_id,
        "number": Event.objects.filter(account_id=owner.id, name="signin:session:started").latest("pk").pk,
        "contact": contact.id,
        "reference": open_ticket(actor=owner_of(owner), account_id=owner.id, tenant_id=None, request=asked, now=now()),
    }


def standing_of(owner: AccountFacts) -> list[Any]:
    """What must not change."""
    tables = [AppSession, Device, Passkey, EmergencyContact]
    rows = [list(table._default_manager.filter(account_id=owner.id).order_by("pk").values()) for table in tables]
    return [rows, Account.objects.filter(pk=owner.id).values().get()]


# What an operation needs before it looks at the number: a proof that counts, so that the number is what refuses.
PROOF_FOR = {
    "POST /me/emergency-contacts/{contact}/remove": SensitiveAction.EMERGENCY_CONTACTS,
    "POST /me/factors/passkeys/{passkey}/remove": SensitiveAction.SECOND_FACTORS,
}


@pytest.mark.clause("1.46")
@pytest.mark.parametrize("name", WITH_NUMBERS)
def test_what_belongs_to_somebody_else_is_not_there(name: str) -> None:
    owner, stranger = an_account(phone=a_phone()), an_account(phone=a_phone())
    numbers = belongings_of(owner)
    app = App()
    app.sign_in(stranger)
    method, path, operation = ALL[name]
    body = body_of(operation)
    if name in PROOF_FOR and body is not None:
        body["proof"] = str(_proven(owner_of(stranger), stranger, PROOF_FOR[name], WayToProve.SMS, now=now()))
    parts = {piece[1:-1] for piece in path.split("/") if piece.startswith("{")}
    assert parts <= set(numbers), "say above how to make one of these"
    before = standing_of(owner)
    theirs = app.ask(method, filled(path, numbers), body)
    nobodys = app.ask(method, filled(path), body)
    assert theirs.status == 404, theirs
    assert (nobodys.status, nobodys.code) == (404, theirs.code)
    assert standing_of(owner) == before


@pytest.fixture
def signed_in() -> App:
    made, app = an_account(phone=a_phone()), App()
    app.sign_in(made)
    return app


WITH_BODY = {name: body for name, (_, _, operation) in ALL.items() if (body := body_of(operation)) is not None}


@pytest.mark.parametrize("extra", [{"is_staff": True}, {"account_id": 1}, {"email_verified": True}, {"__proto__": {}}])
def test_a_member_that_is_not_described_is_refused(signed_in: App, extra: dict[str, Any]) -> None:
    made = AppSession.objects.get().account.facts()
    before = standing_of(made)
    for name, body in WITH_BODY.items():
        method, path, _ = ALL[name]
        answer = signed_in.ask(method, filled(path), {**body, **extra})
        assert (answer.status, answer.code) == (422, "appapi.body_wrong"), (name, answer)
    assert standing_of(made) == before


JUNK: list[Any] = [
    b"",
    b"null",
    b"[]",
    b"[1]",
    b'"text"',
    b"{",
    b"\xff\xfe",
    b'{"a":' * 5000,
    b'{"device": 1}',
    {"device": None, "code": None, "challenge": "x", "attempt": {}},
]


@pytest.mark.parametrize("junk", JUNK, ids=str)
def test_what_cannot_be_read_is_refused_and_breaks_nothing(signed_in: App, junk: Any) -> None:
    for name in WITH_BODY:
        method, path, _ = ALL[name]
        answer = signed_in.ask(method, filled(path), junk)
        assert answer.status == 422, (name, answer)
        assert answer.code.startswith("appapi."), (name, answer)


@pytest.mark.parametrize("text", ["\0", "\ud800", "a\0b", "x" * 30_000], ids=["nul", "half", "nul inside", "long"])
def test_text_that_no_database_takes_is_refused(signed_in: App, text: str) -> None:
    for name, body in WITH_BODY.items():
        method, path, _ = ALL[name]
        for member in [member for member, value in body.items() if value == "some text"]:
            answer = signed_in.ask(method, filled(path), {**body, member: text})
            assert (answer.status, answer.code) == (422, "appapi.body_wrong"), (name, member, answer)


def test_what_proves_something_stands_in_no_address() -> None:
    """Proxies write addresses down."""
    assert not [
        path for _, path, _ in ALL.values() if re.search(r"\{(code|challenge|recovery|proof|token|secret)\}", path)
    ]


def test_numbers_in_addresses_that_are_none_lead_nowhere(signed_in: App) -> None:
    for path in ("/codes/1/resend", "/codes/%00", "/me/history/99999999999999999999999/not-me", "/sign-in/x/code"):
        for method in ("GET", "POST"):
            answer = signed_in.ask(method, path, {})
            assert answer.status in (404, 405), (path, answer)
            assert answer.headers["Content-Type"] == "application/problem+json"
