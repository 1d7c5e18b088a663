"""The names of this room's things, for every door that shows them."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from account_center.documents.types import DocumentKind
from account_center.support.texts import HAPPENED_WORDS, REMEDY_WORDS
from account_center.support.types import (
    Category,
    ClosedBecause,
    Condition,
    Demand,
    Group,
    Happened,
    Material,
    RemedyKind,
    RemedyState,
    TicketState,
)

CATEGORY_WORDS: dict[str, str | Promise] = {
    Category.ACCOUNT: gettext_lazy("the account"),
    Category.ACTIVATION: gettext_lazy("activating the cloud"),
    Category.CLOSING: gettext_lazy("closing the cloud"),
    Category.CODE: gettext_lazy("codes that do not arrive or do not count"),
    Category.PHONE_LIMIT: gettext_lazy("the limit of accounts and tenants of one phone"),
    Category.CHANGE_PHONE: gettext_lazy("changing a phone number that cannot be reached any more"),
    Category.SIGN_IN: gettext_lazy("signing in"),
    Category.RECOVERY: gettext_lazy("getting back into the account"),
    Category.NETWORK: gettext_lazy("signing in from a network that is shut out"),
    Category.UPGRADE: gettext_lazy("upgrading a legacy account to an ID account"),
    Category.SAFETY: gettext_lazy("the safety of the account"),
    Category.STRANGER: gettext_lazy("somebody else in my account"),
    Category.HOLD: gettext_lazy("a freeze or a restriction"),
    Category.MESSAGES: gettext_lazy("messages"),
    Category.INDIVIDUAL_FAILED: gettext_lazy("real-name verification: individual, failed or refused"),
    Category.ENTERPRISE_FAILED: gettext_lazy("real-name verification: enterprise, failed or refused"),
    Category.INDIVIDUAL_PROGRESS: gettext_lazy("real-name verification: individual, progress"),
    Category.ENTERPRISE_PROGRESS: gettext_lazy("real-name verification: enterprise, progress"),
    Category.QUESTION: gettext_lazy("real-name verification: a question"),
    Category.QUOTA: gettext_lazy(
        "real-name verification: how many accounts one person, organisation or card can verify"
    ),
    Category.STUDENT: gettext_lazy("real-name verification: student status"),
    Category.INTERNAL_EMPLOYEE: gettext_lazy("real-name verification: internal employee"),
    Category.APPEAL: gettext_lazy("appeal"),
}
# What a customer cannot choose in the form: these come from where they arise, or have a form of their own.
ELSEWHERE = frozenset({Category.APPEAL, Category.STRANGER, Category.CHANGE_PHONE, Category.QUOTA})

# For the customer, and for staff: the same state is another person's turn.
STATE_WORDS: dict[TicketState, tuple[str, str | Promise]] = {
    TicketState.OPEN: ("wait", pgettext_lazy("ticket", "waits for support")),
    TicketState.ANSWERED: ("ok", pgettext_lazy("ticket", "answered")),
    TicketState.WAITING: ("no", pgettext_lazy("ticket", "needs something from you")),
    TicketState.CLOSED: ("info", pgettext_lazy("ticket", "closed")),
}
STAFF_STATE_WORDS: dict[TicketState, tuple[str, str | Promise]] = {
    TicketState.OPEN: ("no", pgettext_lazy("staff ticket", "our turn")),
    TicketState.ANSWERED: ("ok", pgettext_lazy("staff ticket", "answered")),
    TicketState.WAITING: ("wait", pgettext_lazy("staff ticket", "waits for the customer")),
    TicketState.CLOSED: ("info", pgettext_lazy("staff ticket", "closed")),
}
CLOSED_WORDS: dict[ClosedBecause, str | Promise] = {
    ClosedBecause.SOLVED: gettext_lazy("solved"),
    ClosedBecause.CUSTOMER: gettext_lazy("closed by the customer"),
    ClosedBecause.QUIET: gettext_lazy("nobody wrote for a while"),
    ClosedBecause.REFUSED: gettext_lazy("what was asked for cannot be done"),
    ClosedBecause.DUPLICATE: gettext_lazy("the same as another ticket"),
    ClosedBecause.OBJECTED: gettext_lazy("the owner of the account objected"),
}
REMEDY_STATE_WORDS: dict[RemedyState, tuple[str, str | Promise]] = {
    RemedyState.PROPOSED: ("wait", gettext_lazy("waits for a second person")),
    RemedyState.APPROVED: ("wait", gettext_lazy("approved, waiting time runs")),
    RemedyState.DONE: ("ok", pgettext_lazy("remedy", "done")),
    RemedyState.REFUSED: ("no", pgettext_lazy("remedy", "refused")),
    RemedyState.CANCELLED: ("info", pgettext_lazy("remedy", "stopped")),
}
MATERIAL_WORDS: dict[Material, str | Promise] = {
    Material.BASICS: gettext_lazy(
        "why you appeal, the old and the new phone number or e-mail address, the account name, year and month of registration (roughly) and where the account is usually used"
    ),
    Material.IDENTITY: gettext_lazy(
        "both sides of your identity document, the one used for real-name verification if you are verified"
    ),
    Material.HOLDING: gettext_lazy("a photo of you holding the document"),
    Material.LICENCE: gettext_lazy("the document of the enterprise, such as the business licence"),
    Material.REPRESENTATIVE_IDENTITY: gettext_lazy("both sides of the legal representative's identity document"),
    Material.REPRESENTATIVE_HOLDING: gettext_lazy("a photo of the legal representative holding it"),
    Material.LETTER: gettext_lazy("a letter of authorisation with the seal of the enterprise"),
    Material.AUTHORISED_IDENTITY: gettext_lazy("both sides of the authorised person's identity document"),
    Material.AUTHORISED_HOLDING: gettext_lazy("a photo of the authorised person holding it"),
    Material.VERIFICATION_PAPERS: gettext_lazy("the identity papers that were used for real-name verification"),
    Material.CARD_FRONT: gettext_lazy("the front of the bound credit card: number, holder and issuing bank"),
    Material.CARDHOLDER_IDENTITY: gettext_lazy("the card holder's identity document"),
    Material.STATEMENTS: gettext_lazy(
        "proof of payments of three months in a row, or of the whole time if it was shorter"
    ),
    Material.SIGNED_AUTHORISATION: gettext_lazy("a letter of authorisation, signed by whoever gives it"),
    Material.PAYER_LICENCE: gettext_lazy("the document of the enterprise whose bank account paid"),
    Material.PAYER_ACCOUNT: gettext_lazy("name and number of the bank account that paid"),
    Material.ACCOUNT_DATA: gettext_lazy(
        "the data of the account: name, phone number, e-mail address, name of the person or enterprise, postal address"
    ),
    Material.PARTNER_CONSENT: gettext_lazy("the partner's written consent, sent to us by e-mail by the partner"),
    Material.PARTNER_LICENCE: gettext_lazy("the enterprise document with which the partner was certified"),
    Material.PARTNER_CHECK: gettext_lazy("what support asks for in addition: a further check is needed"),
}
_IF: dict[Condition, str | Promise] = {
    Condition.LEGACY: gettext_lazy("it is a legacy account"),
    Condition.HOME: gettext_lazy("the account was registered in China"),
    Condition.TENANT: gettext_lazy("the cloud is activated"),
    Condition.ENTERPRISE: gettext_lazy("it belongs to an enterprise"),
    Condition.VERIFIED: gettext_lazy("it is verified"),
    Condition.CARD_BOUND: gettext_lazy("a credit card is bound"),
    Condition.PAID_OFFLINE: gettext_lazy("payments were made by bank transfer"),
    Condition.PARTNER_PAID: gettext_lazy("a partner advances the money"),
    Condition.PARTNER: gettext_lazy("it is a partner's account"),
}
_IF_NOT: dict[Condition, str | Promise] = {
    Condition.LEGACY: gettext_lazy("it is an ID account"),
    Condition.HOME: gettext_lazy("the account was registered outside China"),
    Condition.TENANT: gettext_lazy("the cloud is not activated"),
    Condition.ENTERPRISE: gettext_lazy("it belongs to an individual"),
    Condition.VERIFIED: gettext_lazy("it is not verified"),
    Condition.CARD_BOUND: gettext_lazy("no credit card is bound"),
    Condition.PAID_OFFLINE: gettext_lazy("no payment was made by bank transfer"),
    Condition.PARTNER_PAID: gettext_lazy("no partner advances the money"),
    Condition.PARTNER: gettext_lazy("it is not a partner's account"),
}
GROUP_WORDS: dict[Group, str | Promise] = {
    Group.EVERYBODY: gettext_lazy("From everybody"),
    Group.HOME: gettext_lazy("ID account registered in China, if the cloud is activated"),
    Group.ABROAD: gettext_lazy("ID account registered outside China, if the cloud is activated"),
    Group.LEGACY: gettext_lazy("Legacy account"),
}
PICTURE_WORDS: dict[DocumentKind, str | Promise] = {
    DocumentKind.ID_FRONT: gettext_lazy("Identity document, front"),
    DocumentKind.ID_BACK: gettext_lazy("Identity document, back"),
    DocumentKind.HOLDING_ID: gettext_lazy("Person holding the document"),
    DocumentKind.PASSPORT: gettext_lazy("Passport"),
    DocumentKind.TRAVEL_PERMIT: gettext_lazy("Mainland travel permit"),
    DocumentKind.RESIDENCE_PERMIT: gettext_lazy("Residence permit"),
    DocumentKind.DRIVING_LICENCE: gettext_lazy("Driving licence"),
    DocumentKind.FACE: gettext_lazy("Face"),
    DocumentKind.BUSINESS_LICENCE: gettext_lazy("Document of the enterprise"),
    DocumentKind.AUTHORISATION_LETTER: gettext_lazy("Letter of authorisation"),
    DocumentKind.CARD_FRONT: gettext_lazy("Credit card, front"),
    DocumentKind.STATEMENT: gettext_lazy("Proof of payment"),
    DocumentKind.PARTNER_CONSENT: gettext_lazy("Partner's consent"),
    DocumentKind.SCREENSHOT: gettext_lazy("Screenshot"),
    DocumentKind.OTHER: gettext_lazy("Something else"),
}


def category_name(category: Category) -> str:
    """What a ticket is about, in the reader's language."""
    return str(CATEGORY_WORDS[category])


def happened_name(happened: Happened) -> str:
    """Why somebody appeals, in his own words."""
    return str(HAPPENED_WORDS[happened])


def remedy_name(kind: RemedyKind) -> str:
    """What is done to the account."""
    return str(REMEDY_WORDS[kind])


def picture_name(kind: DocumentKind) -> str:
    """What a picture shows."""
    return str(PICTURE_WORDS[kind])


def condition_of(demand: Demand) -> str:
    """On what a demand depends, as the beginning of a sentence; empty if it is certain."""
    parts = [str(_IF[one]) for one in demand.provided] + [str(_IF_NOT[one]) for one in demand.unless]
    return _("If %(conditions)s") % {"conditions": _(", and ").join(parts)} if parts else ""


def materials_of(demand: Demand) -> list[list[str]]:
    """The alternatives of a demand, each a list of what it takes."""
    return [[str(MATERIAL_WORDS[one]) for one in several] for several in demand.alternatives]


def categories() -> list[tuple[str, str]]:
    """What a customer may choose, for a form."""
    return [(one.value, capfirst(str(CATEGORY_WORDS[one]))) for one in Category if one not in ELSEWHERE]


def pictures() -> list[tuple[str, str]]:
    """What a picture may show, for a form."""
    return [(kind.value, str(words)) for kind, words in PICTURE_WORDS.items()]


def happenings() -> list[tuple[str, str]]:
    """Why one may appeal, for a form."""
    return [(one.value, str(HAPPENED_WORDS[one])) for one in Happened]


def closings(reasons: Iterable[ClosedBecause]) -> list[tuple[str, str]]:
    """Why staff may close, for a form."""
    return [(one.value, str(CLOSED_WORDS[one])) for one in reasons]
