"""Which card checker, face comparer, register of organisations and bank this installation uses."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from account_center.realname.adapters.http_bank import HttpTransferBank
from account_center.realname.adapters.http_checks import (
    HttpCardChecker,
    HttpFaceComparer,
    HttpRegisterLookup,
    SignedLink,
)
from account_center.realname.adapters.sandbox import SandboxCardChecker, SandboxFaceComparer
from account_center.realname.adapters.sandbox_bank import SandboxTransferBank
from account_center.realname.adapters.sandbox_register import SandboxRegisterLookup
from account_center.realname.ports import BankCardChecker, FaceComparer, RegisterLookup, TransferBank

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def bank_card_checker() -> BankCardChecker:
    """The sandbox's, or the configured provider's. Raises ImproperlyConfigured if its settings are not usable."""
    if settings.SANDBOX:
        return SandboxCardChecker()
    return HttpCardChecker(_link("CARD_CHECK", settings.CARD_CHECK_LINK, settings.CARD_CHECK_SECRET))


def face_comparer() -> FaceComparer:
    """The sandbox's, or the configured provider's. Raises ImproperlyConfigured if its settings are not usable."""
    if settings.SANDBOX:
        return SandboxFaceComparer()
    return HttpFaceComparer(_link("FACE_CHECK", settings.FACE_CHECK_LINK, settings.FACE_CHECK_SECRET))


def register_lookup() -> RegisterLookup:
    """The sandbox's, or the configured provider's. Raises ImproperlyConfigured if its settings are not usable."""
    if settings.SANDBOX:
        return SandboxRegisterLookup()
    return HttpRegisterLookup(_link("REGISTER", settings.REGISTER_LINK, settings.REGISTER_SECRET))


def transfer_bank() -> TransferBank | None:
    """The sandbox's, or the configured gateway's; None where payments go out and come in by files.

    Raises ImproperlyConfigured if the gateway's settings are not usable.
    """
    if settings.SANDBOX:
        return SandboxTransferBank()
    if not settings.TRANSFER_LINK:
        return None
    return HttpTransferBank(_link("TRANSFER", settings.TRANSFER_LINK, settings.TRANSFER_SECRET))


def transfers_are_connected() -> bool:
    """Whether this installation can pay at all: by gateway, or by files from a payer's account."""
    return bool(settings.SANDBOX or settings.TRANSFER_LINK or settings.PAYER_ACCOUNT)


def _link(name: str, address: str, secret: str) -> SignedLink:
    parts = urlsplit(address)
    # Identity numbers and faces go there: only encrypted, except to a program on this very machine.
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ImproperlyConfigured(f"{name}_LINK must be an https:// address")
    if not secret:
        raise ImproperlyConfigured(f"{name}_SECRET is missing")
    return SignedLink(address, secret)
