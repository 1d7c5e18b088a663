"""From what was typed into one field to a phone, an e-mail address or a name, and to the account it means."""

from account_center.accounts.queries import account_by_email, account_by_name, accounts_by_phone
from account_center.accounts.types import AccountFacts, AccountKind
from account_center.kit.email import BadEmail, EmailAddress, parse_email
from account_center.kit.names import name_key
from account_center.kit.phone import BadPhone, PhoneNumber, parse_phone
from account_center.kit.typed import tidy
from account_center.signin.errors import BadEmailTyped, BadPhoneTyped, email_problem_text, phone_problem_text
from account_center.signin.types import Channel


def read_phone(text: str, *, country: str) -> PhoneNumber:
    """The phone as E.164, however it was typed. Raises BadPhoneTyped with what is wrong."""
    try:
        return parse_phone(text, country=country)
    except BadPhone as bad:
        raise BadPhoneTyped(field="recipient", problem=phone_problem_text(bad.problem)) from bad


def read_email(text: str) -> EmailAddress:
    """The e-mail address as typed and its key. Raises BadEmailTyped with what is wrong."""
    try:
        return parse_email(text)
    except BadEmail as bad:
        raise BadEmailTyped(field="recipient", problem=email_problem_text(bad.problem)) from bad


def read_contact(text: str, *, country: str) -> tuple[Channel, str, str]:
    """(channel, normalised recipient, its country): an ``@`` means e-mail, everything else is read as a phone."""
    if "@" in tidy(text):
        return Channel.EMAIL, read_email(text).text, country
    phone = read_phone(text, country=country)
    return Channel.SMS, phone.e164, phone.country


def one_spelling(identifier: str, *, country: str) -> tuple[str, str]:
    """(``email``, ``phone`` or ``name``; the one spelling of it), however it was typed."""
    text = tidy(identifier)
    try:
        if "@" in text:
            return "email", parse_email(text).key
        if text[:1].isdigit() or text[:1] in ("+", "("):
            return "phone", parse_phone(text, country=country).e164
    except (BadEmail, BadPhone):
        return "name", name_key(text)
    return "name", name_key(text)


def meant_by(form: str, key: str, *, kind: AccountKind) -> AccountFacts | None:
    """The one account behind a spelling; None also for a phone of several accounts (1.44, 1.45)."""
    if form == "email":
        return account_by_email(key, kind=kind)
    if form == "phone":
        several = accounts_by_phone(key, kind=kind)
        return several[0] if len(several) == 1 else None
    return account_by_name(key, kind=kind)


def resolve(identifier: str, *, kind: AccountKind, country: str) -> AccountFacts | None:
    """The one account meant by a name, e-mail or phone as it was typed (1.11); None as above."""
    form, key = one_spelling(identifier, country=country)
    return meant_by(form, key, kind=kind)


def phone_country(e164: str, otherwise: str) -> str:
    """The country of a stored phone."""
    try:
        return parse_phone(e164, country=otherwise).country
    except BadPhone:
        return otherwise
