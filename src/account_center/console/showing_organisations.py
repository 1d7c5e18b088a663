"""An organisation as the reviewer sees it: what was stated, what its number says, and what did not agree (2.3.24)."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from account_center.console.labels import label
from account_center.kit.countries import country_name
from account_center.kit.organisation_code import BadOrganisationCode, parse_credit_code
from account_center.realname.queries import CERTIFICATE_WORDS, NATURE_WORDS
from account_center.realname.types import Acting, Certificate, Doubt, Nature, RegisterFindings

# GB 32100, table 1: who registered the organisation.
_DEPARTMENTS: dict[str, str | Promise] = {
    "1": gettext_lazy("office for the establishment of public bodies"),
    "2": gettext_lazy("foreign affairs"),
    "3": gettext_lazy("judicial administration"),
    "4": gettext_lazy("culture"),
    "5": gettext_lazy("civil affairs"),
    "6": gettext_lazy("tourism"),
    "7": gettext_lazy("religious affairs"),
    "8": gettext_lazy("trade unions"),
    "9": gettext_lazy("market regulation"),
    "A": gettext_lazy("Central Military Commission"),
    "N": gettext_lazy("agriculture"),
    "Y": gettext_lazy("other"),
}
# Which stated value a doubt is about; the page marks it.
_ABOUT = {
    Doubt.OTHER_NAME: {"name"},
    Doubt.OTHER_REPRESENTATIVE: {"representative"},
    Doubt.NOT_REGISTERED: {"number"},
    Doubt.UNUSUAL_NUMBER: {"number"},
    Doubt.LETTER: {"agent"},
    Doubt.NATURE: {"nature"},
    Doubt.FROM_ABROAD: {"country"},
}


@dataclass(frozen=True, slots=True)
class StatedLine:
    """One line of what was stated; ``doubtful``: look at it."""

    words: str
    value: str
    help: str = ""
    doubtful: bool = False


def organisation_lines(stated: dict[str, str], register: RegisterFindings | None) -> list[StatedLine]:
    """What was stated of an organisation, in the order of its papers."""
    doubtful = {about for doubt in (register.doubts if register else ()) for about in _ABOUT.get(doubt, set())}

    def line(about: str, words: str, value: str, hint: str = "") -> StatedLine:
        return StatedLine(words=words, value=value, help=hint, doubtful=about in doubtful)

    lines = [
        line("nature", _("Kind of organisation"), str(NATURE_WORDS[Nature(stated["nature"])])),
        line("certificate", _("Certificate"), str(CERTIFICATE_WORDS[Certificate(stated["certificate"])])),
        line("name", _("Name of the organisation"), stated["name"]),
        line("number", _("Number of the certificate"), stated["id_number"], number_hint(stated["id_number"])),
        line("country", _("Registered in"), country_name(stated["country"], get_language() or "en")),
        line(
            "representative", _("Legal representative"), _person(stated["representative"], stated["representative_id"])
        ),
        line("acting", _("Who acts"), label(Acting(stated["acting"]))),
    ]
    if stated.get("agent"):
        lines.append(line("agent", _("Authorised person"), _person(stated["agent"], stated["agent_id"])))
    return lines


def _person(name: str, number: str) -> str:
    return f"{name} {number}"


def number_hint(number: str) -> str:
    """Who registered the organisation, read from its unified code; empty for an older number."""
    try:
        code = parse_credit_code(number)
    except BadOrganisationCode:
        return ""
    by = _DEPARTMENTS.get(code.department, code.department)
    return _("Begins with %(pair)s; registered by: %(department)s.") % {"pair": code.pair, "department": by}
