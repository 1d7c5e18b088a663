from django.apps import AppConfig


class OnboardingConfig(AppConfig):
    name = "account_center.onboarding"
