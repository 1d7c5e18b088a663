"""Countries and regions that people and phones can belong to, with names in the visitor's language (Unicode CLDR)."""

import unicodedata
from functools import lru_cache

import phonenumbers
from babel import Locale, UnknownLocaleError

_FIRST = "CN"  # where most of the phones are
_FALLBACK_LANGUAGE = "en"
_LANGUAGES = 16  # kept in memory; a language comes from the visitor, so the number is bounded
# CLDR's long names overflow a select on a phone; these are the customary short ones in Chinese forms.
_CHINESE_NAMES = {"HK": "中国香港", "MO": "中国澳门", "TW": "中国台湾"}
# GB 18030 sorts its common characters by their pinyin, and the rarer ones behind them: these are sorted by a common one.
_SOUNDS_LIKE = str.maketrans(
    {"斐": "匪", "梵": "泛", "瑙": "脑", "秘": "必"}
)  # 秘 is read bì in 秘鲁, its only country


def is_country(code: str) -> bool:
    """Whether ``code`` is an ISO 3166 alpha-2 code (upper case) that a phone number can belong to."""
    return code in phonenumbers.SUPPORTED_REGIONS


def calling_code(code: str) -> int | None:
    """``86`` for ``CN``; None for an unknown code."""
    return phonenumbers.country_code_for_region(code) or None


def country_name(code: str, language: str) -> str:
    """The name in ``language`` (``zh-hans``, ``en``, …; an unknown one falls back to English), or the code itself."""
    return _names(language).get(code, code)


def country_choices(language: str) -> list[tuple[str, str]]:
    """All countries as (code, name), in the order in which readers of the language look for a name."""
    return list(_choices(language))


def calling_choices(language: str) -> list[tuple[str, str]]:
    """For a phone number: all countries as (code, label) with the calling code (``中国 +86``), CN first, then by name."""
    named = sorted(_choices(language), key=lambda one: one[0] != _FIRST)
    return [(code, f"{name} +{calling_code(code)}") for code, name in named]


@lru_cache(maxsize=_LANGUAGES)
def _choices(language: str) -> tuple[tuple[str, str], ...]:
    named = ((code, country_name(code, language)) for code in phonenumbers.SUPPORTED_REGIONS)
    return tuple(sorted(named, key=lambda one: _rank(one[1], language)))


@lru_cache(maxsize=_LANGUAGES)
def _names(language: str) -> dict[str, str]:
    locale = _locale(language)
    own = _CHINESE_NAMES if locale.language == "zh" and locale.script != "Hant" else {}
    return {**locale.territories, **own}


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-" if "-" in language else "_")
    except (ValueError, UnknownLocaleError):
        return Locale.parse(_FALLBACK_LANGUAGE)


def _rank(name: str, language: str) -> bytes:
    if _locale(language).language == "zh":
        return name.translate(_SOUNDS_LIKE).encode("gb18030")
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").lower()
