"""Telling people from programs (1.16)."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.conf import settings
from django.utils.translation import override
from PIL import Image

from account_center.recovery.errors import TooManyChecks, WrongAnswer
from account_center.recovery.models import HumanCheck, Recovery
from account_center.recovery.retention import erase_expired
from account_center.recovery.rules import hint_of, plain_answer
from account_center.recovery.services import begin_by_name, drawing, human_check, new_check, questions
from account_center.recovery.services.human_check import answer_check
from account_center.recovery.types import CheckKind
from tests.racing import race
from tests.recovery.making import a_passed_check, answer_of, begun_by_name
from tests.signin.making import NOW, VISITOR

pytestmark = pytest.mark.django_db


def test_the_picture_is_a_small_png_and_never_the_same() -> None:
    pictures = [drawing.draw("ACDEF") for _ in range(3)]
    assert len(set(pictures)) == 3
    with Image.open(BytesIO(pictures[0])) as seen:
        assert (seen.format, seen.size) == ("PNG", (drawing.WIDTH, drawing.HEIGHT))
    assert len(pictures[0]) < 20_000


def test_texts_differ_and_hold_no_signs_that_look_alike() -> None:
    texts = {drawing.random_text() for _ in range(200)}
    assert len(texts) > 190
    assert not set("".join(texts)) & set("0O1I5S8BGQZ2")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_questions_have_answers_in_both_languages(language: str) -> None:
    with override(language):
        asked = [questions.ask() for _ in range(100)]
    assert len({question for question, _ in asked}) > 60
    with override(language):
        assert all(questions.in_digits(answer_of(question, language)) == answer for question, answer in asked)


@pytest.mark.parametrize(
    ("typed", "plain"), [(" Twelve ", "12"), ("12", "12"), ("１２", "12"), ("H O R S E!", "horse")]
)
def test_an_answer_may_be_typed_in_many_ways(typed: str, plain: str) -> None:
    with override("en"):
        assert questions.in_digits(typed) == plain


def test_chinese_numbers_count_as_numbers() -> None:
    with override("zh-hans"):
        assert questions.in_digits("十二") == "12"


def test_a_right_answer_counts_once() -> None:
    check, answer = a_passed_check()
    assert answer_check(check_id=check, answer=answer, now=NOW)
    assert not answer_check(check_id=check, answer=answer, now=NOW)


def test_after_a_wrong_answer_the_right_one_comes_too_late() -> None:
    check, answer = a_passed_check()
    assert not answer_check(check_id=check, answer="no", now=NOW)
    assert not answer_check(check_id=check, answer=answer, now=NOW)


def test_an_old_check_counts_no_more() -> None:
    check, answer = a_passed_check()
    late = NOW + timedelta(seconds=settings.LIMITS.human_check_seconds)
    assert not answer_check(check_id=check, answer=answer, now=late)


@pytest.mark.django_db(transaction=True)
def test_of_64_answers_at_one_moment_one_counts() -> None:
    check, answer = a_passed_check()
    answers = race(lambda _: answer_check(check_id=check, answer=answer, now=NOW), 64)
    assert answers.count(True) == 1


def test_the_answer_of_a_picture_is_kept_as_a_digest_only() -> None:
    text = "AC3DE"
    row = HumanCheck(kind="picture", created_at=NOW, expires_at=NOW + timedelta(minutes=1))
    row.answer_digest = human_check._digest(row, text)
    row.save()
    assert text.encode() not in bytes(row.answer_digest)
    assert answer_check(check_id=row.public_id, answer="ac3 de", now=NOW)


def test_a_name_is_taken_from_people_only() -> None:
    with pytest.raises(WrongAnswer):
        begin_by_name(name="old.lamp", user="", check_id=None, answer="", now=NOW)
    check, _ = a_passed_check()
    with pytest.raises(WrongAnswer):
        begin_by_name(name="old.lamp", user="", check_id=check, answer="?", now=NOW)
    assert not Recovery.objects.exists()
    begun_by_name("old.lamp")
    assert Recovery.objects.count() == 1


def test_one_network_gets_so_many_checks_an_hour() -> None:
    for _ in range(settings.LIMITS.human_checks_per_address_hour):
        new_check(actor=VISITOR, kind=CheckKind.QUESTION, now=NOW)
    with pytest.raises(TooManyChecks):
        new_check(actor=VISITOR, kind=CheckKind.PICTURE, now=NOW)


def test_old_checks_and_recoveries_are_erased() -> None:
    begun_by_name("old.lamp")
    erase_expired(now=NOW + timedelta(days=settings.LIMITS.recovery_keep_days, minutes=1))
    assert not HumanCheck.objects.exists()
    assert not Recovery.objects.exists()


@pytest.mark.parametrize(
    ("name", "hint"), [("王小明", "**明"), ("Anna Berg", "A*** B***"), ("欧阳小明", "***明"), ("李", "*")]
)
def test_a_hint_of_a_name_tells_its_owner_who_is_meant(name: str, hint: str) -> None:
    assert hint_of(name) == hint


def test_plain_answers() -> None:
    assert plain_answer(" A-b 3 ") == "ab3"
