"""The pages of the way by scan: the computer that shows a code, and the phone that is not signed in (2.1.2, 2.1.20)."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from account_center.kit.demo_numbers import demo_resident_id
from account_center.messaging.models import Message
from account_center.plumbing.session_row import Session
from account_center.realname.adapters.sandbox import demo_face
from account_center.realname.models import Application, Handover
from account_center.realname.queries import open_application_of, verification_of
from account_center.realname.types import FaceAnswer, Way
from account_center.tenants.types import TenantFacts
from tests.portal.visiting import Customer, Page, _page
from tests.realname.making import GOOD_FACE, NAME, a_person, a_tenant, reencoded
from tests.realname.scanning import scan
from tests.signin.making import NOW, a_phone, an_account

pytestmark = pytest.mark.django_db
TEN = timedelta(minutes=10)
LINK = re.compile(r'href="(http://testserver/scan/[^"]+)"')
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"


@pytest.fixture(autouse=True)
def _quick_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("account_center.realname.services.scanning_phone.reencode_image", reencoded)


def customer(language: str = "en") -> tuple[Customer, TenantFacts]:
    account = an_account(phone=a_phone())
    return Customer(account, language=language), a_tenant(account)


def fields(**more: str) -> dict[str, str]:
    return {"name": NAME, "id_number": a_person(), "consent_data": "on", "consent_face": "on", **more}


def show(computer: Customer, **more: str) -> Page:
    return computer.send("portal:scan", **fields(**more))


def link_in(page: Page) -> str:
    found = LINK.search(page.html)
    assert found, page.text
    return found[1].removeprefix("http://testserver")


def reference_in(page: Page) -> str:
    return page.path.split("/")[2]


class Phone:
    """Another browser, not signed in."""

    def __init__(self, *, language: str = "en", agent: str = IPHONE) -> None:
        self.client = Client(headers={"accept-language": language, "user-agent": agent})

    def at(self, path: str) -> Page:
        return _page(self.client.get(path, follow=True))

    def press(self, path: str, **typed: Any) -> Page:
        return _page(self.client.post(path, typed, follow=True))

    def send(self, path: str, face: bytes = GOOD_FACE, **more: str) -> Page:
        upload = SimpleUploadedFile("face.png", face, "image/png")
        return self.press(path, **{"face": upload, "agree": "on", **more})


def follow(computer: Customer, reference: str, seen: str) -> Any:
    address = reverse("portal:scan_code", args=[reference])
    return computer.client.get(address, {"seen": seen}, headers={"hx-request": "true"})


# -- All goes well ----------------------------------------------------------------------------------------------------


@pytest.mark.clause("2.1.2", "2.1.10", "2.1.20")
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Go on with the phone", "Verify with this phone?", "You can put the phone away", "You are verified")),
        ("zh-hans", ("用手机继续", "用这部手机认证吗", "可以放下手机", "实名认证已完成")),
    ],
)
def test_computer_and_phone_lead_to_the_verification(language: str, words: tuple[str, ...]) -> None:
    computer, tenant = customer(language)
    code = show(computer)
    assert words[0] in code.text
    phone = Phone(language=language)
    asked = phone.at(link_in(code))
    assert words[1] in asked.text
    assert reference_in(code) in asked.text
    taken = phone.press(link_in(code))
    assert "***明" in taken.text
    done = phone.send(taken.path)
    assert words[2] in done.text
    assert verification_of(tenant.id)
    assert follow(computer, reference_in(code), "taken")["HX-Refresh"] == "true"
    result = computer.at(f"/verification/{reference_in(code)}/phone/")
    assert words[3] in result.text


@pytest.mark.clause("2.1.2", "2.1.4", "2.1.20")
def test_the_overview_recommends_the_scan_and_says_that_it_is_answered_at_once() -> None:
    computer, _tenant = customer()
    page = computer.get("portal:verification")
    assert "/verification/scan/" in page.links
    row = page.text.partition("Scan with the phone")[2].partition("Bank card")[0]
    assert "quickest" in row
    assert "answered at once" in row
    assert "no document pictures needed" in row


def test_the_page_follows_what_the_phone_does_without_being_drawn_again_for_nothing() -> None:
    computer, _tenant = customer()
    code = show(computer)
    reference, phone = reference_in(code), Phone()
    assert follow(computer, reference, "waiting").status_code == 204
    phone.press(link_in(code))
    taken = follow(computer, reference, "waiting")
    assert "A phone has opened the link" in taken.content.decode()
    assert "Safari, iPhone" in taken.content.decode()
    assert follow(computer, reference, "taken").status_code == 204


def test_a_phone_is_led_to_the_link_itself_and_a_computer_to_the_picture() -> None:
    account = an_account(phone=a_phone())
    a_tenant(account)
    computer = Customer(account)
    computer.client.defaults["HTTP_USER_AGENT"] = IPHONE
    assert "Open on this phone" in show(computer).text


def test_while_it_waits_home_and_overview_lead_back_to_the_code() -> None:
    computer, tenant = customer()
    code = show(computer)
    where = f"/verification/{reference_in(code)}/phone/"
    for page in (computer.get("portal:home"), computer.get("portal:verification"), computer.get("portal:scan")):
        assert where in page.links
    assert "waits for the phone" in computer.get("portal:verification").text
    waiting = open_application_of(tenant.id)
    assert waiting
    assert waiting.way is Way.SCAN


# -- What is refused --------------------------------------------------------------------------------------------------


@pytest.mark.clause("2.1.9", "2.1.18")
def test_everything_wrong_is_told_at_once_and_nothing_typed_is_lost() -> None:
    computer, _tenant = customer()
    page = show(computer, name="12", id_number="110101199003070127", consent_data="", consent_face="")
    assert page.status == 422
    assert page.values["id_number"] == "110101199003070127"
    assert page.text.count("Your consent is missing.") >= 2
    nothing = show(computer, name="", id_number="", consent_data="", consent_face="").text
    assert nothing.count("Nothing was typed.") == 2
    assert nothing.count("Your consent is missing.") == 4
    assert "does not fit the others" in page.text
    assert not Application.objects.exists()


@pytest.mark.clause("2.1.18", "2.1.19")
def test_a_child_is_refused_at_the_form() -> None:
    computer, _tenant = customer()
    assert "Persons under 18 cannot be verified." in show(computer, id_number=demo_resident_id(birth=NOW.date())).text


@pytest.mark.clause("2.2.10")
def test_another_document_is_led_to_its_way() -> None:
    computer, _tenant = customer()
    page = show(computer, id_number=demo_resident_id(area="810000"))
    assert "/verification/document/" in page.links


@pytest.mark.clause("2.1.9", "2.1.12")
def test_both_devices_say_what_was_wrong_with_the_picture() -> None:
    computer, _tenant = customer()
    code = show(computer)
    phone = Phone()
    taken = phone.press(link_in(code))
    answer = phone.send(taken.path, demo_face(FaceAnswer.ANOTHER_PERSON))
    assert "The face picture shows another person." in answer.text
    assert "/verification/scan/" not in answer.links  # nobody is signed in there
    result = computer.at(f"/verification/{reference_in(code)}/")
    assert "The face picture shows another person." in result.text
    assert f"/verification/{reference_in(code)}/send-again/" in result.links
    assert reference_in(code) in result.text


@pytest.mark.clause("2.1.12")
def test_a_bad_picture_is_taken_again_at_once_and_both_devices_say_why() -> None:
    computer, _tenant = customer()
    code = show(computer)
    phone = Phone()
    taken = phone.press(link_in(code))
    again = phone.send(taken.path, demo_face(FaceAnswer.SEVERAL_FACES))
    # Between two looks of the computer: it must not take the link for the same as before.
    followed = follow(computer, reference_in(code), "taken")
    assert "There is more than one face in the picture." in followed.content.decode()
    assert follow(computer, reference_in(code), "taken realname.scan_several_faces").status_code == 204
    assert again.path != taken.path
    assert "Take the picture again" in again.text
    assert "The picture has to be taken again" in followed.content.decode()
    for page in (again, computer.at(f"/verification/{reference_in(code)}/")):
        assert "There is more than one face in the picture." in page.text
    assert phone.at(taken.path).path == again.path  # the back button leads on
    assert "You are verified" in phone.send(again.path).text
    assert "You are verified" in computer.at(code.path).text


def test_whoever_does_it_all_on_one_device_is_led_on_there() -> None:
    computer, _tenant = customer()
    taken = _page(computer.client.post(link_in(show(computer)), follow=True))
    upload = SimpleUploadedFile("face.png", demo_face(FaceAnswer.ANOTHER_PERSON), "image/png")
    answer = _page(computer.client.post(taken.path, {"face": upload, "agree": "on"}, follow=True))
    assert "/verification/scan/" in answer.links
    taken = _page(computer.client.post(link_in(show(computer)), follow=True))
    upload = SimpleUploadedFile("face.png", GOOD_FACE, "image/png")
    answer = _page(computer.client.post(taken.path, {"face": upload, "agree": "on"}, follow=True))
    assert {"/", "/verification/"} <= set(answer.links)


def test_picture_and_consent_are_asked_together_and_a_bad_file_is_named_at_its_field() -> None:
    computer, _tenant = customer()
    phone = Phone()
    taken = phone.press(link_in(show(computer)))
    page = phone.press(taken.path)
    assert page.status == 422
    assert "A picture of your face is missing." in page.text
    assert "Whose face it is must agree" in page.text
    assert "id_face_error" in phone.send(taken.path, b"words").ids
    assert "You are verified" in phone.send(taken.path).text


# -- The link ---------------------------------------------------------------------------------------------------------


def test_looking_at_the_link_changes_nothing_and_asks_for_no_sign_in() -> None:
    computer, _tenant = customer()
    link = link_in(show(computer))
    before = list(Handover.objects.values())
    for _ in range(3):
        assert Phone().at(link).status == 200
    assert list(Handover.objects.values()) == before


def test_a_second_browser_is_refused_with_the_way_out_and_the_first_finds_its_page_again() -> None:
    computer, _tenant = customer()
    link = link_in(show(computer))
    first, second = Phone(), Phone()
    taken = first.press(link)
    for page in (second.at(link), second.press(link)):
        assert page.status == 409
        assert "Another phone or another browser has this link already." in page.text
    assert second.at(taken.path).status == 404
    assert first.at(link).path == taken.path
    assert first.press(link).path == taken.path


@pytest.mark.parametrize("path", ["/scan/wrong/", "/scan/3f0c9a52-7c1e-4f0e-8a35-4d8f0f6a2b11/", "/scan/%00/"])
def test_a_link_that_never_was_says_no_more_than_one_that_ended(path: str) -> None:
    page = Phone().at(path)
    assert (page.status, "This link does not count any more." in page.text) == (404, True)


def test_when_its_time_is_over_the_computer_offers_a_new_code_and_keeps_what_was_typed() -> None:
    computer, _tenant = customer()
    code = show(computer)
    with time_machine.travel(NOW + TEN + timedelta(minutes=1)):
        assert Phone().at(link_in(code)).status == 404
        over = computer.at(code.path)
        assert "The code does not count any more" in over.text
        renewed = computer.send("portal:scan_new_code", reference_in(code))
        assert renewed.path == code.path
        assert link_in(renewed) != link_in(code)
        assert Phone().at(link_in(renewed)).status == 200


def test_another_browser_of_the_same_account_does_not_see_the_code_but_can_have_a_new_one() -> None:
    account = an_account(phone=a_phone())
    a_tenant(account)
    computer, other = Customer(account), Customer(account)
    code = show(computer)
    page = other.at(code.path)
    assert "The code is shown in another browser" in page.text
    assert not LINK.search(page.html)
    renewed = other.send("portal:scan_new_code", reference_in(code))
    assert Phone().at(link_in(renewed)).status == 200
    assert Phone().at(link_in(code)).status == 404


def test_signing_out_at_the_computer_ends_the_link_for_the_phone_too() -> None:
    computer, _tenant = customer()
    link = link_in(show(computer))
    phone, late = Phone(), Phone()
    taken = phone.press(link)
    assert phone.at(taken.path).status == 200
    computer.send("portal:sign_out")
    assert late.at(link).status == 404
    assert phone.at(taken.path).status == 404
    assert phone.send(taken.path).status == 404
    assert not Application.objects.get().face_id


def test_a_new_password_ends_the_links_of_all_sessions_that_ended_with_it() -> None:
    computer, _tenant = customer()
    link = link_in(show(computer))
    Session.objects.update(mark="that of another password")
    assert Phone().at(link).status == 404


def test_the_token_stands_in_no_cookie_that_scripts_or_other_pages_get() -> None:
    computer, _tenant = customer()
    show(computer)
    cookie = computer.client.cookies["scan"]
    assert (cookie["httponly"], cookie["path"], cookie["samesite"]) == (True, "/verification/", "Lax")
    phone = Phone()
    phone.press(link_in(show(computer)))
    assert phone.client.cookies["phone"]["httponly"]
    assert phone.client.cookies["phone"]["path"] == "/scan/"


def test_this_is_not_me_ends_it_on_both_devices() -> None:
    computer, _tenant = customer()
    code = show(computer)
    stopped = Phone().press(f"{link_in(code)}not-me/")
    assert "The verification has ended" in stopped.text
    assert Message.objects.filter(purpose="realname_result").exists()
    assert follow(computer, reference_in(code), "waiting")["HX-Refresh"] == "true"
    page = computer.at(code.path)
    assert "At the phone, somebody said that this verification is not theirs." in page.text
    assert "/verification/scan/" in page.links


def test_the_phone_ends_it_after_taking_it_over_too() -> None:
    computer, _tenant = customer()
    phone = Phone()
    taken = phone.press(link_in(show(computer)))
    assert "The verification has ended" in phone.press(f"{taken.path}not-me/").text
    assert phone.at(taken.path).status == 404


def test_the_computer_gives_it_up() -> None:
    computer, _tenant = customer()
    code = show(computer)
    computer.send("portal:bank_card_cancel", reference_in(code))
    assert Phone().at(link_in(code)).status == 404


def test_strangers_and_other_customers_see_nothing_of_a_scan() -> None:
    computer, _tenant = customer()
    code = show(computer)
    other, _other_tenant = customer()
    assert other.at(code.path).status == 404
    assert other.send("portal:scan_new_code", reference_in(code)).status == 404
    assert Phone().at(code.path).path == "/sign-in/"


def test_who_is_verified_is_not_offered_to_be_verified_once_more() -> None:
    computer, tenant = customer()
    scan(tenant)
    show(computer)
    assert open_application_of(tenant.id) is None
    assert "Show the QR code" not in computer.get("portal:scan").text
