"""A legacy account is upgraded, a copy of the data is taken, an ID account is deleted: the real product, in both languages."""

import io
import json
import zipfile
from collections.abc import Callable

import pytest

from tests.journeys import numbers
from tests.journeys.behind import change
from tests.journeys.paper import Form
from tests.journeys.visiting import PASSWORD, Account, Sheet, Visitor
from tests.product import Center

NewVisitor = Callable[..., Visitor]


def proven(visitor: Visitor, path: str, recipient: str) -> Sheet:
    """The page at ``path`` after its owner has shown to be it, by a code to the phone."""
    before = visitor.codes_so_far(recipient)
    asked = visitor.get(path)
    assert asked.path.startswith("/account/prove/"), asked.text
    waiting = visitor.fill(asked, {"way": "sms"})
    sheet = visitor.fill(waiting, {"code": visitor.code(recipient, number=before + 1)})
    assert sheet.path == path, sheet.text
    return sheet


def form_to(sheet: Sheet, action: str) -> Form:
    """The form of the page that goes there."""
    return next(form for form in sheet.paper.forms if form.action == action)


def register_again(visitor: Visitor, phone: str) -> Account:
    """A new account on a phone that got codes before."""
    recipient = f"+86{phone}"
    before = visitor.codes_so_far(recipient)
    waiting = visitor.begin_registering(phone)
    sheet = visitor.fill(waiting, {"code": visitor.code(recipient, number=before + 1)})
    name = numbers.name("reborn")
    sheet = visitor.fill(sheet, {"name": name, "password": PASSWORD, "password_again": PASSWORD})
    assert sheet.path == "/register/done/", sheet.text
    return Account(name, recipient)


@pytest.mark.clause("1.13", "1.29", "1.30", "1.34")
@pytest.mark.parametrize(
    ("language", "name", "phone", "told", "done"),
    [
        ("en", "old.lighthouse", "+8613900000056", "lighthouse@example.com", "You have an ID account"),
        ("zh-CN", "old.pier", "+8613900000057", "+8613900000057", "您使用的是 ID 账号"),
    ],
)
def test_a_legacy_account_is_upgraded_and_signs_in_as_an_id_account(
    new_visitor: NewVisitor, center: Center, language: str, name: str, phone: str, told: str, done: str
) -> None:
    # The sandbox of an earlier run may have upgraded it.
    change(center, f"UPDATE accounts_account SET kind = 'legacy' WHERE name_key = '{name}'")
    visitor = new_visitor(language)
    home = visitor.sign_in(name, kind="legacy")
    assert home.path == "/", home.text
    tenant = visitor.tenant_id()
    visitor.send(home, form_to(home, "/account/upgrade/later/"), {})
    assert 'href="/account/upgrade/"' not in visitor.get("/").answer.text
    confirm = proven(visitor, "/account/upgrade/confirm/", phone)
    assert done in visitor.send(confirm, confirm.paper.form_with("name"), {}).text
    assert visitor.tenant_id() == tenant
    again = new_visitor(language)
    assert again.sign_in(name).path == "/"
    assert again.tenant_id() == tenant
    assert visitor.message_saying(name, told)


@pytest.mark.clause("1.12")
@pytest.mark.parametrize(("language", "gone"), [("en", "Your ID account is deleted"), ("zh-CN", "您的 ID 账号已注销")])
def test_an_account_takes_its_copy_is_deleted_and_its_phone_registers_again(
    new_visitor: NewVisitor, language: str, gone: str
) -> None:
    visitor, phone = new_visitor(language), numbers.phone()
    account = visitor.register(phone)
    page = proven(visitor, "/account/privacy/copy/", account.contact)
    answer = visitor.send(page, page.paper.forms[-1], {}).answer
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        data = json.loads(archive.read("data.json"))
    assert (data["account"][0]["name"], data["account"][0]["phone"]) == (account.name, account.contact)
    last = proven(visitor, "/account/privacy/delete/confirm/", account.contact)
    refused = visitor.fill(last, {"name": "another.name", "understood": "on"})
    assert refused.status == 422
    left = visitor.fill(refused, {"name": account.name, "understood": "on"})
    assert left.path == "/goodbye/"
    assert gone in left.text
    assert not visitor.is_signed_in()
    assert visitor.message_saying(account.name, account.contact)
    assert "signin.wrong_password" in new_visitor(language).sign_in(account.name, PASSWORD).paper.refusals
    newcomer = new_visitor(language)
    reborn = register_again(newcomer, phone)
    assert account.name not in newcomer.get("/account/").text
    assert reborn.name in newcomer.get("/account/").text


@pytest.mark.clause("1.12")
def test_with_a_tenant_the_account_stays_and_says_why(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    visitor.register()
    visitor.activate()
    page = visitor.get("/account/privacy/delete/")
    assert "belongs to this account" in page.text
    assert "privacy.tenant_still_open" in page.paper.refusals
