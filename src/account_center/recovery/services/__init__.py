"""Getting back in after a forgotten password: a file per step. ``contacts`` and ``human_check`` are entered by name too."""

from account_center.recovery.services.beginning import begin_by_contact, begin_by_name, send_to
from account_center.recovery.services.choosing import candidates, choose
from account_center.recovery.services.contacts import (
    confirm_contact,
    contacts_of,
    forget_contacts_since,
    has_just_recovered,
    leave,
    name_contact,
    remove_contact,
    send_contact_code,
    whom_to_leave,
)
from account_center.recovery.services.finishing import ready, set_new_password, stop, stop_waiting, whom_to_stop
from account_center.recovery.services.further import (
    ask_contact,
    ask_other,
    ask_passkey,
    choices,
    further_challenge,
    take_app,
    take_code,
    take_passkey,
    take_recovery_code,
    wait,
)
from account_center.recovery.services.human_check import new_check
from account_center.recovery.services.rows import recovery_of

__all__ = [
    "ask_contact",
    "ask_other",
    "ask_passkey",
    "begin_by_contact",
    "begin_by_name",
    "candidates",
    "choices",
    "choose",
    "confirm_contact",
    "contacts_of",
    "forget_contacts_since",
    "further_challenge",
    "has_just_recovered",
    "leave",
    "name_contact",
    "new_check",
    "ready",
    "recovery_of",
    "remove_contact",
    "send_contact_code",
    "send_to",
    "set_new_password",
    "stop",
    "stop_waiting",
    "take_app",
    "take_code",
    "take_passkey",
    "take_recovery_code",
    "wait",
    "whom_to_leave",
    "whom_to_stop",
]
