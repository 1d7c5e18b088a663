from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "account_center.support"
