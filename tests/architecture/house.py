"""The plan of the house, read from pyproject.toml and from the source: what the guard tests compare."""

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "src" / "account_center"


@cache
def ladder() -> dict[str, int]:
    """Room to rung; the lowest rung is 0. The plan stands once, in the import contract."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["name"] == "Rooms only look down")
    rungs = [[room.strip() for room in layer.split("|")] for layer in reversed(layers)]
    return {room: number for number, rung in enumerate(rungs) for room in rung}


def room_of(module: str) -> str:
    """``account_center.signin.rules`` belongs to ``signin``."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "account_center" else ""


def sources() -> Iterator[tuple[Path, ast.Module]]:
    """Every module of the product but migrations, parsed."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path, ast.parse(path.read_text())


def module_name(path: Path) -> str:
    """The dotted name of a source file."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
