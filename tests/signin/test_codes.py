from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings

from account_center.kit.actor import Actor
from account_center.messaging.models import Message
from account_center.messaging.queries import sandbox_inbox
from account_center.plumbing.limiter import Budget, spent
from account_center.plumbing.work.running import run_due
from account_center.signin.errors import (
    CodeExpired,
    CodeSpent,
    CodeTooSoon,
    CountryNotServed,
    ProofMissing,
    TooManyCodes,
    TooManyWrongCodes,
    WrongCode,
)
from account_center.signin.models import Challenge
from account_center.signin.retention import erase_expired
from account_center.signin.services.codes import proven, require_right, resend_code, send_code, use_proof
from account_center.signin.types import ChallengeState, ChallengeView, Channel, CodeAnswer, CodeVerdict, Purpose
from tests.racing import kinds, race
from tests.signin.making import NOW, PHONE, VISITOR, a_phone, another_code, code_in, prove, sent_text, typed, visitor

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def a_code(
    recipient: str = PHONE,
    *,
    purpose: Purpose = Purpose.SIGN_IN,
    channel: Channel = Channel.SMS,
    actor: Actor = VISITOR,
    country: str = "CN",
    decoy: bool = False,
    now: datetime = NOW,
    account_id: int | None = None,
) -> ChallengeView:
    return send_code(
        actor=actor,
        purpose=purpose,
        channel=channel,
        recipient=recipient,
        country=country,
        decoy=decoy,
        account_id=account_id,
        now=now,
    )


@pytest.mark.clause("1.19")
def test_the_right_code_proves_the_phone_and_the_proof_counts_once() -> None:
    view = a_code()
    assert view.masked == "+86 138****8000"
    assert typed(view, code_in(view)).verdict is CodeVerdict.RIGHT
    assert proven(view.id, purpose=Purpose.SIGN_IN, now=NOW).recipient == PHONE
    assert use_proof(view.id, purpose=Purpose.SIGN_IN, now=NOW).state is ChallengeState.USED
    with pytest.raises(ProofMissing):
        use_proof(view.id, purpose=Purpose.SIGN_IN, now=NOW)
    assert typed(view, code_in(view)).verdict is CodeVerdict.EXPIRED


def test_a_wrong_code_spends_a_try_and_says_how_many_are_left() -> None:
    view = a_code()
    answer = typed(view, another_code(code_in(view)))
    assert answer == CodeAnswer(CodeVerdict.WRONG, 4)
    with pytest.raises(WrongCode) as refused:
        require_right(answer)
    assert refused.value.facts["tries_left"] == 4


def test_after_the_last_wrong_code_the_right_one_is_refused_too() -> None:
    view = a_code()
    right = code_in(view)
    verdicts = [typed(view, another_code(right, step)).verdict for step in range(1, 6)]
    assert verdicts == [CodeVerdict.WRONG] * 4 + [CodeVerdict.SPENT]
    answer = typed(view, right)
    assert answer.verdict is CodeVerdict.SPENT
    with pytest.raises(CodeSpent):
        require_right(answer)
    with pytest.raises(CodeSpent):
        resend_code(actor=VISITOR, challenge_id=view.id, now=NOW + 2 * MINUTE)


def test_a_code_expires_after_five_minutes() -> None:
    view = a_code()
    assert view.expires_at == NOW + 5 * MINUTE
    assert typed(view, code_in(view), now=NOW + 5 * MINUTE).verdict is CodeVerdict.EXPIRED
    assert typed(view, code_in(view), now=NOW + 5 * MINUTE - timedelta(seconds=1)).verdict is CodeVerdict.RIGHT


def test_a_double_click_brings_the_right_code_twice_and_both_are_right() -> None:
    view = a_code()
    right = code_in(view)
    assert [typed(view, right).verdict for _ in range(2)] == [CodeVerdict.RIGHT, CodeVerdict.RIGHT]
    assert typed(view, another_code(right)).verdict is CodeVerdict.EXPIRED


@pytest.mark.parametrize("spelling", ["{0}{1}", "{0} {1}", " {0}{1}\n", "{2}{3}"])
def test_full_width_digits_and_the_gap_of_some_messages_do_not_matter(spelling: str) -> None:
    view = a_code()
    right = code_in(view)
    wide = right.translate({48 + digit: 0xFF10 + digit for digit in range(10)})
    assert typed(view, spelling.format(right[:3], right[3:], wide[:3], wide[3:])).verdict is CodeVerdict.RIGHT


@pytest.mark.parametrize("junk", ["", "abcdef", "12345", "1234567", "١٢٣٤٥٦7", "\ud800", "0" * 10_000])
def test_junk_is_a_wrong_code_and_nothing_worse(junk: str) -> None:
    assert typed(a_code(), junk).verdict is CodeVerdict.WRONG


@pytest.mark.clause("1.19")
def test_a_new_code_makes_the_older_one_worthless_and_gives_no_new_tries() -> None:
    view = a_code()
    old = code_in(view)
    typed(view, another_code(old))
    again = resend_code(actor=VISITOR, challenge_id=view.id, now=NOW + MINUTE)
    assert again.id == view.id
    assert again.tries_left == 4
    assert again.expires_at == NOW + 6 * MINUTE
    new = code_in(again)
    assert typed(view, old, now=NOW + MINUTE).verdict is (CodeVerdict.RIGHT if old == new else CodeVerdict.WRONG)
    assert typed(view, new, now=NOW + MINUTE).verdict is CodeVerdict.RIGHT


@pytest.mark.clause("1.19")
def test_the_next_code_has_to_wait_a_minute_and_the_refusal_says_how_long() -> None:
    view = a_code()
    with pytest.raises(CodeTooSoon) as refused:
        resend_code(actor=VISITOR, challenge_id=view.id, now=NOW + timedelta(seconds=20))
    assert refused.value.retry_after == 40
    assert view.resend_at == NOW + MINUTE


def test_a_code_counts_for_its_purpose_only() -> None:
    view = a_code(purpose=Purpose.REGISTER)
    assert typed(view, code_in(view), purpose=Purpose.SIGN_IN).verdict is CodeVerdict.EXPIRED
    prove(view)
    for purpose in set(Purpose) - {Purpose.REGISTER}:
        with pytest.raises(ProofMissing):
            proven(view.id, purpose=purpose, now=NOW)
        with pytest.raises(ProofMissing):
            use_proof(view.id, purpose=purpose, now=NOW)


def test_a_proof_is_worth_nothing_after_a_quarter_of_an_hour() -> None:
    view = a_code()
    prove(view)
    late = NOW + 15 * MINUTE
    with pytest.raises(ProofMissing):
        proven(view.id, purpose=Purpose.SIGN_IN, now=late)
    with pytest.raises(ProofMissing):
        use_proof(view.id, purpose=Purpose.SIGN_IN, now=late)
    assert typed(view, code_in(view), now=late).verdict is CodeVerdict.EXPIRED
    proven(view.id, purpose=Purpose.SIGN_IN, now=late - timedelta(seconds=1))


@pytest.mark.parametrize("missing", [None, "6f9619ff-8b86-d011-b42d-00c04fc964ff"])
def test_no_proof_is_no_proof(missing: str | None) -> None:
    with pytest.raises(ProofMissing):
        proven(missing, purpose=Purpose.SIGN_IN, now=NOW)  # type: ignore[arg-type]


@pytest.mark.clause("3.1.17")
def test_a_decoy_looks_the_same_is_never_sent_and_never_proves() -> None:
    real, decoy = a_code(a_phone()), a_code(a_phone(), decoy=True)
    shown = ("purpose", "channel", "country", "state", "expires_at", "resend_at", "tries_left", "account_id")
    assert all(getattr(real, name) == getattr(decoy, name) for name in shown)
    assert typed(decoy, code_in(decoy)) == CodeAnswer(CodeVerdict.WRONG, 4)
    run_due()
    assert sandbox_inbox(recipient=decoy.recipient) == []
    assert len(sandbox_inbox(recipient=real.recipient)) == 1


def test_neither_code_nor_recipient_stands_in_the_database_in_clear() -> None:
    view = a_code()
    code = code_in(view)
    row = Challenge.objects.get(public_id=view.id)
    assert len(bytes(row.code_digest)) == 32
    assert code.encode() not in bytes(row.code_digest)
    message = Message.objects.values().get()
    assert code not in repr(message)
    assert PHONE not in repr(message)


def test_a_message_that_waits_too_long_is_not_sent_after_its_code_has_expired() -> None:
    view = a_code()
    assert Message.objects.get().expires_at == view.expires_at


@pytest.mark.clause("1.19")
def test_the_message_says_what_the_code_is_for_and_how_long_it_counts() -> None:
    text = sent_text(a_code(purpose=Purpose.BANK_CARD))
    assert "real-name verification" in text
    assert "5 minutes" in text


# -- Limits -----------------------------------------------------------------------------------------------------------


def with_limits(settings: LazySettings, **limits: int) -> None:
    settings.LIMITS = replace(settings.LIMITS, **limits)


@pytest.mark.clause("1.19")
def test_the_second_code_for_one_thing_has_to_wait_a_minute_whoever_asks() -> None:
    first = a_code()
    with pytest.raises(CodeTooSoon) as refused:
        a_code(actor=visitor("198.51.100.1"), now=NOW + timedelta(seconds=59))
    assert refused.value.retry_after == 1
    assert refused.value.challenge == first.id
    assert spent(Budget("codes_to", PHONE, 5, 3600), now=NOW) == 1
    a_code(now=NOW + MINUTE)
    assert Message.objects.count() == 2


def test_a_minute_runs_from_the_code_and_not_from_the_clocks_own_minutes() -> None:
    just_before = NOW.replace(second=59, microsecond=990_000)
    a_code(now=just_before)
    with pytest.raises(CodeTooSoon):
        a_code(now=just_before + timedelta(milliseconds=20))


def test_another_purpose_or_account_or_phone_need_not_wait() -> None:
    a_code(purpose=Purpose.SECOND_STEP, account_id=1)
    a_code(purpose=Purpose.SECOND_STEP, account_id=2)
    a_code(purpose=Purpose.REGISTER)
    a_code(a_phone())


@pytest.mark.parametrize("decoy", [False, True])
def test_a_phone_that_nobody_has_makes_wait_just_as_long(decoy: bool) -> None:
    a_code(decoy=decoy)
    with pytest.raises(CodeTooSoon) as refused:
        a_code(decoy=decoy)
    assert refused.value.facts == {"retry_after": 60, "minutes": 1}


def test_whoever_has_typed_the_code_or_guessed_it_away_need_not_wait_for_another() -> None:
    prove(a_code())
    guessed = a_code()
    right = code_in(guessed)
    for step in range(1, 6):
        typed(guessed, another_code(right, step))
    a_code()
    assert Message.objects.count() == 3


def test_a_code_that_is_refused_for_another_reason_makes_nobody_wait(settings: LazySettings) -> None:
    with_limits(settings, codes_per_address_hour=1)
    a_code(a_phone())
    with pytest.raises(TooManyCodes):
        a_code()
    a_code(actor=visitor("198.51.100.1"))


def test_sending_again_waits_for_a_code_that_another_window_has_sent_for_the_same() -> None:
    first = a_code()
    second = a_code(now=NOW + MINUTE)
    with pytest.raises(CodeTooSoon) as refused:
        resend_code(actor=VISITOR, challenge_id=first.id, now=NOW + MINUTE + timedelta(seconds=20))
    assert refused.value.retry_after == 40
    assert spent(Budget("codes_to", PHONE, 5, 3600), now=NOW) == 2
    assert resend_code(actor=VISITOR, challenge_id=second.id, now=NOW + 2 * MINUTE).id == second.id


def test_one_recipient_gets_five_codes_an_hour_whoever_asks_and_others_still_get_theirs() -> None:
    for number in range(5):
        a_code(actor=visitor(f"198.51.100.{number}"), now=NOW + number * MINUTE)
    with pytest.raises(TooManyCodes) as refused:
        a_code(actor=visitor("198.51.100.99"), now=NOW + 5 * MINUTE)
    assert 0 < refused.value.retry_after <= 3600
    a_code(a_phone())


def test_the_case_of_an_e_mail_address_does_not_make_another_recipient() -> None:
    spellings = ("anna@example.com", "ANNA@example.com", "Anna@example.com", "aNNa@example.com", "annA@example.com")
    for minute, spelling in enumerate(spellings):
        a_code(spelling, channel=Channel.EMAIL, now=NOW + minute * MINUTE)
        with pytest.raises(CodeTooSoon):
            a_code(spelling.title(), channel=Channel.EMAIL, now=NOW + minute * MINUTE)
    with pytest.raises(TooManyCodes):
        a_code("anna@example.com", channel=Channel.EMAIL, now=NOW + 5 * MINUTE)


def test_one_address_gets_so_many_codes_an_hour(settings: LazySettings) -> None:
    with_limits(settings, codes_per_address_hour=3)
    for _ in range(3):
        a_code(a_phone())
    with pytest.raises(TooManyCodes):
        a_code(a_phone())
    a_code(a_phone(), actor=visitor("203.0.113.10"))


def test_all_addresses_of_an_ipv6_connection_are_one_visitor(settings: LazySettings) -> None:
    with_limits(settings, codes_per_address_hour=2)
    for last in ("1", "ffff:2"):
        a_code(a_phone(), actor=visitor(f"2001:db8:1:2::{last}"))
    with pytest.raises(TooManyCodes):
        a_code(a_phone(), actor=visitor("2001:db8:1:2:3:4:5:6"))
    a_code(a_phone(), actor=visitor("2001:db8:1:3::1"))


def test_neighbouring_numbers_share_a_limit_against_pumping(settings: LazySettings) -> None:
    with_limits(settings, codes_per_prefix_hour=2)
    for number in (50_001, 50_002):
        a_code(a_phone(number))
    with pytest.raises(TooManyCodes):
        a_code(a_phone(50_003))
    a_code(a_phone(60_001))


def test_a_country_has_a_daily_limit_and_e_mail_is_not_part_of_it(settings: LazySettings) -> None:
    with_limits(settings, codes_per_country_day=1)
    a_code("+6591234567", country="SG")
    with pytest.raises(TooManyCodes):
        a_code("+6581234567", country="SG")
    a_code()
    a_code("anna@example.com", channel=Channel.EMAIL, country="SG")


def test_a_refused_code_spends_nothing_of_the_other_limits(settings: LazySettings) -> None:
    with_limits(settings, codes_per_recipient_hour=1, codes_per_address_hour=2)
    a_code()
    for _ in range(3):
        with pytest.raises(TooManyCodes):
            a_code(now=NOW + MINUTE)
    a_code(a_phone())


def test_a_country_without_text_messages_says_so(settings: LazySettings) -> None:
    settings.SMS_COUNTRIES = frozenset({"CN"})
    with pytest.raises(CountryNotServed):
        a_code("+6591234567", country="SG")


def test_wrong_codes_for_one_phone_are_limited_over_all_challenges(settings: LazySettings) -> None:
    with_limits(settings, wrong_codes_per_recipient_day=3)
    first, second = a_code(), a_code(now=NOW + MINUTE)
    for view in (first, first, second):
        typed(view, another_code(code_in(view)))
    answer = typed(second, code_in(second))
    assert answer.verdict is CodeVerdict.TOO_MANY_TODAY
    with pytest.raises(TooManyWrongCodes) as refused:
        require_right(answer)
    assert refused.value.retry_after == 13 * 3600 + 58 * 60  # the day ends at midnight UTC
    assert typed(second, code_in(second), now=NOW + timedelta(days=1)).verdict is CodeVerdict.EXPIRED


def test_old_codes_are_removed_after_two_days() -> None:
    a_code()
    assert erase_expired(now=NOW + timedelta(days=2)) == 0
    assert erase_expired(now=NOW + timedelta(days=2, seconds=1)) == 1


def test_an_unknown_challenge_is_an_expired_code() -> None:
    view = a_code()
    Challenge.objects.all().delete()
    assert typed(view, "123456").verdict is CodeVerdict.EXPIRED
    with pytest.raises(CodeExpired):
        resend_code(actor=VISITOR, challenge_id=view.id, now=NOW + MINUTE)


# -- Many at once -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_64_simultaneous_wrong_codes_five_are_judged_and_then_the_right_one_is_refused(
    settings: LazySettings,
) -> None:
    with_limits(settings, wrong_codes_per_recipient_day=1000)
    view = a_code()
    right = code_in(view)
    answers = race(lambda number: typed(view, another_code(right, number + 1)), 64)
    assert kinds(answers) == {"CodeAnswer": 64}
    judged = [answer for answer in answers if isinstance(answer, CodeAnswer) and answer.verdict is CodeVerdict.WRONG]
    assert len(judged) == 4  # the fifth answers that the code is spent
    assert sorted(answer.tries_left for answer in judged) == [1, 2, 3, 4]
    assert typed(view, right).verdict is CodeVerdict.SPENT
    assert Challenge.objects.get(public_id=view.id).tries_left == 0


@pytest.mark.django_db(transaction=True)
def test_of_16_simultaneous_right_codes_exactly_one_use_comes(settings: LazySettings) -> None:
    view = a_code()
    right = code_in(view)

    def act(_: int) -> CodeVerdict:
        verdict = typed(view, right).verdict
        use_proof(view.id, purpose=Purpose.SIGN_IN, now=NOW)
        return verdict

    answers = race(act, 16)
    assert kinds(answers) == {"CodeVerdict": 1, "ProofMissing": 15}


@pytest.mark.django_db(transaction=True)
def test_of_8_simultaneous_clicks_with_the_right_code_none_looks_like_a_failure() -> None:
    view = a_code()
    right = code_in(view)
    answers = race(lambda _: typed(view, right).verdict, 8)
    assert answers == [CodeVerdict.RIGHT] * 8


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("1.19")
def test_of_16_simultaneous_requests_for_one_phone_one_sends_a_message_and_spends_one() -> None:
    answers = race(lambda number: a_code(actor=visitor(f"198.51.100.{number}")), 16)
    assert kinds(answers) == {"ChallengeView": 1, "CodeTooSoon": 15}
    assert Message.objects.count() == 1
    assert spent(Budget("codes_to", PHONE, 5, 3600), now=NOW) == 1


@pytest.mark.django_db(transaction=True)
def test_of_8_windows_that_send_again_at_one_moment_one_sends_a_message() -> None:
    views = [a_code(now=NOW + minute * MINUTE) for minute in range(2)]
    later = NOW + 4 * MINUTE
    answers = race(lambda number: resend_code(actor=VISITOR, challenge_id=views[number % 2].id, now=later), 8)
    assert set(kinds(answers)) <= {"ChallengeView", "CodeTooSoon", "TooManyCodes"}
    assert Message.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_24_simultaneous_requests_send_no_more_codes_than_allowed(settings: LazySettings) -> None:
    with_limits(settings, code_resend_seconds=0)
    answers = race(lambda number: a_code(actor=visitor(f"198.51.100.{number}")), 24)
    assert kinds(answers) == {"ChallengeView": 5, "TooManyCodes": 19}
    assert Message.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_8_simultaneous_clicks_on_send_again_send_one_message_and_spend_one() -> None:
    view = a_code()
    later = NOW + MINUTE
    answers = race(lambda _: resend_code(actor=VISITOR, challenge_id=view.id, now=later), 8)
    assert set(kinds(answers)) <= {"ChallengeView", "CodeTooSoon", "TooManyCodes"}
    assert Message.objects.count() == 2
    assert spent(Budget("codes_to", PHONE, 5, 3600), now=later) == 2
    assert typed(view, code_in(view), now=later).verdict is CodeVerdict.RIGHT
