"""A short text as a picture that people read more easily than programs do. Drawn anew each time; nothing is kept."""

import math
from io import BytesIO
from random import Random
from secrets import SystemRandom

from PIL import Image, ImageDraw, ImageFont

SIGNS = "ACDEFHJKLMNPRTUVWXY3479"  # none that looks like another one
LENGTH = 5
WIDTH, HEIGHT = 240, 80
PAPER, INK = (244, 246, 249), (24, 46, 92)
FONT_SIZE = 46
SIGN_BOX = 64
TILT_DEGREES = 24
LINES, SPECKS = 5, 260
WAVE_STEP = 8
COLOURS = 24


def random_text() -> str:
    """What is to be read."""
    return "".join(SystemRandom().choices(SIGNS, k=LENGTH))


def draw(text: str) -> bytes:
    """``text`` as a PNG."""
    dice = SystemRandom()
    sheet = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    _scratch(sheet, dice)
    for place, sign in enumerate(text):
        _put(sheet, sign, place, len(text), dice)
    sheet = _waved(sheet, dice)
    _speckle(sheet, dice)
    out = BytesIO()
    sheet.quantize(COLOURS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _put(sheet: Image.Image, sign: str, place: int, signs: int, dice: Random) -> None:
    box = Image.new("L", (SIGN_BOX, SIGN_BOX), 0)
    font = ImageFont.load_default(FONT_SIZE + dice.randint(-6, 4))
    ImageDraw.Draw(box).text((SIGN_BOX // 2, SIGN_BOX // 2), sign, fill=255, font=font, anchor="mm", stroke_width=1)
    turned = box.rotate(dice.uniform(-TILT_DEGREES, TILT_DEGREES), resample=Image.Resampling.BICUBIC)
    step = (WIDTH - 20) / signs
    left = int(10 + step * place + step / 2 - SIGN_BOX / 2) + dice.randint(-4, 4)
    top = (HEIGHT - SIGN_BOX) // 2 + dice.randint(-7, 7)
    sheet.paste(_near(INK, dice), (left, top), turned)


def _near(colour: tuple[int, int, int], dice: Random) -> tuple[int, int, int]:
    red, green, blue = (min(255, max(0, part + dice.randint(-24, 48))) for part in colour)
    return red, green, blue


def _scratch(sheet: Image.Image, dice: Random) -> None:
    pen = ImageDraw.Draw(sheet)
    for _ in range(LINES):
        ends = [(dice.randint(0, WIDTH), dice.randint(0, HEIGHT)) for _ in range(3)]
        pen.line(ends, fill=_near((120, 140, 170), dice), width=dice.randint(1, 3), joint="curve")


def _speckle(sheet: Image.Image, dice: Random) -> None:
    pen = ImageDraw.Draw(sheet)
    for _ in range(SPECKS):
        at = (dice.randrange(WIDTH), dice.randrange(HEIGHT))
        pen.point(at, fill=_near((90, 110, 150), dice))


def _waved(sheet: Image.Image, dice: Random) -> Image.Image:
    """Bends every column a little up or down and every row sideways, along waves that differ each time."""
    tall, wide = dice.uniform(2, 4.5), dice.uniform(1.5, 3.5)
    shift, pace = dice.uniform(0, math.tau), dice.uniform(34, 58)

    def bent(x: int, y: int) -> tuple[float, float]:
        return x + wide * math.sin(y / pace * 2 + shift), y + tall * math.sin(x / pace + shift)

    mesh = []
    for left in range(0, WIDTH, WAVE_STEP):
        for top in range(0, HEIGHT, WAVE_STEP):
            right, bottom = left + WAVE_STEP, top + WAVE_STEP
            corners = (bent(left, top), bent(left, bottom), bent(right, bottom), bent(right, top))
            mesh.append(((left, top, right, bottom), tuple(part for corner in corners for part in corner)))
    return sheet.transform(sheet.size, Image.Transform.MESH, mesh, Image.Resampling.BICUBIC, fillcolor=PAPER)
