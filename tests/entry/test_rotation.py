"""Another key-encrypting key: added, every table brought under it, the old one taken out."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from account_center.audit.models import Event
from account_center.clients.models import ServiceClient, SigningKey
from account_center.clients.services.signing import _opened as opened_signing_key
from account_center.documents import services as documents
from account_center.documents.types import CleanImage, DocumentKind, TextLine
from account_center.entry.cli import main
from account_center.kit.clock import now
from account_center.kit.sealing import CannotOpen, seal
from account_center.messaging.sealed import reveal
from account_center.messaging.services import queue_sms
from account_center.plumbing import data_keys
from account_center.plumbing.data_keys import Step, holders, key_uses, rewrap_all
from account_center.plumbing.keys import keyring
from account_center.plumbing.work import run_due
from account_center.realname.models import Subject
from account_center.realname.services.machine_reading import _lines
from account_center.realname.services.transfers import amount_for_order
from account_center.realname.subjects import erase_subject, stated_by
from account_center.recovery.services.contacts import open_person
from account_center.signin.services.authenticator import begin_app, sandbox_code
from account_center.support.models import Ticket
from account_center.support.retention import erase_account
from account_center.support.sealed import key_of
from tests.clients.test_signing import a_partner
from tests.documents.pictures import drawing, encoded
from tests.killing import name_for_killing, until_forgotten
from tests.racing import race
from tests.realname.making import a_document_claim, a_tenant, submit
from tests.realname.transferring import follow, submit_account
from tests.recovery.making import named
from tests.signin.making import NOW, a_phone, an_account
from tests.support.making import a_ticket

pytestmark = pytest.mark.django_db
NEW = "2999-01-01"
OLD = "2026-01"
# How each table is read in daily life. A table that is missing here fails the first test.
OPENED: Mapping[str, Callable[[Any], object]] = {
    "clients_signingkey": opened_signing_key,
    "documents_storedimage": lambda row: documents.read_image(image_id=row.public_id),
    "messaging_message": reveal,
    "messaging_sandboxmessage": reveal,
    "realname_reading": _lines,
    "realname_subject": stated_by,
    "realname_transfer": amount_for_order,
    "recovery_emergencycontact": open_person,
    "signin_secondfactor": lambda row: sandbox_code(account_id=row.account_id, name="sea.lamp", now=NOW),
    "support_ticket": lambda row: (key := key_of(row)) and key.plain,
}


class Reader:
    def read(self, jpeg: bytes) -> tuple[TextLine, ...]:
        return (TextLine(text="姓名 陳大文", sure=0.99),)


@pytest.fixture(autouse=True)
def key_file(settings: Any, tmp_path: Path) -> Path:
    """A key file that the test may change, with the keys of the run."""
    copied = tmp_path / "keys.json"
    shutil.copy(django_settings.KEY_FILE, copied)
    settings.KEY_FILE = copied
    settings.DATA_DIR = tmp_path
    return copied


def start_anew() -> None:
    """What a process knows after it was started anew."""
    keyring.cache_clear()


def fill_every_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """At least one live row in each table that holds keys, as the product writes it."""
    monkeypatch.setattr(documents, "text_reader", Reader)
    owner = an_account("sea.lamp", phone=a_phone())
    queue_sms(to="+8613800138000", country="CN", text="Good day.", purpose="sign_in")
    run_due()
    a_ticket(owner)
    a_partner()
    named(owner)
    begin_app(account_id=owner.id, name=owner.name, now=now())
    submit(a_tenant(), a_document_claim())
    run_due()
    follow(submit_account(a_tenant()))
    picture = CleanImage(jpeg=encoded(drawing()), width=800, height=600)
    documents.keep_image(image=picture, kind=DocumentKind.FACE, owner="realname.application:1", erase_at=now())


def everything_opened() -> dict[str, list[object]]:
    return {
        model._meta.db_table: [OPENED[model._meta.db_table](row) for row in data_keys._with_key(model).order_by("pk")]
        for model in holders()
    }


def test_every_table_with_a_key_is_known_to_the_rotation() -> None:
    with_key = {
        model
        for model in apps.get_models()
        if {"wrapped_key", "kek_id"} & {field.name for field in model._meta.get_fields()}
    }
    assert with_key == set(holders())
    assert {model._meta.db_table for model in holders()} == set(OPENED)


def test_everything_opens_with_the_new_key_alone(
    key_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fill_every_table(monkeypatch)
    before = everything_opened()
    assert all(before.values()), "a table has no row to show it with"
    assert main(["add-key", NEW]) == 0
    start_anew()
    assert main(["rotate-keys"]) == 0
    assert f"Every row needs {NEW} only" in capsys.readouterr().out
    assert main(["remove-key", OLD]) == 0
    start_anew()
    assert keyring().kek_ids == {NEW}
    assert everything_opened() == before
    events = Event.objects.filter(name__startswith="plumbing:key").order_by("pk")
    assert [event.name for event in events] == ["plumbing:key:added", "plumbing:keys:rotated", "plumbing:key:removed"]
    secrets = json.loads(key_file.read_text())["keks"].values()
    assert not any(secret in str(event.facts) for event in events for secret in secrets)


def many_keys(count: int) -> None:
    """Rows of one table, cheaply."""
    client = ServiceClient.objects.create(
        client_id=f"many{uuid4().hex[:8]}", name="Many", secret_digest=uuid4().bytes, scopes=[], created_at=NOW
    )
    for number in range(count):
        key = keyring().new_data_key()
        row = SigningKey(client=client, wrapped_key=key.wrapped, kek_id=key.kek_id, created_at=NOW, ends_at=NOW)
        row.sealed_key = seal(key, str(number).encode(), place="nowhere")
        row.save()


def rotate_in_a_process(key_file: Path, name: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "ACCOUNT_CENTER_KEY_FILE": str(key_file), "PGAPPNAME": name}
    command = [sys.executable, "-m", "tests.entry.killable_rotation", str(connection.settings_dict["NAME"])]
    return subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@pytest.mark.django_db(transaction=True)
def test_a_killed_rotation_is_finished_by_the_next_one(key_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    many_keys(150)
    main(["add-key", NEW])
    start_anew()
    name = name_for_killing()
    with rotate_in_a_process(key_file, name) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write("\n" * 60)  # it is killed at work, and cannot have done more
        process.stdin.flush()
        for _ in range(20):
            assert process.stdout.readline()
        process.kill()
    until_forgotten(name)
    done = SigningKey.objects.filter(kek_id=NEW).count()
    assert 20 <= done <= 60
    assert {use.opens for use in key_uses()} == {True}
    assert main(["rotate-keys"]) == 0
    assert f"clients_signingkey: {150 - done} wrapped anew" in capsys.readouterr().out
    assert SigningKey.objects.filter(kek_id=NEW).count() == 150
    assert main(["rotate-keys"]) == 0  # and a third finds nothing to do
    assert "wrapped anew" not in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_rotations_side_by_side_do_each_row_once(key_file: Path) -> None:
    many_keys(40)
    main(["add-key", NEW])
    start_anew()
    answers = race(lambda _: sum(rewrap_all(SigningKey), Step()), 3)
    steps = [answer for answer in answers if isinstance(answer, Step)]
    assert sum(step.rewrapped for step in steps) == 40
    assert {use.kek_id for use in key_uses()} == {NEW}


def test_a_key_that_is_destroyed_meanwhile_does_not_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    account = an_account()
    a_ticket(account)
    submit_account(a_tenant())
    main(["add-key", NEW])
    start_anew()
    read = data_keys._next

    def erased_after_reading(model: Any, current: str, last: Any) -> list[Any]:
        found = read(model, current, last)
        if model is Ticket:
            erase_account(account_id=account.id, now=NOW)
        for subject in Subject.objects.filter(erased_at__isnull=True) if model is Subject else ():
            erase_subject(subject, now=NOW)
        return found

    monkeypatch.setattr(data_keys, "_next", erased_after_reading)
    for model in (Subject, Ticket):
        assert sum(rewrap_all(model), Step()) == Step(overtaken=1)
    [subject], [ticket] = Subject.objects.all(), Ticket.objects.all()
    assert (bytes(subject.wrapped_key), ticket.wrapped_key) == (b"", None)
    assert not {"realname_subject", "support_ticket"} & {use.table for use in key_uses()}  # an erased row needs no key


def test_a_row_that_got_a_new_key_meanwhile_keeps_that_one(monkeypatch: pytest.MonkeyPatch) -> None:
    many_keys(1)
    main(["add-key", NEW])
    start_anew()
    read = data_keys._next
    fresh = keyring().new_data_key()

    def rewritten_after_reading(*asked: Any) -> list[Any]:
        found = read(*asked)
        # Under the old name, by a process that does not know the new key yet.
        SigningKey.objects.filter(kek_id=OLD).update(wrapped_key=fresh.wrapped)
        return found

    monkeypatch.setattr(data_keys, "_next", rewritten_after_reading)
    assert sum(rewrap_all(SigningKey), Step()) == Step(overtaken=1)
    assert bytes(SigningKey.objects.get().wrapped_key) == fresh.wrapped


def test_a_process_that_was_not_started_anew_reads_what_the_others_write(key_file: Path) -> None:
    old = keyring()
    main(["add-key", NEW])
    assert old.current_kek_id == OLD
    start_anew()
    made = keyring().new_data_key()
    assert made.kek_id == NEW
    assert old.unwrap(wrapped=made.wrapped, kek_id=NEW).plain == made.plain
    key_file.unlink()
    with pytest.raises(CannotOpen):
        old.unwrap(wrapped=made.wrapped, kek_id="2999-02")


def test_the_check_tells_old_keys_apart_from_missing_ones(key_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    many_keys(2)
    main(["add-key", NEW])
    start_anew()
    assert main(["check"]) == 0
    assert f"Rows still need the old key {OLD}" in capsys.readouterr().out
    assert main(["remove-key", OLD]) == 1
    assert "clients_signingkey: 2 rows need the key" in capsys.readouterr().out
    main(["rotate-keys"])
    assert main(["check"]) == 0
    assert f"No row needs the old key {OLD} any more" in capsys.readouterr().out
    content = json.loads(key_file.read_text())
    del content["keks"][NEW]
    key_file.write_text(json.dumps(content))
    start_anew()
    assert main(["check"]) == 1
    assert f"2 rows of clients_signingkey need the key {NEW}" in capsys.readouterr().err
    assert main(["rotate-keys"]) == 1
    assert "does not open them" in capsys.readouterr().out
    assert SigningKey.objects.filter(kek_id=NEW).count() == 2


@pytest.mark.parametrize("name", ["2020-01-01", OLD, "with space", "../keys", "9" * 33])
def test_a_key_that_would_not_write_is_not_added(name: str, key_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = key_file.read_text()
    assert main(["add-key", name]) == 1
    assert capsys.readouterr().err.startswith("account-center: ")
    assert key_file.read_text() == before
    assert not Event.objects.filter(name="plumbing:key:added").exists()


def test_the_key_file_keeps_its_owner_its_rights_and_its_other_keys(key_file: Path) -> None:
    before = json.loads(key_file.read_text())
    key_file.chmod(0o640)
    assert main(["add-key", NEW]) == 0
    after = json.loads(key_file.read_text())
    assert key_file.stat().st_mode & 0o777 == 0o640
    assert after["keks"].pop(NEW) not in before["keks"].values()
    assert after == before
    assert [path.name for path in key_file.parent.iterdir() if "keys" in path.name] == ["keys.json"]
    assert main(["remove-key", NEW]) == 1  # the newest stays
    assert main(["remove-key", "2001"]) == 1


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"keks": {}, "index": ""}', '{"keks": {"k": "00"}}'])
@pytest.mark.parametrize("command", [["serve"], ["work"], ["rotate-keys"], ["add-key"]])
def test_nothing_starts_without_its_keys_and_none_are_made(
    command: list[str], content: str | None, key_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is None:
        key_file.unlink()
    else:
        key_file.write_text(content)
    start_anew()
    with pytest.raises(ImproperlyConfigured):
        keyring()
    assert main(command) == 2
    assert "key file" in capsys.readouterr().err
    assert (key_file.read_text() if key_file.exists() else None) == content
