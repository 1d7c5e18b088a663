"""Choosing a trusted site, and agreeing that it tells us something (2.4.10, 2.1.16)."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from account_center.realname.types import Purpose, TrustedSite


class SiteForm(forms.Form):
    """The site and the consent. The consent is missed by the page, so that everything wrong is told at once."""

    site = forms.ChoiceField(label=gettext_lazy("Which site?"), widget=forms.RadioSelect)
    consent = forms.BooleanField(required=False)

    def __init__(self, *args: Any, sites: list[TrustedSite], purpose: Purpose, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["site"].choices = [(site.client_id, site.name) for site in sites]  # type: ignore[attr-defined]
        consent = self.fields["consent"]
        consent.label = _CONSENT[purpose]() % {"operator": settings.OPERATOR}
        consent.must = True  # type: ignore[attr-defined]


def _to_verification() -> str:
    return _(
        "I agree that this site sends %(operator)s once who I am or which organisation I act for: name, document number, how and when it verified, and for an organisation its legal representative and whoever acts for it."
    )


def _to_student() -> str:
    return _(
        "I agree that this site sends %(operator)s once that I study: my name and document number for comparison, school, level and the last day of my studies."
    )


_CONSENT = {Purpose.VERIFICATION: _to_verification, Purpose.STUDENT: _to_student}
