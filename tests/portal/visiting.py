"""Customers at the pages: Django's test client, and what a reader sees of a page."""

from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from typing import Any

from django.test import Client
from django.urls import reverse

from account_center.accounts.models import Account
from account_center.accounts.types import AccountFacts
from account_center.messaging.delivery import deliver_message
from account_center.messaging.models import Message
from account_center.signin.models import Challenge
from account_center.signin.services.codes import challenge
from tests.signin.making import PASSWORD, code_in

SILENT = {"script", "style"}
SPOKEN = ("aria-label", "placeholder", "title", "alt", "data-label")


@dataclass
class Page(HTMLParser):
    """A page as it came: its status, its text and the values of its fields."""

    status: int
    path: str
    html: str
    texts: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    checked: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()
        self._silent = 0
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self._silent += tag in SILENT
        self.texts += [found[name] for name in SPOKEN if found.get(name)]
        self.ids.add(found.get("id", ""))
        if tag == "a":
            self.links.append(found.get("href", ""))
        if tag == "input" and "name" in found:
            self.values[found["name"]] = found.get("value", "")
            self.checked |= {found["name"]} if "checked" in found else set()

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if words and not self._silent:
            self.texts.append(words)

    @cached_property
    def text(self) -> str:
        return " ".join(self.texts)


class Customer:
    """One browser, signed in with ``account`` if there is one."""

    def __init__(self, account: AccountFacts | None = None, *, language: str = "en") -> None:
        self.client = Client(headers={"accept-language": language})
        if account is not None:
            self.client.force_login(Account.objects.get(pk=account.id))

    def get(self, name: str, *args: str, **query: str) -> Page:
        return _page(self.client.get(reverse(name, args=args), query, follow=True))

    def at(self, path: str) -> Page:
        return _page(self.client.get(path, follow=True))

    def send(self, name: str, /, *args: str, **typed: Any) -> Page:
        return _page(self.client.post(reverse(name, args=args), typed, follow=True))

    def poll(self, name: str, *args: str) -> Any:
        return self.client.get(reverse(name, args=args), headers={"hx-request": "true"})


def _page(response: Any) -> Page:
    return Page(response.status_code, response.request["PATH_INFO"], response.content.decode())


def deliver_everything() -> None:
    """What the worker does with the messages that wait."""
    for message in Message.objects.all():
        deliver_message(message_id=message.pk)


def newest_code() -> str:
    """The digits in the message that was sent last."""
    view = challenge(Challenge.objects.latest("pk").public_id)
    assert view
    return code_in(view)


def begin_registration(visitor: Customer, recipient: str, *, country: str = "CN") -> Page:
    return visitor.send("portal:register", country=country, recipient=recipient, agree="on")


def name_and_password(name: str, password: str = PASSWORD) -> dict[str, str]:
    return {"name": name, "password": password, "password_again": password}
