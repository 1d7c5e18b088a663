"""Commands about those who work with the product: staff, and other services."""

import getpass
import os
import sys

from account_center.accounts.queries import account_by_name
from account_center.accounts.services import open_account, prepare_password
from account_center.accounts.types import AccountKind
from account_center.audit.services import record
from account_center.clients.services import disable_client as shut_out
from account_center.clients.services import new_signing_key, register_client, set_scopes
from account_center.clients.types import SIGNED_SCOPES, Scope
from account_center.kit.actor import StaffRole, system_actor
from account_center.kit.clock import now
from account_center.kit.refused import Refused
from account_center.plumbing.wording import explain_refusal
from account_center.signin.services.authenticator import forget_app

COMMAND_LINE = system_actor("account-center")


def add_staff(*, name: str, roles: list[str]) -> int:
    """Opens a staff account; the second factor is set up at the first sign-in."""
    password = os.environ.get("ACCOUNT_CENTER_STAFF_PASSWORD") or getpass.getpass("Password: ")
    try:
        open_account(
            actor=COMMAND_LINE,
            kind=AccountKind.STAFF,
            name=name,
            country="CN",
            stored_password=prepare_password(password, about=[name]),
            staff_roles=tuple(StaffRole(role) for role in roles) or (StaffRole.SUPPORT,),
            now=now(),
        )
    except Refused as refusal:
        return _told(refusal)
    print(f"{name} can sign in at /console/ and will be asked to set up an authenticator app.")
    return 0


def reset_second_factor(*, name: str) -> int:
    """Removes the authenticator app of a member of staff; the next sign-in sets up a new one."""
    staff = account_by_name(name, kind=AccountKind.STAFF)
    if staff is None or not forget_app(actor=COMMAND_LINE, account_id=staff.id):
        print(f"There is no member of staff {name!r} with an authenticator app.", file=sys.stderr)
        return 1
    print(f"{name} will be asked to set up a new authenticator app at the next sign-in.")
    return 0


def add_client(*, client_id: str, name: str, scopes: list[str]) -> int:
    """Registers a service; its secret, and its signing key if it needs one, are printed once and stored nowhere."""
    chosen = scopes or [Scope.DECISIONS_READ.value]
    try:
        made = register_client(actor=COMMAND_LINE, client_id=client_id, name=name, scopes=chosen, now=now())
        record(actor=COMMAND_LINE, event="clients:client:registered", facts={"client": client_id})
        print(f"client_id: {client_id}\nclient_secret: {made.secret}")
        if SIGNED_SCOPES.intersection(chosen):
            _print_signing_key(client_id)
    except Refused as refusal:
        return _told(refusal)
    print("What is secret is shown this once.")
    return 0


def set_client_scopes(*, client_id: str, scopes: list[str]) -> int:
    """Says anew what a service may do; without any scope it may do nothing."""
    try:
        client = set_scopes(actor=COMMAND_LINE, client_id=client_id, scopes=scopes, now=now())
    except Refused as refusal:
        return _told(refusal)
    given = " ".join(sorted(client.scopes))
    record(actor=COMMAND_LINE, event="clients:scopes:changed", facts={"client": client_id, "scopes": given})
    print(f"{client_id} may do from now on: {given or 'nothing'}")
    return 0


def new_client_key(*, client_id: str) -> int:
    """Makes a new signing key; the one before works for a while more."""
    try:
        _print_signing_key(client_id)
    except Refused as refusal:
        return _told(refusal)
    print("The key is shown this once.")
    return 0


def _print_signing_key(client_id: str) -> None:
    made = new_signing_key(client_id=client_id, now=now())
    record(actor=COMMAND_LINE, event="clients:signing_key:made", facts={"client": client_id})
    print(f"signing_key: {made.key}")


def disable_client(*, client_id: str) -> int:
    """Shuts a service out at once."""
    try:
        shut_out(actor=COMMAND_LINE, client_id=client_id, now=now())
    except Refused as refusal:
        return _told(refusal)
    record(actor=COMMAND_LINE, event="clients:client:disabled", facts={"client": client_id})
    print(f"{client_id} is shut out; its tokens end within a second.")
    return 0


def _told(refusal: Refused) -> int:
    told = explain_refusal(refusal)
    print(" ".join(part for part in (told.what, told.why, told.todo) if part), file=sys.stderr)
    return 1
