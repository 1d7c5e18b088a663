"""Which site, and what stands in the way of activating the cloud."""

from account_center.tenants.types import ActivationFacts, ActivationObstacle, Site

CHINA = "CN"


def site_of(country: str) -> Site:
    """China's accounts live on the China site, all others on the international one (1.12)."""
    return Site.CHINA if country == CHINA else Site.INTERNATIONAL


def obstacles_to_activation(facts: ActivationFacts) -> list[ActivationObstacle]:
    """Everything that stands in the way (1.10), not only the first; empty if nothing does."""
    found = []
    if facts.service_area and facts.country not in facts.service_area:
        found.append(ActivationObstacle.OUTSIDE_SERVICE_AREA)
    if facts.email_taken:
        found.append(ActivationObstacle.EMAIL_TAKEN)
    if facts.country == CHINA and not facts.phone_is_mainland:
        found.append(ActivationObstacle.PHONE_NOT_MAINLAND)
    if facts.phone and facts.phone_used >= facts.phone_allowed:
        found.append(ActivationObstacle.PHONE_FULL)
    return found
