"""Signing in through the pages: the code after the password, trust in a device, sessions, and "this was not me"."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.urls import reverse

from account_center.accounts.services import end_everything, require_new_password, set_sign_in_check
from account_center.accounts.types import AccountFacts, SignInCheck
from account_center.audit.models import Event
from account_center.messaging.models import Message
from account_center.messaging.sealed import reveal
from account_center.signin.services.authenticator import begin_app, confirm_app, sandbox_code
from tests.portal.visiting import Customer, Page, newest_code
from tests.signin.making import NOW, PASSWORD, PHONE, an_account, another_code, owner_of

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "tandem quelle 93 birkenrinde"
WRONG = "not the right one 12"
CODE, TRUST = "portal:sign_in_step_code", "portal:sign_in_trust"
FAR_AWAY = "203.0.113.200"  # in the sandbox's places: Brazil
AT_HOME = "203.0.113.9"  # Shenzhen


def password_typed(visitor: Customer, made: AccountFacts, password: str = PASSWORD, **more: str) -> Page:
    return visitor.send("portal:sign_in", identifier=made.name, password=password, **more)


def code_typed(visitor: Customer, digits: str = "") -> Page:
    return visitor.send(CODE, code=digits or newest_code())


def trust(visitor: Customer, answer: str = "yes") -> Page:
    return visitor.send(TRUST, trust=answer)


def is_in(visitor: Customer) -> bool:
    return bool(visitor.client.get(reverse("portal:account")).status_code == 200)


def trusting(made: AccountFacts) -> Customer:
    """A browser that is signed in and trusted."""
    visitor = Customer()
    password_typed(visitor, made)
    code_typed(visitor)
    trust(visitor)
    assert is_in(visitor)
    return visitor


def out(visitor: Customer) -> Customer:
    visitor.send("portal:sign_out")
    return visitor


def at(visitor: Customer, address: str) -> Customer:
    visitor.client.defaults["REMOTE_ADDR"] = address
    return visitor


@pytest.mark.clause("1.47")
def test_a_code_is_asked_for_at_every_sign_in_until_the_device_is_trusted() -> None:
    made, visitor = an_account(phone=PHONE), Customer()
    for _ in range(2):
        page = password_typed(visitor, made)
        assert page.path == reverse(CODE)
        assert "+86 138****8000" in page.text
        assert not is_in(visitor)
        assert code_typed(visitor).path == reverse(TRUST)
        assert not is_in(visitor)
        assert trust(visitor, "no").path == "/"
        assert is_in(visitor)
        out(visitor)
    trusted = out(trusting(made))
    assert password_typed(trusted, made).path == "/"
    assert is_in(trusted)
    assert password_typed(Customer(), made).path == reverse(CODE)


def test_the_page_that_was_asked_for_comes_after_all_steps() -> None:
    made, visitor = an_account(phone=PHONE), Customer()
    password_typed(visitor, made, next="/account/security/")
    code_typed(visitor)
    assert trust(visitor).path == "/account/security/"
    out(visitor)
    assert password_typed(visitor, made, next="/account/").path == "/account/"


def test_the_session_id_changes_at_every_step_up() -> None:
    made, visitor = an_account(phone=PHONE), Customer()
    visitor.get("portal:sign_in_code")
    visitor.send("portal:sign_in_code", recipient=PHONE)  # so that there is a session to be planted
    seen = [visitor.client.cookies["session"].value]
    password_typed(visitor, made)
    seen.append(visitor.client.cookies["session"].value)
    code_typed(visitor)
    trust(visitor)
    seen.append(visitor.client.cookies["session"].value)
    assert len(set(seen)) == 3
    for old in seen[:2]:
        thief = Customer()
        thief.client.cookies["session"] = old
        assert not is_in(thief)
        assert thief.get(CODE).path == reverse("portal:sign_in")


def test_the_device_cookie_is_out_of_reach_of_scripts_and_signs_nobody_in() -> None:
    made = an_account(phone=PHONE)
    visitor = trusting(made)
    cookie = visitor.client.cookies["device"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert int(cookie["max-age"]) > 30 * 24 * 3600
    thief = Customer()
    thief.client.cookies["device"] = cookie.value
    assert not is_in(thief)
    assert password_typed(thief, made, WRONG).status == 422


def test_a_step_in_another_browser_leads_to_the_beginning() -> None:
    made, visitor = an_account(phone=PHONE), Customer()
    password_typed(visitor, made)
    digits = newest_code()
    other = Customer()
    other.client.cookies["session"] = visitor.client.cookies["session"].value
    page = code_typed(other, digits)  # the session alone, without the secret of the browser
    assert page.path == reverse("portal:sign_in")
    assert "begin again" in page.text
    assert not is_in(other)


def test_the_second_of_two_clicks_is_led_on() -> None:
    made, visitor = an_account(phone=PHONE), Customer()
    password_typed(visitor, made)
    digits = newest_code()
    assert [code_typed(visitor, digits).path for _ in range(2)] == [reverse(TRUST)] * 2
    before = visitor.client.cookies["session"].value
    assert trust(visitor).path == "/"
    late = Customer()
    late.client.cookies.update(visitor.client.cookies)
    late.client.cookies["session"] = before
    page = trust(late)
    assert page.status == 200
    assert page.path == reverse("portal:sign_in")


def test_steps_that_are_not_asked_lead_to_the_one_that_is() -> None:
    made, visitor = an_account(phone=PHONE), Customer()
    for name in (CODE, TRUST, "portal:sign_in_step_app", "portal:sign_in_step_password"):
        assert visitor.get(name).path == reverse("portal:sign_in")
    password_typed(visitor, made)
    for name in (TRUST, "portal:sign_in_step_app", "portal:sign_in_step_password", "portal:sign_in_step_passkey"):
        assert visitor.get(name).path == reverse(CODE)
    assert trust(visitor).path == reverse(CODE)
    assert not is_in(visitor)


def test_five_wrong_codes_end_the_sign_in_with_a_page_that_says_so() -> None:
    made, visitor = an_account(phone=PHONE), Customer()
    password_typed(visitor, made)
    right = newest_code()
    for left in (4, 3, 2, 1):
        page = code_typed(visitor, another_code(right))
        assert page.status == 422
        assert f"{left} tr" in page.text
    page = code_typed(visitor, another_code(right))
    assert page.status == 409
    assert "wrong codes were typed too often" in page.text
    assert code_typed(visitor, right).path == reverse("portal:sign_in")
    assert not is_in(visitor)


def test_the_code_goes_to_the_mailbox_when_that_is_chosen() -> None:
    made, visitor = an_account(phone=PHONE, email="lin@example.com"), Customer()
    assert reverse("portal:sign_in_step_channel") in password_typed(visitor, made).links
    page = visitor.send("portal:sign_in_step_channel", channel="email")
    assert page.path == reverse(CODE)
    assert "li***@example.com" in page.text
    assert code_typed(visitor).path == reverse(TRUST)


def test_when_no_more_codes_go_to_the_phone_the_page_says_why_and_offers_the_mailbox() -> None:
    made, visitor = an_account(phone=PHONE, email="lin@example.com"), Customer()
    for minute in range(0, 10, 2):
        with time_machine.travel(NOW + timedelta(minutes=minute)):
            assert password_typed(visitor, made).path == reverse(CODE)
    with time_machine.travel(NOW + timedelta(minutes=10)):
        page = password_typed(visitor, made)
        assert page.path == reverse("portal:sign_in_step_channel")
        refused = visitor.send("portal:sign_in_step_channel", channel="sms")
        assert refused.status == 422
        assert "Too many codes were asked for." in refused.text
        assert visitor.send("portal:sign_in_step_channel", channel="email").path == reverse(CODE)


def test_a_sign_in_begun_anew_in_the_same_browser_goes_on_with_the_code_that_is_on_its_way() -> None:
    made, visitor = an_account(phone=PHONE), Customer()
    for _ in range(2):
        assert password_typed(visitor, made).path == reverse(CODE)
    assert Message.objects.count() == 1
    assert code_typed(visitor).path == reverse(TRUST)


def test_another_browser_does_not_get_the_code_of_the_first_and_is_told_to_wait() -> None:
    made, mine, other = an_account(phone=PHONE), Customer(), Customer()
    password_typed(mine, made)
    assert password_typed(other, made).path == reverse("portal:sign_in_step_channel")
    refused = other.send("portal:sign_in_step_channel", channel="sms")
    assert refused.status == 422
    assert "A code is on its way already." in refused.text
    assert other.send(CODE, code=newest_code()).path != reverse(TRUST)
    assert code_typed(mine).path == reverse(TRUST)


@pytest.mark.clause("1.22")
def test_the_app_is_asked_for_on_a_trusted_device_too_and_wrong_codes_lock_it() -> None:
    made = an_account(phone=PHONE)
    visitor = out(trusting(made))
    earlier = NOW - timedelta(minutes=1)
    begin_app(account_id=made.id, name=made.name, now=earlier)
    digits = sandbox_code(account_id=made.id, name=made.name, now=earlier)
    confirm_app(actor=owner_of(made), account_id=made.id, digits=digits, now=earlier)
    set_sign_in_check(actor=owner_of(made), account_id=made.id, check=SignInCheck.APP)
    assert password_typed(visitor, made).path == reverse("portal:sign_in_step_app")
    right = sandbox_code(account_id=made.id, name=made.name, now=NOW)
    assert visitor.send("portal:sign_in_step_app", code=another_code(right)).status == 422
    assert visitor.send("portal:sign_in_step_app", code=right).path == "/"
    assert is_in(visitor)


@pytest.mark.clause("3.1.20")
def test_a_password_that_must_be_changed_is_changed_before_one_gets_in() -> None:
    made, visitor = an_account(phone=PHONE), Customer()
    require_new_password(account_id=made.id)
    password_typed(visitor, made)
    assert code_typed(visitor).path == reverse("portal:sign_in_step_password")
    assert trust(visitor).path == reverse("portal:sign_in_step_password")
    weak = visitor.send("portal:sign_in_step_password", password="password12", password_again="password12")
    assert weak.status == 422
    typed = {"password": NEW_PASSWORD, "password_again": NEW_PASSWORD}
    assert visitor.send("portal:sign_in_step_password", **typed).path == reverse(TRUST)
    assert trust(visitor).path == "/"
    assert is_in(visitor)
    assert password_typed(Customer(), made).status == 422
    assert password_typed(Customer(), made, NEW_PASSWORD).path == reverse(CODE)


# -- 1.20: a lock does not shut the owner out of his own device -------------------------------------------------------


@pytest.mark.clause("1.20")
def test_a_stranger_who_locks_the_name_does_not_lock_the_owner_out_of_his_trusted_device() -> None:
    made = an_account(phone=PHONE)
    own = out(trusting(made))
    stranger = Customer()
    for _ in range(5):
        page = password_typed(stranger, made, WRONG)
    assert "locked for 15 minutes" in page.text
    assert "locked for 15 minutes" in password_typed(Customer(), made).text  # the right password from elsewhere
    assert password_typed(own, made).path == "/"
    assert is_in(own)
    assert "locked for" in password_typed(Customer(), made).text  # and the stranger's lock stands


@pytest.mark.clause("1.20")
def test_tries_on_a_trusted_device_lock_too_and_only_there() -> None:
    made = an_account(phone=PHONE)
    own = out(trusting(made))
    for _ in range(5):
        page = password_typed(own, made, WRONG)
    assert "locked for 15 minutes" in page.text
    assert "locked for" in password_typed(own, made).text
    assert password_typed(Customer(), made).path == reverse(CODE)


def test_the_cookie_of_another_account_or_a_device_no_longer_trusted_does_not_get_past_a_lock() -> None:
    made, other = an_account(phone=PHONE), an_account(phone="+8613900139000")
    strangers = out(trusting(other))
    own = out(trusting(made))
    end_everything(actor=owner_of(made), account_id=made.id, reason="owner")
    for _ in range(5):
        password_typed(Customer(), made, WRONG)
    for visitor in (strangers, own):
        assert "locked for" in password_typed(visitor, made).text


@pytest.mark.clause("1.14", "1.20")
@pytest.mark.parametrize("with_device", [False, True], ids=["new browser", "browser with a device cookie"])
def test_a_failed_sign_in_looks_alike_for_a_name_that_nobody_bears(*, with_device: bool) -> None:
    made, other = an_account("lin.known", phone=PHONE), an_account(phone="+8613900139000")
    device = trusting(other).client.cookies["device"].value if with_device else ""
    seen = []
    for name in ("lin.known", "lin.nobody"):
        answers = []
        for _ in range(6):
            visitor = Customer()
            if device:
                visitor.client.cookies["device"] = device
            response = visitor.client.post(reverse("portal:sign_in"), {"identifier": name, "password": WRONG})
            body = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"', "", response.content.decode())
            headers = {key: value for key, value in response.items() if key != "Content-Length"}
            answers.append((response.status_code, body.replace(name, ""), headers, set(response.cookies)))
        seen.append(answers)
    assert made.name == "lin.known"
    assert seen[0] == seen[1]
    assert "locked for 15 minutes" in seen[0][5][1]


@pytest.mark.clause("1.14")
def test_the_help_after_a_failure_names_every_cause_of_the_source_and_the_entrances(settings: LazySettings) -> None:
    page = Customer().send("portal:sign_in", identifier="no.body", password=WRONG)
    assert "support tells you where" in page.text
    assert {reverse("portal:recovery"), reverse("portal:sign_in_code")} <= set(page.links)
    settings.PARTNER_ENTRANCE_LINK = "https://partners.example.com/"
    settings.OFFICIAL_SITE_ENTRANCE_LINK = "https://www.example.com/sign-in"
    page = Customer().send("portal:sign_in", identifier="no.body", password=WRONG)
    assert {"https://partners.example.com/", "https://www.example.com/sign-in"} <= set(page.links)
    assert "support tells you where" not in page.text


# -- devices and sessions ---------------------------------------------------------------------------------------------


@pytest.mark.clause("1.47")
@pytest.mark.clause("1.47")
@pytest.mark.parametrize(("language", "words"), [("en", "unknown browser"), ("zh-hans", "未知浏览器")])
def test_a_browser_that_says_nothing_of_itself_is_listed_as_unknown(language: str, words: str) -> None:
    visitor, made = Customer(language=language), an_account(phone=PHONE)
    visitor.client.defaults["HTTP_USER_AGENT"] = ""
    password_typed(visitor, made)
    code_typed(visitor)
    trust(visitor)
    page = visitor.get("portal:devices").text
    assert page.count(words) == 3  # the session, the device, and what the button that ends the trust is for
    assert words in visitor.get("portal:history").text


def test_devices_and_sessions_are_listed_with_browser_and_place_and_can_be_ended() -> None:
    made = an_account(phone=PHONE)
    mine = at(Customer(), AT_HOME)
    mine.client.defaults["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"
    password_typed(mine, made)
    code_typed(mine)
    trust(mine)
    phone = Customer()
    phone.client.defaults["HTTP_USER_AGENT"] = "Mozilla/5.0 (iPhone) Safari/605"
    password_typed(phone, made)
    code_typed(phone)
    trust(phone)
    page = mine.get("portal:devices")
    for words in ("Firefox", "Safari", "iPhone", "Shenzhen, China", AT_HOME, "with the password", "this one"):
        assert words in page.text
    posts = re.findall(r'action="(/account/security/[^"]+)"', page.html)
    end_phone = next(path for path in posts if path.endswith("/end/"))
    mine.client.post(end_phone)
    assert not is_in(phone)
    assert is_in(mine)
    ends = [path for path in posts if path.endswith("/end-trust/") and path.count("/") == 6]
    assert len(ends) == 2
    for path in ends:
        mine.client.post(path)
    assert "trusted until" not in mine.get("portal:devices").text
    assert password_typed(out(mine), made).path == reverse(CODE)
    names = set(Event.objects.filter(account_id=made.id).values_list("name", flat=True))
    assert names >= {"signin:session:ended_by_owner", "signin:device:trust_ended"}


def test_all_other_sessions_end_at_one_press() -> None:
    made = an_account(phone=PHONE)
    browsers = [trusting(made) for _ in range(3)]
    browsers[0].send("portal:sessions_end_others")
    assert [is_in(one) for one in browsers] == [True, False, False]


def test_nobody_ends_the_sessions_or_the_trust_of_somebody_else() -> None:
    made, other = an_account(phone=PHONE), an_account(phone="+8613900139000")
    mine, theirs = trusting(made), trusting(other)
    posts = re.findall(r'action="(/account/security/[^"]+)"', mine.get("portal:devices").html)
    trusting(made)
    posts += re.findall(r'action="(/account/security/[^"]+)"', mine.get("portal:devices").html)
    own = [path for path in posts if re.search(r"[0-9a-f]{8}-", path)]
    assert len(own) >= 3
    assert {theirs.client.post(path).status_code for path in own} == {404}
    assert is_in(mine)


# -- 3.1.19: unusual sign-ins -----------------------------------------------------------------------------------------


def notices() -> list[str]:
    return [reveal(row).text for row in Message.objects.filter(purpose="security_notice").order_by("pk")]


def strange_sign_in(made: AccountFacts) -> str:
    """Somebody far away signs in; the path of the link that the owner gets."""
    out(at(trusting(made), AT_HOME))
    thief = at(Customer(), FAR_AWAY)
    with time_machine.travel(NOW + timedelta(days=2)):
        password_typed(thief, made)
        code_typed(thief)
        trust(thief, "no")
        assert is_in(thief)
    found = re.search(r"/account/not-me/\S+/", notices()[-1])
    assert found
    return found[0]


@pytest.mark.clause("3.1.19")
def test_the_owner_is_told_of_an_unusual_sign_in_by_phone_and_mail_with_when_where_and_a_link() -> None:
    made = an_account(phone=PHONE, email="lin@example.com")
    strange_sign_in(made)
    told = Message.objects.filter(purpose="security_notice")
    assert sorted(row.channel for row in told) == ["email", "sms"]
    for text in notices():
        assert "圣保罗" in text
        assert FAR_AWAY in text
        assert "/account/not-me/" in text
    assert Event.objects.filter(name="signin:session:unusual", account_id=made.id).count() == 1


def test_the_owner_on_his_own_devices_is_not_bothered() -> None:
    made = an_account(phone=PHONE)
    for _ in range(2):
        out(at(trusting(made), AT_HOME))
    assert notices() == []


@pytest.mark.clause("3.1.19", "3.1.21")
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_this_was_not_me_ends_everything_and_asks_for_a_new_password_once(language: str) -> None:
    made = an_account(phone=PHONE)
    own = trusting(made)
    path = strange_sign_in(made)
    with time_machine.travel(NOW + timedelta(days=3)):
        owner = Customer(language=language)  # not signed in: the link is the proof
        page = owner.at(path)
        assert page.status == 200
        assert FAR_AWAY in page.text
        assert owner.at(path).status == 200  # looking changes nothing
        done = owner.client.post(path)
        assert reverse("portal:recovery") in done.content.decode()
        assert not is_in(own)
        again = owner.client.post(path)
        assert again.status_code == 409
        password_typed(owner, made)
        assert code_typed(owner).path == reverse("portal:sign_in_step_password")


@pytest.mark.parametrize("spoil", [lambda path: path[:-2] + "x/", lambda _path: "/account/not-me/nonsense/"])
def test_a_wrong_link_does_nothing(spoil: Callable[[str], str]) -> None:
    made = an_account(phone=PHONE)
    path = spoil(strange_sign_in(made))
    with time_machine.travel(NOW + timedelta(days=3)):
        assert Customer().client.post(path).status_code == 409
    assert not Event.objects.filter(name="signin:session:disowned").exists()


def test_the_link_counts_for_a_week() -> None:
    path = strange_sign_in(an_account(phone=PHONE))
    with time_machine.travel(NOW + timedelta(days=9, minutes=1)):
        assert Customer().at(path).status == 409
