"""Refusals of the onboarding room."""

from django.utils.translation import gettext_lazy as _

from account_center.kit.refused import Refused
from account_center.plumbing.wording import Way, Wording, words


class ActivationIsForIdAccounts(Refused):
    code = "onboarding.activation_is_for_id_accounts"


words(
    {
        ActivationIsForIdAccounts: Wording(
            what=_("The cloud is activated with an ID account."),
            why=_("You are signed in with another kind of account; a legacy account has its tenant already."),
            todo=_("Sign out first; then sign in with an ID account, or register one."),
            ways=(Way(_("See your account"), "portal:account"),),
            faq="1.13",
        ),
    }
)
