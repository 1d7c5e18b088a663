"""The name a browser or app gives itself, in words that its owner knows it by."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

# The first that is found counts: most browsers also name the ones they descend from.
_BROWSERS: Sequence[tuple[str, str]] = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("HuaweiBrowser", "Huawei Browser"),
    ("QQBrowser", "QQ Browser"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Sequence[tuple[str, str]] = (
    ("HarmonyOS", "HarmonyOS"),
    ("OpenHarmony", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)

_APP = re.compile(r"([A-Za-z][A-Za-z0-9 ._-]{0,29})/\d")


@dataclass(frozen=True, slots=True)
class AgentWords:
    """Browser and operating system; empty what could not be told."""

    browser: str
    system: str

    @property
    def text(self) -> str:
        """Such as ``Firefox, Windows``; empty if nothing is known."""
        return ", ".join(part for part in (self.browser, self.system) if part)


def agent_words(agent: str) -> AgentWords:
    """What a user agent says of itself. Everybody can send what he likes: for recognising, never for deciding."""
    return AgentWords(browser=_first(_BROWSERS, agent) or _own_name(agent), system=_first(_SYSTEMS, agent))


def _first(signs: Sequence[tuple[str, str]], agent: str) -> str:
    return next((word for sign, word in signs if sign in agent), "")


def _own_name(agent: str) -> str:
    """What an app calls itself, such as ``Lanyun`` in ``Lanyun/3.2 (Android 16)``; every browser calls itself Mozilla."""
    found = _APP.match(agent)
    return found[1] if found and found[1] != "Mozilla" else ""
