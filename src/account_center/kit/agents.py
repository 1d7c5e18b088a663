"""The name a browser gives itself, in words that its owner knows it by."""

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
    return AgentWords(browser=_first(_BROWSERS, agent), system=_first(_SYSTEMS, agent))


def _first(signs: Sequence[tuple[str, str]], agent: str) -> str:
    return next((word for sign, word in signs if sign in agent), "")
