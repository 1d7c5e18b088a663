"""Another key for the key file, every data key wrapped under it, and the old one taken out."""

import sys

from django.conf import settings
from django.db import models, transaction

from account_center.audit.services import record
from account_center.entry.people import COMMAND_LINE
from account_center.kit.clock import now
from account_center.plumbing.data_keys import KeyUse, Step, holders, key_uses, rewrap_all
from account_center.plumbing.keys import BadKeyId, add_kek, keyring, remove_kek


def add_key(*, name: str) -> int:
    """Adds a key-encrypting key to the file; it writes once the processes are started anew."""
    name = name or _today()
    try:
        with transaction.atomic():
            record(actor=COMMAND_LINE, event="plumbing:key:added", facts={"key": name})
            add_kek(settings.KEY_FILE, kek_id=name)
    except BadKeyId as wrong:
        print(f"account-center: {wrong}", file=sys.stderr)
        return 1
    print(f"The key {name} is in {settings.KEY_FILE}. Back the file up, give it to every machine, start all processes")
    print("anew, and then run account-center rotate-keys.")
    return 0


def remove_key(*, name: str) -> int:
    """Takes a key out of the file, unless a row needs it."""
    needed = [use for use in key_uses() if use.kek_id == name]
    if needed:
        _print_uses(needed)
        print(f"account-center: the key {name} stays: run account-center rotate-keys first", file=sys.stderr)
        return 1
    try:
        with transaction.atomic():
            record(actor=COMMAND_LINE, event="plumbing:key:removed", facts={"key": name})
            remove_kek(settings.KEY_FILE, kek_id=name)
    except BadKeyId as wrong:
        print(f"account-center: {wrong}", file=sys.stderr)
        return 1
    print(f"The key {name} is out of {settings.KEY_FILE}. Keep it with every backup of the data from before today.")
    return 0


def rotate_keys() -> int:
    """Wraps every data key under the newest key of the file; 0 once no row needs another."""
    current, done = keyring().current_kek_id, Step()
    for model in holders():
        done += _rotate(model)
    if done.rewrapped:
        facts: dict[str, str | int] = {"key": current, "rows": done.rewrapped}
        record(actor=COMMAND_LINE, event="plumbing:keys:rotated", facts=facts)
    rest = [use for use in key_uses() if use.kek_id != current]
    _print_uses(rest)
    if rest:
        print("Rows that still need another key were written meanwhile, or their key is missing in the key file: start")
        print("every process anew, so that all know the newest key, and run this again.")
        return 1
    print(f"Every row needs {current} only.")
    return 0


def key_problems() -> list[str]:
    """Rows that nothing in the key file opens."""
    return [
        f"{use.rows} rows of {use.table} need the key {use.kek_id}, which the key file lacks or has with another value."
        for use in key_uses()
        if not use.opens
    ]


def key_hints() -> list[str]:
    """What can be done about old keys, and is no mistake."""
    current, found = keyring().current_kek_id, []
    needed = {use.kek_id for use in key_uses()}
    for kek_id in sorted(keyring().kek_ids - {current}):
        if kek_id in needed:
            found.append(
                f"Rows still need the old key {kek_id}: account-center rotate-keys wraps them under {current}."
            )
        else:
            found.append(f"No row needs the old key {kek_id} any more: account-center remove-key {kek_id}.")
    return found


def _rotate(model: type[models.Model]) -> Step:
    done = Step()
    for step in rewrap_all(model):
        done += step
        print(f"{model._meta.db_table}: {done.rewrapped} wrapped anew", flush=True)
    return done


def _print_uses(uses: list[KeyUse]) -> None:
    for use in uses:
        why = "" if use.opens else ", which does not open them"
        print(f"{use.table}: {use.rows} rows need the key {use.kek_id}{why}")


def _today() -> str:
    return now().strftime("%Y-%m-%d")
