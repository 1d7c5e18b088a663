"""What messages about tickets say: never what was written in them, only where to read it."""

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from account_center.support.types import Happened, ProposalKind, RemedyKind

HAPPENED_WORDS = {
    Happened.PHONE_LOST: gettext_lazy("The phone is lost or its number is no longer mine"),
    Happened.ALL_LOST: gettext_lazy("Neither the phone nor the e-mail address can be reached"),
    Happened.NOT_REGISTERED: gettext_lazy("An account that I did not register is bound to my phone"),
    Happened.TAKEN_OVER: gettext_lazy("Somebody else has taken over my account"),
    Happened.FACTOR_LOST: gettext_lazy("The authenticator app or passkey is lost"),
}
REMEDY_WORDS = {
    RemedyKind.NEW_PHONE: gettext_lazy("replace the phone number"),
    RemedyKind.NEW_EMAIL: gettext_lazy("replace the e-mail address"),
    RemedyKind.UNBIND_PHONE: gettext_lazy("take the phone number off the account"),
    RemedyKind.REMOVE_FACTOR: gettext_lazy("remove the second factor"),
}
Told = tuple[str, str]


def answered(reference: str, link: str, *, language: str) -> Told:
    """Subject and text: support has answered."""
    with override(language):
        text = _("[%(operator)s] There is an answer to your ticket %(reference)s. Read it here: %(link)s")
        return _("An answer to your ticket"), text % _facts(reference, link)


def appeal_begun(reference: str, link: str, *, name: str, language: str) -> Told:
    """To the owner: somebody appeals about the account."""
    with override(language):
        text = _(
            "[%(operator)s] Somebody who cannot sign in has appealed (%(reference)s) to regain your account %(name)s. If this was not you, say so here at once: %(link)s"
        )
        return _("An appeal about your account"), text % {**_facts(reference, link), "name": name}


def remedy_approved(reference: str, link: str, kind: RemedyKind, *, name: str, when: str, language: str) -> Told:
    """To the owner: what will happen to the account, and when."""
    with override(language):
        text = _(
            "[%(operator)s] Your account %(name)s: on %(when)s we will %(what)s, as asked for in %(reference)s. If this was not you, stop it here: %(link)s"
        )
        facts = {**_facts(reference, link), "name": name, "when": when, "what": str(REMEDY_WORDS[kind])}
        return _("A change of your account is coming"), text % facts


def remedy_done(reference: str, kind: RemedyKind, *, name: str, language: str) -> Told:
    """To the owner and to the new contact: it was done."""
    with override(language):
        text = _(
            "[%(operator)s] Done for your account %(name)s: %(what)s (%(reference)s). All devices were signed out. Set a new password under “Forgotten password”."
        )
        facts = {**_facts(reference, ""), "name": name, "what": str(REMEDY_WORDS[kind])}
        return _("Your account was changed"), text % facts


_LIMITS = {
    ProposalKind.ACCOUNTS_OF_PHONE: gettext_lazy("your phone %(shown)s may now carry %(allowed)d accounts"),
    ProposalKind.TENANTS_OF_PHONE: gettext_lazy("your phone %(shown)s may now stand behind %(allowed)d tenants"),
    ProposalKind.TENANTS_OF_PERSON: gettext_lazy("the document %(shown)s may now verify %(allowed)d accounts"),
    ProposalKind.TENANTS_OF_ORGANISATION: gettext_lazy(
        "the organisation %(shown)s may now verify %(allowed)d accounts"
    ),
    ProposalKind.TENANTS_OF_CARD: gettext_lazy("the bank card %(shown)s may now verify %(allowed)d accounts"),
    ProposalKind.FAILURES_OF_ACCOUNT: gettext_lazy("the bank account %(shown)s may now be tried %(allowed)d times"),
}


def limit_raised(kind: ProposalKind, *, shown: str, allowed: int, language: str) -> Told:
    """To the customer: the higher limit counts from now on (2.1.22)."""
    with override(language):
        what = str(_LIMITS[kind]) % {"shown": shown, "allowed": allowed}
        text = _("[%(operator)s] A limit was raised for you: %(what)s. You can go on at once.")
        return _("A limit was raised for you"), text % {"operator": settings.OPERATOR, "what": what}


def _facts(reference: str, link: str) -> dict[str, str]:
    return {"operator": settings.OPERATOR, "reference": reference, "link": link}


def stranger_subject(*, language: str) -> str:
    """The subject of the ticket after "this was not me", in the owner's language."""
    with override(language):
        return _("A sign-in that was not me")


def stranger_text(facts: Mapping[str, str], *, language: str) -> str:
    """Its first entry: what is known of the stranger's sign-in."""
    with override(language):
        known = "\n".join(value for value in facts.values() if value)
        return _("The owner of the account says that this sign-in was not his own.") + (f"\n{known}" if known else "")
