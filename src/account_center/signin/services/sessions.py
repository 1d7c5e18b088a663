"""An owner's sessions: ending one, or all others. Each end stands in the history."""

from uuid import UUID

from django.db import transaction

from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.plumbing.sessions import end_one_session, end_other_sessions
from account_center.signin.errors import NoSuchSession
from account_center.signin.services import app_sessions
from account_center.signin.services.signing_in import note_sign_out


@transaction.atomic
def end_session(*, actor: Actor, account_id: int, session_id: UUID) -> None:
    """Ends one session of an account; its browser, or the app, has to sign in again at its next request.

    Raises NoSuchSession.
    """
    if app_sessions.end(actor=actor, account_id=account_id, session=session_id):
        return
    if not end_one_session(account_id, session_id):
        raise NoSuchSession
    record(actor=actor, event="signin:session:ended_by_owner", account_id=account_id, facts={"sessions": 1})


@transaction.atomic
def sign_out(*, actor: Actor, session_id: UUID | None) -> None:
    """Ends the session that asks, and enters that into the account's history: once, however often it is clicked."""
    if actor.account_id and session_id and end_one_session(actor.account_id, session_id):
        note_sign_out(actor=actor)


@transaction.atomic
def end_others(*, actor: Actor, account_id: int, but: UUID | None) -> int:
    """Ends every session of an account, browsers and apps, but the one that asks. Returns how many."""
    ended = end_other_sessions(account_id, but=but) + app_sessions.end_others(account_id=account_id, but=but)
    if ended:
        record(actor=actor, event="signin:session:ended_by_owner", account_id=account_id, facts={"sessions": ended})
    return ended
