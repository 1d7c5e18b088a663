"""News by e-mail: the owner's page, and the address that changes (3.1.8)."""

import pytest
from django.utils import translation

from account_center.accounts.services import choose_news, set_email
from account_center.accounts.types import AccountFacts
from account_center.audit.queries import events_of_account
from account_center.kit.email import parse_email
from account_center.messaging.queries import delivery_of, gets_news, sandbox_inbox
from account_center.messaging.services import queue_email, unsubscribe
from account_center.messaging.types import MessageKind, MessageState, Problem
from account_center.plumbing.work import run_due
from tests.portal.visiting import Customer
from tests.signin.making import NOW, an_account, owner_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("3.1.8")]
ADDRESS = "li.wei@example.org"


@pytest.fixture
def owner() -> AccountFacts:
    return an_account(email=ADDRESS)


def names(owner: AccountFacts) -> list[str]:
    return [event.name for event in events_of_account(account_id=owner.id) if ":news:" in event.name]


def test_the_owner_switches_news_off_and_on_again(owner: AccountFacts) -> None:
    visitor = Customer(owner)
    assert "Switch news off" in visitor.get("portal:messages").text
    assert "no more news" in visitor.send("portal:messages", news="off").text
    assert not gets_news(ADDRESS)
    assert "Switch news on" in visitor.send("portal:messages", news="off").text
    visitor.send("portal:messages", news="on")
    assert gets_news(ADDRESS)
    assert names(owner) == ["accounts:news:subscribed", "accounts:news:unsubscribed"]


def test_news_that_is_switched_off_is_not_sent_and_system_mail_is(owner: AccountFacts) -> None:
    Customer(owner).send("portal:messages", news="off")
    news = queue_email(to=ADDRESS, subject="News", text="A region.", purpose="news", kind=MessageKind.MARKETING)
    system = queue_email(to=ADDRESS, subject="Notice", text="A change.", purpose="notice")
    run_due()
    assert delivery_of(news).problem is Problem.UNSUBSCRIBED
    assert delivery_of(system).state is MessageState.ACCEPTED


@pytest.mark.parametrize(("language", "words"), [("en", "System messages"), ("zh-hans", "系统消息")])
def test_the_page_says_in_both_languages_that_system_messages_always_come(
    owner: AccountFacts, language: str, words: str
) -> None:
    assert words in Customer(owner, language=language).get("portal:messages").text


def test_the_link_in_a_mail_shows_on_the_page(owner: AccountFacts) -> None:
    queue_email(to=ADDRESS, subject="News", text="A region.", purpose="news", kind=MessageKind.MARKETING)
    run_due()
    unsubscribe(token=sandbox_inbox()[0].headers["List-Unsubscribe"].strip("<>").rpartition("/")[2])
    assert "Switch news on" in Customer(owner).get("portal:messages").text


def test_without_an_address_the_page_leads_to_binding_one() -> None:
    visitor = Customer(an_account())
    assert "Bind an e-mail address" in visitor.get("portal:messages").text
    assert visitor.send("portal:messages", news="off").status == 200


def test_a_new_address_keeps_the_choice(owner: AccountFacts) -> None:
    choose_news(actor=owner_of(owner), account_id=owner.id, wanted=False)
    set_email(actor=owner_of(owner), account_id=owner.id, email=parse_email("new@example.org"), now=NOW)
    assert not gets_news("new@example.org")


def test_marketing_does_not_claim_an_agreement_that_nobody_gave() -> None:
    for language, words in (("en", "This is news from"), ("zh-hans", "营销邮件")):
        with translation.override(language):
            queue_email(to=ADDRESS, subject="News", text="A region.", purpose="news", kind=MessageKind.MARKETING)
        run_due()
        assert words in sandbox_inbox()[0].text
