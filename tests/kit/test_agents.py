import pytest

from account_center.kit.agents import agent_words

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (CHROME, "Chrome, Windows"),
        (CHROME + " Edg/131.0.0.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) MicroMessenger/8.0", "WeChat, iPhone"),
        ("Lanyun/3.2 (Android 16; Pixel 9)", "Lanyun, Android"),
        ("Lan yun/3.2", "Lan yun"),
        ("curl/8.4.0", "curl"),
        ("Mozilla/5.0 (unknown)", ""),
        ("no version", ""),
        ("<b>bold</b>/1", ""),
        ("x" * 300 + "/1", ""),
        ("", ""),
    ],
)
def test_a_user_agent_is_told_in_words(agent: str, words: str) -> None:
    assert agent_words(agent).text == words
