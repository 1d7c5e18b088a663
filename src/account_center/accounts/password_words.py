"""What the judge of passwords (zxcvbn) says, in our own words and in the reader's language."""

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_COMMON = _("It is one of the passwords that attackers try first.")
_REPEATS = _("Repetitions are guessed almost as fast as the part that is repeated.")
_DATES = _("Dates are guessed early, above all those of your own life.")
_YEARS = _("Years are guessed early.")
_KEYBOARD = _("Neighbouring keys are guessed early, also around a corner.")
_SEQUENCES = _("Sequences such as abc or 6543 are guessed early.")
_NAMES = _("Names of people are guessed early.")
_MORE_WORDS = _("Add another word or two, rare ones that do not belong together.")

WORDS: Mapping[str, str | Promise] = {
    "Use a few words, avoid common phrases.": _("Take some words that do not belong together."),
    "No need for symbols, digits, or uppercase letters.": _("Signs, digits and capital letters are not needed."),
    "Add another word or two. Uncommon words are better.": _MORE_WORDS,
    "Straight rows of keys are easy to guess.": _KEYBOARD,
    "Short keyboard patterns are easy to guess.": _KEYBOARD,
    "Use a longer keyboard pattern with more turns.": _MORE_WORDS,
    'Repeats like "aaa" are easy to guess.': _REPEATS,
    'Repeats like "abcabcabc" are only slightly harder to guess than "abc".': _REPEATS,
    "Avoid repeated words and characters.": _REPEATS,
    'Sequences like "abc" or "6543" are easy to guess.': _SEQUENCES,
    "Avoid sequences.": _SEQUENCES,
    "Recent years are easy to guess.": _YEARS,
    "Avoid recent years.": _YEARS,
    "Avoid years that are associated with you.": _YEARS,
    "Dates are often easy to guess.": _DATES,
    "Avoid dates and years that are associated with you.": _DATES,
    "This is a top-10 common password.": _COMMON,
    "This is a top-100 common password.": _COMMON,
    "This is a very common password.": _COMMON,
    "This is similar to a commonly used password.": _(
        "It differs too little from a password that attackers try first."
    ),
    "A word by itself is easy to guess.": _("One word alone is found in any dictionary."),
    "Names and surnames by themselves are easy to guess.": _NAMES,
    "Common names and surnames are easy to guess.": _NAMES,
    "Capitalization doesn't help very much.": _("A capital letter at the beginning hardly helps."),
    "All-uppercase is almost as easy to guess as all-lowercase.": _("Capital letters throughout hardly help."),
    "Reversed words aren't much harder to guess.": _("A word written backwards is tried too."),
    "Predictable substitutions like '@' instead of 'a' don't help very much.": _(
        "Signs that stand for letters, such as @ for a, are tried too."
    ),
}


def in_our_words(said: Iterable[str]) -> tuple[str, ...]:
    """The same advice, each sentence once, in order. What has no words here is left out; a test finds it."""
    return tuple(dict.fromkeys(str(WORDS[sentence]) for sentence in said if sentence in WORDS))
