"""The forms of the way by a company's bank account (2.3.1-2.3.9)."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from account_center.portal.forms import told_by_the_page
from account_center.realname.services.branches import Searched, has_branches, search_branches

_TYPED = {"autocomplete": "off", "spellcheck": "false"}
_ASKS = {"hx-trigger": "input changed delay:300ms", "hx-sync": "this:replace", "hx-params": "bank,branch"}


class BranchInput(forms.TextInput):
    """The branch; below it those that may be meant, to choose from."""

    template_name = "portal/branch_field.html"
    searched: Searched | None = None
    chosen = ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """With what was found for the text that is in the field."""
        return {**super().get_context(name, value, attrs), "searched": self.searched, "chosen": self.chosen}


class BankAccountForm(forms.Form):
    """An organisation, its legal representative, and its account."""

    searched: Searched | None = None

    name = forms.CharField(
        label=_("Name of the organisation"),
        max_length=200,
        help_text=_("In full, exactly as on the certificate of registration."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    number = forms.CharField(
        label=_("Unified social credit code or organisation code"),
        max_length=60,
        required=False,
        help_text=_("18 or 9 characters."),
        widget=forms.TextInput(attrs={**_TYPED, "autocapitalize": "characters"}),
    )
    representative = forms.CharField(
        label=_("Name of the legal representative"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    representative_id = forms.CharField(
        label=_("Resident identity number of the legal representative"),
        max_length=60,
        help_text=_("Regulations ask who answers for the organisation. It is stored encrypted."),
        widget=forms.TextInput(attrs={**_TYPED, "autocapitalize": "characters"}),
    )
    holder = forms.CharField(
        label=_("Holder of the account"),
        required=False,
        max_length=200,
        help_text=_("Always the organisation, as typed above; accounts and cards of persons cannot be used."),
        widget=forms.TextInput(attrs={"readonly": True, "data-same-as": "name", "autocomplete": "off"}),
    )
    bank = forms.CharField(
        label=_("Bank"),
        max_length=60,
        help_text=_("Type a part of its name, in Chinese or English, or choose it from the list."),
        widget=forms.TextInput(attrs={**_TYPED, "list": "company-banks"}),
    )
    branch = forms.CharField(
        label=_("Number of the branch (CNAPS)"),
        max_length=120,
        help_text=_("12 digits; your bank tells it, and it stands on the account certificate."),
        widget=forms.TextInput(attrs={**_TYPED, "inputmode": "numeric"}),
    )
    account = forms.CharField(
        label=_("Account number of the organisation"),
        max_length=60,
        help_text=_("As on the account certificate; spaces do not matter."),
        widget=forms.TextInput(attrs={**_TYPED, "inputmode": "numeric"}),
    )
    consent = forms.BooleanField(
        label=_(
            "I agree that these data are used to verify the organisation, and the legal representative agrees too."
        ),
        required=False,
    )

    def __init__(self, data: Any = None, files: Any = None) -> None:
        if data is not None:
            # Whatever was sent as the holder, it is the organisation (2.3.3).
            data = data.copy()
            data["holder"] = data.get("name", "")
        super().__init__(data, files)
        told_by_the_page(self)
        if has_branches():
            self._offer_the_list()

    def chosen_branch(self) -> str:
        """The number of the branch that was chosen below the field, if it belongs to what stands in the field."""
        chosen = str(self.data.get("branch_choice", ""))
        shown = self.searched.shown if self.searched else ()
        return chosen if any(branch.number == chosen for branch in shown) else ""

    def _offer_the_list(self) -> None:
        """Banks and branches are looked for in the imported list while they are typed."""
        self.fields["bank"].widget.attrs |= _ASKS | {
            "hx-get": reverse("portal:bank_account_banks"),
            "hx-target": "#company-banks",
        }
        self.searched = search_branches(bank=self.data.get("bank", ""), text=self.data.get("branch", ""))
        self.fields["branch"] = forms.CharField(
            label=_("Branch"),
            max_length=120,
            required=False,
            help_text=_("A part of its name, or its 12 digits (CNAPS)."),
            widget=self._branch_input(),
        )
        self.fields["branch"].must = True  # type: ignore[attr-defined]

    def _branch_input(self) -> BranchInput:
        asked = {
            "hx-get": reverse("portal:bank_account_branches"),
            "hx-target": "#branches-found",
            "hx-include": "[name=bank]",
            # Another bank has other branches.
            "hx-trigger": f"{_ASKS['hx-trigger']}, change from:[name=bank]",
        }
        widget = BranchInput(attrs={"required": True} | _TYPED | _ASKS | asked)
        widget.searched, widget.chosen = self.searched, self.chosen_branch()
        return widget


class AmountForm(forms.Form):
    """The amount that came."""

    amount = forms.CharField(
        label=_("Amount that arrived, in yuan"),
        max_length=20,
        help_text=_("Such as 0.37. Whoever looks after the account finds it in the statement."),
        widget=forms.TextInput(attrs={**_TYPED, "inputmode": "decimal"}),
    )
