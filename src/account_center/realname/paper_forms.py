"""The forms to print (2.3.21, 2.4.8): letter of authorisation and the applications for a change. Their words stand here once.

A form is filled by what we know of the tenant and by what the person typed for this one print; both may be missing. What is
recorded of a person or an organisation comes masked: see ``services.forms``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from account_center.plumbing.paper.types import Box, Paper, Row, Table
from account_center.realname.types import PaperKind, Party

Text = str | Promise
VERSION = "2026-11"  # changes with every word that a signature stands under
LONGEST, LONGEST_TALL = 100, 240  # characters of what may be typed; what is longer would not fit on the page


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that a form asks for."""

    name: str
    label: Text
    tall: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Lines, mostly under a heading; with ``parties`` (name, label) each line is asked of each of them, side by side."""

    heading: Text
    lines: tuple[Line, ...]
    parties: tuple[tuple[str, Text], ...] = (("", ""),)


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs, and by what."""

    label: Text
    lines: tuple[Text, ...]
    seal: Text = ""


@dataclass(frozen=True, slots=True)
class Form:
    """The words of one form. ``purpose`` says when it is needed; ``{operator}`` is the operator's name."""

    number: str
    title: Text
    purpose: Text
    sections: tuple[Section, ...]
    statements: tuple[Text, ...]
    signatures: tuple[Signature, ...]
    notes: tuple[Text, ...]


_ACCOUNT = Section(
    _("Account"),
    (Line("account", _("ID account")), Line("tenant", _("Tenant name and tenant ID"))),
)
_ACCOUNT_VERIFIED = Section(
    _("Account"),
    (
        *_ACCOUNT.lines,
        Line("verification", _("Present verification: reference number and date")),
        Line("recorded", _("Recorded name and number (shown in part)")),
    ),
)
# These lines are ours to fill in: they say which account it is, and nobody types them.
OURS = frozenset(line.name for line in _ACCOUNT_VERIFIED.lines)
_REASON = Section("", (Line("reason", _("Why it is changed"), tall=True),))
_PERSON = (
    Line("name", _("Name as in the identity document")),
    Line("document", _("Kind of identity document")),
    Line("number", _("Number of the identity document")),
    Line("phone", _("Phone")),
)
_SIGNED = (_("Signature"), _("Date"))
_SEAL = _("Official seal")
_TRUE = _("What is stated here and the papers sent with it are true and complete.")
_BY_HAND = _("Fill in every empty field by hand in block letters; a correction is signed or sealed as well.")
_SEND = _("Send a sharp picture of the whole page with the application, and keep the paper itself.")
_IN_PART = _(
    "The record is shown in part only, for its protection on paper: the reference number is enough for us to find it."
)
_MEANWHILE = _("Until the change is approved, the present verification stays valid.")
_LETTER_SEAL = _(
    "The legal representative signs; without the official seal of the organisation this letter is not accepted."
)
_FORM_SEAL = _(
    "For an organisation its legal representative or its authorised person signs; without the official seal this form is not accepted."
)

FORMS: Mapping[PaperKind, Form] = {
    PaperKind.LETTER: Form(
        number="RNV-1",
        title=_("Letter of authorisation for real-name verification"),
        purpose=_("For an organisation whose papers are sent by somebody other than its legal representative."),
        sections=(
            Section(
                _("Authorising organisation"),
                (
                    Line("organisation", _("Name as on the certificate")),
                    Line("certificate", _("Number of the certificate")),
                    Line("representative", _("Legal representative")),
                ),
            ),
            Section(_("Authorised person"), _PERSON),
            _ACCOUNT,
        ),
        statements=(
            _(
                "We authorise the person named above to act in our name at {operator} in the real-name verification of the account named above and in every change of it: to send our papers, to answer questions and to receive the results."
            ),
            _("What this person does within this authorisation binds us as if we had done it ourselves."),
            _(
                "What is stated here and the papers sent with it are true and complete. The authorised person knows and agrees that his or her data is used for this check."
            ),
            _(
                "The authorisation cannot be passed on. It holds from the day it is signed until we withdraw it in writing."
            ),
        ),
        signatures=(
            Signature(_("Authorising organisation"), _SIGNED, _SEAL),
            Signature(_("Authorised person"), _SIGNED),
        ),
        notes=(_LETTER_SEAL, _BY_HAND, _SEND),
    ),
    PaperKind.PERSON_TO_PERSON: Form(
        number="RNV-2",
        title=_("Application to change a real-name verification (to another person)"),
        purpose=_("For an account that is verified as one person and shall become another person's."),
        sections=(
            _ACCOUNT_VERIFIED,
            Section(
                _("The change"),
                _PERSON,
                (("before", _("Person verified now")), ("after", _("Person to be verified"))),
            ),
            _REASON,
        ),
        statements=(
            _(
                "We both ask {operator} to change the real-name verification of this account from the person verified now to the person to be verified, and agree that our data is checked for it."
            ),
            _(
                "With the change, the person to be verified takes over the account and everything in it: contracts, orders, funds, resources, claims and debts, whenever they arose. The person verified now makes no further claim to the account."
            ),
            _("What the person verified now answers for by law for the time before the change remains."),
            _(
                "The change is our own free will. No account is sold or leased by it, and no law evaded. What is stated here and the papers sent with it are true and complete."
            ),
        ),
        signatures=(Signature(_("Person verified now"), _SIGNED), Signature(_("Person to be verified"), _SIGNED)),
        notes=(_BY_HAND, _IN_PART, _SEND, _MEANWHILE),
    ),
    PaperKind.ORGANISATION_RENAMED: Form(
        number="RNV-3",
        title=_("Application to change a real-name verification (new name of the organisation)"),
        purpose=_("For an organisation that has a new name; the number of its certificate is the same as before."),
        sections=(
            _ACCOUNT_VERIFIED,
            Section(
                _("The change"),
                (Line("name", _("Name as on the certificate")), Line("representative", _("Legal representative"))),
                (("before", _("Before the change")), ("after", _("After the change"))),
            ),
            Section(
                _("Further information"),
                (
                    Line("certificate", _("Number of the certificate (unchanged)")),
                    Line("registered_on", _("Day on which the register took the new name")),
                    Line("contact", _("Person in charge, with phone")),
                ),
            ),
        ),
        statements=(
            _(
                "Our organisation has a new name. It is the same organisation: the number of its certificate is unchanged. We ask {operator} to change the real-name verification of this account to the new name."
            ),
            _(
                "Contracts, orders, funds, resources, claims and debts of the account go on unchanged under the new name."
            ),
            _("We know that invoices are made out to the new name as soon as the change is approved."),
            _TRUE,
        ),
        signatures=(
            Signature(_("Organisation, new name"), _SIGNED, _SEAL),
            Signature(_("Former seal, if it is still kept"), (_("Date"),), _("Former seal")),
        ),
        notes=(_FORM_SEAL, _BY_HAND, _IN_PART, _SEND, _MEANWHILE),
    ),
    PaperKind.ORGANISATION_TO_OTHER: Form(
        number="RNV-4",
        title=_("Application to change a real-name verification (to another organisation)"),
        purpose=_("For an account that is verified as one organisation and shall become another organisation's."),
        sections=(
            _ACCOUNT_VERIFIED,
            Section(
                _("The change"),
                (
                    Line("name", _("Name as on the certificate")),
                    Line("certificate", _("Number of the certificate")),
                    Line("representative", _("Legal representative")),
                    Line("contact", _("Person in charge, with phone")),
                ),
                (("before", _("Organisation verified now")), ("after", _("Organisation to be verified"))),
            ),
            _REASON,
        ),
        statements=(
            _(
                "We both ask {operator} to change the real-name verification of this account from the organisation verified now to the organisation to be verified."
            ),
            _(
                "With the change, the organisation to be verified takes over the account and everything in it: contracts, orders, funds, resources, claims and debts, whenever they arose. The organisation verified now makes no further claim to the account."
            ),
            _(
                "Each of us has decided on the change as its own rules demand. What is owed to {operator} for the account is taken over in full."
            ),
            _("What the organisation verified now answers for by law for the time before the change remains."),
            _TRUE,
        ),
        signatures=(
            Signature(_("Organisation verified now"), _SIGNED, _SEAL),
            Signature(_("Organisation to be verified"), _SIGNED, _SEAL),
        ),
        notes=(_FORM_SEAL, _BY_HAND, _IN_PART, _SEND, _MEANWHILE),
    ),
}

_RECORD = Section(
    _("Verification"),
    (
        Line("party", _("Kind of holder")),
        Line("name", _("Name (shown in part)")),
        Line("number", _("Number (shown in part)")),
        Line("way", _("Way")),
        Line("verified_on", _("Verified on")),
        Line("reference", _("Reference number")),
    ),
)
_RECORD_SAYS = (
    _(
        "{operator} verified on {day} who stands behind this account, by the way named above. The verification holds on the day of printing."
    ),
    _("Name and number are recorded in full and sealed; they are shown in part here for their protection."),
    _(
        "This record is for the owner of the account. It is no identity document. Whoever needs certainty asks {operator} with the reference number, with the owner's consent."
    ),
)
PARTY_WORDS: Mapping[Party, Text] = {Party.PERSON: _("Individual"), Party.ORGANISATION: _("Enterprise or organisation")}


def fields_of(kind: PaperKind) -> Iterator[tuple[str, str, int]]:
    """What may be typed before printing: name of the field, its label, the longest text."""
    between = gettext(": ")
    for section in FORMS[kind].sections:
        for party, whose in section.parties:
            for line in section.lines:
                if line.name not in OURS:
                    whose_line = f"{whose}{between}{line.label}" if party else str(line.label)
                    yield _field(party, line), whose_line, LONGEST_TALL if line.tall else LONGEST


def paper(kind: PaperKind, *, values: Mapping[str, str], language: str, operator: str, foot: str) -> Paper:
    """The form in the active language, with the values that are known; the others are left to be written by hand."""
    form, says = FORMS[kind], {"operator": operator}
    return Paper(
        title=str(form.title),
        language=language,
        operator=operator,
        code=gettext("Form {number}, version {version}").format(number=form.number, version=VERSION),
        addressed=gettext("To: {operator}").format(operator=operator),
        tables=tuple(_table(section, values) for section in form.sections),
        statements=tuple(str(one).format(**says) for one in form.statements),
        boxes=tuple(Box(str(one.label), tuple(map(str, one.lines)), str(one.seal)) for one in form.signatures),
        notes=tuple(map(str, form.notes)),
        foot=foot,
    )


def record_paper(values: Mapping[str, str], *, language: str, operator: str, foot: str) -> Paper:
    """The record of a verification, for its owner: what holds since when, in the active language. Nobody signs it."""
    says = {"operator": operator, "day": values["verified_on"], "way": values["way"]}
    return Paper(
        title=gettext("Record of real-name verification"),
        language=language,
        operator=operator,
        code=gettext("Form {number}, version {version}").format(number="RNV-R", version=VERSION),
        addressed="",
        tables=(_table(_ACCOUNT, values), _table(_RECORD, values)),
        statements=tuple(str(one).format(**says) for one in _RECORD_SAYS),
        boxes=(),
        notes=(),
        foot=foot,
    )


def _table(section: Section, values: Mapping[str, str]) -> Table:
    rows = tuple(
        Row(
            str(line.label),
            tuple(values.get(_field(party, line), "") for party, _whose in section.parties),
            tall=line.tall,
        )
        for line in section.lines
    )
    columns = tuple(str(whose) for _party, whose in section.parties) if len(section.parties) > 1 else ()
    return Table(str(section.heading), rows, columns)


def _field(party: str, line: Line) -> str:
    return f"{party}_{line.name}" if party else line.name
