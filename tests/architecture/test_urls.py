from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

# Everything else asks for a sign-in. Full name of the address, and why a stranger may use it; adding one is a decision.
PUBLIC = {
    "alive": "asked by the machine that watches over the process",
    "ready": "asked by the load balancer",
    "set_language": "a stranger may choose a language",
    "portal:home": "welcomes a stranger; shows a customer the tasks",
    "portal:support": "the way out for whoever cannot get in",
    "portal:appeal": "for whoever cannot sign in (1.18)",
    "portal:appeal_code": "an appeal: the code to the contact",
    "portal:appeal_statement": "an appeal: the statement, after the code",
    "portal:appeal_find": "an appeal: looking it up",
    "portal:appeal_find_code": "an appeal: the code to its contact",
    "portal:appeal_progress": "an appeal: asks for a code to its contact instead of a session",
    "portal:appeal_write": "an appeal: likewise",
    "portal:appeal_picture": "an appeal: likewise",
    "portal:appeal_close": "an appeal: likewise",
    "portal:objection": "the link in the message to the owner is the proof",
    "portal:scan_link": "a phone is handed a verification: its link, shown to the owner on his computer, is the proof",
    "portal:scan_not_me_link": "the same: whoever was shown the link says that it is not him",
    "portal:scan_phone": "the same: the browser that took the link over, known by its cookie",
    "portal:scan_not_me": "the same: ending it there",
    "portal:sandbox": "codes are needed before the first sign-in; not there outside the sandbox",
    "portal:sandbox_face": "pictures to try with; not there outside the sandbox",
    "portal:sandbox_statement": "bank statements of invented companies; not there outside the sandbox",
    "portal:sandbox_partner": "another site, played by a newcomer; not there outside the sandbox",
    "portal:goodbye": "the account of whoever comes here has just been deleted",
    "portal:register": "becoming a customer",
    "portal:register_code": "becoming a customer: the code",
    "portal:register_finish": "becoming a customer: name and password",
    "portal:sign_in": "getting in",
    "portal:sign_out": "getting out: the second of two clicks comes when nobody is signed in any more",
    "portal:sign_in_code": "getting in with a code",
    "portal:sign_in_code_wait": "getting in with a code: typing it",
    "portal:sign_in_passkey": "getting in with a passkey",
    "portal:sign_in_passkey_options": "getting in with a passkey: the question to it, which names nobody",
    "portal:sign_in_choose": "getting in with a code: which account",
    "portal:sign_in_step_code": "getting in: the code after the password",
    "portal:sign_in_step_channel": "getting in: where that code goes",
    "portal:sign_in_step_app": "getting in: the authenticator app after the password",
    "portal:sign_in_step_passkey": "getting in: a passkey after the password",
    "portal:sign_in_step_passkey_options": "getting in: the question to that passkey",
    "portal:sign_in_step_recovery_code": "getting in: a recovery code instead of app and passkey",
    "portal:sign_in_step_password": "getting in: a new password, after everything else was shown",
    "portal:sign_in_trust": "getting in: whether to trust the device, after everything else was shown",
    "portal:recovery": "a forgotten password: phone or e-mail",
    "portal:recovery_name": "a forgotten password: the name of a legacy account or IAM user",
    "portal:recovery_to": "a forgotten password: which phone or e-mail; asks for the name first",
    "portal:recovery_code": "a forgotten password: typing the code",
    "portal:recovery_choose": "a forgotten password: which account; asks for the code first",
    "portal:recovery_further": "a forgotten password on a new device; asks for the code first",
    "portal:recovery_further_code": "a forgotten password: the second code",
    "portal:recovery_app": "a forgotten password: the authenticator app; asks for the code first",
    "portal:recovery_recovery_code": "a forgotten password: a recovery code; asks for the code first",
    "portal:recovery_passkey": "a forgotten password: a passkey; asks for the code first",
    "portal:recovery_passkey_options": "the same: the question to the passkey",
    "portal:recovery_waiting": "a forgotten password: the waiting time runs",
    "portal:recovery_stop": "stopping a stranger's new password: the link in the message is the proof",
    "portal:recovery_password": "a forgotten password: the new one; asks for all proofs first",
    "portal:recovery_done": "a forgotten password: what happens next",
    "portal:recovery_contacts": "emergency contacts, for whoever has just set a new password",
    "portal:recovery_contact_new": "the same: naming one",
    "portal:recovery_contact_ask": "the same: sending the code again",
    "portal:recovery_contact_code": "the same: typing the code",
    "portal:emergency_leave": "an emergency contact leaves the list: the link in the message is the proof",
    "portal:way_back": "getting in past one's own list of networks: asks for a half-done sign-in",
    "portal:way_back_code": "getting in past one's own list of networks: the code",
    "portal:password_hints": "tells how hard a typed password is to guess, also while registering; keeps nothing",
    "portal:not_me": "the link in the message about an unusual sign-in; its token is the proof",
    "console:sign_in": "getting into the console",
    "console:sign_in_code": "getting into the console: asks for the password first",
    "console:sign_in_set_up": "getting into the console: asks for the password first",
    "messaging:unsubscribe": "the link in a marketing mail is the proof",
    "serviceapi:api-root": "the beginning of the API; says nothing",
    "serviceapi:openapi-json": "the description of the API",
    "serviceapi:token": "services prove themselves here",
    "serviceapi:decisions": "asks for a service's token instead of a session",
    "serviceapi:verification_results": "asks for a trusted site's token and signature instead of a session",
    "serviceapi:verification_result": "asks for a trusted site's token and signature instead of a session",
    "serviceapi:student_statuses": "asks for a trusted site's token and signature instead of a session",
    "appapi:*": "asks for the app's token instead of a session; tests/appapi/test_matrix.py asks every operation without one",
    "no_such_app_address": "says so to an app instead of showing a page",
}


def listed(name: str) -> str:
    """Under which name the list above knows an address: all of the app's interface are one line."""
    return "appapi:*" if name.startswith("appapi:") else name


def addresses(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address with its name (``portal:home``), or its path where it has no name."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from addresses(entry, inner)
        else:
            yield f"{space}{entry.name or entry.pattern}", entry


def test_every_address_asks_for_a_sign_in_or_is_on_the_public_list() -> None:
    public = {name for name, entry in addresses(get_resolver()) if not getattr(entry.callback, "login_required", True)}
    assert {listed(name) for name in public} == set(PUBLIC)
