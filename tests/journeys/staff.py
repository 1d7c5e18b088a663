"""The demo staff enter the console over real HTTP."""

import re
import time

from account_center.kit.demo_people import DEMO_PASSWORD
from tests.journeys.visiting import ARRIVES_WITHIN, Sheet, Visitor

_used: dict[tuple[int, str], str] = {}
_inside: dict[tuple[int, str], str] = {}


def code_of(visitor: Visitor, name: str) -> str:
    """What the sandbox's authenticator app shows for a member of staff."""
    found = re.search(rf"{re.escape(name)}\D*?(\d{{3}} ?\d{{3}})", visitor.get("/sandbox/").text)
    assert found
    return found[1].replace(" ", "")


def unused_code(visitor: Visitor, name: str) -> str:
    """The same, once it differs from the one used last: each code counts once, and lives for half a minute."""
    key = (visitor.center.port, name)
    deadline = time.monotonic() + ARRIVES_WITHIN
    while (code := code_of(visitor, name)) == _used.get(key):
        assert time.monotonic() < deadline, f"the app of {name} shows no new code"
        time.sleep(0.5)
    _used[key] = code
    return code


def sign_in(visitor: Visitor, name: str) -> Sheet:
    """Name, password, and a code that nobody has used: the start page of the console."""
    asking = visitor.fill(visitor.get("/console/"), {"identifier": name, "password": DEMO_PASSWORD})
    assert asking.path == "/console/sign-in/code", asking.text
    sheet = visitor.fill(asking, {"code": unused_code(visitor, name)})
    assert sheet.path == "/console/", sheet.text
    return sheet


def enter(visitor: Visitor, name: str) -> Sheet:
    """The start page of the console. Visitors of one center share the session of a member of staff: codes are few."""
    key = (visitor.center.port, name)
    if key in _inside:
        visitor.client.cookies.set("session", _inside[key], domain="127.0.0.1")
        sheet = visitor.get("/console/")
        if sheet.path == "/console/":
            return sheet
        visitor.client.cookies.delete("session", domain="127.0.0.1")
    sheet = sign_in(visitor, name)
    _inside[key] = visitor.client.cookies["session"]
    return sheet
