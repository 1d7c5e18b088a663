"""What may be shown of a phone, an e-mail or a number without showing it."""

MAINLAND_LENGTH = len("+8613800138000")
SHORT_PHONE = 7
SHORT_NAME = 2


def mask_phone(e164: str) -> str:
    """``+8613800138000`` becomes ``+86 138****8000``; other numbers keep their last three digits."""
    if e164.startswith("+86") and len(e164) == MAINLAND_LENGTH:
        return f"+86 {e164[3:6]}****{e164[-4:]}"
    return f"{e164[:3]}****{e164[-3:]}" if len(e164) > SHORT_PHONE else "****"


def mask_email(address: str) -> str:
    """``alice@example.org`` becomes ``al***@example.org``."""
    local, _, domain = address.partition("@")
    return f"{local[: 2 if len(local) > SHORT_NAME else 1]}***@{domain}"


def mask_number(number: str, *, head: int = 3, tail: int = 4) -> str:
    """Keeps ``head`` and ``tail`` characters; everything between becomes one star each."""
    if len(number) <= head + tail:
        return "*" * len(number)
    return number[:head] + "*" * (len(number) - head - tail) + number[len(number) - tail :]


def mask_name(name: str) -> str:
    """Keeps the last character of a name: ``王小明`` becomes ``**明``."""
    return "*" * (len(name) - 1) + name[-1:] if len(name) > 1 else "*"
