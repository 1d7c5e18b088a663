"""Mobile phone numbers: parsed from what people type, kept as E.164."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType, ValidationResult

from account_center.kit.masking import mask_phone
from account_center.kit.typed import tidy

MAINLAND = "CN"
_MAINLAND_CODE = 86
# A mobile number, also behind a trunk or carrier prefix.
_MAINLAND_MOBILE_START = re.compile(r"(?:0|1[12][0-9]{3})?1[3-9]")
_MAINLAND_DIGITS = 11
_PUNCTUATION = re.compile(r"[\s().\-/\u2010-\u2015\u2212]")
_SHAPE = re.compile(r"\+?[0-9]+")
_MOBILE_TYPES = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
_LAST_DIGITS = 4


class PhoneProblem(StrEnum):
    """Why a text is not a mobile phone number."""

    EMPTY = "empty"
    LETTERS = "letters"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NOT_A_NUMBER = "not_a_number"
    NOT_MOBILE = "not_mobile"
    WRONG_COUNTRY = "wrong_country"


_PARSE_PROBLEMS = {
    NumberParseException.TOO_SHORT_AFTER_IDD: PhoneProblem.TOO_SHORT,
    NumberParseException.TOO_SHORT_NSN: PhoneProblem.TOO_SHORT,
    NumberParseException.TOO_LONG: PhoneProblem.TOO_LONG,
    NumberParseException.INVALID_COUNTRY_CODE: PhoneProblem.WRONG_COUNTRY,
}
_LENGTH_PROBLEMS = {
    ValidationResult.TOO_SHORT: PhoneProblem.TOO_SHORT,
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: PhoneProblem.TOO_SHORT,
    ValidationResult.TOO_LONG: PhoneProblem.TOO_LONG,
}


class BadPhone(ValueError):
    """The text is not a mobile phone number; ``problem`` says why. Never carries the text itself."""

    def __init__(self, problem: PhoneProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A mobile number: ``e164`` such as ``+8613800138000``, ``country`` as ISO 3166 alpha-2."""

    e164: str
    country: str

    @property
    def is_mainland_mobile(self) -> bool:
        return self.country == MAINLAND

    @property
    def masked(self) -> str:
        """What may be shown to somebody who has not proven the number."""
        return mask_phone(self.e164)

    @property
    def prefix(self) -> str:
        """The run of 10,000 numbers that this one belongs to, for limits against pumping."""
        return self.e164[:-_LAST_DIGITS]


def parse_phone(text: str, *, country: str) -> PhoneNumber:
    """The mobile number in ``text``, dialled from ``country`` (ISO alpha-2) unless it starts with ``+`` or ``00``.

    Raises BadPhone.
    """
    digits = _dialled(text)
    try:
        parsed = phonenumbers.parse(digits, country)
    except NumberParseException as wrong:
        raise BadPhone(_PARSE_PROBLEMS.get(wrong.error_type, PhoneProblem.NOT_A_NUMBER)) from wrong
    if parsed.country_code == _MAINLAND_CODE:
        _check_mainland_length(digits)
    _check_mobile(parsed)
    region = phonenumbers.region_code_for_number(parsed)
    if region is None or not region.isalpha():
        raise BadPhone(PhoneProblem.WRONG_COUNTRY)
    return PhoneNumber(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164), region)


def _dialled(text: str) -> str:
    """Only the digits, with ``+`` before an international number. Raises BadPhone."""
    typed = tidy(text)
    if not typed:
        raise BadPhone(PhoneProblem.EMPTY)
    # The library would drop letters without a word, so that a mistyped number became another one.
    if any(character.isalpha() for character in typed):
        raise BadPhone(PhoneProblem.LETTERS)
    digits = "".join(_ascii_digit(character) for character in _PUNCTUATION.sub("", typed))
    if not _SHAPE.fullmatch(digits):
        raise BadPhone(PhoneProblem.NOT_A_NUMBER)
    return "+" + digits[2:] if digits.startswith("00") else digits


def _ascii_digit(character: str) -> str:
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)


def _check_mobile(parsed: phonenumbers.PhoneNumber) -> None:
    length = phonenumbers.is_possible_number_with_reason(parsed)
    if length in _LENGTH_PROBLEMS:
        raise BadPhone(_LENGTH_PROBLEMS[length])
    if not phonenumbers.is_valid_number(parsed):
        raise BadPhone(PhoneProblem.NOT_A_NUMBER)
    if phonenumbers.number_type(parsed) not in _MOBILE_TYPES:
        raise BadPhone(PhoneProblem.NOT_MOBILE)


def _check_mainland_length(digits: str) -> None:
    """The library also takes trunk and carrier prefixes away (``0``, ``12593``); one number has one spelling here."""
    national = digits.removeprefix("+").removeprefix(str(_MAINLAND_CODE))
    if _MAINLAND_MOBILE_START.match(national) is None or len(national) == _MAINLAND_DIGITS:
        return
    raise BadPhone(PhoneProblem.TOO_SHORT if len(national) < _MAINLAND_DIGITS else PhoneProblem.TOO_LONG)
