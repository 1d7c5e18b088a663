"""A visitor without a browser: real HTTP with cookies, forms filled by their names, codes read from the sandbox page."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urljoin

import httpx
from playwright.sync_api import Error, Page

from account_center.kit.demo_people import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, DEMO_PASSWORD
from account_center.kit.masking import mask_email, mask_phone
from tests.journeys import numbers
from tests.journeys.paper import Form, Paper
from tests.product import Center

PASSWORD = "orchard lantern 42 quay"
# Only ends a test that would hang: a machine that is busy with other things may take long.
ARRIVES_WITHIN = 120
# What the browser says of a load that met another one: the other came later, or was there first.
CROSSED = ("ERR_ABORTED", "interrupted by another navigation")
A_CODE = re.compile(r"(?<![\w/.=-])\d{6}(?![\w/=-])", re.ASCII)
STEP_CODE, STEP_TRUST = "/sign-in/step/code/", "/sign-in/step/trust/"
Files = dict[str, tuple[str, bytes, str]]


@dataclass(frozen=True)
class Sheet:
    """A page as it came."""

    answer: httpx.Response

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def path(self) -> str:
        return self.answer.url.path

    @property
    def paper(self) -> Paper:
        return Paper(self.answer.text)

    @property
    def text(self) -> str:
        return self.paper.text


class Visitor:
    """One browser profile: its cookies and its language. Closed at the end of the test that made it."""

    open: ClassVar[list["Visitor"]] = []
    devices: ClassVar[dict[tuple[int, str], str]] = {}

    def __init__(self, center: Center, language: str = "en") -> None:
        self.center = center
        self.client = httpx.Client(
            base_url=f"http://127.0.0.1:{center.port}",
            headers={"Accept-Language": language, "Accept": "text/html"},
            timeout=ARRIVES_WITHIN,
            follow_redirects=True,
            trust_env=False,
        )
        self.open.append(self)

    def get(self, path: str, **more: Any) -> Sheet:
        return Sheet(self.client.get(path, **more))

    def fill(self, sheet: Sheet, values: Mapping[str, str], files: Files | None = None, **more: Any) -> Sheet:
        """Fills the form that has these fields and sends it."""
        form = sheet.paper.form_with(*values, *(files or {}))
        return self.send(sheet, form, values, files, **more)

    def send(
        self, sheet: Sheet, form: Form, values: Mapping[str, str], files: Files | None = None, **more: Any
    ) -> Sheet:
        """Sends a form with what stands in it, changed by ``values``."""
        goal = urljoin(str(sheet.answer.url), form.action) if form.action else str(sheet.answer.url)
        parts: Any = files
        if form.has_files and not files:
            parts = {"nothing": ("", b"")}
        return Sheet(self.client.post(goal, data={**form.values, **values}, files=parts, **more))

    # -- messages ----------------------------------------------------------------------------------------------------

    def messages(self, recipient: str) -> list[str]:
        """What arrived at a phone or mailbox, newest first."""
        sheet = self.get("/sandbox/", params={"to": recipient}, headers={"HX-Request": "true"})
        assert sheet.status == 200, sheet.text
        return [one.text for one in sheet.paper.root.all("span") if one.attrs.get("class") == "sandbox-text"]

    def message_saying(self, words: str, recipient: str, *, within: float = ARRIVES_WITHIN) -> str:
        """The first message with these words (upper and lower case alike) that this phone or mailbox gets."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            found = [text for text in self.messages(recipient) if words.lower() in text.lower()]
            if found:
                return found[0]
            time.sleep(0.15)
        raise AssertionError(f"no message with {words!r} came to {recipient}:\n{self.center.last_words()}")

    def codes_so_far(self, recipient: str) -> int:
        """How many messages with a code this phone or mailbox got already, so that ``code`` can wait for the next."""
        return len(codes_in(self.messages(recipient)))

    def code(self, recipient: str, *, number: int = 1, within: float = ARRIVES_WITHIN) -> str:
        """The digits of the ``number``-th message with a code that this phone or mailbox gets."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            found = codes_in(self.messages(recipient))
            if len(found) >= number:
                return found[-number]
            time.sleep(0.15)
        raise AssertionError(f"message {number} to {recipient} did not arrive:\n{self.center.last_words()}")

    # -- ways --------------------------------------------------------------------------------------------------------

    def begin_registering(self, contact: str, country: str = "CN") -> Sheet:
        return self.fill(self.get("/register/"), {"country": country, "recipient": contact, "agree": "on"})

    def register(self, contact: str = "", *, account: str = "", country: str = "CN") -> "Account":
        """From nothing to a signed-in ID account."""
        contact = contact or numbers.phone()
        account = account or numbers.name()
        waiting = self.begin_registering(contact, country)
        assert waiting.path == "/register/code/", waiting.text
        recipient = contact if "@" in contact or contact.startswith("+") else f"+86{contact}"
        sheet = self.fill(waiting, {"code": self.code(recipient)})
        assert sheet.path == "/register/finish/", sheet.text
        sheet = self.fill(sheet, {"name": account, "password": PASSWORD, "password_again": PASSWORD})
        assert sheet.path == "/register/done/", sheet.text
        return Account(account, recipient)

    def activate(self) -> str:
        """Activates the cloud; the tenant ID."""
        sheet = self.send(page := self.get("/cloud/activate/"), page.paper.form_with("name"), {})
        assert sheet.status == 200, sheet.text
        return self.tenant_id()

    def tenant_id(self) -> str:
        found = next(one for one in self.get("/account/").paper.root.all("code") if one.attrs.get("id") == "tenant-id")
        return found.text

    def sign_in(self, identifier: str, password: str = DEMO_PASSWORD, *, kind: str = "", onward: str = "") -> Sheet:
        """Name and password; where a code is asked for, it is typed and the device trusted.

        Visitors of one center share the trusted devices: most tests are not about codes, and codes are few.
        """
        device = self.devices.get((self.center.port, identifier))
        if device and "device" not in self.client.cookies:
            self._keep_device(device)
        sheet = self.type_password(identifier, password, kind=kind, onward=onward)
        if sheet.path != STEP_CODE:
            return sheet
        home = self.answer_trust(self.fill(sheet, {"code": self.step_code(sheet)}), "yes")
        self.devices[self.center.port, identifier] = self.client.cookies["device"]
        return home

    def bring_trusted_device(self, identifier: str) -> None:
        """From now on this visitor's browser is one that the demo account trusts, so that the password alone signs in."""
        if (self.center.port, identifier) not in self.devices:
            Visitor(self.center).sign_in(identifier)
        self._keep_device(self.devices[self.center.port, identifier])

    def _keep_device(self, device: str) -> None:
        self.client.cookies.set("device", device, domain="127.0.0.1")

    def type_password(self, identifier: str, password: str, *, kind: str = "", onward: str = "") -> Sheet:
        """The first step alone."""
        query = {key: value for key, value in {"kind": kind, "next": onward}.items() if value}
        return self.fill(self.get("/sign-in/", params=query), {"identifier": identifier, "password": password})

    def step_code(self, sheet: Sheet) -> str:
        """The code that this step of the sign-in waits for, from the sandbox page: its page shows the masked recipient."""
        deadline = time.monotonic() + ARRIVES_WITHIN
        while time.monotonic() < deadline:
            # Once the carrier has accepted it, the newest code there is this one.
            if "has accepted the message" in self.get(sheet.path, headers={"Accept-Language": "en"}).text:
                return next(code for to, code in self.newest_codes() if masked(to) in sheet.text)
            time.sleep(0.15)
        raise AssertionError(f"the code of the sign-in did not arrive:\n{self.center.last_words()}")

    def newest_codes(self) -> list[tuple[str, str]]:
        """(recipient, code) of the messages on the sandbox page, newest first."""
        rows = self.get("/sandbox/", headers={"HX-Request": "true"}).paper.root.all("tr")
        found = [(row.first("a"), row.first("span")) for row in rows]
        texts = [(to.text, codes_in([said.text])) for to, said in found if to and said]
        return [(to, codes[0]) for to, codes in texts if codes]

    def answer_trust(self, sheet: Sheet, answer: str = "no") -> Sheet:
        """Answers the question whether to trust this device, if it is asked."""
        if sheet.path != STEP_TRUST:
            return sheet
        return self.send(sheet, sheet.paper.forms[0], {"trust": answer})

    def is_signed_in(self) -> bool:
        return self.get("/account/", follow_redirects=False).status == 200

    def submit_card(
        self, person: numbers.Person, card: str, *, face: str | bytes = "same_person", **changed: str
    ) -> Sheet:
        """The form of the bank-card way, filled and sent."""
        picture = self.face(face) if isinstance(face, str) else face
        typed = {
            "name": person.name,
            "id_number": person.id_number,
            "card": card,
            "phone": person.phone,
            "consent_data": "on",
            "consent_face": "on",
        } | changed
        files = {"face": ("face.png", picture, "image/png")} if picture else None
        return self.fill(self.get("/verification/bank-card/"), typed, files)

    def face(self, kind: str) -> bytes:
        return self.client.get(f"/sandbox/face/{kind}.png").content

    def verify(self, person: numbers.Person, card: str, *, face: str | bytes = "same_person") -> Sheet:
        """The whole way; the page of the application."""
        waiting = self.submit_card(person, card, face=face)
        assert waiting.path.endswith("/code/"), waiting.text
        return self.fill(waiting, {"code": self.code(f"+86{person.phone}")})


def masked(recipient: str) -> str:
    """As the pages show it."""
    return mask_email(recipient) if "@" in recipient else mask_phone(recipient)


def codes_in(texts: list[str]) -> list[str]:
    """The codes of messages, in their order. Six digits inside a link, a token or a reference number are no code."""
    found = [A_CODE.search(text) for text in texts]
    return [one.group() for one in found if one]


def look_again(page: Page, path: str = "") -> None:
    """Opens a page, or the one that is shown, anew.

    It may be following by itself at this very moment: of two loads the browser drops one, or shows them one after the
    other.
    """
    goal = path or page.url
    for last in (False, False, True):
        try:
            page.goto(goal)
        except Error as dropped:
            if last or not any(said in dropped.message for said in CROSSED):
                raise
        else:
            return


def fits(page: Page) -> bool:
    """Whether nothing reaches beyond the right side of the window. A page that has its text may still wait for its looks."""
    page.wait_for_load_state()
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def lend_session(visitor: Visitor, page: Page) -> None:
    """The browser goes on where the visitor is, signed in."""
    session = visitor.client.cookies["session"]
    page.context.add_cookies([{"name": "session", "value": session, "url": visitor.center.base_url}])


@dataclass(frozen=True)
class Account:
    name: str
    contact: str
    password: str = PASSWORD


class Shop:
    """Another service of the operator, with the published demo client."""

    def __init__(self, center: Center) -> None:
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{center.port}", timeout=ARRIVES_WITHIN, trust_env=False)
        self.asks_until = 0.0

    def _enter(self) -> None:
        """Gets a token for the next half hour: it counts for an hour, and all journeys together may take longer."""
        if time.monotonic() < self.asks_until:
            return
        answer = self.client.post(
            "/service/v1/token", data={"grant_type": "client_credentials"}, auth=(DEMO_CLIENT_ID, DEMO_CLIENT_SECRET)
        )
        assert answer.status_code == 200, answer.text
        self.client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        self.asks_until = time.monotonic() + 1_800

    def ask(self, tenant: str, *actions: str, language: str = "en") -> dict[str, dict[str, Any]]:
        """What the tenant may do: the decision per action."""
        self._enter()
        answer = self.client.post(
            "/service/v1/decisions",
            json={"tenant": tenant, "actions": list(actions or ("buy",))},
            headers={"Accept-Language": language},
        )
        assert answer.status_code == 200, answer.text
        return {one["action"]: one for one in answer.json()["decisions"]}

    def may(self, tenant: str, action: str = "buy", *, within: float = 0) -> bool:
        """Whether it may; asks again until it may or ``within`` seconds are over.

        A process of the product may answer from its memory for up to a second, so a test that expects a yes right
        after the act waits for it.
        """
        deadline = time.monotonic() + within
        while True:
            allowed = bool(self.ask(tenant, action)[action]["allowed"])
            if allowed or time.monotonic() >= deadline:
                return allowed
            time.sleep(0.2)
