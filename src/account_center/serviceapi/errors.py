"""Refusals of the door for other services."""

from django.utils.translation import gettext_lazy as _

from account_center.kit.refused import Invalid, NotAllowed, NotFound, Refused
from account_center.plumbing.wording import Wording, words


class TokenRefused(Refused):
    """HTTP 401 with a challenge (RFC 6750)."""

    code = "serviceapi.token_refused"
    status = 401


class ScopeMissing(NotAllowed):
    code = "serviceapi.scope_missing"


class BodyNotJson(Invalid):
    code = "serviceapi.body_not_json"


class BodyTooLarge(Invalid):
    code = "serviceapi.body_too_large"
    status = 413


class UnknownMember(Invalid):
    code = "serviceapi.unknown_member"


class TenantMissing(Invalid):
    code = "serviceapi.tenant_missing"


class ActionsMissing(Invalid):
    code = "serviceapi.actions_missing"


class TooManyActions(Invalid):
    code = "serviceapi.too_many_actions"


class UnknownAction(Invalid):
    code = "serviceapi.unknown_action"


class UnknownTenant(NotFound):
    code = "serviceapi.unknown_tenant"


class ReportTooLarge(Invalid):
    code = "serviceapi.report_too_large"
    status = 413


class ReportWrong(Invalid):
    code = "serviceapi.report_wrong"


class UnknownResult(NotFound):
    code = "serviceapi.unknown_result"


words(
    {
        ReportTooLarge: Wording(
            what=_("The request body is larger than {limit} bytes."),
            why=_("A result has no pictures; names and numbers need far less."),
            todo=_("Send what the reference names, one result at a time."),
            faq="2.4.10",
        ),
        ReportWrong: Wording(
            what=_("The request body is not what the interface describes: {problems}"),
            todo=_(
                "Compare it with /service/v1/openapi.json, correct it and sign anew; the same reference may be used."
            ),
            faq="2.4.10",
        ),
        UnknownResult: Wording(
            what=_("No result was taken from your site under this reference."),
            why=_("What is refused is not kept, and other sites' results are not shown."),
            todo=_("Send the result, or compare the reference."),
            faq="2.4.10",
        ),
        TokenRefused: Wording(
            what=_("The access token is missing or not valid."),
            why=_("It is unknown, has ended or was revoked, or its client was disabled."),
            todo=_("Ask POST /service/v1/token for a new one and send it as Authorization: Bearer."),
        ),
        ScopeMissing: Wording(
            what=_("This client lacks the scope {scope}."),
            why=_("A service may do only what its scopes say."),
            todo=_("Ask the operator of the account center to add the scope to the client."),
        ),
        BodyNotJson: Wording(
            what=_("The request body is not a JSON object."),
            todo=_('Send a body such as {{"tenant": "…", "actions": ["buy"]}} in UTF-8.'),
        ),
        BodyTooLarge: Wording(
            what=_("The request body is larger than {limit} bytes."),
            todo=_("Ask about fewer actions at once."),
        ),
        UnknownMember: Wording(
            what=_("There is no member {member} in this request."),
            why=_("The request may hold tenant, and action or actions."),
            todo=_("Correct the spelling or leave it out."),
        ),
        TenantMissing: Wording(
            what=_("The request does not say which tenant."),
            todo=_("Put the tenant ID as text into the member tenant."),
        ),
        ActionsMissing: Wording(
            what=_("The request does not say which actions."),
            why=_("Either action holds one name, or actions holds a list of names; not both."),
            todo=_("Name at least one of: {known}."),
        ),
        TooManyActions: Wording(
            what=_("The request names {asked} actions; {limit} are allowed."),
            todo=_("Send several requests."),
        ),
        UnknownAction: Wording(
            what=_("There is no action {action}."),
            why=_("A question about an unknown action cannot be answered safely."),
            todo=_("Use one of: {known}."),
        ),
        UnknownTenant: Wording(
            what=_("There is no tenant with this ID."),
            why=_("Tenant IDs are given when the cloud is activated and never change."),
            todo=_("Check the tenant ID; names and account IDs are not accepted here."),
            faq="1.2",
        ),
    }
)
