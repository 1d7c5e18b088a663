import pytest

from account_center.kit.countries import calling_choices, calling_code, country_choices, country_name, is_country


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
def test_for_a_phone_number_china_stands_first_and_every_country_once(language: str, first: tuple[str, str]) -> None:
    choices = calling_choices(language)
    assert choices[0] == first
    assert len({code for code, _ in choices}) == len(choices) > 200
    assert all(is_country(code) and label.endswith(f" +{calling_code(code)}") for code, label in choices)
    assert [one for one in choices if one[0] != "CN"] == [
        (code, f"{name} +{calling_code(code)}") for code, name in country_choices(language) if code != "CN"
    ]


def test_countries_stand_where_readers_of_the_language_look_for_them() -> None:
    english = [name for _, name in country_choices("en")]
    chinese = [name for _, name in country_choices("zh-hans")]
    assert not [name for name in (*english, *chinese) if "+" in name]
    some: tuple[str, ...]
    for some in (
        ("Chile", "China", "Colombia"),
        ("Afghanistan", "Åland Islands", "Albania", "Zimbabwe"),  # Å is not behind Z
    ):
        assert [name for name in english if name in some] == list(some)
    for some in (
        ("阿根廷", "德国", "美国", "英国", "中国", "中国香港"),  # a, dé, měi, yīng, zhōng
        ("法国", "梵蒂冈", "菲律宾", "斐济", "芬兰"),  # rare characters stand among the common ones
        ("孟加拉国", "密克罗尼西亚", "缅甸"),
        ("南苏丹", "瑙鲁", "尼泊尔"),
        ("贝宁", "比利时", "秘鲁", "冰岛"),  # read bì here
    ):
        assert [name for name in chinese if name in some] == list(some)


def test_a_caller_may_change_its_own_list() -> None:
    country_choices("en").clear()
    assert country_choices("en")
