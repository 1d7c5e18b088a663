from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "account_center.privacy"
