"""The database loses its connections, again and again, while people register, are verified, reviewed and paid."""

import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest

from account_center.kit.demo_numbers import demo_credit_code, demo_resident_id
from tests.environment import BASE, WORKER
from tests.journeys import numbers
from tests.journeys.behind import rows
from tests.journeys.paper import Form
from tests.journeys.reviewing import REVIEWER, decide
from tests.journeys.staff import enter
from tests.journeys.test_faults import SETTINGS, Stubborn, everything_fits, until
from tests.journeys.test_organisation import picture
from tests.journeys.visiting import ARRIVES_WITHIN, PASSWORD, Files, Shop, Visitor
from tests.product import Center, drop_database, fresh_database, new_center

OFTENEST, RAREST = 1.0, 4.0  # seconds between two losses: a request lasts a fraction of it
VERDICTS = {"front": "fine", "back": "fine", "holding": "fine"}


@pytest.fixture(scope="module")
def own() -> Iterator[Center]:
    """A center whose database these tests may disturb."""
    name = f"bad_moments_{WORKER or 'tests'}"
    made = new_center(BASE / name, fresh_database(name))
    made.environment.update(SETTINGS)
    try:
        made.start()
        yield made
    finally:
        made.kill()
        drop_database(name)


class Watcher:
    """Notes every answer that is neither fine nor a calm 503."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.away = 0

    def watch(self, visitor: Visitor) -> Visitor:
        visitor.client.event_hooks = {"response": [self._note]}
        return visitor

    def _note(self, answer: httpx.Response) -> None:
        if answer.status_code == 503:
            self.away += 1
            if "Retry-After" not in answer.headers:
                self.wrong.append(f"{answer.request.method} {answer.request.url.path}: 503 without a time")
        elif answer.status_code >= 500:
            self.wrong.append(f"{answer.request.method} {answer.request.url.path}: {answer.status_code}")


@contextmanager
def losing_connections(center: Center, seed: int) -> Iterator[None]:
    """On PostgreSQL every connection ends again and again; on SQLite somebody else holds the file's lock again and again."""
    over = threading.Event()
    chance = random.Random(seed)
    act = _end_all if center.database_url else _hold_lock

    def disturb() -> None:
        while not over.wait(chance.uniform(OFTENEST, RAREST)):
            act(center)

    thread = threading.Thread(target=disturb)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _end_all(center: Center) -> None:
    with psycopg.connect(center.database_url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _hold_lock(center: Center) -> None:
    name = center.data_dir / "account-center.sqlite3"
    with closing(sqlite3.connect(name, timeout=30, isolation_level=None)) as file:
        file.execute("BEGIN IMMEDIATE")
        time.sleep(OFTENEST)
        file.execute("ROLLBACK")


def trying(step: Callable[[], bool]) -> Callable[[], bool]:
    """What stands on a page that could not be made is not there: then again."""

    def attempt() -> bool:
        with suppress(AssertionError, StopIteration, IndexError, LookupError):
            return step()
        return False

    attempt.__name__ = step.__name__
    return attempt


@pytest.fixture
def watcher() -> Watcher:
    return Watcher()


def a_customer(own: Center, watcher: Watcher) -> Stubborn:
    """Registered and with the cloud activated, in quiet times."""
    customer = Stubborn(watcher.watch(Visitor(own)))
    for step in customer.steps()[:3]:
        assert until(step), step.__name__
    return customer


def nothing_doubled(own: Center, customer: Stubborn, way: str) -> None:
    """One application of the customer, and nothing half done anywhere."""
    everything_fits(own)
    ours = f"(SELECT id FROM tenants_tenant WHERE public_id = '{customer.visitor.tenant_id()}')"
    assert rows(own, f"SELECT way FROM realname_application WHERE tenant_id = {ours}") == [(way,)]


def test_registering_and_a_bank_card_survive_a_database_that_drops_its_connections(
    own: Center, watcher: Watcher
) -> None:
    visitor = watcher.watch(Visitor(own))
    customer = Stubborn(visitor)
    with losing_connections(own, 1):
        for step in customer.steps():
            assert until(trying(step)), (step.__name__, watcher.wrong)
    verified = f"/verification/{customer.reference}/"
    assert until(lambda: "You are verified" in visitor.get(verified).text), visitor.get(verified).text
    shop = Shop(own)
    assert shop.may(visitor.tenant_id(), within=ARRIVES_WITHIN)
    shop.client.close()
    nothing_doubled(own, customer, "bank_card")
    assert not watcher.wrong


class Applicant:
    """A customer whose application has a reference number as soon as the product knows of it."""

    def __init__(self, own: Center, watcher: Watcher) -> None:
        self.customer = a_customer(own, watcher)
        self.visitor = self.customer.visitor
        self._found = ""

    @property
    def reference(self) -> str:
        links = [] if self._found else self.visitor.get("/verification/").paper.links
        self._found = next((one.split("/")[2] for one in links if one.startswith("/verification/RN")), self._found)
        return self._found

    def submit(self, path: str, typed: Mapping[str, str], files: Files | None = None) -> bool:
        """Fills the form again for as long as the product knows of no application."""
        if not self.reference:
            self.visitor.fill(self.visitor.get(path), typed, files)
        return bool(self.reference)

    def is_verified(self) -> bool:
        page = self.visitor.get(f"/verification/{self.reference}/").text
        return "You are verified" in page or "The organisation is verified" in page


def test_a_document_and_its_review_survive_it(own: Center, watcher: Watcher) -> None:
    applicant, staff = Applicant(own, watcher), Visitor(own)
    enter(staff, REVIEWER)
    watcher.watch(staff)
    typed = {
        "name": "陳大文",
        "number": f"H{numbers.phone()[-8:]}",
        "nationality": "HK",
        "birth": "1990-05-17",
        "expires": "2099-05-16",
        "consent_data": "on",
        "consent_face": "on",
    }
    shown = {slot: (f"{slot}.png", picture(60 * at), "image/png") for at, slot in enumerate(VERDICTS, 1)}

    def submit() -> bool:
        return applicant.submit("/verification/document/hkm_permit/", typed, shown)

    def review() -> bool:
        if not applicant.is_verified():
            decide(staff, applicant.reference, VERDICTS)
        return applicant.is_verified()

    with losing_connections(own, 2):
        for step in (submit, review):
            assert until(trying(step)), (step.__name__, watcher.wrong)
    nothing_doubled(own, applicant.customer, "document")
    assert not watcher.wrong


def test_a_transfer_survives_it_and_is_paid_once(own: Center, watcher: Watcher) -> None:
    applicant, account = Applicant(own, watcher), f"310066{int(numbers.phone()) % 10**8:08d}880000"
    visitor = applicant.visitor
    typed = {
        "name": "蓝色灯塔(杭州)科技有限公司",
        "number": demo_credit_code(seed=int(numbers.phone())),
        "representative": "王小灯",
        "representative_id": demo_resident_id(),
        "bank": "工商银行",
        "branch": "102100000013",
        "account": account,
        "consent": "on",
    }

    def submit() -> bool:
        return applicant.submit("/verification/bank-account/", typed)

    def arrived() -> bool:
        page = visitor.get(f"/verification/{applicant.reference}/transfer/")
        return "amount" in page.paper.form_with("amount").values

    def type_amount() -> bool:
        if not applicant.is_verified():
            lines = visitor.get("/sandbox/statement/").paper.root.all("tr")
            line = next(one for one in lines if applicant.reference in one.text)
            page = visitor.get(f"/verification/{applicant.reference}/transfer/")
            visitor.fill(page, {"amount": list(line.all("code"))[1].text})
        return applicant.is_verified()

    with losing_connections(own, 3):
        for step in (submit, arrived, type_amount):
            assert until(trying(step)), (step.__name__, watcher.wrong)
    nothing_doubled(own, applicant.customer, "bank_account")
    assert rows(own, f"SELECT attempts FROM realname_sandboxtransfer WHERE account = '{account}'") == [(1,)]
    assert not watcher.wrong


# -- Back from a backup ------------------------------------------------------------------------------------------------


@contextmanager
def back_from_a_backup(center: Center) -> Iterator[None]:
    """At the end of the block the database is as it was before it. The center runs inside of it, and not afterwards."""
    center.stop()
    address, file = center.database_url, center.data_dir / "account-center.sqlite3"
    if address:
        name = urlsplit(address).path.lstrip("/")
        copy_database(address, name, f"{name}_backup")
    else:
        copy_file(file, file.with_suffix(".backup"))
    center.start()
    yield
    center.stop()
    if address:
        copy_database(address, f"{name}_backup", name)
        drop_database(f"{name}_backup")
    else:
        copy_file(file.with_suffix(".backup"), file)


def copy_database(address: str, source: str, target: str) -> None:
    maintenance = urlsplit(address)._replace(path="/postgres").geturl()
    with psycopg.connect(maintenance, autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)'.encode())
        server.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"'.encode())


def copy_file(source: Path, target: Path) -> None:
    """As ``sqlite3 source ".backup target"`` does."""
    for rest in target.parent.glob(f"{target.name}-*"):
        rest.unlink()
    target.unlink(missing_ok=True)
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def test_who_signed_out_after_the_backup_is_signed_out_after_the_restore(own: Center) -> None:
    visitor = Visitor(own)
    account = visitor.register()
    copied = visitor.client.cookies["session"]
    with back_from_a_backup(own):
        page = visitor.get("/account/")
        leave = next(one for one in page.paper.root.all("form") if one.attrs.get("action") == "/sign-out/")
        visitor.send(page, Form(leave), {})
        assert not visitor.is_signed_in()
    done = own.run("after-restore")
    assert done.returncode == 0, done.stderr
    own.start()
    thief = Visitor(own)
    thief.client.cookies.set("session", copied, domain="127.0.0.1")
    assert not thief.is_signed_in()
    fresh = Visitor(own)
    assert fresh.sign_in(account.name, PASSWORD).path == "/"
    everything_fits(own)
