"""A bank and a face comparer for trying the product out: same promises and failures as live ones, decided by the input.

Cards. The six digits before the check digit decide; ``990000`` and every other number match:

====== ===================================================================================
990001 the name is not the card holder's
990002 the phone is not the one left with the bank
990003 the ID number is not the card holder's
990004 the bank takes no part in the check
990005 UnionPay online payment is not switched on for the card (2.1.5)
990006 the card is lost, blocked or expired
990007 the bank knows nothing about this card
990011 time-out: the check is done and matches, but only the later ``outcome`` question learns it
990012 busy: the first two questions with one key are turned away, the third matches
990013 away: nothing ever arrives
====== ===================================================================================

Faces. The picture decides, by its brightness and colour: nearly black → no face; nearly one colour → too poor to judge;
strongly red → another person; strongly blue → several faces; anything else → the same person.
Before that the first six digits of the identity number decide:

====== ===================================================================================
659901 nobody is known under this name with this number
659911 time-out: the comparison is done, but only the later ``outcome`` question learns it
659912 busy: the first two questions with one key are turned away
659913 away: nothing ever arrives
====== ===================================================================================

One key is answered once; the answers stand in ``SandboxCheck`` without anything about the person.
"""

import io
import secrets
from dataclasses import dataclass

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageDraw, ImageStat

from account_center.kit import clock
from account_center.kit.demo_numbers import demo_card
from account_center.realname.ports import CardClaim, CardResult, FaceResult, ProviderAway, ProviderBusy, ProviderSilent
from account_center.realname.sandbox_models import SandboxCheck
from account_center.realname.types import CardAnswer, FaceAnswer

TIME_OUT, BUSY, AWAY = "time_out", "busy", "away"
BUSY_TIMES = 2
NEARLY_BLACK = 24  # of 255, the brightest colour's mean
NEARLY_ONE_COLOUR = 6  # of 255, standard deviation
STRONGLY = 1.8  # times as much of one colour as of any other
_DECIDING = slice(-7, -1)
_AREA_DIGITS = 6
# Areas of resident identity numbers that no place has.
FACE_AREAS: dict[str, str] = {
    "659901": FaceAnswer.NO_IDENTITY_RECORD,
    "659911": TIME_OUT,
    "659912": BUSY,
    "659913": AWAY,
}


@dataclass(frozen=True, slots=True)
class TestCard:
    """A card to try. ``meaning_code`` is a CardAnswer's value, ``time_out``, ``busy`` or ``away``."""

    __test__ = False  # pytest takes every Test… for a test

    number: str
    meaning_code: str
    label: str | Promise


def _card(prefix: str, digits: str, meaning_code: str, label: Promise) -> TestCard:
    # Prefix of a real bank, six fixed digits, the six that decide, check digit: 19 digits.
    return TestCard(demo_card(f"{prefix}880000{digits}", length=19), meaning_code, label)


TEST_CARDS: tuple[TestCard, ...] = (
    _card("621700", "990000", CardAnswer.MATCH, _("Everything matches")),
    _card("622848", "990001", CardAnswer.WRONG_NAME, _("The name is not the card holder's")),
    _card("622848", "990002", CardAnswer.WRONG_PHONE, _("The phone is not the one left with the bank")),
    _card("622848", "990003", CardAnswer.WRONG_ID_NUMBER, _("The ID number is not the card holder's")),
    _card("621700", "990004", CardAnswer.UNSUPPORTED_BANK, _("The bank takes no part in the check")),
    _card("622260", "990005", CardAnswer.UNIONPAY_ONLINE_NOT_OPEN, _("UnionPay online payment is not switched on")),
    _card("621700", "990006", CardAnswer.CARD_NOT_VALID, _("The card is lost, blocked or expired")),
    _card("621700", "990007", CardAnswer.NO_RECORD, _("The bank knows nothing about this card")),
    _card("622848", "990011", TIME_OUT, _("The bank takes too long; the answer comes a little later")),
    _card("622848", "990012", BUSY, _("The bank is busy twice, then everything matches")),
    _card("622848", "990013", AWAY, _("The bank cannot be reached")),
)
_MEANING = {card.number[_DECIDING]: card.meaning_code for card in TEST_CARDS}


class SandboxCardChecker:
    """BankCardChecker by the table above. It never waits, so a time-out is told at once."""

    def check(self, claim: CardClaim, *, key: str, seconds: float) -> CardResult:  # noqa: ARG002 the port's shape
        """The answer for this card; ``seconds`` plays no part."""
        meaning = _MEANING.get(claim.card_number[_DECIDING], CardAnswer.MATCH)
        if meaning == AWAY:
            raise ProviderAway("the sandbox's bank cannot be reached")
        row = asked(SandboxCheck.Kind.CARD, key, _card_answer(meaning), busy=meaning == BUSY)
        if meaning == TIME_OUT:
            raise ProviderSilent("the sandbox's bank took too long")
        return _card_result(row)

    def outcome(self, *, key: str) -> CardResult | None:
        """What this key was answered."""
        row = answered(SandboxCheck.Kind.CARD, key)
        return _card_result(row) if row else None


class SandboxFaceComparer:
    """FaceComparer by the look of the picture."""

    def compare(  # the port's shape
        self,
        *,
        name: str,  # noqa: ARG002
        id_number: str,
        jpeg: bytes,
        key: str,
        seconds: float,  # noqa: ARG002
    ) -> FaceResult:
        """The answer for this number and picture; name and ``seconds`` play no part."""
        meaning = FACE_AREAS.get(id_number[:_AREA_DIGITS], "")
        if meaning == AWAY:
            raise ProviderAway("the sandbox's comparer cannot be reached")
        answer = FaceAnswer.NO_IDENTITY_RECORD if meaning == FaceAnswer.NO_IDENTITY_RECORD else judge_face(jpeg)
        row = asked(SandboxCheck.Kind.FACE, key, answer, busy=meaning == BUSY)
        if meaning == TIME_OUT:
            raise ProviderSilent("the sandbox's comparer took too long")
        return _face_result(row)

    def outcome(self, *, key: str) -> FaceResult | None:
        """What this key was answered."""
        row = answered(SandboxCheck.Kind.FACE, key)
        return _face_result(row) if row else None


def judge_face(jpeg: bytes) -> FaceAnswer:
    """What the sandbox sees in one of our own re-encoded pictures."""
    small = _small(jpeg)
    if small is None:
        return FaceAnswer.POOR_PICTURE
    red, green, blue = ImageStat.Stat(small).mean
    if max(red, green, blue) < NEARLY_BLACK:
        return FaceAnswer.NO_FACE
    if max(ImageStat.Stat(small).stddev) < NEARLY_ONE_COLOUR:
        return FaceAnswer.POOR_PICTURE
    if red > STRONGLY * max(green, blue):
        return FaceAnswer.ANOTHER_PERSON
    return FaceAnswer.SEVERAL_FACES if blue > STRONGLY * max(red, green) else FaceAnswer.SAME_PERSON


_BACKGROUND = {
    FaceAnswer.SAME_PERSON: (214, 226, 224),
    FaceAnswer.ANOTHER_PERSON: (214, 20, 20),
    FaceAnswer.SEVERAL_FACES: (20, 20, 214),
    FaceAnswer.NO_FACE: (0, 0, 0),
    FaceAnswer.POOR_PICTURE: (128, 128, 128),
}


def demo_face(kind: FaceAnswer) -> bytes:
    """A drawn, plainly invented face as PNG, 480 × 640, that the sandbox answers with ``kind``."""
    sheet = Image.new("RGB", (480, 640), _BACKGROUND[kind])
    if kind in (FaceAnswer.SAME_PERSON, FaceAnswer.ANOTHER_PERSON):
        _draw_face(sheet, (240, 300), 130)
    elif kind is FaceAnswer.SEVERAL_FACES:
        _draw_face(sheet, (130, 320), 70)
        _draw_face(sheet, (350, 320), 70)
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


def _draw_face(sheet: Image.Image, middle: tuple[int, int], size: int) -> None:
    pen = ImageDraw.Draw(sheet)

    def disc(across: float, down: float, half: float, colour: str) -> None:
        x, y, radius = middle[0] + across * size, middle[1] + down * size, half * size
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)

    disc(0, -0.15, 1.05, "#3b2f2a")
    disc(0, 0, 0.92, "#f0d0b4")
    for side in (-0.35, 0.35):
        disc(side, -0.15, 0.12, "white")
        disc(side, -0.15, 0.06, "#202020")
    x, y = middle
    pen.arc((x - 0.4 * size, y, x + 0.4 * size, y + 0.6 * size), 20, 160, fill="#a04038", width=max(3, size // 20))


def _small(jpeg: bytes) -> Image.Image | None:
    try:
        picture = Image.open(io.BytesIO(jpeg), formats=["JPEG"])
        picture.draft("RGB", (128, 128))  # libjpeg decodes an eighth of each side: quick and small
        return picture.convert("RGB").resize((64, 64))
    except (OSError, SyntaxError, ValueError):
        return None


def _card_answer(meaning: str) -> CardAnswer:
    return CardAnswer.MATCH if meaning in (TIME_OUT, BUSY) else CardAnswer(meaning)


def asked(kind: SandboxCheck.Kind, key: str, answer: str, *, busy: bool = False) -> SandboxCheck:
    """The answer kept for ``key``; given now if there is none. Raises ProviderBusy while the sandbox plays busy."""
    row = _noted(kind, key, answer, busy=busy)
    if not row.answer:
        raise ProviderBusy("the sandbox plays busy")
    return row


@transaction.atomic
def _noted(kind: SandboxCheck.Kind, key: str, answer: str, *, busy: bool) -> SandboxCheck:
    moment = clock.now()
    SandboxCheck.objects.get_or_create(kind=kind, key=key, defaults={"asked_at": moment})
    row = SandboxCheck.objects.select_for_update().get(kind=kind, key=key)
    row.attempts += 1
    if not row.answer and not (busy and row.attempts <= BUSY_TIMES):
        row.answer, row.answered_at, row.reference = answer, moment, f"SBX-{secrets.token_hex(5).upper()}"
    row.save()
    return row


def answered(kind: SandboxCheck.Kind, key: str) -> SandboxCheck | None:
    """What ``key`` was answered, if anything."""
    return SandboxCheck.objects.filter(kind=kind, key=key).exclude(answer="").first()


def _card_result(row: SandboxCheck) -> CardResult:
    return CardResult(CardAnswer(row.answer), row.reference)


def _face_result(row: SandboxCheck) -> FaceResult:
    return FaceResult(FaceAnswer(row.answer), row.reference)
