"""What the sandbox page says of the demo people."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from account_center.accounts.queries import account_by_name
from account_center.accounts.types import AccountKind
from account_center.kit.demo_people import (
    DEMO_IDENTITIES,
    DEMO_LEGACIES,
    DEMO_PEOPLE,
    DEMO_STAFF,
    DemoIdentity,
    DemoPerson,
)
from account_center.signin.services.authenticator import sandbox_code

_SHOWS = {
    "verified": _("is verified and may buy"),
    "unverified": _("has the cloud activated and is not verified yet"),
    "several": _("one of three accounts on one phone: sign in with a code and choose"),
    "international": _("belongs to the international site"),
    "outside": _("activation is refused: outside the service area"),
    "email_taken": _("activation is refused: another tenant has the e-mail address"),
    "not_mainland": _("activation is refused: the phone is not a mainland number"),
    "phone_full": _("activation is refused: the phone stands behind three tenants"),
    "legacy": _("a legacy account that cannot be upgraded: an ID account has its e-mail address"),
    "legacy_upgrade": _("a legacy account that can be upgraded: use the legacy sign-in"),
    "adult": _("can be verified"),
    "child": _("under 18: is refused"),
    "unknown": _("no identity record has this name with this number: is refused after the picture"),
    "slow": _("the comparison of the face takes too long; the answer comes half a minute later"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A person and what it shows."""

    who: DemoPerson | DemoIdentity
    shows: str | Promise


def demo_people() -> list[Shown]:
    """Accounts to sign in with."""
    return [Shown(person, _SHOWS[person.shows]) for person in (*DEMO_PEOPLE, *DEMO_LEGACIES)]


def demo_identities() -> list[Shown]:
    """Persons to verify."""
    return [Shown(identity, _SHOWS[identity.shows]) for identity in DEMO_IDENTITIES]


def staff_codes(now: datetime) -> list[tuple[str, str]]:
    """Demo staff with the present code of their authenticator app."""
    found = []
    for name, _roles in DEMO_STAFF:
        staff = account_by_name(name, kind=AccountKind.STAFF)
        if staff is not None:
            found.append((name, sandbox_code(account_id=staff.id, name=name, now=now)))
    return found
