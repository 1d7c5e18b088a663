"""An application that answers every request with the same bytes: what the server itself can do."""

import os
from collections.abc import Callable, Iterable
from typing import Any

BODY = b'{"constant":"' + b"x" * (int(os.environ.get("BENCH_BYTES", "400")) - 15) + b'"}'
HEADERS = [
    ("Content-Type", "application/json"),
    ("Content-Length", str(len(BODY))),
    ("Content-Language", "en"),
    ("Cache-Control", "no-store"),
    ("Vary", "Accept-Language, Authorization"),
    ("X-Content-Type-Options", "nosniff"),
]


def application(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The same headers as a decision's, a body of the same size; the request is not even read."""
    start_response("200 OK", HEADERS)
    return [BODY]
