"""Forms of the support pages."""

from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from account_center.documents.types import DocumentKind
from account_center.portal.forms import countries
from account_center.portal.uploading import file_input, files_said
from account_center.support.queries.words import categories, happenings, pictures
from account_center.support.types import Category, Happened

QUIET = {"autocapitalize": "none", "spellcheck": "false"}
ROWS = {"rows": "6"}
TAKEN = format_lazy(
    "{files} {kept}",
    files=files_said(paper=True),
    kept=format_lazy(
        _("It is stored encrypted and erased {days} days after the end of the matter."),
        days=settings.LIMITS.material_keep_days,
    ),
)


class KeyedForm(forms.Form):
    """A form whose second sending is recognised."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["key"].initial = uuid4


class TicketForm(KeyedForm):
    """A new ticket."""

    category = forms.ChoiceField(label=_("What is it about?"), choices=categories)
    subject = forms.CharField(label=_("In one line"), max_length=120)
    text = forms.CharField(
        label=_("What happened?"),
        help_text=_("What you did, what the page said, and what you expected. Never write a password or a code here."),
        widget=forms.Textarea(attrs=ROWS),
    )
    picture = forms.FileField(label=_("Screenshot"), required=False, help_text=TAKEN, widget=file_input(paper=True))

    def category_chosen(self) -> Category:
        """What was chosen."""
        return Category(self.cleaned_data["category"])


class PhoneTicketForm(KeyedForm):
    """The words to a request for another phone."""

    text = forms.CharField(
        label=_("Why can the old number not be reached any more?"),
        help_text=_("For example: stolen, cancelled, moved to another country. You add the pictures on the next page."),
        widget=forms.Textarea(attrs=ROWS),
    )


class NewPhoneForm(forms.Form):
    """The phone that shall replace the old one."""

    phone = forms.CharField(
        label=_("New phone number"),
        max_length=40,
        help_text=_("We send a code there, to see that it is yours."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )


class MessageForm(KeyedForm):
    """Writing on."""

    text = forms.CharField(
        label=_("Your message"),
        help_text=_("Never write a password or a code here."),
        widget=forms.Textarea(attrs={"rows": "4"}),
    )


class PictureForm(KeyedForm):
    """Adding a picture."""

    shows = forms.ChoiceField(label=_("What does the picture show?"), choices=pictures)
    picture = forms.FileField(label=_("Picture or PDF"), required=False, help_text=TAKEN, widget=file_input(paper=True))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["picture"].must = True  # type: ignore[attr-defined]

    def kind(self) -> DocumentKind:
        """What was said to be on it."""
        return DocumentKind(self.cleaned_data["shows"])


class AppealForm(forms.Form):
    """The beginning of an appeal: which account, what happened, and where the appellant can be reached."""

    happened = forms.ChoiceField(label=_("What happened?"), choices=happenings, widget=forms.RadioSelect)
    named = forms.CharField(
        label=_("Account name, phone number or e-mail address of the account"),
        max_length=254,
        help_text=_("For an account that you did not register: its name if you know it, else your phone number."),
        widget=forms.TextInput(attrs={**QUIET, "autocomplete": "username"}),
    )
    country = forms.ChoiceField(label=_("Country or region of the account"), choices=countries, initial="CN")
    contact = forms.CharField(
        label=_("Where can we reach you?"),
        max_length=254,
        help_text=_(
            "A phone number or e-mail address that you can use now. We send a code there. If the appeal succeeds, it replaces the lost one."
        ),
        widget=forms.TextInput(attrs={**QUIET, "autocomplete": "email"}),
    )

    def happening(self) -> Happened:
        """What was chosen."""
        return Happened(self.cleaned_data["happened"])


class StatementForm(KeyedForm):
    """What the appellant tells of himself and of the account."""

    text = forms.CharField(
        label=_("Your statement"),
        help_text=_(
            "Why you appeal; the old and the new phone number or e-mail address; year and month of registration, roughly; where the account is usually used. Never write a password or a code here."
        ),
        widget=forms.Textarea(attrs=ROWS),
    )


class FindAppealForm(forms.Form):
    """Looking up an appeal."""

    reference = forms.CharField(
        label=_("Number of the appeal"), max_length=20, widget=forms.TextInput(attrs={**QUIET, "autocomplete": "off"})
    )
    contact = forms.CharField(
        label=_("The phone number or e-mail address you gave"),
        max_length=254,
        widget=forms.TextInput(attrs={**QUIET, "autocomplete": "email"}),
    )
