"""The words of the general refusals. A room's own refusals have better ones."""

from django.utils.translation import gettext_lazy as _

from account_center.kit.refused import Busy, Invalid, NotAllowed, NotFound, Refused, TooOften
from account_center.plumbing.wording import Way, Wording, words

HOME = Way(_("To the home page"), "portal:home")

words(
    {
        Refused: Wording(
            what=_("This was not possible."),
            why=_("Something else has changed in the meantime, or this step does not fit what is already there."),
            todo=_("Open the page again and look at what it shows now. If it still refuses, ask support."),
            ways=(HOME,),
            ticket="account",
        ),
        Invalid: Wording(
            what=_("Something in what you entered cannot be right."),
            todo=_("Check the marked fields and send the form again."),
        ),
        NotAllowed: Wording(
            what=_("You are not allowed to do this."),
            why=_("The account you are signed in with does not have this right."),
            todo=_("Sign in with the account that owns the tenant, or ask its owner."),
            ways=(HOME,),
            ticket="account",
        ),
        NotFound: Wording(
            what=_("There is nothing here."),
            why=_("The address is wrong, or what was here belongs to another account or no longer exists."),
            todo=_("Check the address, or start from the home page."),
            ways=(HOME,),
        ),
        TooOften: Wording(
            what=_("That was tried too often."),
            why=_("A limit protects your account from being guessed or flooded."),
            todo=_("Wait {minutes} min and try again. Nothing else is changed by waiting."),
        ),
        Busy: Wording(
            what=_("We are busy at the moment."),
            why=_("Too many people are doing the same thing right now, or a system that we need does not answer."),
            todo=_("Try again in a few seconds. Nothing was changed."),
        ),
    }
)
