"""Every address of the customers' pages that names something: with somebody else's it is as if it were not there.

Made from the list of addresses, so that a new one without a thing to name fails here until it is said how to make one.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, reverse

from account_center.accounts.types import AccountFacts
from account_center.kit.clock import now
from account_center.portal.fresh import PROOFS
from account_center.portal.urls import urlpatterns
from account_center.realname.types import ApplicationView, ReviewReason
from account_center.signin.services.fresh import _proven
from account_center.signin.types import SensitiveAction, WayToProve
from account_center.tenants.types import TenantFacts
from tests.appapi.test_matrix import belongings_of
from tests.portal.visiting import Customer
from tests.realname.making import (
    CARDS,
    a_claim,
    a_reviewer,
    a_tenant,
    all_reencoded,
    begin,
    decide,
    photo,
    submit,
    verify,
)
from tests.realname.partnering import a_site, agreed
from tests.realname.scanning import show, take
from tests.realname.transferring import fail, money_arrives, submit_account
from tests.signin.making import a_phone, an_account, owner_of

pytestmark = pytest.mark.django_db
PIECE = re.compile(r"<(?:(\w+):)?(\w+)>")
# What an address names that belongs to nobody: a kind, a word, a page.
OF_NOBODY = {"kind", "nature", "certificate", "acting", "what", "action"}
# The address itself is the proof there: whoever has it is let in (tests of their own say how far).
BY_ITSELF = {
    "recovery_stop",
    "emergency_leave",
    "not_me",
    "objection",
    "scan_link",
    "scan_not_me_link",
    # The chosen contact counts in a recovery of one's own session only; without one these lead back to its beginning.
    "recovery_contact_ask",
    "recovery_contact_code",
}


def parts(address: URLPattern) -> list[str]:
    return [name for _kind, name in PIECE.findall(str(address.pattern)) if name not in OF_NOBODY]


ADDRESSES = {str(one.name): one for one in urlpatterns if parts(one)}
NAMED = sorted(ADDRESSES.keys() - BY_ITSELF)


@pytest.fixture(autouse=True)
def _quick_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("account_center.realname.services.evidence.reencode_images", all_reencoded)


def _a_draft(tenant: Any) -> ApplicationView:
    return begin(tenant)


def _a_scan(tenant: Any) -> ApplicationView:
    return show(tenant).view


def _a_transfer(tenant: Any) -> ApplicationView:
    view = submit_account(tenant)
    money_arrives(view)
    return view


def _asked_again(tenant: Any) -> ApplicationView:
    view = submit(tenant)
    decide(a_reviewer(), view, back=ReviewReason.BLURRED)
    return view


ATTEMPTS: tuple[Callable[[Any], ApplicationView], ...] = (_a_draft, _a_scan, _a_transfer, submit, _asked_again)


def named_by(name: str) -> Iterator[tuple[AccountFacts, dict[str, Any]]]:
    """Somebody, and one of everything of his that this address can name."""
    wanted, path = parts(ADDRESSES[name]), str(ADDRESSES[name].pattern)
    of_attempts = path.startswith("verification/")
    for attempt in ATTEMPTS if of_attempts and "reference" in wanted else (_a_draft,):
        account = an_account(phone=a_phone())
        tenant = a_tenant(account)
        if of_attempts:
            things = {"agreement": agreed(tenant, a_site()).id, "reference": attempt(tenant).reference}
        elif "handover" in wanted:
            things = {"handover": take(show(tenant))}
        else:
            things = dict(belongings_of(account))
            things["event_id"] = things.pop("number")
        yield account, {part: things[part] for part in wanted}


def nothing_like(named: dict[str, Any]) -> dict[str, Any]:
    """The same shape, of nobody at all."""
    said: dict[str, Any] = {}
    for part, value in named.items():
        if isinstance(value, int):
            said[part] = 2**40
        elif part == "reference":
            said[part] = value[:2] + "ZZZZZZZZZZ"[: len(value) - 2]
        else:
            said[part] = uuid4()
    return said


def everything() -> dict[str, list[Any]]:
    """Every row but those that note that somebody came by."""
    passing = {"LimitCounter", "Turn", "Session", "Job", "Recurrence", "CacheEntry"}
    models = [model for model in apps.get_models() if model.__module__.startswith("account_center")]
    return {
        model.__name__: list(model._default_manager.order_by("pk").values())
        for model in models
        if model.__name__ not in passing
    }


def other_kinds(address: URLPattern) -> dict[str, str]:
    return {name: "x" for _kind, name in PIECE.findall(str(address.pattern)) if name in OF_NOBODY}


def ask(stranger: Customer, method: str, name: str, named: dict[str, Any]) -> tuple[int, str, str]:
    """Status, where it led to, and the page, without what differs between any two pages."""
    path = reverse(f"portal:{name}", kwargs={**named, **other_kinds(ADDRESSES[name])})
    typed = {
        "code": "123456",
        "amount": "0.50",
        "text": "x",
        "name": "x",
        "key": str(uuid4()),
        "kind": "other",
        "picture": SimpleUploadedFile("a.jpg", photo("red"), "image/jpeg"),
        "back": SimpleUploadedFile("b.jpg", photo("blue"), "image/jpeg"),
    }
    asked = (
        stranger.client.get(path, follow=True) if method == "GET" else stranger.client.post(path, typed, follow=True)
    )
    html = re.sub(
        r'(name="(?:csrfmiddlewaretoken|key)" value|"X-CSRFToken"|data-\w+)(?:="|: ")[^"]*"', "", asked.content.decode()
    )
    where = asked.request["PATH_INFO"]
    for value in named.values():
        where, html = where.replace(str(value), "…"), html.replace(str(value), "…")
    return asked.status_code, where, html


def a_stranger() -> Customer:
    """A customer like any other, who has just shown everything that can be asked of him."""
    account = an_account(phone=a_phone())
    a_tenant(account)
    stranger = Customer(account)
    session = stranger.client.session
    proven = {
        action.value: str(_proven(owner_of(account), account, action, WayToProve.SMS, now=now()))
        for action in SensitiveAction
    }
    session[PROOFS] = proven
    session.save()
    return stranger


@pytest.mark.parametrize("name", NAMED)
def test_what_belongs_to_somebody_else_is_as_if_it_were_not_there(name: str) -> None:
    stranger = a_stranger()
    for _owner, theirs in named_by(name):
        nobodys = nothing_like(theirs)
        for method in ("GET", "POST"):
            stranger.client.get(reverse("portal:home"))
            before = everything()
            seen = ask(stranger, method, name, theirs)
            assert everything() == before, (name, method, seen[0])
            unseen = ask(stranger, method, name, nobodys)
            assert seen == unseen, (name, method)
            assert seen[0] in (200, 403, 404, 405), (name, method)
            assert seen[0] != 200 or seen[1] != reverse(
                f"portal:{name}", kwargs={**theirs, **other_kinds(ADDRESSES[name])}
            )


def _refused_by_card(tenant: TenantFacts) -> ApplicationView:
    return verify(tenant, a_claim(card=CARDS["wrong_name"]))


def _refused_document(tenant: TenantFacts) -> ApplicationView:
    view = submit(tenant)
    decide(a_reviewer(), view, front=ReviewReason.FORGED)
    return view


def _failed_transfer(tenant: TenantFacts) -> ApplicationView:
    view = submit_account(tenant)
    fail(tenant, view)
    return view


FORMS = [
    ("portal:bank_card", [], _refused_by_card),
    ("portal:scan", [], _refused_by_card),
    ("portal:bank_account", [], _failed_transfer),
    ("portal:document_form", ["hkm_permit"], _refused_document),
    ("portal:organisation_form", ["enterprise", "business_licence", "representative"], _failed_transfer),
]


@pytest.mark.parametrize(("name", "parts_of_it", "attempt"), FORMS, ids=[name for name, *_ in FORMS])
def test_a_form_is_not_filled_in_with_what_somebody_else_typed(
    name: str, parts_of_it: list[str], attempt: Callable[[TenantFacts], ApplicationView]
) -> None:
    view, stranger = attempt(a_tenant()), a_stranger()
    nobodys = view.reference[:2] + "Z" * (len(view.reference) - 2)
    before = everything()
    seen = []
    for reference in (view.reference, nobodys):
        page = stranger.client.get(reverse(name, args=parts_of_it), {"again": reference})
        assert page.status_code == 200
        html = re.sub(
            r'name="(?:csrfmiddlewaretoken|key)" value="[^"]*"|"X-CSRFToken": "[^"]*"', "", page.content.decode()
        )
        seen.append(html.replace(reference, "…"))
    assert seen[0] == seen[1]
    assert everything() == before


def test_every_address_that_names_something_is_tried() -> None:
    assert ADDRESSES.keys() >= BY_ITSELF
    known = {"reference", "contact", "device", "session", "passkey", "agreement", "event_id", "handover"}
    assert {part for name in NAMED for part in parts(ADDRESSES[name])} <= known
    assert len(NAMED) > 20
