"""The menu at the side marks where one is, also on the pages of a single task."""

import re
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from tests.portal.visiting import Customer
from tests.realname.making import a_tenant
from tests.signin.making import a_phone, an_account

MARKED = re.compile(r'<a href="([^"]*)" aria-current="(page|true)">')
CONVERTED = re.compile(r"<(?:(\w+):)?\w+>")
EXAMPLES = {"uuid": "6d9ff2b4-6f3c-4a87-9f6f-3f4f0d6f4a11", "int": "7"}


def marked(path: str) -> list[tuple[str, str]]:
    """Address and kind of the marked entries in the menu of the page at ``path``."""
    request = RequestFactory().get(path)
    request.resolver_match = resolve(path)
    user = SimpleNamespace(is_authenticated=True, kind="id")
    return MARKED.findall(render_to_string("look/nav.html", {"user": user}, request))


def pages_below(start: str) -> list[str]:
    """An example of each address of the portal that begins so."""
    portal = next(one for one in get_resolver().url_patterns if getattr(one, "app_name", "") == "portal")
    assert isinstance(portal, URLResolver)
    routes = [str(one.pattern) for one in portal.url_patterns if isinstance(one, URLPattern)]
    return ["/" + CONVERTED.sub(_example, route) for route in routes if f"/{route}".startswith(start)]


def _example(converter: re.Match[str]) -> str:
    return EXAMPLES.get(converter[1] or "str", "example")


@pytest.mark.clause("3.1.18")
@pytest.mark.parametrize(
    ("start", "entry"),
    [
        ("/verification/", "/verification/"),
        ("/account/security/", "/account/security/"),
        ("/account/prove/", "/account/security/"),
        ("/account/emergency-contacts/", "/account/security/"),
        ("/account/history/", "/account/history/"),
        ("/account/privacy/", "/account/privacy/"),
        ("/account/upgrade/", "/account/"),
        ("/account/name/", "/account/"),
        ("/account/messages/", "/account/"),
        ("/cloud/name/", "/account/"),
        ("/cloud/activate/", "/cloud/activate/"),
    ],
)
def test_every_page_of_a_task_marks_the_entry_it_belongs_to(start: str, entry: str) -> None:
    pages = pages_below(start)
    assert pages
    for page in pages:
        assert marked(page) == [(entry, "page" if page == entry else "true")], page


def test_the_home_page_marks_itself_and_the_help_pages_nothing() -> None:
    assert marked("/") == [("/", "page")]
    assert marked("/support/") == []


@pytest.mark.django_db
@pytest.mark.clause("3.1.18")
@pytest.mark.parametrize("name", ["portal:bank_card", "portal:bank_account", "portal:document", "portal:organisation"])
def test_a_way_of_verification_is_shown_under_real_name_verification(name: str) -> None:
    account = an_account(phone=a_phone())
    a_tenant(account)
    page = Customer(account).get(name)
    side = re.search(r'<nav class="side.*?</nav>', page.html, re.DOTALL)
    assert side, page.text
    assert MARKED.findall(side[0]) == [("/verification/", "true")]
