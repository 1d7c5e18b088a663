import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import translation

from account_center.messaging import delivery
from account_center.messaging.adapters import Gateways, NotConnected
from account_center.messaging.errors import MessageUnknown, UnsubscribeLinkUnknown
from account_center.messaging.models import Message, SandboxMessage
from account_center.messaging.ports import GatewayAway, GatewayRefused, Receipt
from account_center.messaging.queries import delivery_of, sandbox_inbox
from account_center.messaging.retention import erase_expired
from account_center.messaging.services import queue_email, queue_sms, unsubscribe
from account_center.messaging.types import Channel, Content, MessageKind, MessageState, Problem
from account_center.plumbing.work import run_due, work_report

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PHONE = "+8613800138000"
TEXT = "482913 is your code."


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as coordinates:
        yield coordinates


@dataclass
class Gateway:
    """Says what it is told to say, and remembers what it was asked."""

    answers: list[Exception] = field(default_factory=list)
    keys: list[UUID] = field(default_factory=list)

    def send(self, *, key: UUID, to: str = "", text: str = "", content: Content | None = None) -> Receipt:
        self.keys.append(key)
        assert not connection.savepoint_ids, "the network was called inside a transaction of the room"
        if self.answers:
            raise self.answers.pop(0)
        return Receipt(reference="r-1")


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Gateway:
    standing = Gateway()
    monkeypatch.setattr(delivery, "gateways", lambda: Gateways(sms=standing, mail=standing))
    return standing


def sms(to: str = PHONE, **more: Any) -> UUID:
    return queue_sms(to=to, country="CN", text=TEXT, purpose="sign_in", **more)


def mail(to: str = "li.wei@example.org", **more: Any) -> UUID:
    return queue_email(to=to, subject="Hello", text="Good day.", purpose="notice", **more)


def wait_for_next_try(message: UUID, clock: time_machine.Traveller) -> None:
    moment = delivery_of(message).next_try_at
    assert moment is not None
    clock.move_to(moment)


def test_a_queued_sms_arrives_in_the_sandbox() -> None:
    message = sms()
    assert delivery_of(message).state is MessageState.QUEUED
    run_due()
    seen = delivery_of(message)
    assert (seen.state, seen.attempts, seen.accepted_at) == (MessageState.ACCEPTED, 1, START)
    assert seen.masked == "+86 138****8000"
    assert [(item.recipient, item.text) for item in sandbox_inbox()] == [(PHONE, TEXT)]


def test_the_sandbox_shows_the_newest_first_and_one_recipient_if_asked(clock: time_machine.Traveller) -> None:
    for number in ("+8613800138000", "+8613900139000"):
        sms(number)
        run_due()
        clock.shift(timedelta(seconds=1))
    mail("Li.Wei@example.org")
    run_due()
    assert [item.recipient for item in sandbox_inbox()] == ["Li.Wei@example.org", "+8613900139000", "+8613800138000"]
    assert [item.channel for item in sandbox_inbox(recipient="li.wei@EXAMPLE.org")] == [Channel.EMAIL]
    assert len(sandbox_inbox(limit=1)) == 1


def test_outside_the_sandbox_there_is_no_inbox(settings: Any) -> None:
    sms()
    run_due()
    settings.SANDBOX = False
    assert sandbox_inbox() == []


@pytest.mark.django_db(transaction=True)
def test_a_message_of_an_act_that_rolled_back_is_never_sent() -> None:
    with transaction.atomic():
        message = sms()
        transaction.set_rollback(True)
    run_due()
    assert sandbox_inbox() == []
    with pytest.raises(MessageUnknown):
        delivery_of(message)


@pytest.mark.django_db(transaction=True)
def test_the_gateway_is_called_outside_any_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    inside = []

    class Watching(Gateway):
        def send(self, **asked: Any) -> Receipt:
            inside.append(connection.in_atomic_block)
            return super().send(**asked)

    standing = Watching()
    monkeypatch.setattr(delivery, "gateways", lambda: Gateways(sms=standing, mail=standing))
    sms()
    run_due()
    assert inside == [False]


def test_a_gateway_that_is_away_and_comes_back_gets_the_same_key(
    gateway: Gateway, clock: time_machine.Traveller
) -> None:
    gateway.answers = [GatewayAway("time-out"), GatewayAway("status 503")]
    message = sms()
    run_due()
    seen = delivery_of(message)
    assert (seen.state, seen.problem) == (MessageState.RETRYING, Problem.GATEWAY_AWAY)
    for _ in range(2):
        assert run_due() == 0, "it was tried before its time"
        wait_for_next_try(message, clock)
        run_due()
    assert delivery_of(message).state is MessageState.ACCEPTED
    assert delivery_of(message).problem is None
    assert gateway.keys == [message] * 3


def test_a_gateway_that_stays_away_costs_all_attempts_over_more_than_an_hour(
    gateway: Gateway, clock: time_machine.Traveller, settings: Any
) -> None:
    gateway.answers = [GatewayAway("time-out")] * 99
    message = sms()
    run_due()
    while delivery_of(message).state is MessageState.RETRYING:
        wait_for_next_try(message, clock)
        run_due()
    seen = delivery_of(message)
    assert (seen.state, seen.problem) == (MessageState.FAILED, Problem.GATEWAY_AWAY)
    assert seen.attempts == settings.LIMITS.message_attempts
    assert datetime.now(UTC) - START > timedelta(hours=1)
    assert work_report().waiting == work_report().dead == 0


def test_a_message_nobody_can_use_any_more_is_not_tried_again(gateway: Gateway, clock: time_machine.Traveller) -> None:
    gateway.answers = [GatewayAway("time-out")] * 99
    message = sms(expires_at=START + timedelta(seconds=60))
    run_due()
    while delivery_of(message).state is MessageState.RETRYING:
        wait_for_next_try(message, clock)
        run_due()
    assert delivery_of(message).state is MessageState.FAILED
    assert datetime.now(UTC) < START + timedelta(seconds=60)


def test_a_refused_recipient_fails_at_once(gateway: Gateway) -> None:
    gateway.answers = [GatewayRefused(Problem.REFUSED_BY_GATEWAY)]
    message = sms()
    run_due()
    seen = delivery_of(message)
    assert (seen.state, seen.problem, seen.attempts) == (MessageState.FAILED, Problem.REFUSED_BY_GATEWAY, 1)


@pytest.mark.parametrize(("to", "problem"), [("+8613800130001", Problem.UNREACHABLE)])
def test_sandbox_numbers_ending_0001_are_out_of_service(to: str, problem: Problem) -> None:
    message = sms(to)
    run_due()
    assert (delivery_of(message).state, delivery_of(message).problem) == (MessageState.FAILED, problem)


@pytest.mark.parametrize("to", ["+8613800130002", "slow@example.org"])
def test_sandbox_gateways_can_be_away_twice(to: str, clock: time_machine.Traveller) -> None:
    message = mail(to) if "@" in to else sms(to)
    run_due()
    for _ in range(2):
        assert delivery_of(message).state is MessageState.RETRYING
        assert sandbox_inbox() == []
        wait_for_next_try(message, clock)
        run_due()
    assert delivery_of(message).state is MessageState.ACCEPTED
    assert len(sandbox_inbox()) == 1


def test_sandbox_mail_to_bounce_comes_back() -> None:
    message = mail("bounce@example.org")
    run_due()
    assert delivery_of(message).problem is Problem.UNREACHABLE


def test_a_worker_killed_between_sending_and_noting_sends_the_same_key_again(
    gateway: Gateway, clock: time_machine.Traveller
) -> None:
    message = sms()
    row = Message.objects.get()
    lost = delivery.reserve(message_id=row.pk)
    assert lost is not None
    delivery._hand_over(lost)  # and here the worker is gone
    assert delivery_of(message).state is MessageState.SENDING
    run_due()
    assert delivery_of(message).state is MessageState.ACCEPTED
    assert gateway.keys == [message, message]
    assert delivery_of(message).attempts == 2


def test_the_sandbox_shows_a_message_sent_twice_under_one_key_once() -> None:
    sms()
    lost = delivery.reserve(message_id=Message.objects.get().pk)
    assert lost is not None
    delivery._hand_over(lost)
    run_due()
    assert len(sandbox_inbox()) == 1
    assert SandboxMessage.objects.get().tries == 2


def test_good_news_of_a_slow_worker_counts_and_its_bad_news_does_not(gateway: Gateway) -> None:
    message = sms()
    pk = Message.objects.get().pk
    slow = delivery.reserve(message_id=pk)
    quick = delivery.reserve(message_id=pk)
    assert slow is not None
    assert quick is not None
    away = delivery.Result(problem=Problem.GATEWAY_AWAY)
    assert delivery.note_result(reserved=slow, result=away) is None
    assert delivery_of(message).state is MessageState.SENDING
    assert delivery.note_result(reserved=quick, result=away) is not None
    assert delivery_of(message).state is MessageState.RETRYING
    delivery.note_result(reserved=slow, result=delivery.Result())
    assert delivery_of(message).state is MessageState.ACCEPTED
    run_due()
    assert gateway.keys == []


def raw_rows(table: str) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        rows = cursor.fetchall()
    return b"".join(
        bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode() for row in rows for value in row
    )


def test_neither_number_nor_code_can_be_read_in_the_database() -> None:
    sms()
    mail()
    waiting = raw_rows("messaging_message") + raw_rows("plumbing_job")
    run_due()
    for stored in (waiting, raw_rows("messaging_message"), raw_rows("messaging_sandboxmessage")):
        for secret in (b"482913", b"13800138000", b"li.wei", b"Good day"):
            assert secret not in stored


@pytest.mark.parametrize("answers", [[], [GatewayRefused(Problem.UNREACHABLE)]])
def test_the_content_is_gone_once_a_message_is_accepted_or_given_up(gateway: Gateway, answers: list[Exception]) -> None:
    gateway.answers = list(answers)
    sms()
    assert Message.objects.get().content != b""
    run_due()
    row = Message.objects.get()
    assert (bytes(row.content), bytes(row.wrapped_key)) == (b"", b"")


def test_a_decoy_never_reaches_a_gateway(gateway: Gateway) -> None:
    message = sms(decoy=True)
    run_due()
    assert gateway.keys == []
    assert delivery_of(message).state is MessageState.ACCEPTED


def test_a_decoy_walks_the_states_of_a_real_message_while_the_gateway_is_away(
    gateway: Gateway, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(random, "random", lambda: 0.5)
    gateway.answers = [GatewayAway("time-out")] * 3
    real, decoy = sms(), sms("+8613900139000", decoy=True)
    walked = []
    for _ in range(4):
        run_due()
        walked.append([outside(real), outside(decoy)])
        if delivery_of(real).next_try_at:
            wait_for_next_try(real, clock)
    assert all(one == other for one, other in walked)
    assert [one[0] for one, _ in walked] == [MessageState.RETRYING] * 3 + [MessageState.ACCEPTED]
    assert len(gateway.keys) == 4


def outside(message: UUID) -> tuple[object, ...]:
    seen = delivery_of(message).for_strangers()
    return seen.state, seen.attempts, seen.problem, seen.accepted_at, seen.next_try_at


def test_a_decoy_of_the_other_channel_does_not_care(gateway: Gateway) -> None:
    gateway.answers = [GatewayAway("time-out")]
    sms()
    decoy = mail(decoy=True)
    run_due()
    assert delivery_of(decoy).state is MessageState.ACCEPTED


def test_a_decoy_takes_as_long_as_a_real_message(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    sms()
    run_due()
    Message.objects.update(took_ms=740)
    sms(decoy=True)
    run_due()
    assert waited == [0.74]


def test_a_stranger_cannot_tell_a_refused_real_message_from_a_decoy(gateway: Gateway) -> None:
    gateway.answers = [GatewayRefused(Problem.UNREACHABLE)]
    real, decoy = sms(), sms(decoy=True)
    run_due()
    assert delivery_of(real).state is MessageState.FAILED
    for message in (real, decoy):
        shown = delivery_of(message).for_strangers()
        assert (shown.state, shown.problem) == (MessageState.ACCEPTED, None)


@pytest.mark.clause("3.1.8")
def test_marketing_mail_has_an_unsubscribe_link_and_the_one_click_header(settings: Any) -> None:
    settings.LINK_ADDRESS = "https://id.example.com"
    mail(kind=MessageKind.MARKETING)
    run_due()
    item = sandbox_inbox()[0]
    link = item.headers["List-Unsubscribe"].strip("<>")
    assert link.startswith("https://id.example.com/unsubscribe/")
    assert item.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in item.text
    assert "li.wei" not in link


@pytest.mark.clause("3.1.8")
@pytest.mark.parametrize(("language", "words"), [("en", "cannot be unsubscribed"), ("zh-hans", "无法退订")])
def test_system_mail_says_that_it_cannot_be_unsubscribed(language: str, words: str) -> None:
    with translation.override(language):
        mail()
    run_due()
    item = sandbox_inbox()[0]
    assert words in item.text
    assert item.headers == {}


@pytest.mark.clause("3.1.8")
def test_whoever_unsubscribed_gets_no_marketing_but_still_system_mail() -> None:
    mail(kind=MessageKind.MARKETING)
    run_due()
    token = sandbox_inbox()[0].headers["List-Unsubscribe"].strip("<>").rpartition("/")[2]
    unsubscribe(token=token)
    unsubscribe(token=token)
    refused, system = mail("LI.WEI@example.org", kind=MessageKind.MARKETING), mail()
    run_due()
    assert delivery_of(refused).problem is Problem.UNSUBSCRIBED
    assert delivery_of(system).state is MessageState.ACCEPTED


@pytest.mark.clause("3.1.8")
@pytest.mark.parametrize("token", ["", "x", "ü", "A" * 64, "AAAA" * 200])
def test_a_made_up_unsubscribe_link_is_refused(token: str) -> None:
    with pytest.raises(UnsubscribeLinkUnknown):
        unsubscribe(token=token)


@pytest.mark.parametrize("to", ["a@example.org\nBcc: b@example.org", "a@example.org,b@example.org", "<a@b.cn>", "a"])
def test_an_address_that_is_not_one_mailbox_is_refused(to: str) -> None:
    with pytest.raises(ValueError, match="not one e-mail address"):
        mail(to)


@pytest.mark.parametrize("to", ["13800138000", "+86 13800138000", "+8613800138000\n", "", "+0123456789"])
def test_a_number_that_is_not_e164_is_refused(to: str) -> None:
    with pytest.raises(ValueError, match="not a phone number"):
        sms(to)


def test_a_subject_cannot_begin_another_header() -> None:
    queue_email(
        to="li.wei@example.org", subject="Hi\r\nBcc: other@example.org\x00", text="a\r\nb\x07", purpose="notice"
    )
    run_due()
    item = sandbox_inbox()[0]
    assert item.subject == "Hi Bcc: other@example.org"
    assert item.text.startswith("a\nb\n")


def test_a_gateway_that_is_not_configured_counts_as_away(settings: Any) -> None:
    settings.SANDBOX, settings.SMS_GATEWAY_LINK, settings.EMAIL_HOST = False, "", ""
    messages = [sms(), mail()]
    run_due()
    assert [delivery_of(message).state for message in messages] == [MessageState.RETRYING] * 2
    with pytest.raises(GatewayAway):
        NotConnected().send(key=uuid4())


def test_messages_are_erased_on_time(clock: time_machine.Traveller, settings: Any) -> None:
    old = sms()
    run_due()
    clock.shift(timedelta(days=settings.LIMITS.message_keep_days))
    new = sms()
    clock.shift(timedelta(seconds=1))
    assert erase_expired(datetime.now(UTC)) == 2
    assert delivery_of(new).state is MessageState.QUEUED
    with pytest.raises(MessageUnknown):
        delivery_of(old)
    assert sandbox_inbox() == []


def test_fewer_attempts_are_a_setting(gateway: Gateway, settings: Any) -> None:
    settings.LIMITS = replace(settings.LIMITS, message_attempts=1)
    gateway.answers = [GatewayAway("time-out")]
    message = sms()
    run_due()
    assert delivery_of(message).state is MessageState.FAILED
