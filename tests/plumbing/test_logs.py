"""Links that do something for whoever has them never stand in the log."""

import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from account_center.plumbing.logs import HideLinks

SECRET = "g1BIvWmI1kG6G170MOo6o7_xpQ8"


def said(message: str, *args: object) -> str:
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, message, args, None)
    assert HideLinks(settings.SECRET_PLACES).filter(record)
    return record.getMessage()


def paths(resolver: URLResolver, before: str = "/") -> Iterator[str]:
    for entry in resolver.url_patterns:
        path = f"{before}{entry.pattern}"
        if isinstance(entry, URLPattern):
            yield path
        else:
            yield from paths(entry, path)


def test_every_address_with_a_token_is_hidden_from_the_log() -> None:
    with_token = [path for path in paths(get_resolver()) if "<str:token>" in path or "<slug:tag>" in path]
    assert len(with_token) >= 7
    for path in with_token:
        real = re.sub(r"<[^>]+>", SECRET, path)
        assert SECRET not in said("Internal Server Error: %s", real), path
        assert SECRET not in said("%s and %s", f"{real}?next=/", real), path


@pytest.mark.parametrize("path", ["/", "/verification/RN2345ABCD/", "/scanner/abc/", "/account/history/"])
def test_other_paths_stay_as_they_are(path: str) -> None:
    assert said("Internal Server Error: %s", path) == f"Internal Server Error: {path}"


def test_the_log_of_the_product_uses_it() -> None:
    logging_: Any = settings.LOGGING
    assert logging_["handlers"]["console"]["filters"] == ["links"]
