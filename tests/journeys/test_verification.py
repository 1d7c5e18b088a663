"""Real-name verification by bank card: every answer has its own words, a reference number and a way on."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from account_center.kit.clock import now
from account_center.kit.demo_numbers import demo_resident_id
from account_center.kit.demo_people import DEMO_IDENTITIES, DEMO_PASSWORD
from tests.journeys import numbers
from tests.journeys.visiting import ARRIVES_WITHIN, Shop, Visitor, lend_session

NewVisitor = Callable[..., Visitor]
REFERENCE = re.compile(r"RN[2-9A-HJ-NP-Z]{10}")

CARDS = [
    (numbers.WRONG_NAME, "621700", "wrong_name", "The bank has another name for this card."),
    (numbers.WRONG_PHONE, "621700", "wrong_phone", "The bank has another mobile number for this card."),
    (numbers.WRONG_ID, "621700", "wrong_id_number", "The bank has another identity number for this card."),
    (numbers.NO_BANK, "621700", "unsupported_bank", "This bank cannot be asked."),
    (numbers.NO_UNIONPAY, "622260", "unionpay_online_not_open", "UnionPay online payment is not switched on"),
    (numbers.NOT_VALID, "621700", "card_not_valid", "The bank says this card is not valid."),
    (numbers.NO_RECORD, "621700", "no_record", "The bank knows nothing about this card."),
]
FACES = [
    ("another_person", "The face picture shows another person."),
    ("no_face", "No face can be seen in the picture."),
    ("several_faces", "There is more than one face in the picture."),
    ("poor_picture", "The face picture is not clear enough."),
]
_CARD = numbers.card(bank="622848")
MISTYPED = _CARD[:-1] + str((int(_CARD[-1]) + 1) % 10)


@pytest.fixture
def tenant(visitor: Visitor) -> Visitor:
    """A visitor with a tenant that is not verified."""
    visitor.register()
    visitor.activate()
    return visitor


def the_reference(text: str) -> str:
    found = REFERENCE.search(text)
    assert found, text
    return found.group()


@pytest.mark.clause("2.1.9", "2.1.11", "2.1.12")
@pytest.mark.parametrize(("answer", "bank", "code", "words"), CARDS, ids=[row[2] for row in CARDS])
def test_each_answer_of_the_bank_has_its_own_words_and_a_reference(
    tenant: Visitor, shop: Shop, answer: str, bank: str, code: str, words: str
) -> None:
    sheet = tenant.verify(numbers.person(), numbers.card(answer, bank))
    refusal = sheet.paper.refusals[f"realname.{code}"]
    assert words in refusal.text
    assert the_reference(refusal.text) in sheet.path
    support = f"/support/?about=realname.individual_failed&reference={the_reference(refusal.text)}"
    again = f"{sheet.path}send-again/"
    assert {again, support} <= {one.attrs["href"] for one in refusal.all("a")}
    assert not shop.may(tenant.tenant_id())
    # Resubmission is open, and succeeds with the right card.
    assert "You are verified" in tenant.verify(numbers.person(), numbers.card()).text


@pytest.mark.clause("2.2.6", "2.1.12")
@pytest.mark.parametrize(("face", "words"), FACES)
def test_each_answer_about_the_face_has_its_own_words(tenant: Visitor, face: str, words: str) -> None:
    sheet = tenant.verify(numbers.person(), numbers.card(), face=face)
    refusal = sheet.paper.refusals[f"realname.{face}"]
    assert words in refusal.text
    assert the_reference(refusal.text) in sheet.path


@pytest.mark.clause("2.1.18", "2.1.19")
def test_a_child_is_refused_and_nothing_typed_is_lost(tenant: Visitor) -> None:
    child = DEMO_IDENTITIES[2]
    person = numbers.Person(child.name, child.id_number, numbers.phone())
    sheet = tenant.submit_card(person, numbers.card())
    assert "Persons under 18 cannot be verified." in sheet.paper.text
    assert sheet.paper.form_with("id_number").values["id_number"] == child.id_number
    assert not tenant.messages(f"+86{person.phone}")


def _born_eighteen_years_before(day: date) -> date:
    # 29 February has no anniversary in most years.
    return date(day.year - 18, day.month, 28 if (day.month, day.day) == (2, 29) else day.day)


@pytest.mark.clause("2.1.18")
def test_the_day_of_the_eighteenth_birthday_decides(tenant: Visitor) -> None:
    today = now().astimezone().date()
    # Neither day is today, so that the test holds in every time zone, and at the end of every month.
    eighteen, younger = (_born_eighteen_years_before(today + timedelta(days=days)) for days in (-2, 3))
    person = numbers.person()
    too_young = numbers.Person(person.name, demo_resident_id(birth=younger, sequence=101), numbers.phone())
    assert tenant.submit_card(too_young, numbers.card()).status == 422
    grown = numbers.Person(person.name, demo_resident_id(birth=eighteen, sequence=101), numbers.phone())
    assert tenant.submit_card(grown, numbers.card()).path.endswith("/code/")


@pytest.mark.clause("2.1.9", "2.2.1", "2.2.2")
@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("id_number", "11010119900307121X", "does not fit the others"),
        ("id_number", "110101900307121", "15 digits"),
        ("id_number", "110101209003071210", "future"),
        ("id_number", "110101199002301210", "does not exist"),
        ("id_number", "991101199003071210", "province|other document|residence permit|18 characters"),
        ("id_number", "hello", "18 characters|17 digits"),
        pytest.param("card", MISTYPED, "does not fit the others", id="card-mistyped"),
        ("card", "62170088", "Digits are missing"),
        ("card", "6011000990139424", "mainland"),
        ("phone", "+1 202 555 0123", "mainland China mobile number"),
        ("phone", "hello", "mainland China mobile number"),
        ("name", "12345", "name"),
    ],
)
def test_what_is_mistyped_is_named_at_its_field(tenant: Visitor, field: str, typed: str, words: str) -> None:
    person = numbers.person()
    sheet = tenant.submit_card(person, **{"card": numbers.card(), field: typed})
    assert sheet.status == 422, sheet.path
    assert re.search(words, sheet.text), sheet.text
    form = sheet.paper.form_with("name", "card")
    assert form.values[field] == typed
    assert not tenant.messages(f"+86{person.phone}")
    place = sheet.paper.root.first("input", name=field)
    assert place is not None
    assert place.attrs.get("aria-invalid") == "true"


def test_everything_wrong_is_told_at_once(tenant: Visitor) -> None:
    sheet = tenant.fill(
        tenant.get("/verification/bank-card/"), {"name": "12", "id_number": "1", "card": "2", "phone": "3"}
    )
    wrong = [one for one in sheet.paper.root.all("input") if one.attrs.get("aria-invalid") == "true"]
    assert {one.attrs["name"] for one in wrong} == {
        "name",
        "id_number",
        "card",
        "phone",
        "face",
        "consent_data",
        "consent_face",
    }


@pytest.mark.clause("2.2.6")
def test_without_both_consents_nothing_is_asked_of_anybody(tenant: Visitor) -> None:
    person = numbers.person()
    sheet = tenant.submit_card(person, numbers.card(), consent_face="")
    # An empty value is how a forged form would say "no"; a browser leaves the box out.
    assert sheet.status == 422
    assert "separately your face picture" in sheet.text
    assert not tenant.messages(f"+86{person.phone}")


@pytest.mark.clause("2.1.9", "2.1.10")
def test_an_unreachable_bank_keeps_the_request_and_says_so(tenant: Visitor, shop: Shop) -> None:
    sheet = tenant.verify(numbers.person(), numbers.card(numbers.AWAY, "622848"))
    assert "The bank has not answered yet" in sheet.text
    assert "nothing is asked twice" in sheet.text
    the_reference(sheet.text)
    # A second form meanwhile leads to the one that is being checked.
    assert tenant.get("/verification/bank-card/").path == sheet.path
    assert not shop.may(tenant.tenant_id())


@pytest.mark.clause("2.1.10")
def test_silent_and_busy_banks_are_asked_again_and_the_page_follows_by_itself(
    page: Page, tenant: Visitor, new_visitor: NewVisitor, shop: Shop, language: str
) -> None:
    busy = tenant.verify(numbers.person(), numbers.card(numbers.BUSY, "622848"))
    assert "The bank has not answered yet" in busy.text
    visitor = new_visitor(language)
    visitor.register()
    visitor.activate()
    person = numbers.person()
    waiting = visitor.submit_card(person, numbers.card(numbers.SILENT, "622848"))
    lend_session(visitor, page)
    page.goto(waiting.path)
    page.fill("[name=code]", visitor.code(f"+86{person.phone}"))
    # By its own click, for the bank is asked again soon, and there is nothing to follow for who comes later.
    page.locator("main form[data-once] .buttons button").first.click()
    expect(page.locator(".result-wait")).to_be_visible()
    expect(page.locator(".result-ok")).to_be_visible(timeout=180_000)
    assert shop.may(visitor.tenant_id(), within=ARRIVES_WITHIN)
    assert shop.may(tenant.tenant_id(), within=ARRIVES_WITHIN)
    assert "You are verified" in tenant.get(busy.path).text


@pytest.mark.clause("2.1.5")
@pytest.mark.parametrize("language", ["en"])
def test_the_bank_is_named_while_the_card_is_typed(page: Page, new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    visitor.sign_in("lin.unverified")
    lend_session(visitor, page)
    page.goto("/verification/bank-card/")
    hint = page.locator("#bank-hint")
    expect(hint).to_be_empty()
    page.locator("[name=card]").press_sequentially("6222 60")
    expect(hint).to_contain_text("Bank of Communications")
    expect(hint).to_contain_text("UnionPay online payment must be switched on first")
    page.fill("[name=card]", "")
    page.locator("[name=card]").press_sequentially("621700")
    expect(hint).to_contain_text("China Construction Bank")
    expect(hint).not_to_contain_text("UnionPay")


@pytest.mark.clause("2.1.5")
def test_without_scripts_the_code_page_names_the_bank(tenant: Visitor) -> None:
    sheet = tenant.submit_card(numbers.person(), numbers.card(numbers.MATCH, numbers.BANK_HINTED))
    assert "Its UnionPay online payment must be switched on first" in sheet.text


@pytest.mark.clause("2.1.1", "2.1.2", "2.1.3")
def test_the_page_says_what_unverified_means_and_which_way_is_quickest(tenant: Visitor) -> None:
    text = tenant.get("/verification/").text
    for blocked in ("buy products and services", "ask for invoices", "sign contracts online", "join public betas"):
        assert blocked in text
    assert "makes no difference to which services you can buy" in text
    assert "quickest" in text
    assert "answered at once" in text
    assert "working days" in text


@pytest.mark.clause("2.1.6", "2.1.13", "2.1.14", "2.1.24", "2.2.7", "2.4.1")
def test_a_verified_customer_reads_what_can_change_and_what_cannot(visitor: Visitor) -> None:
    visitor.sign_in("zhou.verified", DEMO_PASSWORD)
    text = visitor.get("/verification/").text
    assert "A verification cannot be removed, only changed" in text
    assert "can neither be unbound nor exchanged" in text
    assert "Cancelling the card, or another phone at the bank, changes nothing." in text
    again = visitor.get("/verification/bank-card/")
    assert again.path == "/verification/change/"
    assert "neither be exchanged nor unbound" in again.text


@pytest.mark.clause("2.2.5", "2.2.9")
def test_one_person_verifies_three_tenants_and_the_fourth_is_told_where_to_go(new_visitor: NewVisitor) -> None:
    person, card = numbers.person(), numbers.card()
    for _ in range(3):
        visitor = new_visitor()
        visitor.register()
        visitor.activate()
        fresh = numbers.Person(person.name, person.id_number, numbers.phone())
        assert "You are verified" in visitor.verify(fresh, card).text
    fourth = new_visitor()
    fourth.register()
    fourth.activate()
    sheet = fourth.submit_card(person, numbers.card())
    assert "This identity number already verifies 3 accounts." in sheet.text
    assert "customer manager" in sheet.text
    other = numbers.person()
    assert "This bank card already verified 3 accounts." in fourth.submit_card(other, card).text


def test_a_draft_can_be_given_up_and_a_new_one_begun(tenant: Visitor) -> None:
    waiting = tenant.submit_card(numbers.person(), numbers.card())
    cancel = next(one for one in waiting.paper.forms if one.action.endswith("/cancel/"))
    assert tenant.send(waiting, cancel, {}).path == "/verification/"
    assert "cancelled" in tenant.get("/verification/").text
    assert "You are verified" in tenant.verify(numbers.person(), numbers.card()).text


def test_wrong_codes_of_the_cards_phone_ask_no_bank(tenant: Visitor, shop: Shop) -> None:
    person = numbers.person()
    sheet = tenant.submit_card(person, numbers.card())
    right = tenant.code(f"+86{person.phone}")
    wrong = f"{(int(right) + 7) % 1_000_000:06d}"
    for _ in range(5):
        sheet = tenant.fill(sheet, {"code": wrong})
    assert "used up" in tenant.fill(sheet, {"code": right}).text
    assert not shop.may(tenant.tenant_id())


def test_only_masked_numbers_are_ever_shown(tenant: Visitor) -> None:
    person, card = numbers.person(), numbers.card()
    sheet = tenant.verify(person, card)
    for path in (sheet.path, "/verification/", "/account/", "/"):
        shown = tenant.get(path).answer.text
        assert person.id_number not in shown
        assert card not in shown
        assert person.phone not in shown
