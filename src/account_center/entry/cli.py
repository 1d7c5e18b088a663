"""The ``account-center`` command."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence

import django
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "account_center.entry.settings")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; the exit status says whether it worked."""
    options = _parser().parse_args(arguments)
    try:
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    except ImproperlyConfigured as wrong:
        print(f"account-center: {wrong}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="account-center",
        description="Who the customers of a cloud are, and what each of them may do now.",
        epilog="Settings come from the environment: PORT, DATA_DIR, DATABASE_URL, CACHE_URL and others; see docs/reference/settings.md.",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="serve the pages and the API (PORT, default 8000)")
    serve.add_argument("--demo", action="store_true", help="sandbox with demo data; the worker runs along")
    serve.add_argument("--with-worker", action="store_true", help="run the background worker along")
    serve.add_argument("--workers", type=int, default=0, help="web processes (default: one per core, at most 4)")
    serve.set_defaults(run=_serve)
    _add(commands, "work", "run the background worker", _work)
    _add(commands, "migrate", "bring the database up to date", _migrate)
    _add(commands, "seed-demo", "fill the sandbox with demo accounts", _seed_demo)
    _add(commands, "check", "look for mistakes in settings, keys and data", _check)
    _add(commands, "new-keys", "make the key file of a new installation", _new_keys)
    staff = commands.add_parser("add-staff", help="open an account for a member of staff")
    staff.add_argument("name")
    staff.add_argument("--role", action="append", default=[], choices=["support", "customer_manager", "reviewer"])
    staff.set_defaults(run=_add_staff)
    return parser


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    text: str,
    run: Callable[[argparse.Namespace], int],
) -> None:
    commands.add_parser(name, help=text).set_defaults(run=run)


def _serve(options: argparse.Namespace) -> int:
    # Each command loads what it needs after the settings are known; `--help` loads nothing.
    from account_center.entry.serving import serve

    return serve(demo=options.demo, with_worker=options.with_worker or options.demo, workers=options.workers)


def _work(_: argparse.Namespace) -> int:
    django.setup()
    from account_center.entry.working import work

    return work()


def _migrate(_: argparse.Namespace) -> int:
    django.setup()
    from account_center.entry.upkeep import migrate

    return migrate()


def _seed_demo(_: argparse.Namespace) -> int:
    django.setup()
    from account_center.entry.demo import seed_demo

    return seed_demo()


def _check(_: argparse.Namespace) -> int:
    django.setup()
    from account_center.entry.upkeep import check

    return check()


def _new_keys(_: argparse.Namespace) -> int:
    from account_center.entry.upkeep import new_keys

    return new_keys()


def _add_staff(options: argparse.Namespace) -> int:
    django.setup()
    from account_center.entry.upkeep import add_staff

    return add_staff(name=options.name, roles=options.role)


if __name__ == "__main__":
    sys.exit(main())
