"""Words of the copy that a person reads. Keys of rows and codes are named here; what is not named is shown as it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from account_center.kit.countries import country_name
from account_center.privacy.types import Part, Value

Text = str | Promise
TITLES: Mapping[str, Text] = {
    "account": gettext_lazy("Account"),
    "tenants": gettext_lazy("Tenants"),
    "verifications": gettext_lazy("Real-name verification"),
    "sessions": gettext_lazy("Where you are signed in"),
    "devices": gettext_lazy("Devices you signed in with"),
    "factors": gettext_lazy("What you sign in with"),
    "passkeys": gettext_lazy("Passkeys"),
    "emergency_contacts": gettext_lazy("Emergency contacts"),
    "consents": gettext_lazy("What you agreed to"),
    "messages": gettext_lazy("Messages to you"),
    "tickets": gettext_lazy("Tickets"),
    "ticket_entries": gettext_lazy("What was written in the tickets"),
    "history": gettext_lazy("History"),
}
LABELS: Mapping[str, Text] = {
    "activated_at": gettext_lazy("Activated"),
    "added_at": gettext_lazy("Added"),
    "address": gettext_lazy("Network address"),
    "agreed": gettext_lazy("Agreed"),
    "asked_at_sign_in": gettext_lazy("Asked at sign-in"),
    "at": gettext_lazy("Time"),
    "authenticator_app": gettext_lazy("Authenticator app"),
    "begun_at": gettext_lazy("Begun"),
    "business_email": gettext_lazy("Business e-mail"),
    "business_phone": gettext_lazy("Business phone"),
    "by": gettext_lazy("By"),
    "card": gettext_lazy("Bank card"),
    "category": gettext_lazy("About"),
    "channel": gettext_lazy("Way"),
    "closed_at": gettext_lazy("Closed"),
    "contact": gettext_lazy("Phone or e-mail"),
    "country": gettext_lazy("Country or region"),
    "decided_at": gettext_lazy("Decided"),
    "declared_as": gettext_lazy("Declared as"),
    "device": gettext_lazy("Device"),
    "document": gettext_lazy("Document number"),
    "email": gettext_lazy("E-mail address"),
    "ends_at": gettext_lazy("Ends"),
    "event": gettext_lazy("Name of the event"),
    "first_seen": gettext_lazy("First used"),
    "holds": gettext_lazy("Freezes and restrictions"),
    "holds_now": gettext_lazy("Counts now"),
    "id": gettext_lazy("Tenant ID"),
    "kind": gettext_lazy("Kind"),
    "language": gettext_lazy("Language"),
    "last_seen": gettext_lazy("Last seen"),
    "last_used": gettext_lazy("Last used"),
    "name": gettext_lazy("Name"),
    "number": gettext_lazy("Number of the account"),
    "opened_at": gettext_lazy("Opened"),
    "organisation_name": gettext_lazy("Name of the organisation"),
    "passkeys": gettext_lazy("Passkeys"),
    "password_changed_at": gettext_lazy("Password changed"),
    "phone": gettext_lazy("Phone number"),
    "picture": gettext_lazy("With a picture"),
    "place": gettext_lazy("Place"),
    "purpose": gettext_lazy("What for"),
    "recovery_codes_left": gettext_lazy("Recovery codes left"),
    "reference": gettext_lazy("Reference number"),
    "since": gettext_lazy("Since"),
    "site": gettext_lazy("Site"),
    "state": gettext_lazy("State"),
    "subject": gettext_lazy("Subject"),
    "tenant": gettext_lazy("Tenant"),
    "text": gettext_lazy("Text"),
    "to": gettext_lazy("To"),
    "trusted_until": gettext_lazy("Trusted until"),
    "verification": gettext_lazy("Real-name verification"),
    "way": gettext_lazy("Way"),
    "what": gettext_lazy("What"),
}
CODES: Mapping[str, Text] = {
    "accepted": gettext_lazy("sent"),
    "account_deleted": gettext_lazy("deletion of the account"),
    "account_names": gettext_lazy("names of the accounts of this phone"),
    "account_upgraded": gettext_lazy("upgrade of the account"),
    "advertising": gettext_lazy("Advertising by e-mail"),
    "answered": gettext_lazy("answered"),
    "any": gettext_lazy("any"),
    "app": gettext_lazy("authenticator app"),
    "appeal": gettext_lazy("code for an appeal"),
    "asked_again": gettext_lazy("pictures are asked for again"),
    "approved": gettext_lazy("approved"),
    "bank_account": gettext_lazy("company bank account"),
    "bank_card": gettext_lazy("bank card"),
    "cancelled": gettext_lazy("cancelled"),
    "checking": gettext_lazy("being checked"),
    "china": gettext_lazy("China site"),
    "closed": gettext_lazy("closed"),
    "code": gettext_lazy("code"),
    "confirmed": gettext_lazy("confirmed"),
    "customer": gettext_lazy("you"),
    "contact_help": gettext_lazy("code to an emergency contact"),
    "contact_name": gettext_lazy("code to an emergency contact"),
    "document": gettext_lazy("document"),
    "draft": gettext_lazy("begun"),
    "email": gettext_lazy("e-mail"),
    "enterprise_papers": gettext_lazy("company papers"),
    "partner": gettext_lazy("taken over from a partner site"),
    "enterprise": gettext_lazy("enterprise"),
    "failed": gettext_lazy("failed"),
    "id": gettext_lazy("ID account"),
    "individual": gettext_lazy("individual"),
    "international": gettext_lazy("international site"),
    "lapsed": gettext_lazy("lapsed"),
    "legacy": gettext_lazy("legacy account"),
    "named": gettext_lazy("named, has not agreed yet"),
    "new_contact": gettext_lazy("code to bind a phone or e-mail"),
    "none": gettext_lazy("none"),
    "open": gettext_lazy("open"),
    "passkey": gettext_lazy("passkey"),
    "password": gettext_lazy("password"),
    "password_age": gettext_lazy("the password runs out"),
    "prove_old": gettext_lazy("code for a task about security"),
    "queued": gettext_lazy("on its way"),
    "realname_result": gettext_lazy("result of the real-name verification"),
    "recover": gettext_lazy("code for a forgotten password"),
    "refused": gettext_lazy("refused"),
    "register": gettext_lazy("code to register"),
    "registration": gettext_lazy("registration"),
    "reviewing": gettext_lazy("waits for support"),
    "scan": gettext_lazy("scan with the phone"),
    "second_step": gettext_lazy("code at sign-in"),
    "security_notice": gettext_lazy("notice about security"),
    "sign_in": gettext_lazy("code to sign in"),
    "sms": gettext_lazy("SMS"),
    "staff": gettext_lazy("support"),
    "support": gettext_lazy("answer of support"),
    "system": gettext_lazy("system"),
    "terms": gettext_lazy("Terms of use and privacy notice"),
    "undeclared": gettext_lazy("not declared"),
    "verification": gettext_lazy("Check of identity data for the real-name verification"),
    "verified": gettext_lazy("verified"),
    "waiting": gettext_lazy("waits for you"),
    "way_back": gettext_lazy("code to get back in past one's own list of networks"),
}
# Keys whose text is what somebody wrote, or a name: it is never taken for a code.
FREE_TEXT = frozenset(
    {
        "name",
        "organisation_name",
        "subject",
        "text",
        "reference",
        "device",
        "place",
        "what",
        "number",
        "event",
        "language",
    }
)


@dataclass(frozen=True, slots=True)
class ShownPart:
    """A part as the page shows it: title, column heads, rows of texts. One row alone is shown as a list of facts."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Head and value of the one row, if there is one alone."""
        return tuple(zip(self.heads, self.rows[0], strict=True)) if len(self.rows) == 1 else ()


def shown_part(part: Part) -> ShownPart:
    """In the active language."""
    keys = tuple(part.rows[0]) if part.rows else ()
    return ShownPart(
        title=str(TITLES[part.key]),
        heads=tuple(str(LABELS.get(key, key)) for key in keys),
        rows=tuple(tuple(shown(key, row[key]) for key in keys) for row in part.rows),
    )


def shown(key: str, value: Value) -> str:
    """One value as a person reads it; a dash for nothing."""
    match value:
        case None | "":
            return "—"
        case bool():
            return _("yes") if value else _("no")
        case datetime():
            return f"{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        case str() if key == "country":
            return country_name(value, get_language() or "en")
        case str() if key not in FREE_TEXT:
            return str(CODES.get(value, value))
        case _:
            return str(value)
