"""The sandbox and real customers never meet."""

from django.conf import settings


def sandbox_in_production() -> str:
    """What is wrong when the sandbox is on together with production settings; empty if nothing is."""
    production = settings.HTTPS or settings.PUBLIC_ADDRESS.startswith("https://") or bool(settings.SMS_GATEWAY_LINK)
    if not (settings.SANDBOX and production):
        return ""
    return (
        "The sandbox is on together with production settings: it shows every code to everybody. "
        "Set ACCOUNT_CENTER_SANDBOX=0."
    )
