"""Refusals of the audit room."""

from django.utils.translation import gettext_lazy as _

from account_center.kit.refused import Invalid, TooOften
from account_center.plumbing.wording import Way, Wording, words

HISTORY = Way(_("Back to the history"), "portal:history")


class ExportPeriodTooLong(Invalid):
    code = "audit.export_period_too_long"


class TooManyExports(TooOften):
    code = "audit.too_many_exports"


words(
    {
        ExportPeriodTooLong: Wording(
            what=_("One file holds at most {days} days."),
            why=_("So that a file stays small enough for a spreadsheet program."),
            todo=_("Choose a shorter period, and take the rest in further files."),
            ways=(HISTORY,),
            faq="3.1.19",
        ),
        TooManyExports: Wording(
            what=_("The history of this account was saved as a file {limit} times today."),
            why=_(
                "Nobody who gets into the account for a moment shall be able to draw off everything again and again."
            ),
            todo=_("Wait until tomorrow; on the page you can read everything at any time."),
            ways=(HISTORY,),
            faq="3.1.19",
        ),
    }
)
