"""Forms to print (2.3.21, 2.4.8): filled with what is known of a tenant, as a page or as PDF.

What is recorded of a person or an organisation is printed masked, always, and there is no way to have it in clear: a paper
lies about and is photographed, and the reference number is enough for staff to find the record. Whoever signs writes names
and numbers himself, by hand or typed for this one print; what is typed is never stored.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from account_center.kit.actor import Actor
from account_center.kit.limits import HOUR
from account_center.kit.typed import is_invisible
from account_center.plumbing.limiter import Budget, spend
from account_center.plumbing.paper.printing import CharactersMissing, PressBusy, pdf_of
from account_center.plumbing.paper.types import Paper
from account_center.plumbing.wording import Text
from account_center.realname import paper_forms
from account_center.realname.errors import PaperCharacterMissing, PapersBusy, TooManyPapers
from account_center.realname.queries import verification_of
from account_center.realname.types import PaperKind, Party, Way
from account_center.tenants.types import TenantFacts

SHOWN_MISSING = 5  # characters that a refusal names
# Which forms are of use to whom: an organisation never becomes a person (2.4.6), and from a person to an organisation none
# is needed but, perhaps, the letter.
FITTING: Mapping[Party | None, tuple[PaperKind, ...]] = {
    None: (PaperKind.LETTER,),
    Party.PERSON: (PaperKind.PERSON_TO_PERSON, PaperKind.LETTER),
    Party.ORGANISATION: (PaperKind.ORGANISATION_RENAMED, PaperKind.ORGANISATION_TO_OTHER, PaperKind.LETTER),
}


def forms_for(tenant_id: int) -> tuple[tuple[PaperKind, ...], tuple[PaperKind, ...]]:
    """The forms of use to a tenant as it is verified now, and the others."""
    held = verification_of(tenant_id)
    fitting = FITTING[held.party if held else None]
    return fitting, tuple(kind for kind in PaperKind if kind not in fitting)


def form_words(kind: PaperKind) -> tuple[str, str]:
    """Title of a form, and when it is needed."""
    form = paper_forms.FORMS[kind]
    return str(form.title), str(form.purpose)


def fields_of(kind: PaperKind) -> Iterator[tuple[str, str, int]]:
    """What may be typed before printing: name of the field, its label, the longest text."""
    return paper_forms.fields_of(kind)


def known_values(*, kind: PaperKind, account_name: str, tenant: TenantFacts) -> dict[str, str]:
    """What we can fill in for a tenant; what is sealed comes masked, and only on the forms for whoever is verified now."""
    values = {"account": account_name, "tenant": f"{tenant.name} ({tenant.public_id})"}
    held = verification_of(tenant.id)
    if held is not None and kind in FITTING[held.party]:
        day = timezone.localtime(held.verified_at).date().isoformat()
        values["verification"] = f"{held.reference}, {day}"
        values["recorded"] = f"{held.name_masked}, {held.id_masked}"
    return values


def make_paper(
    *, kind: PaperKind, known: Mapping[str, str], typed: Mapping[str, str], language: str, now: datetime
) -> Paper:
    """The form in a language (``zh-hans`` or ``en``). ``typed`` is by the names of ``fields_of``; what is too long is cut."""
    with translation.override(language):
        allowed = {name: longest for name, _label, longest in paper_forms.fields_of(kind)}
        values = {name: _as_typed(typed.get(name, ""))[:longest] for name, longest in allowed.items()}
        return paper_forms.paper(
            kind, values={**values, **known}, language=language, operator=settings.OPERATOR, foot=_foot(now)
        )


def make_record(
    *, account_name: str, tenant: TenantFacts, way_words: Mapping[Way, Text], language: str, now: datetime
) -> Paper | None:
    """The record of the verification that holds, masked, for its owner to keep; None without one."""
    held = verification_of(tenant.id)
    if held is None:
        return None
    with translation.override(language):
        values = {
            "account": account_name,
            "tenant": f"{tenant.name} ({tenant.public_id})",
            "party": str(paper_forms.PARTY_WORDS[held.party]),
            "name": held.name_masked,
            "number": held.id_masked,
            "way": str(way_words[held.way]),
            "verified_on": timezone.localtime(held.verified_at).date().isoformat(),
            "reference": held.reference,
        }
        foot = _("Printed on {day}.").format(day=timezone.localtime(now).date().isoformat())
        return paper_forms.record_paper(values, language=language, operator=settings.OPERATOR, foot=foot)


def print_paper(*, actor: Actor, paper: Paper, now: datetime) -> bytes:
    """The paper as PDF. Waits for a child process: never inside a transaction.

    Raises TooManyPapers, PaperCharacterMissing, PapersBusy.
    """
    budget = Budget("papers", str(actor.account_id), settings.LIMITS.papers_per_hour, HOUR)
    exhausted = spend([budget], now=now)
    if exhausted is not None:
        raise TooManyPapers(retry_after=exhausted[1])
    try:
        return pdf_of(paper)
    except CharactersMissing as missing:
        raise PaperCharacterMissing(characters=" ".join(missing.characters[:SHOWN_MISSING])) from missing
    except PressBusy as busy:
        raise PapersBusy from busy


def _as_typed(text: str) -> str:
    """Without what draws nothing, on one line; otherwise untouched: a name is printed in the characters it was typed in."""
    return " ".join("".join(one for one in text if one.isspace() or not is_invisible(one)).split())


def _foot(now: datetime) -> str:
    day = timezone.localtime(now).date().isoformat()
    where = urlsplit(settings.LINK_ADDRESS).netloc or settings.OPERATOR
    return _("Printed on {day}. Hand it in at {where}, under Real-name verification.").format(day=day, where=where)
