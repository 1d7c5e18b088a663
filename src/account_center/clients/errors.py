"""Refusals of the clients room."""

from django.utils.translation import gettext_lazy as _

from account_center.kit.refused import Invalid, NotFound, Refused, TooOften
from account_center.plumbing.wording import Wording, words


class BadClientId(Invalid):
    code = "clients.bad_client_id"


class ClientIdTaken(Refused):
    code = "clients.client_id_taken"


class UnknownScope(Invalid):
    code = "clients.unknown_scope"


class NoSuchClient(NotFound):
    code = "clients.no_such_client"


class FixedSecretOutsideSandbox(Refused):
    code = "clients.fixed_secret_outside_sandbox"


class TooManyFailures(TooOften):
    code = "clients.too_many_failures"


class SignatureRefused(Refused):
    """HTTP 401: the token is in order, the signature is not."""

    code = "clients.signature_refused"
    status = 401


class TimestampRefused(Refused):
    """HTTP 401."""

    code = "clients.timestamp_refused"
    status = 401


class RequestReplayed(Refused):
    code = "clients.request_replayed"


words(
    {
        SignatureRefused: Wording(
            what=_("The signature of this request is missing or wrong."),
            why=_(
                "What speaks for a customer is signed with the client's signing key, over the time, a number used once, the path and the body exactly as sent."
            ),
            todo=_(
                "Send X-Timestamp, X-Nonce (16 to 64 letters, digits, hyphens or underscores) and X-Signature; the reference says how they are made."
            ),
        ),
        TimestampRefused: Wording(
            what=_("The time of this request is more than {seconds} seconds away from ours."),
            why=_("An old request could be one that somebody kept to send it again."),
            todo=_("Set the clock of the sending machine, then sign and send anew."),
        ),
        RequestReplayed: Wording(
            what=_("This very request came before."),
            why=_("Each signed request is taken once, so that nobody can send it again."),
            todo=_(
                "Sign anew with another X-Nonce. The same reference with the same content is answered as the first time."
            ),
        ),
        BadClientId: Wording(
            what=_("This cannot be the ID of a service client."),
            why=_("The ID stands in addresses and logs, so it is kept short and plain."),
            todo=_("Use 3 to 64 lower-case letters, digits and hyphens, beginning with a letter."),
        ),
        ClientIdTaken: Wording(
            what=_("A service client with this ID exists already."),
            why=_("An ID is never given twice, not even after its client was disabled."),
            todo=_("Choose another ID, or change the secret of the existing client."),
        ),
        UnknownScope: Wording(
            what=_("There is no scope {scope}."),
            why=_("A service gets only rights that exist: {known}."),
            todo=_("Choose from these scopes."),
        ),
        NoSuchClient: Wording(
            what=_("There is no such service client."),
            todo=_("Look up the ID in the list of service clients."),
        ),
        FixedSecretOutsideSandbox: Wording(
            what=_("A secret cannot be chosen here."),
            why=_("Outside the sandbox secrets are always random, so that nobody can guess them."),
            todo=_("Leave the secret out; a random one is made and shown once."),
        ),
        TooManyFailures: Wording(
            what=_("Too many failed authentications came from this address."),
            why=_("Wrong client IDs, secrets or tokens are counted per address and per client for an hour."),
            todo=_("Correct the credentials and try again in {minutes} minutes."),
        ),
    }
)
