from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

# Everything else asks for a sign-in. Full name of the address, and why a stranger may use it; adding one is a decision.
PUBLIC = {
    "alive": "asked by the machine that watches over the process",
    "ready": "asked by the load balancer",
    "set_language": "a stranger may choose a language",
    "portal:home": "welcomes a stranger; shows a customer the tasks",
    "portal:support": "the way out for whoever cannot get in",
    "portal:sandbox": "codes are needed before the first sign-in; not there outside the sandbox",
    "portal:sandbox_face": "pictures to try with; not there outside the sandbox",
    "portal:register": "becoming a customer",
    "portal:register_code": "becoming a customer: the code",
    "portal:register_finish": "becoming a customer: name and password",
    "portal:sign_in": "getting in",
    "portal:sign_in_code": "getting in with a code",
    "portal:sign_in_code_wait": "getting in with a code: typing it",
    "portal:sign_in_choose": "getting in with a code: which account",
    "console:sign_in": "getting into the console",
    "console:sign_in_code": "getting into the console: asks for the password first",
    "console:sign_in_set_up": "getting into the console: asks for the password first",
    "messaging:unsubscribe": "the link in a marketing mail is the proof",
    "serviceapi:api-root": "the beginning of the API; says nothing",
    "serviceapi:openapi-json": "the description of the API",
    "serviceapi:token": "services prove themselves here",
    "serviceapi:decisions": "asks for a service's token instead of a session",
}


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
    assert public == set(PUBLIC)
