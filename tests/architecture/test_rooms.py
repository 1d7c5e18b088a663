import ast
from statistics import median, quantiles

import grimp
from django.apps import apps
from django.db.models import Field

from tests.architecture.house import functions, ladder, module_name, room_of, sources

DOORS = {"services", "queries", "types", "errors"}
SHARED = {"kit", "plumbing"}  # tools for everybody; the import contract keeps them ignorant of rooms
# Whoever deletes an account asks every room for what it keeps.
LEAVING, WHAT_IS_KEPT = "privacy", "retention"
COMPOSER = "entry"  # puts the house together: it may name pages, APIs and adapters


def test_another_room_is_entered_only_through_its_doors() -> None:
    graph = grimp.build_graph("account_center", exclude_type_checking_imports=True)
    trespasses = []
    for importer in sorted(graph.modules):
        for imported in sorted(graph.find_modules_directly_imported_by(importer)):
            mine, theirs = room_of(importer), room_of(imported)
            if theirs in ("", mine, *SHARED) or mine == COMPOSER:
                continue
            if mine == LEAVING and imported.endswith(f".{WHAT_IS_KEPT}"):
                continue
            if imported.split(".")[2:3] and imported.split(".")[2] not in DOORS:
                trespasses.append(f"{importer} imports {imported}")
    assert not trespasses, "\n".join(trespasses)


def test_foreign_keys_point_down_the_ladder() -> None:
    rungs = ladder()
    wrong = []
    for model in apps.get_models():
        mine = room_of(model.__module__)
        for field in model._meta.get_fields():
            if not (mine and isinstance(field, Field) and field.is_relation and field.related_model):
                continue
            theirs = room_of(field.related_model.__module__)
            if theirs and theirs != mine and rungs[theirs] >= rungs[mine]:
                wrong.append(f"{model.__name__}.{field.name} points from {mine} to {theirs}")
    assert not wrong, "\n".join(wrong)


def test_every_room_has_its_rung() -> None:
    rooms = {room_of(module_name(path)) for path, _tree in sources()} - {""}
    assert rooms == set(ladder())


def test_no_import_is_hidden_in_a_function() -> None:
    hidden = [
        f"{path.name}:{node.lineno} in {function.name}"
        for path, tree in sources()
        for function in functions(tree)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not hidden, "\n".join(hidden)


def test_functions_stay_short() -> None:
    lengths = {
        f"{module_name(path)}.{function.name}": _length(function)
        for path, tree in sources()
        for function in functions(tree)
    }
    longest = sorted(lengths, key=lengths.__getitem__, reverse=True)[:10]
    shown = ", ".join(f"{name} {lengths[name]}" for name in longest)
    assert median(lengths.values()) <= 8, shown
    assert quantiles(lengths.values(), n=10)[-1] <= 20, shown
    assert max(lengths.values()) <= 60, shown


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its decorators and its docstring."""
    length = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        length -= (first.end_lineno or first.lineno) - first.lineno + 1
    return length
