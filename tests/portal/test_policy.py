"""The tenant's security policy at the pages, the owner's way back in, and hints while a password is typed."""

import logging
import re
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.urls import reverse

from account_center.accounts.models import Account
from account_center.accounts.types import AccountFacts
from account_center.audit.models import Event
from account_center.audit.types import Topic
from account_center.messaging.models import Message
from account_center.messaging.sealed import reveal
from account_center.plumbing.limiter import LimitCounter
from account_center.plumbing.session_row import Session
from account_center.policy.models import SecurityPolicy
from account_center.policy.types import LeastCheck
from account_center.portal.fresh import PROOFS
from account_center.signin.models import Challenge, FreshProof
from account_center.signin.services.app_sessions import caller_of, start_app_session
from account_center.signin.types import SensitiveAction
from tests.policy.making import HERE, OFFICE, OUTSIDE, allow_only, an_owner, passwords, policy_of
from tests.portal.visiting import Customer, Page, newest_code
from tests.signin.making import NOW, PASSWORD, a_phone, an_account, visitor

pytestmark = pytest.mark.django_db
NEW = "regenschirm pflaume 31 kutsche"


class Visitor(Customer):
    """A browser at an address of its own."""

    def __init__(self, account: AccountFacts | None = None, *, address: str = HERE, language: str = "en") -> None:
        super().__init__(account, language=language)
        self.client.defaults["REMOTE_ADDR"] = address

    def prove(self, account: AccountFacts) -> UUID:
        """What the page that asks for a fresh proof leaves in the session."""
        row = Account.objects.get(pk=account.id)
        proof = FreshProof.objects.create(
            account=row,
            action=SensitiveAction.SECURITY_POLICY.value,
            way="sms",
            mark=row.facts().mark,
            proven_at=NOW,
        )
        session = self.client.session
        session[PROOFS] = {SensitiveAction.SECURITY_POLICY.value: str(proof.public_id)}
        session.save()
        return proof.public_id


def owner_here(**more: str) -> tuple[AccountFacts, Visitor]:
    owner = an_owner(**more)
    browser = Visitor(owner)
    browser.prove(owner)
    return owner, browser


def save_networks(browser: Visitor, text: str, *, version: int = 0) -> Page:
    return browser.send("portal:security_policy_networks", networks=text, version=str(version), save="1")


# The pages


@pytest.mark.clause("1.22")
def test_without_a_tenant_the_page_leads_to_activation() -> None:
    page = Visitor(an_account(phone=a_phone())).get("portal:security_policy")
    assert page.status == 200
    assert reverse("portal:activate") in page.links
    assert "at most 180 days" in page.text


@pytest.mark.clause("1.22", "1.23", "3.1.20")
def test_the_page_says_every_rule_and_where_one_is() -> None:
    owner, browser = owner_here()
    allow_only(owner, f"{OFFICE}, 2001:db8::/32")
    passwords(owner, days=90, history=5, min_hours=24)
    page = browser.get("portal:security_policy")
    for said in (OFFICE, "2001:db8::/32", "you are here", "90 days", "the last 5 passwords", "24 hours", HERE):
        assert said in page.text


@pytest.mark.parametrize("name", ["networks", "passwords", "session", "check"])
def test_each_change_asks_for_a_fresh_proof_first(name: str) -> None:
    page = Visitor(an_owner()).get(f"portal:security_policy_{name}")
    assert page.path == reverse("portal:prove", args=["security_policy"])


@pytest.mark.clause("1.23")
def test_a_list_is_shown_before_it_is_saved_and_saved_once() -> None:
    owner, browser = owner_here()
    looked = browser.send(
        "portal:security_policy_networks", networks=f" {OFFICE} ；\n198.51.100.9", version="0", look="1"
    )
    assert looked.status == 200
    assert {"256 addresses", "1 address", "You are inside."} <= set(looked.texts)
    assert not policy_of(owner).networks
    page = save_networks(browser, f" {OFFICE} ；\n198.51.100.9")
    assert page.path == reverse("portal:security_policy")
    assert [network.text for network in policy_of(owner).networks] == [OFFICE, "198.51.100.9"]
    again = save_networks(browser, "", version=1)
    assert again.path == reverse("portal:prove", args=["security_policy"])


@pytest.mark.clause("1.23")
@pytest.mark.parametrize("button", ["look", "save"])
def test_nobody_locks_himself_out(button: str) -> None:
    owner = an_owner()
    browser = Visitor(owner, address=OUTSIDE)
    browser.prove(owner)
    page = browser.send("portal:security_policy_networks", **{"networks": OFFICE, "version": "0", button: "1"})
    assert page.status == 422
    assert "With this list you would lock yourself out." in page.text
    assert OUTSIDE in page.text
    assert not policy_of(owner).networks


def test_the_network_that_was_meant_is_offered() -> None:
    _, browser = owner_here()
    page = save_networks(browser, "203.0.113.9/24 0.0.0.0/0")
    assert page.status == 422
    assert "The network is 203.0.113.0/24." in page.text
    assert "empty the list" in page.text


def test_a_list_that_was_refused_leaves_the_proof_unspent() -> None:
    owner, browser = owner_here()
    save_networks(browser, "here")
    save_networks(browser, OFFICE)
    assert len(policy_of(owner).networks) == 1


def test_what_is_typed_comes_back_as_text() -> None:
    _, browser = owner_here()
    page = save_networks(browser, "<script>alert(1)</script>")
    assert "<script>alert" not in page.html


def test_a_page_that_has_gone_stale_saves_nothing() -> None:
    owner, browser = owner_here()
    passwords(owner, days=30)
    page = save_networks(browser, OFFICE)
    assert page.status == 422
    assert "The security policy was changed in the meantime." in page.text


@pytest.mark.clause("1.23")
def test_sessions_from_outside_end_when_a_list_is_saved_and_those_inside_go_on() -> None:
    owner, browser = owner_here()
    inside, outside = Visitor(address="203.0.113.77"), Visitor(address=OUTSIDE)
    for other in (inside, outside):
        sign_in(other, owner)
    assert Session.objects.filter(account_id=owner.id, address=OUTSIDE).exists()
    save_networks(browser, OFFICE)
    assert inside.get("portal:security").path == reverse("portal:security")
    assert browser.get("portal:security").path == reverse("portal:security")
    assert outside.get("portal:security").path == reverse("portal:sign_in")


@pytest.mark.clause("1.23")
def test_app_sessions_from_outside_end_too() -> None:
    owner, browser = owner_here()
    tokens = [
        start_app_session(actor=visitor(address), account=owner, way="password", app="Test app", now=NOW)
        for address in (HERE, OUTSIDE)
    ]
    save_networks(browser, OFFICE)
    callers = [caller_of(token=one.access_token, now=NOW) for one in tokens]
    assert [caller is not None for caller in callers] == [True, False]


@pytest.mark.clause("3.1.20")
def test_passwords_sessions_and_check_are_saved_and_told() -> None:
    owner, browser = owner_here(email="lin@example.org")
    sent = browser.send("portal:security_policy_passwords", days="１80", history="5", min_hours="24", version="0")
    assert sent.path == reverse("portal:security_policy")
    browser.prove(owner)
    browser.send("portal:security_policy_session", minutes="60", version="1")
    browser.prove(owner)
    browser.send("portal:security_policy_check", check="code", version="2")
    kept = policy_of(owner)
    assert (kept.password_days, kept.password_history, kept.password_min_hours) == (180, 5, 24)
    assert (kept.session_minutes, kept.least_check, kept.version) == (60, LeastCheck.CODE, 3)
    assert Message.objects.filter(purpose="security_notice").count() == 3


@pytest.mark.clause("3.1.20")
def test_181_days_are_refused_with_the_bounds() -> None:
    owner, browser = owner_here()
    page = browser.send("portal:security_policy_passwords", days="181", history="0", min_hours="0", version="0")
    assert page.status == 422
    assert "It must lie between 0 and 180." in page.text
    assert policy_of(owner).version == 0


def test_who_asks_for_a_second_factor_has_one_himself() -> None:
    owner, browser = owner_here()
    page = browser.send("portal:security_policy_check", check="second_factor", version="0")
    assert page.status == 422
    assert "First set up a second factor for yourself." in page.text
    assert policy_of(owner).least_check is LeastCheck.ANY


def test_a_policy_is_changed_for_ones_own_tenant_only() -> None:
    victim, (attacker, browser) = an_owner(), owner_here()
    save_networks(browser, OFFICE)
    assert not policy_of(victim).networks
    assert policy_of(attacker).networks


# Signing in under a list, and the way back


def sign_in(visitor: Visitor, account: AccountFacts, password: str = PASSWORD) -> Page:
    """Password, and the code that a device without trust is asked for."""
    page = visitor.send("portal:sign_in", identifier=account.name, password=password)
    if page.path == reverse("portal:sign_in_step_code"):
        page = visitor.send("portal:sign_in_step_code", code=newest_code())
    if page.path == reverse("portal:sign_in_trust"):
        page = visitor.send("portal:sign_in_trust", trust="no")
    return page


@pytest.mark.clause("1.23")
def test_the_owner_kept_out_by_his_own_list_gets_in_by_one_more_code() -> None:
    owner = an_owner(email="lin@example.org")
    allow_only(owner)
    visitor = Visitor(address=OUTSIDE)
    refused = sign_in(visitor, owner)
    assert refused.status == 403
    assert "Your own list of networks does not allow 198.51.100.7." in refused.text
    assert reverse("portal:way_back") in refused.links
    explained = visitor.get("portal:way_back")
    assert "60 minutes" in explained.text
    visitor.send("portal:way_back", channel="email")
    challenge = Challenge.objects.latest("pk")
    assert challenge.recipient == "lin@example.org"
    assert challenge.message_id
    assert "past your own list of networks" in reveal(Message.objects.get(public_id=challenge.message_id)).text
    page = visitor.send("portal:way_back_code", code=newest_code())
    assert page.path == reverse("portal:security_policy")
    assert "The way back is open until" in page.text
    assert "outside the list" in page.text
    told = [reveal(row).to for row in Message.objects.filter(purpose="security_notice")]
    assert sorted(told) == sorted([owner.phone, "lin@example.org"])
    assert Event.objects.filter(name="policy:way_back:opened", account_id=owner.id).count() == 1


@pytest.mark.clause("1.23", "3.1.19")
def test_a_sign_in_that_only_the_list_refuses_stands_in_the_history_once() -> None:
    owner = an_owner()
    allow_only(owner)
    visitor = Visitor(address=OUTSIDE)
    assert sign_in(visitor, owner).status == 403
    assert visitor.send("portal:sign_in_trust").status == 403
    event = Event.objects.get(name="signin:network:refused")
    assert (event.account_id, event.topic, event.address) == (owner.id, Topic.FAILED, OUTSIDE)


@pytest.mark.clause("1.23")
def test_the_way_back_is_closed_again_at_the_page_and_by_time() -> None:
    owner = an_owner()
    allow_only(owner)
    visitor = Visitor(address=OUTSIDE)
    sign_in(visitor, owner)
    visitor.send("portal:way_back", channel="sms")
    visitor.send("portal:way_back_code", code=newest_code())
    second = Visitor(address=OUTSIDE)
    with time_machine.travel(NOW + timedelta(minutes=2)):
        assert sign_in(second, owner).status == 200
    page = visitor.get("portal:security_policy")
    assert "A way back past the list of networks is open." in page.text
    assert "is open." not in visitor.send("portal:security_policy_way_back_end").text
    assert SecurityPolicy.objects.get().way_back == ""
    with time_machine.travel(NOW + timedelta(minutes=4)):
        assert sign_in(Visitor(address=OUTSIDE), owner).status == 403


def test_a_stranger_finds_no_way_back() -> None:
    for name in ("portal:way_back", "portal:way_back_code"):
        assert Visitor(address=OUTSIDE).get(name).path == reverse("portal:sign_in")


@pytest.mark.clause("1.23")
def test_the_password_alone_opens_no_way_back() -> None:
    owner = an_owner()
    allow_only(owner)
    visitor = Visitor(address=OUTSIDE)
    visitor.send("portal:sign_in", identifier=owner.name, password=PASSWORD)
    page = visitor.get("portal:way_back")
    assert page.status == 409
    visitor.send("portal:way_back", channel="sms")
    assert not Challenge.objects.filter(purpose="way_back").exists()


def test_a_code_for_another_purpose_opens_no_way_back() -> None:
    owner = an_owner()
    allow_only(owner)
    visitor = Visitor(address=OUTSIDE)
    sign_in(visitor, owner)
    used = newest_code()
    with time_machine.travel(NOW + timedelta(minutes=2)):
        visitor.send("portal:way_back", channel="sms")
        if newest_code() != used:
            assert visitor.send("portal:way_back_code", code=used).status == 422
    assert SecurityPolicy.objects.get().way_back == ""


@pytest.mark.clause("1.23")
def test_somebody_inside_signs_in_without_noticing_the_list() -> None:
    owner = an_owner()
    allow_only(owner)
    assert sign_in(Visitor(address="203.0.113.200"), owner).status == 200


# Passwords that have run out


@pytest.mark.clause("3.1.20")
def test_a_password_that_has_run_out_is_replaced_at_sign_in_and_not_by_an_old_one() -> None:
    owner = an_owner()
    passwords(owner, days=180, history=3)
    with time_machine.travel(NOW + timedelta(days=180)):
        visitor = Visitor()
        page = sign_in(visitor, owner)
        assert page.path == reverse("portal:sign_in_step_password")
        step = "portal:sign_in_step_password"
        same = visitor.send(step, password=PASSWORD, password_again=PASSWORD)
        assert "This is the password you have already." in same.text
        assert visitor.send(step, password=NEW, password_again=NEW).path == reverse("portal:sign_in_trust")
        visitor.send("portal:sign_in_trust", trust="no")
        assert visitor.get("portal:security").path == reverse("portal:security")
    with time_machine.travel(NOW + timedelta(days=180, hours=1)):
        assert sign_in(Visitor(), owner, NEW).status == 200


@pytest.mark.clause("3.1.20")
def test_the_home_page_tells_some_days_before() -> None:
    owner, browser = owner_here()
    passwords(owner, days=90)
    assert "Change the password" not in browser.get("portal:home").text
    with time_machine.travel(NOW + timedelta(days=85)):
        other = Visitor(owner)
        page = other.get("portal:home")
    assert "5 days" in page.text
    assert reverse("portal:security_password") in page.links


# Hints while a password is typed


@pytest.mark.clause("1.22")
@pytest.mark.parametrize(("language", "said"), [("en", "very weak"), ("zh-hans", "很弱")])
def test_hints_come_while_a_password_is_typed_in_both_languages(language: str, said: str) -> None:
    page = Visitor(language=language).send("portal:password_hints", password="abcabcabc")
    assert page.status == 200
    assert said in page.text


@pytest.mark.clause("1.22")
def test_what_is_known_of_a_person_counts_in_the_hints() -> None:
    account = an_account("lin.mei.shanghai", phone=a_phone())
    stranger = Visitor().send("portal:password_hints", password="linmeishanghai")
    with_name = Visitor().send("portal:password_hints", password="linmeishanghai", name="lin.mei.shanghai")
    signed_in = Visitor(account).send("portal:password_hints", password="linmeishanghai")
    assert with_name.text == signed_in.text != stranger.text


def test_a_good_password_gets_no_advice() -> None:
    page = Visitor().send("portal:password_hints", password=NEW)
    assert page.text == "Strength: strong"


def test_an_empty_field_gets_an_empty_answer_and_a_very_long_one_an_answer() -> None:
    assert Visitor().send("portal:password_hints", password="").html == ""
    assert "more than 128" in Visitor().send("portal:password_hints", password="x y" * 5000).text


def test_hints_are_neither_kept_nor_written_down(caplog: pytest.LogCaptureFixture) -> None:
    secret = "glockenblume 83 zeisig"
    with caplog.at_level(logging.DEBUG):
        Visitor().send("portal:password_hints", password=secret)
    assert secret not in caplog.text
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            assert secret not in str(cursor.fetchall())


def test_hints_are_limited_and_say_so(settings: LazySettings) -> None:
    visitor = Visitor()
    limit = settings.LIMITS.password_hints_per_address_hour
    visitor.send("portal:password_hints", password="a")
    LimitCounter.objects.update(count=limit)
    page = visitor.send("portal:password_hints", password="abc")
    assert page.status == 200
    assert "No more hints for now" in page.text


def test_hints_ask_for_the_csrf_token() -> None:
    answer = Client(enforce_csrf_checks=True).post(reverse("portal:password_hints"), {"password": "abc"})
    assert answer.status_code == 403


@pytest.mark.parametrize("name", ["portal:security_password"])
def test_the_present_password_is_never_sent_for_hints(name: str) -> None:
    page = Visitor(an_owner()).get(name)
    field = re.search(r'<input type="password" name="password"[^>]*>', page.html)
    assert field
    assert 'hx-params="password,name,recipient"' in field[0]
    assert "10 characters" in page.text
