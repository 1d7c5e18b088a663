"""Refusals of the onboarding room."""

from django.utils.translation import gettext_lazy as _

from account_center.kit.refused import Refused
from account_center.plumbing.wording import Way, Wording, words

NOT_NOW = Way(_("Not now: go on with the legacy account"), "portal:home")
OTHER_EMAIL = Way(_("Change the e-mail address"), "portal:change_email")
OTHER_PHONE = Way(_("Change the phone number"), "portal:change_phone")
SUPPORT = Way(_("Ask support"), "portal:support")


class ActivationIsForIdAccounts(Refused):
    code = "onboarding.activation_is_for_id_accounts"


class UpgradeIsForLegacyAccounts(Refused):
    code = "onboarding.upgrade_is_for_legacy_accounts"


class PartnerStaysLegacy(Refused):
    code = "onboarding.partner_stays_legacy"


class OfficialSiteStaysLegacy(Refused):
    code = "onboarding.official_site_stays_legacy"


class LegacyAccountFrozen(Refused):
    code = "onboarding.legacy_account_frozen"


class EmailHasIdAccount(Refused):
    """Another ID account, free and of the same country, has the e-mail address: the tenant belongs there (1.33)."""

    code = "onboarding.email_has_id_account"


class IdAccountInUse(Refused):
    code = "onboarding.id_account_in_use"


class IdAccountAbroad(Refused):
    code = "onboarding.id_account_abroad"


class IdAccountFrozen(Refused):
    code = "onboarding.id_account_frozen"


class PhoneHasNoPlaceLeft(Refused):
    code = "onboarding.phone_has_no_place_left"


words(
    {
        ActivationIsForIdAccounts: Wording(
            what=_("The cloud is activated with an ID account."),
            why=_("You are signed in with another kind of account; a legacy account has its tenant already."),
            todo=_("Sign out first; then sign in with an ID account, or register one."),
            ways=(Way(_("See your account"), "portal:account"),),
            faq="1.13",
        ),
        UpgradeIsForLegacyAccounts: Wording(
            what=_("There is nothing to upgrade here."),
            why=_("You are signed in with an ID account already; only legacy accounts are upgraded."),
            todo=_("Go on as you are."),
            ways=(Way(_("See your account"), "portal:account"),),
            faq="1.13",
        ),
        PartnerStaysLegacy: Wording(
            what=_("The account of a partner's administrator cannot be upgraded yet."),
            why=_("Your tenant is a partner's. Partners come in through an entrance of their own."),
            todo=_("Go on as before: nothing changes. The partner site will tell you when the upgrade is open to you."),
            ways=(NOT_NOW,),
            faq="1.36",
        ),
        OfficialSiteStaysLegacy: Wording(
            what=_("An official-site account cannot be upgraded yet."),
            why=_("You sign in through the group's own site, which keeps your name and password."),
            todo=_("Go on as before: nothing changes. That site will tell you when the upgrade is open to you."),
            ways=(NOT_NOW,),
            faq="1.36",
        ),
        LegacyAccountFrozen: Wording(
            what=_("This account is frozen; it cannot be upgraded now."),
            why=_("A frozen account keeps the form it has until the freeze is lifted."),
            todo=_("Have the freeze lifted first; then upgrade."),
            ways=(SUPPORT,),
            ticket="account.frozen_or_restricted",
            faq="1.33",
        ),
        EmailHasIdAccount: Wording(
            what=_("You already have an ID account with the e-mail address {email}."),
            why=_(
                "Two ID accounts cannot have the same e-mail address. That ID account has not activated the cloud yet, so your tenant can be joined to it."
            ),
            todo=_(
                "Give this legacy account another e-mail address; then it becomes an ID account of its own. Or skip the upgrade: the two cannot be joined here yet, so ask support and say both account names."
            ),
            ways=(OTHER_EMAIL, SUPPORT, NOT_NOW),
            ticket="account.upgrade",
            faq="1.33",
        ),
        IdAccountInUse: Wording(
            what=_("The ID account with the e-mail address {email} already has a tenant of its own."),
            why=_("One ID account has one tenant, and two ID accounts cannot have the same e-mail address."),
            todo=_(
                "Skip the upgrade and go on as before. If you want a separate ID account for this tenant, give this legacy account another e-mail address first."
            ),
            ways=(NOT_NOW, OTHER_EMAIL),
            ticket="account.upgrade",
            faq="1.33",
        ),
        IdAccountAbroad: Wording(
            what=_("The ID account with the e-mail address {email} is registered in another country or region."),
            why=_(
                "The country of an ID account never changes, and accounts of two countries cannot be joined. Two ID accounts cannot have the same e-mail address either."
            ),
            todo=_(
                "Skip the upgrade and go on as before. If you want a separate ID account for this tenant, give this legacy account another e-mail address first."
            ),
            ways=(NOT_NOW, OTHER_EMAIL),
            ticket="account.upgrade",
            faq="1.33",
        ),
        IdAccountFrozen: Wording(
            what=_("The ID account with the e-mail address {email} is frozen."),
            why=_("Until the freeze is lifted, nothing can be joined to it, and its e-mail address stays taken."),
            todo=_("Have that account unfrozen first; then upgrade."),
            ways=(SUPPORT, NOT_NOW),
            ticket="account.frozen_or_restricted",
            faq="1.33",
        ),
        PhoneHasNoPlaceLeft: Wording(
            what=_("The phone number {phone} already carries {used} ID accounts."),
            why=_("One phone number can carry {allowed} ID accounts; after the upgrade this would be one more."),
            todo=_(
                "Delete an ID account you do not need, give this legacy account another phone number, ask your customer manager for a higher limit, or skip the upgrade. If the number was somebody else's before, ask support."
            ),
            ways=(OTHER_PHONE, SUPPORT, NOT_NOW),
            ticket="account.phone_limit",
            faq="1.33",
        ),
    }
)
