"""Bad moments, on a real product of its own: killed, without a database, with a gateway away, stopped and started."""

import os
import random
import signal
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx
import pytest

from account_center.kit.demo_people import DEMO_PASSWORD
from tests.environment import BASE, WORKER
from tests.journeys import numbers
from tests.journeys.behind import change, group, kill_one_server, kill_worker, processes, rows, without_database
from tests.journeys.visiting import ARRIVES_WITHIN, PASSWORD, Sheet, Shop, Visitor, codes_in
from tests.product import Center, drop_database, fresh_database, new_center

LONG = 180  # seconds; only ends a test that would hang
SETTINGS = {
    # What a killed worker held is free again sooner than in earnest.
    "ACCOUNT_CENTER_JOB_LEASE_SECONDS": "4",
    "ACCOUNT_CENTER_CODE_RESEND_SECONDS": "1",
    "ACCOUNT_CENTER_LOCK_SECONDS": "4",
    "ACCOUNT_CENTER_COST_CENTER_LINK": "https://cost.example.com/",
    "ACCOUNT_CENTER_RESOURCE_CENTER_LINK": "https://resources.example.com/",
}


@pytest.fixture(scope="module")
def own() -> Iterator[Center]:
    """A center that these tests may kill."""
    name = f"faults_{WORKER or 'tests'}"
    made = new_center(BASE / name, fresh_database(name))
    made.environment.update(SETTINGS)
    try:
        made.start()
        yield made
    finally:
        made.kill()
        drop_database(name)


@pytest.fixture
def running(own: Center) -> Center:
    if own.process is None or own.process.poll() is not None:
        own.start()
    return own


@pytest.fixture
def visitor(running: Center) -> Visitor:
    return Visitor(running)


def until(happened: Callable[[], bool], seconds: float = LONG) -> bool:
    """Whether it happened within this time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if happened():
            return True
        time.sleep(0.2)
    return happened()


# -- Killed -----------------------------------------------------------------------------------------------------------


class Stubborn:
    """A customer who goes on after every crash: loads the page again and does what it asks for."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.phone, self.name = numbers.phone(), numbers.name("stubborn")
        self.person, self.card = numbers.person(), numbers.card()
        self.reference = ""
        self.refused: set[str] = set()

    def steps(self) -> list[Callable[[], bool]]:
        """Each answers whether its goal is reached."""
        return [self.register, self.finish, self.activate, self.submit, self.confirm]

    def register(self) -> bool:
        if self.visitor.get("/register/finish/").status == 200:
            return True
        waiting = self.visitor.get("/register/code/")
        if waiting.status != 200 or 'name="code"' not in waiting.answer.text:
            waiting = self.visitor.begin_registering(self.phone)
        sheet = self._try_codes(waiting, f"+86{self.phone}")
        return sheet.path == "/register/finish/"

    def finish(self) -> bool:
        if self.visitor.is_signed_in():
            return True
        page = self.visitor.get("/register/finish/")
        if page.status == 200 and 'name="password"' in page.answer.text:
            typed = {"name": self.name, "password": PASSWORD, "password_again": PASSWORD}
            self.visitor.fill(page, typed)
        else:
            self.visitor.sign_in(self.name, PASSWORD)
        return self.visitor.is_signed_in()

    def activate(self) -> bool:
        return bool(self.visitor.activate())

    def submit(self) -> bool:
        links = [one for one in self.visitor.get("/verification/").paper.links if one.endswith("/code/")]
        path = links[0] if links else self.visitor.submit_card(self.person, self.card).path
        self.reference = path.split("/")[2]
        return path.endswith("/code/")

    def confirm(self) -> bool:
        page = self.visitor.get(f"/verification/{self.reference}/code/")
        if page.path.endswith("/code/"):
            page = self._try_codes(page, f"+86{self.person.phone}")
        return page.path == f"/verification/{self.reference}/"

    def _try_codes(self, page: Sheet, recipient: str) -> Sheet:
        self.visitor.code(recipient)
        for code in codes_in(self.visitor.messages(recipient)):
            # Tries are few, and the newest code may still be on its way: an older one is tried once.
            if code in self.refused:
                continue
            sheet = self.visitor.fill(page, {"code": code})
            if sheet.path != page.path:
                return sheet
            if sheet.status == 422:
                self.refused.add(code)
        return page


def crash_during(center: Center, step: Callable[[], bool], seconds: float) -> None:
    """Kills every process of the center while the step is on its way, and starts it again."""
    with ThreadPoolExecutor(1) as browser:
        on_its_way = browser.submit(step)
        time.sleep(seconds)
        center.kill()
        # What the customer saw then does not count, only what remains.
        with suppress(httpx.HTTPError, AssertionError):
            on_its_way.result()
    center.start()


@pytest.mark.clause("1.41")
@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_any_point_of_the_way_it_is_all_or_nothing_and_goes_on(running: Center, seed: int) -> None:
    chance = random.Random(seed)
    visitor = Visitor(running)
    customer = Stubborn(visitor)
    steps = customer.steps()
    crashing = set(chance.sample(range(len(steps)), 2)) | {seed + 2}
    for number, step in enumerate(steps):
        if number in crashing:
            crash_during(running, step, chance.uniform(0.02, 0.4))
        assert until(step), step.__name__
    verified = f"/verification/{customer.reference}/"
    assert until(lambda: "You are verified" in visitor.get(verified).text), visitor.get(verified).text
    shop = Shop(running)
    assert shop.may(visitor.tenant_id(), within=ARRIVES_WITHIN)
    shop.client.close()
    everything_fits(running)
    assert rows(running, f"SELECT count(*) FROM accounts_account WHERE name = '{customer.name}'") == [(1,)]


def everything_fits(center: Center) -> None:
    """No half accounts, tenants or verifications are left anywhere."""
    # Every ID account has a name, a password and a contact.
    bare = "SELECT name FROM accounts_account WHERE kind = 'id' AND (password = '' OR (phone = '' AND email = ''))"
    assert rows(center, bare) == []
    no_standing = (
        "SELECT t.public_id FROM tenants_tenant t LEFT JOIN standing_tenantstanding s ON s.tenant_id = t.id"
        " WHERE s.tenant_id IS NULL"
    )
    assert rows(center, no_standing) == []
    # A decided application holds no face, and an approved one is the tenant's verification.
    faces = "SELECT reference FROM realname_application WHERE state IN ('approved', 'refused') AND face_id IS NOT NULL"
    assert rows(center, faces) == []
    lost = (
        "SELECT a.reference FROM realname_application a LEFT JOIN realname_verification v ON v.application_id = a.id"
        " WHERE a.state = 'approved' AND v.id IS NULL"
    )
    assert rows(center, lost) == []
    doubled = (
        "SELECT tenant_id FROM realname_verification WHERE replaced_at IS NULL GROUP BY tenant_id HAVING count(*) > 1"
    )
    assert rows(center, doubled) == []
    checked = center.run("check")
    assert checked.returncode == 0, checked.stderr


def test_a_killed_worker_sends_every_message_once(running: Center, visitor: Visitor) -> None:
    phones = [numbers.phone() for _ in range(6)]
    for number, phone in enumerate(phones):
        Visitor(running).begin_registering(phone)
        if number % 2 == 0:
            kill_worker(running)
    for phone in phones:
        assert visitor.code(f"+86{phone}")
        assert len(visitor.messages(f"+86{phone}")) == 1


def test_a_killed_web_process_is_replaced(running: Center, visitor: Visitor) -> None:
    before = len(processes(running))
    kill_one_server(running)
    assert until(lambda: len(processes(running)) >= before)

    def answers() -> bool:
        # A connection that the killed process had accepted ends with it.
        with suppress(httpx.TransportError):
            return visitor.get("/").status == 200
        return False

    assert until(answers)


# -- The database away ------------------------------------------------------------------------------------------------


def test_without_its_database_it_says_so_and_recovers_by_itself(running: Center, visitor: Visitor) -> None:
    running.stop()
    running.start()
    account = visitor.register()
    page = visitor.get("/cloud/activate/")
    with without_database(running):
        for sheet in (
            visitor.get("/account/"),
            visitor.get("/sandbox/"),
            visitor.send(page, page.paper.form_with("name"), {}),
        ):
            assert sheet.status == 503, sheet.text
            assert int(sheet.answer.headers["Retry-After"]) > 0
            assert "We cannot reach our data at the moment" in sheet.text
            assert "系统暂时无法读取数据" in sheet.text
            assert "Content-Security-Policy" in sheet.answer.headers
        asked = visitor.client.post("/service/v1/decisions", json={}, headers={"Authorization": "Bearer x"})
        assert asked.status_code == 503
        assert asked.json()["code"] == "database_away"
        assert visitor.get("/health/ready").status == 503
        assert Visitor(running).get("/health/alive").status == 200
    assert until(lambda: visitor.get("/health/ready").status == 200)
    # The session is still there, nothing was half done, and the worker goes on too.
    assert "The cloud is not activated" in visitor.get("/account/").text
    assert visitor.activate()
    other = Visitor(running)
    other.register()
    assert account.name in visitor.get("/account/").text


# -- The gateway away -------------------------------------------------------------------------------------------------


def test_a_gateway_that_is_away_is_shown_honestly_and_the_code_comes_later(visitor: Visitor) -> None:
    phone = numbers.phone(ending="0002")
    waiting = visitor.begin_registering(phone)

    def delivery() -> str:
        answer = visitor.get("/register/code/", headers={"HX-Request": "true"})
        node = answer.paper.root.first("p", id="delivery")
        return node.text if node else ""

    assert until(lambda: "The carrier does not answer at the moment" in delivery()), delivery()
    assert until(lambda: bool(visitor.messages(f"+86{phone}")))
    assert until(lambda: "has accepted the message" in delivery())
    assert visitor.fill(waiting, {"code": visitor.code(f"+86{phone}")}).path == "/register/finish/"


def test_a_phone_out_of_service_leaves_another_way(visitor: Visitor) -> None:
    phone = numbers.phone(ending="0001")
    waiting = visitor.begin_registering(phone)
    assert "The code does not arrive?" in waiting.text
    assert {"/register/", "/support/"} <= set(waiting.paper.links)
    assert visitor.messages(f"+86{phone}") == []
    assert visitor.register(numbers.email()).name


# -- Stopped and started ----------------------------------------------------------------------------------------------


def test_a_second_start_keeps_the_data_and_doubles_none_of_it(running: Center, visitor: Visitor) -> None:
    account = visitor.register()
    tenant = visitor.activate()
    before = rows(running, "SELECT kind, count(*) FROM accounts_account GROUP BY kind ORDER BY kind")
    assert running.stop() == 0
    running.start()
    assert rows(running, "SELECT kind, count(*) FROM accounts_account GROUP BY kind ORDER BY kind") == before
    assert visitor.tenant_id() == tenant
    fresh = Visitor(running)
    assert fresh.sign_in(account.name, PASSWORD).path == "/"
    assert Visitor(running).sign_in("zhou.verified", DEMO_PASSWORD).path == "/"


def test_ctrl_c_ends_every_process(running: Center) -> None:
    assert running.process is not None
    leader, port = running.process, running.port
    assert until(lambda: len(processes(running)) >= 3), processes(running)
    os.killpg(leader.pid, signal.SIGINT)
    assert leader.wait(LONG) in (0, 130)
    assert until(lambda: not group(leader.pid)), group(leader.pid)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
    running.process = None


def test_a_port_in_use_is_said_and_nothing_is_started(running: Center) -> None:
    answer = running.run("serve", "--demo")
    assert answer.returncode == 1
    assert f"Port {running.port} is in use" in answer.stderr
    assert "PORT=" in answer.stderr
    assert "Traceback" not in answer.stderr


# -- What `check` finds -----------------------------------------------------------------------------------------------


def checked(center: Center, **more: str) -> tuple[int, str]:
    kept = dict(center.environment)
    center.environment.update(more)
    try:
        answer = center.run("check")
    finally:
        center.environment.clear()
        center.environment.update(kept)
    assert "Traceback" not in answer.stderr
    return answer.returncode, answer.stderr


@pytest.mark.parametrize(
    "more",
    [
        {"ACCOUNT_CENTER_HTTPS": "1"},
        {"ACCOUNT_CENTER_ADDRESS": "https://id.example.com"},
        {"SMS_GATEWAY_LINK": "https://sms.example.com/send"},
    ],
    ids=["https", "address", "gateway"],
)
def test_the_sandbox_with_production_settings_is_refused(running: Center, more: dict[str, str]) -> None:
    status, said = checked(running, **more)
    assert status != 0
    assert "The sandbox is on together with production settings" in said


def test_production_without_its_settings_is_told_what_is_missing(running: Center) -> None:
    status, said = checked(running, ACCOUNT_CENTER_SANDBOX="0")
    assert status != 0
    assert "SMS_GATEWAY_LINK is not set" in said
    assert "ACCOUNT_CENTER_ADDRESS is not set" in said


def test_a_bad_setting_is_named_without_a_traceback(running: Center) -> None:
    status, said = checked(running, ACCOUNT_CENTER_CODE_TRIES="many")
    assert status != 0
    assert "ACCOUNT_CENTER_CODE_TRIES" in said


def test_a_cut_event_chain_is_found(running: Center, visitor: Visitor) -> None:
    visitor.register()
    third = "SELECT id FROM audit_event WHERE seal_id IS NOT NULL ORDER BY id LIMIT 1 OFFSET 2"
    assert until(lambda: rows(running, third) != [])
    assert checked(running)[0] == 0
    middle = rows(running, third)[0][0]
    change(running, f"UPDATE audit_event SET actor_name = 'somebody else' WHERE id = {middle}")
    status, said = checked(running)
    assert status == 1
    assert "The event chain does not fit" in said


# -- Short clocks -----------------------------------------------------------------------------------------------------


def test_an_expired_code_is_refused_and_a_new_one_counts(running: Center) -> None:
    visitor, phone = Visitor(running), numbers.phone()
    waiting = visitor.begin_registering(phone)
    old = visitor.code(f"+86{phone}")
    # As if an hour had passed: a code that lives for seconds would be over too soon on a busy machine.
    long_ago = "sent_at = '2020-01-01 00:00:00', expires_at = created_at"
    change(running, f"UPDATE signin_challenge SET {long_ago} WHERE recipient = '+86{phone}'")
    change(running, "UPDATE plumbing_turn SET at = 0")
    late = visitor.fill(waiting, {"code": old})
    assert late.status == 422
    assert "This code has expired." in late.text
    again = visitor.send(late, late.paper.form_with("resend"), {})
    assert "A new code was sent." in again.text
    new = visitor.code(f"+86{phone}", number=2)
    if old != new:
        assert visitor.fill(again, {"code": old}).status == 422
    assert visitor.fill(again, {"code": new}).path == "/register/finish/"


@pytest.mark.clause("1.20")
def test_the_lock_ends_by_itself(running: Center) -> None:
    account = Visitor(running).register()
    visitor = Visitor(running)
    for _ in range(5):
        sheet = visitor.sign_in(account.name, "wrong wrong wrong")
    assert "signin.locked" in sheet.paper.refusals
    time.sleep(int(SETTINGS["ACCOUNT_CENTER_LOCK_SECONDS"]) + 1)
    assert visitor.sign_in(account.name, PASSWORD).path == "/"


@pytest.mark.clause("3.1.18")
def test_the_operators_other_centers_are_linked_in_the_header(running: Center) -> None:
    links = [one.attrs.get("href") for one in Visitor(running).get("/").paper.root.all("a")]
    assert "https://cost.example.com/" in links
    assert "https://resources.example.com/" in links
