"""The outside systems of real-name verification: test cards and faces of the sandbox, and live providers over HTTP."""

import base64
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from stdnum import luhn

from account_center.documents.services import reencode_image
from account_center.kit.demo_numbers import demo_card, demo_resident_id
from account_center.kit.organisation_code import parse_credit_code
from account_center.realname.adapters import bank_card_checker, face_comparer, register_lookup
from account_center.realname.adapters.http_checks import (
    HttpCardChecker,
    HttpFaceComparer,
    HttpRegisterLookup,
    SignedLink,
)
from account_center.realname.adapters.sandbox import (
    AWAY,
    BUSY,
    TEST_CARDS,
    TIME_OUT,
    SandboxCardChecker,
    SandboxFaceComparer,
    demo_face,
)
from account_center.realname.adapters.sandbox_register import TEST_COMPANIES, SandboxRegisterLookup
from account_center.realname.models import SandboxCheck
from account_center.realname.ports import (
    CardClaim,
    CardResult,
    FaceResult,
    ProviderAway,
    ProviderBusy,
    ProviderSilent,
    RegisterQuestion,
)
from account_center.realname.types import CardAnswer, FaceAnswer, RegisterAnswer, RegisterState
from tests.realname.provider import ANSWERS_WITHIN, SECRET, Provider, running_provider

CARDS = {card.meaning_code: card.number for card in TEST_CARDS}
ORDINARY = demo_card("621700")


def claim(card_number: str = ORDINARY) -> CardClaim:
    return CardClaim(name="王小明", id_number=demo_resident_id(), card_number=card_number, phone_e164="+8613800138000")


# The sandbox's bank


@pytest.mark.parametrize("card", TEST_CARDS, ids=lambda card: card.meaning_code)
def test_every_test_card_is_a_number_that_a_bank_could_give(card: Any) -> None:
    assert luhn.is_valid(card.number)
    assert len(card.number) == 19
    assert str(card.label)


@pytest.mark.clause("2.1.5", "2.1.9", "2.2.4")
@pytest.mark.django_db
@pytest.mark.parametrize("answer", CardAnswer)
def test_a_test_card_gets_its_documented_answer_at_once(answer: CardAnswer) -> None:
    result = SandboxCardChecker().check(claim(CARDS[answer]), key="one", seconds=1)
    assert result.answer is answer
    assert result.provider_reference.startswith("SBX-")


@pytest.mark.django_db
def test_any_other_card_matches() -> None:
    assert SandboxCardChecker().check(claim(), key="one", seconds=1).answer is CardAnswer.MATCH


@pytest.mark.django_db
def test_the_same_key_is_answered_once() -> None:
    bank = SandboxCardChecker()
    first = bank.check(claim(CARDS[CardAnswer.WRONG_NAME]), key="one", seconds=1)
    assert bank.check(claim(), key="one", seconds=1) == first == bank.outcome(key="one")
    assert SandboxCheck.objects.get().attempts == 2


@pytest.mark.django_db
def test_a_time_out_is_done_and_only_the_later_question_learns_it() -> None:
    bank = SandboxCardChecker()
    for _ in range(2):
        with pytest.raises(ProviderSilent):
            bank.check(claim(CARDS[TIME_OUT]), key="one", seconds=1)
    found = bank.outcome(key="one")
    assert found is not None
    assert found.answer is CardAnswer.MATCH
    assert found == bank.outcome(key="one")


@pytest.mark.django_db
def test_a_busy_bank_answers_the_third_time() -> None:
    bank = SandboxCardChecker()
    for _ in range(2):
        with pytest.raises(ProviderBusy):
            bank.check(claim(CARDS[BUSY]), key="one", seconds=1)
        assert bank.outcome(key="one") is None
    assert bank.check(claim(CARDS[BUSY]), key="one", seconds=1).answer is CardAnswer.MATCH


@pytest.mark.django_db
def test_what_never_arrived_has_no_outcome() -> None:
    bank = SandboxCardChecker()
    with pytest.raises(ProviderAway):
        bank.check(claim(CARDS[AWAY]), key="one", seconds=1)
    assert bank.outcome(key="one") is None
    assert not SandboxCheck.objects.exists()


@pytest.mark.django_db
def test_the_sandbox_keeps_nothing_about_the_person() -> None:
    SandboxCardChecker().check(claim(), key="one", seconds=1)
    [row] = SandboxCheck.objects.values()
    assert not {ORDINARY, "王小明", "+8613800138000", demo_resident_id()} & {str(value) for value in row.values()}


def test_a_claim_in_a_log_shows_nothing() -> None:
    assert repr(claim()) == "CardClaim()"


# The sandbox's face comparer


@pytest.mark.clause("2.2.6")
@pytest.mark.django_db
@pytest.mark.parametrize("answer", [one for one in FaceAnswer if one is not FaceAnswer.NO_IDENTITY_RECORD])
def test_the_picture_itself_decides_the_face_answer(answer: FaceAnswer) -> None:
    clean = reencode_image(demo_face(answer))
    faces = SandboxFaceComparer()
    result = faces.compare(name="王小明", id_number=demo_resident_id(), jpeg=clean.jpeg, key="one", seconds=1)
    assert result.answer is answer
    assert faces.outcome(key="one") == result


@pytest.mark.django_db
def test_the_number_decides_whether_there_is_a_record_and_whether_the_comparer_answers() -> None:
    jpeg = reencode_image(demo_face(FaceAnswer.SAME_PERSON)).jpeg
    faces = SandboxFaceComparer()

    def compare(area: str, key: str) -> FaceResult:
        return faces.compare(name="王小明", id_number=demo_resident_id(area), jpeg=jpeg, key=key, seconds=1)

    assert compare("659901", "none").answer is FaceAnswer.NO_IDENTITY_RECORD
    with pytest.raises(ProviderSilent):
        compare("659911", "slow")
    slow = faces.outcome(key="slow")
    assert slow
    assert slow.answer is FaceAnswer.SAME_PERSON
    for _ in range(2):
        with pytest.raises(ProviderBusy):
            compare("659912", "busy")
    assert compare("659912", "busy").answer is FaceAnswer.SAME_PERSON
    with pytest.raises(ProviderAway):
        compare("659913", "away")
    assert faces.outcome(key="away") is None


@pytest.mark.django_db
def test_a_picture_that_is_none_is_too_poor() -> None:
    faces = SandboxFaceComparer()
    result = faces.compare(name="王小明", id_number="", jpeg=b"\xff\xd8\xff broken", key="one", seconds=1)
    assert result.answer is FaceAnswer.POOR_PICTURE
    assert faces.outcome(key="two") is None


@pytest.mark.django_db
def test_card_and_face_may_share_a_key() -> None:
    SandboxCardChecker().check(claim(), key="one", seconds=1)
    assert SandboxFaceComparer().outcome(key="one") is None


# Live providers


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running_provider() as running:
        yield running


def live_bank(provider: Provider) -> HttpCardChecker:
    return HttpCardChecker(SignedLink(provider.address, SECRET))


@pytest.mark.parametrize("answer", CardAnswer)
def test_each_answer_of_a_live_bank_arrives(provider: Provider, answer: CardAnswer) -> None:
    provider.answer = answer
    assert live_bank(provider).check(claim(), key="k 1/x", seconds=ANSWERS_WITHIN) == CardResult(answer, "REF-1")
    assert live_bank(provider).outcome(key="k 1/x") == CardResult(answer, "REF-1")


def test_the_question_carries_the_claim_and_the_key(provider: Provider) -> None:
    live_bank(provider).check(claim(), key="key-1", seconds=ANSWERS_WITHIN)
    assert provider.asked == [
        {
            "key": "key-1",
            "name": "王小明",
            "id_number": demo_resident_id(),
            "card_number": ORDINARY,
            "phone": "+8613800138000",
        }
    ]
    assert provider.headers[0]["Idempotency-Key"] == "key-1"


def test_asking_twice_is_done_once(provider: Provider) -> None:
    first = live_bank(provider).check(claim(), key="key-1", seconds=ANSWERS_WITHIN)
    assert live_bank(provider).check(claim(), key="key-1", seconds=ANSWERS_WITHIN) == first
    assert provider.times_done == 1


def test_a_time_out_after_the_work_is_unknown_and_learned_by_key(provider: Provider) -> None:
    provider.mood = "silent"
    with pytest.raises(ProviderSilent):
        live_bank(provider).check(claim(), key="key-1", seconds=0.3)
    assert provider.finished.wait(300)  # its side may be slower than our patience
    assert live_bank(provider).outcome(key="key-1") == CardResult(CardAnswer.MATCH, "REF-1")
    assert provider.times_done == 1


def test_a_question_that_never_arrived_has_no_outcome(provider: Provider) -> None:
    assert live_bank(provider).outcome(key="never") is None


def test_a_provider_still_at_work_is_unknown(provider: Provider) -> None:
    provider.mood = "working"
    with pytest.raises(ProviderSilent):
        live_bank(provider).outcome(key="key-1")


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        ("500", ProviderAway),
        ("501", ProviderAway),
        ("400", ProviderAway),
        ("404", ProviderAway),
        ("204", ProviderAway),
        ("302", ProviderAway),
        ("307", ProviderAway),
        ("503", ProviderBusy),
        ("429", ProviderBusy),
        ("502", ProviderSilent),
        ("504", ProviderSilent),
    ],
)
def test_each_status_has_its_meaning(provider: Provider, status: str, failure: type[Exception]) -> None:
    provider.mood = status
    with pytest.raises(failure):
        live_bank(provider).check(claim(), key="key-1", seconds=ANSWERS_WITHIN)
    assert len(provider.asked) == 1  # a redirect is not followed


@pytest.mark.parametrize(
    "mood",
    [
        "malformed",
        "deep",
        "list",
        "huge",
        "foreign key",
        "no reference",
        "odd reference",
        "long reference",
        "number",
        "cut",
    ],
)
def test_an_answer_that_is_none_is_unknown(provider: Provider, mood: str) -> None:
    provider.mood = mood
    with pytest.raises(ProviderSilent):
        live_bank(provider).check(claim(), key="key-1", seconds=ANSWERS_WITHIN)


@pytest.mark.parametrize("word", ["maybe", "same_person", "MATCH", ""])
def test_an_unknown_word_is_no_answer(provider: Provider, word: str) -> None:
    provider.answer = word
    with pytest.raises(ProviderSilent):
        live_bank(provider).check(claim(), key="key-1", seconds=ANSWERS_WITHIN)


def test_a_wrong_secret_is_turned_away_by_the_provider(provider: Provider) -> None:
    provider.secret = "another"
    with pytest.raises(ProviderAway):
        live_bank(provider).check(claim(), key="key-1", seconds=ANSWERS_WITHIN)
    with pytest.raises(ProviderAway):
        live_bank(provider).outcome(key="key-1")
    assert provider.asked == []


def test_a_closed_port_means_that_nothing_was_done() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: a connection is refused
        bank = HttpCardChecker(SignedLink(f"http://127.0.0.1:{taken.getsockname()[1]}/", SECRET))
        with pytest.raises(ProviderAway):
            bank.check(claim(), key="key-1", seconds=ANSWERS_WITHIN)


def test_a_failure_says_nothing_about_the_person(provider: Provider) -> None:
    provider.mood = "malformed"
    with pytest.raises(ProviderSilent) as failure:
        live_bank(provider).check(claim(), key="key-1", seconds=ANSWERS_WITHIN)
    assert "provider" in str(failure.value)
    assert ORDINARY not in str(failure.value)
    assert SECRET not in repr(live_bank(provider))


@pytest.mark.clause("2.2.6")
@pytest.mark.parametrize("answer", FaceAnswer)
def test_each_answer_of_a_live_face_comparer_arrives(provider: Provider, answer: FaceAnswer) -> None:
    provider.answer = answer
    faces = HttpFaceComparer(SignedLink(provider.address, SECRET))
    result = faces.compare(name="王小明", id_number="x", jpeg=b"\xff\xd8\xff", key="key-1", seconds=ANSWERS_WITHIN)
    assert result.answer is answer
    assert faces.outcome(key="key-1") == result
    assert base64.b64decode(provider.asked[0]["jpeg"]) == b"\xff\xd8\xff"


# Which one is used


def test_the_sandbox_setting_chooses_the_sandbox(settings: Any) -> None:
    settings.SANDBOX = True
    assert isinstance(bank_card_checker(), SandboxCardChecker)
    assert isinstance(face_comparer(), SandboxFaceComparer)
    assert isinstance(register_lookup(), SandboxRegisterLookup)


def test_production_uses_the_configured_providers(settings: Any) -> None:
    settings.SANDBOX = False
    settings.CARD_CHECK_LINK = settings.FACE_CHECK_LINK = settings.REGISTER_LINK = "https://checks.example.com/v1"
    settings.CARD_CHECK_SECRET = settings.FACE_CHECK_SECRET = settings.REGISTER_SECRET = SECRET
    assert isinstance(bank_card_checker(), HttpCardChecker)
    assert isinstance(face_comparer(), HttpFaceComparer)
    assert isinstance(register_lookup(), HttpRegisterLookup)


@pytest.mark.parametrize(
    ("link", "secret"),
    [
        ("", SECRET),
        ("http://checks.example.com/", SECRET),
        ("https://checks.example.com/", ""),
        ("ftp://localhost", SECRET),
    ],
)
def test_production_refuses_a_provider_without_encryption_or_secret(settings: Any, link: str, secret: str) -> None:
    settings.SANDBOX = False
    settings.CARD_CHECK_LINK, settings.CARD_CHECK_SECRET = link, secret
    with pytest.raises(ImproperlyConfigured, match="CARD_CHECK"):
        bank_card_checker()


# The register of organisations


def question(number: str = "91330106000000000X", country: str = "CN") -> RegisterQuestion:
    return RegisterQuestion(
        name="蓝色灯塔", number=number, representative="王小灯", representative_id=demo_resident_id(), country=country
    )


@pytest.mark.parametrize("company", TEST_COMPANIES, ids=lambda company: company.meaning)
def test_every_test_company_has_a_number_that_a_register_could_give(company: Any) -> None:
    assert parse_credit_code(company.number).is_usual
    assert str(company.label)


@pytest.mark.clause("2.3.1", "2.3.28")
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("meaning", "said"),
    [
        ("agrees", (RegisterState.ACTIVE, True, True)),
        ("other_name", (RegisterState.ACTIVE, False, True)),
        ("other_representative", (RegisterState.ACTIVE, True, False)),
        ("cancelled", (RegisterState.CANCELLED, True, True)),
        ("revoked", (RegisterState.REVOKED, True, True)),
        ("unknown", (RegisterState.UNKNOWN, False, False)),
    ],
)
def test_a_test_company_gets_its_documented_answer_once(meaning: str, said: tuple[RegisterState, bool, bool]) -> None:
    number = next(one.number for one in TEST_COMPANIES if one.meaning == meaning)
    register = SandboxRegisterLookup()
    answer = register.look_up(question(number), key="one", seconds=1)
    assert (answer.state, answer.name_agrees, answer.representative_agrees) == said
    assert register.look_up(question(), key="one", seconds=1) == answer == register.outcome(key="one")


@pytest.mark.clause("2.1.21")
@pytest.mark.django_db
def test_the_sandbox_knows_no_organisation_from_abroad() -> None:
    answer = SandboxRegisterLookup().look_up(question("UEN201912345K", "SG"), key="one", seconds=1)
    assert answer.state is RegisterState.UNKNOWN


@pytest.mark.parametrize("state", RegisterState)
def test_each_answer_of_a_live_register_arrives(provider: Provider, state: RegisterState) -> None:
    provider.answer, provider.more = state, {"name_agrees": True, "representative_agrees": False}
    register = HttpRegisterLookup(SignedLink(provider.address, SECRET))
    said = RegisterAnswer(state, name_agrees=True, representative_agrees=False, provider_reference="REF-1")
    assert register.outcome(key="key-1") is None
    assert register.look_up(question(), key="key-1", seconds=ANSWERS_WITHIN) == said == register.outcome(key="key-1")
    assert provider.asked == [
        {
            "key": "key-1",
            "name": "蓝色灯塔",
            "number": "91330106000000000X",
            "representative": "王小灯",
            "representative_id": demo_resident_id(),
            "country": "CN",
        }
    ]


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"name_agrees": True},
        {"name_agrees": "yes", "representative_agrees": True},
        {"name_agrees": True, "representative_agrees": 1},
        {"name_agrees": None, "representative_agrees": False},
        {"name_agrees": True, "representative_agrees": True, "answer": "closed"},
        {"name_agrees": True, "representative_agrees": True, "reference": ""},
    ],
)
def test_an_answer_of_the_register_that_is_none_decides_nothing(provider: Provider, more: dict[str, Any]) -> None:
    provider.answer, provider.more = "active", more
    register = HttpRegisterLookup(SignedLink(provider.address, SECRET))
    with pytest.raises(ProviderSilent):
        register.look_up(question(), key="key-1", seconds=ANSWERS_WITHIN)


def test_a_question_to_the_register_in_a_log_shows_nothing() -> None:
    assert repr(question()) == "RegisterQuestion(country='CN')"
