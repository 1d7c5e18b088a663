"""Short names of states and kinds, for pills and tables; and the kind of pill each state gets."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from account_center.accounts.types import AccountKind, AccountState
from account_center.console.types import LookReason, TermKind
from account_center.kit.actor import StaffRole
from account_center.kit.travel_document import DocumentKind
from account_center.realname.types import (
    Acting,
    ApplicationState,
    Counted,
    Doubt,
    RegisterState,
    ReviewReason,
    Slot,
    TransferState,
    Way,
)
from account_center.standing.types import CustomerKind, HoldKind, HoldReason, VerificationStatus
from account_center.tenants.types import Site, TenantState, ZoneMark

# Members of different enums may be equal texts, so a table is keyed by the enum as well.
Key = tuple[type[StrEnum], str]
_LABELS: tuple[tuple[StrEnum, str | Promise], ...] = (
    (AccountKind.ID, _("ID account")),
    (AccountKind.LEGACY, _("Legacy account")),
    (AccountKind.IAM, _("IAM user")),
    (AccountState.OPEN, pgettext_lazy("account", "In use")),
    (AccountState.FROZEN, pgettext_lazy("account", "Frozen")),
    (AccountState.DELETED, pgettext_lazy("account", "Deleted")),
    (TenantState.OPEN, pgettext_lazy("tenant", "Open")),
    (TenantState.CLOSED, pgettext_lazy("tenant", "Closed, retained")),
    (TenantState.CANCELLED, pgettext_lazy("tenant", "Cancelled")),
    (Site.CHINA, _("China site")),
    (Site.INTERNATIONAL, _("International site")),
    (ZoneMark.FINANCE, _("Finance zone")),
    (ZoneMark.HCS, "HCS"),
    (ZoneMark.PARTNER, _("Partner")),
    (ZoneMark.INTERNAL, _("Internal employee")),
    (ZoneMark.OFFICIAL_SITE, _("Official-site account")),
    (ApplicationState.REVIEWING, pgettext_lazy("application", "Waits for staff")),
    (ApplicationState.ASKED_AGAIN, pgettext_lazy("application", "Another picture asked for")),
    (DocumentKind.PASSPORT, _("Passport of another country")),
    (DocumentKind.HKM_PERMIT, _("Mainland Travel Permit for Hong Kong and Macau Residents")),
    (DocumentKind.TAIWAN_PERMIT, _("Mainland Travel Permit for Taiwan Residents")),
    (DocumentKind.RESIDENCE_PERMIT, _("Residence Permit for Hong Kong, Macau and Taiwan Residents")),
    (DocumentKind.DRIVING_LICENCE, _("Driving licence of another country")),
    (Slot.FRONT, _("Front, or the page with the picture")),
    (Slot.BACK, _("Back side")),
    (Slot.HOLDING, _("Person holding the document")),
    (Slot.CERTIFICATE, _("Certificate of the organisation")),
    (Slot.LETTER, _("Letter of authorisation")),
    (Slot.ID_FRONT, _("Identity document: side with the picture")),
    (Slot.ID_BACK, _("Identity document: other side")),
    (Acting.REPRESENTATIVE, _("the legal representative")),
    (Acting.AUTHORISED, _("an authorised person")),
    (RegisterState.ACTIVE, pgettext_lazy("register", "In business")),
    (RegisterState.CANCELLED, pgettext_lazy("register", "Cancelled")),
    (RegisterState.REVOKED, pgettext_lazy("register", "Licence revoked")),
    (RegisterState.UNKNOWN, pgettext_lazy("register", "Not known")),
    (Doubt.OTHER_NAME, _("The register has another name for this number.")),
    (Doubt.OTHER_REPRESENTATIVE, _("The register has another representative, or another identity number.")),
    (Doubt.NOT_REGISTERED, _("The register does not know this number.")),
    (
        Doubt.REGISTER_SILENT,
        _("The register did not answer: name, number, representative and state are to be looked up."),
    ),
    (Doubt.UNUSUAL_NUMBER, _("The number is not one that such organisations usually have.")),
    (Doubt.LETTER, _("An authorised person acts: is the letter complete, and does it have the official seal?")),
    (Doubt.NATURE, _("No public register knows organisations of this kind.")),
    (Doubt.FROM_ABROAD, _("The organisation is from outside mainland China: its register is elsewhere.")),
    (Doubt.NOT_AUTOMATIC, _("Everything agreed; the operator wants every case to be looked at.")),
    (ReviewReason.BLURRED, _("not sharp")),
    (ReviewReason.CUT_OFF, _("a part is cut off")),
    (ReviewReason.REFLECTION, _("a reflection covers something")),
    (ReviewReason.OTHER_SIDE, _("another side of the document")),
    (ReviewReason.EXPIRED, _("expired")),
    (ReviewReason.OTHER_NAME, _("another name than typed")),
    (ReviewReason.OTHER_NUMBER, _("another number than typed")),
    (ReviewReason.PURPOSE, _("marked for another purpose")),
    (ReviewReason.NOT_THE_ORIGINAL, _("a screen or a copy, not the original")),
    (ReviewReason.HOLDER_UNCLEAR, _("the person cannot be seen clearly")),
    (ReviewReason.SEAL_MISSING, _("the seal is missing")),
    (ReviewReason.LETTER_INCOMPLETE, _("the letter is not complete")),
    (ReviewReason.OTHER_COMPANY, _("another organisation")),
    (ReviewReason.COMPANY_NAME, _("the certificate has another name than typed")),
    (ReviewReason.COMPANY_CANCELLED, _("the organisation is cancelled or revoked")),
    (ReviewReason.ANOTHER_PERSON, _("another person holds it")),
    (ReviewReason.NOT_THIS_DOCUMENT, _("another kind of document")),
    (ReviewReason.FORGED, _("not genuine")),
    (TransferState.CREATED, pgettext_lazy("transfer", "Waits to be sent")),
    (TransferState.SENDING, pgettext_lazy("transfer", "Being sent")),
    (TransferState.SENT, pgettext_lazy("transfer", "Sent")),
    (TransferState.AWAITING_AMOUNT, pgettext_lazy("transfer", "Arrived, waits for the amount")),
    (TransferState.RETURNED, pgettext_lazy("transfer", "Returned by the bank")),
    (TransferState.VERIFIED, pgettext_lazy("transfer", "Amount was right")),
    (TransferState.FAILED, pgettext_lazy("transfer", "Too many wrong amounts")),
    (TransferState.EXPIRED, pgettext_lazy("transfer", "Amount never typed")),
    (TransferState.CANCELLED, pgettext_lazy("transfer", "Cancelled")),
    (VerificationStatus.NONE, pgettext_lazy("verification", "Not verified")),
    (VerificationStatus.IN_PROGRESS, pgettext_lazy("verification", "In progress")),
    (VerificationStatus.FAILED, pgettext_lazy("verification", "Failed")),
    (VerificationStatus.VERIFIED, pgettext_lazy("verification", "Verified")),
    (CustomerKind.UNDECLARED, _("Not declared")),
    (CustomerKind.INDIVIDUAL, _("Individual")),
    (CustomerKind.ENTERPRISE, _("Enterprise")),
    (ApplicationState.DRAFT, pgettext_lazy("application", "Waits for the code")),
    (ApplicationState.CHECKING, pgettext_lazy("application", "Being checked")),
    (ApplicationState.APPROVED, pgettext_lazy("application", "Approved")),
    (ApplicationState.REFUSED, pgettext_lazy("application", "Refused")),
    (ApplicationState.CANCELLED, pgettext_lazy("application", "Cancelled by the customer")),
    (ApplicationState.LAPSED, pgettext_lazy("application", "Ended without a decision")),
    (Way.SCAN, pgettext_lazy("way", "Scan with the phone")),
    (Way.BANK_CARD, pgettext_lazy("way", "Bank card")),
    (Way.DOCUMENT, pgettext_lazy("way", "Document")),
    (Way.BANK_ACCOUNT, pgettext_lazy("way", "Bank account")),
    (Way.ENTERPRISE_PAPERS, pgettext_lazy("way", "Enterprise papers")),
    (Way.PARTNER, pgettext_lazy("way", "Partner site")),
    (HoldKind.FREEZE, _("Freezes")),
    (HoldKind.RESTRICTION, _("Restrictions")),
    (HoldReason.FREEZE_VIOLATION, _("Frozen: violation")),
    (HoldReason.FREEZE_ARREARS, _("Frozen: unpaid services")),
    (HoldReason.FREEZE_PARTNER, _("Frozen: became a partner")),
    (HoldReason.FREEZE_BEFORE_CLOSING, _("Frozen: before closing")),
    (HoldReason.FREEZE_RESELLER_CONTROL, _("Frozen: by its reseller")),
    (HoldReason.RESTRICTION_MISUSE, _("Restricted: misuse")),
    (HoldReason.RESTRICTION_BALANCE_LOW, _("Restricted: balance too low")),
    (HoldReason.RESTRICTION_PARTNER, _("Restricted: became a partner")),
    (HoldReason.RESTRICTION_MEMBER_BUDGET, _("Restricted: member budget too low")),
    (HoldReason.RESTRICTION_ACCOUNT_RISK, _("Restricted: account risk")),
    (HoldReason.RESTRICTION_IDENTITY_DOUBT, _("Restricted: verification in doubt")),
    (StaffRole.SUPPORT, _("Support")),
    (StaffRole.CUSTOMER_MANAGER, _("Customer manager")),
    (StaffRole.REVIEWER, _("Reviewer")),
    (LookReason.ASKED, _("The customer is on the line and asked for it")),
    (LookReason.TICKET, _("A ticket needs it")),
    (LookReason.SECURITY, _("A security case")),
    (LookReason.COMPLAINT, _("A complaint or an authority's request")),
    (LookReason.CONTRACT, _("A contract or agreement with the customer")),
    (LookReason.OTHER, _("Something else (say what)")),
    (TermKind.PHONE, _("a phone number")),
    (TermKind.EMAIL, _("an e-mail address")),
    (TermKind.DOCUMENT, _("a document number")),
    (TermKind.NAME, _("a name or tenant ID")),
    (Counted.PERSON, _("Tenants of this person")),
    (Counted.ORGANISATION, _("Tenants of this organisation")),
    (Counted.CARD, _("Tenants of this bank card")),
    (Counted.BANK_ACCOUNT, _("Failed attempts of this bank account")),
)
_PILLS: tuple[tuple[StrEnum, str], ...] = (
    (AccountState.OPEN, "ok"),
    (AccountState.FROZEN, "no"),
    (TenantState.OPEN, "ok"),
    (TenantState.CLOSED, "wait"),
    (VerificationStatus.IN_PROGRESS, "wait"),
    (VerificationStatus.FAILED, "no"),
    (VerificationStatus.VERIFIED, "ok"),
    (ApplicationState.DRAFT, "wait"),
    (ApplicationState.CHECKING, "wait"),
    (ApplicationState.REVIEWING, "wait"),
    (ApplicationState.ASKED_AGAIN, "wait"),
    (ApplicationState.APPROVED, "ok"),
    (ApplicationState.REFUSED, "no"),
    (TransferState.CREATED, "wait"),
    (TransferState.SENDING, "wait"),
    (TransferState.SENT, "wait"),
    (TransferState.AWAITING_AMOUNT, "wait"),
    (TransferState.RETURNED, "no"),
    (TransferState.VERIFIED, "ok"),
    (TransferState.FAILED, "no"),
)
LABELS: Mapping[Key, str | Promise] = {(type(member), member.value): text for member, text in _LABELS}
PILLS: Mapping[Key, str] = {(type(member), member.value): kind for member, kind in _PILLS}


def label(member: StrEnum) -> str:
    """The name in the reader's language. Raises KeyError for a member without one (a test forbids that)."""
    return str(LABELS[type(member), member.value])


def pill_of(member: StrEnum) -> str:
    """ok, wait, no or info."""
    return PILLS.get((type(member), member.value), "info")
