"""What may be shown of a phone, an e-mail or a number without showing it."""

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

MAINLAND_LENGTH = len("+8613800138000")
SHORT_PHONE = 6  # "+" and the digits behind the calling code; of fewer nothing is shown
SHOWN_OF_EMAIL = 2
SHOWN_OF_ACCOUNT = 3


def mask_phone(e164: str) -> str:
    """``+8613800138000`` becomes ``+86 138****8000``; other numbers keep their calling code and last three digits."""
    if e164.startswith("+86") and len(e164) == MAINLAND_LENGTH:
        return f"+86 {e164[3:6]}****{e164[-4:]}"
    code = _calling_code(e164)
    return f"+{code}****{e164[-3:]}" if len(e164) - len(code) > SHORT_PHONE else "****"


def mask_email(address: str) -> str:
    """``alice@example.org`` becomes ``al***@example.org``; one character is always hidden."""
    local, at, domain = address.rpartition("@")
    return f"{local[: min(SHOWN_OF_EMAIL, len(local) - 1)]}***@{domain}" if at and local else "***"


def mask_number(number: str, *, head: int = 3, tail: int = 4) -> str:
    """Keeps ``head`` and ``tail`` characters; everything between becomes one star each."""
    if len(number) <= head + tail:
        return "*" * len(number)
    return number[:head] + "*" * (len(number) - head - tail) + number[len(number) - tail :]


def mask_name(name: str) -> str:
    """Keeps the last character of a name: ``王小明`` becomes ``**明``."""
    return "*" * (len(name) - 1) + name[-1:] if len(name) > 1 else "*"


def mask_account(name: str) -> str:
    """Enough of an account's name for its owner to know it: ``zhou.verified`` becomes ``zh***d``."""
    return f"{name[:2]}***{name[-1:]}" if len(name) > SHOWN_OF_ACCOUNT else f"{name[:1]}***"


def mask_organisation(name: str) -> str:
    """Keeps the first two and the last two characters: ``蓝色灯塔科技有限公司`` becomes ``蓝色******公司``."""
    return mask_number(name, head=2, tail=2)


def _calling_code(e164: str) -> str:
    """The one to three digits that name the country, or nothing. No calling code begins with another one."""
    codes = (e164[1 : 1 + length] for length in (1, 2, 3))
    return next((code for code in codes if code.isdecimal() and int(code) in COUNTRY_CODE_TO_REGION_CODE), "")
