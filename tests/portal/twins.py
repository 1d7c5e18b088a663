"""Two copies of one request, as a double click or a browser's own retry sends them, and what the person sees of it."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from itertools import count, product
from typing import Any
from urllib.parse import urljoin

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from account_center.accounts.queries import account
from account_center.audit.models import Event
from account_center.plumbing.session_row import Session

ADDRESSES = count(1)
FOLLOWED = 5
REFUSAL = re.compile(r'data-code="([^"]+)"')
NOTE = re.compile(r'<p class="note note-\w+">([^<]+)</p>')
# How often something was tried is counted for each request.
COUNTS = {"plumbing_limitcounter", "django_session", "plumbing_session"}


def a_browser(cookies: SimpleCookie | None = None, address: str = "") -> Client:
    """A browser that has these cookies; without an address it has one of its own, whose limits nobody else uses up."""
    number = next(ADDRESSES)
    browser = Client(
        headers={"accept-language": "en"},
        REMOTE_ADDR=address or f"198.51.{number // 250 % 250}.{number % 250 + 1}",
        enforce_csrf_checks=True,
        raise_request_exception=True,
    )
    if cookies is not None:
        browser.cookies = SimpleCookie({name: one.value for name, one in cookies.items()})
    return browser


@dataclass(frozen=True)
class Seen:
    """Where a browser ended, and what it was told there."""

    status: int
    path: str
    told: tuple[str, ...]
    account: int | None


@dataclass
class Click:
    """A browser with a form that was filled in."""

    browser: Client
    path: str
    typed: dict[str, Any]
    answers: list[Any] = field(default_factory=list)
    before: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        if "csrf" not in self.browser.cookies:
            self.browser.cookies["csrf"] = "c" * 32  # as the page with the form has left it

    def send(self) -> None:
        """One click more, with the cookies from before all of them."""
        clicking = a_browser(self.browser.cookies, self.browser.defaults["REMOTE_ADDR"])
        typed = {name: again(value) for name, value in self.typed.items()}
        token = self.browser.cookies["csrf"].value
        self.answers.append(clicking.post(self.path, {"csrfmiddlewaretoken": token, **typed}))

    def seen(self) -> Iterator[Seen]:
        """What is seen whichever answer is shown, and whichever cookies came last."""
        for order, shown in product((self.answers, self.answers[::-1]), self.answers):
            jar = SimpleCookie({name: one.value for name, one in self.browser.cookies.items()})
            for answer in order:
                keep(jar, answer.cookies)
            with transaction.atomic():
                yield self._followed(a_browser(jar, self.browser.defaults["REMOTE_ADDR"]), shown)
                transaction.set_rollback(True)

    def _followed(self, browser: Client, answer: Any) -> Seen:
        path = self.path
        for _ in range(FOLLOWED):
            if answer.status_code != 302:
                break
            path = urljoin(path, answer["Location"])
            answer = browser.get(path)
            cookies = browser.cookies
            browser.cookies = SimpleCookie()
            keep(browser.cookies, cookies)
        html = answer.content.decode()
        told = tuple(REFUSAL.findall(html) + NOTE.findall(html))
        return Seen(answer.status_code, path.split("?")[0], told, who_is_in(browser))


def again(value: Any) -> Any:
    """A file is read by each request from its beginning."""
    return value() if callable(value) else value


def keep(jar: SimpleCookie, cookies: SimpleCookie) -> None:
    """What a browser does with the cookies of an answer."""
    for name, one in cookies.items():
        if one.value and one["max-age"] != 0:
            jar[name] = one.value
        else:
            jar.pop(name, None)


def who_is_in(browser: Client) -> int | None:
    """Whose session the browser has, if it still counts."""
    cookie = browser.cookies.get(settings.SESSION_COOKIE_NAME)
    row = Session.objects.filter(session_key=cookie.value).first() if cookie else None
    owner = account(row.account_id) if row and row.account_id else None
    return owner.id if row and owner and owner.mark == row.mark else None


def rows() -> Counter[str]:
    """How many rows each table has, and each event."""
    tables = [model._meta.db_table for model in apps.get_models() if model._meta.db_table not in COUNTS]
    asked = " UNION ALL ".join(f"SELECT '{table}', COUNT(*) FROM \"{table}\"" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(asked)
        found = Counter(dict(cursor.fetchall()))
    found.update(Counter(Event.objects.values_list("name", flat=True)))
    found["signed in"] = Session.objects.filter(account_id__isnull=False).count()
    return found
