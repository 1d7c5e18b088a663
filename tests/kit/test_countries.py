import pytest

from account_center.kit.countries import calling_code, country_choices, country_name, is_country


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("CN", "zh-hans", "中国"),
        ("CN", "en", "China"),
        ("DE", "zh-cn", "德国"),
        ("DE", "en-gb", "Germany"),
        ("HK", "zh-hans", "中国香港"),
        ("TW", "zh_Hans", "中国台湾"),
        ("DE", "xx-rubbish-\x00", "Germany"),
        ("DE", "", "Germany"),
        ("??", "en", "??"),
    ],
)
def test_a_country_has_a_name_in_the_visitors_language(code: str, language: str, name: str) -> None:
    assert country_name(code, language) == name


@pytest.mark.parametrize(("code", "number"), [("CN", 86), ("HK", 852), ("US", 1), ("CA", 1), ("XX", None), ("", None)])
def test_a_country_has_a_calling_code(code: str, number: int | None) -> None:
    assert calling_code(code) == number
    assert is_country(code) == (number is not None)


@pytest.mark.parametrize(("language", "first"), [("zh-hans", ("CN", "中国 +86")), ("en", ("CN", "China +86"))])
def test_china_stands_first_and_every_country_once(language: str, first: tuple[str, str]) -> None:
    choices = country_choices(language)
    assert choices[0] == first
    assert len({code for code, _ in choices}) == len(choices) > 200
    assert all(is_country(code) and label.endswith(f" +{calling_code(code)}") for code, label in choices)


def test_the_list_is_sorted_for_the_language() -> None:
    english = [code for code, _ in country_choices("en")]
    chinese = [code for code, _ in country_choices("zh-hans")]
    assert english.index("AX") < english.index("AL") < english.index("ZW")  # Åland is not behind Z
    assert chinese.index("AR") < chinese.index("DE") < chinese.index("US") < chinese.index("GB")  # a, de, mei, ying


def test_a_caller_may_change_its_own_list() -> None:
    country_choices("en").clear()
    assert country_choices("en")
