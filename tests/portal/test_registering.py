"""Registering and signing in, page by page."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from account_center.accounts.queries import account_by_name
from account_center.accounts.types import AccountKind
from account_center.messaging.models import Message
from tests.portal.visiting import Customer, begin_registration, deliver_everything, name_and_password, newest_code
from tests.racing import race
from tests.signin.making import PASSWORD, a_phone, an_account

pytestmark = pytest.mark.django_db
LOCAL = "13912345675"


def proven(phone: str) -> Customer:
    visitor = Customer()
    begin_registration(visitor, phone)
    page = visitor.send("portal:register_code", code=newest_code())
    assert page.path == reverse("portal:register_finish")
    return visitor


@pytest.mark.clause("3.1.5")
def test_three_steps_open_an_account_that_works_at_once() -> None:
    visitor = proven(LOCAL)
    page = visitor.send("portal:register_finish", **name_and_password("sea.lamp"))
    assert page.path == reverse("portal:register_done")
    assert "Your account sea.lamp is open" in page.text
    assert "sea.lamp" in visitor.get("portal:account").text
    assert account_by_name("sea.lamp", kind=AccountKind.ID)


@pytest.mark.clause("1.7", "1.12")
def test_the_form_says_that_the_country_is_for_ever() -> None:
    assert "cannot be changed later" in Customer().get("portal:register").text


def test_a_refused_contact_keeps_what_was_typed() -> None:
    page = begin_registration(Customer(), "139 1234")
    assert page.status == 422
    assert page.values["recipient"] == "139 1234"
    assert "agree" in page.checked
    assert "Digits are missing" in page.text


def test_without_agreement_nothing_is_sent() -> None:
    page = Customer().send("portal:register", country="CN", recipient=LOCAL)
    assert "Without your agreement we may not open an account." in page.text
    assert page.values["recipient"] == LOCAL
    assert not Message.objects.exists()


def test_a_weak_password_keeps_the_name() -> None:
    page = proven(LOCAL).send("portal:register_finish", **name_and_password("sea.lamp", "password12"))
    assert page.status == 422
    assert page.values["name"] == "sea.lamp"
    assert "too easy to guess" in page.text


@pytest.mark.clause("3.1.16")
def test_before_the_code_a_used_and_an_unused_phone_look_alike() -> None:
    phone = a_phone()
    an_account("tea.house", phone=phone)
    taken, free = (begin_registration(Customer(), number) for number in (phone, LOCAL))
    assert "tea.house" not in taken.html
    assert taken.text.replace(phone[-4:], "") == free.text.replace(LOCAL[-4:], "")


@pytest.mark.clause("3.1.16")
def test_after_the_code_the_accounts_of_the_phone_are_named() -> None:
    phone = a_phone()
    an_account("tea.house", phone=phone)
    page = proven(phone).get("portal:register_finish")
    assert "already belongs to 1 account:" in page.text
    assert "tea.house" in page.text
    assert "Open the account" in page.text


@pytest.mark.clause("3.1.13", "3.1.15", "3.1.16")
def test_a_full_phone_is_told_its_limit_and_the_ways_out() -> None:
    phone = a_phone()
    for _number in range(settings.LIMITS.accounts_per_phone):
        an_account(phone=phone)
    page = proven(phone).get("portal:register_finish")
    assert f"limit of {settings.LIMITS.accounts_per_phone} accounts" in page.text
    assert "Open the account" not in page.text
    assert {reverse("portal:sign_in"), reverse("portal:register")} <= set(page.links)


@pytest.mark.clause("1.19")
def test_the_code_page_says_where_the_code_went_and_how_far_it_came() -> None:
    visitor = Customer()
    page = begin_registration(visitor, LOCAL)
    assert "We sent a code to +86 139****5675." in page.text
    assert LOCAL not in page.html
    assert "The message is being handed over." in page.text
    deliver_everything()
    assert "accepted the message" in visitor.get("portal:register_code").text


@pytest.mark.clause("1.19")
def test_the_code_page_tells_causes_the_other_way_and_support() -> None:
    page = begin_registration(Customer(), LOCAL)
    for cause in ("switched on", "filter messages as junk", "SIM card"):
        assert cause in page.text
    assert "Use an e-mail address or another number" in page.text
    assert {reverse("portal:register"), reverse("portal:support")} <= set(page.links)
    mail = begin_registration(Customer(), "lamp@example.com")
    assert "spam folder" in mail.text
    assert "SIM card" not in mail.text


@pytest.mark.clause("1.19")
def test_a_new_code_is_possible_only_after_the_wait_that_the_page_shows() -> None:
    visitor = Customer()
    page = begin_registration(visitor, LOCAL)
    assert "data-countdown=" in page.html
    early = visitor.send("portal:register_code", resend="1")
    assert early.status == 422
    assert "A new code was sent" not in early.text
    assert Message.objects.count() == 1


def test_a_wrong_code_shows_the_tries_left() -> None:
    visitor = Customer()
    begin_registration(visitor, LOCAL)
    wrong = "000000" if newest_code() != "000000" else "000001"
    page = visitor.send("portal:register_code", code=wrong)
    assert page.status == 422
    assert f"{settings.LIMITS.code_tries - 1} tries left" in page.text


def test_typing_habits_are_no_errors_in_a_code() -> None:
    visitor = Customer()
    begin_registration(visitor, LOCAL)
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in newest_code())
    page = visitor.send("portal:register_code", code=f" {wide[:3]} {wide[3:]} ")
    assert page.path == reverse("portal:register_finish")


def test_a_step_that_nobody_began_leads_home() -> None:
    page = Customer().get("portal:register_code")
    assert "This step has to begin again." in page.text
    assert reverse("portal:home") in page.links


@pytest.mark.clause("1.11")
@pytest.mark.parametrize("typed", ["lamp.keeper", "+86 138 0013 8000", "Keeper@Example.com"])
def test_name_phone_and_mail_all_sign_in(typed: str) -> None:
    an_account("lamp.keeper", phone="+8613800138000", email="keeper@example.com")
    visitor = Customer()
    page = visitor.send("portal:sign_in", identifier=typed, password=PASSWORD)
    assert page.path == reverse("portal:sign_in_step_code")
    visitor.send("portal:sign_in_step_code", code=newest_code())
    assert "Hello lamp.keeper" in visitor.send("portal:sign_in_trust", trust="no").text


@pytest.mark.clause("1.14")
def test_a_refused_sign_in_helps_and_keeps_the_name_but_never_the_password() -> None:
    page = Customer().send("portal:sign_in", identifier="no.body", password="not this one 12")
    assert page.status == 422
    assert page.values["identifier"] == "no.body"
    assert "not this one 12" not in page.html
    for help_ in (
        "account was upgraded",
        "two passwords",
        "partner",
        "official site",
        "several accounts",
        "ask support",
    ):
        assert help_ in page.text
    assert f"{reverse('portal:sign_in')}?kind=legacy" in page.links


@pytest.mark.clause("1.20")
def test_a_locked_name_is_told_the_time_left_and_another_way() -> None:
    an_account("lamp.keeper", phone=a_phone())
    visitor = Customer()
    for _try in range(settings.LIMITS.wrong_passwords + 1):
        page = visitor.send("portal:sign_in", identifier="lamp.keeper", password="wrong wrong 12")
    assert f"locked for {settings.LIMITS.lock_seconds // 60} minutes" in page.text
    assert reverse("portal:sign_in_code") in page.links


@pytest.mark.clause("1.44", "3.1.17")
def test_a_phone_of_several_accounts_chooses_after_its_code_and_not_before() -> None:
    phone = a_phone()
    names = ["one.lamp", "two.lamp", "three.lamp"]
    for name in names:
        an_account(name, phone=phone)
    visitor = Customer()
    waiting = visitor.send("portal:sign_in_code", recipient=phone)
    assert not any(name in waiting.html for name in names)
    chooser = visitor.send("portal:sign_in_code_wait", code=newest_code())
    assert all(name in chooser.text for name in names)
    assert "belongs to 3 accounts" in chooser.text
    chosen = account_by_name("two.lamp", kind=AccountKind.ID)
    assert chosen
    visitor.send("portal:sign_in_choose", account=str(chosen.id))
    assert "Hello two.lamp" in visitor.send("portal:sign_in_trust", trust="no").text


@pytest.mark.clause("3.1.17")
def test_signing_in_by_code_looks_alike_for_a_phone_without_accounts() -> None:
    phone = a_phone()
    an_account(phone=phone)
    known, unknown = (Customer().send("portal:sign_in_code", recipient=number) for number in (phone, LOCAL))
    assert known.text.replace(phone[-4:], "") == unknown.text.replace(LOCAL[-4:], "")


def test_a_foreign_next_leads_home() -> None:
    an_account("lamp.keeper")
    visitor = Customer()
    page = visitor.send("portal:sign_in", identifier="lamp.keeper", password=PASSWORD, next="https://evil.example/")
    assert page.path == reverse("portal:home")


def test_a_session_ends_by_signing_out() -> None:
    visitor = Customer(an_account("lamp.keeper"))
    visitor.send("portal:sign_out")
    assert visitor.get("portal:account").path.startswith(reverse("portal:sign_in"))


@pytest.mark.clause("1.41")
@pytest.mark.clause("1.19")
def test_a_second_click_on_send_goes_on_to_the_code_that_is_on_its_way() -> None:
    visitor, phone = Customer(), a_phone()
    pages = [begin_registration(visitor, phone) for _ in range(2)]
    assert [page.path for page in pages] == [reverse("portal:register_code")] * 2
    assert Message.objects.count() == 1
    assert visitor.send("portal:register_code", code=newest_code()).path == reverse("portal:register_finish")


def test_another_browser_is_told_to_wait_for_the_same_phone_and_gets_no_part_of_the_first() -> None:
    visitor, other, phone = Customer(), Customer(), a_phone()
    begin_registration(visitor, phone)
    page = begin_registration(other, phone)
    assert page.status == 422
    assert "The next code can be sent in" in page.text
    assert Message.objects.count() == 1
    visitor.send("portal:register_code", code=newest_code())
    assert "password" not in other.get("portal:register_finish").values


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("1.19")
@pytest.mark.parametrize("name", ["portal:register", "portal:sign_in_code", "portal:recovery"])
def test_of_8_posts_at_one_moment_one_sends_a_message_and_none_fails(name: str) -> None:
    phone = an_account(phone=a_phone()).phone
    visitors = [Customer() for _ in range(8)]
    typed = {"country": "CN", "recipient": phone, "agree": "on"}
    answers = race(lambda number: visitors[number].client.post(reverse(name), typed).status_code, 8)
    assert sorted(map(str, answers)) == ["302"] + ["422"] * 7
    assert Message.objects.count() == 1


def test_the_second_of_two_clicks_finds_the_first_ones_account_or_says_what_to_do() -> None:
    late = Client()
    answer = late.post(reverse("portal:register_finish"), {"name": "tea.late", "password": "x", "password_again": "x"})
    assert (answer.status_code, answer["Location"]) == (302, reverse("portal:register_done"))
    page = late.get(answer["Location"], follow=True)
    assert "This step is over." in page.content.decode()
    led = late.post(reverse("portal:sign_in_choose"), {"account": "1"})
    assert led["Location"].partition("?")[0] == reverse("portal:sign_in")
    assert "This step is over." in late.get(led["Location"]).content.decode()
