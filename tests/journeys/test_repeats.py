"""Double clicks and repeated posts: the same request twice, one after the other and at once, does nothing twice."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urljoin

import httpx
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.journeys import numbers
from tests.journeys.paper import Form
from tests.journeys.visiting import (
    ARRIVES_WITHIN,
    PASSWORD,
    STEP_TRUST,
    Files,
    Sheet,
    Shop,
    Visitor,
    lend_session,
)

NewVisitor = Callable[..., Visitor]


def twice(
    visitor: Visitor, sheet: Sheet, values: Mapping[str, str], files: Files | None = None
) -> list[httpx.Response]:
    """The same form sent by two clicks at the same moment, with the cookies of before both."""
    return twice_sent(visitor, sheet, sheet.paper.form_with(*values, *(files or {})), values, files)


def twice_sent(
    visitor: Visitor, sheet: Sheet, form: Form, values: Mapping[str, str], files: Files | None = None
) -> list[httpx.Response]:
    """The same with one form of the page."""
    goal = urljoin(str(sheet.answer.url), form.action) if form.action else str(sheet.answer.url)
    cookies = {cookie.name: cookie.value or "" for cookie in visitor.client.cookies.jar}
    headers = {"Accept-Language": "en", "Cookie": "; ".join(f"{name}={text}" for name, text in cookies.items())}

    def click(_: int) -> httpx.Response:
        return httpx.post(
            goal,
            data={**form.values, **values},
            files=files,
            headers=headers,
            timeout=ARRIVES_WITHIN,
            trust_env=False,
        )

    with ThreadPoolExecutor(2) as clicks:
        answers = list(clicks.map(click, range(2)))
    # The browser shows the answer to the last click, and keeps its cookies.
    for answer in answers:
        visitor.client.cookies.update(answer.cookies)
    return answers


def fine(answers: list[httpx.Response], onward: str = "") -> None:
    """Both clicks were answered alike, and as if there had been one."""
    assert [answer.status_code for answer in answers] == [302 if onward else 200] * 2, [a.text for a in answers]
    if onward:
        assert {answer.headers["Location"].split("?")[0] for answer in answers} == {onward}


def one_went_on(answers: list[httpx.Response]) -> None:
    """One click sent the code and leads on; the other leads on, too, or says that a code is on its way."""
    assert 302 in {answer.status_code for answer in answers}, [answer.text for answer in answers]
    for answer in answers:
        if answer.status_code != 302:
            assert answer.status_code == 422, answer.text
            assert "signin.code_too_soon" in Sheet(answer).paper.refusals, answer.text


def test_registering_with_double_clicks_opens_one_account(visitor: Visitor, new_visitor: NewVisitor) -> None:
    phone, name = numbers.phone(), numbers.name()
    page = visitor.get("/register/")
    one_went_on(twice(visitor, page, {"country": "CN", "recipient": phone, "agree": "on"}))
    waiting = visitor.get("/register/code/")
    fine(twice(visitor, waiting, {"code": visitor.code(f"+86{phone}")}), "/register/finish/")
    finish = visitor.get("/register/finish/")
    values = {"name": name, "password": PASSWORD, "password_again": PASSWORD}
    fine(twice(visitor, finish, values), "/register/done/")
    assert visitor.is_signed_in()
    again = new_visitor()
    waiting = again.fill(again.get("/sign-in/code/"), {"recipient": f"+86{phone}"})
    # One message came of the two clicks, and behind the phone there is one account: nothing to choose.
    asked = again.fill(waiting, {"code": again.code(f"+86{phone}", number=2)})
    assert again.answer_trust(asked).path == "/"


@pytest.mark.clause("1.41")
def test_activating_with_a_double_click_makes_one_tenant(visitor: Visitor) -> None:
    account = visitor.register()
    fine(twice(visitor, visitor.get("/cloud/activate/"), {"name": account.name}))
    assert visitor.tenant_id()
    assert visitor.get("/").status == 200


def test_the_bank_card_form_sent_twice_leaves_one_application(visitor: Visitor, shop: Shop) -> None:
    visitor.register()
    visitor.activate()
    person = numbers.person()
    typed = {"name": person.name, "id_number": person.id_number, "card": numbers.card(), "phone": person.phone}
    typed |= {"consent_data": "on", "consent_face": "on"}
    files = {"face": ("face.png", visitor.face("same_person"), "image/png")}
    answers = twice(visitor, visitor.get("/verification/bank-card/"), typed, files)
    one_went_on(answers)
    # Exactly one draft waits for its code.
    links = {link for link in visitor.get("/verification/").paper.links if link.endswith("/code/")}
    assert len(links) == 1
    waiting = visitor.get(links.pop())
    code = visitor.code(f"+86{person.phone}")
    fine(twice(visitor, waiting, {"code": code}), waiting.path.removesuffix("code/"))
    assert shop.may(visitor.tenant_id(), within=ARRIVES_WITHIN)
    assert "waits for the code" not in visitor.get("/verification/").text


def test_names_and_password_changed_by_double_clicks(visitor: Visitor, new_visitor: NewVisitor) -> None:
    visitor.register()
    visitor.activate()
    name = numbers.name("twice")
    fine(twice(visitor, visitor.get("/account/name/"), {"name": name}), "/account/")
    fine(twice(visitor, visitor.get("/cloud/name/"), {"name": f"Lamp {name}"}), "/account/")
    new = "violet compass 17 ridge"
    page = visitor.get("/account/security/password/")
    answers = twice(visitor, page, {"old_password": PASSWORD, "password": new, "password_again": new})
    assert 302 in {answer.status_code for answer in answers}
    assert new_visitor().sign_in(name, new).path == "/"


def test_signing_in_and_out_twice(visitor: Visitor, new_visitor: NewVisitor) -> None:
    account = visitor.register()
    other = new_visitor()
    waiting = other.type_password(account.name, PASSWORD)
    fine(twice(other, waiting, {"code": other.step_code(waiting)}), STEP_TRUST)
    asked = other.get(STEP_TRUST)
    answers = twice_sent(other, asked, asked.paper.forms[0], {"trust": "yes"})
    assert {answer.status_code for answer in answers} == {302}
    assert other.is_signed_in()
    # On the trusted device the password alone.
    again = new_visitor()
    again.client.cookies.set("device", other.client.cookies["device"], domain="127.0.0.1")
    fine(twice(again, again.get("/sign-in/"), {"identifier": account.name, "password": PASSWORD}), "/")
    assert again.is_signed_in()


def test_a_code_for_a_change_sent_twice_changes_once(visitor: Visitor) -> None:
    account, address = visitor.register(), numbers.email()
    waiting = visitor.fill(visitor.get("/account/security/email/"), {"way": "sms"})
    fine(twice(visitor, waiting, {"code": visitor.code(account.contact, number=2)}), "/account/security/email/new/")
    waiting = visitor.fill(visitor.get("/account/security/email/new/"), {"recipient": address})
    answers = twice(visitor, waiting, {"code": visitor.code(address)})
    assert 302 in {answer.status_code for answer in answers}
    assert max(answer.status_code for answer in answers) < 500
    assert address.split("@")[1] in visitor.get("/account/").text


@pytest.mark.parametrize("language", ["en"])
def test_two_clicks_in_the_browser_send_one_form(page: Page, new_visitor: NewVisitor) -> None:
    phone = numbers.phone()
    page.goto("/register/")
    page.fill("[name=recipient]", phone)
    page.check("[name=agree]")
    sent: list[Route] = []
    page.route("**/register/", lambda route: sent.append(route) if route.request.method == "POST" else route.fallback())
    double_click(page, page.locator("main form[data-once] .buttons button"))
    # Answered only now: a quick answer could put another page below the second click.
    for _ in range(20 * ARRIVES_WITHIN):
        if sent:
            break
        page.wait_for_timeout(50)
    sent[0].continue_()
    expect(page.locator("[name=code]")).to_be_visible()
    beside = new_visitor()
    beside.code(f"+86{phone}")
    assert len(beside.messages(f"+86{phone}")) == len(sent) == 1


def double_click(page: Page, button: Locator) -> None:
    """Without waiting for what it leads to."""
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box
    page.mouse.dblclick(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


@pytest.mark.parametrize("language", ["en"])
def test_a_refused_form_keeps_the_chosen_file(page: Page, new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    visitor.register()
    visitor.activate()
    lend_session(visitor, page)
    person = numbers.person()
    page.goto("/verification/bank-card/")
    page.fill("[name=name]", person.name)
    page.fill("[name=id_number]", "110101199003071210")
    page.fill("[name=card]", numbers.card())
    page.fill("[name=phone]", person.phone)
    page.set_input_files(
        "[name=face]", {"name": "me.png", "mimeType": "image/png", "buffer": visitor.face("same_person")}
    )
    page.check("[name=consent_data]")
    page.check("[name=consent_face]")
    page.locator("main form[data-once] .buttons button").first.click()
    expect(page.locator(".summary")).to_be_focused()
    assert page.evaluate("document.querySelector('[name=face]').files[0].name") == "me.png"
    assert page.is_checked("[name=consent_data]")
    assert page.input_value("[name=name]") == person.name
    page.fill("[name=id_number]", person.id_number)
    page.locator("main form[data-once] .buttons button").first.click()
    expect(page.locator("[name=code]")).to_be_visible()
