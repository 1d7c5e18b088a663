"""Becoming a customer of the cloud: a file per journey."""

from account_center.onboarding.services.activation import activate_cloud, activation_facts, obstacles
from account_center.onboarding.services.upgrading import (
    name_is_free,
    stays_legacy,
    upgrade_account,
    upgrade_obstacles,
)

__all__ = [
    "activate_cloud",
    "activation_facts",
    "name_is_free",
    "obstacles",
    "stays_legacy",
    "upgrade_account",
    "upgrade_obstacles",
]
