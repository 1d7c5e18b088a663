"""Countries and regions that phones can belong to, with names in the visitor's language (Unicode CLDR)."""

import unicodedata
from functools import lru_cache

import phonenumbers
from babel import Locale, UnknownLocaleError

_FIRST = "CN"
_FALLBACK_LANGUAGE = "en"
_LANGUAGES = 16  # kept in memory; a language comes from the visitor, so the number is bounded
# CLDR's long names overflow a select on a phone; these are the customary short ones in Chinese forms.
_CHINESE_NAMES = {"HK": "中国香港", "MO": "中国澳门", "TW": "中国台湾"}


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
    """All countries as (code, label) with the calling code in the label (``中国 +86``), CN first, then by name."""
    return list(_choices(language))


@lru_cache(maxsize=_LANGUAGES)
def _choices(language: str) -> tuple[tuple[str, str], ...]:
    ordered = sorted(phonenumbers.SUPPORTED_REGIONS, key=lambda code: _rank(code, language))
    return tuple((code, f"{country_name(code, language)} +{calling_code(code)}") for code in ordered)


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


def _rank(code: str, language: str) -> tuple[bool, bytes]:
    name = country_name(code, language)
    # The common characters of GB 18030 stand in the order of their pinyin, which is how Chinese lists are sorted.
    if _locale(language).language == "zh":
        return code != _FIRST, name.encode("gb18030")
    return code != _FIRST, unicodedata.normalize("NFKD", name).encode("ascii", "ignore").lower()
