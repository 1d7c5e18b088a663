"""Becoming a customer of the cloud: a file per journey."""

from account_center.onboarding.services.activation import activate_cloud, activation_facts, obstacles

__all__ = ["activate_cloud", "activation_facts", "obstacles"]
