from django.apps import AppConfig


class RecoveryConfig(AppConfig):
    name = "account_center.recovery"
