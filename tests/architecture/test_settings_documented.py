"""docs/reference/settings.md names every variable that the program reads, with its default, and no other."""

import ast
import dataclasses
import re
from collections.abc import Iterator

import pytest

from account_center.kit.limits import Limits
from tests.architecture.house import PACKAGE, ROOT

ROW = re.compile(r"^\| `([A-Z0-9_]+)` \| ?(.*?) ?\| (.*) \|$", re.MULTILINE)
CLAUSE = re.compile(r"\b[123]\.\d{1,2}(?:\.\d{1,2})?\b")
ENTRY = PACKAGE / "entry"
READERS = {"_flag", "_list"}
# Computed from other settings: their row says in words how.
IN_WORDS = {"ACCOUNT_CENTER_HTTPS", "ACCOUNT_CENTER_HOSTS", "ACCOUNT_CENTER_KEY_FILE"}


def documented() -> dict[str, str]:
    """Every variable of the page with the cell of its default."""
    text = (ROOT / "docs" / "reference" / "settings.md").read_text()
    return {name: default for name, default, _rest in ROW.findall(text)}


def read_variables() -> dict[str, str]:
    """Every variable that the entry room reads, with its default as text; empty if there is none."""
    return {name: default for path in ENTRY.glob("*.py") for name, default in _reads(ast.parse(path.read_text()))}


def _reads(tree: ast.Module) -> Iterator[tuple[str, str]]:
    numbers = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _reads_environment(node) and isinstance(node.args[0], ast.Constant):
            given = [*node.args[1:], *(keyword.value for keyword in node.keywords)]
            default = given[0] if given else None
            if isinstance(default, ast.Name):
                default = numbers.get(default.id)
            yield str(node.args[0].value), _text(default)


def _reads_environment(call: ast.Call) -> bool:
    reader = call.func
    if isinstance(reader, ast.Name):
        return reader.id in READERS
    return isinstance(reader, ast.Attribute) and reader.attr == "get" and ast.unparse(reader.value) in _ENVIRONMENTS


_ENVIRONMENTS = {"ENVIRONMENT", "os.environ"}


def _text(default: ast.expr | None) -> str:
    value = default.value if isinstance(default, ast.Constant) else ""
    return str(int(value)) if isinstance(value, bool) else str(value or "")


LIMITS = {f"ACCOUNT_CENTER_{item.name.upper()}": item for item in dataclasses.fields(Limits)}


def test_the_page_names_every_variable_and_no_other() -> None:
    assert documented().keys() == read_variables().keys() | LIMITS.keys()


@pytest.mark.parametrize("name", sorted(read_variables().keys() - IN_WORDS))
def test_the_page_says_the_default_that_counts(name: str) -> None:
    assert documented()[name].strip("`") == read_variables()[name]


@pytest.mark.parametrize("name", sorted(LIMITS))
def test_the_page_says_the_limit_that_counts(name: str) -> None:
    assert documented()[name] == f"`{LIMITS[name].default}`"


def test_the_page_says_the_clause_of_each_limit() -> None:
    lines = (PACKAGE / "kit" / "limits.py").read_text().splitlines()
    text = (ROOT / "docs" / "reference" / "settings.md").read_text()
    cells = {name: rest.partition("|")[0] for name, _default, rest in ROW.findall(text)}
    for name, item in LIMITS.items():
        line = next(line for line in lines if line.strip().startswith(f"{item.name}:"))
        assert CLAUSE.findall(cells[name]) == CLAUSE.findall(line.partition("#")[2]), name
