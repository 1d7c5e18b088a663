"""Small questions in the reader's language, for whoever cannot see a picture."""

from collections.abc import Callable, Sequence
from secrets import SystemRandom

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from account_center.recovery.rules import plain_answer

NUMBERS: tuple[Promise, ...] = (
    gettext_lazy("zero"),
    gettext_lazy("one"),
    gettext_lazy("two"),
    gettext_lazy("three"),
    gettext_lazy("four"),
    gettext_lazy("five"),
    gettext_lazy("six"),
    gettext_lazy("seven"),
    gettext_lazy("eight"),
    gettext_lazy("nine"),
    gettext_lazy("ten"),
    gettext_lazy("eleven"),
    gettext_lazy("twelve"),
    gettext_lazy("thirteen"),
    gettext_lazy("fourteen"),
    gettext_lazy("fifteen"),
    gettext_lazy("sixteen"),
    gettext_lazy("seventeen"),
    gettext_lazy("eighteen"),
    gettext_lazy("nineteen"),
    gettext_lazy("twenty"),
)
ANIMALS = (
    gettext_lazy("horse"),
    gettext_lazy("cat"),
    gettext_lazy("sparrow"),
    gettext_lazy("tiger"),
    gettext_lazy("rabbit"),
)
FRUITS = (
    gettext_lazy("apple"),
    gettext_lazy("pear"),
    gettext_lazy("banana"),
    gettext_lazy("grape"),
    gettext_lazy("peach"),
)
THINGS = (
    gettext_lazy("table"),
    gettext_lazy("lamp"),
    gettext_lazy("umbrella"),
    gettext_lazy("window"),
    gettext_lazy("hammer"),
    gettext_lazy("bicycle"),
    gettext_lazy("spoon"),
)
_SUMS = (
    gettext_lazy("How much are {a} and {b} together?"),
    gettext_lazy("You have {a} cups and buy {b} more. How many do you have?"),
    gettext_lazy("Which number is {b} more than {a}?"),
)
_RESTS = (
    gettext_lazy("Of {a} candles {b} go out. How many still burn?"),
    gettext_lazy("How much is {a} less {b}?"),
)
_GREATEST = (
    gettext_lazy("Which of these numbers is the greatest: {list}?"),
    gettext_lazy("Write down the highest number of: {list}."),
)
_SMALLEST = (gettext_lazy("Which of these numbers is the smallest: {list}?"),)
_WHICH_ANIMAL = (
    gettext_lazy("Which of these is an animal: {list}?"),
    gettext_lazy("One of these words names an animal: {list}. Which one?"),
)
_WHICH_FRUIT = (gettext_lazy("Which of these is a fruit: {list}?"),)
_dice = SystemRandom()


def ask() -> tuple[str, str]:
    """(question, its answer) in the active language."""
    makers: list[Callable[[], tuple[str, str]]] = [_sum, _rest, _greatest, _smallest, _animal, _fruit]
    question, answer = _dice.choice(makers)()
    return question, in_digits(answer)


def in_digits(answer: str) -> str:
    """An answer in its one spelling; a number written as a word of the active language becomes digits."""
    plain = plain_answer(answer)
    words = {plain_answer(str(word)): str(number) for number, word in enumerate(NUMBERS)}
    return words.get(plain, plain)


def _fill(wordings: Sequence[Promise], **parts: str) -> str:
    return str(_dice.choice(wordings)).format(**parts)


def _sum() -> tuple[str, str]:
    first, second = _dice.randint(2, 10), _dice.randint(2, 10)
    return _fill(_SUMS, a=str(NUMBERS[first]), b=str(NUMBERS[second])), str(first + second)


def _rest() -> tuple[str, str]:
    first = _dice.randint(6, 20)
    second = _dice.randint(1, first - 1)
    return _fill(_RESTS, a=str(NUMBERS[first]), b=str(NUMBERS[second])), str(first - second)


def _greatest() -> tuple[str, str]:
    numbers = _dice.sample(range(len(NUMBERS)), 4)
    return _fill(_GREATEST, list=_listed([NUMBERS[one] for one in numbers])), str(max(numbers))


def _smallest() -> tuple[str, str]:
    numbers = _dice.sample(range(len(NUMBERS)), 4)
    return _fill(_SMALLEST, list=_listed([NUMBERS[one] for one in numbers])), str(min(numbers))


def _animal() -> tuple[str, str]:
    return _odd_one(_WHICH_ANIMAL, ANIMALS)


def _fruit() -> tuple[str, str]:
    return _odd_one(_WHICH_FRUIT, FRUITS)


def _odd_one(wordings: Sequence[Promise], kind: Sequence[Promise]) -> tuple[str, str]:
    right = _dice.choice(kind)
    words = [right, *_dice.sample(THINGS, 3)]
    _dice.shuffle(words)
    return _fill(wordings, list=_listed(words)), str(right)


def _listed(words: Sequence[Promise]) -> str:
    return _(", ").join(str(word) for word in words)
