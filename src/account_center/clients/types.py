"""Words of the clients room."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

LONGEST_TOKEN = 200  # characters; longer ones are not ours


class Scope(StrEnum):
    """What a service may be allowed to ask or do."""

    DECISIONS_READ = "decisions:read"
    VERIFICATIONS_WRITE = "verifications:write"  # 2.4.10: a trusted partner site
    STUDENTS_WRITE = "students:write"  # 2.1.16: a trusted education service


# Whoever has one of these speaks for customers: its requests are signed.
SIGNED_SCOPES = frozenset({Scope.VERIFICATIONS_WRITE, Scope.STUDENTS_WRITE})


@dataclass(frozen=True, slots=True)
class Caller:
    """The service behind a token. ``client_id`` is the public name it authenticates with."""

    client_id: str
    name: str
    scopes: frozenset[str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """What the console shows of a service client; never its secret."""

    client_id: str
    name: str
    scopes: frozenset[str]
    created_at: datetime
    disabled_at: datetime | None
    previous_secret_until: datetime | None


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A client and its secret in plain text: to be shown once, never stored and never logged."""

    client: ClientFacts
    secret: str

    def __repr__(self) -> str:
        return f"NewSecret(client_id={self.client.client_id!r})"


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A fresh bearer token in plain text. ``expires_in`` in seconds."""

    token: str
    expires_in: int
    scopes: frozenset[str]

    def __repr__(self) -> str:
        return f"IssuedToken(expires_in={self.expires_in})"


class RefusedToken(StrEnum):
    """Why no token was issued: the error codes of RFC 6749, section 5.2."""

    INVALID_CLIENT = "invalid_client"
    INVALID_SCOPE = "invalid_scope"


@dataclass(frozen=True, slots=True)
class NewSigningKey:
    """A key to sign requests with, in plain text: to be shown once, kept only sealed and never logged."""

    client: ClientFacts
    key: str

    def __repr__(self) -> str:
        return f"NewSigningKey(client_id={self.client.client_id!r})"


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """What a signature is over, and the signature. ``timestamp`` in seconds since 1970; ``path`` without a query."""

    timestamp: str
    nonce: str
    signature: str
    path: str
    body: bytes
