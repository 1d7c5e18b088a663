"""What the sandbox's partner site says of somebody: a form with the invented people to choose from (2.4.10, 2.1.16)."""

from datetime import date
from enum import StrEnum
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from account_center.kit.demo_people import VERIFIED_IDENTITY
from account_center.portal.besides import LEVEL_WORDS
from account_center.portal.demo import demo_identities
from account_center.realname.queries import sandbox_companies
from account_center.realname.types import PartnerMethod, StudentLevel

VERIFICATIONS, STUDENTS = "/service/v1/verification-results", "/service/v1/student-statuses"
_QUIET = {"autocomplete": "off", "spellcheck": "false"}


class About(StrEnum):
    """What the partner site tells."""

    PERSON = "person"
    ORGANISATION = "organisation"
    STUDENT = "student"


ABOUT_WORDS = {
    About.PERSON: _("A person it verified"),
    About.ORGANISATION: _("An organisation it verified"),
    About.STUDENT: _("A student"),
}


class DemoSiteForm(forms.Form):
    """What the customer brought, and whom the site knows behind it. Anybody else is typed."""

    tenant = forms.CharField(label=_("Tenant ID"), max_length=64, widget=forms.TextInput(attrs=_QUIET))
    agreement = forms.CharField(label=_("Agreement code"), max_length=40, widget=forms.TextInput(attrs=_QUIET))
    who = forms.ChoiceField(label=_("Who is it?"))
    name = forms.CharField(
        label=_("Another name"),
        help_text=_("Only for somebody who is not in the list."),
        required=False,
        max_length=100,
    )
    number = forms.CharField(label=_("Its number"), required=False, max_length=30, widget=forms.TextInput(attrs=_QUIET))
    school = forms.CharField(label=_("School"), max_length=100, initial="浙江大学")
    level = forms.ChoiceField(label=_("Studies"), initial=StudentLevel.MASTER.value)
    until = forms.DateField(
        label=_("Last day of the studies"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, about: About, today: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self.about, self.today = about, today
        self._known = _companies() if about is About.ORGANISATION else _persons()
        self.fields["who"].choices = [(number, words) for number, _name, words in self._known]  # type: ignore[attr-defined]
        if about is not About.STUDENT:
            for name in ("school", "level", "until"):
                del self.fields[name]
            return
        self.fields["level"].choices = [(one.value, words) for one, words in LEVEL_WORDS.items()]  # type: ignore[attr-defined]
        self.fields["until"].initial = today.replace(year=today.year + 2, month=7, day=31)

    @property
    def path(self) -> str:
        """Where the site sends it."""
        return STUDENTS if self.about is About.STUDENT else VERIFICATIONS

    def report(self, reference: str) -> dict[str, object]:
        """The body of the request, under the site's own ``reference``."""
        typed = self.cleaned_data
        head = {"tenant": typed["tenant"].strip(), "agreement": typed["agreement"].strip(), "reference": reference}
        match self.about:
            case About.STUDENT:
                studies = {"school": typed["school"], "level": typed["level"], "until": typed["until"].isoformat()}
                return {**head, "person": self._person(), **studies}
            case About.ORGANISATION:
                return {**head, **self._verified(PartnerMethod.PAPERS), "organisation": self._organisation()}
            case _:
                return {**head, **self._verified(PartnerMethod.FACE), "person": self._person()}

    def _verified(self, method: PartnerMethod) -> dict[str, str]:
        return {"method": method.value, "verified_on": self.today.isoformat()}

    def _chosen(self) -> tuple[str, str]:
        typed = self.cleaned_data
        known = next(name for number, name, _words in self._known if number == typed["who"])
        return typed["name"] or known, typed["number"] or typed["who"]

    def _person(self) -> dict[str, str]:
        name, number = self._chosen()
        return {"kind": "resident_id", "name": name, "number": number}

    def _organisation(self) -> dict[str, str]:
        name, number = self._chosen()
        company = next(one for one in sandbox_companies() if one.number == self.cleaned_data["who"])
        return {
            "nature": "enterprise",
            "certificate": "business_licence",
            "name": name,
            "number": number,
            "country": "CN",
            "representative": company.representative,
            "representative_id": company.representative_id,
            "acting": "representative",
        }


def _persons() -> list[tuple[str, str, str]]:
    """Number, name and words of the invented people; not of those who only show what comparing a face can bring."""
    known = [one for one in demo_identities() if one.who.shows in ("adult", "child")]
    who = [(one.who.id_number, one.who.name, one.shows) for one in known]  # type: ignore[union-attr]
    zhou = VERIFIED_IDENTITY
    who.append((zhou.id_number, zhou.name, _("behind the account zhou.verified")))
    return [(number, name, f"{name} {number} · {shows}") for number, name, shows in who]


def _companies() -> list[tuple[str, str, str]]:
    return [(one.number, one.name, f"{one.name} {one.number} · {one.label}") for one in sandbox_companies()]
