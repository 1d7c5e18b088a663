"""What every page may say about the house it belongs to: the operator's words, never anything from the database."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from account_center import __version__
from account_center.kit.limits import Limits


@dataclass(frozen=True, slots=True)
class House:
    """The operator's name, places and language. Empty text means: not configured, not shown."""

    operator: str
    sandbox: bool
    support_phone: str
    support_link: str
    cost_center_link: str
    resource_center_link: str
    language: str
    version: str
    limits: Limits


def house(_request: HttpRequest) -> dict[str, House]:
    """Context processor: ``house`` in every template."""
    return {
        "house": House(
            operator=settings.OPERATOR,
            sandbox=settings.SANDBOX,
            support_phone=settings.SUPPORT_PHONE,
            support_link=settings.SUPPORT_LINK,
            cost_center_link=settings.COST_CENTER_LINK,
            resource_center_link=settings.RESOURCE_CENTER_LINK,
            language=get_language() or settings.LANGUAGE_CODE,
            version=__version__,
            limits=settings.LIMITS,
        )
    }
