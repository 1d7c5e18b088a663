import re

from tests.architecture.house import ROOT

PACKAGE_LINE = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)


def test_every_locked_package_is_named_with_its_licence() -> None:
    locked = set(PACKAGE_LINE.findall((ROOT / "requirements.lock").read_text()))
    rows = re.findall(r"^\| `([^`]+)` \|(.*)\|$", (ROOT / "docs" / "dependencies.md").read_text(), re.MULTILINE)
    named = {name.lower() for name, rest in rows if rest.split("|")[0].strip()}
    assert locked == named
