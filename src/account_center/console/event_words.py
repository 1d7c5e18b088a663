"""Every event of the product as a sentence that staff can read."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from account_center.accounts.types import AccountKind
from account_center.audit.types import EventFacts
from account_center.console.labels import label
from account_center.console.types import LookReason, RaisedQuota, TermKind
from account_center.kit.actor import ActorKind
from account_center.kit.countries import country_name
from account_center.plumbing.wording import explain, known_codes
from account_center.realname.types import Way
from account_center.standing.types import CustomerKind, HoldReason
from account_center.tenants.types import Site

SENTENCES: Mapping[str, str | Promise] = {
    "accounts:account:opened": gettext_lazy("The account was opened ({kind})."),
    "accounts:email:bound": gettext_lazy("The e-mail address {email} was bound."),
    "accounts:email:changed": gettext_lazy("The e-mail address was changed to {email}."),
    "accounts:name:changed": gettext_lazy("The account name was changed from {before} to {after}."),
    "accounts:password:changed": gettext_lazy("The password was changed; all other sessions ended."),
    "accounts:sessions:ended": gettext_lazy("All sessions and trusted devices of the account were ended."),
    "accounts:sign_in_check:changed": gettext_lazy("The check at sign-in was changed from {before} to {after}."),
    "accounts:phone:changed": gettext_lazy("The phone number was changed to {phone}."),
    "accounts:phone_quota:raised": gettext_lazy("The phone {phone} may carry {allowed} accounts."),
    "clients:client:disabled": gettext_lazy("The service {client} was shut out."),
    "clients:client:registered": gettext_lazy("The service {client} was registered."),
    "clients:token:issued": gettext_lazy("A service got an access token."),
    "clients:token:refused": gettext_lazy("A service was refused an access token."),
    "console:chain:checked": gettext_lazy("The event chain was checked."),
    "console:contact:looked_at": gettext_lazy("Staff looked at the contact data in full. {reason} {note}"),
    "console:country:explained": gettext_lazy("The reason for the tenant's new country {country}: {reason} {note}"),
    "console:customer:looked_at": gettext_lazy("Staff opened the customer's page."),
    "console:customer:searched": gettext_lazy("Staff searched by {kind} and found {hits}."),
    "console:history:looked_at": gettext_lazy("Staff looked at the customer's history."),
    "console:hold:explained": gettext_lazy("The reason for the change of the hold {hold}: {reason} {note}"),
    "console:job:revived": gettext_lazy("Staff let the background job {job} run again."),
    "console:names:sent": gettext_lazy(
        "The {names} account names of the phone {phone} were sent to it. {reason} {note}"
    ),
    "console:quota:raised": gettext_lazy("A limit was raised: {quota}, now {allowed}. {reason} {note}"),
    "onboarding:activation:refused": gettext_lazy("Activating the cloud was refused: {code}"),
    "realname:application:approved": gettext_lazy("The verification {reference} was approved ({way})."),
    "realname:application:begun": gettext_lazy("A verification was begun: {reference} ({way})."),
    "realname:application:cancelled": gettext_lazy("The customer gave up the verification {reference} ({way})."),
    "realname:application:lapsed": gettext_lazy("The verification {reference} ended without a decision ({way})."),
    "realname:application:refused": gettext_lazy("The verification {reference} was refused ({way}). {refusal}"),
    "realname:application:submitted": gettext_lazy("The verification {reference} was submitted ({way})."),
    "realname:person_quota:raised": gettext_lazy(
        "The person with the document {document} may stand behind {allowed} tenants."
    ),
    "signin:password:wrong": gettext_lazy("A wrong password was typed."),
    "signin:second_factor:removed": gettext_lazy("The authenticator app was removed."),
    "signin:second_factor:wrong": gettext_lazy("A wrong code of the authenticator app was typed."),
    "signin:session:ended": gettext_lazy("Signed out."),
    "signin:session:started": gettext_lazy("Signed in ({sign_in_way})."),
    "standing:hold:lifted": gettext_lazy("A hold was lifted: {reason}."),
    "standing:hold:placed": gettext_lazy("A hold was placed: {reason}."),
    "standing:kind:declared": gettext_lazy("The customer says who he is: {kind}."),
    "tenants:country:changed": gettext_lazy(
        "The tenant's country was changed from {before_country} to {after_country}. Proof: {proof}"
    ),
    "tenants:name:changed": gettext_lazy("The tenant name was changed from {before} to {after}."),
    "tenants:phone_quota:raised": gettext_lazy("The phone {phone} may stand behind {allowed} tenants."),
    "tenants:tenant:opened": gettext_lazy("The cloud was activated: tenant {tenant}, {site}."),
}
SIGN_IN_WAYS = {
    "password": pgettext_lazy("sign-in", "password"),
    "code": pgettext_lazy("sign-in", "code"),
    "second_factor": pgettext_lazy("sign-in", "password and authenticator app"),
    "registration": pgettext_lazy("sign-in", "registration"),
}
ACTORS = {
    ActorKind.ANONYMOUS.value: gettext_lazy("Somebody not signed in"),
    ActorKind.CUSTOMER.value: gettext_lazy("Customer"),
    ActorKind.STAFF.value: gettext_lazy("Staff"),
    ActorKind.SERVICE.value: gettext_lazy("Service"),
    ActorKind.SYSTEM.value: gettext_lazy("System"),
}
# Which of our enums a coded fact may belong to. The first that knows the value names it.
CODED: Mapping[str, tuple[type[StrEnum], ...]] = {
    "kind": (AccountKind, TermKind, CustomerKind),
    "site": (Site,),
    "way": (Way,),
    "reason": (LookReason, HoldReason),
    "hold": (HoldReason,),
    "quota": (RaisedQuota,),
}


class _Dash(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "—"


def sentence(event: EventFacts) -> str:
    """What happened, in the reader's language. An event without words is shown by its name (a test forbids that)."""
    pattern = SENTENCES.get(event.name)
    if pattern is None:
        return event.name
    filled = {name: _readable(name, value) for name, value in event.facts.items()}
    way = SIGN_IN_WAYS.get(str(event.facts.get("way")), "")
    return str(pattern).format_map(_Dash(filled | _countries(event) | {"sign_in_way": str(way)})).strip()


def doer(event: EventFacts) -> str:
    """Who did it."""
    kind = str(ACTORS.get(event.actor_kind, event.actor_kind))
    return _("%(kind)s: %(name)s") % {"kind": kind, "name": event.actor_name} if event.actor_name else kind


def _readable(name: str, value: str | int | None) -> str:
    text = "" if value is None else str(value)
    for kinds in CODED.get(name, ()):
        if text in set(kinds):
            return label(kinds(text))
    if name in ("code", "refusal") and text in known_codes():
        return explain(text).what
    return country_name(text, get_language() or "en") if name == "country" else text


def _countries(event: EventFacts) -> dict[str, str]:
    language = get_language() or "en"
    both = ((f"{name}_country", event.facts.get(name)) for name in ("before", "after"))
    return {name: country_name(str(code), language) for name, code in both if code}
