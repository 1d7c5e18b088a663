"""Getting in, and changing how one gets in: a file per journey. ``codes``, ``guard``, ``fresh`` and the factors are entered by name."""

from account_center.signin.services.contacts import change_contact, prove_new_contact
from account_center.signin.services.identifiers import phone_country, read_contact, read_email, read_phone, resolve
from account_center.signin.services.passwords import change_password, refusal_of_try
from account_center.signin.services.registering import begin_registration, finish_registration
from account_center.signin.services.signing_in import (
    accounts_behind,
    begin_code_sign_in,
    choose_account,
    note_sign_in,
    note_sign_out,
    sign_in_with_passkey,
    sign_in_with_password,
)

__all__ = [
    "accounts_behind",
    "begin_code_sign_in",
    "begin_registration",
    "change_contact",
    "change_password",
    "choose_account",
    "finish_registration",
    "note_sign_in",
    "note_sign_out",
    "phone_country",
    "prove_new_contact",
    "read_contact",
    "read_email",
    "read_phone",
    "refusal_of_try",
    "resolve",
    "sign_in_with_passkey",
    "sign_in_with_password",
]
