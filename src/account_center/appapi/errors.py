"""Refusals of the door for the operator's app."""

from django.utils.translation import gettext_lazy as _

from account_center.kit.refused import Invalid, NotFound, Refused, TooOften
from account_center.plumbing.wording import Way, Wording, words

SUPPORT = Way(_("Ask support"), "portal:support")
SIGN_IN_AGAIN = _("Sign in again with the app; everything else of the account is as it was.")


class AppTokenRefused(Refused):
    """HTTP 401 with a challenge (RFC 6750)."""

    code = "appapi.token_refused"
    status = 401


class SignInOver(Refused):
    """The refresh token gives nothing more."""

    code = "appapi.sign_in_over"
    status = 401


class SignInCopied(Refused):
    """The refresh token was used before, so somebody has a copy of it."""

    code = "appapi.sign_in_copied"
    status = 401


class TooManyBadTokens(TooOften):
    code = "appapi.too_many_bad_tokens"


class BodyNotJson(Invalid):
    code = "appapi.body_not_json"


class BodyWrong(Invalid):
    code = "appapi.body_wrong"


class BodyTooLarge(Invalid):
    code = "appapi.body_too_large"
    status = 413


class NoSuchAddress(NotFound):
    code = "appapi.no_such_address"


class NotYours(NotFound):
    """There is no such thing, or it is another person's: which of the two is not told."""

    code = "appapi.not_yours"


class MethodNotThere(Refused):
    code = "appapi.method_not_there"
    status = 405


words(
    {
        AppTokenRefused: Wording(
            what=_("The access token is missing or does not count any more."),
            why=_(
                "It counts for a few minutes, and ends at once when the account's password, phone or e-mail changes."
            ),
            todo=_("Get a new pair with the refresh token, once; if that is refused too, sign in again."),
            faq="1.46",
        ),
        SignInOver: Wording(
            what=_("This sign-in has ended."),
            why=_("It was ended, was not used for too long, or the account's password, phone or e-mail has changed."),
            todo=SIGN_IN_AGAIN,
            faq="1.46",
        ),
        SignInCopied: Wording(
            what=_("This sign-in was ended for safety."),
            why=_("It was used from two places: the same refresh token came twice, so somebody may have a copy of it."),
            todo=_("Sign in again with the app. If this happens again, set a new password and ask support."),
            ways=(SUPPORT,),
            ticket="account.safety",
            faq="1.46",
        ),
        TooManyBadTokens: Wording(
            what=_("Too many requests with wrong tokens came from your network."),
            why=_("So many wrong tokens look like guessing."),
            todo=_("Try again in {minutes} minutes."),
            faq="1.46",
        ),
        BodyNotJson: Wording(
            what=_("The request body is not a JSON object."),
            todo=_("Send a JSON object in UTF-8, as the description at /api/v1/openapi.json says."),
            faq="1.46",
        ),
        BodyWrong: Wording(
            what=_("The request does not fit the description of this address."),
            why=_("{problems}"),
            todo=_("Compare it with the description at /api/v1/openapi.json. Members it does not know are refused."),
            faq="1.46",
        ),
        BodyTooLarge: Wording(
            what=_("The request body is larger than {limit} bytes."),
            todo=_("Send less at once."),
            faq="1.46",
        ),
        NoSuchAddress: Wording(
            what=_("There is nothing at this address."),
            todo=_("The addresses of this interface stand in /api/v1/openapi.json."),
            faq="1.46",
        ),
        NotYours: Wording(
            what=_("There is no such thing in this account."),
            why=_("It was removed meanwhile, or never belonged to this account."),
            todo=_("Read the list again."),
            faq="1.46",
        ),
        MethodNotThere: Wording(
            what=_("This address does not answer that method."),
            todo=_("The methods of each address stand in /api/v1/openapi.json."),
            faq="1.46",
        ),
    }
)
