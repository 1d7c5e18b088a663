"""A passkey in software: what a browser and its authenticator would answer."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import sha256, websafe_decode, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

ORIGIN = "http://localhost:8000"
PRESENT_AND_VERIFIED = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV
PRESENT = AuthenticatorData.FLAG.UP


@dataclass
class SoftPasskey:
    """One credential. ``counter`` 0: it never counts, as passkeys that live on several devices do."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    counter: int = 0
    handle: bytes = b""

    def make(self, options: Mapping[str, Any], *, origin: str = ORIGIN, flags: Any = PRESENT_AND_VERIFIED) -> str:
        """The answer to ``navigator.credentials.create``."""
        asked = options["publicKey"]
        self.handle = websafe_decode(asked["user"]["id"])
        client = CollectedClientData.create("webauthn.create", websafe_decode(asked["challenge"]), origin)
        credential = AttestedCredentialData.create(
            Aaguid.NONE,
            self.credential_id,
            ES256.from_cryptography_key(self.key.public_key()),  # type: ignore[no-untyped-call]
        )
        data = AuthenticatorData.create(
            sha256(asked["rp"]["id"].encode()), flags | AuthenticatorData.FLAG.AT, self.counter, credential
        )
        made = AttestationObject.create("none", data, {})
        return self._answer({"clientDataJSON": client, "attestationObject": made}, transports=["internal"])

    def sign(
        self,
        options: Mapping[str, Any],
        *,
        origin: str = ORIGIN,
        flags: Any = PRESENT_AND_VERIFIED,
        kind: str = "webauthn.get",
        handle: bytes | None = None,
        domain: str = "",
        cross_origin: bool = False,
    ) -> str:
        """The answer to ``navigator.credentials.get``."""
        asked = options["publicKey"]
        challenge = websafe_decode(asked["challenge"])
        client = CollectedClientData.create(kind, challenge, origin, cross_origin=cross_origin)
        data = AuthenticatorData.create(sha256((domain or asked["rpId"]).encode()), flags, self.counter)
        signature = self.key.sign(bytes(data) + client.hash, ec.ECDSA(SHA256()))
        parts = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        return self._answer({**parts, "userHandle": self.handle if handle is None else handle})

    def _answer(self, parts: Mapping[str, bytes], **more: Any) -> str:
        name = websafe_encode(self.credential_id)
        response = {key: websafe_encode(bytes(value)) for key, value in parts.items() if value} | more
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
