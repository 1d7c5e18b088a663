"""Refusals of the tenants room, among them the four of 1.10."""

from django.utils.translation import gettext_lazy as _

from account_center.kit.refused import Invalid, NotAllowed, NotFound, Refused
from account_center.plumbing.wording import Way, Wording, words

ACCOUNT = Way(_("See your country or region"), "portal:account")
OTHER_ACCOUNT = Way(_("Sign in with another account"), "portal:sign_in")


class OutsideServiceArea(Refused):
    code = "tenants.outside_service_area"


class EmailTakenByTenant(Refused):
    code = "tenants.email_taken"


class PhoneNotMainland(Refused):
    code = "tenants.phone_not_mainland"


class TenantPhoneFull(Refused):
    code = "tenants.phone_full"


class TenantNameTaken(Refused):
    code = "tenants.name_taken"


class BadTenantName(Invalid):
    code = "tenants.bad_name"


class BadStatedName(Invalid):
    code = "tenants.bad_organisation_name"


class NoSuchTenant(NotFound):
    code = "tenants.no_such_tenant"


class OnlyCustomerManagers(NotAllowed):
    code = "tenants.only_customer_managers"


class CountryNeedsProof(Invalid):
    code = "tenants.country_needs_proof"


class ReasonMissing(Invalid):
    code = "tenants.reason_missing"


words(
    {
        ReasonMissing: Wording(
            what=_("The reason is missing."),
            why=_("Whoever reads the history later has to see why the tenant was marked, or why no longer."),
            todo=_("Say it in a few words, such as with the number of the ticket."),
        ),
        OutsideServiceArea: Wording(
            what=_("The cloud is not offered in {country}."),
            why=_(
                "Your ID account is registered in {country}, which lies outside our service area, and the country of an account never changes."
            ),
            todo=_(
                "Sign in with an account registered in a country we serve, or register a new one and choose that country."
            ),
            ways=(ACCOUNT, OTHER_ACCOUNT, Way(_("Register another account"), "portal:register")),
            ticket="account.activation",
            faq="1.10",
        ),
        EmailTakenByTenant: Wording(
            what=_("Another tenant already uses the e-mail address {email}."),
            why=_("One e-mail address can stand behind one tenant only, on both sites together."),
            todo=_("Change the e-mail address of this ID account, or sign in with that address to reach its tenant."),
            ways=(Way(_("Change the e-mail address"), "portal:change_email"), OTHER_ACCOUNT),
            ticket="account.activation",
            faq="1.10",
        ),
        PhoneNotMainland: Wording(
            what=_("A mainland China phone number is needed."),
            why=_(
                "Your account is registered in China; there the cloud can be activated only with a mainland China mobile number (+86)."
            ),
            todo=_("Change the phone number of this account to a mainland China number and try again."),
            ways=(Way(_("Change the phone number"), "portal:change_phone"), ACCOUNT),
            ticket="account.activation",
            faq="1.10",
        ),
        TenantPhoneFull: Wording(
            what=_("The phone number {phone} already stands behind {used} tenants."),
            why=_("One phone number can stand behind {allowed} tenants."),
            todo=_(
                "Use another account or another phone number, close a tenant you do not need ({tenants}), or ask your customer manager for a higher limit."
            ),
            ways=(Way(_("Change the phone number"), "portal:change_phone"), OTHER_ACCOUNT),
            ticket="account.phone_limit",
            faq="1.10",
        ),
        TenantNameTaken: Wording(
            what=_("Another tenant has this name."),
            why=_("A tenant name stands once on each site."),
            todo=_("Choose another name."),
            faq="1.3",
        ),
        BadTenantName: Wording(
            what=_("This cannot be a tenant name."),
            why=_("{problem}"),
            todo=_("Use 2 to 64 letters, Chinese characters, digits, spaces, dots, hyphens, underscores or brackets."),
            faq="1.3",
        ),
        BadStatedName: Wording(
            what=_("This is not the name of an organisation."),
            why=_("{problem}"),
            todo=_("Type the full name as it stands on the licence or certificate."),
            faq="3.1.7",
        ),
        NoSuchTenant: Wording(
            what=_("There is no such tenant."),
            why=_("The cloud was not activated for this account, or the tenant ID is not right."),
            todo=_("Check the tenant ID, or activate the cloud."),
            ways=(Way(_("Activate the cloud"), "portal:activate"),),
            faq="1.2",
        ),
        OnlyCustomerManagers: Wording(
            what=_("Only a customer manager can do this."),
            why=_("Higher limits and the country of a tenant are decided by customer managers on proof."),
            todo=_("Hand the case to a customer manager."),
            faq="1.7",
        ),
        CountryNeedsProof: Wording(
            what=_("Say which proof of identity was seen."),
            why=_("A tenant's country may be changed only on proof of identity from that country."),
            todo=_("Name the document and where it is filed."),
            faq="1.7",
        ),
    }
)
