"""The ``account-center`` command."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import import_module

import django
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "account_center.entry.settings")

ROLES = ("support", "customer_manager", "reviewer")


@dataclass(frozen=True, slots=True)
class Command:
    """A command and where it is done: ``module:function``. The module is loaded when the command is called, not before."""

    help: str
    place: str
    needs_rooms: bool = True

    def run(self, options: dict[str, object]) -> int:
        """Loads what the command needs and does it; the answer is the exit status."""
        if self.needs_rooms:
            django.setup()
        module, _, function = self.place.partition(":")
        act: Callable[..., int] = getattr(import_module(f"account_center.entry.{module}"), function)
        return act(**options)


COMMANDS = {
    "serve": Command("serve the pages and the API (PORT, default 8000)", "serving:serve", needs_rooms=False),
    "work": Command("run the background worker", "working:work"),
    "migrate": Command("bring the database up to date", "upkeep:migrate"),
    "seed-demo": Command("fill the sandbox with demo accounts", "demo:seed_demo"),
    "check": Command("look for mistakes in settings, keys and data", "upkeep:check"),
    "new-keys": Command("make the key file of a new installation", "keyfile:new_keys", needs_rooms=False),
    "add-key": Command("add a key to the key file, under which records are sealed from then on", "rotation:add_key"),
    "rotate-keys": Command("bring every sealed record under the newest key", "rotation:rotate_keys"),
    "remove-key": Command("take a key that nothing needs out of the key file", "rotation:remove_key"),
    "add-staff": Command("open an account for a member of staff", "people:add_staff"),
    "reset-second-factor": Command(
        "let a member of staff set up a new authenticator app", "people:reset_second_factor"
    ),
    "add-client": Command("register a service that may ask; prints its secret once", "people:add_client"),
    "set-client-scopes": Command("say anew what a service may do", "people:set_client_scopes"),
    "new-client-key": Command("make a new key with which a partner site signs", "people:new_client_key"),
    "export-transfers": Command("write what waits to be paid into payment files", "transfers:export_transfers"),
    "import-statement": Command("note what a bank's statement says of transfers", "transfers:import_statement"),
    "import-branches": Command("bring in the list of banks' branches", "branches:import_branches"),
    "list-erasures": Command("tell what was erased and what is due, as CSV", "erasing:list_erasures"),
    "after-restore": Command("make an installation safe that came back from a backup", "restoring:after_restore"),
    "disable-client": Command("shut a service out; its tokens end at once", "people:disable_client"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; the exit status says whether it worked."""
    options = vars(_parser().parse_args(arguments))
    try:
        return COMMANDS[options.pop("command")].run(options)
    except ImproperlyConfigured as wrong:
        print(f"account-center: {wrong}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read has read enough, as ``head`` does. What is left must not be tried again at the very end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="account-center",
        description="Who the customers of a cloud are, and what each of them may do now.",
        epilog="Settings come from the environment: PORT, DATA_DIR, DATABASE_URL, CACHE_URL and others; "
        "see docs/reference/settings.md.",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND", dest="command")
    made = {name: commands.add_parser(name, help=command.help) for name, command in COMMANDS.items()}
    made["serve"].add_argument("--demo", action="store_true", help="sandbox with demo data; the worker runs along")
    made["serve"].add_argument("--with-worker", action="store_true", help="run the background worker along")
    made["serve"].add_argument(
        "--workers", type=int, default=0, help="web processes (default: one per core, at most 4)"
    )
    made["add-key"].add_argument("name", nargs="?", default="", help="greater than all before (default: today's date)")
    made["remove-key"].add_argument("name")
    made["add-staff"].add_argument("name")
    made["add-staff"].add_argument("--role", dest="roles", action="append", default=[], choices=ROLES)
    made["reset-second-factor"].add_argument("name")
    made["add-client"].add_argument("client_id")
    made["add-client"].add_argument("--name", default="")
    for name in ("add-client", "set-client-scopes"):
        made[name].add_argument("--scope", dest="scopes", action="append", default=[], metavar="SCOPE")
    for name in ("disable-client", "set-client-scopes", "new-client-key"):
        made[name].add_argument("client_id")
    made["export-transfers"].add_argument("--to", default=".", help="the folder for the files (default: this one)")
    made["import-statement"].add_argument("file", help="a camt.053 statement")
    made["import-branches"].add_argument("file", help="a CSV file with the columns number, name, bank and city")
    made["import-branches"].add_argument("--leave-out-bad-lines", action="store_true")
    made["import-branches"].add_argument(
        "--many-may-go", action="store_true", help="although the file lacks more than a tenth of the list"
    )
    for option in ("--since", "--until"):
        made["list-erasures"].add_argument(option, type=date.fromisoformat, metavar="YYYY-MM-DD")
    made["list-erasures"].add_argument("--each", action="store_true", help="each record in a line of its own")
    made["after-restore"].add_argument(
        "--erased", action="append", default=[], metavar="FILE", help="what list-erasures --each has told"
    )
    made["after-restore"].add_argument(
        "--nothing-exported", action="store_true", help="no payment file was written since the backup was made"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
