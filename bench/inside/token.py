"""Registers a service client, if it is not there, and prints a fresh token of it."""

import json

from account_center.clients.queries import client_by_id
from account_center.clients.services import issue_token, register_client, rotate_secret
from account_center.clients.types import IssuedToken, Scope
from account_center.kit.actor import system_actor
from account_center.kit.clock import now

CLIENT_ID = "bench-shop"
ACTOR = system_actor("bench")


def fresh_token() -> str:
    """Good for an hour."""
    made = (
        register_client(actor=ACTOR, client_id=CLIENT_ID, name="Bench", scopes=[Scope.DECISIONS_READ], now=now())
        if client_by_id(CLIENT_ID) is None
        else rotate_secret(actor=ACTOR, client_id=CLIENT_ID, now=now())
    )
    token = issue_token(client_id=CLIENT_ID, secret=made.secret, scopes=[], address="192.0.2.1", now=now())
    if not isinstance(token, IssuedToken):
        raise TypeError(f"no token: {token}")
    return token.token


if __name__ == "__main__":
    print(json.dumps(fresh_token()))
