"""The operator's app against the real product: no cookies, only tokens (1.46)."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.journeys.conftest import NewVisitor
from tests.journeys.visiting import ARRIVES_WITHIN, PASSWORD, Account, Visitor
from tests.product import Center

NEW_PASSWORD = "harbour violin 58 meadow"
APP = "Journey app, Pixel 9"


class Phone:
    """An app on a phone: it keeps a device secret and two tokens."""

    def __init__(self, center: Center, language: str = "en") -> None:
        self.client = httpx.Client(
            base_url=f"http://127.0.0.1:{center.port}/api/v1",
            headers={"Accept-Language": language, "User-Agent": "Journey/1.0 (Android 16; Pixel 9)"},
            timeout=ARRIVES_WITHIN,
            trust_env=False,
        )
        self.device: dict[str, str] = {}
        self.access = self.refresh = ""

    def post(self, path: str, **body: Any) -> httpx.Response:
        answer = self.client.post(path, json=body, headers=self._shown())
        assert not answer.cookies
        found = answer.json() if answer.content else {}
        if found.get("device"):
            self.device = {"device": found["device"]}
        tokens = found.get("tokens") or (found if "access_token" in found else None)
        if tokens:
            self.access, self.refresh = tokens["access_token"], tokens["refresh_token"]
        return answer

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path, headers=self._shown())

    def put(self, path: str, **body: Any) -> httpx.Response:
        return self.client.put(path, json=body, headers=self._shown())

    def _shown(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.access}"} if self.access else {}

    def sign_in(self, identifier: str, password: str) -> dict[str, Any]:
        answer = self.post("/sign-in", identifier=identifier, password=password, app=APP, **self.device)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def step(self, state: dict[str, Any], what: str, **body: Any) -> dict[str, Any]:
        answer = self.post(f"/sign-in/{state['attempt']['id']}/{what}", **self.device, **body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


NewPhone = Callable[..., Phone]


@pytest.fixture
def new_phone(center: Center) -> Iterator[NewPhone]:
    """Makes phones with the app; gone after the test."""
    made: list[Phone] = []

    def make(language: str = "en") -> Phone:
        made.append(Phone(center, language))
        return made[-1]

    yield make
    for phone in made:
        phone.client.close()


def signed_in(phone: Phone, account: Account, watcher: Visitor, *, message: int) -> None:
    """By phone number and password, with the code that came by SMS, and "trust this device"."""
    state = phone.sign_in(account.contact, PASSWORD)
    assert state["attempt"]["needs"] == "code"
    phone.step(state, "code", channel="sms")
    state = phone.step(state, "code/check", code=watcher.code(account.contact, number=message))
    assert state["attempt"]["offers_trust"]
    assert phone.step(state, "finish", trust=True, app=APP)["state"] == "signed_in"


@pytest.mark.clause("1.46", "1.47", "3.1.21")
def test_a_phone_signs_in_with_a_code_trusts_refreshes_and_ends_with_a_new_password(
    new_phone: NewPhone, new_visitor: NewVisitor
) -> None:
    browser = new_visitor()
    account = browser.register()
    phone = new_phone()
    signed_in(phone, account, browser, message=2)
    me = phone.get("/me").json()
    assert me["account"]["name"] == account.name
    assert me["tenant"] is None

    assert phone.sign_in(account.name, PASSWORD)["state"] == "signed_in"  # trusted: no code any more

    used, before = phone.refresh, phone.access
    assert phone.post("/token/refresh", refresh_token=used).status_code == 200
    pair = (phone.access, phone.refresh)
    assert phone.post("/token/refresh", refresh_token=used).status_code == 200  # the network lost the answer
    assert (phone.access, phone.refresh) == pair
    assert phone.client.get("/me", headers={"Authorization": f"Bearer {before}"}).status_code == 401
    assert phone.get("/me").status_code == 200

    page = browser.get("/account/security/devices/")
    assert APP in page.text

    form = {"old_password": PASSWORD, "password": NEW_PASSWORD, "password_again": NEW_PASSWORD}
    browser.fill(browser.get("/account/security/password/"), form)
    ended = phone.get("/me")
    assert (ended.status_code, ended.json()["code"]) == (401, "appapi.token_refused")
    over = phone.post("/token/refresh", refresh_token=phone.refresh)
    assert (over.status_code, over.json()["code"]) == (401, "appapi.sign_in_over")
    phone.access = ""
    state = phone.sign_in(account.name, NEW_PASSWORD)
    assert state["attempt"]["needs"] == "code"  # trust ended with the password


@pytest.mark.clause("1.46", "3.1.1", "3.1.5")
def test_a_phone_registers_and_changes_its_password_without_being_signed_out(
    new_phone: NewPhone, new_visitor: NewVisitor
) -> None:
    watcher = new_visitor()
    known = watcher.register()
    phone = new_phone(language="zh-CN")
    sent = phone.post("/registrations", contact=known.contact)
    challenge = sent.json()["id"]
    code = watcher.code(known.contact, number=2)
    found = phone.post("/registrations/check", challenge=challenge, code=code).json()
    assert [one["name"] for one in found["accounts"]] == [known.name]
    body = {"challenge": challenge, "country": "CN", "name": f"{known.name}2", "password": PASSWORD, "app": APP}
    assert phone.post("/registrations/finish", **body).json()["state"] == "signed_in"
    refused = phone.put("/me/password", old_password=PASSWORD, password="123")
    assert refused.status_code == 422
    assert refused.headers["Content-Language"] == "zh-hans"
    changed = phone.put("/me/password", old_password=PASSWORD, password=NEW_PASSWORD)
    assert changed.status_code == 200, changed.text
    phone.access = changed.json()["access_token"]
    assert phone.get("/me").json()["account"]["name"] == f"{known.name}2"
    assert phone.post("/sign-out").status_code == 204
    assert phone.get("/me").status_code == 401


@pytest.mark.clause("1.46")
def test_an_app_is_told_in_json_what_a_browser_is_told_on_a_page(new_phone: NewPhone) -> None:
    phone = new_phone()
    for answer in (phone.get("/nothing"), phone.get("/me"), phone.client.post("/sign-in", content=b"{")):
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.json()["code"].startswith("appapi.")
