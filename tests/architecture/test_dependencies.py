import re

import pytest

from tests.architecture.house import ROOT

PACKAGE_LINE = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)
PAGE = (ROOT / "docs" / "dependencies.md").read_text()
EXTRAS = PAGE.index("\n## Extras\n")
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-extras.lock")


def named_in(text: str) -> set[str]:
    """The packages of the tables in ``text`` that have a licence."""
    rows = re.findall(r"^\| `([^`]+)` \|(.*)\|$", text, re.MULTILINE)
    return {name.lower() for name, rest in rows if rest.split("|")[0].strip()}


def locked_in(file: str) -> set[str]:
    return set(PACKAGE_LINE.findall((ROOT / file).read_text()))


def test_every_locked_package_is_named_with_its_licence() -> None:
    assert locked_in("requirements.lock") == named_in(PAGE[:EXTRAS])


def test_every_package_of_the_extras_is_named_with_its_licence() -> None:
    assert locked_in("requirements-extras.lock") - locked_in("requirements.lock") == named_in(PAGE[EXTRAS:])


@pytest.mark.parametrize("file", LOCKS)
def test_a_lock_file_names_no_address_and_a_hash_for_every_package(file: str) -> None:
    text = (ROOT / file).read_text()
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text
    packages = re.split(r"(?m)^(?=[A-Za-z0-9._-]+==)", text)[1:]
    assert packages
    assert all("--hash=sha256:" in package for package in packages)


def test_no_package_of_the_extras_is_installed_without_being_asked_for() -> None:
    assert not {"pillow-heif", "rapidocr", "onnxruntime"} & (locked_in("requirements.lock") | locked_in(LOCKS[1]))


def test_packages_of_product_and_extras_have_the_same_versions() -> None:
    def versions(file: str) -> dict[str, str]:
        return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\\\]+)", (ROOT / file).read_text(), re.MULTILINE))

    product, extras = versions("requirements.lock"), versions("requirements-extras.lock")
    assert {name: extras[name] for name in product} == product
