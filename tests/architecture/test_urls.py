from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

# Everything else asks for a sign-in. An entry is the full name of the address; adding one is a decision.
PUBLIC: set[str] = set()


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
    assert public == PUBLIC
