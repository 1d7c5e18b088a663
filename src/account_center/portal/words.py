"""Words for the values that other rooms use."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from account_center.accounts.types import SignInCheck
from account_center.kit.travel_document import DocumentKind
from account_center.realname.types import (
    Acting,
    ApplicationState,
    ApplicationView,
    ChangeKind,
    Slot,
    TransferState,
    Way,
)
from account_center.standing.types import Action
from account_center.support.queries.words import CATEGORY_WORDS
from account_center.tenants.types import Site

ACTION_WORDS = {
    Action.BUY: _("buy products and services"),
    Action.BUY_ON_DEMAND: _("buy on-demand services"),
    Action.USE_RESOURCES: _("use the cloud resources you have"),
    Action.REQUEST_INVOICE: _("ask for invoices"),
    Action.SIGN_ONLINE_CONTRACT: _("sign contracts online"),
    Action.JOIN_PUBLIC_BETA: _("join public betas"),
    Action.BECOME_PARTNER: _("become a partner (enterprises)"),
    Action.STUDENT_OFFERS: _("take student offers (individuals)"),
    Action.SIGN_IN: _("sign in"),
    Action.SEE_BILLS: _("see bills"),
    Action.MANAGE_ACCOUNT: _("manage the account"),
}
CHECK_WORDS = {
    SignInCheck.PASSKEY: _("a passkey, each time"),
    SignInCheck.APP: _("the code of the authenticator app, each time"),
    SignInCheck.CODE: _("a code by SMS or e-mail, unless the device is trusted"),
    SignInCheck.NONE: _("nothing but the password (discouraged)"),
}
SITE_WORDS = {Site.CHINA: _("China site"), Site.INTERNATIONAL: _("International site")}
WAY_WORDS = {
    Way.SCAN: _("Scan with the phone"),
    Way.BANK_CARD: _("Bank card"),
    Way.DOCUMENT: _("Document with review"),
    Way.BANK_ACCOUNT: _("Company bank account"),
    Way.ENTERPRISE_PAPERS: _("Company papers"),
    Way.PARTNER: _("Taken over from a partner site"),
}
DOCUMENT_WORDS = {
    DocumentKind.PASSPORT: _("Passport of another country"),
    DocumentKind.HKM_PERMIT: _("Mainland Travel Permit for Hong Kong and Macau Residents"),
    DocumentKind.TAIWAN_PERMIT: _("Mainland Travel Permit for Taiwan Residents"),
    DocumentKind.RESIDENCE_PERMIT: _("Residence Permit for Hong Kong, Macau and Taiwan Residents"),
    DocumentKind.DRIVING_LICENCE: _("Driving licence of another country"),
}
SLOT_WORDS = {
    Slot.FRONT: _("Front, or the page with the picture"),
    Slot.BACK: _("Back side"),
    Slot.HOLDING: _("You, holding the document beside your face"),
    Slot.CERTIFICATE: _("Certificate of the organisation"),
    Slot.LETTER: _("Letter of authorisation with the seal"),
    Slot.ID_FRONT: _("Identity document: side with the picture"),
    Slot.ID_BACK: _("Identity document: other side"),
    Slot.CHANGE_FORM: _("Change application form, filled in and signed"),
}
CHANGE_WORDS = {
    ChangeKind.ANOTHER_PERSON: _("Another individual"),
    ChangeKind.TO_ORGANISATION: _("An organisation instead of the individual"),
    ChangeKind.RENAMED: _("A new name of the organisation"),
    ChangeKind.ANOTHER_ORGANISATION: _("Another organisation"),
}
CHANGE_HELP = {
    ChangeKind.ANOTHER_PERSON: _("Somebody else takes the account over, or you have a new name."),
    ChangeKind.TO_ORGANISATION: _("The account becomes a company's or another organisation's. There is no way back."),
    ChangeKind.RENAMED: _("The number of its certificate is the same."),
    ChangeKind.ANOTHER_ORGANISATION: _("With another number; the account passes to it."),
}
ACTING_WORDS = {
    Acting.REPRESENTATIVE: _("The legal representative's"),
    Acting.AUTHORISED: _("That of an authorised person"),
}
ACTING_HELP = {
    Acting.REPRESENTATIVE: _("or of whoever the certificate names as responsible"),
    Acting.AUTHORISED: _("with a letter of authorisation that has the organisation's seal"),
}
STATE_WORDS = {
    ApplicationState.DRAFT: ("wait", _("waits for the code")),
    ApplicationState.CHECKING: ("wait", _("being checked")),
    ApplicationState.REVIEWING: ("wait", _("staff look at it")),
    ApplicationState.ASKED_AGAIN: ("no", _("another picture is needed")),
    ApplicationState.APPROVED: ("ok", _("verified")),
    ApplicationState.REFUSED: ("no", _("refused")),
    ApplicationState.CANCELLED: ("info", _("cancelled")),
    ApplicationState.LAPSED: ("info", _("lapsed")),
}
_WAITS_FOR_THE_PHONE = ("wait", _("waits for the phone"))
_WAITS_FOR_THE_AMOUNT = ("wait", _("waits for the amount"))
TRANSFER_WORDS = {
    TransferState.CREATED: ("wait", _("waits to be sent")),
    TransferState.SENDING: ("wait", _("is being sent")),
    TransferState.SENT: ("wait", _("is on its way")),
    TransferState.AWAITING_AMOUNT: ("wait", _("has arrived; the amount is missing")),
    TransferState.RETURNED: ("no", _("returned by the bank")),
    TransferState.VERIFIED: ("ok", _("the amount was right")),
    TransferState.FAILED: ("no", _("the amount was wrong too often")),
    TransferState.EXPIRED: ("info", _("nobody typed the amount in time")),
    TransferState.CANCELLED: ("info", _("cancelled")),
}

# What a refusal's way to support is about; the catalogue's ``ticket`` names it.
MATTER_WORDS = CATEGORY_WORDS


def state_words(view: ApplicationView) -> tuple[str, str | Promise]:
    """The kind of pill and the words for where an application is; some wait for the customer in a way of their own."""
    if view.way is Way.SCAN and view.state is ApplicationState.DRAFT:
        return _WAITS_FOR_THE_PHONE
    if view.transfer is not None and view.transfer.takes_amount:
        return _WAITS_FOR_THE_AMOUNT
    return STATE_WORDS[view.state]
