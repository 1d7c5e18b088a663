"""What strangers and other customers try, over real HTTP."""

import io
import os
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.urls import URLPattern, get_resolver, reverse
from PIL import Image

from account_center.kit.demo_people import DEMO_PASSWORD
from tests.architecture.test_urls import PUBLIC, addresses, listed
from tests.journeys import numbers
from tests.journeys.visiting import ARRIVES_WITHIN, PASSWORD, Sheet, Visitor
from tests.product import Center

NewVisitor = Callable[..., Visitor]
# These prove their callers by a token or a link of their own, so a form's token would say nothing.
WITHOUT_FORM_TOKEN = ("serviceapi:", "appapi:", "no_such_app_address", "messaging:unsubscribe")
ID = "00000000-0000-4000-8000-000000000000"
SAMPLES = {"int": 1, "uuid": ID, "uuidstr": ID, "slug": "email"}
NAMED = {"reference": "RN2222222222", "what": "email", "kind": "same_person"}


def paths() -> Iterator[tuple[str, str]]:
    """Every address of the product with an invented object in it."""
    for name, entry in addresses(get_resolver()):
        if entry.name:
            yield name, reverse(name, kwargs=_sample(entry))


def _sample(entry: URLPattern) -> dict[str, Any]:
    kinds = {key: type(one).__name__.removesuffix("Converter").lower() for key, one in entry.pattern.converters.items()}
    return {key: NAMED.get(key) or SAMPLES.get(kind, "x1") for key, kind in kinds.items()}


ALL = sorted(paths())
CLOSED = [(name, path) for name, path in ALL if listed(name) not in PUBLIC]
FORMS = [(name, path) for name, path in ALL if not name.startswith(WITHOUT_FORM_TOKEN)]
CONSOLE = [(name, path) for name, path in CLOSED if name.startswith("console:")]


def test_a_stranger_is_asked_to_sign_in_wherever_it_is_not_public(visitor: Visitor) -> None:
    for name, path in CLOSED:
        answer = visitor.client.get(path, follow_redirects=False)
        assert answer.status_code in (302, 405), name
        if answer.status_code == 302:
            assert answer.headers["Location"].startswith(("/sign-in/?next=", "/console/sign-in")), name


def test_public_pages_answer_strangers_without_a_fault(visitor: Visitor) -> None:
    for name, path in ALL:
        if listed(name) in PUBLIC:
            assert visitor.client.get(path, follow_redirects=False).status_code < 500, name


def test_no_form_is_taken_without_its_token(visitor: Visitor) -> None:
    visitor.sign_in("lin.unverified")
    for name, path in FORMS:
        answer = visitor.client.post(path, data={"name": "x", "language": "en"}, follow_redirects=False)
        assert answer.status_code == 403, name
        assert "This form is too old" in answer.text, name
    assert visitor.is_signed_in()


def test_a_token_of_another_site_is_refused(visitor: Visitor) -> None:
    page = visitor.get("/register/")
    for origin in ("https://evil.example", "null", "http://localhost.evil.example", "http://127.0.0.1.evil.example"):
        values = {"country": "CN", "recipient": numbers.phone(), "agree": "on"}
        assert visitor.fill(page, values, headers={"Origin": origin}).status == 403, origin


def test_a_customer_finds_no_console(visitor: Visitor) -> None:
    visitor.sign_in("zhou.verified")
    for name, path in CONSOLE:
        answer = visitor.client.get(path, follow_redirects=False)
        assert answer.status_code in (404, 405), name


def test_another_customers_application_is_not_there(visitor: Visitor, new_visitor: NewVisitor) -> None:
    visitor.register()
    visitor.activate()
    waiting = visitor.submit_card(numbers.person(), numbers.card())
    reference = waiting.path.split("/")[2]
    other = new_visitor()
    other.register()
    other.activate()
    for path in (f"/verification/{reference}/", f"/verification/{reference}/code/"):
        assert other.get(path).status == 404, path
    token = other.get("/verification/bank-card/").paper.form_with("card").values["csrfmiddlewaretoken"]
    for path in (f"/verification/{reference}/code/", f"/verification/{reference}/cancel/"):
        answer = other.client.post(path, data={"csrfmiddlewaretoken": token, "code": "123456"})
        assert answer.status_code == 404, path
    # Nothing happened to it.
    assert "code" in visitor.get(waiting.path).paper.form_with("code").names


EVIL = [
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https://evil.example/",
    "/\t/evil.example",
    "\t//evil.example",
    "/\n/evil.example",
    "///evil.example",
    "javascript:alert(1)",
    "http:///evil.example",
    "/%09/evil.example/..//",
    "/@evil.example",
    " //evil.example",
]


@pytest.mark.parametrize("onward", EVIL)
def test_after_signing_in_nobody_is_sent_to_another_site(visitor: Visitor, onward: str) -> None:
    visitor.bring_trusted_device("lin.unverified")
    page = visitor.get("/sign-in/", params={"next": onward})
    form = page.paper.form_with("identifier")
    for posted in (form.values["next"], onward):
        answer = visitor.client.post(
            str(page.answer.url),
            data={**form.values, "identifier": "lin.unverified", "password": DEMO_PASSWORD, "next": posted},
            follow_redirects=False,
        )
        # Signed in already, the second post is led onward in the same way or refused as an old form.
        assert answer.status_code in (302, 403)
        goal = httpx.URL(str(page.answer.url)).join(answer.headers.get("Location", "/"))
        assert goal.host == "127.0.0.1"


def test_a_path_of_our_own_is_where_one_goes_on(visitor: Visitor) -> None:
    visitor.bring_trusted_device("lin.unverified")
    asked = visitor.get("/account/security/")
    assert asked.path == "/sign-in/"
    page = visitor.fill(asked, {"identifier": "lin.unverified", "password": DEMO_PASSWORD})
    assert page.path == "/account/security/"


@pytest.mark.parametrize("onward", ["//evil.example", "/\\evil.example", "https://evil.example"])
def test_the_language_switch_leads_nobody_away(visitor: Visitor, onward: str) -> None:
    page = visitor.get("/")
    token = page.paper.root.first("input", name="csrfmiddlewaretoken")
    assert token is not None
    data = {"csrfmiddlewaretoken": token.attrs["value"], "language": "en", "next": onward}
    answer = visitor.client.post("/language/", data=data, follow_redirects=False)
    assert httpx.URL("http://127.0.0.1/").join(answer.headers["Location"]).host == "127.0.0.1"


def test_the_session_id_changes_at_sign_in_and_a_planted_one_is_worth_nothing(
    visitor: Visitor, new_visitor: NewVisitor
) -> None:
    # A code asked for starts a session before anybody has signed in.
    visitor.fill(visitor.get("/sign-in/code/"), {"recipient": numbers.email()})
    planted = visitor.client.cookies["session"]
    attacker = new_visitor()
    attacker.client.cookies.set("session", planted, domain="127.0.0.1")
    visitor.sign_in("lin.unverified")
    assert visitor.client.cookies["session"] != planted
    assert visitor.is_signed_in()
    assert not attacker.is_signed_in()
    invented = new_visitor()
    invented.client.cookies.set("session", "a" * 32, domain="127.0.0.1")
    invented.sign_in("lin.unverified")
    assert invented.client.cookies["session"] != "a" * 32


def shape(sheet: Sheet, *private: str) -> dict[str, object]:
    """All that could tell two answers apart, without what must differ: what was typed, tokens, the clock."""
    chain = [*sheet.answer.history, sheet.answer]
    text = sheet.text
    for secret in private:
        text = text.replace(secret, "…")
    return {
        "statuses": [one.status_code for one in chain],
        "places": [one.url.path for one in chain],
        "headers": [sorted(set(one.headers) - {"date"}) for one in chain],
        "cookies": [sorted(one.cookies) for one in chain],
        "codes": sorted(sheet.paper.refusals),
        "text": text,
    }


@pytest.mark.parametrize("identifier", ["name", "mailbox", "phone"])
def test_a_wrong_password_tells_nothing_about_the_account(new_visitor: NewVisitor, identifier: str) -> None:
    made: dict[str, Callable[[], str]] = {"name": numbers.name, "mailbox": numbers.email, "phone": numbers.phone}
    known, unknown = made[identifier](), made[identifier]()
    # An account of its own: the wrong tries at a demo person's would count against the other tests.
    if identifier == "name":
        new_visitor().register(account=known)
    else:
        new_visitor().register(known)
    seen = [shape(new_visitor().sign_in(typed, "a wrong password"), typed) for typed in (known, unknown)]
    assert seen[0] == seen[1]


@pytest.mark.clause("3.1.16", "3.1.17")
@pytest.mark.parametrize("way", ["sign-in", "register"])
@pytest.mark.parametrize("contact", ["phone", "email"])
def test_asking_for_a_code_tells_nothing_about_the_account(new_visitor: NewVisitor, way: str, contact: str) -> None:
    known, unknown = (numbers.phone() if contact == "phone" else numbers.email() for _ in range(2))
    new_visitor().register(known)
    seen = []
    for typed in (known, unknown):
        visitor = new_visitor()
        if way == "register":
            sheet = visitor.begin_registering(typed)
        else:
            sheet = visitor.fill(visitor.get("/sign-in/code/"), {"recipient": typed})
        masked = f"{typed[:3]} {typed[-4:]}"
        # How far the message has come by now says how busy the machine is, and nothing about the account.
        delivery = sheet.paper.root.first("p", id="delivery")
        assert delivery is not None
        seen.append(shape(sheet, delivery.text, typed, masked, typed[:3], typed[-4:]))
    texts = [str(one.pop("text")) for one in seen]
    assert seen[0] == seen[1]
    assert abs(len(texts[0]) - len(texts[1])) <= 2


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:80", "a b", "", "[::1", "x" * 300]
)
def test_a_strange_host_gets_no_page(center: Center, host: str) -> None:
    address = f"http://127.0.0.1:{center.port}/sign-in/"
    answer = httpx.get(address, headers={"Host": host}, timeout=ARRIVES_WITHIN, trust_env=False)
    assert answer.status_code == 400
    assert "evil.example" not in answer.text


def test_a_forged_forwarded_host_changes_nothing(visitor: Visitor) -> None:
    headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-For": "nonsense, 1.2.3.4,,", "X-Forwarded-Proto": "x"}
    answer = visitor.get("/account/", headers=headers, follow_redirects=False)
    assert answer.status == 302
    assert "evil" not in answer.answer.text + answer.answer.headers["Location"]


def test_every_page_carries_the_security_headers(visitor: Visitor) -> None:
    visitor.sign_in("zhou.verified")
    for name, path in ALL:
        answer = visitor.client.get(path, follow_redirects=False)
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, name
        assert "unsafe" not in policy, name
        assert "frame-ancestors 'none'" in policy, name
        assert answer.headers["X-Frame-Options"] == "DENY", name
        assert answer.headers["X-Content-Type-Options"] == "nosniff", name
        assert answer.headers["Referrer-Policy"] == "same-origin", name
        assert "no-store" in answer.headers["Cache-Control"], name


def test_the_cookies_are_closed_to_scripts_and_other_sites(center: Center) -> None:
    visitor = Visitor(center)
    visitor.sign_in("lin.unverified")
    page = visitor.get("/sign-in/")
    set_cookies = [line for one in (*page.answer.history, page.answer) for line in one.headers.get_list("set-cookie")]
    fresh = Visitor(center)
    first = fresh.get("/register/")
    set_cookies += first.answer.headers.get_list("set-cookie")
    assert set_cookies
    for line in set_cookies:
        assert "HttpOnly" in line, line
        assert "SameSite=Lax" in line, line


# -- Files ------------------------------------------------------------------------------------------------------------


def picture(kind: str = "JPEG", size: tuple[int, int] = (640, 480), **more: Any) -> bytes:
    out = io.BytesIO()
    image = Image.effect_noise(size, 60).convert("RGB")
    image.save(out, kind, **more)
    return out.getvalue()


def with_position() -> bytes:
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 13.0, 7.0), 3: "E", 4: (121.0, 28.0, 1.0)})
    exif[0x010F] = "NOBODYS-CAMERA"
    return picture(exif=exif)


def bomb(side: int = 20_000) -> bytes:
    """A PNG of a few bytes that claims side × side pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    lines = zlib.compress(bytes(side // 8 + 1) * side, 9)
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400"><script>alert(1)</script></svg>'
REFUSED = {
    "svg": SVG,
    "html": b"<!doctype html><script>alert(1)</script>",
    "empty": b"",
    "truncated": picture()[:2000],
    "bomb": bomb(),
    "pdf": b"%PDF-1.7\n" + b"0" * 3000,
    "gif": picture("GIF"),
    "tiny": picture(size=(20, 20)),
}


@pytest.fixture(scope="module")
def with_tenant(center: Center) -> Iterator[Visitor]:
    visitor = Visitor(center)
    visitor.register()
    visitor.activate()
    yield visitor
    visitor.client.close()


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_usable_picture_is_refused_and_nothing_typed_is_lost(with_tenant: Visitor, kind: str) -> None:
    person, card = numbers.person(), numbers.card()
    page = with_tenant.get("/verification/bank-card/")
    typed = {"name": person.name, "id_number": person.id_number, "card": card, "phone": person.phone}
    typed |= {"consent_data": "on", "consent_face": "on"}
    sheet = with_tenant.fill(page, typed, {"face": ("../../me.jpg", REFUSED[kind], "image/jpeg")})
    assert sheet.status == 422, sheet.text
    form = sheet.paper.form_with("card")
    assert {name: form.values[name] for name in typed} == typed
    face = sheet.paper.root.first("input", name="face")
    assert face is not None
    assert face.attrs.get("aria-invalid") == "true"
    assert not with_tenant.messages(f"+86{person.phone}")


def test_a_picture_of_twelve_megabytes_is_refused_with_a_clear_page(with_tenant: Visitor) -> None:
    huge = picture() + b"\0" * (12 * 1024 * 1024)
    sheet = with_tenant.submit_card(numbers.person(), numbers.card(), face=huge)
    assert sheet.status in (413, 422)
    assert "10 MB" in sheet.text
    assert with_tenant.get("/verification/bank-card/").status == 200


# Long enough not to come up by chance in what is sealed.
JPEG_HEAD = b"\xff\xd8\xff\xe0\x00\x10JFIF"


def files_in(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """What stands there now; the running product may take a file away meanwhile."""
    # Unlike rglob, walk goes on where a folder is taken away.
    for inside, _folders, names in os.walk(folder):
        for one in (Path(inside, name) for name in names):
            with suppress(FileNotFoundError):
                yield one, one.read_bytes()


def test_the_position_in_a_picture_is_kept_nowhere(with_tenant: Visitor, center: Center) -> None:
    sheet = with_tenant.submit_card(numbers.person(), numbers.card(), face=with_position())
    assert sheet.path.endswith("/code/"), sheet.text
    assert JPEG_HEAD in picture(), "a picture in clear would be found"
    for kept, content in files_in(center.data_dir):
        # Neither the camera's words, nor any picture in clear.
        assert b"NOBODYS-CAMERA" not in content, kept
        assert JPEG_HEAD not in content, kept


def test_a_text_typed_as_a_name_never_becomes_part_of_the_page(visitor: Visitor) -> None:
    account = visitor.register()
    visitor.activate()
    for typed in ('"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "a\r\nSet-Cookie: x=1"):
        sheet = visitor.fill(visitor.get("/cloud/name/"), {"name": typed})
        assert "<img src=x" not in sheet.answer.text
        assert "x" not in visitor.client.cookies
    assert account.password == PASSWORD
