import ast
from importlib import import_module
from pathlib import Path

from django.apps import apps

from account_center.plumbing.work import every, job
from account_center.plumbing.work.registry import known_jobs, periods
from tests.architecture.house import PACKAGE, module_name, room_of, sources


def test_every_table_is_named_in_the_retention_of_its_room() -> None:
    forgotten = []
    for model in apps.get_models():
        room = room_of(model.__module__)
        if room and not _kept(room).get(model.__name__, "").strip():
            forgotten.append(f"{room}: {model.__name__}")
    assert not forgotten, "\n".join(forgotten)


def test_retention_names_no_table_that_is_gone() -> None:
    tables = {(room_of(model.__module__), model.__name__) for model in apps.get_models()}
    rooms = [path.parent.name for path in PACKAGE.glob("*/retention.py")]
    gone = [f"{room}: {name}" for room in rooms for name in _kept(room) if (room, name) not in tables]
    assert not gone, "\n".join(gone)


def _kept(room: str) -> dict[str, str]:
    if not Path(PACKAGE, room, "retention.py").exists():
        return {}
    return dict(import_module(f"account_center.{room}.retention").KEPT)


def test_every_marked_job_is_known_when_the_product_starts() -> None:
    marked = {
        name
        for path, tree in sources()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in (job.__name__, every.__name__)
        for name in _names(call, module_name(path))
    }
    assert marked
    assert marked <= known_jobs(), marked - known_jobs()


def test_every_job_is_enqueued_by_somebody_or_recurs() -> None:
    enqueued = {
        name
        for path, tree in sources()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "enqueue"
        for name in _names(call, module_name(path))
    }
    ours = {name for name in known_jobs() if (PACKAGE / name.split(".")[0]).is_dir()}
    assert enqueued <= known_jobs(), f"nobody does {enqueued - known_jobs()}"
    assert ours - periods().keys() <= enqueued, f"nobody enqueues {ours - periods().keys() - enqueued}"


def _names(call: ast.Call, module: str) -> list[str]:
    """The job's name in a call, written out or as a constant of its module."""
    given = [*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg == "name")]
    found = []
    for value in given:
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            found.append(value.value)
        elif isinstance(value, ast.Name) and isinstance(name := getattr(import_module(module), value.id, None), str):
            found.append(name)
    return found
