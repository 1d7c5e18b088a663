"""Forms of the customer's pages. They read what was typed; whether it may be is decided by the rooms."""

from typing import Any

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from account_center.kit.countries import calling_choices, country_choices, is_country
from account_center.portal.uploading import file_input, files_said

NAME_ATTRS = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}


def countries() -> list[tuple[str, str]]:
    """Countries in the reader's language, with their calling codes: for a form that asks for a phone number."""
    return calling_choices(get_language() or "en")


def foreign_countries() -> list[tuple[str, str]]:
    """Nothing, then every country but China by its name in the reader's language."""
    others = [one for one in country_choices(get_language() or "en") if one[0] != "CN"]
    return [("", str(_("Please choose"))), *others]


class ForeignCountryField(forms.ChoiceField):
    """A country other than China. Where somebody sends China nevertheless, the rooms say why it cannot be."""

    def __init__(self, *, label: Any) -> None:
        super().__init__(label=label, choices=foreign_countries)

    def valid_value(self, value: Any) -> bool:
        """Whether it is a country at all."""
        return is_country(str(value))


def told_by_the_page(form: forms.Form) -> None:
    """All fields are needed, but missed by the page and not by the form: so that everything wrong is told at once."""
    for field in form.fields.values():
        if field.required:
            field.widget.attrs["required"] = True  # the browser still knows
        field.required = False
        field.must = True  # type: ignore[attr-defined]


class ContactForm(forms.Form):
    """A phone number or an e-mail address."""

    recipient = forms.CharField(
        label=_("Phone number or e-mail address"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )


class RegisterForm(forms.Form):
    """Step 1 of registering."""

    country = forms.ChoiceField(
        label=_("Country or region"),
        choices=countries,
        initial="CN",
        help_text=_("It is fixed for ever: it decides which site you can use and cannot be changed later."),
    )
    recipient = forms.CharField(
        label=_("Phone number or e-mail address"),
        max_length=254,
        help_text=_("We send a code there to see that it is yours."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "autocapitalize": "none", "spellcheck": "false"}),
    )
    agree = forms.BooleanField(
        label=_("I agree to the terms of use and the privacy notice."),
        error_messages={"required": _("Without your agreement we may not open an account.")},
    )

    def clean_country(self) -> str:
        """Only real countries."""
        country = str(self.cleaned_data["country"])
        if not is_country(country):
            raise forms.ValidationError(_("Choose a country from the list."))
        return country


class CodeForm(forms.Form):
    """The digits of a code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True, "class": "code"}
        ),
    )

    def clean_code(self) -> str:
        """Spaces and full-width digits are typing habits, not errors."""
        text = "".join(str(self.cleaned_data["code"]).split())
        digits = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in text)
        if not (digits.isascii() and digits.isdigit() and len(digits) == settings.LIMITS.code_digits):
            raise forms.ValidationError(
                _("A code has %(digits)d digits."), params={"digits": settings.LIMITS.code_digits}
            )
        return digits


class NewPasswordInput(forms.PasswordInput):
    """A password that is being chosen: while it is typed, the page tells how hard it is to guess."""

    template_name = "portal/password_field.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """With the attributes by which htmx asks. Only what is named is sent, never a present password."""
        found = super().get_context(name, value, attrs)
        found["widget"]["attrs"] |= {
            "hx-post": reverse("portal:password_hints"),
            "hx-trigger": "input changed delay:400ms",
            "hx-target": f"#{found['widget']['attrs'].get('id', name)}_strength",
            "hx-params": "password,name,recipient",
            "hx-sync": "this:replace",
        }
        return found


class NewPasswordMixin(forms.Form):
    """A new password, typed twice."""

    password = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=256,
        help_text=format_lazy(
            _("At least {count} characters that nobody can guess; four unrelated words are best."),
            count=settings.LIMITS.password_min_length,
        ),
        widget=NewPasswordInput(attrs={"autocomplete": "new-password"}, render_value=True),
    )
    password_again = forms.CharField(
        label=_("New password again"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=True),
    )

    def clean(self) -> dict[str, Any]:
        """Both must be equal."""
        cleaned = super().clean() or {}
        if "password" in cleaned and cleaned["password"] != cleaned.get("password_again", cleaned["password"]):
            self.add_error("password_again", _("The two passwords differ."))
        return cleaned


class FinishRegistrationForm(NewPasswordMixin):
    """Step 3 of registering."""

    name = forms.CharField(
        label=_("Account name"),
        max_length=64,
        help_text=_(
            "4 to 32 letters (a–z), digits, dots, hyphens or underscores. You can sign in with it, and change it later."
        ),
        widget=forms.TextInput(attrs=NAME_ATTRS),
    )
    field_order = ("name", "password", "password_again")


class SignInForm(forms.Form):
    """Name, phone or e-mail, and the password."""

    identifier = forms.CharField(
        label=_("Account name, phone number or e-mail address"),
        max_length=254,
        widget=forms.TextInput(attrs=NAME_ATTRS),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class ChooseAccountForm(forms.Form):
    """One of the accounts of a proven phone or e-mail."""

    account = forms.TypedChoiceField(label=_("Account"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args: Any, accounts: list[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        choice: Any = self.fields["account"]
        choice.choices = accounts


class AccountNameForm(forms.Form):
    """A new account name."""

    name = forms.CharField(label=_("Account name"), max_length=64, widget=forms.TextInput(attrs=NAME_ATTRS))


class TenantNameForm(forms.Form):
    """A tenant name."""

    name = forms.CharField(
        label=_("Tenant name"),
        max_length=128,
        help_text=_("The cloud's name for you: it stands on contracts, orders and bills. It can be changed later."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )


class PasswordForm(NewPasswordMixin):
    """A new password, and the old one as proof."""

    old_password = forms.CharField(
        label=_("Present password"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("old_password", "password", "password_again")


class NewContactForm(forms.Form):
    """The new phone number or e-mail address."""

    recipient = forms.CharField(label=_("New"), max_length=254)

    def __init__(self, *args: Any, label: str, autocomplete: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["recipient"].label = label
        self.fields["recipient"].widget.attrs.update({"autocomplete": autocomplete, "autocapitalize": "none"})


class BankCardForm(forms.Form):
    """What an individual states to be verified by bank card."""

    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        help_text=_("Exactly as printed on your resident identity card."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    id_number = forms.CharField(
        label=_("Resident identity number"),
        max_length=40,
        help_text=_("18 characters. Other documents cannot be used with a bank card."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    card = forms.CharField(
        label=_("Bank card number"),
        max_length=40,
        help_text=_("Debit or credit card of a mainland China bank, in your own name. Nothing is ever charged."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    phone = forms.CharField(
        label=_("Mobile number left with the bank"),
        max_length=40,
        help_text=_("A mainland China number; the code goes there."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    face = forms.FileField(
        label=_("Picture of your face"),
        required=False,
        help_text=format_lazy(
            "{files} {use}",
            files=files_said(paper=False),
            use=_("It is compared once with your document and erased at the decision."),
        ),
        widget=file_input(paper=False, capture="user"),
    )
    consent_data = forms.BooleanField(
        label=_("I agree that my name, identity number, card number and phone are compared with my bank's records."),
        required=False,
    )
    consent_face = forms.BooleanField(
        label=_("I separately agree that my face picture is compared with the picture of my identity document."),
        required=False,
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        # Needed, but missed by the room and not by the form: so that everything wrong is told at once.
        for needed in ("face", "consent_data", "consent_face"):
            self.fields[needed].must = True  # type: ignore[attr-defined]
