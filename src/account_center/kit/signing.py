"""Signatures over requests between machines: who sends it, and that nothing in it was changed.

The same in both directions: we sign what we send to gateways and providers, and check what partner sites send to us.
"""

import hmac
from hashlib import sha256


def sign(secret: bytes, *parts: bytes) -> str:
    """Hexadecimal HMAC-SHA256 over ``parts``, joined by full stops. All parts but the last must hold none."""
    return hmac.digest(secret, b".".join(parts), sha256).hex()


def is_signed(shown: str, secret: bytes, *parts: bytes) -> bool:
    """Whether ``shown`` is that signature. How long the answer takes tells nothing about the right one."""
    return hmac.compare_digest(sign(secret, *parts).encode(), shown.lower().encode(errors="replace"))
