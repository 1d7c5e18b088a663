"""Forgotten password, page by page (1.16, 1.17, 1.19)."""

import re
from dataclasses import replace

import pytest
from django.conf import LazySettings, settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from account_center.accounts.services import password_fits
from account_center.accounts.types import AccountFacts, AccountKind
from account_center.messaging.models import Message
from account_center.messaging.sealed import reveal
from account_center.recovery.models import HumanCheck, Recovery
from tests.portal.visiting import Customer, Page, newest_code
from tests.recovery.making import NEW, answer_of, knows_device, with_contact
from tests.signin.making import PASSWORD, a_phone, an_account

pytestmark = pytest.mark.django_db
DEVICE_COOKIE = "d" * 43
NEW_TWICE = {"password": NEW, "password_again": NEW}


def on_known_device(owner: AccountFacts, language: str = "en") -> Customer:
    visitor = Customer(language=language)
    visitor.client.cookies[settings.DEVICE_COOKIE_NAME] = DEVICE_COOKIE
    knows_device(owner, DEVICE_COOKIE)
    return visitor


def with_code(visitor: Customer, contact: str) -> Page:
    """Phone or e-mail and the right code."""
    page = visitor.send("portal:recovery", recipient=contact)
    assert page.path == reverse("portal:recovery_code"), page.text
    return visitor.send("portal:recovery_code", code=newest_code())


def answered(visitor: Customer, **typed: str) -> Page:
    """The form by name with the right answer to a question."""
    page = visitor.send("portal:recovery_name", another="question", **typed)
    question = re.search(r'<label for="id_answer">([^<]+)</label>', page.html)
    assert question, page.text
    return visitor.send(
        "portal:recovery_name",
        check=page.values["check"],
        kind="question",
        answer=answer_of(question[1]),
        **typed,
    )


@pytest.mark.clause("1.16")
def test_from_the_sign_in_page_to_a_new_password() -> None:
    owner = an_account("sea.lamp", phone=a_phone())
    visitor = on_known_device(owner)
    assert reverse("portal:recovery") in visitor.get("portal:sign_in").links
    page = with_code(visitor, owner.phone)
    assert page.path == reverse("portal:recovery_password"), page.text
    assert "sea.lamp" in page.text
    page = visitor.send("portal:recovery_password", **NEW_TWICE)
    assert page.path == reverse("portal:recovery_done")
    assert "The account sea.lamp has a new password." in page.text
    assert password_fits(account_id=owner.id, password=NEW)


@pytest.mark.clause("1.16")
def test_several_accounts_of_a_phone_are_offered_after_the_code() -> None:
    phone = a_phone()
    first, second = an_account("sea.lamp", phone=phone), an_account("tea.house", phone=phone)
    visitor = on_known_device(second)
    page = with_code(visitor, phone)
    assert page.path == reverse("portal:recovery_choose")
    assert "sea.lamp" in page.text
    assert "tea.house" in page.text
    visitor.send("portal:recovery_choose", account=str(second.id))
    visitor.send("portal:recovery_password", **NEW_TWICE)
    assert password_fits(account_id=second.id, password=NEW)
    assert password_fits(account_id=first.id, password=PASSWORD)


@pytest.mark.clause("1.16")
def test_on_a_new_device_an_emergency_contact_confirms() -> None:
    owner = an_account("sea.lamp", phone=a_phone(), email="lin@example.com")
    contact = with_contact(owner, "王小明", "+86 139 1234 5675")
    visitor = Customer()
    page = with_code(visitor, owner.phone)
    assert page.path == reverse("portal:recovery_further")
    assert "**明" in page.text
    assert "王小明" not in page.html
    assert "lin" not in page.text.replace("sea.lamp", "")  # no other way where there are contacts
    page = visitor.send("portal:recovery_further", way=f"contact:{contact.id}")
    assert page.path == reverse("portal:recovery_further_code")
    text = reveal(Message.objects.latest("pk")).text
    assert "sea.lamp" in text
    assert "ONLY to the owner" in text
    page = visitor.send("portal:recovery_further_code", code=newest_code())
    assert page.path == reverse("portal:recovery_password"), page.text
    assert visitor.send("portal:recovery_password", **NEW_TWICE).path == reverse("portal:recovery_done")


@pytest.mark.clause("1.16")
def test_without_contacts_a_new_device_shows_the_other_mailbox() -> None:
    owner = an_account(phone=a_phone(), email="lin@example.com")
    visitor = Customer()
    page = with_code(visitor, owner.phone)
    assert "li***@example.com" in page.text
    page = visitor.send("portal:recovery_further", way="other")
    assert page.path == reverse("portal:recovery_further_code")
    page = visitor.send("portal:recovery_further_code", code=newest_code())
    assert page.path == reverse("portal:recovery_password")


@pytest.mark.clause("1.16")
def test_who_has_nothing_else_waits_and_is_told() -> None:
    owner = an_account(phone=a_phone())
    visitor = Customer()
    with_code(visitor, owner.phone)
    page = visitor.send("portal:recovery_further", way="wait")
    assert page.path == reverse("portal:recovery_waiting")
    assert "on you can set the new password" in page.text
    link = re.search(r"/recovery/stop/[\w-]+/", reveal(Message.objects.latest("pk")).text)
    assert link
    other = Customer()
    assert owner.name in other.at(link[0]).text
    answer = other.client.post(link[0])
    assert "Nobody can go on with it" in answer.content.decode()
    assert visitor.get("portal:recovery_waiting").status == 409
    assert other.at(link[0]).status == 404


def test_a_page_further_on_leads_back_to_where_one_is() -> None:
    owner = an_account(phone=a_phone())
    visitor = Customer()
    assert visitor.get("portal:recovery_password").status == 409
    with_code(visitor, owner.phone)
    assert visitor.get("portal:recovery_password").path == reverse("portal:recovery_further")
    assert visitor.send("portal:recovery_password", **NEW_TWICE).path == reverse("portal:recovery_further")
    assert password_fits(account_id=owner.id, password=PASSWORD)


def test_the_session_has_a_new_id_after_each_proof() -> None:
    owner = an_account(phone=a_phone())
    visitor = on_known_device(owner)
    visitor.send("portal:recovery", recipient=owner.phone)
    planted = visitor.client.cookies[settings.SESSION_COOKIE_NAME].value
    visitor.send("portal:recovery_code", code=newest_code())
    proven = visitor.client.cookies[settings.SESSION_COOKIE_NAME].value
    visitor.send("portal:recovery_password", **NEW_TWICE)
    assert len({planted, proven, visitor.client.cookies[settings.SESSION_COOKIE_NAME].value}) == 3
    thief = Customer()
    thief.client.cookies[settings.SESSION_COOKIE_NAME] = planted
    assert thief.get("portal:recovery_password").status == 409


def test_a_weak_password_is_told_at_its_field_and_nothing_is_lost() -> None:
    owner = an_account(phone=a_phone())
    visitor = on_known_device(owner)
    with_code(visitor, owner.phone)
    page = visitor.send("portal:recovery_password", password="password12", password_again="password12")
    assert page.status == 422
    assert "too easy to guess" in page.text
    assert page.values["password"] == "password12"
    assert visitor.send("portal:recovery_password", **NEW_TWICE).path == reverse("portal:recovery_done")


def shape(page: Page, *private: str) -> str:
    """A page without what the visitor typed himself and without what is random."""
    html = re.sub(
        r'(csrfmiddlewaretoken" value=|name="check" value=|base64,|csrf_token |X-CSRFToken": )"?[^"]*', "", page.html
    )
    for typed in private:
        html = html.replace(typed, "…")
    return html


@pytest.mark.clause("1.17")
@pytest.mark.parametrize(
    ("known", "unknown"), [("+8613912345675", "+8613912355675"), ("lin@example.com", "lix@example.com")]
)
def test_a_known_and_an_unknown_contact_are_answered_alike(known: str, unknown: str) -> None:
    is_mail = "@" in known
    an_account(phone="" if is_mail else known, email=known if is_mail else "")
    answers = []
    for contact in (known, unknown):
        visitor = Customer()
        visitor.get("portal:recovery")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            sent = visitor.client.post(reverse("portal:recovery"), {"recipient": contact})
        waiting = visitor.get("portal:recovery_code")
        wrong = visitor.send("portal:recovery_code", code="000000" if newest_code() != "000000" else "000001")
        masked = re.findall(r"\+86 \d+\*+\d+|\w\w\*+@[\w.]+", waiting.html)
        answers.append(
            (
                sent.status_code,
                sent["Location"],
                sorted(sent.headers),
                sorted(sent.cookies),
                len(queries),
                shape(waiting, *masked, contact),
                shape(wrong, *masked, contact),
            )
        )
    assert answers[0] == answers[1]


@pytest.mark.clause("1.16")
def test_a_legacy_account_comes_back_by_its_name_a_human_check_and_a_code() -> None:
    owner = an_account("old.lamp", phone=a_phone(), email="old@example.com", kind=AccountKind.LEGACY)
    visitor = Customer()
    page = answered(visitor, account="old.lamp", user="")
    assert page.path == reverse("portal:recovery_to"), page.text
    page = visitor.send("portal:recovery_to", channel="email", recipient="old@example.com")
    assert page.path == reverse("portal:recovery_code")
    page = visitor.send("portal:recovery_code", code=newest_code())
    assert page.path == reverse("portal:recovery_password"), page.text
    page = visitor.send("portal:recovery_password", **NEW_TWICE)
    assert reverse("portal:sign_in") + "?kind=legacy" in page.links
    assert password_fits(account_id=owner.id, password=NEW)


@pytest.mark.clause("1.17")
def test_the_name_of_an_id_account_goes_on_as_an_id_account() -> None:
    owner = an_account("sea.lamp", phone=a_phone())
    visitor = Customer()
    answered(visitor, account="sea.lamp", user="")
    visitor.send("portal:recovery_to", channel="sms", recipient=owner.phone)
    page = visitor.send("portal:recovery_code", code=newest_code())
    assert page.path == reverse("portal:recovery_further")  # a new device, as on the other path


@pytest.mark.clause("1.17")
def test_each_path_offers_the_other_one() -> None:
    visitor = Customer()
    assert reverse("portal:recovery_name") in visitor.get("portal:recovery").links
    assert reverse("portal:recovery") in visitor.get("portal:recovery_name").links
    page = visitor.send("portal:recovery", recipient="+8613912345675")
    assert reverse("portal:recovery_name") in page.links
    answered(visitor, account="nobody.here", user="")
    assert reverse("portal:recovery") in visitor.get("portal:recovery_to").links


@pytest.mark.clause("1.17")
def test_a_known_and_an_unknown_name_are_answered_alike(settings: LazySettings) -> None:
    settings.LIMITS = replace(settings.LIMITS, code_resend_seconds=0)
    an_account("old.lamp", phone="+8613912345675", kind=AccountKind.LEGACY)
    answers = []
    for name, contact in (
        ("old.lamp", "+8613912345675"),
        ("new.lamp", "+8613912345675"),
        ("old.lamp", "+8613912345685"),
    ):
        visitor = Customer()
        to = answered(visitor, account=name, user="")
        before = connection.queries_log.maxlen
        with CaptureQueriesContext(connection) as queries:
            sent = visitor.client.post(reverse("portal:recovery_to"), {"channel": "sms", "recipient": contact})
        waiting = visitor.get("portal:recovery_code")
        assert before is not None
        answers.append(
            (
                shape(to),
                sent.status_code,
                sent["Location"],
                len(queries),
                shape(waiting, "+86 139****5675", "+86 139****5685"),
            )
        )
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.clause("1.16")
def test_an_iam_user_without_phone_and_e_mail_reads_that_the_administrator_can_help() -> None:
    page = answered(Customer(), account="some.tenant", user="worker")
    assert page.path == reverse("portal:recovery_to")
    assert "your administrator can set a new password" in page.text


@pytest.mark.clause("1.16")
def test_a_wrong_answer_keeps_the_name_and_brings_a_new_picture() -> None:
    visitor = Customer()
    first = visitor.get("portal:recovery_name")
    page = visitor.send(
        "portal:recovery_name", account="old.lamp", user="", check=first.values["check"], kind="picture", answer="?????"
    )
    assert page.status == 422
    assert page.values["account"] == "old.lamp"
    assert page.values["answer"] == ""
    assert page.values["check"] != first.values["check"]
    assert "data:image/png;base64," in page.html
    assert not Recovery.objects.exists()


@pytest.mark.clause("1.16")
def test_who_cannot_see_the_picture_answers_a_question_and_loses_nothing() -> None:
    visitor = Customer(language="zh-hans")
    page = visitor.send("portal:recovery_name", another="question", account="old.lamp", user="worker")
    assert page.status == 200
    assert "data:image" not in page.html
    assert page.values["account"] == "old.lamp"
    assert page.values["user"] == "worker"
    assert HumanCheck.objects.filter(kind="question").exists()


@pytest.mark.clause("1.19")
def test_the_waiting_page_names_destination_causes_other_channel_and_support() -> None:
    visitor = Customer()
    page = visitor.send("portal:recovery", recipient="139 1234 5675")
    assert "+86 139****5675" in page.text
    assert "The code does not arrive?" in page.text
    assert reverse("portal:recovery") in page.links
    assert reverse("portal:support") in page.links
    assert "possible in" in page.text


@pytest.mark.clause("1.16")
def test_after_the_new_password_emergency_contacts_can_be_named_at_once() -> None:
    owner = an_account(phone=a_phone())
    visitor = on_known_device(owner)
    with_code(visitor, owner.phone)
    page = visitor.send("portal:recovery_password", **NEW_TWICE)
    assert reverse("portal:recovery_contacts") in page.links
    page = visitor.send("portal:recovery_contact_new", name="Anna Berg", recipient="anna@example.org")
    assert "A*** B***" in page.text
    page = visitor.send("portal:recovery_contact_code", page.path.split("/")[-3], code=newest_code())
    assert page.path == reverse("portal:recovery_contacts"), page.text
    assert "confirmed" in page.text
    assert Customer().get("portal:recovery_contacts").status == 409


def test_the_pages_read_well_in_chinese() -> None:
    with override("zh-hans"):
        page = Customer(language="zh-hans").get("portal:recovery")
    assert "忘记密码" in page.text


@pytest.mark.clause("1.16")
def test_the_signed_in_owner_reads_of_a_waiting_time_and_stops_it() -> None:
    owner = an_account("sea.lamp", phone=a_phone())
    visitor = Customer()
    with_code(visitor, owner.phone)
    visitor.send("portal:recovery_further", way="wait")
    inside = Customer(owner)
    assert "Was it you who asked for a new password?" in inside.get("portal:home").text
    assert "Somebody is waiting" in inside.get("portal:security").text
    assert "Somebody is waiting" in inside.get("portal:emergency_contacts").text
    page = inside.send("portal:recovery_stop_waiting")
    assert "Stopped. Nobody can go on with it." in page.text
    assert "Was it you" not in inside.get("portal:home").text


@pytest.mark.clause("1.16")
def test_naming_and_removing_inside_ask_for_a_fresh_proof() -> None:
    owner = an_account(phone=a_phone())
    contact = with_contact(owner)
    inside = Customer(owner)
    for page in (
        inside.get("portal:emergency_contact_new"),
        inside.get("portal:emergency_contact_remove", str(contact.id)),
        inside.send("portal:emergency_contact_remove", str(contact.id)),
    ):
        assert page.path == reverse("portal:prove", args=["emergency_contacts"]), page.text
    inside.send("portal:prove", "emergency_contacts", way="sms")
    page = inside.send("portal:prove_code", "emergency_contacts", code=newest_code())
    page = inside.send("portal:emergency_contact_remove", str(contact.id))
    assert "is no emergency contact any more" in page.text


def test_another_account_sees_and_removes_nobody() -> None:
    contact = with_contact(an_account(phone=a_phone()))
    stranger = Customer(an_account(phone=a_phone()))
    assert "he***@example.org" not in stranger.get("portal:emergency_contacts").text
    assert stranger.get("portal:emergency_contact_code", str(contact.id)).status == 404
    assert stranger.send("portal:emergency_contact_ask", str(contact.id)).status == 404


@pytest.mark.clause("1.16")
def test_a_contact_leaves_by_the_link_without_signing_in() -> None:
    owner = an_account("sea.lamp", phone=a_phone())
    with_contact(owner)
    link = next(
        found[0]
        for message in Message.objects.order_by("-pk")
        if (found := re.search(r"/emergency-contact/leave/[\w-]+/", reveal(message).text))
    )
    visitor = Customer()
    assert "sea.lamp" in visitor.at(link).text
    assert "You are off the list" in visitor.client.post(link).content.decode()
    assert visitor.at(link).status == 404
    assert "Nobody is named yet" in Customer(owner).get("portal:emergency_contacts").text


@pytest.mark.parametrize("path", ["/recovery/stop/x/", "/emergency-contact/leave/AAAA/", "/emergency-contact/leave/é/"])
def test_a_made_up_link_says_that_it_leads_nowhere(path: str) -> None:
    page = Customer().at(path)
    assert page.status == 404
    assert "This link leads nowhere any more." in page.text
