"""A tenant's rules for its users: a file per journey."""

from account_center.policy.services.admission import close_way_back, judge_network, open_way_back, require_network
from account_center.policy.services.saving import (
    lift_networks,
    read_networks,
    set_least_check,
    set_networks,
    set_password_rules,
    set_session_length,
)

__all__ = [
    "close_way_back",
    "judge_network",
    "lift_networks",
    "open_way_back",
    "read_networks",
    "require_network",
    "set_least_check",
    "set_networks",
    "set_password_rules",
    "set_session_length",
]
