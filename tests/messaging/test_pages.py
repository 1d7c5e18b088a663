import pytest
from django.test import Client

from account_center.messaging.models import Unsubscribed
from account_center.messaging.queries import delivery_of
from account_center.messaging.sealed import recipient_index
from account_center.messaging.services import queue_email
from account_center.messaging.types import Channel, MessageKind, Problem
from account_center.messaging.unsubscribing import unsubscribe_link
from account_center.plumbing.work import run_due

pytestmark = [pytest.mark.django_db, pytest.mark.clause("3.1.8")]
ADDRESS = "li.wei@example.org"


@pytest.fixture
def link() -> str:
    return unsubscribe_link(recipient_index(Channel.EMAIL, ADDRESS))


def marketing_problem() -> Problem | None:
    message = queue_email(to=ADDRESS, subject="News", text="A new region.", purpose="news", kind=MessageKind.MARKETING)
    run_due()
    return delivery_of(message).problem


def test_following_the_link_only_asks(client: Client, link: str) -> None:
    answer = client.get(link, headers={"accept-language": "en"})
    assert "Unsubscribe from news" in answer.content.decode()
    assert marketing_problem() is None


def test_the_button_unsubscribes_in_the_readers_language(client: Client, link: str) -> None:
    answer = client.post(link, headers={"accept-language": "zh-hans"})
    assert "退订成功" in answer.content.decode()
    assert marketing_problem() is Problem.UNSUBSCRIBED


def test_a_mail_program_unsubscribes_with_one_click(link: str) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Unsubscribed.objects.count() == 1


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_cut_link_says_what_to_do(client: Client, link: str, method: str) -> None:
    answer = getattr(client, method)(link[:-4], headers={"accept-language": "en"})
    assert answer.status_code == 404
    assert "Copy the whole link" in answer.content.decode()
    assert not Unsubscribed.objects.exists()
